/*
 * match_key.h - what of a record and a row is compared in a match (E36)
 */
#ifndef SYNC_MATCH_KEY_H
#define SYNC_MATCH_KEY_H

#include "sync/match/match.h"
#include "sync/transfer.h"

/* Work space of one worker. */
struct match_worker {
	struct arena arena;	/* reset for every record */
	struct buf scratch;
	struct buf text;	/* that a key is the digest of */
	struct cell *cells;	/* as many as the widest table has columns */
};

/* One for each thread of the run. */
struct match_worker *match_workers_make(const struct run *run);
void match_workers_release(const struct run *run, struct match_worker *workers);

/* What a criterion is for one record; the greatest of several decides for their group. */
enum criterion {
	CRITERION_UNUSABLE,	/* a blank value */
	CRITERION_USABLE,
	CRITERION_IMPOSSIBLE,	/* the value has no form in the CRM */
	CRITERION_BAD_VALUE,	/* the cell is not of its field's type */
};

/*
 * The value of an ERP cell as the CRM field would hold it; the transfer tells why
 * it has none (its message is empty for a bad cell).
 */
enum criterion match_criterion(const struct transfer_context *tc, const struct field_mapping *fm,
	struct cell cell, struct transfer *t);

/*
 * The key of an ERP record in a group: *mask has a bit for each criterion that it
 * is made of.  CRITERION_UNUSABLE when there is none.
 */
enum criterion match_record_key(const struct matches *m, const struct match_group *group, uint32_t erp_row,
	struct match_worker *worker, uint64_t *mask, struct match_key *key);

/* The key of a CRM row for the criteria of the mask; false where it equals no record's. */
bool match_row_key(const struct matches *m, const struct match_group *group, uint64_t mask, uint32_t crm_row,
	struct match_worker *worker, struct match_key *key);

#endif
