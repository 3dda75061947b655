/* buf.c - owned bytes that grow */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

void
buf_grow(struct buf *b, size_t more)
{
	size_t capacity = b->capacity ? b->capacity : 256;

	while (capacity - b->len < more)
		capacity *= 2;
	b->ptr = memory_resize(b->ptr, capacity, 1);
	b->capacity = capacity;
}

void
buf_add_u64(struct buf *b, uint64_t value)
{
	char digits[20];
	size_t n = sizeof digits;

	do
		digits[--n] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	buf_add(b, (struct str){ digits + n, sizeof digits - n });
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	va_list again;

	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	vsnprintf(buf_reserve(b, (size_t)len + 1), (size_t)len + 1, format, again);
	b->len += (size_t)len;
	va_end(again);
	va_end(args);
}

static bool
is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
	    || (unsigned char)c >= 0x80 || (c != '\0' && strchr("/._-+,:@%", c));
}

void
buf_add_word(struct buf *b, struct str word)
{
	bool needs_quotes = word.len == 0;

	for (size_t i = 0; i < word.len; i++)
		needs_quotes = needs_quotes || !is_plain(word.ptr[i]);
	if (!needs_quotes) {
		buf_add(b, word);
		return;
	}
	buf_add_char(b, '\'');
	for (size_t i = 0; i < word.len; i++)
		buf_add(b, word.ptr[i] == '\'' ? STR("'\\''") : (struct str){ &word.ptr[i], 1 });
	buf_add_char(b, '\'');
}

void
buf_release(struct buf *b)
{
	free(b->ptr);
	*b = (struct buf){ 0 };
}
