/* report_html.c - text that nobody vouches for, in an HTML document (6.4) */
#include "sync/report/report_html.h"

#include <utf8proc.h>

struct range {
	int32_t first;
	int32_t last;
};

/*
 * Controls, separators, marks of direction, and what has no width; not the
 * joiners U+200C and U+200D, of which scripts and emoji are made.
 */
static const struct range hidden[] = {
	{ 0x0000, 0x0009 }, { 0x000b, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad }, { 0x061c, 0x061c },
	{ 0x115f, 0x1160 }, { 0x180e, 0x180e }, { 0x200b, 0x200b }, { 0x200e, 0x200f }, { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfdd0, 0xfdef }, { 0xfeff, 0xfeff }, { 0xfff0, 0xfffb },
	{ 0xfffe, 0xffff }, { 0xe0000, 0xe007f },
};

static bool
is_hidden(int32_t c)
{
	if ((c & 0xfffe) == 0xfffe)	/* noncharacters of all planes */
		return true;
	for (size_t i = 0; i < ARRAY_LEN(hidden) && hidden[i].first <= c; i++)
		if (c <= hidden[i].last)
			return true;
	return false;
}

#define BIT(c) (UINT64_C(1) << (c))

/* A byte that is itself in HTML: one of ' ' to '~' but those below, all of which are among the first 64. */
static bool
is_plain(unsigned char c)
{
	const uint64_t marks = BIT('<') | BIT('>') | BIT('&') | BIT('"') | BIT('\'');

	return c < 64 ? (~(BIT(' ') - 1) & ~marks) >> c & 1 : c < 0x7f;
}

static bool
add_reference(struct buf *out, char c)
{
	struct str text = c == '<' ? STR("&lt;")
	    : c == '>'		   ? STR("&gt;")
	    : c == '&'		   ? STR("&amp;")
	    : c == '"'		   ? STR("&quot;")
	    : c == '\''		   ? STR("&#39;")
				   : STR("");

	buf_add(out, text);
	return text.len > 0;
}

/* The character at the front of the text, and its length; U+FFFD where bytes are no UTF-8. */
static int32_t
take_character(struct str text, size_t *length)
{
	int32_t c;
	utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)text.ptr,
		(utf8proc_ssize_t)text.len, &c);

	*length = bytes > 0 ? (size_t)bytes : 1;
	return bytes > 0 ? c : 0xfffd;
}

/* One character that is not plain; returns its length. */
static size_t
add_character(struct buf *out, struct str text, bool is_attribute)
{
	size_t length;

	if (add_reference(out, *text.ptr))
		return 1;
	int32_t c = take_character(text, &length);
	if (c == 0xfffd || (is_attribute && (c == '\n' || is_hidden(c))))
		buf_add(out, STR("\xef\xbf\xbd"));
	else if (c == '\n')
		buf_add(out, STR("<i class=\"c\">\xe2\x86\xb5</i>\n"));
	else if (is_hidden(c))
		buf_printf(out, "<i class=\"c\">U+%04X</i>", (unsigned)c);
	else
		buf_add(out, (struct str){ text.ptr, length });
	return length;
}

static void
add(struct buf *out, struct str text, bool is_attribute)
{
	while (text.len > 0) {
		size_t plain = 0;
		while (plain < text.len && is_plain((unsigned char)text.ptr[plain]))
			plain++;
		buf_add(out, (struct str){ text.ptr, plain });
		text = (struct str){ text.ptr + plain, text.len - plain };
		if (text.len == 0)
			return;
		size_t length = add_character(out, text, is_attribute);
		text = (struct str){ text.ptr + length, text.len - length };
	}
}

void
html_add(struct buf *out, struct str text)
{
	add(out, text, false);
}

void
html_add_attribute(struct buf *out, struct str text)
{
	add(out, text, true);
}

static void
add_blanks(struct buf *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add(out, STR("<i class=\"c\">\xe2\x90\xa3</i>"));
}

void
html_add_value(struct buf *out, struct str text, bool is_begin, bool is_end)
{
	size_t before = 0;
	size_t after = 0;

	while (is_begin && before < text.len && text.ptr[before] == ' ')
		before++;
	while (is_end && after < text.len - before && text.ptr[text.len - 1 - after] == ' ')
		after++;
	add_blanks(out, before);
	add(out, (struct str){ text.ptr + before, text.len - before - after }, false);
	add_blanks(out, after);
}
