/*
 * review.h - what a full synchronization would find, mapping by mapping (E43, R117, R118)
 */
#ifndef SYNC_REVIEW_H
#define SYNC_REVIEW_H

#include "sync/state.h"

/*
 * Adds a line to the plan for each mapping that this run looks at, in run
 * order.  Comes after housekeeping, which couples what has landed, and before
 * the first job, which creates.
 */
void review_make(struct run *run);

/* "Couple Records", "Full Synchronization" or "No Records Found". */
const char *review_action(const struct review_line *line);

#endif
