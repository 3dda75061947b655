/*
 * commit.h - adopting an output folder's ledger as the current one (L3)
 */
#ifndef CMD_COMMIT_H
#define CMD_COMMIT_H

#include "options.h"

/*
 * Replaces the ledger at the path by the folder's, under a lock, after checking
 * the folder's digests (status 3) and that this ledger went into the run
 * (status 6).  The ledger is the old or the new one at every moment; the old
 * one stays beside it as *.previous.  A folder that is committed already is no
 * error.  Tells on standard error what happened, unless quiet.
 */
bool commit_folder(const char *folder, const char *ledger, bool is_quiet, struct diag *diag);

#endif
