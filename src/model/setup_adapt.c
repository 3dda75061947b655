/* setup_adapt.c - the default setup, changed to what Business Central's own mappings say */
#include "model/setup_adapt.h"

#include <stdlib.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

static const char *const update_words[] = { "None", "SendUpdateToIntegration", "GetUpdateFromIntegration",
	"MergeFields" };
static const char *const deletion_words[] = { "None", "RestoreRecords", "RemoveCoupling" };

struct adapting {
	const struct adaptation *what;
	xmlNode *root;
	struct arena arena;	/* NUL-terminated texts for libxml2 */
};

static bool
has_name(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, (const xmlChar *)name);
}

static bool
is_mapping(const xmlNode *node)
{
	return has_name(node, "mapping") || has_name(node, "option-mapping");
}

/* An attribute's text in the arena; empty when it is not there. */
static struct str
get(struct adapting *a, const xmlNode *node, const char *name)
{
	xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
	struct str result = text ? arena_copy(&a->arena, str_from((const char *)text)) : STR("");

	xmlFree(text);
	return result;
}

/* Sets an attribute; an empty text takes it away. */
static void
set(struct adapting *a, xmlNode *node, const char *name, struct str value)
{
	if (value.len == 0)
		xmlUnsetProp(node, (const xmlChar *)name);
	else
		xmlSetProp(node, (const xmlChar *)name,
			(const xmlChar *)arena_copy(&a->arena, value).ptr);
}

/* Only where it says something else than the default. */
static void
set_flag(struct adapting *a, xmlNode *node, const char *name, bool value, bool fallback)
{
	set(a, node, name, value == fallback ? STR("") : value ? STR("true") : STR("false"));
}

/* A line of its own before the given node, or at the end. */
static void
add_line(xmlNode *parent, xmlNode *before, const char *indent, xmlNode *node)
{
	if (!before && parent->last && xmlIsBlankNode(parent->last))
		before = parent->last;
	if (before)
		xmlAddPrevSibling(before, node);
	else
		xmlAddChild(parent, node);
	/* Now that it is no neighbour of other blanks: libxml2 would join them. */
	xmlAddPrevSibling(node, xmlNewText((const xmlChar *)indent));
}

static xmlNode *
new_element(struct adapting *a, const char *name)
{
	return xmlNewNode(a->root->ns, (const xmlChar *)name);
}

/* A comment cannot hold two dashes. */
static void
add_comment(struct adapting *a, xmlNode *parent, const char *indent, struct str text)
{
	char *copy = arena_bytes(&a->arena, text.len + 3);
	size_t len = 0;

	copy[len++] = ' ';
	for (size_t i = 0; i < text.len; i++, len++)
		copy[len] = text.ptr[i] == '-' && copy[len - 1] == '-' ? '_' : text.ptr[i];
	copy[len++] = ' ';
	copy[len] = '\0';
	add_line(parent, NULL, indent, xmlNewComment((const xmlChar *)copy));
}

/* A word that says the default is written only where one stood. */
static void
set_word(struct adapting *a, xmlNode *node, const char *name, const char *word, const char *fallback)
{
	if (strcmp(word, fallback) != 0 || get(a, node, name).len > 0)
		set(a, node, name, str_from(word));
}

static void
remove_filters(xmlNode *mapping)
{
	for (xmlNode *node = mapping->children, *next; node; node = next) {
		next = node->next;
		if (!has_name(node, "table-filter") && !has_name(node, "integration-table-filter"))
			continue;
		if (node->prev && xmlIsBlankNode(node->prev)) {
			xmlNode *blank = node->prev;
			xmlUnlinkNode(blank);
			xmlFreeNode(blank);
		}
		xmlUnlinkNode(node);
		xmlFreeNode(node);
	}
}

static void
add_filters(struct adapting *a, xmlNode *mapping, const struct adapted_mapping *what)
{
	static const char *const names[SIDES] = { "table-filter", "integration-table-filter" };

	remove_filters(mapping);
	xmlNode *first = mapping->children;
	for (enum side side = ERP; side <= CRM; side++) {
		for (size_t i = 0; i < what->filter_count[side]; i++) {
			xmlNode *node = new_element(a, names[side]);
			set(a, node, "field", what->filters[side][i].field);
			struct str text = arena_copy(&a->arena, what->filters[side][i].expression);
			xmlAddChild(node, xmlNewText((const xmlChar *)text.ptr));
			add_line(mapping, first, "\n    ", node);
		}
	}
}

static bool
is_same(struct str a, struct str b)
{
	return str_equal_nocase(str_trim(a), str_trim(b));
}

