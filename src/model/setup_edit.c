/* setup_edit.c - a changed copy of a setup document: other sources, further options */
#include "model/setup_edit.h"

#include <stdlib.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

struct setup_edit {
	xmlDoc *doc;
	struct arena arena;	/* NUL-terminated texts for libxml2 */
};

static const xmlChar *
text_of(struct setup_edit *edit, struct str text)
{
	return (const xmlChar *)arena_copy(&edit->arena, text).ptr;
}

struct setup_edit *
setup_edit_begin(const struct setup *setup)
{
	struct setup_edit *edit = memory_new(1, sizeof *edit);

	edit->doc = xmlReadMemory(setup->bytes.ptr, (int)setup->bytes.len, NULL, NULL, XML_PARSE_NONET);
	if (edit->doc)
		return edit;
	free(edit);
	return NULL;
}

static bool
has_name(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, (const xmlChar *)name);
}

static bool
attribute_is(const xmlNode *node, const char *name, struct str value)
{
	xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
	bool is_same = text && str_equal_nocase(str_trim(str_from((const char *)text)), str_trim(value));

	xmlFree(text);
	return is_same;
}

/* The child element of that kind whose attribute has the value. */
static xmlNode *
find_child(const xmlNode *parent, const char *element, const char *attribute, struct str value)
{
	for (xmlNode *node = parent ? parent->children : NULL; node; node = node->next)
		if (has_name(node, element) && (!attribute || attribute_is(node, attribute, value)))
			return node;
	return NULL;
}

static xmlNode *
find_table(const struct setup_edit *edit, enum side side, struct str name)
{
	xmlNode *root = xmlDocGetRootElement(edit->doc);
	xmlNode *system = find_child(root, side == ERP ? "erp" : "crm", NULL, STR(""));

	return find_child(system, "table", "name", name);
}

void
setup_edit_ledger(struct setup_edit *edit, struct str path)
{
	xmlNode *root = xmlDocGetRootElement(edit->doc);
	xmlNode *ledger = find_child(root, "ledger", NULL, STR(""));

	if (!ledger)
		ledger = xmlNewChild(root, root->ns, (const xmlChar *)"ledger", NULL);
	xmlSetProp(ledger, (const xmlChar *)"path", text_of(edit, path));
}

/* The number-th source element that the document had; those that were added have a mark. */
static xmlNode *
find_source(const xmlNode *table, size_t number)
{
	for (xmlNode *node = table->children; node; node = node->next)
		if (has_name(node, "source") && !node->_private && number-- == 0)
			return node;
	return NULL;
}

static void
copy_attribute(const xmlNode *from, xmlNode *to, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(from, (const xmlChar *)name);

	if (value)
		xmlSetProp(to, (const xmlChar *)name, value);
	xmlFree(value);
}

void
setup_edit_add_source(struct setup_edit *edit, const struct table_def *def, size_t number, struct str path)
{
	xmlNode *table = find_table(edit, def->side, def->name);
	const xmlNode *old = table ? find_source(table, number) : NULL;

	if (!old)
		return;
	xmlNode *source = xmlNewChild(table, table->ns, (const xmlChar *)"source", NULL);
	source->_private = edit;
	xmlSetProp(source, (const xmlChar *)"path", text_of(edit, path));
	xmlSetProp(source, (const xmlChar *)"format", (const xmlChar *)"csv");
	xmlSetProp(source, (const xmlChar *)"delimiter", (const xmlChar *)",");
	xmlSetProp(source, (const xmlChar *)"encoding", (const xmlChar *)"UTF-8");
	copy_attribute(old, source, "decimal");
	copy_attribute(old, source, "thousands");
	copy_attribute(old, source, "on-bad-record");
}

void
setup_edit_field(struct setup_edit *edit, const struct table_def *def, const struct field *field)
{
	xmlNode *table = find_table(edit, def->side, def->name);
	xmlNode *node = table ? find_child(table, "field", "name", field->name) : NULL;

	if (table && !node && field->type != TYPE_TEXT) {
		node = xmlNewChild(table, table->ns, (const xmlChar *)"field", NULL);
		xmlSetProp(node, (const xmlChar *)"name", text_of(edit, field->name));
		xmlSetProp(node, (const xmlChar *)"type", (const xmlChar *)type_name(field->type));
	}
	if (node && field->schema_type != CMT_UNKNOWN)
		xmlSetProp(node, (const xmlChar *)"schema-type",
			(const xmlChar *)cmt_type_names[field->schema_type]);
}

void
setup_edit_drop_sources(struct setup_edit *edit, const struct table_def *def)
{
	xmlNode *table = find_table(edit, def->side, def->name);
	xmlNode *old;

	while (table && (old = find_source(table, 0)) != NULL) {
		xmlUnlinkNode(old);
		xmlFreeNode(old);
	}
}

void
setup_edit_option(
	struct setup_edit *edit, struct str table, struct str field, struct str value, struct str name)
{
	xmlNode *parent = find_child(find_table(edit, CRM, table), "field", "name", field);

	if (!parent)
		return;
	xmlNode *option = find_child(parent, "option", "value", value);
	if (name.len == 0) {
		if (option)
			xmlUnlinkNode(option);
		xmlFreeNode(option);
		return;
	}
	if (!option) {
		option = xmlNewChild(parent, parent->ns, (const xmlChar *)"option", NULL);
		xmlSetProp(option, (const xmlChar *)"value", text_of(edit, value));
	}
	xmlSetProp(option, (const xmlChar *)"name", text_of(edit, name));
}

struct str
setup_edit_end(struct setup_edit *edit, struct arena *arena)
{
	xmlChar *bytes = NULL;
	int size = 0;

	xmlDocDumpMemoryEnc(edit->doc, &bytes, &size, "UTF-8");
	struct str text = arena_copy(arena, (struct str){ (const char *)bytes, (size_t)(bytes ? size : 0) });
	xmlFree(bytes);
	xmlFreeDoc(edit->doc);
	arena_release(&edit->arena);
	free(edit);
	return text;
}
