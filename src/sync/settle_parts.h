/*
 * settle_parts.h - what the parts of settling share; for settle*.c and undo_base.c alone
 */
#ifndef SYNC_SETTLE_PARTS_H
#define SYNC_SETTLE_PARTS_H

#include "sync/agreement.h"
#include "sync/copied.h"
#include "sync/transfer.h"

/* One coupling being settled; one a worker. */
struct settling {
	struct run *run;
	struct arena arena;		/* reset for every coupling */
	struct arena *lasting;
	struct buf scratch;
	struct buf text;
	struct coupling *coupling;
	const struct mapping_state *ms;
	const struct table *tables[SIDES];
	uint32_t track;
	struct coupling_base old;
	struct coupling_base new;
	struct cell *shown[SIDES];	/* the export */
	struct cell *cells[SIDES];	/* effective */
	struct cell *seen[SIDES];	/* as a job saw its source */
	const struct cell *own[SIDES];	/* whose values the side's own group takes; NULL: none */
	struct copied_room room;
	bool has[SIDES];		/* the side's values are known */
	uint32_t number;		/* of the coupling */
	bool is_same;			/* pair_is_same() of `cells` */
	bool sets_bidirectional;	/* E_BI and C_BI are set from `cells` */
	bool holds_bidirectional;	/* a field of theirs is held back (sync/held.h) */
	const struct change *link;	/* E34: to a side that no export shows; or NULL */
};

/* The direction whose job left the coupling alone while the other one settled it. */
static inline enum direction
left_direction(const struct settling *s)
{
	return s->track & TRACK_LEFT(TO) ? TO : s->track & TRACK_LEFT(FROM) ? FROM : DIRECTION_NONE;
}

/* 3.2: digests by field, with base="fields", and of bidirectional fields while the groups do not tell all. */
void settle_fields(struct settling *s);

/* E11: for every field of the side that the export does not show as it was written, what it shows. */
void settle_replaced(struct settling *s, enum side side);

/* Enters all endings, which are not there any more afterwards: bases, which come next, need the room. */
void settle_endings(struct run *run);

#endif
