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

enum { BATCH_RECORDS = 256, READER_MAX_COLUMNS = 4096, READER_AHEAD = 48 };

/* What a file holds (5.0); as declared, or READER_AUTO: by its content alone. */
enum reader_kind {
	READER_AUTO = 0,
	READER_CSV,
	READER_XML,		/* XML of records (5.0.2) */
	READER_RAPIDSTART,
	READER_CMT,
	READER_SPREADSHEET,	/* XML Spreadsheet 2003 */
	READER_KINDS,
};

/* What a reader must know; part of the setup's <source>, without the model. */
struct reader_options {
	const char *path;
	struct str shown_path;	/* as messages name it; ends with the member's name, if one is read */
	struct str member;	/* of a zip archive; empty: the file itself */
	enum reader_kind kind;	/* a content that disagrees is an error */
	struct str record; /* XML: path of element names from the root to the record; empty: its children */
	struct str table_name;	/* the table that is wanted, where a file may hold several; may be empty */
	uint32_t table_id;	/* and its Business Central number; 0 = not declared */
	char delimiter;		/* 0 = detected from the header line among , ; tab | */
	char quote;		/* 0 = '"' */
	struct str encoding;	/* iconv's name; empty = byte order mark, else UTF-8 */
	bool report_bad_records;	/* tell a bad record and go on, instead of failing */
	bool is_own;		/* Couplet's own file: always UTF-8, nothing of it is declared */
	/*
	 * CMT: look-ups that may refer to several tables have a further column that says
	 * to which, called ownerid and type, as other exports have it.
	 */
	bool tells_lookup_types;
};

struct batch {
	const struct str *cells;	/* count * columns, row by row */
	/* For each cell: written in the invariant way, whatever the locale; null where none is. */
	const bool *is_invariant;
	const uint64_t *lines;		/* where each record begins, counted from 1 */
	/*
	 * The same in bytes on disk, for io/reread.h; null where records cannot be found by
	 * them.  Where they can, READER_AHEAD bytes from each cell's begin on can be read.
	 */
	const uint64_t *places;
	uint32_t count;
	uint32_t columns;		/* of the header, which may have grown: see struct reader_traits */
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

/* What its format says about a file. */
struct reader_traits {
	/*
	 * Records name their own fields, so that the header grows while they are
	 * read: columns are only ever added behind, and what a field lacks is known
	 * at the end.  Else the header is whole from the begin.
	 */
	bool header_grows;
	bool is_invariant;	/* numbers, dates and Booleans are invariant, whatever the locale (2.1) */
	bool has_element_names;	/* headers are names after the rule of io/element_name.h */
};
struct reader_traits reader_traits(const struct reader *reader);

/* Trimmed header cells; the texts live as long as the reader, the array until the next batch. */
const struct str *reader_header(const struct reader *reader, uint32_t *count);

enum read_status reader_next(struct reader *reader, struct batch *batch);

/* With report_bad_records: those met so far, in order. */
const struct bad_record *reader_bad_records(const struct reader *reader, size_t *count);

/* What belongs to records and is no field: CMT's many-to-many links and party lists. */
struct reader_passed {
	uint64_t links;
	uint64_t party_lists;
};
/* How many of them were passed over so far. */
struct reader_passed reader_passed_over(const struct reader *reader);

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
