/* value_date.c - civil date arithmetic and stamps */
#include "model/value_date.h"

#include "model/value.h"

/* Days from 0000-03-01, where the year of the arithmetic begins, to 1970-01-01. */
enum { DAYS_TO_1970 = 719468, DAYS_OF_400_YEARS = 146097 };

const char digits_of_100[] =
	"00010203040506070809101112131415161718192021222324"
	"25262728293031323334353637383940414243444546474849"
	"50515253545556575859606162636465666768697071727374"
	"75767778798081828384858687888990919293949596979899";

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
 * days before a month then do not depend on the year.
 */
static inline uint32_t
days_of_years(uint32_t year, uint32_t month, uint32_t day)
{
	static const uint16_t days_before[] = { 0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275 };
	uint32_t century = year / 100;

	return year * 365 + year / 4 - century + century / 4 + days_before[month] + day - 1;
}

int64_t
civil_to_days(struct civil date)
{
	int64_t year = date.month <= 2 ? date.year - 1 : date.year;
	int64_t cycle = floor_div(year, 400);

	return cycle * DAYS_OF_400_YEARS - DAYS_TO_1970 +
		days_of_years((uint32_t)(year - cycle * 400), (uint32_t)date.month, (uint32_t)date.day);
}

/*
 * Days from 0000-03-01 as a date; days must be below 2^30.  Divisions of numbers
 * that are small enough are multiplications by a fraction (of 2^32 or 2^16)
 * that is exact for them, and the remainder is what is left of the fraction:
 * 2939745 is 2^32 / 1461, and 2141 / 2^16 is a little more than 5 / 153, the
 * months in a day.
 */
static inline struct civil
civil_of_small(uint32_t days)
{
	uint32_t quarters = 4 * days + 3;
	uint32_t century = quarters / DAYS_OF_400_YEARS;
	uint32_t of_century = quarters % DAYS_OF_400_YEARS | 3;
	uint64_t years = UINT64_C(2939745) * of_century;
	uint32_t day_of_year = (uint32_t)years / 2939745 / 4;
	uint32_t months = 2141 * day_of_year + 197913;
	uint32_t month = months >> 16;
	bool is_next_year = day_of_year >= 306;

	return (struct civil){
		.year = 100 * century + (uint32_t)(years >> 32) + is_next_year,
		.month = (int)(is_next_year ? month - 12 : month),
		.day = (int)((months & 0xffff) / 2141 + 1),
	};
}

