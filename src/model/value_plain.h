/*
 * value_plain.h - tells cells that plainly are their own canonical form (E21)
 *
 * Nearly all cells of nearly all exports are, and there are millions: they are
 * looked at eight or sixteen bytes at a time, without a branch a character.
 * "No" tells nothing: value_read() then finds out.
 *
 * How bytes are told without looking at each:
 *
 *   - In a word of ASCII bytes no sum of a byte and 0x80 - c carries into the
 *     next byte, and it has its highest bit where the byte is c or more.
 *   - A long text is looked at in whole words, the last of which may overlap the
 *     one before.
 *   - A short Code with something behind it that can be read is one vector of
 *     sixteen bytes, of whose results those beyond the text are dropped.
 *   - Of a Guid, three vectors of sixteen bytes overlap too.  With wrapping
 *     subtraction a digit less '0' is at most 9, and a letter less 'a' at most 5:
 *     what is more in both is no hexadecimal digit.
 *
 * The SSE2 and the plain ways give the same; a test compares them.
 */
#ifndef MODEL_VALUE_PLAIN_H
#define MODEL_VALUE_PLAIN_H

#include "base/str.h"
#include "model/setup.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { GUID_LENGTH = 36 };

#define EACH_BYTE(x) (UINT64_C(0x0101010101010101) * (x))

/* The high bit of each byte that is from first to last; all bytes must be ASCII. */
static inline uint64_t
plain_from_to(uint64_t word, unsigned first, unsigned last)
{
	return (word + EACH_BYTE(0x80 - first)) & ~(word + EACH_BYTE(0x7f - last)) & EACH_BYTE(0x80);
}

static inline bool
plain_is_upper_word(uint64_t word)
{
	return ((word | plain_from_to(word, 'a', 'z')) & EACH_BYTE(0x80)) == 0;
}

/* Whether all is ASCII without lower-case letters: a Code that needs no change. */
static inline bool
plain_is_upper(struct str s)
{
	uint64_t word = 0;
	uint32_t halves[2] = { 0, 0 };

	if (s.len >= 8) {
		for (; s.len > 8; s.ptr += 8, s.len -= 8) {
			memcpy(&word, s.ptr, 8);
			if (!plain_is_upper_word(word))
				return false;
			if (s.len < 16) {
				s.ptr -= 16 - s.len;
				s.len = 16;
			}
		}
		memcpy(&word, s.ptr, 8);
	} else if (s.len >= 4) {
		memcpy(&halves[0], s.ptr, 4);
		memcpy(&halves[1], s.ptr + s.len - 4, 4);
		word = (uint64_t)halves[0] << 32 | halves[1];
	} else if (s.len > 0) {
		word = (uint64_t)(unsigned char)s.ptr[0] << 16 |
			(uint64_t)(unsigned char)s.ptr[s.len / 2] << 8 | (unsigned char)s.ptr[s.len - 1];
	}
	return plain_is_upper_word(word);
}

/* Whether there is plainly nothing to trim: it begins and ends with a visible ASCII character. */
static inline bool
value_is_trimmed(struct str s)
{
	return s.len > 0 && (unsigned char)(s.ptr[0] - '!') < 94 &&
	       (unsigned char)(s.ptr[s.len - 1] - '!') < 94;
}

