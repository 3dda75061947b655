/* xml_plain.c - plain XML, told to a handler without libxml2 */
#include "io/xml_plain.h"

#include <stdlib.h>

#include "io/xml_reference.h"

void
xml_plain_begin(struct xml_plain *plain, const char *prefix, const char *local, int space_count,
	const unsigned char **spaces)
{
	struct str whole = xml_names_learn(&plain->names, prefix, local);

	plain->open[plain->depth++] = (struct xml_open){ whole, local };
	for (int i = 0; i < space_count; i++) {
		plain->bindings = memory_grow(plain->bindings, plain->binding_count,
			&plain->binding_capacity, sizeof *plain->bindings);
		plain->bindings[plain->binding_count++] = (struct xml_binding){
			(const char *)spaces[2 * i], (const char *)spaces[2 * i + 1], plain->depth };
	}
}

void
xml_plain_end(struct xml_plain *plain)
{
	while (plain->binding_count > 0 &&
		plain->bindings[plain->binding_count - 1].depth == plain->depth)
		plain->binding_count--;
	plain->depth--;
}

uint32_t
xml_plain_floor(const struct xml_plain *plain)
{
	return plain->binding_count > 0 ? plain->bindings[plain->binding_count - 1].depth : 1;
}

/* The namespace of a prefix, or the usual one; null where there is none. */
static const char *
find_space(const struct xml_plain *plain, const char *prefix)
{
	for (size_t i = plain->binding_count; i > 0; i--) {
		const struct xml_binding *binding = &plain->bindings[i - 1];
		if (binding->prefix == prefix)
			return binding->space && *binding->space ? binding->space : NULL;
	}
	if (prefix && strcmp(prefix, "xml") == 0)
		return xml_names_intern(&plain->names, STR("http://www.w3.org/XML/1998/namespace"));
	return NULL;
}

