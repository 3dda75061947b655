/*
 * emit_import.h - one import file: which columns, which records, in which order (6.5)
 *
 * An import holds all records of one job, one side and one action.  It is const
 * while its records are formatted on several threads; what they scribble in is
 * theirs alone (workers).
 */
#ifndef SYNC_EMIT_IMPORT_H
#define SYNC_EMIT_IMPORT_H

#include "sync/copied.h"
#include "sync/emit/emit_parts.h"
#include "sync/emit/record_write.h"

/* What one thread needs for itself. */
struct import_worker {
	struct record_writer writer;
	struct cell *cells;	/* present values of a row */
	const struct change_value **values;	/* by import column: what the change says */
	struct copied_room room;	/* where `values` point, if the change is copied */
	struct import_value *row;	/* by import column: the record at hand */
	char identity[GUID_LENGTH];	/* its uid, or key, where that has to be made */
	bool has_failed;
	size_t failed_item;	/* the first record that format or encoding cannot carry */
	struct record_failure failure;
};

struct import {
	const struct run *run;
	uint32_t job;
	enum side side;		/* that is written */
	enum action action;
	const struct mapping *mapping;
	const struct table *table;
	struct record_shape shape;
	uint32_t *slots;	/* for each column of the table: its import column, or TABLE_NO_COLUMN */
	uint32_t *changes;	/* numbers of plan.changes, in the order of records */
	size_t change_count;
	const uint32_t *creates;	/* import_piles.creates for a link, else NULL */
	struct import_worker *workers;
};

/* All changes that make records, piled into files; owns its arrays. */
struct import_piles {
	size_t *begins;		/* in changes, for each pile and one more */
	uint32_t *changes;
	uint32_t *creates;	/* by coupling: number of its create plus 1; NULL where there are no links */
	size_t *order;		/* the piles that are not empty, in import order */
	size_t order_count;
};

struct import_piles import_piles_make(const struct run *run);
void import_piles_release(struct import_piles *piles);

/* The import of one pile; its columns and workers are still to be made. */
struct import import_of_pile(const struct run *run, const struct import_piles *piles, size_t pile);

/* Whether a pile of the import order is of options, which have a file of their own (E41). */
bool pile_is_options(const struct run *run, const struct import_piles *piles, size_t at);

/* Writes the one file of all options to be added, renamed or removed; there must be some. */
bool emit_options(struct emit *emit, const struct import_piles *piles, struct str name);

/* Remembers a file for the run card. */
void emit_note_import(struct emit *emit, struct emit_import file);

/*
 * Chooses the columns and the names; lists and names live in the arena.  False with a message
 * when two come to the same element name, where the format has those.
 */
bool import_choose_columns(struct import *import, struct arena *arena, struct diag *diag);

/* Puts the records in their order: by key, by uid, or by source key. */
void import_sort(struct import *import);

/*
 * The text that orders and names a change's record: key, uid or source key; `room`
 * is that of packed_text().
 */
struct str import_order_key(const struct import *import, const struct change *change, char *room);

/* What each thread needs; false with a message when there is no such encoding.  To be released in any case.
 */
bool import_make_workers(struct import *import, unsigned count, struct diag *diag);
void import_release_workers(struct import *import, unsigned count);

/* Puts the values of one record into worker->row. */
void import_build_row(const struct import *import, size_t item, struct import_worker *worker);

/* Remembers that a record cannot be written: the first one of each worker counts. */
void import_fail(struct import_worker *worker, size_t item, const struct import_column *column,
	const struct import_fault *fault);

/* 6.5: tells the first record, in order, that some worker could not write; false when there is one. */
bool import_check_workers(const struct import *import, unsigned workers, struct diag *diag);

/* Writes the one package of a side's tables, with all that is created and updated in them; there must be
 * some. */
bool emit_package(struct emit *emit, const struct import_piles *piles, struct str name);

/* Whether a pile of the import order goes into that package. */
bool pile_is_packaged(const struct run *run, const struct import_piles *piles, size_t at);

/* Appends one record, encoded; an emit_format of an import. */
uint32_t import_write_record(void *import, size_t item, unsigned worker, struct buf *out);

#endif
