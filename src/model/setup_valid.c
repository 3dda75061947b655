/*
 * setup_valid.c - the setup document against the schema, in sentences
 *
 * libxml2 stops looking into an element at the first child that does not
 * belong there, and speaks of facets and types.  So unknown elements and
 * attributes, missing attributes and stray text are looked for here, with the
 * schema's own declarations, and taken out of the document; libxml2 then
 * validates what is left, and its findings are said in other words.
 */
#include "model/setup_load.h"
#include "model/setup_schema.h"

#define INSTANCE_NAMESPACE "http://www.w3.org/2001/XMLSchema-instance"

#if LIBXML_VERSION >= 21200
#define ERROR_CONST const
#else
#define ERROR_CONST
#endif

struct validation {
	struct load *load;
	xmlNode *schema; /* the schema's root element */
};

static bool
is_named(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* An attribute of the schema, borrowed from it; a null pointer when there is none. */
static struct str
schema_value(const xmlNode *node, const char *attribute)
{
	const xmlAttr *found = xmlHasProp(node, (const xmlChar *)attribute);

	return str_from(found && found->children ? (const char *)found->children->content : NULL);
}

static bool
has_value(const xmlNode *node, const char *attribute, struct str value)
{
	return str_equal(schema_value(node, attribute), value);
}

/* The schema's top-level declaration, such as complexType "mapping". */
static const xmlNode *
find_type(const struct validation *v, const char *kind, struct str name)
{
	for (const xmlNode *node = v->schema->children; node; node = node->next)
		if (is_named(node, kind) && has_value(node, "name", name))
			return node;
	return NULL;
}

/* What is declared under one name in a type: an element or an attribute. */
struct lookup {
	const char *kind;
	struct str name;
	const xmlNode *found;
	bool is_near; /* look for near names */
	struct nearest nearest;
};

static void
look_up(const struct validation *v, const xmlNode *parent, struct lookup *lookup)
{
	for (const xmlNode *node = parent ? parent->children : NULL; node; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		if (is_named(node, "attributeGroup")) {
			look_up(v, find_type(v, "attributeGroup", schema_value(node, "ref")), lookup);
		} else if (is_named(node, lookup->kind)) {
			if (has_value(node, "name", lookup->name))
				lookup->found = node;
			if (lookup->is_near)
				nearest_offer(&lookup->nearest, schema_value(node, "name"));
		} else if (!is_named(node, "element") && !is_named(node, "attribute")) {
			look_up(v, node, lookup);
		}
	}
}

static struct lookup
find_declaration(const struct validation *v, const xmlNode *type, const char *kind, const xmlChar *name)
{
	struct lookup lookup = { .kind = kind, .name = str_from((const char *)name) };

	look_up(v, type, &lookup);
	if (!lookup.found) {
		lookup.is_near = true;
		lookup.nearest.wanted = lookup.name;
		look_up(v, type, &lookup);
	}
	return lookup;
}

/* The complex type of an element that `type` declares. */
static const xmlNode *
type_of(const struct validation *v, const xmlNode *declaration)
{
	return find_type(v, "complexType", schema_value(declaration, "type"));
}

static bool
is_instance_hint(const xmlAttr *attribute)
{
	return attribute->ns && strcmp((const char *)attribute->ns->href, INSTANCE_NAMESPACE) == 0 &&
	       (strcmp((const char *)attribute->name, "schemaLocation") == 0 ||
		       strcmp((const char *)attribute->name, "noNamespaceSchemaLocation") == 0);
}

/* Hints for editors go silently: nothing is ever loaded from where they point. */
static void
check_attributes(const struct validation *v, xmlNode *node, const xmlNode *type)
{
	for (xmlAttr *attribute = node->properties, *next; attribute; attribute = next) {
		next = attribute->next;
		if (is_instance_hint(attribute)) {
			xmlRemoveProp(attribute);
			continue;
		}
		struct lookup lookup = find_declaration(v, type, "attribute", attribute->name);
		if (lookup.found && !attribute->ns)
			continue;
		struct str near = nearest_text(&v->load->setup->arena, &lookup.nearest);
		load_error(v->load, node_line(node), "element \"%s\": unknown attribute \"%s%s%s\"%.*s",
			(const char *)node->name,
			attribute->ns && attribute->ns->prefix ? (const char *)attribute->ns->prefix : "",
			attribute->ns ? ":" : "", (const char *)attribute->name, STR_ARG(near));
		xmlRemoveProp(attribute);
	}
}

static void
check_required(const struct validation *v, const xmlNode *node, const xmlNode *type)
{
	for (const xmlNode *child = type->children; child; child = child->next) {
		if (is_named(child, "attribute") && has_value(child, "use", STR("required"))) {
			struct str name = schema_value(child, "name");
			if (!xmlHasProp(node, (const xmlChar *)name.ptr))
				load_error(v->load, node_line(node),
					"element \"%s\": attribute \"%.*s\" is missing",
					(const char *)node->name, STR_ARG(name));
		} else if (child->type == XML_ELEMENT_NODE) {
			check_required(v, node, child);
		}
	}
}

/* libxml2 gives a text the line where it ends. */
static unsigned
text_line(const xmlNode *child, struct str text)
{
	unsigned line = (unsigned)xmlGetLineNo((xmlNode *)(uintptr_t)child);

	for (const char *at = text.ptr; *at; at++)
		line -= *at == '\n';
	return line;
}

static void
check_text(const struct validation *v, const xmlNode *node, xmlNode *child)
{
	struct str text = str_trim(str_from((const char *)child->content));

	if (text.len > 0)
		load_error(v->load, text_line(child, text),
			"element \"%s\": text \"%.*s\" does not belong here; values are attributes",
			(const char *)node->name, STR_ARG(utf8_cut(text, 40)));
	/* Elements without children may not hold blanks either, for the schema. */
	if (text.len > 0 || !node_first(node, NULL)) {
		xmlUnlinkNode(child);
		xmlFreeNode(child);
	}
}

static void
report_element(
	const struct validation *v, const xmlNode *parent, const xmlNode *child, const struct lookup *lookup)
{
	struct str near = nearest_text(&v->load->setup->arena, &lookup->nearest);

	if (lookup->found)
		load_error(v->load, node_line(child),
			"element \"%s\" is not in the namespace " SETUP_NAMESPACE
			"; give it no prefix or one of that namespace",
			(const char *)child->name);
	else
		load_error(v->load, node_line(child), "unknown element \"%s\" in \"%s\"%.*s",
			(const char *)child->name, (const char *)parent->name, STR_ARG(near));
}

static bool
is_ours(const xmlNode *node)
{
	return node && node->ns && strcmp((const char *)node->ns->href, SETUP_NAMESPACE) == 0;
}

/* Recursion is as deep as the schema: what it does not know is taken out before. */
static void
check_element(const struct validation *v, xmlNode *node, const xmlNode *type)
{
	bool is_text = node_first(type, "simpleContent") != NULL;

	check_required(v, node, type);
	check_attributes(v, node, type);
	for (xmlNode *child = node->children, *next; child; child = next) {
		next = child->next;
		if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
			if (!is_text)
				check_text(v, node, child);
			continue;
		}
		if (child->type != XML_ELEMENT_NODE)
			continue;
		struct lookup lookup = find_declaration(v, type, "element", child->name);
		if (lookup.found && is_ours(child)) {
			check_element(v, child, type_of(v, lookup.found));
			continue;
		}
		report_element(v, node, child, &lookup);
		xmlUnlinkNode(child);
		xmlFreeNode(child);
	}
}

