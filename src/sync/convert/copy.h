/*
 * copy.h - a copy of one table's exports, on which imports are tried out (L8)
 *
 * Every cell of every column as the export has it, so that what is not touched
 * comes out as it went in.  Values that are written take the export's locale.
 * Records are known by canonical uid and key.
 */
#ifndef SYNC_COPY_H
#define SYNC_COPY_H

#include "sync/load/load_bind.h"
#include "sync/load/load_paths.h"

/* One export file. */
struct copy_file {
	const struct source_file *source;
	const struct locale *locale;
	struct binding binding;		/* which column holds which wanted field */
	struct str *cells;		/* row by row, header_count each */
	size_t row_count;
	size_t row_capacity;
};

/* A record: its file and row.  Records are never moved; one that is deleted stays, marked. */
struct copy_record {
	uint32_t file;
	size_t row;
	bool is_deleted;
	struct str uid;		/* canonical; empty where there is none */
	struct str key;		/* canonical, joined by commas */
};

struct copy {
	const struct setup *setup;
	const struct table_def *def;
	struct arena arena;
	struct layout layout;
	struct source_files found;
	struct copy_file *files;
	struct copy_record *records;
	size_t record_count;
	size_t record_capacity;
	struct index uids;	/* of records */
	struct index keys;
	uint64_t assigned;	/* keys that were made up so far */
};

#define COPY_NO_RECORD UINT32_MAX

/* Reads all export files of the table; false with messages in diag (status 3 or 7). */
bool copy_read(struct copy *copy, const struct setup *setup, const struct table_def *def, struct diag *diag);

/* The record with that uid, or with that key; COPY_NO_RECORD when there is none. */
uint32_t copy_find(const struct copy *copy, struct str uid, struct str key);

/* A new record, all blank, in the first file. */
uint32_t copy_add(struct copy *copy, struct str uid, struct str key);

/*
 * Writes a canonical value into a record, as the target system would take it:
 * Text cut to its length, the rest in the export's locale.  Nothing happens
 * where the file has no such column.
 */
void copy_set(struct copy *copy, uint32_t record, uint32_t wanted, struct str canonical);

/* The number of a field among the wanted ones, or NOT_WANTED. */
uint32_t copy_wanted(const struct copy *copy, const struct field *field);

/* Appends one file as CSV: UTF-8, commas, LF; records in the order in which they were read or added. */
void copy_write(const struct copy *copy, uint32_t file, struct buf *out, uint64_t *records);

void copy_release(struct copy *copy);

#endif
