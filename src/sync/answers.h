/*
 * answers.h - which records uncouple and resolve are about (1.2, L6)
 *
 * Answers come from the command line or from a file of decisions, a copy of
 * errors.csv with a column `decision`.  They are found before housekeeping, so
 * that a wrong key is told at once, and looked at again behind it.
 */
#ifndef SYNC_ANSWERS_H
#define SYNC_ANSWERS_H

#include "base/diag.h"
#include "sync/lookup.h"

/* A record with what is to become of it. */
struct target {
	const struct mapping *mapping;
	const struct answer *answer;	/* or NULL: by scope */
	enum resolve_action action;
	struct lookup at;
	bool is_orphan;			/* housekeeping took its line out: both sides are deleted (E3) */
};

/* By mapping in run order, then by erp_id and crm_id; each record once.  Freed with free(list). */
struct targets {
	struct target *list;
	size_t count;
	size_t capacity;
};

/*
 * Takes the answers of the options and reads those of --from into the run.
 * Unknown decisions and lines without a record are told with file and line and
 * status 2, a file that is none of its kind with status 3.
 */
bool answers_load(struct run *run, struct diag *diag);

/* Selects the mappings that the answers or the scope name; unknown ones have status 2. */
bool answers_select(struct run *run, struct diag *diag);

/* Finds all records; unknown keys and answers that contradict each other have status 2. */
bool answers_find(struct run *run, struct targets *targets, struct diag *diag);

/* Brings the targets up to date with what housekeeping did. */
void answers_refresh(const struct run *run, struct targets *targets);

/* `resolve CUSTOMER 10000` or `errors.csv:7: CUSTOMER 10000`: what a message about the target begins with. */
struct str target_place(struct run *run, const struct target *target);

/* Takes the target's line out of the ledger, and what it counted as pending; its records are uncoupled. */
void target_end_line(struct run *run, const struct target *target);

/* "send", "get" ...: an action's name on the command line and in files. */
const char *resolve_action_name(enum resolve_action action);

/* The line of a target, or NULL. */
static inline struct coupling *
target_coupling(const struct run *run, const struct target *target)
{
	return target->at.coupling == INDEX_NONE ? NULL : &run->ledger.couplings[target->at.coupling];
}

#endif
