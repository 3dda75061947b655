/*
 * csv_split.h - records and values out of CSV text in memory (RFC 4180, rule 5.0.1)
 *
 * A csv_split walks over text that somebody else owns and refills.  Values are
 * borrowed from that text; nothing is copied, and nothing is changed until
 * csv_split_unquote().  One csv_split belongs to one thread.
 *
 * After text[len] there must be MARK_BLOCK bytes of room: csv_split_feed()
 * overwrites them with line ends, so that no walk runs past the text.
 */
#ifndef IO_CSV_SPLIT_H
#define IO_CSV_SPLIT_H

#include "base/str.h"
#include "io/mark.h"

/* Where a walk is: the marks of the present block that are still to come. */
struct csv_scan {
	const char *block;
	uint64_t marks;
	uint64_t others;	/* those that are no delimiters */
	bool block_is_suspect;
	bool is_suspect;	/* a block since the record's begin */
};

struct csv_split {
	struct mark_set set;
	struct csv_scan scan;
	char *text;
	const char *at;		/* the next record */
	const char *end;
	uint64_t line;		/* of `at`, counted from 1 */
	uint64_t empty_lines;	/* skipped so far */
	char delimiter;
	char quote;
	bool is_last;		/* nothing follows the text */
};

enum csv_result {
	CSV_RECORD,
	CSV_MORE,	/* the text ends within a record, which was not taken */
	CSV_NONE,	/* the text is used up */
	CSV_STRAY_QUOTE,	/* a quote within an unquoted value */
	CSV_TEXT_AFTER_QUOTE,
	CSV_OPEN_QUOTE,	/* the text ends within quotes */
};

struct csv_record {
	const char *begin;	/* its text, without the line end */
	const char *end;
	uint64_t line;		/* where it begins */
	uint32_t count;		/* values, also of those that found no room */
	bool is_suspect;	/* may hold NUL or bytes that are not ASCII */
	bool has_doubled;	/* csv_split_unquote() is needed */
	const char *value;	/* where the last value begins; that of the fault */
	const char *fault;	/* the misplaced byte */
	uint64_t fault_line;
};

void csv_split_begin(struct csv_split *split, char delimiter, char quote);

/*
 * (Re)places the text: len bytes at text, of which the next record is the
 * first.  Line numbers go on.
 */
void csv_split_feed(struct csv_split *split, char *text, size_t len, bool is_last);

/*
 * Takes one record: its first `room` values are put into cells.  Empty lines
 * before it are skipped and counted.  What is not CSV_RECORD leaves the walk at
 * the record's begin; the record then tells what is known of it.
 */
enum csv_result csv_split_next(struct csv_split *split, struct str *cells, uint32_t room,
	struct csv_record *record);

/* Makes doubled quotes single, in place; for records that has_doubled.  They cannot be taken again. */
void csv_split_unquote(const struct csv_split *split, struct str *cells, uint32_t count);

/* Back to the begin of a record that was just taken. */
void csv_split_rewind(struct csv_split *split, const struct csv_record *record);

/*
 * Behind the end of the line on which the record at hand begins; false when
 * that end is not in the text (or may be followed by its second half).
 */
bool csv_split_skip_line(struct csv_split *split);

/* The number of line ends between two places. */
uint64_t csv_count_lines(const char *begin, const char *end);

/*
 * The most frequent of , ; tab | outside quotes in the first record, the first
 * named winning a draw; comma when there is none.  0 when the text ends within
 * that record and is not the last.
 */
char csv_detect_delimiter(struct str text, char quote, bool is_last);

#endif
