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
	       (date.day <= 28 || date.day <= civil_month_length(date.year, date.month));
}

/*
 * Years are taken to begin in March, so that the leap day is their last: the
 * days before a month are then (153 * month + 2) / 5, months counted from 0.
 */
int64_t
civil_to_days(struct civil date)
{
	static const uint16_t days_before[] = { 0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275 };
	int64_t year = date.month <= 2 ? date.year - 1 : date.year;
	int64_t cycle = floor_div(year, 400);
	uint32_t rest = (uint32_t)(year - cycle * 400);

	return cycle * DAYS_OF_400_YEARS + rest * 365 + rest / 4 - rest / 100 + days_before[date.month] +
	       date.day - 1 - DAYS_TO_1970;
}

struct civil
civil_from_days(int64_t days)
{
	int64_t shifted = days + DAYS_TO_1970;
	bool is_small = shifted >= 0 && shifted <= INT32_MAX;	/* divided faster */
	int64_t cycle = is_small ? (uint32_t)shifted / DAYS_OF_400_YEARS
				 : floor_div(shifted, DAYS_OF_400_YEARS);
	uint32_t rest = (uint32_t)(shifted - cycle * DAYS_OF_400_YEARS);
	uint32_t century = (4 * rest + 3) / DAYS_OF_400_YEARS;

	rest -= DAYS_OF_400_YEARS * century / 4;
	uint32_t year = (4 * rest + 3) / 1461;
	rest -= 1461 * year / 4;
	uint32_t month = (5 * rest + 2) / 153;
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

static char *
civil_put(char *p, struct civil date)
{
	p = digits_put4(p, (unsigned)date.year);
	*p++ = '-';
	p = digits_put2(p, (unsigned)date.month);
	*p++ = '-';
	return digits_put2(p, (unsigned)date.day);
}

void
civil_write(struct civil date, struct buf *out)
{
	civil_put(buf_reserve(out, 10), date);
	out->len += 10;
}

bool
civil_is_blank(struct civil date)
{
	return date.month == 1 && date.day == 1 && (date.year == 1 || date.year == 1753 || date.year == 4501);
}

static char *
clock_put(char *p, unsigned ms_of_day)
{
	unsigned seconds = ms_of_day / 1000;
	unsigned ms = ms_of_day % 1000;

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
	return p;
}

void
clock_write(int64_t ms_of_day, struct buf *out)
{
	char *p = buf_reserve(out, 12);

	out->len = (size_t)(clock_put(p, (unsigned)ms_of_day) - out->ptr);
}

bool
stamp_in_range(int64_t stamp)
{
	return stamp >= -INT64_C(62135596800000) && stamp <= INT64_C(253402300799999);
}

/* A form of eight characters, and for each how much can be added to what it differs by: 'v' is 0x76. */
struct form {
	char text[9];
	char limits[9];
};

static const struct form form_date = { "0000-00-", "vvvv\x7fvv\x7f" };
static const struct form form_hour = { "00T00:00", "vv\x7fvv\x7fvv" };
static const struct form form_second = { "0:00:00Z", "v\x7fvv\x7fvv\x7f" };
static const struct form form_fraction = { ":00.000Z", "\x7fvv\x7fvvv\x7f" };

static uint64_t
eight_bytes(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

/*
 * Whether the eight characters at p have the form: digits where it has 0, all
 * else the same.  Byte n of *pairs then is the number that the digits n and
 * n + 1 make, if both are digits.
 */
static inline bool
take_form(const char *p, const struct form *form, uint64_t *pairs)
{
	uint64_t digits = eight_bytes(p) ^ eight_bytes(form->text);
	uint64_t beyond = (digits + eight_bytes(form->limits)) | digits;

	*pairs = digits * 10 + (digits >> 8);
	return (beyond & UINT64_C(0x8080808080808080)) == 0;
}

static inline unsigned
byte_of(uint64_t word, unsigned number)
{
	return word >> (8 * number) & 0xff;
}

int64_t
stamp_read(struct str canonical)
{
	const char *p = canonical.ptr;
	bool has_fraction = canonical.len == STAMP_LENGTH;
	uint64_t date_pairs;
	uint64_t hour_pairs;
	uint64_t rest;
	unsigned ms = 0;

	if ((canonical.len != 20 && !has_fraction) || !take_form(p, &form_date, &date_pairs) ||
	    !take_form(p + 8, &form_hour, &hour_pairs) ||
	    !take_form(p + canonical.len - 8, has_fraction ? &form_fraction : &form_second, &rest))
		return STAMP_NONE;
	if (has_fraction)
		ms = byte_of(rest, 4) * 10 + (unsigned)(p[22] - '0');
	unsigned hour = byte_of(hour_pairs, 3);
	unsigned minute = byte_of(hour_pairs, 6);
	unsigned second = byte_of(rest, has_fraction ? 1 : 5);
	struct civil date = { byte_of(date_pairs, 0) * 100 + byte_of(date_pairs, 2),
		(int)byte_of(date_pairs, 5), (int)byte_of(hour_pairs, 0) };
	if (hour > 23 || minute > 59 || second > 59 || !civil_is_valid(date))
		return STAMP_NONE;
	return civil_to_days(date) * DAY_MS + (hour * 3600 + minute * 60 + second) * INT64_C(1000) + ms;
}

int64_t
stamp_read_plain(struct str raw)
{
	static const char blank_years[][5] = { "0001", "1753", "4501" };
	int64_t stamp = stamp_read(raw);

	for (size_t i = 0; stamp != STAMP_NONE && i < ARRAY_LEN(blank_years); i++)
		if (memcmp(raw.ptr, blank_years[i], 4) == 0)
			stamp = STAMP_NONE;
	return stamp;
}

char *
stamp_put(char *to, int64_t stamp)
{
	if (!stamp_in_range(stamp))	/* STAMP_NONE too */
		return to;
	int64_t days = floor_div(stamp, DAY_MS);
	to = civil_put(to, civil_from_days(days));
	*to++ = 'T';
	to = clock_put(to, (unsigned)(stamp - days * DAY_MS));
	*to++ = 'Z';
	return to;
}

void
stamp_write(int64_t stamp, struct buf *out)
{
	char *to = buf_reserve(out, STAMP_LENGTH);

	out->len = (size_t)(stamp_put(to, stamp) - out->ptr);
}