/* The direction as it must be written; none where the mapping's own is meant. */
static struct str
direction_text(const struct adapted_mapping *mapping, const struct adapted_field *field)
{
	if (field->direction == BIDIRECTIONAL || mapping->direction != BIDIRECTIONAL)
		return STR("");
	return str_from(direction_name(field->direction));
}

static void
set_field(struct adapting *a, xmlNode *node, const struct adapted_mapping *mapping,
	const struct adapted_field *field)
{
	bool is_impossible = (field->direction & mapping->direction) == 0;
	bool has_rule = field->rule.len > 0;
	struct str priority = field->match && field->match_priority
	    ? arena_printf(&a->arena, "%llu", (unsigned long long)field->match_priority) : STR("");

	set(a, node, "table-field", field->names[ERP]);
	set(a, node, "integration-field", field->names[CRM]);
	set(a, node, "constant", field->constant);
	set(a, node, "direction", direction_text(mapping, field));
	set_flag(a, node, "clear-value-on-failed-sync", field->clear_value_on_failed_sync, false);
	set_flag(a, node, "not-null", field->not_null, false);
	set_flag(a, node, "match", field->match, false);
	set(a, node, "match-priority", priority);
	set_flag(a, node, "match-case-sensitive", field->match && field->match_case_sensitive, false);
	set(a, node, "rule", field->rule);
	set(a, node, "rule-direction",
		has_rule ? str_from(direction_name(field->rule_direction)) : STR(""));
	set_flag(a, node, "validate-field", field->validate[ERP], false);
	set_flag(a, node, "validate-integration-field", field->validate[CRM], false);
	set(a, node, "status", field->is_disabled || is_impossible ? STR("Disabled") : STR(""));
}

/* The number of the field mapping that a field element is, or field_count. */
static size_t
find_field(struct adapting *a, const xmlNode *node, const struct adapted_mapping *mapping)
{
	struct str erp = get(a, node, "table-field");
	struct str crm = get(a, node, "integration-field");
	size_t i = 0;

	while (i < mapping->field_count && (!is_same(mapping->fields[i].names[ERP], erp) ||
		!is_same(mapping->fields[i].names[CRM], crm)))
		i++;
	return i;
}

static bool
is_default_row(struct adapting *a, const xmlNode *node, struct str mapping)
{
	struct str erp = get(a, node, "table-field");
	struct str crm = get(a, node, "integration-field");

	for (size_t i = 0; i < a->what->row_count; i++) {
		const struct default_row *row = &a->what->rows[i];
		if (is_same(row->mapping, mapping) && is_same(row->names[ERP], erp)
			&& is_same(row->names[CRM], crm))
			return true;
	}
	return false;
}

static xmlNode *
last_field(const xmlNode *mapping)
{
	xmlNode *node = mapping->last;

	while (node && !has_name(node, "field"))
		node = node->prev;
	return node;
}

static void
add_fields(struct adapting *a, xmlNode *mapping, const struct adapted_mapping *what)
{
	bool *is_there = memory_new(what->field_count + 1, sizeof *is_there);

	for (xmlNode *node = mapping->children; node; node = node->next) {
		if (!has_name(node, "field"))
			continue;
		size_t found = find_field(a, node, what);
		if (found < what->field_count)
			set_field(a, node, what, &what->fields[found]);
		else if (is_default_row(a, node, what->name))
			set(a, node, "status", STR("Disabled"));
		is_there[found] = true;
	}
	const xmlNode *last = last_field(mapping);
	xmlNode *after = last ? last->next : NULL;
	for (size_t i = 0; i < what->field_count; i++) {
		if (is_there[i])
			continue;
		xmlNode *node = new_element(a, "field");
		set_field(a, node, what, &what->fields[i]);
		add_line(mapping, after, "\n    ", node);
	}
	free(is_there);
}

static void
set_mapping(struct adapting *a, xmlNode *node, const struct adapted_mapping *what)
{
	bool is_option = what->option_field.len > 0;

	set(a, node, "name", what->name);
	set(a, node, "table", what->tables[ERP]);
	if (!is_option)
		set(a, node, "integration-table", what->tables[CRM]);
	set(a, node, "direction", str_from(direction_name(what->direction)));
	set_word(a, node, "synch-only-coupled-records", what->synch_only_coupled_records ? "true" : "false",
		"true");
	if (!is_option)
		set_word(a, node, "resolve-update-conflicts", update_words[what->resolve_update_conflicts],
			"None");
	set_word(a, node, "resolve-deletion-conflicts", deletion_words[what->resolve_deletion_conflicts],
		"None");
	set(a, node, "depends-on", what->depends_on);
	set_flag(a, node, "synch-after-coupling", what->synch_after_coupling, false);
	set_flag(a, node, "create-new-on-no-match", what->create_new_on_no_match, false);
	set_flag(a, node, "enabled", !what->is_disabled, true);
	add_filters(a, node, what);
	if (!is_option)
		add_fields(a, node, what);
	for (size_t i = 0; i < what->comment_count; i++)
		add_comment(a, node, "\n    ", what->comments[i]);
}

