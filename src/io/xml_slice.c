/* xml_slice.c - where a piece of XML may be cut for a push parser */
#include "io/xml_slice.h"

/* The length without a character at the end that is not whole; 0 when there is nothing else. */
static size_t
whole_characters(struct str text)
{
	size_t at = text.len;

	for (size_t back = 0; back < 4 && at > 0; back++) {
		unsigned char c = (unsigned char)text.ptr[--at];
		if (c < 0x80)
			return text.len;
		if (c < 0xc0)
			continue;
		size_t wanted = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
		return text.len - at < wanted ? at : text.len;
	}
	/* It is no UTF-8, which the parser will say. */
	return text.len;
}

/* Whether the tag that text begins with ends in it; else how many values it has so far. */
static bool
has_tag_end(struct str text, size_t *values)
{
	char quote = '\0';

	*values = 0;
	for (size_t i = 1; i < text.len; i++) {
		char c = text.ptr[i];
		if (quote) {
			const char *end = memchr(text.ptr + i, quote, text.len - i);
			if (!end)
				return false;
			i = (size_t)(end - text.ptr);
			quote = '\0';
			++*values;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '>') {
			return true;
		}
	}
	return false;
}

/* Whether what begins with < may be a tag; else it is a comment, an instruction, or text of one. */
static bool
may_be_tag(struct str text)
{
	unsigned char c = text.len > 1 ? (unsigned char)text.ptr[1] : '/';

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || c == '/'
		|| c >= 0x80;
}

struct xml_slice
xml_slice_find(struct str text)
{
	struct xml_slice slice = { 0 };
	const char *last = text.len ? memrchr(text.ptr, '<', text.len) : NULL;

	if (last && last > text.ptr)
		slice.len = (size_t)(last - text.ptr);
	else if (!last || !may_be_tag(text) || has_tag_end(text, &slice.values))
		slice.len = whole_characters(text);
	return slice;
}
