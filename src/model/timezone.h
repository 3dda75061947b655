/*
 * timezone.h - time zones by IANA name, without the process's own TZ
 *
 * Reads the system's zone files (TZif, versions 1 to 4, with the rule for
 * times after the last transition); UTC and Etc/UTC need no file.
 */
#ifndef MODEL_TIMEZONE_H
#define MODEL_TIMEZONE_H

#include "base/memory.h"
#include "base/str.h"

struct timezone_rules;

/* NULL with errno 0 when there is no such zone, else with that of reading its file.  Lives in the arena. */
const struct timezone_rules *timezone_load(struct arena *arena, struct str name);

/* A zone that is always UTC. */
const struct timezone_rules *timezone_utc(void);

/*
 * A wall-clock time of the zone, given as milliseconds since 1970-01-01T00:00
 * on that clock, as milliseconds UTC.  A time that the clock shows twice is the
 * first one; one that it skips is moved on by the length of the gap.
 */
int64_t timezone_to_utc(const struct timezone_rules *zone, int64_t wall_ms);

/* The other way. */
int64_t timezone_from_utc(const struct timezone_rules *zone, int64_t utc_ms);

#endif
