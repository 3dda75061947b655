/*
 * new_file.h - one file outside of any output folder, whole or not at all
 */
#ifndef IO_NEW_FILE_H
#define IO_NEW_FILE_H

#include "base/diag.h"

/*
 * Writes the text beside the path, flushes it and gives it its name.  A file
 * that exists is never replaced (status 2); status 7 when it cannot be written.
 */
bool new_file_write(const char *path, struct str text, struct diag *diag);

#endif
