/*
 * plan.h - everything that one run decided: jobs, changes, findings, guards
 *
 * The engine fills a plan; summaries, logs, import files and the manifest are
 * printed from it and from nothing else (L1).  All text lives in the plan's
 * arena, in the tables or in the setup.
 */
#ifndef SYNC_PLAN_H
#define SYNC_PLAN_H

#include "base/memory.h"
#include "model/ledger.h"
#include "model/setup.h"
#include "model/table.h"

enum job_type { JOB_CONFIRMATION, JOB_SYNCHRONIZATION, JOB_COUPLING, JOB_UNCOUPLING, JOB_DELETION };

enum counter {
	COUNT_INSERTED,
	COUNT_MODIFIED,
	COUNT_DELETED,
	COUNT_UNCHANGED,
	COUNT_SKIPPED,
	COUNT_FAILED,
	COUNT_COUPLED,
	COUNT_UNCOUPLED,
	COUNTERS,
};

/*
 * One line of jobs.csv (6.2); its number is its place in plan.jobs, counted from
 * 1.  Records that the job does not select move no counter (E5).
 */
struct job {
	const struct mapping *mapping;
	enum job_type type;
	enum direction direction;	/* DIRECTION_NONE where it has none */
	uint64_t counters[COUNTERS];
	struct str message;
};

enum action {
	ACTION_CREATE,
	ACTION_UPDATE,
	ACTION_DELETE,
	ACTION_COUPLE,
	ACTION_UNCOUPLE,
	ACTION_CONFIRM,
	ACTION_LINK,
	ACTION_LOST_EDIT,
	ACTION_SHORTENED,
};

enum base_mark { BASE_UNKNOWN, BASE_SAME, BASE_CHANGED };

/* One written (or lost, or shortened) value; canonical, in the type of the side's field. */
struct change_value {
	struct cell old;
	struct cell new;
	uint32_t column;	/* of the written side's table */
	enum base_mark base;
};

/*
 * One record's change: a line of changes.csv for each of its values (one with a
 * blank field where it has none), and for create, update, delete and link a
 * record of an import file.  Numbers are E-numbers: 14 for E14; L-rules are
 * negative: -4 for L4.
 */
struct change {
	uint32_t job;			/* index into plan.jobs */
	enum action action;
	enum side side;			/* that is written; NO_SIDE = blank */
	int rule;
	uint32_t coupling;		/* in the ledger; its ids and key are printed */
	uint32_t row; /* of the written side's table; TABLE_NO_ROW for creates and unseen rows */
	uint32_t source_row;		/* of the other side's table, or TABLE_NO_ROW */
	uint32_t value_count;
	const unsigned char *key;	/* create of an ERP record: its key, packed; NULL while unknown */
	size_t first_value;		/* in plan.values, or CHANGE_COPIED: see change_values() */
};

#define CHANGE_COPIED SIZE_MAX

static inline bool
change_is_copied(const struct change *change)
{
	return change->first_value == CHANGE_COPIED;
}

enum severity { SEVERITY_ERROR, SEVERITY_CONFLICT, SEVERITY_WARNING, SEVERITY_NOTICE };

/* The codes of 6.6, in that order. */
enum code {
	CODE_UPDATE_CONFLICT,
	CODE_DELETED_DESTINATION,
	CODE_DELETED_SOURCE,
	CODE_DELETED_BOTH,
	CODE_UNBASED_DIFFERENCE,
	CODE_UNRESOLVED_REFERENCE,
	CODE_SEVERAL_LINKS,
	CODE_KEY_IN_USE,
	CODE_GROWING_VALUE,
	CODE_UNKNOWN_OPTION,
	CODE_NOT_CONVERTIBLE,
	CODE_TOO_LONG,
	CODE_BLANK_KEY,
	CODE_NUMBER_SERIES_FULL,
	CODE_NOT_MAPPED,
	CODE_NO_MATCH,
	CODE_SEVERAL_MATCHES,
	CODE_MATCH_TAKEN,
	CODE_SHARED_MATCH,
	CODE_NO_CRITERION,
	CODE_BAD_RECORD,
	CODE_FILTERED_OUT,
	CODE_REPEATED_FAILURE,
	CODE_GUARD_LIFTED,
	CODE_ALTERED_BY_DESTINATION,
	CODE_NOT_CARRIED,
	CODE_LOST_EDIT,
	CODE_SHORTENED,
	CODE_PENDING,
	CODE_KEPT,
	CODES,
};

