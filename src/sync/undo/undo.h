/*
 * undo.h - the reverse of what an earlier run did (L9)
 */
#ifndef SYNC_UNDO_H
#define SYNC_UNDO_H

#include "sync/run.h"
#include "sync/undo/past.h"

/*
 * Plans the reverse of the past's changes, after housekeeping: a field gets its
 * old value where it still holds what was written; what was edited since is
 * kept and told; created records are deleted only if the options say so and
 * they are untouched; couplings that were made go, those that were taken out
 * come back.  What both sides agreed on before is agreed on again (undo_base.h):
 * the next run decides as the one that was taken back did.  False with status 3 where the folder does not
 * fit the setup.
 */
bool undo_run(struct run *run, struct diag *diag);

#endif
