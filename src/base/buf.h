/*
 * buf.h - owned bytes that grow, for building output
 *
 * A zeroed buf is empty and valid.  ptr is not NUL-terminated and may be null
 * while len is 0.  buf_release() is always safe, also twice.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
	char *ptr;
	size_t len;
	size_t capacity;
};

/* Room for `more` further bytes at the returned place; the caller adds to len what it used. */
char *buf_reserve(struct buf *b, size_t more);

void buf_add(struct buf *b, struct str s);
void buf_add_char(struct buf *b, char c);
void buf_add_u64(struct buf *b, uint64_t value);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->ptr, b->len };
}

static inline void
buf_reset(struct buf *b)
{
	b->len = 0;
}

void buf_release(struct buf *b);

#endif
