/*
 * state.h - what the jobs of a run decided so far, laid over const inputs (E2)
 *
 * Exports never change.  Values that jobs write, and values of earlier runs
 * that are still in flight (E11), lie over them as *effective values*.  For
 * every coupling the state keeps a few flags: what changed, as the ledger stood
 * when the run began, and how the jobs of this run ended for it.
 *
 * Written only by serial code; while records are decided in parallel it is
 * const.
 */
#ifndef SYNC_STATE_H
#define SYNC_STATE_H

#include "base/memory.h"
#include "model/coupling_base.h"
#include "model/ledger.h"
#include "model/table.h"
#include "sync/held.h"
#include "sync/overlay.h"
#include "sync/run.h"

/* Flags of a coupling; G is an enum group, S a side, D a direction (TO or FROM). */
#define TRACK_CHANGED(G) (1u << (G))		/* E10: the group of its side changed */
#define TRACK_KNOWN(G) (1u << (4 + (G)))	/* the base knows the group */
#define TRACK_NEWER(S) (1u << (8 + (S)))	/* the side's stamp is newer than its ledger time */
#define TRACK_LANDED(S) (1u << (10 + (S)))	/* E11: what was written is seen, or something else is */
#define TRACK_IN_FLIGHT(S) (1u << (12 + (S)))	/* E11: some written value is not seen yet */
#define TRACK_ALTERED(S) (1u << (14 + (S)))	/* E12 */
#define TRACK_HAS_BASE (1u << 16)
#define TRACK_NEVER (1u << 17)			/* E7 d: base and both times blank */
#define TRACK_ADOPT (1u << 18)			/* E27: the base was adopted; decisions do without it */
#define TRACK_UNBASED (1u << 19)		/* E27: differs, and nothing tells who changed */
#define TRACK_SETTLED(D) (1u << (19 + (D)))	/* 20, 21: the job of this direction ended well */
#define TRACK_LEFT(D) (1u << (21 + (D)))	/* 22, 23: it failed, was skipped or was left alone */
#define TRACK_CREATED (1u << 24)		/* an Insert of this run made the line */
#define TRACK_DELETED (1u << 25) /* L6: the surviving side is deleted; the line remembers it */
#define TRACK_REKEYED (1u << 31)		/* E3: its erp_key was brought up to date */
#define TRACK_REMOVED(S)                                                                                     \
	(1u << (29 + (S))) /* E17: the coupling becomes `removed`; the side is the deleted one */
#define TRACK_WRITTEN(S) (1u << (26 + (S)))	/* a job of this run wrote the side */

/* How a job ended for a coupling; entered into the ledger when the run ends (E2, E30). */
struct ending {
	uint32_t coupling;
	uint32_t job;			/* plan job index */
	enum direction direction;
	bool is_failure;
	bool becomes_skipped;
	struct str failure;		/* code and message (E30) */
};

/* The same, kept until then: there are as many as records that jobs looked at. */
struct kept_ending {
	uint32_t coupling;
	uint32_t job;
	uint32_t failure;		/* place in state.failures plus 1; 0 = none */
	uint8_t direction;
	bool is_failure;
	bool becomes_skipped;
};

/* A written record that no export shows: the base is made of the values of one or two changes. */
struct unseen_write {
	uint32_t coupling;
	uint32_t change;	/* in plan.changes */
	uint32_t link;		/* the link to it (E34), in plan.changes, plus 1; or 0 */
};

/* One mapping's part of the state; only for enabled mappings that this run looks at. */
struct mapping_state {
	const struct mapping *mapping;
	struct base_scheme scheme;
	uint32_t lean_at[GROUPS];	/* where among a row's marks its digest is, plus 1; 0 = none */
	bool is_selected;		/* this run has jobs for it */
	/* The columns of bidirectional field mappings where all of them are plain copies; else NULL. */
	uint32_t *plain[SIDES];
	uint32_t plain_count;
	uint32_t *coupling_of[SIDES];	/* for each row of the side's table: coupling, or INDEX_NONE */
	uint64_t *claimed[SIDES]; /* L4: rows (a bit each) that unsettled pending lines claim; or NULL */
	struct index erp_keys;		/* couplings by erp_key, for references (E32) */
	uint64_t coupled_count;		/* couplings with both ids when the run began, for guards */
	uint64_t missing[SIDES];	/* of these, absent from a full export */
	bool runs[4];			/* by direction: this run has that job */
	bool may_create;		/* E8: its jobs may create records */
	bool forgets_removed;		/* E28: --record, or a full run with --create */
	uint32_t job[4];		/* plan job index by direction; PLAN_NO_JOB before it begins */
	uint32_t confirmation; /* plan job index of the Confirmation job, while housekeeping goes on */
	bool has_housekeeping;		/* E3: it did anything */
};

#define LINK_UNWRITTEN SIZE_MAX

/* A reference of a written record to what the run makes later (E34); see sync/links.h. */
struct waiting_link {
	const struct mapping *mapping;
	enum direction direction;
	uint32_t field;			/* of mapping.fields */
	uint32_t source_row;
	uint32_t job;			/* plan job index */
	uint32_t coupling;		/* of the record that gets it */
	uint32_t target;		/* coupling of the record that it refers to, once that is known */
	struct str value;		/* of the source's field, as rules leave it */
	size_t change;			/* in plan.changes: the link (or LINK_UNWRITTEN: none was written), */
	size_t slot;			/* its value in plan.values, */
	size_t lost_change;		/* and those of the edit that it overwrites, and its finding; */
	size_t lost_slot;
	size_t lost_finding;		/* SIZE_MAX where it overwrites none */
	bool is_only_one;		/* the record has no other value that is written */
};

