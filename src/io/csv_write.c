/* csv_write.c - CSV records into a buf: quotes only where needed (5.0.1) */
#include "io/csv_write.h"

#include "io/mark.h"

/* Whether one of the set is among the len bytes at p, behind which 16 bytes are readable. */
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

static char *
put_quoted(char *to, struct str value)
{
	*to++ = '"';
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '"')
			*to++ = '"';
		*to++ = value.ptr[i];
	}
	*to++ = '"';
	return to;
}

static const struct mark_set comma_set = { {
	",,,,,,,,,,,,,,,,",
	"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"",
	"\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
	"\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r",
} };

char *
csv_put(char *to, char delimiter, struct str value)
{
	struct mark_set other;
	const struct mark_set *set = &comma_set;

	if (value.len == 0)
		return to;
	if (delimiter != ',') {
		other = mark_set_of(delimiter, '"', '\n', '\r');
		set = &other;
	}
	/* Copied first, as the copy has room behind it to be looked at 16 bytes at a time. */
	char *end = str_put(to, value);
	if (has_outer_blank(value) || holds_mark(set, to, value.len))
		return put_quoted(to, value);
	return end;
}
