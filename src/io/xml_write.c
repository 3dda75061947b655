/* xml_write.c - text as XML holds it */
#include "io/xml_write.h"

/* The longest reference. */
enum { REFERENCE = 6 };

static struct str
reference_of(char c, bool is_attribute)
{
	switch (c) {
	case '&':
		return STR("&amp;");
	case '<':
		return STR("&lt;");
	case '>':
		return STR("&gt;");
	case '\r':
		return is_attribute ? STR("&#xD;") : STR("&#13;");
	case '\n':
		return is_attribute ? STR("&#xA;") : STR("&#10;");
	case '\t':
		return is_attribute ? STR("&#x9;") : STR("");
	case '"':
		return is_attribute ? STR("&quot;") : STR("");
	default:
		return STR("");
	}
}

/* Whether XML has the character that begins at text.ptr[at]. */
static bool
is_allowed(struct str text, size_t at)
{
	unsigned char c = (unsigned char)text.ptr[at];

	if (c < ' ')
		return c == '\t' || c == '\n' || c == '\r';
	return c != 0xef || text.len - at < 3 || (unsigned char)text.ptr[at + 1] != 0xbf ||
	       (unsigned char)text.ptr[at + 2] < 0xbe;
}

static size_t
add(struct buf *out, struct str text, bool is_attribute)
{
	char *to = buf_reserve(out, text.len * REFERENCE);
	size_t i = 0;

	for (; i < text.len && is_allowed(text, i); i++) {
		struct str reference = reference_of(text.ptr[i], is_attribute);
		if (reference.len == 0) {
			*to++ = text.ptr[i];
			continue;
		}
		memcpy(to, reference.ptr, reference.len);
		to += reference.len;
	}
	out->len = (size_t)(to - out->ptr);
	return i;
}

size_t
xml_add_text(struct buf *out, struct str text)
{
	return add(out, text, false);
}

size_t
xml_add_attribute(struct buf *out, struct str text)
{
	return add(out, text, true);
}

size_t
xml_add_named(struct buf *out, const char *name, struct str text)
{
	buf_printf(out, " %s=\"", name);
	size_t carried = xml_add_attribute(out, text);

	buf_add_char(out, '"');
	return carried;
}
