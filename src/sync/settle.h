/*
 * settle.h - what the run leaves in the ledger (4.9, 4.10: E26 to E31; E11)
 */
#ifndef SYNC_SETTLE_H
#define SYNC_SETTLE_H

#include "sync/state.h"

/*
 * Enters the results of all jobs into the ledger: bases, times, results,
 * failures, watermarks, removed couplings.  Called once, after the last job.
 */
void settle_run(struct run *run);

#endif
