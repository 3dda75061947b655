/*
 * known_table.h - a table of Business Central that the program itself knows, out of any file
 *
 * Couplings and mappings that Business Central exports are tables, too: their
 * fields are constants here and need no setup.  Columns are looked for as in
 * exports.  A known_table must not move once it is made.
 */
#ifndef SYNC_KNOWN_TABLE_H
#define SYNC_KNOWN_TABLE_H

#include "sync/load/load_file.h"

struct known_field {
	const char *name;
	enum type type;
	bool is_key;
	bool is_needed;		/* a file without it is not the table */
	const char *options;	/* names from 0 on, separated by |; a caption follows after = */
};

struct known_table {
	struct arena arena;
	struct setup setup;	/* nothing but what messages ask of one */
	struct table_def def;
	struct field *fields;	/* by number of the known fields */
	size_t field_count;
	struct layout layout;
	struct source source;
	struct source_file source_file;
	struct load_file file;
};

/* `system` tells locale and time zone of what is written without them; it must live as long. */
void known_table_make(struct known_table *table, const char *name, uint32_t id,
	const struct known_field *fields, size_t count, struct system *system);

/* Reads all its records.  False with all findings in diag. */
bool known_table_read(struct known_table *table, const char *path, struct diag *diag);

uint32_t known_table_count(const struct known_table *table);

/* Canonical; of a value that is not of its field's type nothing. */
struct str known_table_text(const struct known_table *table, uint32_t record, unsigned field);
bool known_table_is_true(const struct known_table *table, uint32_t record, unsigned field);
/* 0 where blank. */
uint64_t known_table_number(const struct known_table *table, uint32_t record, unsigned field);

/* Where the record is, as messages begin: the file's line. */
uint32_t known_table_line(const struct known_table *table, uint32_t record);

void known_table_release(struct known_table *table);

#endif
