/*
 * record_store.h - records that are told field by field become batches
 *
 * For formats whose parser pushes: it cannot stop after a number of records, so
 * they wait here, as lists of the fields that they have.  A field that a record
 * does not have is blank.  A record that is being told when the parser's piece
 * ends goes on with the next one.
 */
#ifndef IO_RECORD_STORE_H
#define IO_RECORD_STORE_H

#include "base/buf.h"
#include "io/reader.h"

struct stored_field {
	size_t begin;		/* in text */
	size_t len;
	uint32_t column;	/* of the header, from 0 */
	bool is_invariant;
};

struct stored_record {
	uint64_t line;
	size_t first_field;
};

struct record_store {
	size_t text_limit;	/* bytes of one record; to be set by the owner */
	struct buf text;
	struct stored_field *fields;
	size_t field_count;
	size_t field_capacity;
	struct stored_record *records;	/* whole ones; behind them the one that is being told, if any */
	size_t record_count;
	size_t record_capacity;
	size_t taken;		/* records that batches were made of */
	bool is_within;		/* a record is being told */
	bool is_too_long;	/* and exceeds the limit: the rest of its text is dropped */
	uint64_t serial;	/* of that record */
	uint64_t *seen;		/* by column: the last record that had it */
	uint32_t seen_count;
	struct str *cells;	/* of the last batch */
	bool *invariant;
	uint64_t *lines;
	size_t cell_room;
	bool has_invariant;	/* some field ever was */
};

/* Before a further piece is parsed: forgets what batches were made of, which must be all whole records. */
void store_compact(struct record_store *store);

void store_begin_record(struct record_store *store, uint64_t line);

/* Where the record at hand begins. */
uint64_t store_line(const struct record_store *store);

/* Begins a field; false when the record has it already. */
bool store_begin_field(struct record_store *store, uint32_t column);
void store_add_text(struct record_store *store, struct str piece);
/* The text of the field at hand so far. */
struct str store_field_text(const struct record_store *store);
/* Ends the field with what was added, or with the text of that length only. */
void store_end_field(struct record_store *store, size_t len, bool is_invariant);

/* The fields of the record at hand so far, in the order in which they were told; borrowed. */
const struct stored_field *store_fields(const struct record_store *store, size_t *count);
/* Takes out its fields from that column on. */
void store_cut_columns(struct record_store *store, uint32_t columns);

/* The record is whole, or is left out. */
void store_end_record(struct record_store *store, bool is_kept);

/* A batch of whole records; false when none waits.  `columns` is that of the header now. */
bool store_next(struct record_store *store, uint32_t columns, struct batch *batch);

void store_release(struct record_store *store);

#endif
