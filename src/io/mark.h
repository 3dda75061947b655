/*
 * mark.h - finds the few bytes that mean something in CSV, 64 at a time
 *
 * Three ways that give the same bits: AVX2 in files made for it (io/csv_run_wide.c),
 * SSE2, and plain C for other processors.  All are compiled where they can be, so
 * that tests compare them.
 */
#ifndef IO_MARK_H
#define IO_MARK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __AVX2__
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { MARK_BLOCK = 64, MARK_BYTES = 4 };

/* The bytes that are looked for, each sixteen times; the first is the most frequent one. */
struct mark_set {
	unsigned char bytes[MARK_BYTES][16];
};

struct mark_block {
	uint64_t marks;	/* bit n: byte n is one of the set */
	uint64_t others;	/* those that are not the first of the set */
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

/* One bit for each byte of the word that is one of the set, from the one with number `first` on. */
static inline unsigned
mark_word(const struct mark_set *set, unsigned first, uint64_t word)
{
	uint64_t found = 0;

	for (unsigned k = first; k < MARK_BYTES; k++)
		found |= mark_zero_bytes(word ^ UINT64_C(0x0101010101010101) * set->bytes[k][0]);
	/* The multiplication gathers the eight highest bits in the top byte. */
	return (unsigned)((found >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

static inline struct mark_block
mark_block_plain(const struct mark_set *set, const char *p)
{
	struct mark_block block = { 0, 0, false };
	uint64_t suspect = 0;

	for (unsigned i = 0; i < MARK_BLOCK / 8; i++) {
		uint64_t word = mark_load(p + (size_t)i * 8);
		block.marks |= (uint64_t)mark_word(set, 0, word) << (8 * i);
		block.others |= (uint64_t)mark_word(set, 1, word) << (8 * i);
		suspect |= mark_zero_bytes(word) | (word & UINT64_C(0x8080808080808080));
	}
	block.is_suspect = suspect != 0;
	return block;
}

#ifdef __SSE2__
/* All ones in each byte of v that is the first of the set, and one of the others. */
static inline __m128i
mark_first(const struct mark_set *set, __m128i v)
{
	return _mm_cmpeq_epi8(v, _mm_loadu_si128((const void *)set->bytes[0]));
}

static inline __m128i
mark_others(const struct mark_set *set, __m128i v)
{
	__m128i b = _mm_cmpeq_epi8(v, _mm_loadu_si128((const void *)set->bytes[1]));
	__m128i c = _mm_cmpeq_epi8(v, _mm_loadu_si128((const void *)set->bytes[2]));
	__m128i d = _mm_cmpeq_epi8(v, _mm_loadu_si128((const void *)set->bytes[3]));

	return _mm_or_si128(b, _mm_or_si128(c, d));
}

/* The highest bits of the bytes of four vectors. */
static inline uint64_t
mark_bits(__m128i a, __m128i b, __m128i c, __m128i d)
{
	uint64_t low = (unsigned)_mm_movemask_epi8(a) | (unsigned)_mm_movemask_epi8(b) << 16;
	uint64_t high = (unsigned)_mm_movemask_epi8(c) | (unsigned)_mm_movemask_epi8(d) << 16;

	return low | high << 32;
}

static inline __attribute__((always_inline)) struct mark_block
mark_block_sse2(const struct mark_set *set, const char *p)
{
	const __m128i one = _mm_set1_epi8(1);
	__m128i a = _mm_loadu_si128((const void *)p);
	__m128i b = _mm_loadu_si128((const void *)(p + 16));
	__m128i c = _mm_loadu_si128((const void *)(p + 32));
	__m128i d = _mm_loadu_si128((const void *)(p + 48));
	uint64_t firsts = mark_bits(mark_first(set, a), mark_first(set, b), mark_first(set, c),
		mark_first(set, d));
	uint64_t others = mark_bits(mark_others(set, a), mark_others(set, b), mark_others(set, c),
		mark_others(set, d));

	/* The top bit of v | (v - 1) is set for all that is not ASCII, and for NUL; a NUL is the smallest. */
	__m128i smallest = _mm_min_epu8(_mm_min_epu8(a, b), _mm_min_epu8(c, d));
	__m128i all = _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
	bool is_suspect = _mm_movemask_epi8(_mm_or_si128(all, _mm_sub_epi8(smallest, one))) != 0;
	return (struct mark_block){ firsts | others, others, is_suspect };
}
#endif

/* The same for sixteen bytes: bit n of the result for byte n, no more. */
static inline unsigned
mark_16_plain(const struct mark_set *set, const char *p)
{
	unsigned marks = 0;

	for (unsigned i = 0; i < 2; i++)
		marks |= mark_word(set, 0, mark_load(p + (size_t)i * 8)) << (8 * i);
	return marks;
}

static inline unsigned
mark_16(const struct mark_set *set, const char *p)
{
#ifdef __SSE2__
	__m128i v = _mm_loadu_si128((const void *)p);

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(mark_first(set, v), mark_others(set, v)));
#else
	return mark_16_plain(set, p);
#endif
}

/* Whether one of the set is among the sixteen bytes of two words. */
static inline bool
mark_in_words_plain(const struct mark_set *set, uint64_t a, uint64_t b)
{
	return (mark_word(set, 0, a) | mark_word(set, 0, b)) != 0;
}

static inline bool
mark_in_words(const struct mark_set *set, uint64_t a, uint64_t b)
{
#ifdef __SSE2__
	__m128i v = _mm_set_epi64x((int64_t)b, (int64_t)a);

	return _mm_movemask_epi8(_mm_or_si128(mark_first(set, v), mark_others(set, v))) != 0;
#else
	return mark_in_words_plain(set, a, b);
#endif
}

#ifdef __AVX2__
/* A byte of the set, 32 times. */
static inline __m256i
mark_wide(const struct mark_set *set, unsigned number)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)set->bytes[number]));
}