static const struct adapted_mapping *
find_given(struct adapting *a, const xmlNode *node)
{
	struct str name = get(a, node, "name");

	for (size_t i = 0; i < a->what->mapping_count; i++)
		if (is_same(a->what->mappings[i].name, name))
			return &a->what->mappings[i];
	return NULL;
}

/* The default mapping of that name is the same one only if it pairs the same tables. */
static bool
pairs_same(struct adapting *a, const xmlNode *node, const struct adapted_mapping *what)
{
	bool is_option = has_name(node, "option-mapping");

	return is_option == (what->option_field.len > 0) && is_same(get(a, node, "table"), what->tables[ERP])
	    && (is_option || is_same(get(a, node, "integration-table"), what->tables[CRM]));
}

static void
add_mapping(struct adapting *a, const struct adapted_mapping *what)
{
	bool is_option = what->option_field.len > 0;
	xmlNode *node = new_element(a, is_option ? "option-mapping" : "mapping");

	xmlAddChild(node, xmlNewText((const xmlChar *)"\n  "));
	if (is_option) {
		xmlNode *option = new_element(a, "integration-option");
		set(a, option, "table", what->tables[CRM]);
		set(a, option, "field", what->option_field);
		add_line(node, NULL, "\n    ", option);
	}
	set_mapping(a, node, what);
	add_line(a->root, NULL, "\n\n  ", node);
}

static void
adapt_mappings(struct adapting *a)
{
	bool *is_there = memory_new(a->what->mapping_count + 1, sizeof *is_there);

	for (xmlNode *node = a->root->children, *next; node; node = next) {
		next = node->next;
		if (!is_mapping(node))
			continue;
		const struct adapted_mapping *given = find_given(a, node);
		if (!given) {
			set(a, node, "enabled", STR("false"));
		} else if (pairs_same(a, node, given)) {
			set_mapping(a, node, given);
			is_there[given - a->what->mappings] = true;
		} else {
			xmlUnlinkNode(node);
			xmlFreeNode(node);
		}
	}
	for (size_t i = 0; i < a->what->mapping_count; i++)
		if (!is_there[i])
			add_mapping(a, &a->what->mappings[i]);
	free(is_there);
}

static bool
is_enabled(struct adapting *a, struct str mapping)
{
	for (xmlNode *node = a->root->children; node; node = node->next)
		if (is_mapping(node) && is_same(get(a, node, "name"), mapping))
			return !str_equal(get(a, node, "enabled"), STR("false"));
	return false;
}

/* Whether a field mapping refers to mappings, none of which is enabled. */
static bool
refers_to_nothing(struct adapting *a, const xmlNode *field)
{
	struct str one = get(a, field, "reference");
	bool has_any = one.len > 0;
	bool is_any_enabled = has_any && is_enabled(a, one);

	for (const xmlNode *node = field->children; node; node = node->next) {
		if (!has_name(node, "reference"))
			continue;
		has_any = true;
		is_any_enabled |= is_enabled(a, get(a, node, "mapping"));
	}
	return has_any && !is_any_enabled;
}

static void
disable_references(struct adapting *a)
{
	for (const xmlNode *mapping = a->root->children; mapping; mapping = mapping->next)
		for (xmlNode *node = is_mapping(mapping) ? mapping->children : NULL; node; node = node->next)
			if (has_name(node, "field") && refers_to_nothing(a, node))
				set(a, node, "status", STR("Disabled"));
}

struct str
setup_adapt(const struct adaptation *adaptation, struct arena *arena)
{
	struct adapting a = { .what = adaptation };
	xmlDoc *doc = xmlReadMemory(adaptation->setup.ptr, (int)adaptation->setup.len, NULL, NULL,
		XML_PARSE_NONET);
	xmlChar *bytes = NULL;
	int size = 0;

	if (!doc)
		return STR("");
	a.root = xmlDocGetRootElement(doc);
	adapt_mappings(&a);
	disable_references(&a);
	for (size_t i = 0; i < adaptation->comment_count; i++)
		add_comment(&a, a.root, "\n\n  ", adaptation->comments[i]);
	xmlDocDumpMemoryEnc(doc, &bytes, &size, "UTF-8");
	struct str text = arena_copy(arena, (struct str){ (const char *)bytes, (size_t)(bytes ? size : 0) });
	xmlFree(bytes);
	xmlFreeDoc(doc);
	arena_release(&a.arena);
	return text;
}
