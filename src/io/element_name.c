/* element_name.c - what a field or table is called in XML (part 5, 1.4) */
#include "io/element_name.h"

/* Code points from first to last. */
struct range {
	uint32_t first;
	uint32_t last;
};

/* NameStartChar of XML 1.0, beyond ASCII. */
static const struct range start_ranges[] = {
	{ 0xc0, 0xd6 }, { 0xd8, 0xf6 }, { 0xf8, 0x2ff }, { 0x370, 0x37d }, { 0x37f, 0x1fff },
	{ 0x200c, 0x200d }, { 0x2070, 0x218f }, { 0x2c00, 0x2fef }, { 0x3001, 0xd7ff }, { 0xf900, 0xfdcf },
	{ 0xfdf0, 0xfffd }, { 0x10000, 0xeffff },
};

/* What NameChar has besides. */
static const struct range other_ranges[] = { { 0xb7, 0xb7 }, { 0x300, 0x36f }, { 0x203f, 0x2040 } };

static bool
is_within(uint32_t c, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

bool
element_name_starts(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
	return is_within(c, start_ranges, ARRAY_LEN(start_ranges));
}

bool
element_name_holds(uint32_t c)
{
	return element_name_starts(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       is_within(c, other_ranges, ARRAY_LEN(other_ranges));
}

/* The code point of a well-formed character of len bytes. */
static uint32_t
code_point(const char *p, size_t len)
{
	uint32_t c = (unsigned char)p[0];

	if (len > 1)
		c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)p[i] & 0x3fu);
	return c;
}

void
element_name_add(struct str name, size_t max, struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0, len = 0; i < name.len && count < max; i += len) {
		len = utf8_length((struct str){ name.ptr + i, name.len - i });
		uint32_t c = len ? code_point(name.ptr + i, len) : ' ';
		len = len ? len : 1;
		if (count == 0 && !element_name_starts(c)) {
			buf_add_char(out, '_');
			count++;
		}
		/* A colon and a point are allowed in names, but taken out by the rule. */
		if (!element_name_holds(c) || c == '.' || c == ':' || count == max)
			continue;
		if (c == '-')
			buf_add_char(out, '_');
		else
			buf_add(out, (struct str){ name.ptr + i, len });
		count++;
	}
	if (count == 0 && max > 0)
		buf_add_char(out, '_');
}
