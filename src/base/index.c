/* index.c - a hash index over numbered things that somebody else owns */
#include "base/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { FEWEST = 16 };

static void
put(struct index *ix, struct index_slot slot)
{
	size_t at = index_home(ix, slot.tag);

	while (ix->slots[at].number_plus_1 != 0)
		at = index_next_place(ix, at);
	ix->slots[at] = slot;
}

void
index_reserve(struct index *ix, size_t count)
{
	size_t size = count + count / 8 * 3 + FEWEST;

	if (size <= ix->size)
		return;
	/* Written here, in order, as calloc()'s untouched pages would make every later access a page fault.
	 */
	struct index grown = { memory_resize(NULL, size, sizeof *ix->slots), size, ix->count };
	memset(grown.slots, 0, size * sizeof *ix->slots);
	for (size_t i = 0; i < ix->size; i++)
		if (ix->slots[i].number_plus_1 != 0)
			put(&grown, ix->slots[i]);
	free(ix->slots);
	*ix = grown;
}

void
index_add(struct index *ix, uint64_t hash, uint32_t number)
{
	if (ix->count + 1 > ix->size - ix->size / 4)
		index_reserve(ix, ix->count < FEWEST ? FEWEST : ix->count + ix->count / 2);
	put(ix, (struct index_slot){ (uint32_t)(hash >> 32), number + 1 });
	ix->count++;
}

void
index_renumber(struct index *ix, const uint32_t *places)
{
	for (size_t i = 0; i < ix->size; i++)
		if (ix->slots[i].number_plus_1 != 0)
			ix->slots[i].number_plus_1 = places[ix->slots[i].number_plus_1 - 1] + 1;
}

void
index_release(struct index *ix)
{
	free(ix->slots);
	*ix = (struct index){ 0 };
}
