/*
 * agreement.h - present values held against what both sides agreed on (3.2, 4.3)
 *
 * Pure functions over the base of a coupling and the cells of its rows.
 */
#ifndef SYNC_AGREEMENT_H
#define SYNC_AGREEMENT_H

#include "base/buf.h"
#include "model/coupling_base.h"
#include "model/table.h"
#include "sync/plan.h"
#include "sync/state.h"

/* Whether a field mapping's value on the group's side belongs to the group; constants belong to none. */
static inline bool
group_has_field(enum group group, const struct field_mapping *fm)
{
	enum direction direction = group == GROUP_E_TO ? TO : group == GROUP_C_FROM ? FROM : BIDIRECTIONAL;

	return fm->is_enabled && !fm->has_constant && fm->direction == direction;
}

static inline enum side
group_side(enum group group)
{
	return group == GROUP_E_BI || group == GROUP_E_TO ? ERP : CRM;
}

/* The digest of one cell, and of a whole group over a row's cells. */
uint64_t cell_digest(const struct field *field, struct cell cell);
uint64_t group_digest(
	const struct base_scheme *scheme, enum group group, const struct cell *cells, struct buf *scratch);

/*
 * Whether the bidirectional cells of both sides are the same texts, all good,
 * and nothing but plain copies: then they are equal in either direction (E24),
 * and the digests of both groups are one.  False tells nothing.
 */
bool pair_is_same(const struct mapping_state *ms, const struct cell *erp, const struct cell *crm);

/* Finds the entry of a field mapping in base.fields; NULL when there is none. */
const struct base_field *base_find_field(const struct coupling_base *base, size_t field);

/* E11: whether a written field shows, in the cells of its side's row, what was there before. */
bool replaced_is_shown(const struct base_replaced *replaced, size_t field, const struct mapping *mapping,
	enum side side, const struct cell *cells);

/* Stamps closer than this count as the same (R30). */
enum { STAMP_TOLERANCE_MS = 10 };

/* E10: whether a stamp is newer than a ledger time where the base does not know. */
bool stamp_is_newer(int64_t stamp, int64_t time);

/*
 * E11: whether the stamp of a record moved since a run wrote it, so that nobody can
 * tell what was edited when.  `time` is the side's ledger time.
 */
bool replaced_has_moved(const struct base_replaced *replaced, int64_t stamp, int64_t time);

/* What the base says of one field's present value on a side: as finely as it knows (6.3). */
enum base_mark base_mark_of(const struct coupling_base *base, const struct mapping *mapping, uint32_t track,
	size_t field, enum side side, struct cell cell);

#endif
