/*
 * assess.h - what changed on each side of a coupling (4.3: E10 to E13, E27)
 *
 * The tests compare the exports with the ledger as it was when the run began;
 * they run once, before the first job, and leave flags in the state.
 */
#ifndef SYNC_ASSESS_H
#define SYNC_ASSESS_H

#include "model/coupling_base.h"
#include "sync/state.h"
#include "sync/transfer.h"

/* Stamps closer than this count as the same (R30). */
enum { STAMP_TOLERANCE_MS = 10 };

/* Whether a field mapping's value on the group's side belongs to the group; constants belong to none. */
bool group_has_field(enum group group, const struct field_mapping *fm);

enum side group_side(enum group group);

/* The digest of one cell, and of a whole group over a row's cells. */
uint64_t cell_digest(const struct field *field, struct cell cell);
uint64_t group_digest(const struct base_scheme *scheme, enum group group, const struct cell *cells, struct buf *scratch);

/* Finds the entry of a field mapping in base.fields; NULL when there is none. */
const struct base_field *base_find_field(const struct coupling_base *base, size_t field);

/* What the base says of one field's present value on a side: as finely as it knows (6.3). */
enum base_mark base_mark_of(const struct coupling_base *base, const struct mapping *mapping, uint32_t track,
	size_t field, enum side side, struct cell cell);

/*
 * Assesses all couplings of the mappings that this run looks at, and lays the
 * values in flight over the exports.  A base that cannot be read is a ledger
 * error in diag.
 */
bool assess_couplings(struct run *run, struct diag *diag);

#endif
