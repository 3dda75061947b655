/* whole_file.h - a small file, read whole */
#ifndef IO_WHOLE_FILE_H
#define IO_WHOLE_FILE_H

#include "base/buf.h"

/*
 * Appends what is in the file; more than `most` bytes are not read to their
 * end, and out holds more than `most` then.  False with errno when the system
 * cannot read it.
 */
bool whole_file_read(const char *path, size_t most, struct buf *out);

#endif
