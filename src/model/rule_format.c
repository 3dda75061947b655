/*
 * rule_format.c - .NET's formats of dates and times, read exactly (R84)
 *
 * A format is compiled into items, each of which takes its part off a value.
 * Names are those of the invariant culture; nothing is ever taken from the
 * clock, so that a format without a year is refused.
 */
#include "model/rule_parts.h"

enum item_kind {
	ITEM_TEXT,	/* these characters */
	ITEM_YEAR,
	ITEM_MONTH,
	ITEM_MONTH_NAME,
	ITEM_MONTH_SHORT,
	ITEM_DAY,
	ITEM_WEEKDAY,
	ITEM_WEEKDAY_SHORT,
	ITEM_HOUR,
	ITEM_HOUR_OF_12,
	ITEM_MINUTE,
	ITEM_SECOND,
	ITEM_FRACTION,		/* exactly so many digits */
	ITEM_FRACTION_MAYBE,	/* at most so many */
	ITEM_HALF,		/* AM or PM, or their first letters */
	ITEM_OFFSET,
	ITEM_ZONE,		/* Z, an offset, or nothing */
	ITEM_KINDS,
};

struct item {
	enum item_kind kind;
	unsigned count;		/* of the format's letters */
	struct str text;
};

struct date_format {
	struct item *items;
	size_t count;
	bool is_utc;		/* the standard formats r, u and U */
};

static const struct {
	char letter;
	bool is_utc;
	const char *format;
} standards[] = {
	{ 'd', false, "MM/dd/yyyy" },
	{ 'D', false, "dddd, dd MMMM yyyy" },
	{ 'f', false, "dddd, dd MMMM yyyy HH:mm" },
	{ 'F', false, "dddd, dd MMMM yyyy HH:mm:ss" },
	{ 'g', false, "MM/dd/yyyy HH:mm" },
	{ 'G', false, "MM/dd/yyyy HH:mm:ss" },
	{ 'm', false, "MMMM dd" },
	{ 'M', false, "MMMM dd" },
	{ 'o', false, "yyyy-MM-ddTHH:mm:ss.fffffffK" },
	{ 'O', false, "yyyy-MM-ddTHH:mm:ss.fffffffK" },
	{ 'r', true, "ddd, dd MMM yyyy HH:mm:ss 'GMT'" },
	{ 'R', true, "ddd, dd MMM yyyy HH:mm:ss 'GMT'" },
	{ 's', false, "yyyy-MM-ddTHH:mm:ss" },
	{ 't', false, "HH:mm" },
	{ 'T', false, "HH:mm:ss" },
	{ 'u', true, "yyyy-MM-dd HH:mm:ss'Z'" },
	{ 'U', true, "dddd, dd MMMM yyyy HH:mm:ss" },
	{ 'y', false, "yyyy MMMM" },
	{ 'Y', false, "yyyy MMMM" },
};

/* What a letter means, by how often it stands there; ITEM_TEXT for one without a meaning. */
static enum item_kind
kind_of(char letter, unsigned count)
{
	static const char letters[] = "yMdHhmsfFtzK";
	static const enum item_kind kinds[] = { ITEM_YEAR, ITEM_MONTH, ITEM_DAY, ITEM_HOUR, ITEM_HOUR_OF_12,
		ITEM_MINUTE, ITEM_SECOND, ITEM_FRACTION, ITEM_FRACTION_MAYBE, ITEM_HALF, ITEM_OFFSET,
		ITEM_ZONE };
	const char *at = memchr(letters, letter, sizeof letters - 1);
	enum item_kind kind = at ? kinds[at - letters] : ITEM_TEXT;

	if (kind == ITEM_MONTH && count > 2)
		return count == 3 ? ITEM_MONTH_SHORT : ITEM_MONTH_NAME;
	if (kind == ITEM_DAY && count > 2)
		return count == 3 ? ITEM_WEEKDAY_SHORT : ITEM_WEEKDAY;
	return kind;
}

/* Takes quoted text, or the character behind a backslash; a null pointer when it does not end. */
static struct str
take_literal(struct str *rest)
{
	char mark = *rest->ptr;
	struct str text = { rest->ptr + 1, rest->len - 1 };

	if (mark == '\\') {
		text.len = text.len > 0 ? utf8_length(text) : 0;
		*rest = (struct str){ text.ptr + text.len, rest->len - 1 - text.len };
		return text.len > 0 ? text : (struct str){ NULL, 0 };
	}
	const char *end = text.len > 0 ? memchr(text.ptr, mark, text.len) : NULL;
	if (!end)
		return (struct str){ NULL, 0 };
	text.len = (size_t)(end - text.ptr);
	*rest = (struct str){ end + 1, rest->len - text.len - 2 };
	return text;
}

