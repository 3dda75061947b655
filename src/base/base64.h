/*
 * base64.h - bytes out of their base64 text (RFC 4648)
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"

/* Appends the bytes; blanks and line ends are passed over.  False, appending nothing, when it is none. */
bool base64_decode(struct str text, struct buf *out);

#endif