/* A reference that may not wait: what it waited for does not come in this run. */
struct denied_link {
	uint32_t mapping;		/* mapping.order */
	uint32_t direction;
	uint32_t source_row;
	uint32_t field;
};

struct waiting {
	struct waiting_link *links;
	size_t count;
	size_t capacity;
	struct denied_link *denied;
	size_t denied_count;
	size_t denied_capacity;
	struct index denied_index;
};

/* Keys given to ERP records that this run creates. */
struct created_keys {
	struct index index;
	struct str *keys;
	size_t count;
	size_t capacity;
	bool has_numbers;	/* also those of the export, of a series that gives a part of the key */
};

struct option_labels;	/* sync/load/option_set.h */

struct state {
	struct arena arena;
	struct arena workers[256];	/* text that decisions made, one arena a thread */
	unsigned threads;
	uint32_t *tracks;		/* flags by coupling number */
	size_t track_capacity;
	bool *is_quiet;			/* by coupling number below begin_count (sync/quiet.h), or NULL */
	struct overlay *overlays;	/* by table number */
	struct mapping_state *mappings;	/* by mapping order */
	struct created_keys *created;	/* by table number */
	struct option_labels *options;	/* by table number; of option sets */
	struct kept_ending *endings;	/* in the order in which they came */
	size_t ending_count;
	size_t ending_capacity;
	struct str *failures;		/* of endings */
	size_t failure_count;
	size_t failure_capacity;
	struct unseen_write *unseen;	/* in the order of couplings' writing */
	size_t unseen_count;
	size_t unseen_capacity;
	size_t begin_count;		/* couplings in the ledger when the run began */
	struct link_index *links;	/* of link tables (match/link_table.h), by reference.link_number */
	struct waiting waiting;		/* references that are set in link files (sync/links.h) */
	struct held held;		/* values that a format cannot carry */
};

/* The table of one side of a mapping. */
const struct table *run_table(const struct run *run, const struct mapping *mapping, enum side side);

/* The largest number of columns of any table, for work arrays. */
uint32_t run_widest(const struct run *run);

/* Effective value of one cell: what was written, else what the export shows. */
struct cell state_cell(const struct run *run, const struct table *table, uint32_t row, uint32_t column);

/* Lays what was written over the cells that the export shows. */
void state_lay_over(const struct run *run, const struct table *table, uint32_t row, struct cell *cells);

/* E11: whether a value is in flight that must be written anew; it may be that none of its type is shown. */
static inline bool
cell_is_anew(struct cell cell, struct cell shown)
{
	return cell.is_bad && (!shown.is_bad || cell.ptr != shown.ptr);
}

/* All effective cells of a row into out[column_count]. */
void state_unpack(const struct run *run, const struct table *table, uint32_t row, struct cell *out);

/* The same as a job saw them, and left them: without what later jobs wrote and link files set (E34). */
void state_unpack_at(
	const struct run *run, const struct table *table, uint32_t row, uint32_t job, struct cell *out);

/* Lays a value over a cell; its text must outlive the run.  job is the plan job index plus 1, or 0. */
void state_write(struct run *run, const struct table *table, uint32_t row, uint32_t column, struct cell cell,
	uint32_t job);

/* The coupling (not dropped) of a mapping that has this uid on a side; INDEX_NONE when there is none. */
uint32_t state_find_id(const struct run *run, const struct mapping *mapping, enum side side, struct str uid);

/* The newest entry of a row, or NULL; overlay_older() goes on from it. */
const struct overlay_entry *overlay_newest(const struct run *run, const struct table *table, uint32_t row);
const struct overlay_entry *overlay_older(
	const struct run *run, const struct table *table, const struct overlay_entry *entry);

/* Tells the processor that what lies over a row will be looked at soon, or something laid there. */
void overlay_prefetch(const struct run *run, const struct table *table, uint32_t row);
void overlay_prefetch_write(const struct run *run, const struct table *table, uint32_t row);

/* E30: how a job ended for a coupling; settle_run() enters it. */
void state_add_ending(struct run *run, struct ending ending);

/*
 * The rows of couplings are anywhere in memory: they are fetched while others
 * are looked at, both sides' places and what lies over them first, and some
 * couplings later their texts.  Where few couplings are looked at, these
 * themselves are fetched before.
 */
void state_fetch_coupling(const struct run *run, uint32_t coupling);
void state_fetch_rows(const struct run *run, uint32_t coupling);
void state_fetch_texts(const struct run *run, uint32_t coupling);

/* Room for so many new couplings and their flags: these stay where they are until more are added. */
void state_reserve(struct run *run, size_t more);

/* Room for the flags of a coupling that was just added. */
void state_track_new(struct run *run, uint32_t coupling);

/*
 * Makes the state: joins couplings with rows (uid), builds row-to-coupling maps
 * and counts what is missing.  Nothing is decided yet.
 */
void state_make(struct run *run);

/*
 * The jobs of a synchronization are done: what only they need goes, before bases
 * are settled.  Of mappings that none refers to, rows' couplings and the index of
 * keys are not there any more; indexes of tables are made anew for who asks.
 */
void state_forget_jobs(struct run *run);

/* Everything is settled: flags, endings and all rows' couplings go, too, before the output is written. */
void state_forget(struct run *run);

void state_release(struct run *run);

#endif
