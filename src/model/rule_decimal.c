/*
 * rule_decimal.c - DecimalFormatting and Round: exact decimal numbers (R84, E46)
 *
 * Numbers are digits throughout; nothing is ever a binary float.
 */
#include "model/rule_parts.h"

enum { MANTISSA_DIGITS = 18, WIDE_DIGITS = DECIMAL_DIGITS + MANTISSA_DIGITS + 1, MOST_DECIMALS = 28 };

/* The decimals that a .NET number format shows. */
struct number_format {
	unsigned whole;		/* digits before the mark at least */
	unsigned least;		/* decimals at least */
	unsigned most;		/* and at most */
	bool is_grouped;
};

/* A number of units of 10^-scale; the first digit may be zero. */
struct wide {
	char digits[WIDE_DIGITS];
	unsigned count;
};

/* What is cut off a number behind 10^-scale. */
struct cut {
	bool is_zero;
	bool is_half;		/* half a unit or more */
};

/* The digits of `number` down to 10^-scale. */
static struct wide
take_units(const struct decimal *number, unsigned scale, struct cut *rest)
{
	struct wide units = { .count = 0 };
	unsigned have = number->scale < scale ? number->scale : scale;

	memcpy(units.digits, number->digits, number->whole + have);
	units.count = number->whole + have;
	while (have++ < scale)
		units.digits[units.count++] = '0';
	rest->is_zero = number->scale <= scale;
	rest->is_half = !rest->is_zero && number->digits[number->whole + scale] >= '5';
	return units;
}

static uint64_t
remainder_of(const struct wide *units, uint64_t by)
{
	uint64_t rest = 0;	/* ten times a number of 18 digits fits */

	for (unsigned i = 0; i < units->count; i++)
		rest = (rest * 10 + (unsigned)(units->digits[i] - '0')) % by;
	return rest;
}

/* Adds what may be less than zero, as long as the sum is not. */
static void
add_to_units(struct wide *units, int64_t more)
{
	for (unsigned i = units->count; i-- > 0 && more != 0;) {
		int64_t digit = units->digits[i] - '0' + more % 10;
		more /= 10;
		if (digit < 0) {
			digit += 10;
			more--;
		} else if (digit > 9) {
			digit -= 10;
			more++;
		}
		units->digits[i] = (char)('0' + digit);
	}
	while (more > 0 && units->count < WIDE_DIGITS) {
		memmove(units->digits + 1, units->digits, units->count++);
		units->digits[0] = (char)('0' + more % 10);
		more /= 10;
	}
}

/* As a decimal without needless zeros; false with more than 38 digits. */
static bool
to_decimal(const struct wide *units, unsigned scale, bool is_negative, struct decimal *number)
{
	struct buf text = { 0 };
	unsigned whole = units->count > scale ? units->count - scale : 0;

	if (is_negative)
		buf_add_char(&text, '-');
	buf_add(&text, (struct str){ units->digits, whole });
	buf_add_char(&text, '.');
	for (unsigned i = units->count; i < scale; i++)
		buf_add_char(&text, '0');
	buf_add(&text, (struct str){ units->digits + whole, units->count - whole });
	buf_add_char(&text, '0');
	bool is_read = decimal_read(buf_str(&text), '.', 0, number);
	buf_release(&text);
	return is_read;
}

bool
precision_compile(struct str text, struct precision *precision, struct str *why)
{
	struct decimal number;

	*why = STR("is no positive number of at most 18 digits");
	if (!decimal_read(str_trim(text), '.', 0, &number) || number.is_negative ||
		number.whole + number.scale > MANTISSA_DIGITS || number.whole + number.scale == 0)
		return false;
	precision->mantissa = 0;
	for (int i = 0; i < number.whole + number.scale; i++)
		precision->mantissa = precision->mantissa * 10 + (unsigned)(number.digits[i] - '0');
	precision->scale = number.scale;
	return precision->mantissa != 0;
}

