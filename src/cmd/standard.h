/*
 * standard.h - the default synchronization setup, which is part of the program
 */
#ifndef CMD_STANDARD_H
#define CMD_STANDARD_H

#include "base/buf.h"

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

#endif
