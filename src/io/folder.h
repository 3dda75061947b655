/*
 * folder.h - folders on disk: made, removed and flushed whole, locked
 *
 * All functions return false (or -1) with errno set on failure.
 */
#ifndef IO_FOLDER_H
#define IO_FOLDER_H

#include <stdbool.h>

/* Removes a file or a folder with all in it; symbolic links are removed, not followed.  Absent is fine. */
bool folder_remove(const char *path);

/*
 * Keeps descriptors for removing a folder with folders in it, whatever else is
 * open by then: copies of one that is open.  Using them closes them.
 */
bool folder_keep_spare(int descriptor, int spare[2]);
void folder_use_spare(int spare[2]);

/* Whether the folder holds nothing. */
bool folder_is_empty(const char *path, bool *is_empty);

/* Makes the missing folders on the way to a file, 0700; the path's first `from` characters exist for sure. */
bool folder_make_parents(char *path, unsigned long from);

/* Flushes what was written to a descriptor to disk. */
bool descriptor_flush(int descriptor);

/* Flushes the folder's entries to disk. */
bool folder_flush(const char *path);

/* A descriptor of the folder, locked until it is closed; EWOULDBLOCK when another process has the lock. */
int folder_lock(const char *path);

#endif
