/* finding.h - what a finding says of a coupling, and which rows it is about */
#ifndef SYNC_FINDING_H
#define SYNC_FINDING_H

#include "sync/run.h"

/* The finding with the coupling's number, key and uids, whose texts last as long as the run. */
struct finding finding_about(const struct run *run, uint32_t coupling, struct finding finding);

/* The row that a finding of a mapping shows on a side, or TABLE_NO_ROW. */
uint32_t finding_row(const struct run *run, const struct finding *finding, enum side side);

#endif
