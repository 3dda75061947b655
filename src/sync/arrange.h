/*
 * arrange.h - couplings in the order of their records in the ERP
 */
#ifndef SYNC_ARRANGE_H
#define SYNC_ARRANGE_H

#include "sync/state.h"

/*
 * Numbers couplings anew: by mapping and by row of the ERP, then those without
 * such a row as they were.  Most that a run does goes over all couplings or all
 * rows, and memory is fast for what lies behind each other: the ledger's order
 * has nothing to do with the exports'.  Called once, when couplings have found
 * their rows and before anybody else holds their numbers.
 */
void couplings_arrange(struct run *run);

#endif
