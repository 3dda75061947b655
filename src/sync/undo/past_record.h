/*
 * past_record.h - a change of an earlier run, looked up in the present exports (L5, L9)
 */
#ifndef SYNC_PAST_RECORD_H
#define SYNC_PAST_RECORD_H

#include "base/buf.h"
#include "sync/run.h"
#include "sync/undo/past.h"

/* What became of a value that was written. */
enum landing {
	LANDING_LANDED,
	LANDING_ALTERED,	/* but for blanks, case, a cut or fewer decimals (E12) */
	LANDING_MISSING,	/* the old value still, or no such record (for a delete: still there) */
	LANDING_OVERWRITTEN,	/* some third value */
	LANDING_TWICE,		/* a create of which there are two records */
	LANDINGS,
};

struct past_record {
	const struct past_change *change;
	const struct mapping *mapping;
	enum side side;		/* that was written */
	const struct table *table;
	uint32_t row;		/* TABLE_NO_ROW when the export does not show it */
	uint32_t coupling;	/* in the present ledger; INDEX_NONE when there is none */
};

/* One value of a change, looked up; old and new are canonical. */
struct past_cell {
	const struct field *field;
	uint32_t column;
	struct cell present;
	struct str old;
	struct str new;
	bool is_old_bad;	/* the old value is not of the field's type */
	enum landing landing;
};

/*
 * Finds the record by its own uid, else by its coupling, else by the key that it
 * was given.  The run must be planned so far that couplings know their rows.
 * False with status 3 when the setup does not have the mapping any more.
 */
bool past_record_find(const struct run *run, const struct past *past, const struct past_change *change,
	struct past_record *record, struct diag *diag);

/*
 * Compares a value with what the record's row shows; texts live in the arena.
 * False with status 3 when the field is not read any more.
 */
bool past_cell_find(const struct run *run, const struct past *past, const struct past_record *record,
	const struct past_value *value, struct arena *arena, struct past_cell *cell, struct diag *diag);

/* The loaded column of a field by its name, or TABLE_NO_COLUMN. */
uint32_t past_column(const struct table *table, struct str name);

/* A value of changes.csv as canonical text; text that is not of the type stands for itself. */
struct str past_canonical(
	const struct table *table, const struct field *field, struct str text, struct arena *arena);

#endif
