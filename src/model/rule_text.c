/* rule_text.c - rules on text: title case, parts of it, replacing and dropping characters (R84) */
#include <utf8proc.h>

#include "model/rule_parts.h"
#include "model/value.h"

enum { LETTERS = 1 << UTF8PROC_CATEGORY_LU | 1 << UTF8PROC_CATEGORY_LL | 1 << UTF8PROC_CATEGORY_LT |
	1 << UTF8PROC_CATEGORY_LM | 1 << UTF8PROC_CATEGORY_LO };

/* What goes on a word beside letters: marks, numbers, and what is not assigned or private. */
enum { IN_WORDS = LETTERS | 1 << UTF8PROC_CATEGORY_MN | 1 << UTF8PROC_CATEGORY_MC |
	1 << UTF8PROC_CATEGORY_ME | 1 << UTF8PROC_CATEGORY_ND | 1 << UTF8PROC_CATEGORY_NL |
	1 << UTF8PROC_CATEGORY_NO | 1 << UTF8PROC_CATEGORY_CO | 1 << UTF8PROC_CATEGORY_CN };

/* .NET's \w, but for connecting punctuation: letters, marks without width, decimal digits. */
enum { ALPHANUMERIC = LETTERS | 1 << UTF8PROC_CATEGORY_MN | 1 << UTF8PROC_CATEGORY_ND |
	1 << UTF8PROC_CATEGORY_PC };

const char *const rule_too_large = "would become larger than 64 MiB";

/* The character at the front, and its length in bytes. */
static int32_t
peek(struct str s, size_t *len)
{
	utf8proc_int32_t c = (unsigned char)*s.ptr;
	const void *bytes = s.ptr;

	*len = 1;
	if (c < 0x80)
		return c;
	utf8proc_ssize_t read = utf8proc_iterate(bytes, (utf8proc_ssize_t)s.len, &c);
	if (read <= 0)		/* not well-formed; the caller erred, but nothing shall be lost */
		return 0xfffd;
	*len = (size_t)read;
	return c;
}

static bool
is_in(int32_t c, int categories)
{
	return (1 << utf8proc_category(c)) & categories;
}

static void
skip(struct str *s, size_t len)
{
	s->ptr += len;
	s->len -= len;
}

/* The letter that begins a word; the sharp s has no simple title case. */
static void
add_title_letter(int32_t c, struct buf *out)
{
	int32_t title = c == 0xdf ? c : utf8proc_totitle(c);
	char *p = buf_reserve(out, 4);

	out->len += (size_t)utf8proc_encode_char(title, (utf8proc_uint8_t *)p);
}

static void
add_rest(struct str rest, bool to_lower, struct buf *out)
{
	if (to_lower)
		text_lower(rest, out);
	else
		buf_add(out, rest);
}

/*
 * What follows a word's first letter: in lower case, if any of its letters is
 * so already, else as it is, as in IBM.  An apostrophe ends such a part; what
 * comes after it is lower case: O'neil.
 */
static void
add_word_rest(struct str *value, bool has_lower, struct buf *out)
{
	struct str rest = { value->ptr, 0 };
	size_t len;

	while (value->len > 0) {
		int32_t c = peek(*value, &len);
		if (c != '\'' && !is_in(c, IN_WORDS))
			break;
		skip(value, len);
		rest.len += len;
		has_lower |= utf8proc_category(c) == UTF8PROC_CATEGORY_LL;
		if (c != '\'')
			continue;
		add_rest(rest, has_lower, out);
		rest = (struct str){ value->ptr, 0 };
		has_lower = true;
	}
	add_rest(rest, has_lower, out);
}

void
rule_title_case(struct str value, bool is_dutch, struct buf *out)
{
	size_t len;

	while (value.len > 0) {
		int32_t c = peek(value, &len);
		if (!is_in(c, LETTERS)) {
			buf_add(out, (struct str){ value.ptr, len });
			skip(&value, len);
			continue;
		}
		bool has_lower = utf8proc_category(c) == UTF8PROC_CATEGORY_LL;
		if (is_dutch && value.len > 1 && (c | 32) == 'i' && (value.ptr[1] | 32) == 'j') {
			buf_add(out, STR("IJ"));
			skip(&value, 2);
		} else {
			add_title_letter(c, out);
			skip(&value, len);
		}
		add_word_rest(&value, has_lower, out);
	}
}

/* Blanks only, as DelChr does; other white space stays. */
void
rule_trim(struct str value, struct buf *out)
{
	while (value.len > 0 && *value.ptr == ' ')
		skip(&value, 1);
	while (value.len > 0 && value.ptr[value.len - 1] == ' ')
		value.len--;
	buf_add(out, value);
}

size_t
rule_find(struct str whole, struct str part)
{
	const char *found = part.len == 0 || whole.len < part.len
				    ? NULL
				    : memmem(whole.ptr, whole.len, part.ptr, part.len);

	return found ? (size_t)(found - whole.ptr) : SIZE_MAX;
}

/* A text that is not found, and a place behind the end, leave nothing. */
void
rule_substring(const struct substring *what, struct str value, struct buf *out)
{
	size_t at = 0;

	if (what->start > 1) {
		at = utf8_cut(value, what->start - 1).len;
	} else if (what->after.len > 0) {
		at = rule_find(value, what->after);
		if (at == SIZE_MAX)
			return;
		at += what->after.len;
	}
	skip(&value, at);
	if (what->length > 0) {
		value = utf8_cut(value, what->length);
	} else if (what->before.len > 0) {
		size_t end = rule_find(value, what->before);
		value.len = end == SIZE_MAX ? 0 : end;
	}
	buf_add(out, value);
}

bool
rule_replace(struct str find, struct str replace, struct str value, struct buf *out, const char **why)
{
	size_t at;

	while ((at = rule_find(value, find)) != SIZE_MAX) {
		if (out->len > RULE_LARGEST) {
			*why = rule_too_large;
			return false;
		}
		buf_add(out, (struct str){ value.ptr, at });
		buf_add(out, replace);
		skip(&value, at + find.len);
	}
	buf_add(out, value);
	return true;
}

void
rule_alphanumeric(struct str value, struct buf *out)
{
	size_t len;

	while (value.len > 0) {
		int32_t c = peek(value, &len);
		if (c != '_' && is_in(c, ALPHANUMERIC))
			buf_add(out, (struct str){ value.ptr, len });
		skip(&value, len);
	}
}
