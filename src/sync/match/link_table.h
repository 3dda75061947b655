/*
 * link_table.h - ERP tables that lead from one key to another (2.4, E32)
 *
 * A link table is read as its exports hold it: what jobs of this run write into
 * it does not count.  Each reference with a link table has an index by
 * `link-from` and one by `link-to`, as far as its field mapping's direction
 * needs them; both leave out what the reference's filters exclude.  Made once a
 * run, then const.
 */
#ifndef SYNC_LINK_TABLE_H
#define SYNC_LINK_TABLE_H

#include "sync/run.h"

/* All records of one key: rows of the link table, or TABLE_NO_ROW. */
struct link_group {
	uint32_t least;		/* whose other value is the least */
	uint32_t greatest;
	uint32_t bad;		/* that holds a bad value, and may count or not */
};

struct link_side {
	struct index index;	/* of groups, by the key's hash: a key stands in it once */
	struct link_group *groups;
	size_t count;
	size_t capacity;
};

struct link_index {
	struct link_side by[SIDES];	/* ERP: by link-from, for To; CRM: by link-to, for From */
};

enum link_found {
	LINK_NONE,		/* no record */
	LINK_ONE,		/* all records agree */
	LINK_SEVERAL,		/* they do not (E33) */
	LINK_BAD,		/* a record that might count holds a bad value (E22) */
};

struct link_result {
	enum link_found found;
	struct str value;	/* LINK_ONE: canonical, of the other link field; blank where that is blank */
	struct str other;	/* LINK_SEVERAL: a second value; the least and the greatest are told */
	uint32_t row;		/* of the link table: LINK_BAD, and the first of LINK_ONE */
	const struct field *field;	/* LINK_BAD: whose value is bad */
};

/* Indexes for all references of enabled field mappings; the array is by reference.link_number. */
struct link_index *link_tables_make(const struct run *run);
void link_tables_release(struct link_index *links, uint32_t count);

/* The field that is looked up on the way from a side, and the one that it leads to. */
const struct field *link_field(const struct reference *reference, enum side from);

/* Looks up a non-blank canonical value of link_field(reference, from); the order of rows means nothing. */
struct link_result link_find(
	const struct run *run, const struct reference *reference, enum side from, struct str value);

#endif
