/*
 * shown.h - a piece of an export's text that is fit for one line of a message
 */
#ifndef IO_SHOWN_H
#define IO_SHOWN_H

#include "base/buf.h"

/* Appends up to 40 characters of well-formed UTF-8, control characters as blanks, then ... if more follow. */
void shown_add(struct str text, struct buf *out);

#endif