/* One line of errors.csv (6.2). */
struct finding {
	uint32_t job; /* index into plan.jobs; PLAN_NO_JOB where none (a bad record, a guard) */
	const struct mapping *mapping;	/* or NULL */
	enum direction direction;
	enum severity severity;
	enum code code;
	int rule;
	enum side source_side;		/* or NO_SIDE */
	struct str erp_key;
	struct str erp_id;
	struct str crm_id;
	struct str field;
	struct str message;
	uint32_t coupling;		/* its number in the ledger plus 1; 0: about none, or not known */
	uint32_t source_row;		/* in the source's table, plus 1; 0 where it is not known */
};

#define PLAN_NO_JOB UINT32_MAX

/* One line of ambiguous.csv (E38); its texts are those of the rows. */
struct candidate {
	const struct mapping *mapping;
	uint32_t erp_row;
	uint32_t crm_row;		/* TABLE_NO_ROW: the record has no candidate */
	uint32_t priority;		/* of the match fields that found it */
	enum code reason;		/* why it is not coupled in that group */
};

/* A guard that fired (2.6): lifted, or the reason why the run is refused. */
struct guard_result {
	enum guard guard;
	const struct mapping *mapping;	/* or NULL: max-deletes counts the run */
	struct str value;		/* "14%", "12" */
	struct str limit;		/* "10%" */
	bool is_lifted;
	struct str message; /* for people: which mapping, direction, field, how many, what to do */
};

/* One mapping before a full synchronization (E43): records that pass its filters, by side. */
struct review_line {
	const struct mapping *mapping;
	uint64_t records[SIDES];
	uint64_t uncoupled[SIDES];	/* of these */
};

struct plan {
	struct arena arena;
	struct str run_id;		/* 8 hexadecimal digits */
	int64_t now;
	struct job *jobs;
	size_t job_count;
	size_t job_capacity;
	struct change *changes;		/* in job order, then record order */
	size_t change_count;
	size_t change_capacity;
	struct change_value *values;
	size_t value_count;
	size_t value_capacity;
	struct finding *findings;	/* in job order, then record order */
	size_t finding_count;
	size_t finding_capacity;
	struct candidate *candidates;	/* in job order, then record order, priority, CRM uid */
	size_t candidate_count;
	size_t candidate_capacity;
	struct guard_result *guards;
	size_t guard_count;
	size_t guard_capacity;
	struct review_line *review;	/* by mapping, in run order; NULL where the run is not full */
	size_t review_count;
	uint64_t confirmed;		/* pending lines confirmed by this run */
	uint64_t pending;		/* pending lines, and records with values in flight, after this run */
	enum status status;		/* 0, 4 or 5 */
};

uint32_t plan_add_job(
	struct plan *plan, const struct mapping *mapping, enum job_type type, enum direction direction);

/*
 * Takes out the jobs that are not kept, and puts changes and findings into the
 * order of their jobs; within a job the order stays.  No change or finding may
 * belong to a job that is taken out.
 */
void plan_keep_jobs(struct plan *plan, const bool *keep);

/* Adds a change; its values follow at once with plan_add_value(). */
struct change *plan_add_change(struct plan *plan, struct change change);
void plan_add_value(struct plan *plan, struct change_value value);

void plan_add_finding(struct plan *plan, struct finding finding);
void plan_add_candidate(struct plan *plan, struct candidate candidate);

/* "update-conflict" ..., and what to do about it (the same for every finding of that code). */
const char *code_name(enum code code);
const char *code_advice(enum code code);
const char *action_name(enum action action);
const char *severity_name(enum severity severity);
const char *job_type_name(enum job_type type);
const char *counter_name(enum counter counter);

/* Job id: run id and number within the run, at least two digits (6.2). */
struct str plan_job_id(struct plan *plan, uint32_t job);

void plan_release(struct plan *plan);

#endif