/* What was read without a country first, as rules before it write, then as the value's side writes. */
static bool
read_number(const struct locale *locale, struct str value, struct decimal *number)
{
	value = str_trim(value);
	return decimal_read(value, '.', 0, number) ||
	       decimal_read(value, locale->decimal, locale->thousands, number);
}

/* Up and down are away from zero and towards it, and so are halves: as AL's Round. */
bool
rule_round(const struct precision *precision, const struct locale *locale, struct str value, struct buf *out,
	const char **why)
{
	struct decimal number;
	struct cut cut;

	if (str_trim(value).len == 0)
		return true;
	if (!read_number(locale, value, &number)) {
		*why = "is no number";
		return false;
	}
	struct wide units = take_units(&number, precision->scale, &cut);
	uint64_t rest = remainder_of(&units, precision->mantissa);
	uint64_t doubled = 2 * rest + cut.is_half;
	bool is_up = precision->rounding == ROUND_UP ? rest > 0 || !cut.is_zero
						     : precision->rounding == ROUND_NEAREST &&
							       doubled >= precision->mantissa;
	add_to_units(&units, -(int64_t)rest);
	if (is_up)
		add_to_units(&units, (int64_t)precision->mantissa);
	if (!to_decimal(&units, precision->scale, number.is_negative, &number)) {
		*why = "has more than 38 digits when it is rounded";
		return false;
	}
	decimal_write(&number, out);
	return true;
}

static bool
starts_nocase(struct str text, struct str start)
{
	return start.len > 0 && text.len >= start.len &&
	       str_equal_nocase((struct str){ text.ptr, start.len }, start);
}

static struct str
drop(struct str text, size_t front, size_t back)
{
	return str_trim((struct str){ text.ptr + front, text.len - front - back });
}

/* Takes the culture's currency sign, or the general one, off either end. */
static struct str
drop_currency(struct str text, const struct locale *culture)
{
	const struct str signs[] = { str_from(culture_currency(culture)), STR("\xc2\xa4") };

	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		size_t len = signs[i].len;
		if (starts_nocase(text, signs[i]))
			return drop(text, len, 0);
		if (text.len >= len && starts_nocase(drop(text, text.len - len, 0), signs[i]))
			return drop(text, 0, len);
	}
	return text;
}

/* .NET's styles Number, AllowCurrencySymbol and AllowParentheses; grouping only where it belongs (E22). */
static bool
read_in_culture(const struct locale *culture, struct str text, struct decimal *number)
{
	char thousands = culture->thousands ? culture->thousands : ',';
	bool is_negative = false;

	text = str_trim(text);
	if (text.len > 2 && *text.ptr == '(' && text.ptr[text.len - 1] == ')') {
		is_negative = true;
		text = drop(text, 1, 1);
	} else if (text.len > 1 && (text.ptr[text.len - 1] == '-' || text.ptr[text.len - 1] == '+')) {
		is_negative = text.ptr[text.len - 1] == '-';
		text = drop(text, 0, 1);
	} else if (text.len > 1 && (*text.ptr == '-' || *text.ptr == '+')) {
		is_negative = *text.ptr == '-';
		text = drop(text, 1, 0);
	}
	text = drop_currency(text, culture);
	if (text.len > 1 && *text.ptr == '-' && !is_negative) {
		is_negative = true;
		text = drop(text, 1, 0);
	}
	if (text.len == 0 || *text.ptr == '-' || *text.ptr == '+' ||
		!decimal_read(text, culture->decimal, thousands, number))
		return false;
	number->is_negative = is_negative && number->whole + number->scale > 0;
	return true;
}

