/*
 * mark.h - finds the few bytes that mean something in CSV, 64 at a time
 *
 * Two ways that give the same bits: SSE2, and plain C for other processors.
 * Both are always compiled where they can be, so that a test compares them.
 */
#ifndef IO_MARK_H
#define IO_MARK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { MARK_BLOCK = 64, MARK_BYTES = 4 };

/* The bytes that are looked for, each sixteen times. */
struct mark_set {
	unsigned char bytes[MARK_BYTES][16];
};

struct mark_block {
	uint64_t marks;	/* bit n: byte n is one of the set */
	bool is_suspect;	/* some byte is NUL or not ASCII */
};

static inline struct mark_set
mark_set_of(char a, char b, char c, char d)
{
	struct mark_set set = { 0 };

	memset(set.bytes[0], a, 16);
	memset(set.bytes[1], b, 16);
	memset(set.bytes[2], c, 16);
	memset(set.bytes[3], d, 16);
	return set;
}

/* The highest bit of each byte of x that is zero, exactly (no carry between bytes). */
static inline uint64_t
mark_zero_bytes(uint64_t x)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);

	return ~(((x & low) + low) | x | low);
}

/* Eight bytes, the first in memory as the lowest. */
static inline uint64_t
mark_load(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

/* One bit for each byte of the word that is one of the set. */
static inline unsigned
mark_word(const struct mark_set *set, uint64_t word)
{
	uint64_t found = 0;

	for (unsigned k = 0; k < MARK_BYTES; k++)
		found |= mark_zero_bytes(word ^ UINT64_C(0x0101010101010101) * set->bytes[k][0]);
	/* The multiplication gathers the eight highest bits in the top byte. */
	return (unsigned)((found >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

static inline struct mark_block
mark_block_plain(const struct mark_set *set, const char *p)
{
	struct mark_block block = { 0, false };
	uint64_t suspect = 0;

	for (unsigned i = 0; i < MARK_BLOCK / 8; i++) {
		uint64_t word = mark_load(p + (size_t)i * 8);
		block.marks |= (uint64_t)mark_word(set, word) << (8 * i);
		suspect |= mark_zero_bytes(word) | (word & UINT64_C(0x8080808080808080));
	}
	block.is_suspect = suspect != 0;
	return block;
}

#ifdef __SSE2__
/* All ones in each byte of v that is one of the set. */
static inline __m128i
mark_vector(const struct mark_set *set, __m128i v)
{
	__m128i a = _mm_cmpeq_epi8(v, _mm_loadu_si128((const void *)set->bytes[0]));
	__m128i b = _mm_cmpeq_epi8(v, _mm_loadu_si128((const void *)set->bytes[1]));
	__m128i c = _mm_cmpeq_epi8(v, _mm_loadu_si128((const void *)set->bytes[2]));
	__m128i d = _mm_cmpeq_epi8(v, _mm_loadu_si128((const void *)set->bytes[3]));

	return _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
}

static inline struct mark_block
mark_block_sse2(const struct mark_set *set, const char *p)
{
	const __m128i one = _mm_set1_epi8(1);
	__m128i a = _mm_loadu_si128((const void *)p);
	__m128i b = _mm_loadu_si128((const void *)(p + 16));
	__m128i c = _mm_loadu_si128((const void *)(p + 32));
	__m128i d = _mm_loadu_si128((const void *)(p + 48));
	uint64_t low = (unsigned)_mm_movemask_epi8(mark_vector(set, a)) |
		(unsigned)_mm_movemask_epi8(mark_vector(set, b)) << 16;
	uint64_t high = (unsigned)_mm_movemask_epi8(mark_vector(set, c)) |
		(unsigned)_mm_movemask_epi8(mark_vector(set, d)) << 16;

	/* The top bit of v | (v - 1) is set for all that is not ASCII, and for NUL; a NUL is the smallest. */
	__m128i smallest = _mm_min_epu8(_mm_min_epu8(a, b), _mm_min_epu8(c, d));
	__m128i all = _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
	bool is_suspect = _mm_movemask_epi8(_mm_or_si128(all, _mm_sub_epi8(smallest, one))) != 0;
	return (struct mark_block){ low | high << 32, is_suspect };
}
#endif

/* The same for sixteen bytes: bit n of the result for byte n, no more. */
static inline unsigned
mark_16_plain(const struct mark_set *set, const char *p)
{
	unsigned marks = 0;

	for (unsigned i = 0; i < 2; i++)
		marks |= mark_word(set, mark_load(p + (size_t)i * 8)) << (8 * i);
	return marks;
}

static inline unsigned
mark_16(const struct mark_set *set, const char *p)
{
#ifdef __SSE2__
	return (unsigned)_mm_movemask_epi8(mark_vector(set, _mm_loadu_si128((const void *)p)));
#else
	return mark_16_plain(set, p);
#endif
}

/* Of the MARK_BLOCK bytes at p, all of which must be readable. */
static inline struct mark_block
mark_block(const struct mark_set *set, const char *p)
{
#ifdef __SSE2__
	return mark_block_sse2(set, p);
#else
	return mark_block_plain(set, p);
#endif
}

#endif
