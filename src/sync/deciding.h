/*
 * deciding.h - the selected sources of a job, decided side by side and committed in order
 */
#ifndef SYNC_DECIDING_H
#define SYNC_DECIDING_H

#include "sync/decide.h"
#include "sync/select.h"

/* Commits the next outcomes in order; one call at a time, on any thread. */
typedef void commit_fn(void *context, struct outcome *outcomes, uint32_t count);

/*
 * Whether no decision of the job reads what committing another record of it
 * changes: then records are decided while those before them are committed, and
 * commits must leave couplings and flags where they are (state_reserve()) and
 * lay nothing over rows before the job ends.
 */
bool decisions_are_independent(const struct sync_job *job);

/* Decides and commits all of the selection; outcomes and their lists live until commit() returns. */
void decide_selection(
	const struct sync_job *job, const struct selection *selection, commit_fn *commit, void *context);

#endif
