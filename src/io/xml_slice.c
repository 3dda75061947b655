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

/* Whether a comment, from behind its <!, begins with what libxml2 takes for its end, or may do so. */
static bool
is_misleading(struct str comment)
{
	static const struct str begins[] = { { "-->", 3 }, { "--->", 4 } };

	for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
		size_t len = comment.len < begins[i].len ? comment.len : begins[i].len;
		if (memcmp(comment.ptr, begins[i].ptr, len) == 0)
			return true;
	}
	return false;
}

/*
 * Cuts off the text from a comment on that is misleading and has not ended: it is pushed whole.  Gives the
 * length up to the end of the last one that has ended.
 */
static size_t
cut_misleading(struct str *text)
{
	const char *at = text->ptr;
	const char *end = text->ptr + text->len;
	size_t closed = 0;

	while ((at = memchr(at, '!', (size_t)(end - at)))) {
		at++;
		struct str rest = { at, (size_t)(end - at) };
		if (at - text->ptr < 2 || at[-2] != '<' || !is_misleading(rest))
			continue;
		const char *last = rest.len > 2 ? memmem(at + 2, rest.len - 2, "-->", 3) : NULL;
		if (!last) {
			text->len = (size_t)(at - 2 - text->ptr);
			break;
		}
		at = last + 3;
		closed = (size_t)(at - text->ptr);
	}
	return closed;
}

struct xml_slice
xml_slice_find(struct str text)
{
	struct xml_slice slice = { 0 };
	size_t closed = text.len ? cut_misleading(&text) : 0;
	const char *last = text.len > closed ? memrchr(text.ptr + closed, '<', text.len - closed) : NULL;

	if (last && last > text.ptr)
		slice.len = (size_t)(last - text.ptr);
	else if (!last || !may_be_tag(text) || has_tag_end(text, &slice.values))
		slice.len = whole_characters(text);
	return slice;
}
