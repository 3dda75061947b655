/*
 * record_file.h - one file of records of any shape, written piece by piece
 *
 * The owner fills in the shape, says where the bytes go, and publishes them.
 * Records that cannot be carried are told, all of them; then there is no file
 * worth publishing.  A zeroed record_file is valid to release.
 *
 * A format for the import wizard comes in parts below its limit: the sink gets
 * each whole, at once.
 */
#ifndef SYNC_RECORD_FILE_H
#define SYNC_RECORD_FILE_H

#include "base/diag.h"
#include "io/gzip_write.h"
#include "io/zip_write.h"
#include "sync/emit/record_write.h"

/* Takes the next bytes of the file; false with a message. */
typedef bool record_sink(void *context, struct str text, struct diag *diag);

struct record_file {
	struct record_shape shape;
	record_sink *sink;
	void *context;			/* of the sink */
	struct str shown_path;		/* as messages name the file */
	struct record_writer writer;
	struct gzip_writer *gzip;	/* null: not packed */
	struct zip_writer *zip;		/* null: the format is no package of several parts */
	struct buf text;		/* encoded, not yet packed; of a part, all of it */
	size_t part_begin;		/* what comes in text before its records */
	uint64_t part_records;
	struct buf bytes;		/* packed, not yet taken */
	uint64_t records;
	bool has_failed;		/* some record cannot be carried */
};

/* What comes before the records.  is_packed: as one gzip member, also in a format that is none. */
bool record_file_begin(struct record_file *file, bool is_packed, struct diag *diag);

/*
 * Messages about the record name where it comes from; line 0: the path says it
 * all.  False only where nothing more can be written.
 */
bool record_file_add(struct record_file *file, const struct import_value *values, struct str from,
	uint64_t line, struct diag *diag);

/* What comes behind them; false, too, when some record could not be carried. */
bool record_file_end(struct record_file *file, struct diag *diag);

void record_file_release(struct record_file *file);

#endif
