/*
 * csv_write.h - CSV records into a buf: quotes only where needed
 */
#ifndef IO_CSV_WRITE_H
#define IO_CSV_WRITE_H

#include "base/buf.h"

/* So much more room than twice its length must there be for a value that csv_put() writes. */
enum { CSV_ROOM = 64 };

/* csv_put() of a value that is not empty. */
char *csv_put_text(char *to, char delimiter, struct str value);

/*
 * Writes one value and returns the place behind it.  It is quoted if it holds
 * the delimiter, a quote, CR or LF, or begins or ends with a blank; quotes in it
 * are doubled.  Nothing else is changed.  An empty value is nothing.
 */
static inline char *
csv_put(char *to, char delimiter, struct str value)
{
	return value.len ? csv_put_text(to, delimiter, value) : to;
}

/* The same, appended. */
static inline void
csv_add(struct buf *out, char delimiter, struct str value)
{
	if (value.len == 0)
		return;
	char *to = buf_reserve(out, value.len * 2 + CSV_ROOM);
	out->len = (size_t)(csv_put(to, delimiter, value) - out->ptr);
}

#endif
