/*
 * load_paths.h - which files a table is read from (2.1)
 */
#ifndef SYNC_LOAD_PATHS_H
#define SYNC_LOAD_PATHS_H

#include "base/diag.h"
#include "base/memory.h"
#include "model/setup.h"

/* One export file; text lives in the arena, and path ends with a NUL. */
struct source_file {
	const struct source *source;
	struct str path;	/* setup folder and source path joined */
	struct str
		shown_path; /* relative to the setup file's folder; a member's name follows its archive's */
	struct str archive;	/* the same without the member, for a member of a zip archive; else empty */
	struct str member;	/* its name; else empty */
	uint64_t size;
	uint64_t device;	/* device and inode: what is the same file under two names */
	uint64_t inode;
};

/* The files of one table, in the order in which they are read. */
struct source_files {
	struct source_file *list;
	size_t count;
	size_t capacity;
};

/*
 * Appends the files of all sources of the table: sources in order, and within
 * one the matches in byte order of their names; of a zip archive, those of its
 * members that are the table's (sync/load/load_members.h).  False with findings in diag
 * (status 3, or 7 where a folder or file cannot be looked at) that name the
 * source's line; what was found is in files all the same.
 */
bool load_find_files(const struct setup *setup, const struct table_def *def, struct arena *arena,
	struct source_files *files, struct diag *diag);

/* Whether a file name matches; * is any text, ? is one character. */
bool load_match_name(struct str pattern, struct str name);

#endif
