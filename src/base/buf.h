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

/* Makes the buf larger, so that `more` further bytes have room. */
void buf_grow(struct buf *b, size_t more);

/* Room for `more` further bytes at the returned place; the caller adds to len what it used. */
static inline char *
buf_reserve(struct buf *b, size_t more)
{
	if (b->capacity - b->len < more || !b->ptr)
		buf_grow(b, more);
	return b->ptr + b->len;
}

static inline void
buf_add(struct buf *b, struct str s)
{
	if (s.len == 0)
		return;
	memcpy(buf_reserve(b, s.len), s.ptr, s.len);
	b->len += s.len;
}

static inline void
buf_add_char(struct buf *b, char c)
{
	*buf_reserve(b, 1) = c;
	b->len++;
}

void buf_add_u64(struct buf *b, uint64_t value);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A text as one word of a shell's command line: as it is, or in single quotes. */
void buf_add_word(struct buf *b, struct str word);

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
