/* xml_reference.c - the references that XML knows by itself */
#include "io/xml_reference.h"

enum { LAST_CODE_POINT = 0x10ffff };

/* Whether XML 1.0 has the character (its production 2). */
static bool
is_character(uint32_t c)
{
	if (c < ' ')
		return c == '\t' || c == '\n' || c == '\r';
	return c <= LAST_CODE_POINT && (c < 0xd800 || c > 0xdfff) && c != 0xfffe && c != 0xffff;
}

static void
add_character(uint32_t c, struct buf *out)
{
	char bytes[4];
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = len - 1; i > 0; i--, c >>= 6)
		bytes[i] = (char)(0x80 | (c & 0x3f));
	bytes[0] = (char)(len == 1 ? c : (0xf00u >> len & 0xf0) | c);
	buf_add(out, (struct str){ bytes, len });
}

/* From behind &# on. */
static const char *
read_number(const char *at, struct buf *out)
{
	bool is_hex = *at == 'x';
	const char *begin = at += is_hex;
	uint32_t c = 0;

	for (; *at != ';'; at++) {
		char lower = (char)(*at | ' ');
		bool is_digit = *at >= '0' && *at <= '9';
		if (!is_digit && (!is_hex || lower < 'a' || lower > 'f'))
			return NULL;
		c = c * (is_hex ? 16 : 10) + (uint32_t)(is_digit ? *at - '0' : lower - 'a' + 10);
		if (c > LAST_CODE_POINT)
			return NULL;
	}
	if (at == begin || !is_character(c))
		return NULL;
	add_character(c, out);
	return at + 1;
}

const char *
xml_reference_read(const char *at, struct buf *out)
{
	static const struct {
		struct str name;
		char character;
	} known[] = { { { "amp;", 4 }, '&' }, { { "lt;", 3 }, '<' }, { { "gt;", 3 }, '>' },
		{ { "quot;", 5 }, '"' }, { { "apos;", 5 }, '\'' } };

	if (*++at == '#')
		return read_number(at + 1, out);
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strncmp(at, known[i].name.ptr, known[i].name.len) == 0) {
			buf_add_char(out, known[i].character);
			return at + known[i].name.len;
		}
	return NULL;
}
