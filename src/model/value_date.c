/* value_date.c - civil date arithmetic and stamps */
#include "model/value_date.h"

#include "model/value.h"

/* Days from 0000-03-01, where the year of the arithmetic begins, to 1970-01-01. */
enum { DAYS_TO_1970 = 719468, DAYS_OF_400_YEARS = 146097 };

int
civil_month_length(int64_t year, int month)
{
	static const signed char lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && is_leap ? 29 : lengths[month - 1];
}

bool
civil_is_valid(struct civil date)
{
	return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
	       date.day <= civil_month_length(date.year, date.month);
}

/*
 * Years are taken to begin in March, so that the leap day is their last: the
 * days before a month are then (153 * month + 2) / 5, months counted from 0.
 */
int64_t
civil_to_days(struct civil date)
{
	int64_t year = date.month <= 2 ? date.year - 1 : date.year;
	int64_t cycle = floor_div(year, 400);
	int64_t month = (date.month + 9) % 12;

	year -= cycle * 400;
	return cycle * DAYS_OF_400_YEARS + year * 365 + year / 4 - year / 100 + (153 * month + 2) / 5 +
	       date.day - 1 - DAYS_TO_1970;
}

struct civil
civil_from_days(int64_t days)
{
	int64_t cycle = floor_div(days + DAYS_TO_1970, DAYS_OF_400_YEARS);
	int64_t rest = floor_mod(days + DAYS_TO_1970, DAYS_OF_400_YEARS);
	int64_t century = (4 * rest + 3) / DAYS_OF_400_YEARS;

	rest -= DAYS_OF_400_YEARS * century / 4;
	int64_t year = (4 * rest + 3) / 1461;
	rest -= 1461 * year / 4;
	int64_t month = (5 * rest + 2) / 153;
	return (struct civil){
		.year = 400 * cycle + 100 * century + year + (month >= 10),
		.month = (int)(month >= 10 ? month - 9 : month + 3),
		.day = (int)(rest - (153 * month + 2) / 5 + 1),
	};
}

int
civil_weekday(int64_t days)
{
	return (int)floor_mod(days + 4, 7);	/* 1970-01-01 was a Thursday */
}

static bool
civil_from_text(const char *p, struct civil *date)
{
	unsigned century = digits_get2(p);
	unsigned year = digits_get2(p + 2);

	if (century > 99 || year > 99 || p[4] != '-' || p[7] != '-')
		return false;
	*date = (struct civil){ century * 100 + year, (int)digits_get2(p + 5), (int)digits_get2(p + 8) };
	return civil_is_valid(*date);
}

bool
civil_read(struct str canonical, struct civil *date)
{
	return canonical.len == 10 && civil_from_text(canonical.ptr, date);
}

void
civil_write(struct civil date, struct buf *out)
{
	char *p = buf_reserve(out, 10);

	p = digits_put4(p, (unsigned)date.year);
	*p++ = '-';
	p = digits_put2(p, (unsigned)date.month);
	*p++ = '-';
	digits_put2(p, (unsigned)date.day);
	out->len += 10;
}

bool
civil_is_blank(struct civil date)
{
	return date.month == 1 && date.day == 1 && (date.year == 1 || date.year == 1753 || date.year == 4501);
}

void
clock_write(int64_t ms_of_day, struct buf *out)
{
	unsigned seconds = (unsigned)(ms_of_day / 1000);
	unsigned ms = (unsigned)(ms_of_day % 1000);
	char *p = buf_reserve(out, 12);

	p = digits_put2(p, seconds / 3600);
	*p++ = ':';
	p = digits_put2(p, seconds / 60 % 60);
	*p++ = ':';
	p = digits_put2(p, seconds % 60);
	if (ms != 0) {
		*p++ = '.';
		*p++ = (char)('0' + ms / 100);
		p = digits_put2(p, ms % 100);
	}
	out->len = (size_t)(p - out->ptr);
}

bool
stamp_in_range(int64_t stamp)
{
	return stamp >= -INT64_C(62135596800000) && stamp <= INT64_C(253402300799999);
}

int64_t
stamp_read(struct str canonical)
{
	const char *p = canonical.ptr;
	unsigned ms = 0;
	struct civil date;

	if ((canonical.len != 20 && canonical.len != STAMP_LENGTH) || !civil_from_text(p, &date))
		return STAMP_NONE;
	unsigned hour = digits_get2(p + 11);
	unsigned minute = digits_get2(p + 14);
	unsigned second = digits_get2(p + 17);
	if (p[10] != 'T' || p[13] != ':' || p[16] != ':' || p[canonical.len - 1] != 'Z' || hour > 23 ||
	    minute > 59 || second > 59)
		return STAMP_NONE;
	if (canonical.len == STAMP_LENGTH) {
		unsigned hundreds = (unsigned)(p[20] - '0');
		unsigned rest = digits_get2(p + 21);
		if (p[19] != '.' || hundreds > 9 || rest > 99)
			return STAMP_NONE;
		ms = hundreds * 100 + rest;
	}
	return civil_to_days(date) * DAY_MS + (hour * 3600 + minute * 60 + second) * INT64_C(1000) + ms;
}

void
stamp_write(int64_t stamp, struct buf *out)
{
	if (!stamp_in_range(stamp))	/* STAMP_NONE too */
		return;
	buf_reserve(out, STAMP_LENGTH);
	civil_write(civil_from_days(floor_div(stamp, DAY_MS)), out);
	buf_add_char(out, 'T');
	clock_write(floor_mod(stamp, DAY_MS), out);
	buf_add_char(out, 'Z');
}
