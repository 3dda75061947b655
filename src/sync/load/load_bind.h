/*
 * load_bind.h - which column of an export file holds which field (2.1, 5.0.1)
 *
 * A layout says what is looked for in the files of one table; it is made once,
 * then const and safe to share.  A binding says where one file has it.
 */
#ifndef SYNC_LOAD_BIND_H
#define SYNC_LOAD_BIND_H

#include "base/diag.h"
#include "base/memory.h"
#include "model/setup.h"
#include "model/table.h"

#define NOT_WANTED UINT32_MAX

/* A name or further header of a field, folded, and the number of its field among the wanted ones. */
struct layout_name {
	struct str folded;
	struct str element;	/* folded, after the name rule of XML (part 5, 1.4) */
	uint32_t wanted;	/* NOT_WANTED for a field that no mapping uses */
};

struct layout {
	const struct setup *setup;
	const struct table_def *def;
	/*
	 * The fields to read: those with a column, in its order, then the modified
	 * field if only its stamp counts.
	 */
	struct field **wanted;
	uint32_t wanted_count;
	uint32_t identity_count;	/* as in struct table */
	uint32_t field_columns;		/* columns that are fields: without the joined key */
	struct field **columns;		/* as in struct table */
	uint32_t column_count;
	uint32_t uid_column;		/* as in struct table */
	uint32_t key_column;
	uint32_t modified;		/* the modified field among the wanted ones, or NOT_WANTED */
	uint32_t uid;			/* the uid field, if declared as such */
	struct layout_name *names;	/* fields' own names first, as they win over further headers */
	size_t name_count;
};

/* A zeroed binding has looked at no column yet. */
struct binding {
	bool has_element_names;	/* headers may also be element names: to be set before */
	struct str *headers;	/* of all columns of the file; copies */
	uint32_t header_count;
	uint32_t header_room;
	uint32_t *positions;		/* for each wanted field its column from 1, or 0 */
};

/* Decides the columns of a table and sets field->column; all memory is the arena's. */
void layout_make(struct layout *layout, const struct setup *setup, const struct table_def *def,
	struct arena *arena);

/*
 * Finds the wanted fields in a file's header; the headers are copied into the
 * arena.  Called again when the header has grown, it looks at the columns that
 * are new.  False with findings in diag when two columns are the same wanted
 * field.  Fields that are absent are no failure here: see layout_check_missing().
 */
bool layout_bind(const struct layout *layout, struct str shown_path, const struct str *headers,
	uint32_t count, struct arena *arena, struct binding *binding, struct diag *diag);

/* Whether the file lacks a field that it must have. */
bool layout_lacks_field(const struct layout *layout, const struct binding *binding);

/* A file of the table whose header could be read. */
struct bound_file {
	struct str shown_path;
	const struct binding *binding;
};

/* Findings for all fields that the table's files must have and lack. */
void layout_check_missing(const struct layout *layout, const struct bound_file *files, size_t count,
	struct diag *diag);

#endif
