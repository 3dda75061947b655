/*
 * guid.h - a canonical Guid as 16 bytes instead of 36 characters
 *
 * Bytes are in the order of the text, so that they sort like it.  The SSE2 and the
 * plain ways give the same; a test compares them.
 */
#ifndef MODEL_GUID_H
#define MODEL_GUID_H

#include "model/value_plain.h"

enum { GUID_BYTES = 16, GUID_GROUPS = 5 };

/* Where the groups between dashes begin in the text, and in the bytes. */
static const unsigned char guid_group_texts[GUID_GROUPS] = { 0, 9, 14, 19, 24 };
static const unsigned char guid_group_bytes[GUID_GROUPS + 1] = { 0, 4, 6, 8, 10, GUID_BYTES };

static inline unsigned
guid_digit_plain(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static inline void
guid_pack_plain(const char *text, unsigned char *bytes)
{
	for (size_t group = 0; group < GUID_GROUPS; group++) {
		const char *at = text + guid_group_texts[group];
		for (size_t i = guid_group_bytes[group]; i < guid_group_bytes[group + 1]; i++, at += 2)
			bytes[i] = (unsigned char)(guid_digit_plain(at[0]) << 4 | guid_digit_plain(at[1]));
	}
}

static inline char *
guid_put_plain(char *to, const unsigned char *bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t group = 0; group < GUID_GROUPS; group++) {
		if (group > 0)
			*to++ = '-';
		for (size_t i = guid_group_bytes[group]; i < guid_group_bytes[group + 1]; i++) {
			*to++ = digits[bytes[i] >> 4];
			*to++ = digits[bytes[i] & 15];
		}
	}
	return to;
}

#ifdef __SSE2__
/* Pairs of digits, the first of each in the lower byte, as numbers of 16 bits. */
static inline __m128i
guid_pairs(uint64_t first, uint64_t second)
{
	__m128i v = _mm_set_epi64x((long long)second, (long long)first);
	__m128i digits =
		_mm_min_epu8(_mm_sub_epi8(v, _mm_set1_epi8('0')), _mm_sub_epi8(v, _mm_set1_epi8('a' - 10)));

	return _mm_and_si128(_mm_or_si128(_mm_slli_epi16(digits, 4), _mm_srli_epi16(digits, 8)),
		_mm_set1_epi16(0xff));
}

static inline void
guid_pack_sse2(const char *text, unsigned char *bytes)
{
	uint64_t words[2];
	uint32_t groups[4];

	memcpy(&words[0], text, 8);
	memcpy(&groups[0], text + 9, 4);
	memcpy(&groups[1], text + 14, 4);
	memcpy(&groups[2], text + 19, 4);
	memcpy(&groups[3], text + 24, 4);
	memcpy(&words[1], text + 28, 8);
	_mm_storeu_si128((void *)bytes,
		_mm_packus_epi16(guid_pairs(words[0], (uint64_t)groups[1] << 32 | groups[0]),
			guid_pairs((uint64_t)groups[3] << 32 | groups[2], words[1])));
}

static inline __m128i
guid_letters(__m128i digits)
{
	return _mm_add_epi8(_mm_add_epi8(digits, _mm_set1_epi8('0')),
		_mm_and_si128(_mm_cmpgt_epi8(digits, _mm_set1_epi8(9)), _mm_set1_epi8('a' - '0' - 10)));
}

/* A dash and the first four digits. */
static inline void
guid_put_group(char *to, __m128i digits)
{
	int group = _mm_cvtsi128_si32(digits);

	*to = '-';
	memcpy(to + 1, &group, sizeof group);
}

static inline char *
guid_put_sse2(char *to, const unsigned char *bytes)
{
	const __m128i low = _mm_set1_epi8(15);
	__m128i v = _mm_loadu_si128((const void *)bytes);
	__m128i upper = _mm_and_si128(_mm_srli_epi16(v, 4), low);
	__m128i lower = _mm_and_si128(v, low);
	__m128i first = guid_letters(_mm_unpacklo_epi8(upper, lower));
	__m128i second = guid_letters(_mm_unpackhi_epi8(upper, lower));

	_mm_storel_epi64((void *)to, first);
	guid_put_group(to + 8, _mm_srli_si128(first, 8));
	guid_put_group(to + 13, _mm_srli_si128(first, 12));
	guid_put_group(to + 18, second);
	guid_put_group(to + 23, _mm_srli_si128(second, 4));
	_mm_storel_epi64((void *)(to + 28), _mm_srli_si128(second, 8));
	return to + GUID_LENGTH;
}
#endif

/* The 36 characters are a canonical Guid: value_is_plain(), or made by guid_read(). */
static inline void
guid_pack(const char *text, unsigned char *bytes)
{
#ifdef __SSE2__
	guid_pack_sse2(text, bytes);
#else
	guid_pack_plain(text, bytes);
#endif
}

/* The text, to where there is room for GUID_LENGTH characters; returns the place behind. */
static inline char *
guid_put(char *to, const unsigned char *bytes)
{
#ifdef __SSE2__
	return guid_put_sse2(to, bytes);
#else
	return guid_put_plain(to, bytes);
#endif
}

/* Its first GUID_FIRST_DIGITS characters alone. */
enum { GUID_FIRST_DIGITS = 8 };
static inline void
guid_put_first(char *to, const unsigned char *bytes)
{
#ifdef __SSE2__
	const __m128i low = _mm_set1_epi8(15);
	__m128i v = _mm_loadu_si128((const void *)bytes);
	__m128i upper = _mm_and_si128(_mm_srli_epi16(v, 4), low);

	_mm_storel_epi64((void *)to, guid_letters(_mm_unpacklo_epi8(upper, _mm_and_si128(v, low))));
#else
	char all[GUID_LENGTH];

	guid_put_plain(all, bytes);
	memcpy(to, all, GUID_FIRST_DIGITS);
#endif
}

/* Whether this is its text. */
static inline bool
guid_is_text(const unsigned char *bytes, struct str text)
{
	char own[GUID_LENGTH];
	uint64_t words[2];
	uint32_t ends[2];
	uint64_t different = 0;

	if (text.len != GUID_LENGTH)
		return false;
	guid_put(own, bytes);
	for (size_t at = 0; at < GUID_LENGTH - sizeof ends[0]; at += sizeof words[0]) {
		memcpy(&words[0], own + at, sizeof words[0]);
		memcpy(&words[1], text.ptr + at, sizeof words[1]);
		different |= words[0] ^ words[1];
	}
	memcpy(&ends[0], own + GUID_LENGTH - sizeof ends[0], sizeof ends[0]);
	memcpy(&ends[1], text.ptr + GUID_LENGTH - sizeof ends[1], sizeof ends[1]);
	return (different | (ends[0] ^ ends[1])) == 0;
}

#endif