/* What may be written: the names of an enumeration, or the type's documentation. */
static struct str
describe_type(const struct validation *v, struct str name, struct nearest *nearest)
{
	const xmlNode *type = find_type(v, "simpleType", name);
	const xmlNode *restriction = type ? node_first(type, "restriction") : NULL;
	const xmlNode *annotation = type ? node_first(type, "annotation") : NULL;
	struct arena *arena = &v->load->setup->arena;
	struct str text = { NULL, 0 };

	if (annotation)
		return node_text(v->load, node_first(annotation, "documentation"));
	const xmlNode *value = restriction ? node_first(restriction, "enumeration") : NULL;
	while (value) {
		const xmlNode *next = node_next(value, "enumeration");
		struct str word = schema_value(value, "value");
		nearest_offer(nearest, word);
		text = arena_printf(arena, "%.*s%s%.*s", STR_ARG(text),
			text.len == 0 ? ""
			: next	      ? ", "
				      : " or ",
			STR_ARG(word));
		value = next;
	}
	return text;
}

/* The attribute that libxml2's message names: "Element 'x', attribute 'y': ...". */
static struct str
attribute_in(struct load *load, const char *message)
{
	const char *at = message ? strstr(message, ", attribute '") : NULL;
	const char *end = at ? strchr(at + 13, '\'') : NULL;

	if (!end)
		return (struct str){ NULL, 0 };
	return arena_copy(&load->setup->arena, (struct str){ at + 13, (size_t)(end - at - 13) });
}

