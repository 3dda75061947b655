/*
 * value_date.h - civil dates: arithmetic on the proleptic Gregorian calendar
 *
 * Days are counted from 1970-01-01.  The arithmetic holds for every year; a
 * canonical date (E21) has a year from 1 to 9999.  Pure, safe in any thread.
 */
#ifndef MODEL_VALUE_DATE_H
#define MODEL_VALUE_DATE_H

#include "base/buf.h"
#include "base/str.h"

enum { DAY_MS = 86400000, DAY_SECONDS = 86400 };

struct civil {
	int64_t year;
	int month;	/* 1 .. 12 */
	int day;	/* 1 .. 31 */
};

/* Division and remainder that round towards minus infinity; by must be positive. */
static inline int64_t
floor_div(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

static inline int64_t
floor_mod(int64_t value, int64_t by)
{
	int64_t rest = value % by;

	return rest < 0 ? rest + by : rest;
}

int civil_month_length(int64_t year, int month);

/* Whether it is a day of the calendar in the years 1 to 9999. */
bool civil_is_valid(struct civil date);

int64_t civil_to_days(struct civil date);
struct civil civil_from_days(int64_t days);

/* 0 = Sunday .. 6 = Saturday. */
int civil_weekday(int64_t days);

/* A canonical date, `YYYY-MM-DD`; false when it is none. */
bool civil_read(struct str canonical, struct civil *date);
/* Appends YYYY-MM-DD; the year must be 0 to 9999. */
void civil_write(struct civil date, struct buf *out);

/* E21: 0001-01-01, 1753-01-01 and 4501-01-01 stand for no date. */
bool civil_is_blank(struct civil date);

/* Appends HH:MM:SS, and .fff where the milliseconds are not zero. */
void clock_write(int64_t ms_of_day, struct buf *out);

/* Whether the stamp lies in the years 1 to 9999. */
bool stamp_in_range(int64_t stamp);

/* "00" to "99", one after the other. */
extern const char digits_of_100[201];

/* Two or four decimal digits at p, returning the place after them. */
static inline char *
digits_put2(char *p, unsigned value)
{
	memcpy(p, &digits_of_100[value * 2], 2);
	return p + 2;
}

static inline char *
digits_put4(char *p, unsigned value)
{
	return digits_put2(digits_put2(p, value / 100), value % 100);
}

/* The number in two digits, or 100 when there are none: more than any limit of a clock or calendar. */
static inline unsigned
digits_get2(const char *p)
{
	unsigned tens = (unsigned)(p[0] - '0');
	unsigned ones = (unsigned)(p[1] - '0');

	return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

#endif
