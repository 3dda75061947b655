/*
 * zip_write.h - a zip archive, the same bytes for the same members
 *
 * Plain zip: deflated, sizes and checksums in the local headers, no time but the
 * first one that the format knows, no attributes (part 5, 3.1).  It is built in
 * memory, where it takes what it will take on disk.  A zip_writer belongs to one
 * thread.
 *
 * Limits: less than 4 GiB each member and all together, 65,534 members.
 */
#ifndef IO_ZIP_WRITE_H
#define IO_ZIP_WRITE_H

#include "base/buf.h"

struct zip_writer;

/* Never null. */
struct zip_writer *zip_writer_open(void);

/* Members one after the other; names are UTF-8 with / between folders. */
void zip_writer_begin(struct zip_writer *writer, struct str name);
void zip_writer_add(struct zip_writer *writer, struct str text);
void zip_writer_end(struct zip_writer *writer);


/* Adds the directory and tells the whole archive, which is the writer's; false where a limit is exceeded. */
bool zip_writer_finish(struct zip_writer *writer, struct str *archive);

void zip_writer_close(struct zip_writer *writer);

#endif
