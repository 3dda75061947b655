/*
 * standard.h - the default synchronization setup, which is part of the program
 */
#ifndef CMD_STANDARD_H
#define CMD_STANDARD_H

#include "base/buf.h"
#include "model/setup_adapt.h"

enum ownership { OWNED_BY_PERSON, OWNED_BY_TEAM };

/*
 * Appends the text of couplet.xml.  Lines and blocks that are marked for the
 * other kind of ownership are left out, and the marks themselves.
 */
void standard_setup(enum ownership ownership, struct buf *out);

/*
 * Finds a mapping's element in the text, by name without case, with the comment
 * before it; its lines are whole.  Empty when there is none.
 */
struct str standard_find_mapping(struct str setup, struct str name);

/* The next mapping's name in the text, from *at on; empty at the end. */
struct str standard_next_mapping(struct str setup, size_t *at);

/* A field that the default setup knows, as Business Central numbers it; CRM tables have its numbers, too. */
struct standard_field {
	enum side side;
	uint32_t table_id;
	struct str table;
	uint32_t number;
	struct str name;
};

/* The next one, from *at = 0 on; false at the end. */
bool standard_next_field(size_t *at, struct standard_field *field);

/* The next field mapping that Business Central creates by default. */
bool standard_next_row(size_t *at, struct default_row *row);

#endif
