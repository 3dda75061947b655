/*
 * json.h - text as JSON
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

/* Appends a JSON string, with its quotes. */
void json_add_string(struct buf *out, struct str text);

#endif
