/*
 * load_file.h - the records of one export file as rows of canonical cells
 *
 * One task of loading: everything that it changes is its own, so that files are
 * read side by side; joining them in order is load.c's.
 */
#ifndef SYNC_LOAD_FILE_H
#define SYNC_LOAD_FILE_H

#include "base/progress.h"
#include "io/reader.h"
#include "sync/load/lean.h"
#include "sync/load/load_bind.h"
#include "sync/load/load_paths.h"

struct load_file {
	const struct source_file *source;
	const struct layout *layout;
	const struct lean_table *lean;	/* NULL: all rows are whole */
	struct record_form form;	/* set when it is read */
	struct reread *again;		/* the file, if records can be read again */
	struct table rows;		/* of this file alone; its arena holds all text below */
	struct table_file file;
	struct binding binding;
	bool is_bound;			/* the header could be read: binding tells what it says */
	bool is_read;			/* to the end, without a finding */
	int64_t newest_stamp;
	struct bad_record *bad_records;	/* left out */
	size_t bad_record_count;
	struct progress *progress;	/* counts the rows; or NULL */
	struct diag diag;
};

/* How a reader is to open an export file of the table. */
struct reader_options load_file_options(const struct source_file *file, const struct table_def *def);

/* Reads the file; findings go to file->diag. */
void load_file_read(struct load_file *file);

/* Releases what was not moved elsewhere. */
void load_file_release(struct load_file *file);

#endif
