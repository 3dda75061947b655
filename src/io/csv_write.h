/*
 * csv_write.h - CSV records into a buf: quotes only where needed
 */
#ifndef IO_CSV_WRITE_H
#define IO_CSV_WRITE_H

#include "base/buf.h"

/*
 * Appends one value.  It is quoted if it holds the delimiter, a quote, CR or
 * LF, or begins or ends with a blank; quotes in it are doubled.  Nothing else
 * is changed.  An empty value is nothing.
 */
void csv_add(struct buf *out, char delimiter, struct str value);

#endif
