/*
 * resolve.h - one answer for each conflict or failure (L6)
 */
#ifndef SYNC_RESOLVE_H
#define SYNC_RESOLVE_H

#include "sync/answers.h"

/*
 * Whether every target is in the state that its action needs, looked at after
 * housekeeping; what is not is told with what to do instead, with status 2.
 */
bool resolve_check(struct run *run, const struct targets *targets, struct diag *diag);

/*
 * The direction of the synchronization job that the target's action needs, or
 * DIRECTION_NONE: the winner's for send and get, toward the missing record for
 * restore and for a retry of what is created in no export yet.
 */
enum direction resolve_direction(const struct run *run, const struct target *target);

/*
 * Checks all targets, uncouples, deletes and clears what is skipped, then runs
 * a forced job for each mapping and direction that has something to
 * synchronize.  False with status 2 where an answer does not fit.
 */
bool resolve_run(struct run *run, const struct targets *targets, struct diag *diag);

#endif
