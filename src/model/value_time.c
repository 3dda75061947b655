/*
 * value_time.c - reading dates, times and stamps (E21, E22)
 *
 * The functions *_take() take what they understand off the start of a str;
 * after a failure it may be anywhere.
 */
#include "model/value.h"
#include "model/value_parts.h"

enum { FRACTION_DIGITS = 7, NO_LIMIT = 1000 };

static bool
take_blanks(struct str *s)
{
	size_t before = s->len;
	const char *end = s->ptr + s->len;

	/* What is trimmed at the start, without touching the end: the end is never blank here. */
	*s = str_trim(*s);
	s->len = (size_t)(end - s->ptr);
	return s->len < before;
}

/* All digits at the start, as a number; returns how many there were, 0 also when more than four. */
static unsigned
take_digits(struct str *s, unsigned *number)
{
	unsigned digits = 0;

	*number = 0;
	while (digits < s->len && s->ptr[digits] >= '0' && s->ptr[digits] <= '9') {
		if (digits == 4)
			return 0;
		*number = *number * 10 + (unsigned)(s->ptr[digits++] - '0');
	}
	s->ptr += digits;
	s->len -= digits;
	return digits;
}

/* A further part of a date: the same separator as before, or the first one, then digits. */
static unsigned
take_date_part(struct str *s, char *separator, unsigned *number)
{
	char mark = s->len > 0 ? *s->ptr : 0;
	bool is_first = *separator == 0 && (mark == '/' || mark == '-' || mark == '.');

	if (mark == 0 || (mark != *separator && !is_first))
		return 0;
	*separator = mark;
	s->ptr++;
	s->len--;
	return take_digits(s, number);
}

/*
 * ISO 8601 in every locale; else the locale's order.  Only where the year comes
 * last it may have two digits: 00 to 49 are 2000 to 2049 (E22).
 */
static bool
date_take(const struct locale *locale, struct str *s, struct civil *date)
{
	unsigned parts[3];
	char separator = 0;
	unsigned first = take_digits(s, &parts[0]);
	unsigned second = take_date_part(s, &separator, &parts[1]);
	unsigned third = take_date_part(s, &separator, &parts[2]);
	bool is_iso = first == 4 && separator == '-' && second == 2 && third == 2;

	if (second < 1 || second > 2)
		return false;
	if (is_iso || locale->order == DATE_YMD) {
		*date = (struct civil){ parts[0], (int)parts[1], (int)parts[2] };
		return first == 4 && third >= 1 && third <= 2 && civil_is_valid(*date);
	}
	if (first < 1 || first > 2 || (third != 2 && third != 4))
		return false;
	if (third == 2)
		parts[2] += parts[2] < 50 ? 2000 : 1900;
	bool day_first = locale->order == DATE_DMY;
	*date = (struct civil){ parts[2], (int)parts[day_first ? 1 : 0], (int)parts[day_first ? 0 : 1] };
	return civil_is_valid(*date);
}

/* The digits of a fraction of a second, cut to milliseconds. */
static bool
take_fraction(struct str *s, unsigned limit, unsigned *ms)
{
	unsigned weight = 100;
	unsigned digits = 0;

	*ms = 0;
	for (; s->len > 0 && *s->ptr >= '0' && *s->ptr <= '9'; s->ptr++, s->len--, digits++) {
		*ms += (unsigned)(*s->ptr - '0') * weight;
		weight /= 10;
	}
	return digits > 0 && digits <= limit;
}

/* AM or PM behind the time, with or without blanks between, makes 12-hour hours 24-hour ones. */
static bool
take_half(struct str *s, unsigned *hour)
{
	struct str rest = *s;

	take_blanks(&rest);
	char half = rest.len >= 2 ? (char)(rest.ptr[0] | 32) : 0;
	if ((half != 'a' && half != 'p') || (rest.ptr[1] | 32) != 'm')
		return true;
	if (*hour < 1 || *hour > 12)
		return false;
	*hour = *hour % 12 + (half == 'p' ? 12 : 0);
	*s = (struct str){ rest.ptr + 2, rest.len - 2 };
	return true;
}

