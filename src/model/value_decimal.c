/* value_decimal.c - exact decimal numbers as text (E21, E22) */
#include "model/value_parts.h"

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of a grouping mark at p, or 0. */
static size_t
group_mark(const char *p, const char *end, char thousands)
{
	if (thousands == 0 || p == end)
		return 0;
	if (*p == thousands)
		return 1;
	if (thousands != ' ')
		return 0;
	if (end - p >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)	/* no-break space */
		return 2;
	if (end - p >= 3 && (memcmp(p, "\xe2\x80\xaf", 3) == 0 || memcmp(p, "\xe2\x80\x89", 3) == 0))
		return 3;	/* narrow no-break space, thin space */
	return 0;
}

/* A digit before the decimal mark; leading zeros do not count. */
static bool
add_whole(struct decimal *number, char digit)
{
	if (digit == '0' && number->whole == 0)
		return true;
	if (number->whole == DECIMAL_DIGITS)
		return false;
	number->digits[number->whole++] = digit;
	return true;
}

/*
 * The digits before the mark, grouped or not.  Groups after the first have
 * three digits, the first has one to three and no leading zero: 0.123 is not
 * a number where the point groups, but a decimal of somewhere else.
 */
static bool
read_whole(const char **at, const char *end, char thousands, struct decimal *number, size_t *digits)
{
	const char *p = *at;
	size_t run = 0;
	size_t mark;

	for (; p < end && is_digit(*p); p++, run++)
		if (!add_whole(number, *p))
			return false;
	*digits = run;
	if (group_mark(p, end, thousands) != 0 && (run < 1 || run > 3 || number->whole != run))
		return false;
	while ((mark = group_mark(p, end, thousands)) != 0) {
		p += mark;
		for (run = 0; p < end && is_digit(*p); p++, run++)
			if (!add_whole(number, *p))
				return false;
		if (run != 3)
			return false;
	}
	*at = p;
	return true;
}

/* The digits behind the mark; zeros count when another digit follows. */
static bool
read_fraction(const char **at, const char *end, struct decimal *number, size_t *digits)
{
	const char *p = *at;
	size_t zeros = 0;

	for (; p < end && is_digit(*p); p++) {
		if (*p == '0') {
			zeros++;
			continue;
		}
		size_t used = (size_t)number->whole + number->scale;
		if (zeros >= DECIMAL_DIGITS - used)
			return false;
		memset(number->digits + used, '0', zeros);
		number->digits[used + zeros] = *p;
		number->scale = (unsigned char)(number->scale + zeros + 1);
		zeros = 0;
	}
	*digits = (size_t)(p - *at);
	*at = p;
	return true;
}

bool
decimal_read(struct str text, char mark, char thousands, struct decimal *number)
{
	const char *p = text.ptr;
	const char *end = p + text.len;
	size_t whole_digits = 0;
	size_t fraction_digits = 0;

	number->is_negative = false;
	number->whole = 0;
	number->scale = 0;
	if (text.len > 0 && (*p == '-' || *p == '+'))
		number->is_negative = *p++ == '-';
	if (!read_whole(&p, end, thousands, number, &whole_digits))
		return false;
	if (p < end && *p == mark) {
		p++;
		if (!read_fraction(&p, end, number, &fraction_digits))
			return false;
	}
	if (number->whole == 0 && number->scale == 0)
		number->is_negative = false;
	return p == end && whole_digits + fraction_digits > 0;
}

bool
decimal_is_integer(const struct decimal *number, uint64_t largest)
{
	uint64_t value;

	if (number->scale > 0)
		return false;
	if (number->whole == 0)
		return true;
	return str_to_u64((struct str){ number->digits, number->whole }, &value) &&
	       value <= largest + number->is_negative;
}

/* There being no needless zeros, more digits before the mark are larger, and then the order is bytewise. */
static int
compare_size(const struct decimal *a, const struct decimal *b)
{
	if (a->whole != b->whole)
		return a->whole < b->whole ? -1 : 1;
	return str_compare((struct str){ a->digits, (size_t)a->whole + a->scale },
		(struct str){ b->digits, (size_t)b->whole + b->scale });
}

int
decimal_compare(const struct decimal *a, const struct decimal *b)
{
	if (a->is_negative != b->is_negative)
		return a->is_negative ? -1 : 1;
	return a->is_negative ? compare_size(b, a) : compare_size(a, b);
}

/* Cuts a positive number to `scale` decimals, adds one to the last digit when asked, drops trailing zeros. */
static struct decimal
cut_decimal(const struct decimal *number, unsigned char scale, bool add_one)
{
	struct decimal cut = *number;
	size_t digits = (size_t)cut.whole + scale;

	cut.is_negative = false;
	cut.scale = scale;
	for (size_t i = digits; add_one && i-- > 0; ) {
		add_one = cut.digits[i] == '9';
		cut.digits[i] = (char)(add_one ? '0' : cut.digits[i] + 1);
	}
	if (add_one) {
		memmove(cut.digits + 1, cut.digits, digits);
		cut.digits[0] = '1';
		cut.whole++;
	}
	while (cut.scale > 0 && cut.digits[cut.whole + cut.scale - 1] == '0')
		cut.scale--;
	return cut;
}

/*
 * E12: fewer decimals, rounded or cut.  Halves may have been rounded either
 * way: down is a cut.
 */
bool
decimal_nearly_equal(const struct decimal *written, const struct decimal *shown)
{
	bool is_zero = shown->whole == 0 && shown->scale == 0;

	if (shown->scale >= written->scale)
		return decimal_compare(written, shown) == 0;
	if (!is_zero && shown->is_negative != written->is_negative)
		return false;
	struct decimal cut = cut_decimal(written, shown->scale, false);
	if (compare_size(&cut, shown) == 0)
		return true;
	if (written->digits[written->whole + shown->scale] < '5')
		return false;
	cut = cut_decimal(written, shown->scale, true);
	return compare_size(&cut, shown) == 0;
}

void
decimal_write(const struct decimal *number, struct buf *out)
{
	char *p = buf_reserve(out, DECIMAL_DIGITS + 4);

	if (number->is_negative)
		*p++ = '-';
	if (number->whole == 0)
		*p++ = '0';
	memcpy(p, number->digits, number->whole);
	p += number->whole;
	if (number->scale > 0) {
		*p++ = '.';
		memcpy(p, number->digits + number->whole, number->scale);
		p += number->scale;
	}
	out->len = (size_t)(p - out->ptr);
}
