/*
 * reader_format.h - what a format gives to be read through reader.h
 *
 * A format is one file that defines a `struct reader_format` and one row in
 * recognise.c, which knows it by its content.  What all formats share - the source,
 * the header, bad records, messages with a place - is in struct reader.
 */
#ifndef IO_READER_FORMAT_H
#define IO_READER_FORMAT_H

#include "base/buf.h"
#include "io/reader.h"
#include "io/source.h"
#include "io/xml_sax.h"

struct reader;

struct reader_format {
	struct reader_traits traits;
	/* Reads the header and makes reader->state; false with a message.  close() follows in any case. */
	bool (*open)(struct reader *reader);
	enum read_status (*next)(struct reader *reader, struct batch *batch);
	void (*close)(struct reader *reader);
};

struct reader {
	const struct reader_format *format;
	void *state;		/* of the format */
	struct reader_options options;	/* its texts live in the arena */
	struct arena arena;	/* header, bad records */
	struct diag *diag;
	struct source *source;
	struct buf head;	/* text that was read to recognise the format: the format takes it */
	struct str *header;
	uint32_t columns;
	size_t header_capacity;	/* of a header that grows */
	struct bad_record *bad;
	size_t bad_count;
	size_t bad_capacity;
	uint64_t empty_lines;
	struct reader_passed passed;
	size_t text_limit;	/* bytes of one record */
	size_t piece;		/* for tests: bytes to take at once; 0 = as always */
	enum read_status status;	/* of the last call; an error or the end stays */
};

/*
 * A record cannot be used, for the reason given (5.0.1).  With
 * report_bad_records it is kept for reader_bad_records() and true returned:
 * leave it out and go on.  Else false, with the message in diag.
 */
bool reader_reject(struct reader *reader, uint64_t line, struct str message);

/* A message with file and line (0: none) that ends the reading; returns false. */
bool reader_fail(const struct reader *reader, uint64_t line, struct str message);

/*
 * Adds a column to a header that grows; the name is copied.  False with a
 * message when there are too many (8.2).
 */
bool reader_add_column(struct reader *reader, uint64_t line, struct str name);

/* For tests: bytes a read, and bytes that one record may take (0: as always). */
struct reader_tuning {
	size_t piece;
	size_t text_limit;
};
struct reader *reader_open_tuned(const struct reader_options *options, struct reader_tuning tuning,
	struct diag *diag);

extern const struct reader_format csv_format;
extern const struct reader_format xml_format;
extern const struct reader_format rapidstart_format;
extern const struct reader_format cmt_format;
extern const struct reader_format spreadsheet_format;

struct record_store;

/*
 * A format that is XML: parses on until a batch of whole records waits in the
 * store.  READ_END where the document ends, which the format then judges; at a
 * failure the parser's messages in `found` go to the reader.  *step: of the parser.
 */
enum read_status reader_next_of_xml(struct reader *reader, struct xml_sax *sax, enum xml_step *step,
	struct record_store *store, struct diag *found, struct batch *batch);

/* What stands between values and around them in the file of a CSV reader. */
void csv_delimiters(const struct reader *reader, char *delimiter, char *quote);

/* Finds the format of a file from its head, and compares it with what was declared; false with a message. */
bool reader_recognise(struct reader *reader);

#endif
