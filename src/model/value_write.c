/* value_write.c - canonical values as import files hold them (2.1, 6.5) */
#include "model/value.h"
#include "model/value_parts.h"

static void
write_decimal(const struct locale *locale, struct str canonical, struct buf *out)
{
	size_t start = out->len;

	buf_add(out, canonical);
	char *point = memchr(out->ptr + start, '.', out->len - start);
	if (point)
		*point = locale->decimal;
}

/* One or two digits. */
static void
write_part(int number, bool pad, struct buf *out)
{
	char *p = buf_reserve(out, 2);

	if (number >= 10 || pad) {
		digits_put2(p, (unsigned)number);
		out->len += 2;
	} else {
		buf_add_char(out, (char)('0' + number));
	}
}

static void
write_date(const struct locale *locale, struct civil date, struct buf *out)
{
	bool day_first = locale->order == DATE_DMY;

	if (locale->order == DATE_YMD) {
		civil_write(date, out);
		return;
	}
	write_part(day_first ? date.day : date.month, day_first ? locale->pad_day : locale->pad_month, out);
	buf_add_char(out, locale->date_separator);
	write_part(day_first ? date.month : date.day, day_first ? locale->pad_month : locale->pad_day, out);
	buf_add_char(out, locale->date_separator);
	digits_put4(buf_reserve(out, 4), (unsigned)date.year);
	out->len += 4;
}

static void
write_clock(const struct locale *locale, int64_t ms_of_day, struct buf *out)
{
	int64_t hour = ms_of_day / 3600000;
	size_t start = out->len;

	if (!locale->twelve_hours) {
		clock_write(ms_of_day, out);
		return;
	}
	/* The hour of a half day without leading zero, then all behind the hour of the plain form. */
	write_part((int)((hour + 11) % 12 + 1), false, out);
	size_t digits = out->len - start;
	clock_write(ms_of_day, out);
	memmove(out->ptr + start + digits, out->ptr + start + digits + 2, out->len - start - digits - 2);
	out->len -= 2;
	buf_add(out, hour < 12 ? STR(" AM") : STR(" PM"));
}

/*
 * The clock of the system's zone.  A time that this clock shows twice, or that
 * a reader would take for another or for blank, is written as a stamp in UTC,
 * which every locale reads: what is written must be read back as the same.
 */
static bool
find_wall(const struct timezone_rules *zone, struct str canonical, int64_t *wall)
{
	int64_t stamp = stamp_read(canonical);

	if (stamp == STAMP_NONE)
		return false;
	*wall = timezone_from_utc(zone, stamp);
	struct civil date = civil_from_days(floor_div(*wall, DAY_MS));
	return civil_is_valid(date) && !civil_is_blank(date) && timezone_to_utc(zone, *wall) == stamp;
}

static bool
write_datetime(const struct locale *locale, const struct timezone_rules *zone, struct str canonical,
	struct buf *out)
{
	int64_t wall;

	if (locale->order == DATE_YMD || !find_wall(zone, canonical, &wall))
		return false;
	write_date(locale, civil_from_days(floor_div(wall, DAY_MS)), out);
	buf_add_char(out, ' ');
	write_clock(locale, floor_mod(wall, DAY_MS), out);
	return true;
}

bool
value_write_wall(const struct timezone_rules *zone, struct str canonical, struct buf *out)
{
	int64_t wall;

	if (!find_wall(zone, canonical, &wall))
		return false;
	civil_write(civil_from_days(floor_div(wall, DAY_MS)), out);
	buf_add_char(out, 'T');
	clock_write(floor_mod(wall, DAY_MS), out);
	if (floor_mod(wall, 1000) == 0)
		buf_add(out, STR(".000"));
	return true;
}

static void
write_option(const struct field *field, bool as_ordinal, struct str ordinal, struct buf *out)
{
	const struct option *option = as_ordinal ? NULL : option_by_ordinal(field, ordinal);

	buf_add(out, option ? option_text(field, option) : ordinal);
}

static void
write_time(const struct locale *locale, struct str canonical, struct buf *out)
{
	struct str rest = canonical;
	int64_t ms_of_day;

	if (time_take(&rest, &ms_of_day) && rest.len == 0)
		write_clock(locale, ms_of_day, out);
	else
		buf_add(out, canonical);
}

/* A blank is an empty cell in every type; what is not canonical goes out as it is. */
void
value_write(const struct field *field, const struct locale *locale, const struct timezone_rules *zone,
	bool options_as_ordinal, struct str canonical, struct buf *out)
{
	struct civil date;

	if (canonical.len == 0)
		return;
	switch (field->type) {
	case TYPE_DECIMAL:
		write_decimal(locale, canonical, out);
		break;
	case TYPE_BOOLEAN:
		if (str_equal(canonical, STR("true")))
			buf_add(out, str_from(locale->yes));
		else if (str_equal(canonical, STR("false")))
			buf_add(out, str_from(locale->no));
		else
			buf_add(out, canonical);
		break;
	case TYPE_DATE:
		if (civil_read(canonical, &date))
			write_date(locale, date, out);
		else
			buf_add(out, canonical);
		break;
	case TYPE_TIME:
		write_time(locale, canonical, out);
		break;
	case TYPE_DATETIME:
		if (!write_datetime(locale, zone, canonical, out))
			buf_add(out, canonical);
		break;
	case TYPE_OPTION:
		write_option(field, options_as_ordinal, canonical, out);
		break;
	default:
		buf_add(out, canonical);
	}
}
