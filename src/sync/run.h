/*
 * run.h - one run: the whole data flow from input files to a plan (4.1)
 *
 * A run owns setup, tables, ledger and plan.  run_load() reads, run_plan()
 * decides; both touch nothing outside memory.  Printing the plan is emit.h's.
 */
#ifndef SYNC_RUN_H
#define SYNC_RUN_H

#include "base/diag.h"
#include "base/progress.h"
#include "model/ledger.h"
#include "model/setup.h"
#include "model/table.h"
#include "sync/plan.h"

/* --record MAPPING:KEY */
struct record_name {
	struct str mapping;
	struct str key;
};

/* What a run is for: which jobs follow housekeeping. */
enum run_task {
	TASK_SYNCHRONIZE,	/* synchronization jobs (4.1) */
	TASK_COUPLE,		/* match-based coupling, or pairs by hand (4.12) */
	TASK_UNCOUPLE,		/* couplings are taken out of the ledger (4.14) */
	TASK_RESOLVE,		/* one answer for each conflict or failure (L6) */
	TASK_UNDO,		/* the reverse of an earlier run (L9) */
	TASK_VERIFY,		/* none: housekeeping tells what landed (L5) */
};

/* What resolve does with a record (L6); uncouple knows RESOLVE_UNCOUPLE alone. */
enum resolve_action {
	RESOLVE_SEND,
	RESOLVE_GET,
	RESOLVE_RESTORE,
	RESOLVE_DELETE,
	RESOLVE_UNCOUPLE,
	RESOLVE_RETRY,
	RESOLVE_ACTIONS,
};

/* Which records of its mappings uncouple or resolve is about. */
enum run_scope {
	SCOPE_NAMED,	/* those that the answers name */
	SCOPE_ALL,	/* uncouple --all */
	SCOPE_DELETED,	/* uncouple --deleted: one side is absent from a full export */
	SCOPE_SKIPPED,	/* resolve --retry-all */
};

/* One record that the command line, or a file of decisions, names. */
enum { ANSWER_KEYS = 3 };
struct answer {
	struct str mapping;
	struct str keys[ANSWER_KEYS];	/* each an ERP key or uid or a CRM uid; the first found counts */
	enum resolve_action action;
	uint64_t line;			/* of the file; 0 = the command line */
};

/* The file that --from names: an input like any other (6.1). */
struct run_file {
	bool is_read;
	struct str path;		/* as opened */
	struct file_digest digest;
	uint64_t records;
};

/* A coupling by hand (E40): a record, by key or by uid, and a row. */
struct pair_name {
	struct str mapping;
	struct str erp_key;		/* ERP key or uid, or empty */
	struct str erp_id;		/* ERP uid, or empty */
	struct str crm_id;
	uint64_t line;			/* of the file; 0 = the command line */
};

struct past;		/* sync/undo/past.h */
struct explanation;	/* sync/explain/explain.h */

/* How report.html is shown (6.4): nothing of it changes what a run decides. */
enum language { ENGLISH, DUTCH, LANGUAGES };
struct report_options {
	enum language language;		/* --lang */
	bool is_masked;			/* --mask */
	struct str mask_key;		/* bytes of the file that --mask-key names, or empty */
};

/* What the command line asks of a run; owned by the caller. */
struct run_options {
	const char *command;		/* "sync", "preview", "check" ... */
	enum run_task task;
	const char *setup_path;
	const char *ledger_path;	/* or NULL: the setup's */
	bool new_ledger;
	unsigned threads;
	bool has_now;
	int64_t now;			/* --now or SOURCE_DATE_EPOCH; else the newest stamp in the exports */
	bool is_full;
	bool keep_creating;		/* --keep-creating yes */
	bool create;			/* --create */
	struct str *mappings;		/* --mapping */
	size_t mapping_count;
	struct record_name *records;	/* --record */
	size_t record_count;
	enum direction record_direction;	/* --direction, or DIRECTION_NONE */
	bool allowed[GUARDS];		/* --allow */
	const char *from_path;		/* --from, or NULL */
	const struct past *past;	/* undo: the run to take back; the caller's */
	bool delete_created;		/* undo --delete-created */
	enum run_scope scope; /* uncouple, resolve; all but SCOPE_NAMED are about `mappings`, or all */
	struct answer *answers;		/* uncouple, resolve: records named on the command line */
	size_t answer_count;
	struct pair_name pair;		/* couple MAPPING ERPKEY CRMUID; mapping empty: none */
	bool create_unmatched;		/* couple: whatever the mapping says */
	bool synch_after;
	struct report_options report;
};

struct run {
	const struct run_options *options;
	struct setup setup;
	struct table *tables; /* by table_def.number; zeroed for tables that no enabled mapping uses */
	struct lean_table *leans;	/* by table_def.number (sync/load/lean.h), or NULL */
	struct ledger ledger;
	struct plan plan;
	struct state *state;		/* what jobs decided so far (sync/state.h); made by run_plan() */
	struct field_lookup *lookups;	/* by lookup_def.number (load/field_lookup.h); made by run_load() */
	struct load_report *report;	/* bad records and the newest stamp; made by run_load() */
	struct run_file from;		/* --from, read by run_load() */
	struct pair_name *pairs;	/* couple by hand: of the command line, or of --from */
	size_t pair_count;
	struct answer *answers;		/* of uncouple and resolve: the options', or those of --from */
	size_t answer_count;
	size_t answer_capacity;
	struct progress progress;	/* for a person who waits; the caller begins its stages */
	struct explanation *explanation;	/* explain: watches the run; NULL else.  The caller's */
	struct str changed_setup; /* --keep-creating yes: the setup's new text (sync/keep_creating.h), or
				     empty */
};

/*
 * Reads setup, exports and ledger, and checks them all: every finding of all of
 * them goes to diag (status 2, 3 or 7).
 */
bool run_load(struct run *run, const struct run_options *options, struct diag *diag);

/*
 * Decides everything.  False with status 2 where the command line names what
 * does not exist.  A refusing guard is no failure: plan.status is 5 then.
 */
bool run_plan(struct run *run, struct diag *diag);

/* E8: whether jobs of the mapping may create records in this run. */
bool run_may_create(const struct run *run, const struct mapping *mapping);

/* "modified", "full", "mapping" or "record": for the summary and the manifest. */
const char *run_method(const struct run_options *options);

void run_release(struct run *run);

#endif
