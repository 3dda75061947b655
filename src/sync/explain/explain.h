/*
 * explain.h - why a run does with one record what it does (L7)
 *
 * An explanation watches a run that is planned in memory: the run tells it what
 * it does with the record, at the moment when it does it, so that nothing is
 * seen but what the run saw.  What an explanation tells, it copies; it may watch
 * one run after the other: a synchronization, then a match-based coupling.
 *
 * To use it: run.explanation between run_load() and run_plan(); NULL there is
 * how every other run works.
 */
#ifndef SYNC_EXPLAIN_H
#define SYNC_EXPLAIN_H

#include "base/buf.h"
#include "base/diag.h"
#include "sync/decide.h"
#include "sync/select.h"

struct explanation;
struct assessment;
struct matches;

/* What is asked; texts are the caller's. */
struct explain_query {
	struct str mapping;
	struct str key;		/* ERP key or uid, or CRM uid */
	struct str field;	/* of either side; empty: all */
	bool is_detailed;	/* also of fields that are equal and need no word */
};

struct explanation *explanation_make(struct explain_query query);
void explanation_release(struct explanation *e);

/* The whole answer, as lines or as the JSON document couplet/explain/1. */
void explanation_write(const struct explanation *e, bool is_json, struct buf *out);

/*
 * Whether it can be asked what the record, in the run that was watched last,
 * matches: it is not coupled, and its mapping has match fields (4.12).
 */
bool explanation_can_match(const struct explanation *e);

/* The rest is called by the run, where run.explanation is set. */

/* Finds the record before anything is decided; status 2 where the query names what does not exist. */
bool explain_begin(struct run *run, struct diag *diag);

/* After housekeeping: record, coupling, and what changed.  Each coupling that is assessed comes before. */
void explain_assessed(struct explanation *e, const struct assessment *a);
void explain_housekept(struct run *run);

/* One job: what it selects, what it is about to commit, and what it committed. */
void explain_job(const struct sync_job *job, const struct selection *selection);
void explain_decide(const struct sync_job *job, const uint32_t *rows, uint32_t count);
void explain_adoption(const struct sync_job *job, uint32_t source_row, uint32_t destination_row);
void explain_commit(const struct sync_job *job, const struct outcome *outcome);
void explain_committed(const struct sync_job *job, const struct outcome *outcome);

/* The matches of a mapping and their plan job, after they were reported (4.12). */
void explain_matches(struct run *run, const struct matches *m, uint32_t job);

/* The plan is ready: changes, findings and results. */
void explain_end(struct run *run);

#endif
