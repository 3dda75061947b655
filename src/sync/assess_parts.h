/*
 * assess_parts.h - what assess.c and adopt.c share
 */
#ifndef SYNC_ASSESS_PARTS_H
#define SYNC_ASSESS_PARTS_H

#include "sync/agreement.h"
#include "sync/transfer.h"

/* One coupling under assessment; one a worker, used again and again. */
struct assessment {
	struct run *run;
	const struct coupling *coupling;
	const struct mapping_state *ms;
	struct coupling_base base;
	struct cell *cells[SIDES];
	struct arena arena;		/* reset for every coupling */
	struct arena *lasting;
	struct buf scratch;
	uint32_t number;
	uint32_t track;
	bool is_same;			/* pair_is_same() */
	bool has_same_digest;
	uint64_t same_digest;		/* then that of both bidirectional groups */
};

struct transfer_context assessment_context(struct assessment *a);

/* The cell of a field mapping on a side, as the export shows it. */
struct cell assessed_cell(const struct assessment *a, size_t field, enum side side);

/* The digest of a group as the export shows it. */
uint64_t assessed_digest(struct assessment *a, enum group group);

/* E10 where the base does not know: what the stamp says. */
bool changed_by_stamp(const struct assessment *a, enum side side);

/* E27: sets ADOPT, and enters the base; or UNBASED, where the sides differ and no stamp tells. */
void assess_adoption(struct assessment *a);

#endif
