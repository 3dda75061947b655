/*
 * rewind.h - back to where the jobs of a run began (E34)
 *
 * A run whose references waited in vain is planned again.  Everything that jobs
 * change is kept from before the first one: couplings, tracks, overlays, maps,
 * counts of the plan.  Memory: about a ledger without its texts.  Texts that the
 * abandoned plan made stay in their arenas until the run ends.
 */
#ifndef SYNC_REWIND_H
#define SYNC_REWIND_H

#include "sync/run.h"

struct rewind;

/* To be called before the first job. */
struct rewind *rewind_mark(const struct run *run);

/* Makes everything as it was; may be called again and again. */
void rewind_back(struct run *run, const struct rewind *mark);

/* NULL is allowed. */
void rewind_release(struct rewind *mark, const struct run *run);

#endif
