/*
 * stored_view.h - the filters of a table view as Business Central stores them (R126)
 *
 * VERSION(1) SORTING(Field1) WHERE(Field39=1(0),Name=FILTER(A*|B*),City=CONST(Gent)):
 * the conditions of WHERE, joined by and; everything else only sorts.
 */
#ifndef MODEL_STORED_VIEW_H
#define MODEL_STORED_VIEW_H

#include "base/memory.h"

struct view_condition {
	struct str field;	/* its name, or as written with a number */
	uint32_t number;	/* of Field39: 39; else 0 */
	struct str expression;	/* a filter expression (R127) */
};

struct stored_view {
	struct view_condition *conditions;
	size_t count;
	size_t capacity;
};

/*
 * A blank view has none.  Texts live in the arena, the array until
 * stored_view_release().  False when it is no such view.
 */
bool stored_view_parse(struct str text, struct arena *arena, struct stored_view *view);

void stored_view_release(struct stored_view *view);

#endif
