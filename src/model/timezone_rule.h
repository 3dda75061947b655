/*
 * timezone_rule.h - the rule for times after a zone file's last transition
 *
 * Zone files end with a POSIX TZ text such as CET-1CEST,M3.5.0,M10.5.0/3.
 * Only timezone.c uses this.  Pure, safe in any thread.
 */
#ifndef MODEL_TIMEZONE_RULE_H
#define MODEL_TIMEZONE_RULE_H

#include "base/str.h"

/* A stretch of time with one offset (seconds east), from begin to before end, in seconds since 1970 UTC. */
struct zone_interval {
	int64_t begin;
	int64_t end;
	int64_t offset;
};

enum rule_kind {
	RULE_JULIAN,	/* Jn: 1 .. 365, the leap day is never counted */
	RULE_DAY,	/* n: 0 .. 365, the leap day counts */
	RULE_WEEKDAY,	/* Mm.w.d: weekday d of week w (5 = last) of month m */
};

struct rule_date {
	enum rule_kind kind;
	int month;
	int week;
	int day;
	int64_t time;	/* seconds after midnight, from -167 to 167 hours */
};

struct timezone_rule {
	int64_t offset;		/* seconds east of UTC */
	int64_t summer_offset;
	bool has_summer;
	struct rule_date summer_begin;	/* on the clock of standard time */
	struct rule_date summer_end;	/* on the clock of summer time */
};

/* False when the text is no POSIX TZ rule. */
bool timezone_rule_parse(struct str text, struct timezone_rule *rule);

/* The interval that holds the time. */
struct zone_interval timezone_rule_at(const struct timezone_rule *rule, int64_t utc);

#endif
