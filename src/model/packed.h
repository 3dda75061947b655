/*
 * packed.h - text behind its length: a value where there are millions of them
 *
 * A variable-length number, seven bits a byte, the lowest first: the length
 * times two, plus one where the text is a cell that is not of its field's type;
 * then the text.  A pointer to it takes 8 bytes where a struct str takes 16, and
 * the length one more where the text is shorter than 64 bytes.  NULL is the
 * empty text.
 *
 * A canonical Guid may be its 16 bytes instead, behind a number as put_number()
 * never writes it: such a thing has no text before packed_text() makes one.
 */
#ifndef MODEL_PACKED_H
#define MODEL_PACKED_H

#include "base/memory.h"
#include "model/guid.h"

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

enum { GUID_FIRST = 0x82, GUID_SECOND = 0, GUID_HEAD = 2 };

static inline bool
packed_is_guid(const unsigned char *at)
{
	return at && at[0] == GUID_FIRST && at[1] == GUID_SECOND;
}

/* A canonical Guid; returns the place behind. */
static inline unsigned char *
put_guid(unsigned char *at, const char *text)
{
	at[0] = GUID_FIRST;
	at[1] = GUID_SECOND;
	guid_pack(text, at + GUID_HEAD);
	return at + GUID_HEAD + GUID_BYTES;
}

/* The text where it lies, or that of a Guid in `room`, which has GUID_LENGTH characters. */
static inline struct str
packed_text(const unsigned char *at, char *room)
{
	if (!packed_is_guid(at))
		return packed_str(at);
	guid_put(room, at + GUID_HEAD);
	return (struct str){ room, GUID_LENGTH };
}

static inline bool
packed_is(const unsigned char *at, struct str text)
{
	return packed_is_guid(at) ? guid_is_text(at + GUID_HEAD, text) : str_equal(packed_str(at), text);
}

static inline size_t
packed_length(const unsigned char *at)
{
	return packed_is_guid(at) ? GUID_LENGTH : packed_str(at).len;
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
