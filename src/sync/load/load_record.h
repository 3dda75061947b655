/*
 * load_record.h - one record of an export file as canonical cells (E21, E22)
 */
#ifndef SYNC_LOAD_RECORD_H
#define SYNC_LOAD_RECORD_H

#include "base/buf.h"
#include "model/locale.h"
#include "model/table.h"
#include "sync/load/load_bind.h"

/* Where a wanted field's cells are in the records of a file. */
struct cell_plan {
	const struct field *field;
	uint32_t at;		/* CELL_ABSENT: every cell is blank */
	enum type type;		/* the field's */
};

#define CELL_ABSENT UINT32_MAX

/* The cells of a record as the file has them. */
struct raw_record {
	const struct str *cells;
	const bool *is_invariant;	/* null: none is */
	uint64_t line;
};

/* How the records of one file are to be read; const, and safe to share. */
struct record_form {
	const struct layout *layout;
	const struct locale *locale;
	const struct timezone_rules *zone;
	struct cell_plan *plans;	/* by wanted field */
};

/* A place to make cells in; one a thread, used again and again. */
struct record_room {
	struct cell *cells;		/* by column of the table */
	struct buf scratch;		/* canonical texts, one after the other */
	struct buf joined;		/* the joined key */
	bool has_bad;			/* some cell is not of its field's type */
};

/* plans has room for layout->wanted_count. */
void record_form_bind(struct record_form *form, const uint32_t *positions);

struct record_room record_room_make(uint32_t columns);
void record_room_release(struct record_room *room);

/* Makes all cells of a record in room->cells; good until the next one. */
void record_read(const struct record_form *form, struct record_room *room, const struct raw_record *record);

/* The same for the cells of its identity alone. */
void record_read_identity(
	const struct record_form *form, struct record_room *room, const struct raw_record *record);

/* The text of a wanted field as the file has it, and the locale that it is written in. */
struct str record_text(const struct record_form *form, uint32_t wanted, const struct raw_record *record);
const struct locale *record_locale(
	const struct record_form *form, uint32_t wanted, const struct raw_record *record);

#endif
