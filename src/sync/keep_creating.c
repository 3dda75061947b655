/*
 * keep_creating.c - the answer yes to the question that closes a full synchronization
 *
 * The setup was read and validated before, so the scanner meets well-formed XML
 * without a document type; it only has to tell start tags from what looks like
 * them, and attributes from each other.
 */
#include "sync/keep_creating.h"

#include <stdlib.h>

#include "base/buf.h"
#include "sync/state.h"

#define ONLY_COUPLED "synch-only-coupled-records"

struct edit {
	const struct run *run;
	struct str text;	/* what is left of the setup */
	struct buf out;
	bool is_changed;
};

struct attribute {
	struct str name;
	struct str value;	/* as written, without quotes */
};

static struct str
skip(struct str text, size_t count)
{
	return (struct str){ text.ptr + count, text.len - count };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The number of bytes up to and with the mark; all of the text when it does not come. */
static size_t
length_through(struct str text, struct str mark)
{
	const char *found = text.len ? memmem(text.ptr, text.len, mark.ptr, mark.len) : NULL;

	return found ? (size_t)(found - text.ptr) + mark.len : text.len;
}

/* The length of the tag that the text begins with; `>` may stand in attribute values. */
static size_t
tag_length(struct str text)
{
	char quote = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	return text.len;
}

/* The length of what the text, which begins with `<`, begins with: a comment, a tag ... */
static size_t
markup_length(struct str text)
{
	if (str_starts(text, STR("<!--")))
		return length_through(text, STR("-->"));
	if (str_starts(text, STR("<![CDATA[")))
		return length_through(text, STR("]]>"));
	if (str_starts(text, STR("<?")))
		return length_through(text, STR("?>"));
	return tag_length(text);
}

/* Takes one attribute off the inside of a start tag; false when there is none any more. */
static bool
next_attribute(struct str *tag, struct attribute *attribute)
{
	size_t at = 0;

	while (at < tag->len && is_blank(tag->ptr[at]))
		at++;
	size_t begin = at;
	while (at < tag->len && tag->ptr[at] != '=' && !is_blank(tag->ptr[at]))
		at++;
	attribute->name = (struct str){ tag->ptr + begin, at - begin };
	while (at < tag->len && (tag->ptr[at] == '=' || is_blank(tag->ptr[at])))
		at++;
	if (at >= tag->len || (tag->ptr[at] != '"' && tag->ptr[at] != '\''))
		return false;
	struct str value = skip(*tag, at + 1);
	const char *end = memchr(value.ptr, tag->ptr[at], value.len);
	if (!end)
		return false;
	attribute->value = (struct str){ value.ptr, (size_t)(end - value.ptr) };
	*tag = skip(value, attribute->value.len + 1);
	return true;
}

/* The character that an entity such as `amp` or `#38` stands for; only those of ASCII. */
static char
entity_char(struct str entity)
{
	static const struct {
		struct str name;
		char c;
	} known[] = {
		{ { "amp", 3 }, '&' },
		{ { "lt", 2 }, '<' },
		{ { "gt", 2 }, '>' },
		{ { "quot", 4 }, '"' },
		{ { "apos", 4 }, '\'' },
	};
	uint64_t number;

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_equal(known[i].name, entity))
			return known[i].c;
	if (entity.len > 1 && str_to_u64(skip(entity, 1), &number) && number < 128)
		return (char)number;
	return '?';
}

/* Whether a mapping that the run handles has this name, which is written as XML. */
static bool
is_handled(const struct run *run, struct str written)
{
	struct buf name = { 0 };

	for (struct str rest = written; rest.len > 0;) {
		if (rest.ptr[0] != '&') {
			buf_add_char(&name, rest.ptr[0]);
			rest = skip(rest, 1);
			continue;
		}
		buf_add_char(&name, entity_char(str_cut(skip(rest, 1), ';', &rest)));
	}
	const struct mapping *mapping = setup_find_mapping(&run->setup, str_trim(buf_str(&name)));
	buf_release(&name);
	return mapping && run->state->mappings[mapping->order].is_selected;
}

/* Copies the start tag of a mapping with the attribute's new value. */
static void
edit_mapping(struct edit *edit, struct str tag, struct str inside)
{
	struct attribute attribute;
	struct str name = { 0 };
	struct str old = { 0 };

	while (next_attribute(&inside, &attribute)) {
		if (str_equal(attribute.name, STR("name")))
			name = attribute.value;
		if (str_equal(attribute.name, STR(ONLY_COUPLED)))
			old = attribute.value;
	}
	bool is_false = str_equal(str_trim(old), STR("false")) || str_equal(str_trim(old), STR("0"));
	if (!name.ptr || is_false || !is_handled(edit->run, name)) {
		buf_add(&edit->out, tag);
		return;
	}
	edit->is_changed = true;
	/* The old value is replaced; where there is none, the attribute follows the name. */
	struct str before = { tag.ptr, (size_t)((old.ptr ? old.ptr : name.ptr + name.len + 1) - tag.ptr) };
	struct str after = skip(tag, before.len + old.len);
	buf_add(&edit->out, before);
	buf_add(&edit->out, old.ptr ? STR("false") : STR(" " ONLY_COUPLED "=\"false\""));
	buf_add(&edit->out, after);
}

/* Copies what begins with `<`, editing it when it is the start tag of a mapping. */
static void
edit_markup(struct edit *edit, struct str markup)
{
	struct str name = skip(markup, 1);
	size_t len = 0;

	while (len < name.len && !is_blank(name.ptr[len]) && name.ptr[len] != '>' && name.ptr[len] != '/')
		len++;
	struct str inside = skip(name, len);
	name.len = len;
	const char *colon = memchr(name.ptr, ':', name.len);
	if (colon)
		name = skip(name, (size_t)(colon - name.ptr) + 1);
	if (str_equal(name, STR("mapping")) || str_equal(name, STR("option-mapping")))
		edit_mapping(edit, markup, inside);
	else
		buf_add(&edit->out, markup);
}

bool
keep_creating(struct run *run, struct diag *diag)
{
	struct edit edit = { .run = run, .text = run->setup.bytes };

	if (edit.text.len && memchr(edit.text.ptr, '\0', edit.text.len))
		return diag_add(diag, STATUS_INVALID, "%.*s: --keep-creating yes cannot edit a setup "
			"in UTF-16 or UTF-32; save it as UTF-8", STR_ARG(run->setup.path));
	while (edit.text.len > 0) {
		/* Text up to the next markup, then that. */
		const char *found = memchr(edit.text.ptr, '<', edit.text.len);
		size_t len = found ? (size_t)(found - edit.text.ptr) : edit.text.len;
		buf_add(&edit.out, (struct str){ edit.text.ptr, len });
		edit.text = skip(edit.text, len);
		if (edit.text.len == 0)
			break;
		len = markup_length(edit.text);
		edit_markup(&edit, (struct str){ edit.text.ptr, len });
		edit.text = skip(edit.text, len);
	}
	if (edit.is_changed)
		run->changed_setup = arena_copy(&run->setup.arena, buf_str(&edit.out));
	buf_release(&edit.out);
	return true;
}
