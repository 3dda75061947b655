/*
 * records.h - the records that --record names (1.2, E9)
 */
#ifndef SYNC_RECORDS_H
#define SYNC_RECORDS_H

#include "base/diag.h"
#include "sync/select.h"

/* One --record, found in the exports. */
struct named_record {
	const struct mapping *mapping;
	enum direction direction;
	uint32_t source_row;
};

/*
 * Finds all records that the options name, before anything is decided: unknown
 * mappings and keys, and directions that a mapping does not have, go to diag
 * with status 2.  Returns an array of options->record_count; NULL when there
 * are none or on failure.
 */
struct named_record *records_find(const struct run *run, struct diag *diag);

/*
 * Rows that were named for a job, in its order and each once, without those
 * that a filter leaves out (finding `filtered-out`) or whose coupling is pending
 * (finding `pending`).  Takes the rows over.
 */
struct selection records_accept(const struct sync_job *job, struct selection all);

/*
 * The rows of one job among them, without those that a filter leaves out
 * (finding `filtered-out`) or whose coupling is pending (finding `pending`).
 */
struct selection records_select(const struct sync_job *job, const struct named_record *records);

/* A notice that the job leaves a named record out, and why. */
void record_refuse(const struct sync_job *job, uint32_t row, enum code code, int rule, struct str message);

#endif
