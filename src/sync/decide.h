/*
 * decide.h - what happens with one selected source (4.4 to 4.8)
 *
 * Deciding is a pure function of a const run: it may go on for many records at
 * once.  What it decides is committed by sync/job, in the specified order.
 */
#ifndef SYNC_DECIDE_H
#define SYNC_DECIDE_H

#include "sync/state.h"
#include "sync/transfer.h"

/* One mapping in one direction, as this run does it. */
struct sync_job {
	struct run *run;
	const struct mapping *mapping;
	struct mapping_state *ms;
	enum direction direction;
	enum side source;
	enum side destination;
	const struct table *tables[SIDES];
	uint32_t job;		/* plan job index */
	bool is_forced;		/* E9 */
	bool is_full;
	bool may_create;	/* E8 */
	bool forgets_removed;	/* E28: --record, or a full run with --create */
	bool restores;		/* L6: deleted and pending records are created again, whatever the strategy */
	bool other_runs;	/* the job of the other direction is part of this run */
};

enum outcome_kind {
	OUTCOME_NONE,		/* nothing at all: not selected, or left alone (E33) */
	OUTCOME_INSERT,		/* D3 */
	OUTCOME_RESTORE,	/* D4: insert under the former identity */
	OUTCOME_REMOVE,		/* D4: the coupling becomes `removed` */
	OUTCOME_MODIFY,		/* D5, D8 */
	OUTCOME_UNCHANGED,	/* D5, D6, D8 */
	OUTCOME_SKIP,		/* D1, D2, and conflicts left to the other job */
	OUTCOME_FAIL,		/* D9, and conflicts */
};

/* A finding in the making. */
struct note {
	enum severity severity;
	enum code code;
	int rule;
	struct str field;
	struct str message;
	struct note *next;
};

/* Values of one action on the record; capacity is that of the mapping. */
struct value_list {
	struct change_value *values;
	uint32_t count;
	bool is_copied;		/* outcome_is_copied() (sync/copied.h) */
};

struct outcome {
	enum outcome_kind kind;
	int rule;			/* E-number */
	uint32_t source_row;
	uint32_t coupling;		/* INDEX_NONE when there is none */
	struct str source_uid;		/* as they lie in the row: packed_of() */
	struct str source_key;
	int64_t source_stamp;		/* OUTCOME_INSERT, OUTCOME_RESTORE */
	struct str new_uid; /* OUTCOME_INSERT into the CRM: the uid that the row would get (6.5) */
	uint32_t new_row;		/* and the row that has it; else TABLE_NO_ROW */
	bool is_left_alone;		/* the coupling is not settled and nothing is counted (E33) */
	bool fails_anyway;		/* OUTCOME_FAIL: not only for references that waited in vain (E34) */
	struct value_list written;
	struct value_list linked;	/* E34: values that come last; `new` is the source's so far */
	struct value_list asked;	/* the same of those that a conflict was told for: not written */
	struct value_list lost;		/* lost edits (E16) */
	struct value_list shortened;	/* E23 */
	uint32_t *held;			/* numbers of field mappings whose value cannot be carried (6.5) */
	uint32_t held_count;
	struct note *notes;		/* in order */
	struct str failure;		/* OUTCOME_FAIL: code and message for the ledger (E30) */
};

/* What a decision made of a field mapping. */
enum fate {
	FATE_NOT_WANTED,	/* not transferred by the line of the table that decided */
	FATE_EQUAL,		/* E24 */
	FATE_WRITTEN,
	FATE_LINKED,		/* E34 */
	FATE_NOT_CARRIED,	/* a blank that not-null keeps back, or its own value coming back (E34) */
	FATE_IDENTITY,		/* E19 */
	FATE_HELD,		/* 6.5: a blank that the format of the import files does not carry */
	FATE_FAILED,		/* D9 */
	FATE_LEFT_ALONE,	/* E33 */
};

/* What a decision goes through, for explain (L7). */
struct decision_trace {
	unsigned row;		/* of the decision table: 1 for D1; 0: a filter could not be told (E22) */
	enum fate *fates;	/* by field mapping; the caller's, zeroed */
	const struct config_template *template;	/* that sets values of a new record (E18), or NULL */
};

struct copied_field;	/* sync/copied.h */

/* Work space of one worker. */
struct decider {
	const struct sync_job *job;
	struct copied_field *copies;	/* for each field mapping */
	bool copies_all;		/* all that the job moves are plain copies */
	struct arena *arena;		/* text of outcomes: as long as the run */
	struct arena lists;		/* their lists: until they are committed */
	struct arena base_arena;	/* reset for every record */
	struct buf scratch;
	struct cell *cells[SIDES];	/* effective */
	struct cell *shown[SIDES];	/* as the exports have them */
	uint32_t source_row;
	struct coupling_base base;
	bool has_moved[SIDES];		/* E11: what was written is in doubt: replaced_has_moved() */
	uint32_t track;
	struct decision_trace *trace;	/* NULL in a run */
};

void decider_init(struct decider *d, const struct sync_job *job, struct arena *arena);
void decider_release(struct decider *d);

/* Decides one source row of the job. */
struct outcome decide(struct decider *d, uint32_t source_row);

/*
 * E19: the source was not coupled, but a row with the identity that it would
 * get is there: all values compared with that row, as in a forced run.
 */
struct outcome decide_adoption(struct decider *d, uint32_t source_row, uint32_t destination_row);

enum filter_result { FILTER_PASSES, FILTER_FAILS, FILTER_BAD_VALUE };

/* E6: one filter. */
enum filter_result passes_filter(const struct field_filter *filter, const struct cell *cells);

/* E6: a row's effective cells against the mapping's filters for that side. */
enum filter_result passes_filters(const struct mapping *mapping, enum side side, const struct cell *cells,
	const struct field **bad_field);

/* D4: coupled, and absent from a full export (5.0.1: one whose bad records were left out is none). */
bool destination_is_deleted(const struct sync_job *job, const struct coupling *coupling);

#endif
