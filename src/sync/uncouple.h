/*
 * uncouple.h - couplings taken out of the ledger (4.14: E42)
 */
#ifndef SYNC_UNCOUPLE_H
#define SYNC_UNCOUPLE_H

#include "sync/answers.h"

/*
 * Uncouples those of the targets whose action it is: a job of type `Uncoupling`
 * for each of their mappings, and with a scope for each selected mapping.  What
 * is not coupled counts as skipped.  Later jobs see uncoupled records.
 */
void uncouple_run(struct run *run, const struct targets *targets, struct diag *diag);

#endif
