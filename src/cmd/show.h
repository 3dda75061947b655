/*
 * show.h - values from data on one line for people
 */
#ifndef CMD_SHOW_H
#define CMD_SHOW_H

#include "base/buf.h"

/* Appends the text in quotes; a control character, which would break the line, is a blank. */
void show_quoted(struct buf *out, struct str text);

#endif
