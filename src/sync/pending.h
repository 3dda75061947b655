/*
 * pending.h - creates that no export has shown yet, found again (7: L4)
 */
#ifndef SYNC_PENDING_H
#define SYNC_PENDING_H

#include "sync/housekeeping.h"

/*
 * Confirms the pending lines of a mapping that the exports show: (a) by uid,
 * (b) by key, (c) by match fields or all values written.  What stays pending is
 * counted; rows that several lines could be are claimed.
 */
void pending_confirm(struct housekeeping *hk);

/*
 * L4 c: the digest by which a record without identity is found again: of its
 * match fields, else of all values written, without case and outer blanks.
 * `cells` are those of the created side.
 */
uint64_t pending_digest(
	const struct base_scheme *scheme, enum side side, const struct cell *cells, struct buf *scratch);

#endif
