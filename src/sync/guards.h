/*
 * guards.h - what keeps a run from doing harm (2.6)
 */
#ifndef SYNC_GUARDS_H
#define SYNC_GUARDS_H

#include "sync/state.h"

/*
 * Looks at the finished plan: guards that fire are added to plan.guards, lifted
 * ones also as `guard-lifted` findings; one that is not lifted refuses the run
 * (plan.status 5).
 */
void guards_check(struct run *run);

#endif
