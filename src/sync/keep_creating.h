/*
 * keep_creating.h - the answer yes to the question that closes a full synchronization
 *
 * May later runs create records, too?  Then the mappings that this run handled
 * say synch-only-coupled-records="false" from now on: in a copy of the setup
 * that differs in nothing else, not a blank or comment.
 */
#ifndef SYNC_KEEP_CREATING_H
#define SYNC_KEEP_CREATING_H

#include "sync/run.h"

/*
 * After run_plan(): sets run->changed_setup, or leaves it empty where the setup
 * says so already.  False (status 3) when the setup's encoding is not based on
 * ASCII, so that its text cannot be edited.
 */
bool keep_creating(struct run *run, struct diag *diag);

#endif
