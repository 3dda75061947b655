/*
 * load_members.h - which members of a zip archive hold a table (part 5, 5.0)
 *
 * The data.xml of a Configuration Migration package holds all of its tables.
 * Of other archives, those members are the table's that its source names by
 * member="..."; else those that are called as the table, and if none is, the only
 * one that holds data at all.
 */
#ifndef SYNC_LOAD_MEMBERS_H
#define SYNC_LOAD_MEMBERS_H

#include "base/diag.h"
#include "base/memory.h"
#include "io/zip_file.h"
#include "model/setup.h"

struct members {
	const struct table_def *def;
	const struct source *source;
	struct arena *arena;	/* of what follows */
	struct str *names;	/* in byte order */
	size_t count;
	const char *advice;	/* what to do where none can be chosen */
	struct str why;		/* none was chosen: for a message; else empty */
};

/* False with `why`, or with a message in diag where the archive cannot be read. */
bool members_choose(struct members *members, struct str path, struct str shown_path, struct diag *diag);

#endif