/* Takes the next item; a sentence when the format cannot be read there. */
static const char *
take_item(struct str *rest, struct item *item)
{
	char c = *rest->ptr;
	unsigned count = 0;

	if (c == '\'' || c == '"' || c == '\\') {
		item->text = take_literal(rest);
		item->kind = ITEM_TEXT;
		return item->text.ptr ? NULL
				      : c == '\\' ? "a backslash at the end" : "a quote that does not end";
	}
	if (c == '%') {
		*rest = (struct str){ rest->ptr + 1, rest->len - 1 };
		if (rest->len == 0 || *rest->ptr == '%')
			return "a percent sign without a letter behind it";
		return take_item(rest, item);
	}
	if (c == 'g')
		return "g, the era, which is not read";
	while (count < rest->len && rest->ptr[count] == c && (count == 0 || c != 'K'))
		count++;
	*item = (struct item){ kind_of(c, count), count, { rest->ptr, count } };
	if (item->kind == ITEM_TEXT)
		item->text.len = count = (unsigned)utf8_length(*rest);
	*rest = (struct str){ rest->ptr + count, rest->len - count };
	if ((item->kind == ITEM_FRACTION || item->kind == ITEM_FRACTION_MAYBE) && count > 7)
		return "a fraction of more than seven digits";
	if (item->kind == ITEM_YEAR && count > 5)
		return "a year of more than five digits";
	return NULL;
}

/* Of what a date needs, years are not guessed; a month or day that is absent is the first. */
static const char *
check_items(const struct date_format *format)
{
	bool has[ITEM_KINDS] = { false };

	for (size_t i = 0; i < format->count; i++)
		has[format->items[i].kind] = true;
	if (!has[ITEM_YEAR])
		return "no year (y), without which it gives no date";
	return NULL;
}

const struct date_format *
date_format_compile(struct arena *arena, struct str format, struct str *why)
{
	struct date_format *compiled = arena_new(arena, struct date_format);
	struct str rest = format;
	const char *wrong = format.len == 1 ? "one letter that is no standard format" : NULL;

	for (size_t i = 0; format.len == 1 && i < ARRAY_LEN(standards); i++)
		if (standards[i].letter == *format.ptr) {
			wrong = NULL;
			rest = str_from(standards[i].format);
			compiled->is_utc = standards[i].is_utc;
		}
	compiled->items = arena_array(arena, struct item, rest.len + 1);
	while (rest.len > 0 && !wrong)
		wrong = take_item(&rest, &compiled->items[compiled->count++]);
	if (!wrong)
		wrong = check_items(compiled);
	if (wrong) {
		*why = arena_printf(arena,
			"format \"%.*s\" has %s; write one such as yyyyMMdd or dd-MM-yyyy HH:mm:ss",
			STR_ARG(format), wrong);
		return NULL;
	}
	return compiled;
}

/* What was read so far; -1 = not yet. */
struct reading {
	struct str rest;
	int64_t found[ITEM_KINDS];	/* by kind; names count as the numbers they stand for */
	bool has_offset;
	int64_t offset_ms;
};

/* Digits, at least and at most so many; -1 when there are fewer. */
static int64_t
take_number(struct str *rest, unsigned least, unsigned most)
{
	int64_t number = 0;
	unsigned digits = 0;

	while (digits < most && digits < rest->len && rest->ptr[digits] >= '0' && rest->ptr[digits] <= '9')
		number = number * 10 + (rest->ptr[digits++] - '0');
	*rest = (struct str){ rest->ptr + digits, rest->len - digits };
	return digits < least ? -1 : number;
}

/* Something that is given twice must be the same. */
static bool
set(struct reading *r, enum item_kind kind, int64_t value)
{
	if (value < 0 || (r->found[kind] >= 0 && r->found[kind] != value))
		return false;
	r->found[kind] = value;
	return true;
}

static bool
take_year(struct reading *r, unsigned count)
{
	int64_t year = take_number(&r->rest, count, count == 1 ? 2 : count);

	if (count <= 2 && year >= 0)
		year += year < 50 ? 2000 : 1900;
	return set(r, ITEM_YEAR, year);
}

/* As milliseconds; what is finer is cut off. */
static bool
take_fraction(struct reading *r, const struct item *item)
{
	size_t before = r->rest.len;
	int64_t number = take_number(&r->rest, item->kind == ITEM_FRACTION ? item->count : 0, item->count);

	for (size_t digits = before - r->rest.len; digits < 7 && number > 0; digits++)
		number *= 10;
	return set(r, ITEM_FRACTION, number < 0 ? -1 : number / 10000);
}

/* 0 = AM, 1 = PM. */
static bool
take_half(struct reading *r, unsigned count)
{
	char half = r->rest.len >= count ? (char)(*r->rest.ptr | 32) : 0;

	if ((half != 'a' && half != 'p') || (count > 1 && (r->rest.ptr[1] | 32) != 'm'))
		return false;
	count = count > 2 ? 2 : count;
	r->rest = (struct str){ r->rest.ptr + count, r->rest.len - count };
	return set(r, ITEM_HALF, half == 'p');
}

