/*
 * digest.h - what bytes are told apart by: 128 bits of XXH3, and SHA-1 for version 5 UUIDs
 */
#ifndef IO_DIGEST_H
#define IO_DIGEST_H

#include "base/buf.h"
#include "io/reader.h"

/* "xxh3-128:" and 32 hexadecimal digits, appended: how manifests write a digest. */
void digest_write(struct file_digest digest, struct buf *out);

struct file_digest digest_bytes(struct str bytes);

/* The digest of bytes that come in pieces. */
struct digest_stream;
struct digest_stream *digest_begin(void);	/* null when memory runs out */
void digest_add(struct digest_stream *stream, const void *bytes, size_t len);
struct file_digest digest_so_far(const struct digest_stream *stream);
void digest_end(struct digest_stream *stream);	/* null is allowed */

/* Reads the whole file; false with a message in diag (status 7) when it cannot. */
bool digest_file(const char *path, struct file_digest *digest, struct diag *diag);

/* The version 5 UUID of a name in Couplet's namespace (6.5), as 36 lower-case characters. */
void uuid5(struct str name, char out[36]);

#endif
