/*
 * housekeeping.h - what comes before the first job (E3): jobs of type Confirmation
 */
#ifndef SYNC_HOUSEKEEPING_H
#define SYNC_HOUSEKEEPING_H

#include "base/diag.h"
#include "sync/state.h"

/* One mapping's housekeeping. */
struct housekeeping {
	struct run *run;
	struct mapping_state *ms;
	uint32_t *numbers;	/* the couplings that this pass looks at, by erp_id, then crm_id */
	size_t count;
	size_t capacity;
};

/* The mapping's Confirmation job; asking for it says that housekeeping did something. */
uint32_t housekeeping_job(struct housekeeping *hk);

/* Whether the record of a line is absent from a full export of its side. */
bool record_is_gone(const struct run *run, const struct mapping *mapping, const struct coupling *coupling,
	enum side side);

/* A finding about a coupling in that job. */
void housekeeping_note(struct housekeeping *hk, uint32_t coupling, enum severity severity, enum code code,
	int rule, enum side source, struct str message);

/*
 * Confirms pending lines, assesses all couplings (sync/assess), drops those
 * whose sides are both deleted, brings erp_key up to date, tells what can be
 * adopted as base and what cannot (E27), and enters the counts of what stays
 * pending.  False with a ledger error in diag.
 */
bool housekeeping_run(struct run *run, struct diag *diag);

#endif
