/*
 * write.h - what a job writes, entered into plan and state (E2, E34)
 *
 * Serial: called by the commit of a job, record after record.
 */
#ifndef SYNC_WRITE_H
#define SYNC_WRITE_H

#include "sync/decide.h"

/* A change of the job, with the values of a list. */
void write_values(const struct sync_job *job, struct change change, const struct value_list *list);

/*
 * A record that is written: a create or update with its values, as far as there
 * are any, and a link with those that come last.  outcome->coupling is set.
 */
void write_record(const struct sync_job *job, struct change change, const struct outcome *outcome);

/* What a conflict was told for, and is not written: links tell whether it waits in vain (E34). */
void write_asked(const struct sync_job *job, const struct outcome *outcome);

/* Lays what was written over the destination's cells, for later jobs. */
void write_lay_over(const struct sync_job *job, const struct outcome *outcome, uint32_t row);

/* The same at the end of the job, for all updates among the plan's changes from `first` on. */
void write_lay_over_since(const struct sync_job *job, size_t first);

/* A record that no export shows: its base is made of the plan's changes from `first` on, one or two. */
void write_unseen(const struct sync_job *job, uint32_t coupling, size_t first);

/*
 * Lost edits that links of this outcome overwrite: they get their new values
 * with them.  They stand among the plan's changes and findings from these on.
 */
void write_lost_links(
	const struct sync_job *job, const struct outcome *outcome, size_t first_change, size_t first_finding);

#endif
