/* index_fill.c - many numbers into an index at once, part by part */
#include <stdlib.h>
#include <string.h>

#include "base/index.h"
#include "base/memory.h"

/* Slots of a part: 128 KiB, which the fast cache of any processor holds. */
enum { PART_SLOTS = 16 * 1024 };

/* Into which part of the index a tag comes; parts follow each other as homes do. */
static size_t
part_of(const struct index *ix, uint32_t tag)
{
	return index_home(ix, tag) / PART_SLOTS;
}

/* The entries in a list of their parts, in place of the old one; within a part they keep their order. */
static struct index_entry *
part_entries(const struct index *ix, struct index_entry *entries, uint32_t count, size_t parts)
{
	struct index_entry *parted = memory_resize(NULL, count, sizeof *parted);
	uint32_t *begins = memory_new(parts + 1, sizeof *begins);

	for (uint32_t i = 0; i < count; i++)
		begins[part_of(ix, entries[i].tag) + 1]++;
	for (size_t part = 0; part < parts; part++)
		begins[part + 1] += begins[part];
	for (uint32_t i = 0; i < count; i++)
		parted[begins[part_of(ix, entries[i].tag)]++] = entries[i];
	free(begins);
	free(entries);
	return parted;
}

struct filling {
	struct index *ix;
	index_same_fn *is_same;
	const void *context;
	struct index_twin *twins;
	size_t twin_count;
	size_t twin_capacity;
};

static void
add_twin(struct filling *f, uint32_t number, uint32_t first)
{
	f->twins = memory_grow(f->twins, f->twin_count, &f->twin_capacity, sizeof *f->twins);
	f->twins[f->twin_count++] = (struct index_twin){ number, first };
}

/* There is room for all; one walk tells both whether the thing is there and where it goes. */
static void
enter(struct filling *f, const struct index_entry *entries, uint32_t count)
{
	struct index *ix = f->ix;
	struct index_slot *slots = ix->slots;

	for (uint32_t i = 0; i < count; i++) {
		const struct index_entry entry = entries[i];
		size_t at = index_home(ix, entry.tag);
		while (slots[at].number_plus_1 != 0 && (slots[at].tag != entry.tag ||
			!f->is_same(f->context, slots[at].number_plus_1 - 1, entry.number)))
			at = index_next_place(ix, at);
		if (slots[at].number_plus_1 != 0) {
			add_twin(f, entry.number, slots[at].number_plus_1 - 1);
			continue;
		}
		slots[at] = (struct index_slot){ entry.tag, entry.number + 1 };
		ix->count++;
	}
}

static int
compare_twins(const void *a, const void *b)
{
	uint32_t left = ((const struct index_twin *)a)->number;
	uint32_t right = ((const struct index_twin *)b)->number;

	return left < right ? -1 : left > right;
}

size_t
index_fill(struct index *ix, struct index_entry *entries, uint32_t count, index_same_fn *is_same,
	const void *context, struct index_twin **twins)
{
	struct filling f = { .ix = ix, .is_same = is_same, .context = context };

	index_reserve(ix, ix->count + count);
	size_t parts = ix->size / PART_SLOTS + 1;
	if (parts > 1)
		entries = part_entries(ix, entries, count, parts);
	enter(&f, entries, count);
	free(entries);
	if (f.twin_count != 0)
		qsort(f.twins, f.twin_count, sizeof *f.twins, compare_twins);
	*twins = f.twins;
	return f.twin_count;
}
