/*
 * index.h - a hash index over numbered things that somebody else owns
 *
 * Maps a 64-bit hash to the numbers put in under it.  Open addressing, at most
 * three quarters full, and little less when room was reserved: 11 bytes a thing.
 * A slot holds a number and 32 bits of the hash, so that a miss seldom touches the
 * thing itself.  The caller compares the keys.  Built by one thread; a const index
 * may be read by many.
 *
 * Limits: 2^32 - 2 things.
 */
#ifndef BASE_INDEX_H
#define BASE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

#define INDEX_NONE UINT32_MAX

struct index_slot {
	uint32_t tag;
	uint32_t number_plus_1;
};

struct index {
	struct index_slot *slots;
	size_t size;	/* slots */
	size_t count;
};

/* Makes room for count things at once; not needed, but saves growing. */
void index_reserve(struct index *ix, size_t count);

void index_add(struct index *ix, uint64_t hash, uint32_t number);

/* A number and the upper half of its hash. */
struct index_entry {
	uint32_t tag;
	uint32_t number;
};

/* A number that is the same thing as another one, which is in the index. */
struct index_twin {
	uint32_t number;
	uint32_t first;
};

/* Whether two numbers are the same thing; asked where their tags are equal. */
typedef bool index_same_fn(const void *context, uint32_t first, uint32_t number);

/*
 * Enters many numbers at once, part by part of the index, so that each part is
 * in the cache while it is filled.  Frees the entries as soon as it can do without
 * them, as they take much room.  Of numbers that are the same thing only the
 * first of the list is entered; the others are returned in *twins, in the order of
 * their numbers, to be freed.
 */
size_t index_fill(struct index *ix, struct index_entry *entries, uint32_t count, index_same_fn *is_same,
	const void *context, struct index_twin **twins);

/*
 * Slots keep only the upper half of the hash, and growing must find each one's
 * place again: the place is made of that half alone, well mixed, as the part of
 * all slots that it is of all numbers of 32 bits.
 */
static inline size_t
index_home(const struct index *ix, uint32_t tag)
{
	return (size_t)((uint64_t)(tag * UINT32_C(0x9e3779b1)) * ix->size >> 32);
}

/* Puts places[n] in the place of each number n. */
void index_renumber(struct index *ix, const uint32_t *places);

/* A walk over the numbers that may have this hash. */
struct index_walk {
	const struct index *index;
	uint32_t tag;
	size_t at;
};

static inline struct index_walk
index_find(const struct index *ix, uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);

	return (struct index_walk){ ix, tag, ix->slots ? index_home(ix, tag) : 0 };
}

static inline size_t
index_next_place(const struct index *ix, size_t at)
{
	return at + 1 < ix->size ? at + 1 : 0;
}

/* The next candidate, in the order of adding as long as nothing grew; INDEX_NONE at the end. */
static inline uint32_t
index_next(struct index_walk *walk)
{
	const struct index *ix = walk->index;

	if (!ix->slots)
		return INDEX_NONE;
	while (ix->slots[walk->at].number_plus_1 != 0) {
		struct index_slot slot = ix->slots[walk->at];
		walk->at = index_next_place(ix, walk->at);
		if (slot.tag == walk->tag)
			return slot.number_plus_1 - 1;
	}
	return INDEX_NONE;
}

/* Tells the processor that this hash will be looked up soon. */
static inline void
index_prefetch(const struct index *ix, uint64_t hash)
{
	if (ix->slots)
		memory_prefetch(&ix->slots[index_home(ix, (uint32_t)(hash >> 32))]);
}

void index_release(struct index *ix);

#endif
