/*
 * table_list.h - which tables a file holds that may hold several (part 5)
 *
 * The lists of a configuration package, the entities of CMT data, the worksheets
 * with rows of a spreadsheet.  Files of other formats hold one table, which has
 * no name in them.
 */
#ifndef IO_TABLE_LIST_H
#define IO_TABLE_LIST_H

#include "base/buf.h"
#include "base/memory.h"
#include "io/reader.h"

struct listed_table {
	struct str name;	/* as the file has it: of a package, the element of its records */
	uint32_t id;		/* its Business Central number, or 0 */
};

/* Texts live in the arena that was given. */
struct table_list {
	struct listed_table *items;
	size_t count;
	size_t capacity;
};

/* Reads the file to its end.  False with a message when it cannot be read; table_list_release() follows. */
bool table_list_read(struct table_list *list, const struct reader_options *options, struct arena *arena,
	struct diag *diag);

/* By name without case, by element name (part 5, 1.4), or by number; NULL when it is not there. */
const struct listed_table *table_list_find(const struct table_list *list, struct str name);

/* Appends `Customer (18), Vendor (23)`, and how many others there are where they are many. */
void table_list_write(const struct table_list *list, struct buf *out);

void table_list_release(struct table_list *list);

#endif
