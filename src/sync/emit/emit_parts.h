/*
 * emit_parts.h - what the printers of the output folder share; for emit*.c alone
 *
 * Each printer writes one kind of file of part 6 into the output that emit.c
 * opened.  Long files are formatted in blocks side by side and written in
 * order, so that the number of threads never changes a byte (L11).
 */
#ifndef SYNC_EMIT_PARTS_H
#define SYNC_EMIT_PARTS_H

#include "base/buf.h"
#include "base/diag.h"
#include "io/output.h"
#include "sync/emit/emit_format.h"
#include "sync/run.h"

/* One import file that was written, in import order. */
struct emit_import {
	struct str name;	/* "erp/01-Customer.create.csv" */
	const struct table_def *table;
	enum action action;
	uint64_t records;
	bool goes_on;		/* in the same file as the one before: a package holds several tables */
	bool renames;		/* E41: an update of the ERP gives records another key */
	uint64_t bytes;
	const struct import_format *format;	/* null for options */
	struct str package;	/* code of the configuration package, or empty */
};

struct emit {
	struct run *run;
	struct output *out;
	struct diag *diag;
	struct arena arena;
	struct str *job_ids;	/* by job (6.2) */
	struct emit_import *imports;
	size_t import_count;
	size_t import_capacity;
};

enum { EMIT_BLOCK_ITEMS = 256 };

/* The formatted text of up to EMIT_BLOCK_ITEMS items that follow each other. */
struct emit_block {
	struct buf text;
	size_t ends[EMIT_BLOCK_ITEMS];	/* where each item's text ends */
	uint32_t count;			/* items */
	uint64_t records;		/* lines that they make */
};

/* Appends one item's text; returns how many records that is.  Called from any thread. */
typedef uint32_t emit_format(void *context, size_t item, unsigned worker, struct buf *text);

/* Takes the blocks in order, one at a time, on any thread; false stops. */
typedef bool emit_consume(void *context, const struct emit_block *block);

bool emit_blocks(unsigned threads, size_t count, emit_format *format, emit_consume *consume, void *context);

/* How many workers emit_blocks() may use: the size of arrays by worker. */
unsigned emit_workers(const struct run *run);

/* One of Couplet's own CSV files: a header line and the lines of `count` items. */
bool emit_csv(struct emit *emit, struct str name, struct str header, size_t count, emit_format *format,
	void *context);

/* A file that is ready in memory. */
bool emit_text(struct emit *emit, struct str name, struct str text, uint64_t records);

/* "E14", "L4", or nothing for 0. */
void emit_rule(int rule, struct buf *out);

/* "ToIntegrationTable" ..., blank where there is none. */
struct str emit_direction(enum direction direction);
struct str emit_side(enum side side);

/* The coupling of a change, or one that is all blank. */
const struct coupling *emit_coupling(const struct run *run, const struct change *change);

/* Appends "1 record", "12 records". */
void emit_count(uint64_t count, const char *one, const char *many, struct buf *out);

/* Whether the action puts a record into an import file. */
bool action_is_import(enum action action);

/* Sums of all jobs. */
void emit_totals(const struct plan *plan, uint64_t totals[COUNTERS]);

/* How many findings need a person: errors and conflicts (1.3). */
size_t emit_count_persons(const struct plan *plan);

/* E43: a line for each mapping of a full run, for preview; the JSON member `review` after a comma. */
void emit_review_text(const struct plan *plan, struct buf *out);
void emit_review_json(const struct plan *plan, struct buf *out);

bool emit_import_files(struct emit *emit);
bool emit_changes(struct emit *emit);
bool emit_logs(struct emit *emit);
bool emit_ambiguous(struct emit *emit);
bool emit_report(struct emit *emit);
bool emit_card(struct emit *emit);
bool emit_manifest(struct emit *emit);

#endif
