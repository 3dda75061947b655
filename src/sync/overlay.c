/* overlay.c - values that lie over the cells of one table's export */
#include "sync/overlay.h"

#include <stdlib.h>

static size_t
word_count(uint32_t rows)
{
	return (size_t)rows / 64 + 1;
}

static uint32_t *
newest_of(const struct overlay *overlay, uint32_t row)
{
	struct index_walk walk = index_find(&overlay->index, overlay_hash(row));

	return &overlay->newest[index_next(&walk)];
}

const struct overlay_entry *
overlay_entry_of(const struct overlay *overlay, uint32_t row)
{
	return &overlay->entries[*newest_of(overlay, row)];
}

static uint32_t *
add_row(struct overlay *overlay, uint32_t rows, uint32_t row)
{
	if (!overlay->rows)
		overlay->rows = memory_new(word_count(rows), sizeof *overlay->rows);
	overlay->rows[row / 64] |= UINT64_C(1) << row % 64;
	index_add(&overlay->index, overlay_hash(row), (uint32_t)overlay->row_count);
	overlay->newest = memory_grow(
		overlay->newest, overlay->row_count, &overlay->row_capacity, sizeof *overlay->newest);
	return &overlay->newest[overlay->row_count++];
}

void
overlay_add(struct overlay *overlay, uint32_t rows, uint32_t row, uint32_t column, struct cell cell,
	uint32_t job)
{
	uint32_t *newest = overlay_has(overlay, row) ? newest_of(overlay, row) : NULL;
	uint32_t older = newest ? *newest + 1 : 0;

	for (uint32_t at = older; at != 0; at = overlay->entries[at - 1].next)
		if (overlay->entries[at - 1].column == column)
			overlay->entries[at - 1].is_latest = false;
	if (!newest)
		newest = add_row(overlay, rows, row);
	overlay->entries =
		memory_grow(overlay->entries, overlay->count, &overlay->capacity, sizeof *overlay->entries);
	*newest = (uint32_t)overlay->count;
	overlay->entries[overlay->count++] = (struct overlay_entry){
		.cell = cell, .column = column, .next = older, .job = job, .is_latest = true
	};
}

static void *
copy(const void *from, size_t count, size_t size)
{
	void *to = memory_resize(NULL, count, size);

	if (count != 0)
		memcpy(to, from, count * size);
	return to;
}

struct overlay
overlay_copy(const struct overlay *from, uint32_t rows)
{
	struct overlay to = *from;

	if (!from->rows)
		return to;
	to.rows = copy(from->rows, word_count(rows), sizeof *to.rows);
	to.index.slots = copy(from->index.slots, from->index.size, sizeof *to.index.slots);
	to.newest = copy(from->newest, from->row_count, sizeof *to.newest);
	to.row_capacity = from->row_count;
	to.entries = copy(from->entries, from->count, sizeof *to.entries);
	to.capacity = from->count;
	return to;
}

void
overlay_release(struct overlay *overlay)
{
	free(overlay->rows);
	index_release(&overlay->index);
	free(overlay->newest);
	free(overlay->entries);
	*overlay = (struct overlay){ 0 };
}
