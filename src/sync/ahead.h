/*
 * ahead.h - what committing outcomes will touch is fetched before it is touched
 *
 * Committing is serial, and what it looks at lies anywhere: couplings, flags,
 * rows, and the places of new uids in indexes.  Nothing here changes anything.
 */
#ifndef SYNC_AHEAD_H
#define SYNC_AHEAD_H

#include "sync/decide.h"

/* To be called before outcomes[at] is committed. */
void ahead_of_commit(const struct sync_job *job, const struct outcome *outcomes, uint32_t at, uint32_t count);

#endif
