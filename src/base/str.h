/*
 * str.h - borrowed bytes
 *
 * A str is a pointer and a length, passed by value and not NUL-terminated.
 * It owns nothing: its bytes live as long as the arena, block or literal they
 * come from.  The empty str may have a null pointer; the functions here allow
 * that, memcmp() and memcpy() do not.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
/* For "%.*s"; messages only, as the precision is an int. */
#define STR_ARG(s) str_shown_length(s), str_shown_start(s)
#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

static inline int
str_shown_length(struct str s)
{
	return (int)(s.len < 2000 ? s.len : 2000);
}

static inline const char *
str_shown_start(struct str s)
{
	return s.len ? s.ptr : "";
}

static inline struct str
str_from(const char *text)
{
	return (struct str){ text, text ? strlen(text) : 0 };
}

static inline bool
str_equal(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* The same, for texts that mostly are of 4 to 16 bytes: two words of each, which may overlap, and no call. */
static inline bool
str_equal_word(struct str a, struct str b)
{
	uint64_t words[4];
	uint32_t halves[4];

	if (a.len != b.len || a.len > 16 || a.len < 4)
		return str_equal(a, b);
	if (a.len >= 8) {
		memcpy(&words[0], a.ptr, 8);
		memcpy(&words[1], b.ptr, 8);
		memcpy(&words[2], a.ptr + a.len - 8, 8);
		memcpy(&words[3], b.ptr + b.len - 8, 8);
		return ((words[0] ^ words[1]) | (words[2] ^ words[3])) == 0;
	}
	memcpy(&halves[0], a.ptr, 4);
	memcpy(&halves[1], b.ptr, 4);
	memcpy(&halves[2], a.ptr + a.len - 4, 4);
	memcpy(&halves[3], b.ptr + b.len - 4, 4);
	return ((halves[0] ^ halves[1]) | (halves[2] ^ halves[3])) == 0;
}

/*
 * Copies the text to a place with room for it and returns the place behind it.
 * Most texts are short: these go as pieces that may overlap, without a call.
 */
static inline char *
str_put(char *to, struct str s)
{
	if (s.len > 48) {
		memcpy(to, s.ptr, s.len);
	} else if (s.len > 16) {
		memcpy(to, s.ptr, 16);
		if (s.len > 32)
			memcpy(to + 16, s.ptr + 16, 16);
		memcpy(to + s.len - 16, s.ptr + s.len - 16, 16);
	} else if (s.len >= 8) {
		memcpy(to, s.ptr, 8);
		memcpy(to + s.len - 8, s.ptr + s.len - 8, 8);
	} else if (s.len >= 4) {
		memcpy(to, s.ptr, 4);
		memcpy(to + s.len - 4, s.ptr + s.len - 4, 4);
	} else if (s.len > 0) {
		to[0] = s.ptr[0];
		to[s.len / 2] = s.ptr[s.len / 2];
		to[s.len - 1] = s.ptr[s.len - 1];
	}
	return to + s.len;
}

/* Bytewise order; a prefix comes before the longer text. */
int str_compare(struct str a, struct str b);

/* Equal but for the case of ASCII letters. */
bool str_equal_nocase(struct str a, struct str b);

/* Without outer blanks: space, tab, line ends, and the no-break spaces U+00A0 and U+202F. */
struct str str_trim(struct str s);

bool str_starts(struct str s, struct str prefix);

/* The part before the first `mark`; *rest becomes what follows it, or empty. */
struct str str_cut(struct str s, char mark, struct str *rest);

/* Takes the character from the front of the text, if it stands there. */
static inline bool
str_take(struct str *s, char c)
{
	if (s->len == 0 || *s->ptr != c)
		return false;
	s->ptr++;
	s->len--;
	return true;
}

bool str_has_digit(struct str s);

/* A decimal number without sign, blanks or overflow; false otherwise. */
bool str_to_u64(struct str s, uint64_t *value);

/* A well spread 64-bit hash, the same in every run, on every machine and in every version. */
uint64_t str_hash(struct str s);

/* Two words made one: the halves of their product. */
static inline uint64_t
str_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ unsigned __int128 product = a;

	product *= b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
	a = (a ^ a >> 32) * UINT64_C(0xbf58476d1ce4e5b9) + b;
	return (a ^ a >> 29) * UINT64_C(0x94d049bb133111eb);
#endif
}

/*
 * A hash for indexes in memory alone, where keys are short and look-ups many: it
 * differs between machines.  A text is taken as pairs of words, of which the
 * last may overlap the one before, and its two words each other.
 */
static inline uint64_t
str_hash_here(struct str s)
{
	const uint64_t first = UINT64_C(0x9e3779b97f4a7c15);
	const uint64_t second = UINT64_C(0xd1b54a32d192ed03);
	uint64_t hash = s.len * first;
	uint64_t pair[2] = { 0, 0 };

	if (s.len >= 8) {
		for (size_t at = 0; at + 16 < s.len; at += 16) {
			memcpy(pair, s.ptr + at, 16);
			hash = str_fold(pair[0] ^ first, pair[1] ^ hash ^ second);
		}
		memcpy(&pair[0], s.len >= 16 ? s.ptr + s.len - 16 : s.ptr, 8);
		memcpy(&pair[1], s.ptr + s.len - 8, 8);
	} else if (s.len >= 4) {
		memcpy(&pair[0], s.ptr, 4);
		memcpy(&pair[1], s.ptr + s.len - 4, 4);
	} else if (s.len > 0) {
		pair[0] = (unsigned char)s.ptr[0];
		pair[1] = (uint64_t)(unsigned char)s.ptr[s.len / 2] << 8 | (unsigned char)s.ptr[s.len - 1];
	}
	return str_fold(pair[0] ^ first, pair[1] ^ hash ^ second);
}

/*
 * How many single-character edits lead from one text to the other, without
 * ASCII case; for "did you mean".  Texts over 64 bytes count as wholly different.
 */
unsigned str_distance(struct str a, struct str b);

/* The length in bytes of the well-formed UTF-8 character at s, or 0. */
size_t utf8_length(struct str s);

/* The offset of the first byte that is not well-formed UTF-8, or s.len. */
size_t utf8_check(struct str s);

/* The number of characters (code points) of well-formed UTF-8. */
size_t utf8_count(struct str s);

/* The first `count` characters of well-formed UTF-8. */
struct str utf8_cut(struct str s, size_t count);

#endif
