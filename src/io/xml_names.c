/* xml_names.c - the names of a document, known again at a glance */
#include "io/xml_names.h"

#include <stdlib.h>

#include "base/memory.h"

enum { HEAD = 8 };

/* Bytes of names: letters and digits of ASCII, some signs, and all that is not ASCII. */
static bool
is_name_byte(char c)
{
	static const bool table[128] = {
		['-'] = true, ['.'] = true, [':'] = true, ['_'] = true,
		['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true,
		['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
		['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true, ['E'] = true, ['F'] = true,
		['G'] = true, ['H'] = true, ['I'] = true, ['J'] = true, ['K'] = true, ['L'] = true,
		['M'] = true, ['N'] = true, ['O'] = true, ['P'] = true, ['Q'] = true, ['R'] = true,
		['S'] = true, ['T'] = true, ['U'] = true, ['V'] = true, ['W'] = true, ['X'] = true,
		['Y'] = true, ['Z'] = true,
		['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true,
		['g'] = true, ['h'] = true, ['i'] = true, ['j'] = true, ['k'] = true, ['l'] = true,
		['m'] = true, ['n'] = true, ['o'] = true, ['p'] = true, ['q'] = true, ['r'] = true,
		['s'] = true, ['t'] = true, ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true,
		['y'] = true, ['z'] = true,
	};
	unsigned char byte = (unsigned char)c;

	return byte >= 0x80 || table[byte];
}

static bool
begins_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* ASCII with a letter first, and before and behind a colon of which there is one at most. */
static bool
is_plain(struct str text)
{
	const char *colon = memchr(text.ptr, ':', text.len);
	size_t prefix = colon ? (size_t)(colon - text.ptr) : 0;

	if (text.len == 0 || !begins_name(*text.ptr))
		return false;
	if (colon && (prefix + 1 == text.len || !begins_name(colon[1]) ||
		memchr(colon + 1, ':', text.len - prefix - 1)))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] >= 0x80)
			return false;
	return true;
}

struct xml_names
xml_names_make(xmlDict *dictionary)
{
	struct xml_names names = { .dictionary = dictionary };

	/* The first is no name, as no text holds such bytes: there always is one that may come next. */
	names.list = memory_grow(NULL, 0, &names.capacity, sizeof *names.list);
	names.list[names.count++] = (struct xml_name){ .head = UINT64_MAX, .mask = UINT64_MAX };
	return names;
}

const char *
xml_names_intern(const struct xml_names *names, struct str text)
{
	return (const char *)xmlDictLookup(names->dictionary, (const xmlChar *)text.ptr, (int)text.len);
}

static uint32_t
find(const struct xml_names *names, struct str text)
{
	struct index_walk walk = index_find(&names->by_text, str_hash_here(text));
	uint32_t number = index_next(&walk);

	while (number != INDEX_NONE && !str_equal(names->list[number].text, text))
		number = index_next(&walk);
	return number;
}

/* The number of a new name, or INDEX_NONE; its parts, as the dictionary has them, may hold colons too. */
static uint32_t
add(struct xml_names *names, struct str text, const char *prefix, const char *local)
{
	size_t head = text.len < HEAD ? text.len : HEAD;
	struct xml_name name = { .text = { xml_names_intern(names, text), text.len }, .local = local,
		.prefix = prefix };

	if (!name.text.ptr)
		return INDEX_NONE;
	memcpy(&name.head, text.ptr, head);
	memset(&name.mask, 0xff, head);
	name.is_declaration = strcmp(prefix ? prefix : local, "xmlns") == 0;
	names->list = memory_grow(names->list, names->count, &names->capacity, sizeof *names->list);
	names->list[names->count] = name;
	index_add(&names->by_text, str_hash_here(text), names->count);
	return names->count++;
}

static uint32_t
add_plain(struct xml_names *names, struct str text)
{
	const char *colon = memchr(text.ptr, ':', text.len);
	struct str rest = { colon ? colon + 1 : text.ptr, text.len };
	const char *prefix = NULL;

	rest.len -= (size_t)(rest.ptr - text.ptr);
	if (colon)
		prefix = xml_names_intern(names, (struct str){ text.ptr, (size_t)(colon - text.ptr) });
	const char *local = xml_names_intern(names, rest);
	return local && (prefix || !colon) ? add(names, text, prefix, local) : INDEX_NONE;
}

static bool
is_ascii(const char *text)
{
	while (*text && (signed char)*text > 0)
		text++;
	return !*text;
}

struct str
xml_names_learn(struct xml_names *names, const char *prefix, const char *local)
{
	const xmlChar *whole = (const xmlChar *)local;

	if (prefix)
		whole = xmlDictQLookup(names->dictionary, (const xmlChar *)prefix, whole);
	struct str text = str_from((const char *)whole);
	if (text.len <= XML_PLAIN_NAME && text.len > 0 && !is_ascii(text.ptr) &&
		find(names, text) == INDEX_NONE)
		add(names, text, prefix, local);
	return text;
}

static struct xml_name *
look_up(struct xml_names *names, const char *at)
{
	struct str text = { at, 0 };

	while (text.len <= XML_PLAIN_NAME && is_name_byte(at[text.len]))
		text.len++;
	if (text.len > XML_PLAIN_NAME)
		return NULL;
	uint32_t number = find(names, text);
	if (number == INDEX_NONE && is_plain(text))
		number = add_plain(names, text);
	if (number == INDEX_NONE)
		return NULL;
	names->list[names->last].next = number;
	names->last = number;
	return &names->list[number];
}

struct xml_name *
xml_names_find(struct xml_names *names, const char *at)
{
	uint32_t number = names->list[names->last].next;
	struct xml_name *guess = &names->list[number];
	uint64_t head;

	memcpy(&head, at, sizeof head);
	if ((head ^ guess->head) & guess->mask)
		return look_up(names, at);
	if (guess->text.len > HEAD && memcmp(at + HEAD, guess->text.ptr + HEAD, guess->text.len - HEAD) != 0)
		return look_up(names, at);
	if (is_name_byte(at[guess->text.len]))
		return look_up(names, at);
	names->last = number;
	return guess;
}

void
xml_names_release(struct xml_names *names)
{
	free(names->list);
	index_release(&names->by_text);
}
