/*
 * reader.h - records out of a file, whatever its format (part 5)
 *
 * A reader opens one file, tells its header, and hands out batches of records.
 * The cells of a batch are borrowed until the next call.  One reader belongs to
 * one thread.  Bad records end the reading, or are told and left out (5.0.1);
 * no record that follows is swallowed.
 */
#ifndef IO_READER_H
#define IO_READER_H

#include "base/diag.h"
#include "base/str.h"

enum { BATCH_RECORDS = 256, READER_MAX_COLUMNS = 4096 };

/* What a reader must know; part of the setup's <source>, without the model. */
struct reader_options {
	const char *path;
	struct str shown_path;	/* as messages name it */
	char delimiter;		/* 0 = detected from the header line among , ; tab | */
	char quote;		/* 0 = '"' */
	struct str encoding;	/* iconv's name; empty = byte order mark, else UTF-8 */
	bool report_bad_records;	/* tell a bad record and go on, instead of failing */
	bool is_own;		/* Couplet's own file: always UTF-8, nothing of it is declared */
};

struct batch {
	const struct str *cells;	/* count * columns of the header, row by row */
	const uint64_t *lines;		/* where each record begins, counted from 1 */
	uint32_t count;
};

struct bad_record {
	uint64_t line;
	struct str message;	/* whole sentence without place; lives as long as the reader */
};

enum read_status { READ_BATCH, READ_END, READ_ERROR };

struct reader;

/*
 * NULL on failure, with a message in diag (status 3, or 7 when it cannot be
 * opened or read).  Later messages go there too: diag must outlive the reader.
 */
struct reader *reader_open(const struct reader_options *options, struct diag *diag);

/* Trimmed header cells; they live as long as the reader. */
const struct str *reader_header(const struct reader *reader, uint32_t *count);

enum read_status reader_next(struct reader *reader, struct batch *batch);

/* With report_bad_records: those met so far, in order. */
const struct bad_record *reader_bad_records(const struct reader *reader, size_t *count);

/* Empty lines between records, skipped so far (5.0.1). */
uint64_t reader_empty_lines(const struct reader *reader);

/* After READ_END: size of the file in bytes, and the digest of its bytes as they are on disk. */
struct file_digest {
	uint64_t size;
	uint64_t hash[2];
};
struct file_digest reader_digest(const struct reader *reader);

void reader_close(struct reader *reader);

#endif
