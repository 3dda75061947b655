/*
 * emit_encode.h - import files in the encoding that the setup asks for (2.1, 5.0.1)
 *
 * An encoder turns UTF-8 into one encoding by iconv, character for character:
 * one that the encoding does not have is told, never replaced.  An encoder is
 * for one thread.  A zeroed encoder passes UTF-8 through.
 */
#ifndef SYNC_EMIT_ENCODE_H
#define SYNC_EMIT_ENCODE_H

#include "base/buf.h"

struct encoder {
	void *handle;	/* iconv_t, or NULL for UTF-8 */
};

/* False when there is no such encoding; empty means UTF-8. */
bool encoder_open(struct encoder *encoder, struct str encoding);

/*
 * Appends well-formed UTF-8 in the encoding.  Returns how many of its bytes
 * could be carried: text.len when all, else where the first character begins
 * that the encoding does not have.
 */
size_t encoder_add(const struct encoder *encoder, struct str text, struct buf *out);

void encoder_close(struct encoder *encoder);

/* Whether the encoding can carry a byte order mark, and whether it needs one to be understood. */
bool encoding_is_unicode(struct str encoding);
bool encoding_needs_mark(struct str encoding);

#endif
