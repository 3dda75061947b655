/*
 * setup_edit.h - a changed copy of a setup document: other sources, further options
 */
#ifndef MODEL_SETUP_EDIT_H
#define MODEL_SETUP_EDIT_H

#include "model/setup.h"

struct setup_edit;

/* The setup must outlive the edit.  NULL when memory runs out. */
struct setup_edit *setup_edit_begin(const struct setup *setup);

/* The ledger's path becomes this one. */
void setup_edit_ledger(struct setup_edit *edit, struct str path);

/*
 * Adds a source of the table that reads this CSV file (UTF-8, commas); what its
 * number-th source says of decimals, thousands and bad records goes for it, too.
 */
void setup_edit_add_source(
	struct setup_edit *edit, const struct table_def *def, size_t number, struct str path);

/* Declares a field with the type that it has, if the table does not declare it. */
void setup_edit_field(struct setup_edit *edit, const struct table_def *def, const struct field *field);

/* Takes out the sources that the table had. */
void setup_edit_drop_sources(struct setup_edit *edit, const struct table_def *def);

/* Declares an option of a CRM field; one with that value gets the new name, or goes if that is empty. */
void setup_edit_option(
	struct setup_edit *edit, struct str table, struct str field, struct str value, struct str name);

/* The document in the arena; the edit is released. */
struct str setup_edit_end(struct setup_edit *edit, struct arena *arena);

#endif
