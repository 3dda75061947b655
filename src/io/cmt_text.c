/* cmt_text.c - texts as Configuration Migration packages hold them */
#include "io/cmt_text.h"

#include <libxml/HTMLparser.h>

enum { LONGEST_NAME = 10, GUID_LENGTH = 36, LAST_CODE_POINT = 0x10ffff };

static void
add_code_point(uint32_t c, struct buf *out)
{
	if (c < 0x80) {
		buf_add_char(out, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_add_char(out, (char)(0xc0 | c >> 6));
	} else if (c < 0x10000) {
		buf_add_char(out, (char)(0xe0 | c >> 12));
		buf_add_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
	} else {
		buf_add_char(out, (char)(0xf0 | c >> 18));
		buf_add_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_add_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_add_char(out, (char)(0x80 | (c & 0x3f)));
}

/* Characters that a text may hold: no control characters but tab and line ends. */
static bool
is_text(uint32_t c)
{
	if (c < ' ')
		return c == '\t' || c == '\n' || c == '\r';
	return c <= LAST_CODE_POINT && (c < 0xd800 || c > 0xdfff) && c != 0xfffe && c != 0xffff;
}

static bool
read_hex(struct str digits, uint32_t *c)
{
	*c = 0;
	for (size_t i = 0; i < digits.len; i++) {
		char lower = (char)(digits.ptr[i] | ' ');
		bool is_digit = digits.ptr[i] >= '0' && digits.ptr[i] <= '9';
		if (!is_digit && (lower < 'a' || lower > 'f'))
			return false;
		*c = *c * 16 + (uint32_t)(is_digit ? digits.ptr[i] - '0' : lower - 'a' + 10);
		if (*c > LAST_CODE_POINT)
			return false;
	}
	return digits.len > 0;
}

/* What stands between & and ; as a character. */
static bool
read_reference(struct str name, uint32_t *c)
{
	char text[LONGEST_NAME + 1];
	uint64_t number;

	if (name.len > 1 && *name.ptr == '#') {
		struct str digits = { name.ptr + 1, name.len - 1 };
		if (*digits.ptr == 'x' || *digits.ptr == 'X')
			return read_hex((struct str){ digits.ptr + 1, digits.len - 1 }, c) && is_text(*c);
		if (!str_to_u64(digits, &number) || number > LAST_CODE_POINT)
			return false;
		*c = (uint32_t)number;
		return is_text(*c);
	}
	if (name.len == 0 || name.len > LONGEST_NAME)
		return false;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	const htmlEntityDesc *entity = htmlEntityLookup((const xmlChar *)text);
	*c = entity ? entity->value : '\'';
	return entity || str_equal(name, STR("apos"));
}

void
cmt_text_decode(struct str text, struct buf *out)
{
	while (text.len > 0) {
		const char *mark = memchr(text.ptr, '&', text.len);
		size_t before = mark ? (size_t)(mark - text.ptr) : text.len;
		struct str rest = { text.ptr + before, text.len - before };
		size_t end = 1;
		uint32_t c;

		buf_add(out, (struct str){ text.ptr, before });
		while (end < rest.len && rest.ptr[end] != ';' && rest.ptr[end] != '&'
			&& end <= LONGEST_NAME + 1)
			end++;
		if (end < rest.len && rest.ptr[end] == ';' &&
		    read_reference((struct str){ rest.ptr + 1, end - 1 }, &c)) {
			add_code_point(c, out);
			text = (struct str){ rest.ptr + end + 1, rest.len - end - 1 };
		} else {
			buf_add(out, (struct str){ rest.ptr, rest.len ? 1 : 0 });
			text = (struct str){ rest.ptr + 1, rest.len ? rest.len - 1 : 0 };
		}
	}
}

void
cmt_text_encode(struct str text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		unsigned char next = i + 1 < text.len ? (unsigned char)text.ptr[i + 1] : 0;
		unsigned latin = (unsigned)(c & 3) << 6 | (next & 0x3f);

		if (c == '&')
			buf_add(out, STR("&amp;"));
		else if (c == '<')
			buf_add(out, STR("&lt;"));
		else if (c == '>')
			buf_add(out, STR("&gt;"));
		else if (c == '"')
			buf_add(out, STR("&quot;"));
		else if (c == '\'')
			buf_add(out, STR("&#39;"));
		else if ((c == 0xc2 || c == 0xc3) && latin >= 0xa0) {
			buf_printf(out, "&#%u;", latin);
			i++;
		} else {
			buf_add_char(out, (char)c);
		}
	}
}

/* A number of at most so many digits off the front. */
static bool
take_number(struct str *text, size_t digits, unsigned *number)
{
	size_t len = 0;

	*number = 0;
	while (len < text->len && len < digits && text->ptr[len] >= '0' && text->ptr[len] <= '9')
		*number = *number * 10 + (unsigned)(text->ptr[len++] - '0');
	if (len == 0)
		return false;
	text->ptr += len;
	text->len -= len;
	return true;
}

static bool
take_clock(struct str text, unsigned *hour, unsigned *minute, unsigned *second)
{
	if (!take_number(&text, 2, hour) || !str_take(&text, ':') || !take_number(&text, 2, minute) ||
	    !str_take(&text, ':') || !take_number(&text, 2, second) || !str_take(&text, ' '))
		return false;
	bool is_afternoon = str_equal(text, STR("PM"));
	if ((!is_afternoon && !str_equal(text, STR("AM"))) || *hour < 1 || *hour > 12 || *minute > 59 ||
	    *second > 59)
		return false;
	*hour = *hour % 12 + (is_afternoon ? 12 : 0);
	return true;
}

bool
cmt_date_read(struct str text, struct buf *out)
{
	unsigned month;
	unsigned day;
	unsigned year;
	unsigned clock[3] = { 0 };

	if (!take_number(&text, 2, &month) || !str_take(&text, '/') || !take_number(&text, 2, &day) ||
	    !str_take(&text, '/') || !take_number(&text, 4, &year) || year < 1000 || month > 12 || day > 31)
		return false;
	if (text.len > 0 &&
	    (!str_take(&text, ' ') || !take_clock(text, &clock[0], &clock[1], &clock[2])))
		return false;
	buf_printf(out, "%04u-%02u-%02uT%02u:%02u:%02u", year, month, day, clock[0], clock[1], clock[2]);
	return true;
}

bool
cmt_guid_read(struct str text, struct str *bare)
{
	if (text.len == GUID_LENGTH + 2 && text.ptr[0] == '{' && text.ptr[text.len - 1] == '}')
		text = (struct str){ text.ptr + 1, GUID_LENGTH };
	*bare = text;
	if (text.len != GUID_LENGTH)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
		uint32_t digit;
		if (is_dash ? text.ptr[i] != '-' : !read_hex((struct str){ text.ptr + i, 1 }, &digit))
			return false;
	}
	return true;
}

bool
cmt_is_american(struct str timestamp)
{
	return timestamp.len > 0 && memchr(timestamp.ptr, '/', timestamp.len);
}
