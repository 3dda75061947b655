/*
 * report.h - report.html: what a run decided, for people in a browser (6.4)
 *
 * One document that needs nothing else: no network, no script to be read.  Its
 * size does not grow with the run: of each section the first REPORT_SHOWN
 * records are in it.  The same run gives the same bytes (L11).
 */
#ifndef SYNC_REPORT_H
#define SYNC_REPORT_H

#include "base/buf.h"
#include "sync/emit/emit_parts.h"

enum { REPORT_SHOWN = 1000 };

/*
 * Takes what the document has so far, and empties it; called now and then, and
 * at the end.  False stops.
 */
typedef bool report_sink(void *context, struct buf *text);

/* The files of an output folder, or with has_folder false those that sync would write. */
struct report_files {
	bool has_folder;
	const struct emit_import *imports;	/* without names where there is no folder */
	size_t import_count;
};

/* Writes the report of a planned run, as run->options->report says. */
bool report_write(const struct run *run, struct report_files files, report_sink *sink, void *context);

#endif
