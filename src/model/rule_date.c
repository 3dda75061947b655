/* rule_date.c - DateFormatting, DateTimeFormatting, ExtractFromDate and Unixtimestamp (R84) */
#include "model/rule_parts.h"
#include "model/value.h"

/*
 * A culture's date, in figures as exports have it (E22), or in words; the text
 * before a stamp's time is then rewritten, so that one reader reads both.
 */
static bool
read_in_culture(const struct rule_program *program, const struct timezone_rules *zone, struct str value,
	bool with_time, struct buf *out)
{
	const struct locale *culture = program->culture;
	struct str rest = value;
	struct civil date;

	if (with_time ? datetime_read(culture, zone, value, out) : date_read(culture, value, out))
		return true;
	if (!culture_take_date(culture, &rest, &date))
		return false;
	struct buf iso = { 0 };
	civil_write(date, &iso);
	buf_add(&iso, rest);
	bool is_read = with_time ? datetime_read(culture, zone, buf_str(&iso), out)
				 : date_read(culture, buf_str(&iso), out);
	buf_release(&iso);
	return is_read;
}

static bool
read_by_format(const struct rule_program *program, const struct timezone_rules *zone, struct str value,
	bool with_time, struct buf *out)
{
	struct rule_stamp stamp;

	if (!date_format_read(program->date_format, value, &stamp))
		return false;
	if (!with_time) {
		civil_write(stamp.date, out);
		return true;
	}
	int64_t wall = civil_to_days(stamp.date) * DAY_MS + stamp.ms_of_day;
	int64_t utc = stamp.has_zone ? wall - stamp.offset_ms : timezone_to_utc(zone, wall);
	stamp_write(utc, out);
	return stamp_in_range(utc);
}

/* What is no such date stays as it is (R84): only a field that wants a date fails then. */
void
rule_date(const struct rule_program *program, const struct rule_source *source, struct str value,
	struct buf *out)
{
	bool with_time = program->type == RULE_DATETIME;
	size_t start = out->len;
	struct str text = str_trim(value);
	/* With a culture the format means nothing, as in the reference. */
	bool is_read = value.len > 0 &&
		       (program->culture
				       ? text.len > 0 && read_in_culture(program, source->zone, text,
								 with_time, out)
				       : read_by_format(program, source->zone, value, with_time, out));

	if (!is_read || out->len == start) {
		out->len = start;
		buf_add(out, value);
	}
}

/* The day of a stamp is that of the side that holds it (E23). */
bool
rule_extract(enum date_part part, const struct rule_source *source, struct str value, struct buf *out,
	const char **why)
{
	struct str text = str_trim(value);
	struct buf scratch = { 0 };
	struct civil date;
	int64_t stamp = stamp_read(text);

	if (text.len == 0)
		return true;
	if (stamp != STAMP_NONE) {
		date = civil_from_days(floor_div(timezone_from_utc(source->zone, stamp), DAY_MS));
	} else {
		bool is_read = date_read(locale_find(STR("")), text, &scratch) ||
			       date_read(source->locale, text, &scratch);
		bool is_blank = is_read && scratch.len == 0;
		is_read = is_read && civil_read(buf_str(&scratch), &date);
		buf_release(&scratch);
		if (is_blank)
			return true;
		if (!is_read) {
			*why = "is no date";
			return false;
		}
	}
	buf_add_u64(out, part == PART_DAY     ? (uint64_t)date.day
			 : part == PART_MONTH ? (uint64_t)date.month
					      : (uint64_t)date.year);
	return true;
}

/* Whole seconds since 1970; anything else is blank. */
void
rule_unixtime(struct str value, struct buf *out)
{
	struct decimal number;
	uint64_t seconds = 0;

	value = str_trim(value);
	if (value.len == 0 || !decimal_read(value, '.', 0, &number) ||
		!decimal_is_integer(&number, INT64_MAX / 1000 - 1))
		return;
	if (number.whole > 0 && !str_to_u64((struct str){ number.digits, number.whole }, &seconds))
		return;
	int64_t stamp = (int64_t)seconds * 1000;
	stamp_write(number.is_negative ? -stamp : stamp, out);
}
