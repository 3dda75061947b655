/*
 * ledger_sheet.h - a ledger to be printed; for ledger_write.c and ledger_print.c alone
 */
#ifndef MODEL_LEDGER_SHEET_H
#define MODEL_LEDGER_SHEET_H

#include "model/ledger_parts.h"

/*
 * What to print.  A line is a number: couplings come first, then the kept
 * lines, the watermarks by mapping, the series.
 */
struct sheet {
	const struct ledger *ledger;
	const struct setup *setup;
	unsigned threads;
	struct arena arena;
	uint32_t at[LEDGER_COLUMNS];	/* where kept lines have each column */
	uint32_t *extra_at;
	uint32_t first_kept;
	uint32_t first_watermark;
	uint32_t first_series;
	struct str *names;	/* of mappings, quoted where need be */
	struct str *kept_keys;	/* for each kept line, what it is sorted by */
	uint32_t *lines;	/* in the order of 3.1 */
	size_t count;
	ledger_sink *sink;
	void *context;
	struct buf *slots;	/* printed blocks, until they are handed on */
};

/* Prints the header and all lines to the sheet's sink; false where that stopped. */
bool ledger_print(struct sheet *s);

#endif
