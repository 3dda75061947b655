/* value_duration.c - ISO 8601 durations as milliseconds */
#include "model/value_parts.h"

/* A part of a duration, in the order in which they must come. */
struct unit {
	char letter;
	bool is_time;	/* behind the T */
	uint64_t ms;
};

/* Months and years are left out: nobody knows how long they are. */
static const struct unit units[] = {
	{ 'W', false, UINT64_C(7) * DAY_MS },
	{ 'D', false, DAY_MS },
	{ 'H', true, 3600000 },
	{ 'M', true, 60000 },
	{ 'S', true, 1000 },
};

/* Digits, and behind a mark up to seven digits of a fraction, which is cut to milliseconds of a second. */
static bool
take_amount(struct str *s, uint64_t *amount, uint64_t *thousandths, bool *has_fraction)
{
	size_t len = 0;

	while (len < s->len && s->ptr[len] >= '0' && s->ptr[len] <= '9')
		len++;
	if (len > 18 || !str_to_u64((struct str){ s->ptr, len }, amount))
		return false;
	*thousandths = 0;
	*has_fraction = len < s->len && (s->ptr[len] == '.' || s->ptr[len] == ',');
	if (*has_fraction) {
		size_t first = ++len;
		uint64_t weight = 100;
		for (; len < s->len && s->ptr[len] >= '0' && s->ptr[len] <= '9'; len++, weight /= 10)
			*thousandths += (uint64_t)(s->ptr[len] - '0') * weight;
		if (len == first || len > first + 7)
			return false;
	}
	s->ptr += len;
	s->len -= len;
	return s->len > 0;
}

/* Adds one part, such as 30M; *next is the first unit that may still come. */
static bool
take_part(struct str *s, bool is_time, size_t *next, uint64_t *sum)
{
	uint64_t amount;
	uint64_t thousandths;
	bool has_fraction;
	uint64_t part;

	if (!take_amount(s, &amount, &thousandths, &has_fraction))
		return false;
	while (*next < ARRAY_LEN(units) &&
	       (units[*next].letter != *s->ptr || units[*next].is_time != is_time))
		++*next;
	if (*next == ARRAY_LEN(units) || (has_fraction && units[*next].letter != 'S'))
		return false;
	if (__builtin_mul_overflow(amount, units[*next].ms, &part) ||
	    __builtin_add_overflow(part, thousandths, &part) || __builtin_add_overflow(*sum, part, sum))
		return false;
	++*next;
	s->ptr++;
	s->len--;
	return true;
}

bool
duration_read(struct str text, struct buf *out)
{
	bool is_negative = text.len > 0 && text.ptr[0] == '-';
	bool is_time = false;
	size_t next = 0;
	uint64_t sum = 0;

	if (is_negative)
		text = (struct str){ text.ptr + 1, text.len - 1 };
	if (text.len < 3 || *text.ptr != 'P')
		return false;
	text = (struct str){ text.ptr + 1, text.len - 1 };
	while (text.len > 0) {
		if (!is_time && *text.ptr == 'T') {
			is_time = true;
			text = (struct str){ text.ptr + 1, text.len - 1 };
		}
		if (!take_part(&text, is_time, &next, &sum))
			return false;
	}
	if (sum > INT64_MAX)
		return false;
	if (is_negative && sum > 0)
		buf_add_char(out, '-');
	buf_add_u64(out, sum);
	return true;
}
