/*
 * output_parts.h - what the writer of an output folder and of its files share; for output*.c alone
 */
#ifndef IO_OUTPUT_PARTS_H
#define IO_OUTPUT_PARTS_H

#include "io/output.h"

/* Adds what failed, why (an errno) and what to do; status 7.  Waits for good when interrupted. */
bool output_fail(struct diag *diag, const char *what, const char *path, int error);

/* Where a file lies until the folder is published; lives as long as the output. */
struct str output_staged_path(struct output *out, struct str name);

/* Flushes a file to disk and closes it in any case; false with errno. */
bool output_finish_descriptor(int *descriptor);

#endif
