/*
 * conflict.h - both sides edited the same record (4.5: E16)
 */
#ifndef SYNC_CONFLICT_H
#define SYNC_CONFLICT_H

#include "sync/decide.h"

/*
 * D7: whether the bidirectional group changed on both sides and the values of
 * some bidirectional field differ.  The cells of both rows are in the decider.
 */
bool conflict_exists(struct decider *d);

/* What the mapping's strategy makes of it; *wanted says field by field what is transferred (MergeFields). */
struct outcome conflict_resolve(struct decider *d, struct outcome outcome);

#endif
