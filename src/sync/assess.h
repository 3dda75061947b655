/*
 * assess.h - what changed on each side of a coupling (4.3: E10 to E13, E27)
 *
 * The tests compare the exports with the ledger as it was when the run began;
 * they run once, before the first job, and leave flags in the state.
 */
#ifndef SYNC_ASSESS_H
#define SYNC_ASSESS_H

#include "sync/state.h"

/* Whether this run looks at the coupling. */
bool coupling_is_assessed(const struct run *run, uint32_t number);

/*
 * Assesses all couplings of the mappings that this run looks at, but those that
 * are quiet (sync/quiet.h), and lays the values in flight over the
 * exports.  A base that cannot be read is a ledger error in diag.
 */
bool assess_couplings(struct run *run, struct diag *diag);

#endif
