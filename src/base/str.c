/* str.c - borrowed bytes */
#include "base/str.h"

#include <xxhash.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

int
str_compare(struct str a, struct str b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.ptr, b.ptr, len) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

static char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool
str_equal_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
			return false;
	return true;
}

/* The length of the blank at the start of s, or 0. */
static size_t
blank_length(struct str s)
{
	if (s.len == 0)
		return 0;
	if (s.ptr[0] == ' ' || (s.ptr[0] >= '\t' && s.ptr[0] <= '\r'))
		return 1;
	if (s.len >= 2 && memcmp(s.ptr, "\xc2\xa0", 2) == 0)
		return 2;
	if (s.len >= 3 && memcmp(s.ptr, "\xe2\x80\xaf", 3) == 0)
		return 3;
	return 0;
}

static size_t
blank_length_at_end(struct str s)
{
	for (size_t n = 1; n <= 3 && n <= s.len; n++)
		if (blank_length((struct str){ s.ptr + s.len - n, n }) == n)
			return n;
	return 0;
}

/* ASCII, and neither blank nor control: nothing to trim at such a character. */
static bool
is_plain(char c)
{
	return c > ' ' && c <= '~';
}

struct str
str_trim(struct str s)
{
	size_t n;

	if (s.len > 0 && is_plain(s.ptr[0]) && is_plain(s.ptr[s.len - 1]))
		return s;
	while ((n = blank_length(s)) != 0) {
		s.ptr += n;
		s.len -= n;
	}
	while ((n = blank_length_at_end(s)) != 0)
		s.len -= n;
	return s;
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_equal((struct str){ s.ptr, prefix.len }, prefix);
}

struct str
str_cut(struct str s, char mark, struct str *rest)
{
	const char *at = s.len ? memchr(s.ptr, mark, s.len) : NULL;

	if (!at) {
		*rest = (struct str){ NULL, 0 };
		return s;
	}
	size_t len = (size_t)(at - s.ptr);
	*rest = (struct str){ at + 1, s.len - len - 1 };
	return (struct str){ s.ptr, len };
}

bool
str_has_digit(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
			return true;
	return false;
}

bool
str_to_u64(struct str s, uint64_t *value)
{
	uint64_t sum = 0;

	if (s.len == 0 || s.len > 20)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned)(s.ptr[i] - '0');
		if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return true;
}

uint64_t
str_hash(struct str s)
{
	return XXH3_64bits(s.len ? s.ptr : "", s.len);
}

/* Of texts that are not compared; three times it is still a number. */
enum { FAR_AWAY = 1024 * 1024 * 1024 };

unsigned
str_distance(struct str a, struct str b)
{
	unsigned row[65];

	if (a.len > 64 || b.len > 64) {
		size_t longer = a.len > b.len ? a.len : b.len;
		return longer < FAR_AWAY ? (unsigned)longer : FAR_AWAY;
	}
	for (unsigned j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned diagonal = row[0];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			unsigned above = row[j];
			unsigned best = diagonal + (ascii_lower(a.ptr[i - 1]) != ascii_lower(b.ptr[j - 1]));
			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = above;
			row[j] = best;
		}
	}
	return row[b.len];
}

/* Well-formed sequences of the Unicode Standard, table 3-7: no overlong forms, no surrogates. */
static inline size_t
length_of(struct str s)
{
	if (s.len == 0)
		return 0;
	const unsigned char *p = (const unsigned char *)s.ptr;
	if (p[0] < 0x80)
		return 1;
	size_t len = p[0] >= 0xc2 && p[0] <= 0xdf ? 2
		: (p[0] & 0xf0) == 0xe0		  ? 3
		: p[0] >= 0xf0 && p[0] <= 0xf4	  ? 4
						  : 0;
	if (len == 0 || s.len < len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
	    (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

size_t
utf8_length(struct str s)
{
	return length_of(s);
}

/* How many of the eight bytes at p are ASCII, before the first that is not. */
static inline size_t
ascii_bytes(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	word &= UINT64_C(0x8080808080808080);
	return word ? (size_t)__builtin_ctzll(word) / 8 : 8;
}

/* How many bytes from there on are ASCII, sixteen at a time. */
static inline size_t
ascii_sixteens(struct str s, size_t at)
{
	size_t begin = at;

#ifdef __SSE2__
	while (s.len - at >= 16 && _mm_movemask_epi8(_mm_loadu_si128((const void *)(s.ptr + at))) == 0)
		at += 16;
#else
	(void)s;
#endif
	return at - begin;
}

size_t
utf8_check(struct str s)
{
	size_t at = 0;

	while (at < s.len) {
		at += ascii_sixteens(s, at);
		size_t ascii = s.len - at >= 8 ? ascii_bytes(s.ptr + at) : 0;
		at += ascii;
		if (ascii == 8)
			continue;
		size_t len = length_of((struct str){ s.ptr + at, s.len - at });
		if (len == 0)
			return at;
		at += len;
	}
	return at;
}

size_t
utf8_count(struct str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
	return count;
}

struct str
utf8_cut(struct str s, size_t count)
{
	if (s.len <= count)
		return s;
	for (size_t i = 0; i < s.len; i++) {
		if (((unsigned char)s.ptr[i] & 0xc0) == 0x80)
			continue;
		if (count-- == 0)
			return (struct str){ s.ptr, i };
	}
	return s;
}
