/* base64.c - bytes out of their base64 text */
#include "base/base64.h"

/* The six bits of a character, or -1. */
static int
digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
base64_decode(struct str text, struct buf *out)
{
	size_t begin = out->len;
	uint32_t bits = 0;
	unsigned count = 0;	/* characters, padding too */
	unsigned padding = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < text.len; i++) {
		char c = text.ptr[i];
		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		int digit = digit_of(c);
		padding += c == '=';
		ok = c == '=' ? padding <= 2 : digit >= 0 && padding == 0;
		bits = bits << 6 | (digit > 0 ? (uint32_t)digit : 0);
		if (++count % 4 != 0)
			continue;
		for (unsigned k = 0; ok && k < 3 - padding; k++)
			buf_add_char(out, (char)(bits >> (16 - 8 * k) & 0xff));
	}
	ok = ok && count % 4 == 0;
	if (!ok)
		out->len = begin;
	return ok;
}
