/* gzip_write.c - text packed as one gzip member */
#include "io/gzip_write.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/memory.h"
#include "io/zlib_memory.h"

/* ROOM: bytes that are made at once; PIECE: bytes that are taken at once. */
enum { WINDOW = 15 + 16, MEMORY = 8, ROOM = 64 * 1024, PIECE = 1024 * 1024 * 1024 };

struct gzip_writer {
	z_stream zip;
	gz_header header;	/* zlib reads it when it writes the first bytes */
};

struct gzip_writer *
gzip_writer_open(void)
{
	struct gzip_writer *writer = memory_new(1, sizeof *writer);

	zlib_use_memory(&writer->zip);
	deflateInit2(&writer->zip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY);
	/* No time, no name, and no word of the machine that it was made on. */
	deflateSetHeader(&writer->zip, &writer->header);
	return writer;
}

static void
run(struct gzip_writer *writer, int flush, struct buf *out)
{
	int status = Z_OK;

	while (status == Z_OK) {
		writer->zip.next_out = (unsigned char *)buf_reserve(out, ROOM);
		writer->zip.avail_out = ROOM;
		status = deflate(&writer->zip, flush);
		out->len += ROOM - writer->zip.avail_out;
		if (flush == Z_NO_FLUSH && writer->zip.avail_out > 0)
			return;
	}
}

void
gzip_writer_add(struct gzip_writer *writer, struct str text, struct buf *out)
{
	while (text.len > 0) {
		size_t len = text.len < PIECE ? text.len : PIECE;
		writer->zip.next_in = (unsigned char *)(uintptr_t)text.ptr;
		writer->zip.avail_in = (unsigned)len;
		run(writer, Z_NO_FLUSH, out);
		text.ptr += len;
		text.len -= len;
	}
}

void
gzip_writer_end(struct gzip_writer *writer, struct buf *out)
{
	writer->zip.next_in = NULL;
	writer->zip.avail_in = 0;
	run(writer, Z_FINISH, out);
}

void
gzip_writer_close(struct gzip_writer *writer)
{
	if (!writer)
		return;
	deflateEnd(&writer->zip);
	free(writer);
}
