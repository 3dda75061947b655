/*
 * links.h - references to records that this run makes (4.11: E34)
 *
 * A job that writes a reference to a record whose import file does not come
 * before its own leaves the value to a link file: a record with its identity
 * and the linked fields, imported when everything exists.  The job counts the
 * field as written; what it becomes is known when all jobs have run.
 *
 * Some references wait in vain: the record that they wait for fails, or fails a
 * filter.  Then the run is planned once more from where its jobs began, with
 * these references denied to wait, so that they follow E33 like others.  Denied
 * references only get more, so this ends; what is left is the largest set of
 * records that can be written, whatever the order of rows.
 */
#ifndef SYNC_LINKS_H
#define SYNC_LINKS_H

#include "sync/decide.h"

/* A coupling that references can resolve to: coupled or pending, and not removed by this run (E32, E17). */
bool links_resolves(const struct run *run, uint32_t coupling);

/*
 * Whether a reference of the job to a record of `mapping`, found by a key or uid
 * of the job's source side and with this coupling (or INDEX_NONE), must wait:
 * the record is, or may yet be, made by import files that do not come before
 * those of the job.  Never without a job.
 */
bool links_awaits(const struct sync_job *job, const struct mapping *mapping, struct str wanted,
	uint32_t coupling);

/* Whether a field of a source record may not wait for what it refers to. */
bool links_is_denied(const struct sync_job *job, uint32_t source_row, uint32_t field);

/* Enters a link that a job committed. */
void links_add(struct run *run, struct waiting_link link);

/*
 * Runs jobs, and once more as long as references waited in vain for what they
 * made; then gives all links their values, in the plan and over the exports.
 */
typedef void links_jobs(struct run *run, const void *context);
void links_run_jobs(struct run *run, links_jobs *run_jobs, const void *context);

void links_release(struct waiting *waiting);

/*
 * Whether the import files of a table carry a reference to a later record of
 * the same package, so that no link file is needed (6.5).
 */
bool format_carries_forward(const struct table_def *table);

#endif