/* One format letter and how many decimals; 2 where it does not say, as the invariant culture. */
static bool
compile_standard(struct str format, struct number_format *compiled)
{
	uint64_t decimals = 2;
	struct str digits = { format.ptr + 1, format.len - 1 };
	char letter = (char)(*format.ptr | 32);

	if (digits.len > 0 && (!str_to_u64(digits, &decimals) || decimals > MOST_DECIMALS))
		return false;
	if (letter == 'g' && digits.len == 0)
		*compiled = (struct number_format){ 1, 0, DECIMAL_DIGITS, false };
	else if (letter == 'f' || letter == 'n')
		*compiled =
			(struct number_format){ 1, (unsigned)decimals, (unsigned)decimals, letter == 'n' };
	else
		return false;
	return true;
}

/* `#,##0.00`: zeros are digits that are always there, a comma between digits groups them. */
static bool
compile_custom(struct str format, struct number_format *compiled)
{
	bool is_behind = false;
	bool has_zero = false;

	*compiled = (struct number_format){ 0 };
	for (size_t i = 0; i < format.len; i++) {
		char c = format.ptr[i];
		bool between = i > 0 && i + 1 < format.len && format.ptr[i + 1] != '.';
		if (c == '.' && !is_behind)
			is_behind = true;
		else if (c == ',' && !is_behind && between)
			compiled->is_grouped = true;
		else if ((c == '0' || c == '#') && is_behind) {
			compiled->most++;
			compiled->least = c == '0' ? compiled->most : compiled->least;
		} else if (c == '0' || (c == '#' && !has_zero)) {
			has_zero = c == '0';
			compiled->whole += has_zero;
		} else
			return false;
	}
	return compiled->whole <= MOST_DECIMALS && compiled->most <= MOST_DECIMALS;
}

const struct number_format *
number_format_compile(struct arena *arena, struct str format, struct str *why)
{
	struct number_format *compiled = arena_new(arena, struct number_format);
	bool is_letter = format.len > 0 && ((*format.ptr | 32) >= 'a' && (*format.ptr | 32) <= 'z');

	if (format.len == 0 || !(is_letter ? compile_standard(format, compiled)
					   : compile_custom(format, compiled))) {
		*why = arena_printf(arena,
			"format \"%.*s\" is no number format; write one such as F2, N2, 0.00 or #,##0.00",
			STR_ARG(format));
		return NULL;
	}
	return compiled;
}

static bool
has_digit_above_zero(const struct wide *units)
{
	for (unsigned i = 0; i < units->count; i++)
		if (units->digits[i] != '0')
			return true;
	return false;
}

/* As the format has it, with the marks of the XML form: point, and comma between groups. */
static void
write_formatted(const struct number_format *format, const struct decimal *number, struct buf *out)
{
	unsigned scale = format->most < number->scale ? format->most : number->scale;
	struct cut cut;
	struct wide units = take_units(number, scale, &cut);

	if (cut.is_half)
		add_to_units(&units, 1);
	while (scale > format->least && units.count > 0 && units.digits[units.count - 1] == '0') {
		units.count--;
		scale--;
	}
	if (number->is_negative && has_digit_above_zero(&units))
		buf_add_char(out, '-');
	unsigned shown = units.count < scale + format->whole ? scale + format->whole : units.count;
	for (unsigned left = shown; left > 0; left--) {
		if (left == scale)
			buf_add_char(out, '.');
		else if (format->is_grouped && left < shown && left > scale && (left - scale) % 3 == 0)
			buf_add_char(out, ',');
		buf_add_char(out, left > units.count ? '0' : units.digits[units.count - left]);
	}
	if (scale == 0 && format->least > 0)
		buf_add_char(out, '.');
	for (unsigned i = scale; i < format->least; i++)
		buf_add_char(out, '0');
}

/* E46: what is no number fails; a blank is none, and stays blank. */
bool
rule_decimal(const struct locale *culture, const struct number_format *format, struct str value,
	struct buf *out, const char **why)
{
	struct decimal number;

	if (str_trim(value).len == 0)
		return true;
	if (!read_in_culture(culture, value, &number)) {
		*why = "is no number";
		return false;
	}
	if (format)
		write_formatted(format, &number, out);
	else
		decimal_write(&number, out);
	return true;
}