static bool
clock_take(struct str *s, unsigned fraction_limit, int64_t *ms_of_day)
{
	unsigned hour;
	unsigned minute;
	unsigned second = 0;
	unsigned ms = 0;
	unsigned digits = take_digits(s, &hour);

	if (digits < 1 || digits > 2 || !str_take(s, ':') || take_digits(s, &minute) != 2)
		return false;
	if (str_take(s, ':')) {
		if (take_digits(s, &second) != 2)
			return false;
		if ((str_take(s, '.') || str_take(s, ',')) && !take_fraction(s, fraction_limit, &ms))
			return false;
	}
	if (!take_half(s, &hour) || hour > 23 || minute > 59 || second > 59)
		return false;
	*ms_of_day = (hour * 3600 + minute * 60 + second) * INT64_C(1000) + ms;
	return true;
}

bool
time_take(struct str *s, int64_t *ms_of_day)
{
	return clock_take(s, FRACTION_DIGITS, ms_of_day);
}

/* Z, +hh:mm, +hhmm or +hh at the end, or nothing; has_zone says which. */
static bool
zone_take(struct str *s, bool *has_zone, int64_t *offset_ms)
{
	unsigned hours;
	unsigned minutes = 0;

	*has_zone = false;
	*offset_ms = 0;
	take_blanks(s);
	if (s->len == 0)
		return true;
	*has_zone = true;
	if (str_take(s, 'Z') || str_take(s, 'z'))
		return true;
	bool is_west = *s->ptr == '-';
	if (!str_take(s, '-') && !str_take(s, '+'))
		return false;
	unsigned digits = take_digits(s, &hours);
	if (digits == 4) {
		minutes = hours % 100;
		hours /= 100;
	} else if (digits != 2 || (str_take(s, ':') && take_digits(s, &minutes) != 2)) {
		return false;
	}
	*offset_ms = (hours * 60 + minutes) * (is_west ? INT64_C(-60000) : INT64_C(60000));
	return hours <= 23 && minutes <= 59;
}

/* A stamp as it is written: a date, a time on a clock, and the clock's zone, if it says so. */
struct wall_stamp {
	struct civil date;
	int64_t ms_of_day;
	bool has_time;
	bool has_zone;
	int64_t offset_ms;
};

/* A date, then perhaps blanks, a comma or T, and a time; nothing else. */
static bool
stamp_take(const struct locale *locale, struct str *s, unsigned fraction_limit, struct wall_stamp *stamp)
{
	*stamp = (struct wall_stamp){ .has_time = false };
	if (!date_take(locale, s, &stamp->date))
		return false;
	if (s->len == 0)
		return true;
	if (!str_take(s, 'T') && !str_take(s, 't')) {
		bool is_apart = take_blanks(s);
		if (str_take(s, ','))
			take_blanks(s);
		else if (!is_apart)
			return false;
	}
	stamp->has_time = true;
	return clock_take(s, fraction_limit, &stamp->ms_of_day) &&
	       zone_take(s, &stamp->has_zone, &stamp->offset_ms) && s->len == 0;
}

/* A stamp gives its date as it is written, in whatever zone: a date knows no zone. */
bool
date_read(const struct locale *locale, struct str text, struct buf *out)
{
	struct wall_stamp stamp;

	if (!stamp_take(locale, &text, FRACTION_DIGITS, &stamp))
		return false;
	if (!civil_is_blank(stamp.date))
		civil_write(stamp.date, out);
	return true;
}

bool
time_read(struct str text, struct buf *out)
{
	int64_t ms_of_day;

	if (!time_take(&text, &ms_of_day) || text.len > 0)
		return false;
	clock_write(ms_of_day, out);
	return true;
}

