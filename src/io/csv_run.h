/*
 * csv_run.h - many plain records of CSV at once
 *
 * Nearly all records of nearly all files are plain: as many values as the header,
 * quotes only around whole values and none or line ends within them, LF or CRLF
 * behind, good UTF-8.  A run of them is taken in one walk.  What is not plain is
 * left to csv_split_next(), which knows all else, and what to say of it.
 *
 * There are two walks that give the same: one for any processor, and one made for
 * those with vectors of 32 bytes, where they are met (io/csv_run_walk.h).
 */
#ifndef IO_CSV_RUN_H
#define IO_CSV_RUN_H

#include "io/csv_split.h"

/* Further cells that are overwritten behind those of the records. */
enum { CSV_RUN_SLACK = MARK_BLOCK + 2 };

/* Where the records of a run go. */
struct csv_run {
	struct str *cells;	/* row by row; with room for CSV_RUN_SLACK more */
	uint64_t *lines;	/* where each begins */
	uint64_t *places;	/* the same in bytes; or null */
	uint64_t text_place;	/* that of the text's begin */
	uint32_t columns;
};

/*
 * Takes plain records, `most` of them at most, up to the first that is not plain
 * or not whole; returns how many.  The walk then stands behind the last one.
 */
uint32_t csv_run_take(struct csv_split *split, const struct csv_run *run, uint32_t most);

/* The two walks, for csv_run_take() and tests. */
uint32_t csv_run_take_any(struct csv_split *split, const struct csv_run *run, uint32_t most);
uint32_t csv_run_take_wide(struct csv_split *split, const struct csv_run *run, uint32_t most);
/* Whether this processor has such vectors, and the second one was built. */
bool csv_run_is_wide(void);

/* Whether it is good UTF-8 without NUL. */
bool csv_is_clean(const char *begin, const char *end);

#endif
