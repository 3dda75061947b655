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
 * date.  Enters in the state which ones they are, where any table is lean.
 */
void quiet_assess(struct run *run);

/* Whether the coupling was quiet when the run began: jobs that are not forced have nothing to do for it. */
static inline bool
coupling_is_quiet(const struct state *state, uint32_t number)
{
	return state->is_quiet && number < state->begin_count && state->is_quiet[number];
}

#endif