static bool
take_offset(struct reading *r)
{
	bool is_west = r->rest.len > 0 && *r->rest.ptr == '-';

	if (!str_take(&r->rest, '-') && !str_take(&r->rest, '+'))
		return false;
	int64_t hours = take_number(&r->rest, 1, 2);
	int64_t minutes = 0;
	bool is_apart = str_take(&r->rest, ':');
	if (is_apart || (r->rest.len > 0 && *r->rest.ptr >= '0' && *r->rest.ptr <= '9'))
		minutes = take_number(&r->rest, 2, 2);
	if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59 || r->has_offset)
		return false;
	r->has_offset = true;
	r->offset_ms = (hours * 60 + minutes) * (is_west ? -60000 : 60000);
	return true;
}

static bool
take_zone(struct reading *r)
{
	if (r->rest.len == 0 || (*r->rest.ptr != 'Z' && *r->rest.ptr != '+' && *r->rest.ptr != '-'))
		return true;
	if (!str_take(&r->rest, 'Z'))
		return take_offset(r);
	r->has_offset = true;
	return true;
}

static bool
take_name(struct reading *r, enum item_kind kind, const char *names, int first)
{
	int number = culture_take_name(names, &r->rest);

	return number >= 0 && set(r, kind, number + first);
}

/* A point before an absent fraction that need not be there (.FFF) is absent too. */
static bool
take_text(struct reading *r, const struct item *item, const struct item *next)
{
	if (r->rest.len >= item->text.len && memcmp(r->rest.ptr, item->text.ptr, item->text.len) == 0) {
		r->rest = (struct str){ r->rest.ptr + item->text.len, r->rest.len - item->text.len };
		return true;
	}
	return next && next->kind == ITEM_FRACTION_MAYBE && str_equal(item->text, STR("."));
}

static bool
take(struct reading *r, const struct item *item, const struct item *next)
{
	const struct culture_names *names = culture_names(NULL);
	unsigned least = item->count > 1 ? 2 : 1;

	switch (item->kind) {
	case ITEM_TEXT:
		return item->text.len == 0 || take_text(r, item, next);
	case ITEM_YEAR:
		return take_year(r, item->count);
	case ITEM_MONTH_NAME:
		return take_name(r, ITEM_MONTH, names->months, 1);
	case ITEM_MONTH_SHORT:
		return take_name(r, ITEM_MONTH, names->short_months, 1);
	case ITEM_WEEKDAY:
		return take_name(r, ITEM_WEEKDAY, names->days, 0);
	case ITEM_WEEKDAY_SHORT:
		return take_name(r, ITEM_WEEKDAY, names->short_days, 0);
	case ITEM_FRACTION:
	case ITEM_FRACTION_MAYBE:
		return take_fraction(r, item);
	case ITEM_HALF:
		return take_half(r, item->count);
	case ITEM_OFFSET:
		return take_offset(r);
	case ITEM_ZONE:
		return take_zone(r);
	default:
		return set(r, item->kind, take_number(&r->rest, least, 2));
	}
}

static int64_t
found_or(const struct reading *r, enum item_kind kind, int64_t otherwise)
{
	return r->found[kind] < 0 ? otherwise : r->found[kind];
}

/* The hour of the day; -1 when there is none such. */
static int64_t
hour_of(const struct reading *r)
{
	int64_t hour = found_or(r, ITEM_HOUR, 0);
	int64_t half = r->found[ITEM_HALF];

	if (r->found[ITEM_HOUR_OF_12] >= 0) {
		hour = r->found[ITEM_HOUR_OF_12];
		if (hour > 12 || (r->found[ITEM_HOUR] >= 0 && r->found[ITEM_HOUR] % 12 != hour % 12))
			return -1;
		return hour % 12 + (half > 0 || r->found[ITEM_HOUR] >= 12 ? 12 : 0);
	}
	/* .NET takes 24-hour hours together with a half only where they fit. */
	return hour > 23 || (half >= 0 && r->found[ITEM_HOUR] >= 0 && half != (hour >= 12)) ? -1 : hour;
}

bool
date_format_read(const struct date_format *format, struct str value, struct rule_stamp *stamp)
{
	struct reading r = { .rest = value };

	for (size_t i = 0; i < ITEM_KINDS; i++)
		r.found[i] = -1;
	for (size_t i = 0; i < format->count; i++)
		if (!take(&r, &format->items[i], i + 1 < format->count ? &format->items[i + 1] : NULL))
			return false;
	int64_t hour = hour_of(&r);
	int64_t minute = found_or(&r, ITEM_MINUTE, 0);
	int64_t second = found_or(&r, ITEM_SECOND, 0);
	if (r.rest.len > 0 || hour < 0 || minute > 59 || second > 59)
		return false;
	stamp->date = (struct civil){ r.found[ITEM_YEAR], (int)found_or(&r, ITEM_MONTH, 1),
		(int)found_or(&r, ITEM_DAY, 1) };
	stamp->ms_of_day = (hour * 3600 + minute * 60 + second) * 1000 + found_or(&r, ITEM_FRACTION, 0);
	stamp->has_zone = r.has_offset || format->is_utc;
	stamp->offset_ms = r.offset_ms;
	return civil_is_valid(stamp->date) &&
	       (r.found[ITEM_WEEKDAY] < 0 ||
		       r.found[ITEM_WEEKDAY] == civil_weekday(civil_to_days(stamp->date)));
}
