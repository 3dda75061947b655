/*
 * couple_parts.h - what couple*.c share
 */
#ifndef SYNC_COUPLE_PARTS_H
#define SYNC_COUPLE_PARTS_H

#include "sync/job.h"
#include "sync/match/couple.h"

/* A record and a row that are to be coupled. */
struct couple_pair {
	uint32_t rows[SIDES];
};

/* One mapping of a coupling run. */
struct couple_mapping {
	struct run *run;
	const struct mapping *mapping;
	struct mapping_state *ms;
	uint32_t job;			/* plan job index of its Coupling job */
	struct couple_pair *pairs;	/* coupled by this run, in the order of ERP keys */
	uint32_t pair_count;
	uint32_t pending_count;		/* pending lines that gave way to them */
	uint32_t *created;		/* ERP rows without any match, to be created */
	uint32_t created_count;
};

/*
 * E40: finds the pairs that run->pairs names and enters them in the mappings
 * (indexed by run order), sorted.  Every pair that cannot be coupled goes to
 * diag with status 2.
 */
bool couple_find_pairs(struct run *run, struct couple_mapping *mappings, struct diag *diag);

/* E38, E39: the jobs that create what has no match, and those that follow for what was coupled. */
void couple_synchronize(struct run *run, const struct couple_mapping *mappings);

/* Whether unmatched records of the mapping are created, and couplings synchronized, in this run. */
bool couple_creates(const struct run *run, const struct mapping *mapping);
bool couple_synchronizes(const struct run *run, const struct mapping *mapping);

#endif