static inline bool
guid_has_dashes(const char *text)
{
	return text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

/* All zeros is blank (E21). */
static inline bool
guid_is_blank(const char *guid)
{
	return memcmp(guid, "00000000", 8) == 0 &&
	       memcmp(guid, "00000000-0000-0000-0000-000000000000", GUID_LENGTH) == 0;
}

/* Whether the 36 characters are lower-case hexadecimal digits, but for the four dashes. */
static inline bool
guid_is_lower_plain(const char *text)
{
	static const unsigned char halves[4][2] = { { 0, 4 }, { 9, 14 }, { 19, 24 }, { 28, 32 } };
	uint64_t bad = 0;

	for (size_t i = 0; i < ARRAY_LEN(halves); i++) {
		char bytes[8];
		uint64_t word;
		memcpy(bytes, text + halves[i][0], 4);
		memcpy(bytes + 4, text + halves[i][1], 4);
		memcpy(&word, bytes, sizeof word);
		bad |= word | ~(plain_from_to(word, '0', '9') | plain_from_to(word, 'a', 'f'));
	}
	return (bad & EACH_BYTE(0x80)) == 0;
}

#ifdef __SSE2__
/* For each byte at most 9 if it is a lower-case hexadecimal digit, else more. */
static inline __m128i
guid_digits(const char *text)
{
	__m128i v = _mm_loadu_si128((const void *)text);
	__m128i digit = _mm_sub_epi8(v, _mm_set1_epi8('0'));
	__m128i letter = _mm_sub_epi8(v, _mm_set1_epi8('a'));

	return _mm_min_epu8(digit, _mm_adds_epu8(letter, _mm_set1_epi8(4)));
}

static inline bool
guid_is_lower_sse2(const char *text)
{
	/* Bytes 0 to 15, 16 to 31 and 20 to 35; the dashes, which the caller looks at, count as digits. */
	const __m128i first = _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, 0, -1, -1, -1, -1, 0, -1, -1);
	const __m128i second = _mm_setr_epi8(-1, -1, 0, -1, -1, -1, -1, 0, -1, -1, -1, -1, -1, -1, -1, -1);
	const __m128i third = _mm_setr_epi8(-1, -1, -1, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
	__m128i most = _mm_max_epu8(_mm_and_si128(guid_digits(text), first),
		_mm_max_epu8(_mm_and_si128(guid_digits(text + 16), second),
			_mm_and_si128(guid_digits(text + 20), third)));

	return _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(most, _mm_set1_epi8(9)), most)) == 0xffff;
}
#endif

static inline bool
guid_is_lower(const char *text)
{
#ifdef __SSE2__
	return guid_is_lower_sse2(text);
#else
	return guid_is_lower_plain(text);
#endif
}

/*
 * Whether a cell of a type is plainly its own canonical form already, in any
 * locale, so that it need not be read: true for nearly all Texts, Codes and
 * Guids, and for blanks.  False tells nothing.
 */
static inline bool
value_is_plain(enum type type, struct str raw)
{
	if (type == TYPE_TEXT || type == TYPE_BLOB)
		return true;
	if (type == TYPE_CODE)
		return raw.len == 0 || (value_is_trimmed(raw) && plain_is_upper(raw));
	if (type == TYPE_GUID)
		return raw.len == GUID_LENGTH && guid_has_dashes(raw.ptr) && guid_is_lower(raw.ptr) &&
		       !guid_is_blank(raw.ptr);
	return raw.len == 0 && type != TYPE_OPTION;
}

/*
 * Whether a Code is plain, where PLAIN_AHEAD bytes from its begin on can be read,
 * however short it is.  Some rare characters, from { on, tell nothing.
 */
enum { PLAIN_AHEAD = 16 };
static inline bool
plain_is_code_ahead(struct str s)
{
#ifdef __SSE2__
	if (s.len <= PLAIN_AHEAD) {
		__m128i v = _mm_loadu_si128((const void *)s.ptr);
		/* From 'a' on, also beyond ASCII; and before '!', where what is beyond ASCII is, too. */
		__m128i low = _mm_or_si128(v, _mm_add_epi8(v, _mm_set1_epi8(0x80 - 'a')));
		unsigned hidden = (unsigned)_mm_movemask_epi8(_mm_cmpgt_epi8(_mm_set1_epi8('!'), v));
		unsigned all = (1u << s.len) - 1;
		unsigned ends = (1u << s.len >> 1) | 1;
		return ((((unsigned)_mm_movemask_epi8(low)) | (hidden & ends)) & all) == 0;
	}
#endif
	return value_is_plain(TYPE_CODE, s);
}

#endif