struct civil
civil_from_days(int64_t days)
{
	int64_t shifted = days + DAYS_TO_1970;

	if (shifted >= 0 && shifted < 1 << 30)
		return civil_of_small((uint32_t)shifted);
	int64_t cycle = floor_div(shifted, DAYS_OF_400_YEARS);
	struct civil date = civil_of_small((uint32_t)(shifted - cycle * DAYS_OF_400_YEARS));
	date.year += 400 * cycle;
	return date;
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

/*
 * A form of eight characters, and for each how much can be added to what it
 * differs by from 0 to the largest digit, before it is beyond 0x7f: 'v' is 0x76,
 * for a 9.  Tens have limits of their own.
 */
struct form {
	char text[9];
	char limits[9];
};

static const struct form form_date = { "0000-00-", "vvvv\x7f\x7ev\x7f" };
static const struct form form_hour = { "00T00:00", "\x7cv\x7f\x7dv\x7f\x7av" };
static const struct form form_second = { "0:00:00Z", "v\x7f\x7av\x7f\x7av\x7f" };
static const struct form form_fraction = { ":00.000Z", "\x7f\x7av\x7fvvv\x7f" };

static inline uint64_t
eight_bytes(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

/* What the eight characters at p differ by; some byte of *beyond is above 0x7f if they have not the form. */
static inline uint64_t
take_form(const char *p, const struct form *form, uint64_t *beyond)
{
	uint64_t digits = eight_bytes(p) ^ eight_bytes(form->text);

	*beyond |= (digits + eight_bytes(form->limits)) | digits;
	return digits;
}

/* Byte n is the number that the digits n and n + 1 make. */
static inline uint64_t
pairs_of(uint64_t digits)
{
	return digits * 10 + (digits >> 8);
}

static inline unsigned
byte_of(uint64_t word, unsigned number)
{
	return word >> (8 * number) & 0xff;
}

/* STAMP_NONE where it is none, else *year is its year, too. */
static inline int64_t
read_stamp(struct str canonical, unsigned *year)
{
	const char *p = canonical.ptr;
	bool has_fraction = canonical.len == STAMP_LENGTH;
	uint64_t beyond = 0;

	if (canonical.len != 20 && !has_fraction)
		return STAMP_NONE;
	uint64_t date = take_form(p, &form_date, &beyond);
	uint64_t clock = take_form(p + 8, &form_hour, &beyond);
	uint64_t rest = has_fraction ? take_form(p + 16, &form_fraction, &beyond) << 32 :
		take_form(p + 12, &form_second, &beyond);
	if ((beyond & UINT64_C(0x8080808080808080)) != 0)
		return STAMP_NONE;
	unsigned ms = has_fraction ? (unsigned)(p[20] - '0') * 100 + (unsigned)(p[21] - '0') * 10 +
		(unsigned)(p[22] - '0') : 0;
	date = pairs_of(date);
	clock = pairs_of(clock);
	*year = byte_of(date, 0) * 100 + byte_of(date, 2);
	unsigned month = byte_of(date, 5);
	unsigned day = byte_of(clock, 0);
	unsigned hour = byte_of(clock, 3);
	unsigned second = byte_of(pairs_of(rest), 5);	/* the fraction's form moved up has it there too */
	if (hour > 23 || *year < 1 || month - 1 > 11 || day < 1 ||
	    (day > 28 && (int)day > civil_month_length(*year, (int)month)))
		return STAMP_NONE;
	int64_t days = (int64_t)days_of_years(*year - (month <= 2), month, day) - DAYS_TO_1970;
	return days * DAY_MS + ((hour * 60 + byte_of(clock, 6)) * 60 + second) * INT64_C(1000) + ms;
}

int64_t
stamp_read(struct str canonical)
{
	unsigned year;

	return read_stamp(canonical, &year);
}

int64_t
stamp_read_plain(struct str raw)
{
	unsigned year;
	int64_t stamp = read_stamp(raw, &year);

	/* The years of blank dates. */
	return stamp != STAMP_NONE && (year == 1 || year == 1753 || year == 4501) ? STAMP_NONE : stamp;
}

char *
stamp_put(char *to, int64_t stamp)
{
	const int64_t first = -INT64_C(62135596800000);	/* 0001-01-01, 306 days behind 0000-03-01 */

	if (!stamp_in_range(stamp))	/* STAMP_NONE too */
		return to;
	uint64_t since = (uint64_t)(stamp - first);
	uint32_t days = (uint32_t)(since / DAY_MS);
	uint32_t ms = (uint32_t)(since - days * UINT64_C(86400000));
	uint32_t seconds = ms / 1000;
	uint32_t minutes = seconds / 60;
	struct civil date = civil_of_small(days + 306);

	ms -= seconds * 1000;
	memcpy(to, "0000-00-00T00:00:00.000Z", STAMP_LENGTH);
	digits_put4(to, (unsigned)date.year);
	digits_put2(to + 5, (unsigned)date.month);
	digits_put2(to + 8, (unsigned)date.day);
	digits_put2(to + 11, minutes / 60);
	digits_put2(to + 14, minutes % 60);
	digits_put2(to + 17, seconds - minutes * 60);
	if (ms == 0) {
		to[19] = 'Z';
		return to + 20;
	}
	to[20] = (char)('0' + ms / 100);
	digits_put2(to + 21, ms % 100);
	return to + STAMP_LENGTH;
}

void
stamp_write(int64_t stamp, struct buf *out)
{
	char *to = buf_reserve(out, STAMP_LENGTH);

	out->len = (size_t)(stamp_put(to, stamp) - out->ptr);
}
