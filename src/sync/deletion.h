/*
 * deletion.h - the surviving side of a deleted record is deleted, too (L6)
 */
#ifndef SYNC_DELETION_H
#define SYNC_DELETION_H

#include "sync/answers.h"

/*
 * Deletes what the targets with that action name: a job of type `Deletion` for
 * each mapping and written side, and a record of a delete file each (6.5).  The
 * line becomes `removed` and remembers the deletion until an export no longer
 * shows the record; one that does already is not written again (L11), but for a
 * retry.
 */
void deletion_run(struct run *run, const struct targets *targets);

/* The side that would be deleted: the one that is left. */
enum side deletion_side(const struct run *run, const struct coupling *coupling);

#endif
