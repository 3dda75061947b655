/*
 * explain_parts.h - what explain*.c share
 */
#ifndef SYNC_EXPLAIN_PARTS_H
#define SYNC_EXPLAIN_PARTS_H

#include "base/fact.h"
#include "sync/assess_parts.h"
#include "sync/copied.h"
#include "sync/explain/explain.h"
#include "sync/lookup.h"

/* One job of the mapping. */
struct explained_job {
	struct sync_job job;		/* a copy; only its number for jobs that synchronize nothing */
	struct fact *fact;
	uint32_t source_row;		/* of the record, or TABLE_NO_ROW */
	bool is_decided;
	bool is_beheld;			/* not selected: values are told, and nothing is decided */
	bool is_adopted;		/* E19: coupled with a row that was there */
	struct decision_trace trace;
	enum outcome_kind decided;	/* as it was decided, */
	enum outcome_kind ended;	/* and as it was committed */
	int rule;
	bool is_left_alone;
	uint64_t counters[COUNTERS];	/* of the job before the record */
	bool moved[COUNTERS];		/* by the record */
	struct fact *fields;		/* the list of field mappings */
	struct fact **field;		/* by field mapping; NULL: not told */
	struct transfer *transfers;	/* by field mapping */
	bool *is_equal;			/* E24, by field mapping */
	struct str *plain; /* by field mapping: the value, where the sides show it and nothing is between */
	bool *is_absent;		/* by field mapping: the destination shows no record */
};

struct explanation {
	struct arena arena;
	struct buf scratch;
	struct copied_room room;
	struct explain_query query;
	struct fact *root;
	struct fact *part;		/* of the root: what the present run tells */
	/* The present run's. */
	const struct mapping *mapping;
	const struct field *asked[SIDES];	/* the fields that the query names; both NULL: all */
	struct lookup at;
	struct str id[SIDES];		/* uids of the record and its partner, as far as they are known */
	struct coupling line;		/* as it was when the run began, */
	bool has_line;			/* if there was one */
	bool can_match;
	bool is_assessed;
	struct assess_tests tests;
	struct explained_job *jobs;
	size_t job_count;
	size_t job_capacity;
};

/* Whether the query asks for the field mapping. */
bool explain_is_asked(const struct explanation *e, const struct field_mapping *fm);

/* Brings the rows and ids of the record up to date with what the run coupled. */
void explain_refresh(struct explanation *e, const struct run *run);

/* A value as the side's import file writes it; and the same for people. */
struct str explain_value(struct explanation *e, const struct table *table, const struct field *field,
	struct cell cell);
struct str explain_new(struct explanation *e, const struct table *table, const struct change *change,
	const struct change_value *value);	/* what a change writes, as changes.csv has it */
struct str explain_quoted(struct explanation *e, const struct table *table, const struct field *field,
	struct cell cell);
struct str explain_stamp(struct explanation *e, int64_t stamp);

/* "E14", "L4", or nothing for 0. */
struct str explain_rule(struct explanation *e, int rule);

/* The section of one side: its row, stamps and what changed. */
void explain_side(struct explanation *e, const struct run *run, enum side side);

/* The field mappings of a decision, with all their steps; the decider has just decided. */
void explain_fields(struct explanation *e, struct explained_job *ej, struct decider *d, uint32_t source_row);

/* Their results, and the job's changes and findings, from the plan. */
void explain_results(struct explanation *e, const struct run *run, struct explained_job *ej);

/* A new entry for a job of the plan, in place of those from it on. */
struct explained_job *explain_add_job(struct explanation *e, const struct run *run, uint32_t number);

/* A job's changes and findings of the record. */
void explain_changes(struct explanation *e, const struct run *run, uint32_t job, struct fact *parent);
void explain_findings(struct explanation *e, const struct run *run, uint32_t job, struct fact *parent);

/* The job's next change, finding of the record from *at on; NULL at the end. */
const struct change *explain_next_change(
	const struct explanation *e, const struct run *run, uint32_t job, size_t *at);
const struct finding *explain_next_finding(
	const struct explanation *e, const struct run *run, uint32_t job, size_t *at);

#endif
