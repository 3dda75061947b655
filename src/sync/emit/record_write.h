/*
 * record_write.h - records of any shape as encoded text; what cannot be carried is told (6.5)
 *
 * Shared by import files, which a plan makes, and by what is only converted.
 */
#ifndef SYNC_RECORD_WRITE_H
#define SYNC_RECORD_WRITE_H

#include "sync/emit/emit_encode.h"
#include "sync/emit/emit_format.h"

/* Why a record, or the head of the file, cannot be written. */
struct record_failure {
	const struct import_column *column;	/* null: nobody knows */
	char character[8];	/* that format or encoding does not have; NUL-terminated */
	const char *reason;	/* instead of a character, as in struct import_fault */
	bool is_format;		/* else the encoding */
};

/* What one thread needs for itself.  A zeroed writer writes UTF-8. */
struct record_writer {
	struct buf value;	/* a value before it is quoted */
	struct buf record;	/* a record before it is encoded */
	struct encoder encoder;
};

/* False when there is no such encoding. */
bool record_writer_open(struct record_writer *writer, const struct record_shape *shape);
void record_writer_close(struct record_writer *writer);

/* The failure that a format tells. */
void record_failure_make(struct record_failure *failure, const struct import_column *column,
	const struct import_fault *fault);

/* Appends a record, encoded; number 0 is the first of the file.  False with the failure. */
bool record_write(const struct record_shape *shape, struct record_writer *writer, size_t number,
	const struct import_value *values, struct buf *out, struct record_failure *failure);

/* What comes before the records of a part, encoded; false when the encoding cannot carry it. */
bool record_write_begin(const struct record_shape *shape, const struct record_writer *writer,
	struct buf *out);
/* What comes behind them. */
void record_write_end(const struct record_shape *shape, const struct record_writer *writer, struct buf *out);

/*
 * Appends `the character "x" cannot be written in an XML spreadsheet`, `... does not exist in
 * windows-1252`, or the whole reason, which tells also what to do: then true.
 */
bool record_failure_write(const struct record_shape *shape, const struct record_failure *failure,
	struct buf *out);

/* Names of elements or columns, where the format has those, of the fields' own names; the texts are the
 * arena's. */
void shape_name_elements(struct record_shape *shape, struct arena *arena);

/* Two columns that come to the same element name, into clash[2]; false when there are none. */
bool shape_find_clash(const struct record_shape *shape, const struct import_column *clash[2]);

#endif
