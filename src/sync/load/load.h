/*
 * load.h - from export files to tables (2.1, 5.0.1, E21, E22)
 *
 * Files are read side by side, one thread each; all that is told comes in the
 * order of tables, sources and names, whatever the number of threads.
 */
#ifndef SYNC_LOAD_H
#define SYNC_LOAD_H

#include "base/diag.h"
#include "base/memory.h"
#include "base/progress.h"
#include "model/setup.h"
#include "model/table.h"
#include "sync/load/lean.h"

/* A record that on-bad-record="report" left out: the finding bad-record (5.0.1). */
struct left_out_record {
	const struct table_def *table;
	struct str shown_path;
	uint64_t line;
	struct str message;
};

/* What loading tells besides tables.  A zeroed report is valid; it owns its texts. */
struct load_report {
	struct arena arena;
	struct left_out_record *left_out;	/* by table, file and line */
	size_t left_out_count;
	size_t left_out_capacity;
	int64_t newest_stamp;			/* over all tables (--now), or STAMP_NONE */
	struct progress *progress;		/* counts the rows that are read; or NULL */
};

/*
 * Reads the exports of all used tables into tables[table_def.number], which the
 * caller zeroed; an option set has the declared options of its field (E41).
 * leans (sync/load/lean.h) says which rows may be lean, NULL: none.  Sets
 * field->column of their fields.  False with all findings
 * in diag (status 3, or 7 where a file cannot be read); the tables are then
 * only good for table_release(), which is the caller's in every case.
 */
bool load_tables(struct setup *setup, struct table *tables, struct lean_table *leans, unsigned threads,
	struct load_report *report, struct diag *diag);

void load_report_release(struct load_report *report);

#endif
