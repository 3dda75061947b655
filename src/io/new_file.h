/*
 * new_file.h - one file outside of any output folder, whole or not at all
 *
 * It has no name until it is published, so that nothing is left of it when the
 * program ends before; where the file system has no such files it is written
 * beside the path.  A file that exists is never replaced.  A zeroed new_file is
 * valid to release; one that is open must not move.
 */
#ifndef IO_NEW_FILE_H
#define IO_NEW_FILE_H

#include "base/buf.h"
#include "base/diag.h"

struct new_file {
	struct arena arena;
	struct str path;
	struct str beside;	/* its name until then, where it must have one; else empty */
	int descriptor;
	bool is_open;
	struct buf pending;	/* bytes not yet handed to the system */
};

/* Status 2 when there is something at the path, 7 when it cannot be written. */
bool new_file_begin(struct new_file *file, const char *path, struct diag *diag);
bool new_file_add(struct new_file *file, struct str text, struct diag *diag);
/* Flushes it to disk and gives it its name. */
bool new_file_publish(struct new_file *file, struct diag *diag);
/* Removes what was not published. */
void new_file_release(struct new_file *file);

/* All of it for a text that is ready. */
bool new_file_write(const char *path, struct str text, struct diag *diag);

#endif