/*
 * The usual form, `2024-01-02T03:04:05.123Z` or without milliseconds, is
 * canonical but for milliseconds of zero.  False for any other, also for the
 * years of the blank dates.
 */
static bool
read_canonical(struct str text, struct buf *out)
{
	const char *p = text.ptr;
	unsigned century = digits_get2(p);
	unsigned year = digits_get2(p + 2);
	unsigned month = digits_get2(p + 5);
	unsigned day = digits_get2(p + 8);

	if (century > 99 || year > 99 || month < 1 || month > 12 || day < 1 || p[4] != '-' || p[7] != '-' ||
	    p[10] != 'T' || p[13] != ':' || p[16] != ':' || p[text.len - 1] != 'Z' ||
	    digits_get2(p + 11) > 23 || digits_get2(p + 14) > 59 || digits_get2(p + 17) > 59)
		return false;
	year += century * 100;
	if (year <= 1 || year == 1753 || year == 4501 ||
	    (day > 28 && (int)day > civil_month_length((int64_t)year, (int)month)))
		return false;
	if (text.len == STAMP_LENGTH) {
		if (p[19] != '.' || (unsigned)(p[20] - '0') > 9 || digits_get2(p + 21) > 99)
			return false;
		if (p[20] == '0' && p[21] == '0' && p[22] == '0')
			text.len = 19;
	}
	char *to = buf_reserve(out, STAMP_LENGTH);
	memcpy(to, p, text.len);
	to[text.len == 19 ? 19 : text.len - 1] = 'Z';
	out->len += text.len == 19 ? 20 : text.len;
	return true;
}

/* E21: midnight of a blank date is blank, in UTC as well as in the zone in which it is written. */
static bool
is_blank_stamp(int64_t stamp)
{
	return floor_mod(stamp, DAY_MS) == 0 && civil_is_blank(civil_from_days(floor_div(stamp, DAY_MS)));
}

bool
datetime_read(const struct locale *locale, const struct timezone_rules *zone, struct str text,
	struct buf *out)
{
	struct wall_stamp stamp;

	if ((text.len == STAMP_LENGTH || text.len == 20) && read_canonical(text, out))
		return true;
	if (!stamp_take(locale, &text, FRACTION_DIGITS, &stamp))
		return false;
	int64_t wall = civil_to_days(stamp.date) * DAY_MS + stamp.ms_of_day;
	if (is_blank_stamp(wall))
		return true;
	int64_t utc = stamp.has_zone ? wall - stamp.offset_ms : timezone_to_utc(zone, wall);
	if (!stamp_in_range(utc))
		return false;
	if (!is_blank_stamp(utc))
		stamp_write(utc, out);
	return true;
}

/*
 * RFC 3339 wants seconds and a zone, and every digit in its place; of what the
 * other functions take, nothing else is let through.
 */
static bool
is_rfc3339(struct str text)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	static const char others[] = "0123456789.:+-Zz";
	size_t fixed = sizeof form - 1;

	if (text.len <= fixed)
		return false;
	for (size_t i = 0; i < fixed; i++) {
		char c = text.ptr[i];
		bool fits = form[i] == 'd' ? c >= '0' && c <= '9' : c == form[i];
		if (!fits && !(i == 10 && (c == 't' || c == ' ')))
			return false;
	}
	for (size_t i = fixed; i < text.len; i++)
		if (!memchr(others, text.ptr[i], sizeof others - 1))
			return false;
	return (text.ptr[text.len - 1] | 32) == 'z' || text.ptr[text.len - 3] == ':';
}

bool
stamp_parse(struct str text, int64_t *stamp)
{
	struct wall_stamp wall;

	if (!is_rfc3339(text) || !stamp_take(locale_find(STR("")), &text, NO_LIMIT, &wall) || !wall.has_zone)
		return false;
	int64_t utc = civil_to_days(wall.date) * DAY_MS + wall.ms_of_day - wall.offset_ms;
	if (!stamp_in_range(utc))
		return false;
	*stamp = utc;
	return true;
}