static inline uint64_t
mark_bits_wide(__m256i a, __m256i b)
{
	return (unsigned)_mm256_movemask_epi8(a) | (uint64_t)(unsigned)_mm256_movemask_epi8(b) << 32;
}

static inline __m256i
mark_others_wide(const struct mark_set *set, __m256i v)
{
	__m256i b = _mm256_cmpeq_epi8(v, mark_wide(set, 1));
	__m256i c = _mm256_cmpeq_epi8(v, mark_wide(set, 2));
	__m256i d = _mm256_cmpeq_epi8(v, mark_wide(set, 3));

	return _mm256_or_si256(b, _mm256_or_si256(c, d));
}

/* As mark_block_sse2(). */
static inline __attribute__((always_inline)) struct mark_block
mark_block_avx2(const struct mark_set *set, const char *p)
{
	__m256i a = _mm256_loadu_si256((const void *)p);
	__m256i b = _mm256_loadu_si256((const void *)(p + 32));
	uint64_t firsts = mark_bits_wide(_mm256_cmpeq_epi8(a, mark_wide(set, 0)),
		_mm256_cmpeq_epi8(b, mark_wide(set, 0)));
	uint64_t others = mark_bits_wide(mark_others_wide(set, a), mark_others_wide(set, b));
	__m256i smallest = _mm256_min_epu8(a, b);
	__m256i suspect = _mm256_or_si256(_mm256_or_si256(a, b),
		_mm256_sub_epi8(smallest, _mm256_set1_epi8(1)));

	return (struct mark_block){ firsts | others, others, _mm256_movemask_epi8(suspect) != 0 };
}
#endif

/* Of the MARK_BLOCK bytes at p, all of which must be readable. */
static inline __attribute__((always_inline)) struct mark_block
mark_block(const struct mark_set *set, const char *p)
{
#if defined(__AVX2__)
	return mark_block_avx2(set, p);
#elif defined(__SSE2__)
	return mark_block_sse2(set, p);
#else
	return mark_block_plain(set, p);
#endif
}

#endif
