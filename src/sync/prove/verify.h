/*
 * verify.h - whether what an earlier run wrote is in the present exports (L5)
 *
 * The run is planned with TASK_VERIFY: the folder's own ledger, the present
 * exports, housekeeping and no job, so that creates are found as every run
 * finds them (L4).
 */
#ifndef SYNC_VERIFY_H
#define SYNC_VERIFY_H

#include "sync/undo/past_record.h"

/* What became of one field of a change, or of the whole change. */
struct verified {
	const struct past_change *change;
	const struct past_value *value;	/* NULL for the whole change */
	enum landing landing;
	struct str found; /* as the import file would write it; the second record's id for a twice */
};

/* Owns its texts and lists; a zeroed one is empty. */
struct verification {
	struct arena arena;
	struct verified *list;		/* in the order of changes.csv */
	size_t count;
	size_t capacity;
	uint64_t counts[LANDINGS];
	const struct coupling **pending;	/* of the folder's ledger, not found in the exports (L4) */
	size_t pending_count;
	size_t pending_capacity;
};

/*
 * Compares every change that makes a record of an import file.  written is the
 * time of the run that wrote the folder: only younger records count as a second
 * landing of a create.  False with status 3 when the folder names a mapping or
 * field that this setup does not read.
 */
bool verify(const struct run *run, const struct past *past, int64_t written, struct verification *v,
	struct diag *diag);

/* "landed", "landed altered", "missing", "overwritten since", "landed twice". */
const char *landing_name(enum landing landing);

void verification_release(struct verification *v);

#endif
