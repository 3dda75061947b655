/*
 * ledger_sheet.h - a ledger to be printed; for ledger_write.c, ledger_deal.c and ledger_print.c alone
 */
#ifndef MODEL_LEDGER_SHEET_H
#define MODEL_LEDGER_SHEET_H

#include "model/ledger_parts.h"

/* Lines that one thread prints at a time. */
struct sheet_block {
	size_t first;		/* of sheet.lines */
	uint32_t count;
	bool is_dealt;		/* couplings that are still to be sorted: ledger_sort_block() */
};

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
	bool *has_plain_ids;	/* for each mapping and side: its uids never need quotes */
	size_t longest_job;	/* of the job ids */
	struct str *kept_keys;	/* for each kept line, what it is sorted by */
	uint64_t *lines;	/* block for block in the order of 3.1; above the 32 bits see ledger_deal.c */
	size_t count;
	struct sheet_block *blocks;
	size_t block_count;
	size_t block_capacity;
	ledger_sink *sink;
	void *context;
	struct buf *slots;	/* printed blocks, until they are handed on */
};

/* Adds a block behind the others; its lines are for the caller to set. */
void sheet_add_block(struct sheet *s, size_t count, bool is_dealt);

/*
 * Deals the couplings that are not dropped out among blocks: ledger_deal_mapping()
 * adds those of a mapping, which is to be done once for each, and ledger_deal_end()
 * sets their lines, when the sheet has some.
 */
struct dealing;
struct dealing *ledger_deal(struct sheet *s);
void ledger_deal_mapping(struct dealing *d, uint32_t order);
void ledger_deal_end(struct dealing *d);

/* Sorts the lines of such a block. */
void ledger_sort_block(const struct ledger *ledger, uint64_t *lines, size_t count);

/* Prints the header and all lines to the sheet's sink; false where that stopped. */
bool ledger_print(struct sheet *s);

#endif
