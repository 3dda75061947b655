/*
 * quiet.h - couplings of which both sides are as they were (E7, E10, E27)
 *
 * Told by stamps and by the digests that lean rows keep; the others are to be
 * assessed with all their values (sync/assess.h).
 */
#ifndef SYNC_QUIET_H
#define SYNC_QUIET_H

#include "sync/state.h"

/*
 * Assesses the quiet couplings of the mappings that this run looks at: sets
 * their flags, lets those without a base adopt one, and brings erp_key up to
 * date.  Returns for each coupling whether it is one, to be freed; NULL where no
 * table is lean.
 */
bool *quiet_assess(struct run *run);

#endif
