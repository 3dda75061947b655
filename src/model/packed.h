/*
 * packed.h - text behind its length: a value where there are millions of them
 *
 * A variable-length number, seven bits a byte, the lowest first: the length
 * times two, plus one where the text is a cell that is not of its field's type;
 * then the text.  A pointer to it takes 8 bytes where a struct str takes 16, and
 * the length one more where the text is shorter than 64 bytes.  NULL is the
 * empty text.
 */
#ifndef MODEL_PACKED_H
#define MODEL_PACKED_H

#include "base/memory.h"

enum { NUMBER_ROOM = 5 };

static inline unsigned char *
put_number(unsigned char *at, uint32_t number)
{
	while (number >= 0x80) {
		*at++ = (unsigned char)(number | 0x80);
		number >>= 7;
	}
	*at++ = (unsigned char)number;
	return at;
}

/* Moves *at behind the number. */
static inline uint32_t
get_number(const unsigned char **at)
{
	uint32_t number = *(*at)++;

	if (__builtin_expect(number < 0x80, true))
		return number;
	number &= 0x7f;
	for (unsigned shift = 7; (*at)[-1] >= 0x80; shift += 7)
		number |= (uint32_t)(*(*at)++ & 0x7f) << shift;
	return number;
}

static inline struct str
packed_str(const unsigned char *at)
{
	if (!at)
		return (struct str){ NULL, 0 };
	uint32_t number = get_number(&at);
	return (struct str){ (const char *)at, number >> 1 };
}

/* Where the packed text begins that s was taken from, by packed_str() or as a cell of a table's row. */
static inline const unsigned char *
packed_of(struct str s)
{
	const unsigned char *at = (const unsigned char *)s.ptr;

	if (s.len == 0)
		return NULL;
	for (size_t number = s.len << 1; number >= 0x80; number >>= 7)
		at--;
	return at - 1;
}

/* A packed copy, in an arena; s is shorter than 2 GiB. */
static inline const unsigned char *
packed_copy(struct arena *arena, struct str s)
{
	if (s.len == 0)
		return NULL;
	unsigned char *packed = (unsigned char *)arena_bytes(arena, NUMBER_ROOM + s.len);
	unsigned char *at = put_number(packed, (uint32_t)s.len << 1);
	arena_cut(arena, str_put((char *)at, s));
	return packed;
}

#endif
