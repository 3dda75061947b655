/*
 * couple.h - couplings are made: by matching records, or by hand (4.12: E36 to E40)
 */
#ifndef SYNC_COUPLE_H
#define SYNC_COUPLE_H

#include "base/diag.h"
#include "sync/state.h"

/*
 * Reads the file of --from into run->pairs, and what is known of it into
 * run->from.  False with status 3 when it cannot be read as CSV or lacks a
 * column, 2 with a message for every line that is wrong by itself.
 */
bool couple_read_file(struct run *run, struct diag *diag);

/*
 * The jobs of a coupling run, after housekeeping: for each selected mapping one
 * of type Coupling, in run order, then those that create unmatched records and
 * synchronize what was coupled.  False with status 2, before anything is
 * changed, where a pair by hand cannot be coupled.
 */
bool couple_run(struct run *run, struct diag *diag);

#endif
