/*
 * verify_parts.h - what the files of verify share; for verify*.c alone
 */
#ifndef SYNC_VERIFY_PARTS_H
#define SYNC_VERIFY_PARTS_H

#include "base/buf.h"
#include "base/index.h"
#include "sync/prove/verify.h"

/* Uncoupled records of a table by the value of one column. */
struct twice_index {
	const struct table *table;
	uint32_t column;
	bool is_young;		/* only records younger than the run */
	struct index rows;
};

/* A second record that a create has been told of: it counts once. */
struct twice_claim {
	const struct table *table;
	uint32_t row;
};

struct verifying {
	const struct run *run;
	const struct past *past;
	int64_t written;	/* when the folder was */
	struct verification *v;
	struct diag *diag;
	struct buf scratch;
	struct twice_index *indexes;	/* made as they are asked for */
	size_t index_count;
	size_t index_capacity;
	struct twice_claim *claims;
	size_t claim_count;
	size_t claim_capacity;
};

/*
 * The record besides s->row, uncoupled and younger than the run, that holds what
 * the create wrote; TABLE_NO_ROW when there is none.  Where the create itself
 * was not found by identity, the first such record becomes s->row.
 */
uint32_t verify_second(struct verifying *x, struct past_record *s);

void verify_release_indexes(struct verifying *x);

#endif