/* The complex type of an element in its place; as deep as the schema. */
static const xmlNode *
type_in_place(const struct validation *v, const xmlNode *node)
{
	if (!node->parent || node->parent->type != XML_ELEMENT_NODE)
		return find_type(v, "complexType", STR("setup"));
	const xmlNode *type = type_in_place(v, node->parent);
	const xmlNode *declaration = find_declaration(v, type, "element", node->name).found;
	return declaration ? type_of(v, declaration) : NULL;
}

static const xmlNode *
find_attribute(const struct validation *v, const xmlNode *node, const char *attribute)
{
	return find_declaration(v, type_in_place(v, node), "attribute", (const xmlChar *)attribute).found;
}

static void
on_invalid(void *data, ERROR_CONST xmlError *error)
{
	struct validation *v = data;
	struct load *load = v->load;
	xmlNode *node = error->node;

	/* The walk has said that already, in the same words as the rest. */
	if (error->code == XML_SCHEMAV_CVC_COMPLEX_TYPE_4)
		return;
	if (node && node->type != XML_ELEMENT_NODE)
		node = node->parent;
	struct str name = attribute_in(load, error->message);
	const xmlNode *declaration = node && name.ptr ? find_attribute(v, node, name.ptr) : NULL;
	if (!declaration) {
		load_error(load, node ? node_line(node) : 0, "not valid: %.*s",
			STR_ARG(str_trim(str_from(error->message ? error->message : "the document"))));
		return;
	}
	struct str value = node_attribute(load, node, name.ptr);
	struct nearest nearest = { .wanted = value };
	struct str allowed = describe_type(v, schema_value(declaration, "type"), &nearest);
	struct str near = nearest_text(&load->setup->arena, &nearest);
	load_error(load, node_line(node), "element \"%s\": %.*s=\"%.*s\" is not possible; write %.*s%.*s",
		(const char *)node->name, STR_ARG(name), STR_ARG(value), STR_ARG(allowed), STR_ARG(near));
}

/* Validates what the walk left; its findings go to on_invalid(). */
static void
validate_rest(struct validation *v, xmlSchema *schema, xmlDoc *doc)
{
	xmlSchemaValidCtxt *valid = xmlSchemaNewValidCtxt(schema);

	if (!valid) {
		load_error(v->load, 0, "cannot be validated: the schema of setup files cannot be used");
		return;
	}
	xmlSchemaSetValidStructuredErrors(valid, on_invalid, v);
	if (xmlSchemaValidateDoc(valid, doc) != 0 && v->load->finding_count == 0)
		load_error(v->load, 0, "not valid against the schema of setup files");
	xmlSchemaFreeValidCtxt(valid);
}

static bool
check_root(struct load *load, const xmlNode *root)
{
	const char *space = root && root->ns ? (const char *)root->ns->href : "";

	if (root && is_named(root, "setup") && is_ours(root))
		return true;
	load_error(load, node_line(root),
		"the root element is \"%s\"%s%s; a setup file begins with " SETUP_BEGIN,
		root ? (const char *)root->name : "",
		!*space ? " without a namespace" : is_ours(root) ? "" : " in the namespace ",
		*space && !is_ours(root) ? space : "");
	return false;
}

bool
document_validate(struct load *load, xmlDoc *doc)
{
	struct setup_schema schema;
	xmlNode *root = xmlDocGetRootElement(doc);
	size_t before = load->finding_count;

	if (!check_root(load, root))
		return false;
	if (!schema_open(&schema)) {
		load_error(load, 0, "cannot be validated: the schema of setup files cannot be read");
		return false;
	}
	struct validation v = { load, xmlDocGetRootElement(schema.doc) };
	check_element(&v, root, find_type(&v, "complexType", STR("setup")));
	validate_rest(&v, schema.compiled, doc);
	schema_close(&schema);
	return load->finding_count == before;
}
