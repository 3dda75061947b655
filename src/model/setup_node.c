/* setup_node.c - reading elements and attributes of the setup document */
#include "model/setup_load.h"

/* The parser keeps it there; see keep_line(). */
unsigned
node_line(const xmlNode *node)
{
	return node ? (unsigned)(uintptr_t)node->_private : 0;
}

static xmlNode *
this_or_next(xmlNode *node, const char *name)
{
	while (node &&
		(node->type != XML_ELEMENT_NODE || (name && strcmp((const char *)node->name, name) != 0)))
		node = node->next;
	return node;
}

xmlNode *
node_first(const xmlNode *parent, const char *name)
{
	return this_or_next(parent->children, name);
}

xmlNode *
node_next(const xmlNode *node, const char *name)
{
	return this_or_next(node->next, name);
}

size_t
node_count(const xmlNode *parent, const char *name)
{
	size_t count = 0;

	for (const xmlNode *node = node_first(parent, name); node; node = node_next(node, name))
		count++;
	return count;
}

/* Takes over text that libxml2 made. */
static struct str
keep_text(struct load *load, xmlChar *text)
{
	if (!text)
		return (struct str){ NULL, 0 };
	struct str copy = arena_copy(&load->setup->arena, str_from((const char *)text));
	xmlFree(text);
	return copy;
}

struct str
node_attribute(struct load *load, const xmlNode *node, const char *name)
{
	return keep_text(load, xmlGetNoNsProp(node, (const xmlChar *)name));
}

struct str
node_text(struct load *load, const xmlNode *node)
{
	return keep_text(load, xmlNodeGetContent(node));
}

bool
node_flag(struct load *load, const xmlNode *node, const char *name, bool fallback)
{
	struct str text = str_trim(node_attribute(load, node, name));

	if (!text.ptr)
		return fallback;
	return str_equal(text, STR("true")) || str_equal(text, STR("1"));
}

uint64_t
node_number(struct load *load, const xmlNode *node, const char *name, uint64_t fallback)
{
	struct str text = str_trim(node_attribute(load, node, name));
	uint64_t value = fallback;

	/* The schema allows a sign and leading zeros. */
	while (text.len > 1 && (text.ptr[0] == '+' || text.ptr[0] == '0')) {
		text.ptr++;
		text.len--;
	}
	if (text.ptr)
		str_to_u64(text, &value);
	return value;
}

unsigned
node_choice(struct load *load, const xmlNode *node, const char *name, const char *const *names,
	unsigned count, unsigned fallback)
{
	struct str text = node_attribute(load, node, name);

	for (unsigned i = 0; text.ptr && i < count; i++)
		if (str_equal(text, str_from(names[i])))
			return i;
	return fallback;
}

struct str *
split_names(struct load *load, struct str text, size_t *count)
{
	size_t most = 1;
	struct str rest = text;

	*count = 0;
	if (str_trim(text).len == 0)
		return NULL;
	for (size_t i = 0; i < text.len; i++)
		most += text.ptr[i] == '|';
	struct str *names = arena_array(&load->setup->arena, struct str, most);
	while (rest.len > 0) {
		struct str name = str_trim(str_cut(rest, '|', &rest));
		if (name.len > 0)
			names[(*count)++] = name;
	}
	return names;
}
