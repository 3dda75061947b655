/* csv_write.c - CSV records into a buf: quotes only where needed (5.0.1) */
#include "io/csv_write.h"

#include "io/mark.h"

/* Whether one of the set is among the len bytes at p, behind which MARK_BLOCK bytes are readable. */
static bool
holds_mark(const struct mark_set *set, const char *p, size_t len)
{
	for (; len > 16; p += 16, len -= 16)
		if (mark_16(set, p))
			return true;
	return (mark_16(set, p) & ((1u << len) - 1)) != 0;
}

static bool
has_outer_blank(struct str value)
{
	unsigned char first = (unsigned char)value.ptr[0];
	unsigned char last = (unsigned char)value.ptr[value.len - 1];

	/* Most values begin and end with an ASCII character that is no blank. */
	if (first > ' ' && first < 0x80 && last > ' ' && last < 0x80)
		return false;
	return str_trim(value).len != value.len;
}

static void
add_quoted(struct buf *out, struct str value)
{
	char *to = buf_reserve(out, value.len * 2 + 2);

	*to++ = '"';
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '"')
			*to++ = '"';
		*to++ = value.ptr[i];
	}
	*to++ = '"';
	out->len = (size_t)(to - out->ptr);
}

void
csv_add(struct buf *out, char delimiter, struct str value)
{
	if (value.len == 0)
		return;
	/* Copied first, as the copy has room behind it to be looked at 16 bytes at a time. */
	struct mark_set set = mark_set_of(delimiter, '"', '\n', '\r');
	char *to = buf_reserve(out, value.len + MARK_BLOCK);
	memcpy(to, value.ptr, value.len);
	if (has_outer_blank(value) || holds_mark(&set, to, value.len))
		add_quoted(out, value);
	else
		out->len += value.len;
}
