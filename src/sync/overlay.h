/*
 * overlay.h - values that lie over the cells of one table's export
 *
 * Few rows have any: a bit for each row tells which, and an index where theirs
 * begin.  An overlay that is all zero is empty.  Written by one thread while
 * nobody reads.
 */
#ifndef SYNC_OVERLAY_H
#define SYNC_OVERLAY_H

#include "base/index.h"
#include "model/table.h"

/* A value that lies over an export's cell. */
struct overlay_entry {
	struct cell cell;
	uint32_t column;
	uint32_t next;		/* older entry of the row, plus 1; 0 = none */
	uint32_t job;		/* plan job index plus 1 that wrote it; 0 = in flight from an earlier run */
	bool is_latest;		/* of its row and column */
};

struct overlay {
	uint64_t *rows;		/* a bit each: whether there is any entry; NULL while nothing was written */
	struct index index;	/* by the number of such a row: place in newest */
	uint32_t *newest;	/* of its entries, the newest's place */
	size_t row_count;
	size_t row_capacity;
	struct overlay_entry *entries;
	size_t count;
	size_t capacity;
};

/* The upper half of a hash is kept whole, and rows have different numbers: what is found is the row's. */
static inline uint64_t
overlay_hash(uint32_t row)
{
	return (uint64_t)row << 32;
}

/* The newest entry of a row that has any. */
const struct overlay_entry *overlay_entry_of(const struct overlay *overlay, uint32_t row);

static inline bool
overlay_has(const struct overlay *overlay, uint32_t row)
{
	return overlay->rows && (overlay->rows[row / 64] >> row % 64 & 1);
}

/* The newest entry of a row, or NULL. */
static inline const struct overlay_entry *
overlay_find(const struct overlay *overlay, uint32_t row)
{
	return overlay_has(overlay, row) ? overlay_entry_of(overlay, row) : NULL;
}

/* Tells the processor that the row's entries will be asked for soon.  Its bit is looked at: bits are few. */
static inline void
overlay_prefetch_entry(const struct overlay *overlay, uint32_t row)
{
	if (overlay_has(overlay, row))
		index_prefetch(&overlay->index, overlay_hash(row));
}

/* Lays a value over a row's cell; `rows` is how many the table has. */
void overlay_add(struct overlay *overlay, uint32_t rows, uint32_t row, uint32_t column, struct cell cell,
	uint32_t job);

/* A copy, to be released. */
struct overlay overlay_copy(const struct overlay *from, uint32_t rows);

void overlay_release(struct overlay *overlay);

#endif