uint64_t
xml_plain_line(struct xml_plain *plain, const char *place)
{
	if (place < plain->counted) {	/* of the tag whose end was asked for before */
		plain->line -= xml_count(XML_LINE_ENDS, place, (size_t)(plain->counted - place));
		plain->counted = place;
	}
	plain->line += xml_count(XML_LINE_ENDS, plain->counted, (size_t)(place - plain->counted));
	plain->counted = place;
	return plain->line;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The place behind a character that is not ASCII; null where it is none that XML has. */
static const char *
pass_character(const struct xml_plain *plain, const char *at)
{
	const char *end = plain->text.ptr + plain->text.len;
	size_t len = at < end ? utf8_length((struct str){ at, (size_t)(end - at) }) : 0;
	bool is_none = len == 3 && memcmp(at, "\xef\xbf", 2) == 0 && (unsigned char)at[2] >= 0xbe;

	return len > 1 && !is_none ? at + len : NULL;
}

/* A value up to its quote; from `at` on it may hold blanks and references. */
static const char *
read_value_with_references(struct xml_plain *plain, const char *begin, const char *at, char quote)
{
	struct buf *values = &plain->values;

	/* What it becomes is never longer: with room for the whole text, no value of the tag moves. */
	buf_reserve(values, plain->text.len - values->len);
	buf_add(values, (struct str){ begin, (size_t)(at - begin) });
	while (*at != quote) {
		const char *from = at;
		if (*at == '&') {
			at = xml_reference_read(at, values);
		} else if (*at == '\t' || *at == '\n') {
			buf_add_char(values, ' ');
			at++;
		} else if ((signed char)*at < 0) {
			at = pass_character(plain, at);
			buf_add(values, (struct str){ from, at ? (size_t)(at - from) : 0 });
		} else if (*at == '<' || (unsigned char)*at < ' ') {
			return NULL;
		} else {
			at = xml_next_mark(at, XML_MARKS_OF_VALUE(quote));
			buf_add(values, (struct str){ from, (size_t)(at - from) });
		}
		if (!at)
			return NULL;
	}
	return at;
}

/* Reads a value from behind its quote: where its closing quote is, or null. */
static const char *
read_value(struct xml_plain *plain, const char *at, char quote, const unsigned char **value)
{
	const struct xml_marks marks = XML_MARKS_OF_VALUE(quote);
	const char *begin = at;
	size_t first = plain->values.len;

	while (at && (signed char)*(at = xml_next_mark(at, marks)) < 0)
		at = pass_character(plain, at);
	if (!at)
		return NULL;
	if (*at == quote) {
		value[0] = (const unsigned char *)begin;
		value[1] = (const unsigned char *)at;
		return at;
	}
	at = read_value_with_references(plain, begin, at, quote);
	if (at) {
		value[0] = (const unsigned char *)plain->values.ptr + first;
		value[1] = (const unsigned char *)plain->values.ptr + plain->values.len;
	}
	return at;
}

/* Whether the tag at hand has that name in that namespace already, but for the last that it has. */
static bool
is_twice(const struct xml_plain *plain, uint32_t count, const unsigned char *const *five)
{
	for (uint32_t i = 0; five[1] && i < count; i++) {
		const unsigned char *const *other = plain->attributes + (size_t)i * 5;
		if (other[1] && other[0] == five[0] && other[2] == five[2])
			return true;
	}
	return false;
}

/* An attribute, from its name to behind its value; null where it is not plain. */
static const char *
read_attribute(struct xml_plain *plain, const char *at, uint32_t count)
{
	struct xml_name *name = xml_names_find(&plain->names, at);

	if (!name || name->is_declaration || name->seen == plain->serial || count >= XML_MAX_ATTRIBUTES)
		return NULL;
	name->seen = plain->serial;
	at += name->text.len;
	if (*at != '=' || (at[1] != '"' && at[1] != '\''))
		return NULL;
	if (count == plain->attribute_room) {
		plain->attribute_room = count ? count * 2 : 16;
		plain->attributes = memory_resize(plain->attributes, (size_t)plain->attribute_room * 5,
			sizeof *plain->attributes);
	}
	const unsigned char **five = plain->attributes + (size_t)count * 5;
	five[0] = (const unsigned char *)name->local;
	five[1] = (const unsigned char *)name->prefix;
	five[2] = name->prefix ? (const unsigned char *)find_space(plain, name->prefix) : NULL;
	if (is_twice(plain, count, five))
		return NULL;
	at = read_value(plain, at + 2, at[1], five + 3);
	return at ? at + 1 : NULL;
}

static bool
is_tag_end(const char *at)
{
	return *at == '>' || (at[0] == '/' && at[1] == '>');
}

/* Tells of a begin tag and returns the place behind its >; null where it is not plain: nothing was told. */
static const char *
take_begin(struct xml_plain *plain, const char *at)
{
	const struct xml_name *name = xml_names_find(&plain->names, at + 1);
	uint32_t count = 0;

	if (!name || name->is_declaration || plain->depth >= XML_MAX_DEPTH)
		return NULL;
	const struct xml_open open = { name->text, name->local };
	const char *prefix = name->prefix;
	plain->serial++;
	buf_reset(&plain->values);
	plain->tag = at;
	at += 1 + open.text.len;
	while (!is_tag_end(at)) {
		const char *blank = at;
		while (is_blank(*at))
			at++;
		if (is_tag_end(at))
			break;
		at = at > blank ? read_attribute(plain, at, count) : NULL;
		if (!at)
			return NULL;
		count++;
	}
	if (at >= plain->text.ptr + plain->text.len)
		return NULL;
	bool is_empty = *at == '/';
	const struct xml_tag tag = { open.local, find_space(plain, prefix), plain->attributes, count };
	plain->open[plain->depth++] = open;
	plain->at = at;
	plain->handler->begin(plain->context, &tag);
	plain->at = at += is_empty ? 2 : 1;
	if (is_empty && !*plain->has_failed) {
		plain->depth--;
		plain->handler->end(plain->context, open.local);
	}
	return at;
}

/* An end tag; null where it is not the plain one that comes next, or for libxml2 to see. */
static const char *
take_end(struct xml_plain *plain, const char *at)
{
	const struct xml_open *open = &plain->open[plain->depth - 1];
	const char *end = plain->text.ptr + plain->text.len;

	if (plain->depth <= xml_plain_floor(plain) || (size_t)(end - at) < open->text.len + 3)
		return NULL;
	if (memcmp(at + 2, open->text.ptr, open->text.len) != 0 || at[2 + open->text.len] != '>')
		return NULL;
	plain->at = at += open->text.len + 3;
	plain->depth--;
	plain->handler->end(plain->context, open->local);
	return at;
}

static void
tell_text(struct xml_plain *plain, const char *begin, const char *end)
{
	plain->at = end;
	if (end > begin)
		plain->handler->text(plain->context, (struct str){ begin, (size_t)(end - begin) });
}

/* A reference in text is a piece of its own. */
static const char *
take_reference(struct xml_plain *plain, const char *at)
{
	buf_reset(&plain->values);
	const char *end = xml_reference_read(at, &plain->values);
	if (!end || end > plain->text.ptr + plain->text.len)
		return NULL;
	plain->at = end;
	plain->handler->text(plain->context, buf_str(&plain->values));
	return end;
}

/* Text up to the next tag, which is returned; else, where it is not plain, *stop becomes true. */
static const char *
take_text(struct xml_plain *plain, const char *at, bool *stop)
{
	const char *end = plain->text.ptr + plain->text.len;
	const char *begin = at;

	while (!*plain->has_failed) {
		const char *next = NULL;
		at = xml_next_mark(at, XML_MARKS_OF_TEXT);
		if (at >= end && (at > end || *at != '<'))
			break;	/* it may go on behind the text */
		if ((signed char)*at < 0) {
			next = pass_character(plain, at);
		} else if (*at == '\t' || (*at == ']' && (at[1] != ']' || at[2] != '>') && at + 2 < end)) {
			next = at + 1;
		} else if (*at == '\r' && at[1] == '\n') {
			tell_text(plain, begin, at);
			begin = next = at + 1;
		} else if (*at == '&') {
			tell_text(plain, begin, at);
			begin = next = *plain->has_failed ? NULL : take_reference(plain, at);
		} else if (*at == '<') {
			tell_text(plain, begin, at);
			return at;
		}
		if (!next) {
			begin = begin ? begin : at;
			break;
		}
		at = next;
	}
	*stop = true;
	return begin;
}

size_t
xml_plain_run(struct xml_plain *plain, struct str text, uint64_t line)
{
	const char *end = text.ptr + text.len;
	const char *at = text.ptr;
	bool stop = false;

	plain->text = text;
	plain->at = plain->counted = at;
	plain->line = line;
	while (at < end && !stop && !*plain->has_failed) {
		const char *next = *at != '<' ? take_text(plain, at, &stop) :
			at[1] == '/' ? take_end(plain, at) : take_begin(plain, at);
		if (!next)
			break;
		at = next;
	}
	return (size_t)(at - text.ptr);
}

void
xml_plain_release(struct xml_plain *plain)
{
	xml_names_release(&plain->names);
	free(plain->bindings);
	free(plain->attributes);
	buf_release(&plain->values);
}
