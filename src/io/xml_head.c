/* xml_head.c - the begin of an XML document: its declaration and root element */
#include "io/xml_head.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
skip_blanks(struct str *text)
{
	while (text->len && is_blank(*text->ptr)) {
		text->ptr++;
		text->len--;
	}
}

/* Behind the next occurrence of a mark; false when it is not in the text. */
static bool
skip_past(struct str *text, struct str mark)
{
	const char *found = text->len ? memmem(text->ptr, text->len, mark.ptr, mark.len) : NULL;

	if (!found)
		return false;
	text->len -= (size_t)(found + mark.len - text->ptr);
	text->ptr = found + mark.len;
	return true;
}

static bool
ends_name(char c)
{
	return is_blank(c) || c == '>' || c == '/' || c == '=';
}

/* A name, which ends before a character that no name holds; false when the text ends first. */
static bool
take_name(struct str *text, struct str *name)
{
	size_t len = 0;

	while (len < text->len && !ends_name(text->ptr[len]))
		len++;
	*name = (struct str){ text->ptr, len };
	text->ptr += len;
	text->len -= len;
	return text->len > 0;
}

static bool
declares_prefix(struct str attribute, struct str prefix)
{
	struct str declared;
	struct str word = str_cut(attribute, ':', &declared);

	return str_equal(word, STR("xmlns")) && str_equal(declared, prefix);
}

/* A quoted value; false when the text ends first, of which nothing is left then. */
static bool
take_value(struct str *text, struct str *value)
{
	char quote = *text->ptr;
	const char *end = text->len > 1 ? memchr(text->ptr + 1, quote, text->len - 1) : NULL;

	if (!end) {
		text->len = 0;
		return false;
	}
	*value = (struct str){ text->ptr + 1, (size_t)(end - text->ptr - 1) };
	text->len -= (size_t)(end + 1 - text->ptr);
	text->ptr = end + 1;
	return true;
}

/* One attribute of the root (XML_ROOT_MORE: and perhaps others), or the end of its tag (XML_ROOT_FOUND). */
static enum xml_root_result
take_attribute(struct str *text, struct xml_root *root)
{
	struct str name;
	struct str value;

	skip_blanks(text);
	if (text->len == 0)
		return XML_ROOT_MORE;
	if (*text->ptr == '>' || *text->ptr == '/')
		return XML_ROOT_FOUND;
	if (!take_name(text, &name))
		return XML_ROOT_MORE;
	skip_blanks(text);
	if (text->len > 0 && !str_take(text, '='))
		return XML_ROOT_NONE;
	skip_blanks(text);
	if (text->len > 0 && *text->ptr != '"' && *text->ptr != '\'')
		return XML_ROOT_NONE;
	if (text->len == 0 || !take_value(text, &value))
		return XML_ROOT_MORE;
	if (declares_prefix(name, root->prefix))
		root->space = value;
	return text->len && !ends_name(*text->ptr) ? XML_ROOT_NONE : XML_ROOT_MORE;
}

/* Text behind the < of the root element. */
static enum xml_root_result
take_root(struct str text, struct xml_root *root)
{
	struct str name;
	enum xml_root_result found = XML_ROOT_MORE;

	if (!take_name(&text, &name))
		return XML_ROOT_MORE;
	root->local = name;
	if (memchr(name.ptr, ':', name.len))
		root->prefix = str_cut(name, ':', &root->local);
	while (text.len > 0 && found == XML_ROOT_MORE)
		found = take_attribute(&text, root);
	return found;
}

enum xml_root_result
xml_head_root(struct str text, struct xml_root *root)
{
	*root = (struct xml_root){ 0 };
	for (;;) {
		skip_blanks(&text);
		if (text.len < 4)
			return XML_ROOT_MORE;
		if (*text.ptr != '<')
			return XML_ROOT_NONE;
		if (str_starts(text, STR("<!--")) ? skip_past(&text, STR("-->")) :
		    str_starts(text, STR("<?")) && skip_past(&text, STR("?>")))
			continue;
		if (str_starts(text, STR("<!--")) || str_starts(text, STR("<?")))
			return XML_ROOT_MORE;
		if (text.ptr[1] == '!')
			return XML_ROOT_NONE;
		text.ptr++;
		text.len--;
		return take_root(text, root);
	}
}

static const struct str declaration = { "<?xml", 5 };

bool
xml_head_is_open(struct str text)
{
	size_t len = text.len < declaration.len ? text.len : declaration.len;

	return str_equal((struct str){ text.ptr, len }, (struct str){ declaration.ptr, len }) &&
		!(text.len && memmem(text.ptr, text.len, "?>", 2));
}

/* Encodings of several bytes a letter: not that of a text whose declaration can be read as ASCII. */
static bool
is_wide(struct str name)
{
	static const struct str wide[] = { { "UTF-16", 6 }, { "UTF-32", 6 }, { "UCS-", 4 },
		{ "ISO-10646", 9 } };

	for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
		struct str begin = { name.ptr, name.len < wide[i].len ? name.len : wide[i].len };
		if (str_equal_nocase(begin, wide[i]))
			return true;
	}
	return false;
}

struct str
xml_head_encoding(struct str text)
{
	const char *end = text.len ? memmem(text.ptr, text.len, "?>", 2) : NULL;

	if (!str_starts(text, declaration) || !end)
		return STR("");
	const char *at = memmem(text.ptr, (size_t)(end - text.ptr), "encoding", 8);
	if (!at)
		return STR("");
	struct str rest = str_trim((struct str){ at + 8, (size_t)(end - at - 8) });
	if (!str_take(&rest, '='))
		return STR("");
	rest = str_trim(rest);
	char quote = rest.len ? *rest.ptr : '\0';
	if (quote != '"' && quote != '\'')
		return STR("");
	str_take(&rest, quote);
	struct str name = str_cut(rest, quote, &rest);
	return is_wide(name) ? STR("") : name;
}
