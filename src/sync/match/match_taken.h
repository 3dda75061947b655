/*
 * match_taken.h - which CRM rows are no one's to be coupled with (E37, L4)
 */
#ifndef SYNC_MATCH_TAKEN_H
#define SYNC_MATCH_TAKEN_H

#include "sync/state.h"

/*
 * A bit for each row of the mapping's integration table: coupled or pending in
 * any mapping of that table, also a disabled one, or claimed by pending lines.
 * The caller frees it.
 */
uint64_t *match_taken(const struct run *run, const struct mapping *mapping);

/* Who has the row, for messages: `record 10000 in mapping CUSTOMER`; in the arena. */
struct str match_taker(const struct run *run, const struct mapping *mapping, uint32_t crm_row,
	struct arena *arena);

#endif
