/* spreadsheet_cell.c - the texts of typed cells of an XML Spreadsheet 2003 */
#include "io/spreadsheet_cell.h"

/* SURE_DIGITS: those of a binary number that are certain; ROUND_DIGITS: at most so many are left of them. */
enum { MAX_DIGITS = 64, MAX_EXPONENT = 100, SURE_DIGITS = 15, NOISY_DIGITS = 17, ROUND_DIGITS = 12 };

/* Digits without leading zeros; `point` of them, which may be negative, stand before the decimal point. */
struct number {
	bool is_negative;
	char digits[MAX_DIGITS];
	int count;
	int point;
};

static bool
take_digits(struct str *text, struct number *number, int *taken)
{
	*taken = 0;
	for (; text->len && *text->ptr >= '0' && *text->ptr <= '9'; text->ptr++, text->len--, ++*taken) {
		if (number->count == 0 && *text->ptr == '0') {
			number->point--;
			continue;
		}
		if (number->count == MAX_DIGITS)
			return false;
		number->digits[number->count++] = *text->ptr;
	}
	return true;
}

/* E+05 and the like, or nothing. */
static bool
take_exponent(struct str *text, int *exponent)
{
	*exponent = 0;
	if (!str_take(text, 'E') && !str_take(text, 'e'))
		return true;
	bool is_negative = str_take(text, '-');
	if (!is_negative)
		str_take(text, '+');
	bool has_digits = text->len > 0;
	for (; text->len && *text->ptr >= '0' && *text->ptr <= '9' && *exponent <= MAX_EXPONENT; text->len--)
		*exponent = *exponent * 10 + (*text->ptr++ - '0');
	if (*exponent > MAX_EXPONENT)
		return false;
	if (is_negative)
		*exponent = -*exponent;
	return has_digits;
}

static bool
read_number(struct str text, struct number *number)
{
	int whole;
	int fraction = 0;
	int exponent;

	*number = (struct number){ .is_negative = str_take(&text, '-') };
	if (!take_digits(&text, number, &whole))
		return false;
	number->point += whole;
	if (str_take(&text, '.')) {
		/* Zeros behind the point that come before any digit move it to the left. */
		if (!take_digits(&text, number, &fraction))
			return false;
	}
	if (whole + fraction == 0 || !take_exponent(&text, &exponent))
		return false;
	number->point += exponent;
	return text.len == 0;
}

static void
strip_zeros(struct number *number)
{
	while (number->count > 0 && number->digits[number->count - 1] == '0')
		number->count--;
}

/* The number with SURE_DIGITS digits, rounded half up. */
static struct number
rounded(const struct number *number)
{
	struct number round = *number;
	bool carries = number->digits[SURE_DIGITS] >= '5';

	round.count = SURE_DIGITS;
	for (int i = SURE_DIGITS - 1; carries && i >= 0; i--) {
		carries = round.digits[i] == '9';
		round.digits[i] = carries ? '0' : (char)(round.digits[i] + 1);
	}
	if (carries) {
		round.digits[0] = '1';
		round.point++;
	}
	strip_zeros(&round);
	return round;
}

static void
write_number(const struct number *number, struct buf *out)
{
	int end = number->count > number->point ? number->count : number->point;

	if (number->is_negative && number->count > 0)
		buf_add_char(out, '-');
	if (number->point <= 0)
		buf_add_char(out, '0');
	for (int i = number->point < 0 ? number->point : 0; i < end; i++) {
		if (i == number->point)
			buf_add_char(out, '.');
		buf_add_char(out, i >= 0 && i < number->count ? number->digits[i] : '0');
	}
}

void
spreadsheet_number(struct str text, struct buf *out)
{
	struct number number;

	text = str_trim(text);
	if (!read_number(text, &number)) {
		buf_add(out, text);
		return;
	}
	strip_zeros(&number);
	if (number.count > SURE_DIGITS && number.count <= NOISY_DIGITS && number.point < number.count) {
		struct number round = rounded(&number);
		if (round.count <= ROUND_DIGITS)
			number = round;
	}
	if (number.count == 0)
		number.point = 0;
	write_number(&number, out);
}

struct str
spreadsheet_time(struct str text)
{
	static const struct str days[] = { { "1899-12-31T", 11 }, { "1899-12-30T", 11 } };

	text = str_trim(text);
	for (size_t i = 0; i < ARRAY_LEN(days); i++)
		if (str_starts(text, days[i]))
			return (struct str){ text.ptr + days[i].len, text.len - days[i].len };
	return text;
}
