/* value_convert.c - values of one type as another (E23) */
#include "model/value.h"
#include "model/value_parts.h"

static bool
is_text(enum type type)
{
	return type == TYPE_TEXT || type == TYPE_CODE || type == TYPE_BLOB || type == TYPE_DATEFORMULA;
}

/* What was appended to scratch from `start` on is the result. */
static enum convert
give(const struct buf *scratch, size_t start, struct str *result)
{
	*result = (struct str){ scratch->ptr + start, scratch->len - start };
	return CONVERT_OK;
}

static enum convert
give_text(struct str text, struct buf *scratch, struct str *result)
{
	size_t start = scratch->len;

	buf_add(scratch, text);
	return give(scratch, start, result);
}

/* A Text is cut to its field's length, a Code must not be longer.  Bytes are never fewer than characters. */
static enum convert
fit(const struct field *to, struct str *result)
{
	bool is_limited = to->length > 0 && (to->type == TYPE_TEXT || to->type == TYPE_CODE);

	if (!is_limited || result->len <= to->length || utf8_count(*result) <= to->length)
		return CONVERT_OK;
	if (to->type == TYPE_TEXT) {
		*result = utf8_cut(*result, to->length);
		return CONVERT_SHORTENED;
	}
	*result = (struct str){ NULL, 0 };
	return CONVERT_TOO_LONG;
}

static enum convert
to_code(const struct field *to, struct str value, struct buf *scratch, struct str *result)
{
	struct str text = value_trim(value);
	size_t start = scratch->len;

	if (text.len == value.len && plain_is_upper(text)) {
		*result = value;
	} else {
		text_upper(text, scratch);
		give(scratch, start, result);
	}
	return fit(to, result);
}

/* The canonical text as if it were in a file that knows no country. */
static enum convert
by_reading(const struct field *to, const struct timezone_rules *zone, struct str value, struct buf *scratch,
	struct str *result)
{
	size_t start = scratch->len;

	if (!value_read(to, locale_find(STR("")), zone, value, scratch))
		return to->type == TYPE_OPTION ? CONVERT_NO_OPTION : CONVERT_IMPOSSIBLE;
	return give(scratch, start, result);
}

static enum convert
to_text(const struct field *to, struct str value, struct buf *scratch, struct str *result)
{
	if (to->type == TYPE_CODE)
		return to_code(to, value, scratch, result);
	*result = value;
	return fit(to, result);
}

/* By name, then by ordinal; the blank option is a blank and stays one. */
static enum convert
option_to_option(const struct field *from, const struct field *to, struct str value, struct buf *scratch,
	struct str *result)
{
	const struct option *option = option_by_ordinal(from, value);
	const struct option *same = option ? option_by_name(to, value_trim(option->name)) : NULL;

	if (same)
		return give_text(same->ordinal, scratch, result);
	if (option && option_is_blank(from, option))
		return CONVERT_OK;
	if (to->option_count > 0 && !option_by_ordinal(to, value))
		return CONVERT_NO_OPTION;
	*result = value;
	return CONVERT_OK;
}

static enum convert
from_option(const struct field *from, const struct field *to, const struct timezone_rules *zone,
	struct str value, struct buf *scratch, struct str *result)
{
	const struct option *option = option_by_ordinal(from, value);
	size_t start = scratch->len;

	if (to->type == TYPE_OPTION)
		return option_to_option(from, to, value, scratch, result);
	if (type_is_number(to->type) || to->type == TYPE_BOOLEAN)
		return by_reading(to, zone, value, scratch, result);
	if (option && option_is_blank(from, option))
		return CONVERT_OK;
	if (!is_text(to->type))
		return CONVERT_IMPOSSIBLE;
	struct str text = option ? option_text(from, option) : value;
	if (to->type == TYPE_DATEFORMULA)
		return by_reading(to, zone, text, scratch, result);
	if (to->type == TYPE_CODE)
		text_upper(value_trim(text), scratch);
	else
		buf_add(scratch, text);
	give(scratch, start, result);
	return fit(to, result);
}

/* Midnight in the destination's zone, and back the date and the time of day there. */
static enum convert
between_times(const struct field *from, const struct field *to, const struct timezone_rules *zone,
	struct str value, struct buf *scratch, struct str *result)
{
	size_t start = scratch->len;
	struct civil date;

	if (from->type == TYPE_DATE && to->type == TYPE_DATETIME && civil_read(value, &date)) {
		stamp_write(timezone_to_utc(zone, civil_to_days(date) * DAY_MS), scratch);
		give(scratch, start, result);
		return result->len > 0 ? CONVERT_OK : CONVERT_IMPOSSIBLE;
	}
	int64_t stamp = from->type == TYPE_DATETIME ? stamp_read(value) : STAMP_NONE;
	if (stamp == STAMP_NONE || (to->type != TYPE_DATE && to->type != TYPE_TIME))
		return CONVERT_IMPOSSIBLE;
	int64_t wall = timezone_from_utc(zone, stamp);
	date = civil_from_days(floor_div(wall, DAY_MS));
	if (to->type == TYPE_TIME)
		clock_write(floor_mod(wall, DAY_MS), scratch);
	else if (!civil_is_valid(date))
		return CONVERT_IMPOSSIBLE;
	else if (!civil_is_blank(date))
		civil_write(date, scratch);
	return give(scratch, start, result);
}

static struct str
boolean_digit(struct str value)
{
	return str_equal(value, STR("true")) ? STR("1") : STR("0");
}

/* A value that is neither blank, nor text, nor an option, as another type that is no text. */
static enum convert
between_types(const struct field *from, const struct field *to, const struct timezone_rules *zone,
	struct str value, struct buf *scratch, struct str *result)
{
	if (from->type == TYPE_BOOLEAN && (type_is_number(to->type) || to->type == TYPE_OPTION))
		return by_reading(to, zone, boolean_digit(value), scratch, result);
	if (to->type == TYPE_OPTION)
		return by_reading(to, zone, value, scratch, result);
	if (type_is_number(from->type) && (type_is_number(to->type) || to->type == TYPE_BOOLEAN))
		return by_reading(to, zone, value, scratch, result);
	return between_times(from, to, zone, value, scratch, result);
}

enum convert
value_convert(const struct field *from, const struct field *to, const struct timezone_rules *zone,
	struct str value, struct buf *scratch, struct str *result)
{
	*result = (struct str){ NULL, 0 };
	if (from->type == to->type && (from->type != TYPE_OPTION || from == to)) {
		*result = value;
		return fit(to, result);
	}
	if (value.len == 0) {
		const struct option *blank = to->type == TYPE_OPTION ? option_by_name(to, value) : NULL;
		return blank ? give_text(blank->ordinal, scratch, result) : CONVERT_OK;
	}
	if (from->type == TYPE_OPTION)
		return from_option(from, to, zone, value, scratch, result);
	if (to->type == TYPE_TEXT || to->type == TYPE_CODE || to->type == TYPE_BLOB)
		return to_text(to, value, scratch, result);
	if (is_text(from->type))
		return by_reading(to, zone, value, scratch, result);
	return between_types(from, to, zone, value, scratch, result);
}
