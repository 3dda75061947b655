/*
 * csv_fault.h - what is wrong with a CSV record, said to a person (rule 5.0.1)
 */
#ifndef IO_CSV_FAULT_H
#define IO_CSV_FAULT_H

#include "base/buf.h"

enum csv_fault_kind {
	FAULT_TOO_FEW,
	FAULT_TOO_MANY,
	FAULT_TOO_MANY_COLUMNS,	/* of the header */
	FAULT_STRAY_QUOTE,
	FAULT_TEXT_AFTER_QUOTE,
	FAULT_OPEN_QUOTE,
	FAULT_NUL,
	FAULT_NOT_UTF8,
	FAULT_TOO_LONG,
};

struct csv_fault {
	enum csv_fault_kind kind;
	uint64_t line;		/* where it shows */
	uint64_t record_line;	/* where its record begins */
	uint32_t column;	/* counted from 1 */
	uint32_t found;		/* values or columns, for wrong counts */
	uint32_t expected;
	struct str header;	/* of that column; empty if there is none */
	struct str text;	/* from which a piece is shown */
	size_t at;		/* the place of the fault in it */
	const char *encoding;	/* that was decoded, or null for UTF-8 */
	bool is_own;		/* in a file of Couplet's own */
};

/*
 * Appends the sentence without file and line:
 * `column 3 "City": <what> "<piece>"; <what to do>`.
 */
void csv_fault_write(const struct csv_fault *fault, struct buf *out);

#endif
