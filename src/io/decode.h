/*
 * decode.h - text in a declared encoding becomes UTF-8
 *
 * Bytes that the encoding does not allow are never guessed or dropped: each
 * becomes a mark of three bytes that no UTF-8 holds, so that whoever checks the
 * text finds it at its place and decode_marked_byte() tells which byte it was.
 * A decoder belongs to one thread.
 */
#ifndef IO_DECODE_H
#define IO_DECODE_H

#include "base/buf.h"

struct decoder;

/* By iconv's name; null with errno EINVAL for an unknown one. */
struct decoder *decoder_open(const char *encoding);

/*
 * Appends text as UTF-8 and returns how many bytes of it were used: the rest
 * is the begin of a character and comes again.  With is_last all is used.
 */
size_t decoder_run(struct decoder *decoder, struct str text, bool is_last, struct buf *out);

void decoder_close(struct decoder *decoder);

/* Whether text begins with such a mark, and of which byte. */
bool decode_marked_byte(struct str text, unsigned char *byte);

#endif
