/*
 * twins.h - coupled rows share the texts of equal values, couplings those of uids
 */
#ifndef SYNC_TWINS_H
#define SYNC_TWINS_H

#include "sync/state.h"

/*
 * Gives the CRM's tables twins in the ERP and packs the rows of both sides of
 * couplings beside each other (model/table.h).  Called once, when couplings have
 * found their rows and borrow the tables' texts of uids, and before anybody else
 * holds texts of the tables.
 */
void twins_share(struct run *run);

#endif
