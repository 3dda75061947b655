/*
 * convert.h - the records of one file, as another format has them (1.2 convert)
 *
 * With a table of the setup, cells are read by its types and locale and written
 * as its import files would have them, under the fields' own names; columns that
 * it does not declare are text.  Without one every field is text and goes
 * through as it is.  Memory grows with the fields, not with the records: a file
 * whose records name their own fields is read twice.
 */
#ifndef SYNC_CONVERT_H
#define SYNC_CONVERT_H

#include "io/reader.h"
#include "sync/emit/record_file.h"

struct convert_options {
	struct reader_options in;
	const struct setup *setup;	/* null: without one */
	struct table_def *def;		/* of the setup; converting sets its fields' columns; or null */
	const struct locale *locale;	/* of the file, where there is a def */
	struct str name;		/* what the table is called where there is no def */
	const struct import_format *format;
	bool is_packed;
	struct str shown_out;		/* as messages name the new file */
	record_sink *sink;
	void *context;			/* of the sink */
};

struct converted {
	uint64_t records;
	uint32_t fields;
};

/*
 * Reads, and hands the new file to the sink.  False with all findings in diag;
 * what the sink got is then not worth keeping.
 */
bool convert(const struct convert_options *options, struct converted *result, struct diag *diag);

#endif
