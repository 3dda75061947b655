/*
 * gzip_write.h - text packed as one gzip member (RFC 1952)
 *
 * Header without time and name, so that the same text gives the same bytes
 * (part 5, 1.1).  A gzip_writer belongs to one thread.
 */
#ifndef IO_GZIP_WRITE_H
#define IO_GZIP_WRITE_H

#include "base/buf.h"

struct gzip_writer;

/* Never null. */
struct gzip_writer *gzip_writer_open(void);

/* Takes further text; what of it is packed already is appended to out. */
void gzip_writer_add(struct gzip_writer *writer, struct str text, struct buf *out);

/* Appends the rest, and the trailer; nothing can be added afterwards. */
void gzip_writer_end(struct gzip_writer *writer, struct buf *out);

void gzip_writer_close(struct gzip_writer *writer);

#endif
