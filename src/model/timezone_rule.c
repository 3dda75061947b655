/* timezone_rule.c - POSIX TZ rules: reading and evaluating */
#include "model/timezone_rule.h"

#include "model/value_date.h"

/* A number of one to three digits, at most `limit`. */
static bool
take_number(struct str *s, int limit, int *number)
{
	size_t digits = 0;

	*number = 0;
	while (digits < 3 && digits < s->len && s->ptr[digits] >= '0' && s->ptr[digits] <= '9')
		*number = *number * 10 + (s->ptr[digits++] - '0');
	s->ptr += digits;
	s->len -= digits;
	return digits > 0 && *number <= limit;
}

/* A zone's abbreviation: letters, or anything in angle brackets. */
static bool
take_name(struct str *s)
{
	size_t len = 0;

	if (str_take(s, '<')) {
		while (len < s->len && s->ptr[len] != '>')
			len++;
		s->ptr += len;
		s->len -= len;
		return len > 0 && str_take(s, '>');
	}
	while (len < s->len && ((s->ptr[len] | 32) >= 'a' && (s->ptr[len] | 32) <= 'z'))
		len++;
	s->ptr += len;
	s->len -= len;
	return len > 0;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool
take_time(struct str *s, int hour_limit, int64_t *seconds)
{
	bool is_negative = str_take(s, '-');
	int hours = 0;
	int minutes = 0;
	int rest = 0;

	if (!is_negative)
		str_take(s, '+');
	if (!take_number(s, hour_limit, &hours))
		return false;
	if (str_take(s, ':') && !take_number(s, 59, &minutes))
		return false;
	if (str_take(s, ':') && !take_number(s, 59, &rest))
		return false;
	*seconds = hours * 3600 + minutes * 60 + rest;
	if (is_negative)
		*seconds = -*seconds;
	return true;
}

static bool
take_date(struct str *s, struct rule_date *date)
{
	*date = (struct rule_date){ .time = INT64_C(2) * 3600 };
	if (str_take(s, 'M')) {
		date->kind = RULE_WEEKDAY;
		if (!take_number(s, 12, &date->month) || !str_take(s, '.') ||
		    !take_number(s, 5, &date->week) || !str_take(s, '.') ||
		    !take_number(s, 6, &date->day) || date->month < 1 || date->week < 1)
			return false;
	} else {
		date->kind = str_take(s, 'J') ? RULE_JULIAN : RULE_DAY;
		if (!take_number(s, 365, &date->day) || (date->kind == RULE_JULIAN && date->day < 1))
			return false;
	}
	return !str_take(s, '/') || take_time(s, 167, &date->time);
}

bool
timezone_rule_parse(struct str text, struct timezone_rule *rule)
{
	int64_t west = 0;

	*rule = (struct timezone_rule){ 0 };
	if (!take_name(&text) || !take_time(&text, 24, &west))
		return false;
	rule->offset = -west;
	if (text.len == 0)
		return true;
	rule->has_summer = true;
	rule->summer_offset = rule->offset + 3600;
	if (!take_name(&text))
		return false;
	if (text.len > 0 && *text.ptr != ',') {
		if (!take_time(&text, 24, &west))
			return false;
		rule->summer_offset = -west;
	}
	return str_take(&text, ',') && take_date(&text, &rule->summer_begin) && str_take(&text, ',') &&
	       take_date(&text, &rule->summer_end) && text.len == 0;
}

/* The wall-clock second, counted from 1970 on that clock, at which the rule applies in a year. */
static int64_t
rule_second(const struct rule_date *date, int64_t year)
{
	int64_t days;

	if (date->kind == RULE_WEEKDAY) {
		int64_t first = civil_to_days((struct civil){ year, date->month, 1 });
		int64_t day = floor_mod(date->day - civil_weekday(first), 7) + (date->week - 1) * 7;
		if (day >= civil_month_length(year, date->month))
			day -= 7;
		days = first + day;
	} else {
		days = civil_to_days((struct civil){ year, 1, 1 }) + date->day;
		if (date->kind == RULE_JULIAN)
			days += date->day > 59 && civil_month_length(year, 2) == 29 ? 0 : -1;
	}
	return days * DAY_SECONDS + date->time;
}

/*
 * The transitions of the years around are looked at, as rules may reach over
 * the end of a year.  Where summer ends and begins at once it never ends: of
 * two transitions at the same time the one to summer counts as the later.
 */
struct zone_interval
timezone_rule_at(const struct timezone_rule *rule, int64_t utc)
{
	struct zone_interval found = { INT64_MIN, INT64_MAX, rule->offset };

	if (!rule->has_summer)
		return found;
	int64_t year = civil_from_days(floor_div(utc, DAY_SECONDS)).year;
	for (int64_t y = year - 2; y <= year + 2; y++) {
		int64_t begin = rule_second(&rule->summer_begin, y) - rule->offset;
		int64_t end = rule_second(&rule->summer_end, y) - rule->summer_offset;
		if (end <= utc && end > found.begin) {
			found.begin = end;
			found.offset = rule->offset;
		}
		if (begin <= utc && begin >= found.begin) {
			found.begin = begin;
			found.offset = rule->summer_offset;
		}
		if (begin > utc && begin < found.end)
			found.end = begin;
		if (end > utc && end < found.end)
			found.end = end;
	}
	return found;
}
