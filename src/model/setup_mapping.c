/* setup_mapping.c - value maps, guards and table mappings of the setup document */
#include "model/filter.h"
#include "model/setup_load.h"
#include "model/value.h"

static const char *const update_strategies[] = { "None", "SendUpdateToIntegration",
	"GetUpdateFromIntegration", "MergeFields" };
static const char *const deletion_strategies[] = { "None", "RestoreRecords", "RemoveCoupling" };

enum { LONGEST_NAME = 20 };

struct value_map *
find_value_map(const struct setup *setup, struct str code)
{
	for (size_t i = 0; i < setup->value_map_count; i++)
		if (name_equal(setup->value_maps[i].code, code))
			return &setup->value_maps[i];
	return NULL;
}

static void
read_entries(struct load *load, const xmlNode *node, struct value_map *map)
{
	map->entries = arena_array(&load->setup->arena, struct value_map_entry, node_count(node, "value"));
	for (const xmlNode *at = node_first(node, "value"); at; at = node_next(at, "value")) {
		struct value_map_entry *entry = &map->entries[map->entry_count++];
		entry->erp = node_attribute(load, at, "erp");
		entry->crm = node_attribute(load, at, "crm");
		entry->line = node_line(at);
		if (str_equal(entry->erp, STR("*")) && str_equal(entry->crm, STR("*")))
			load_error(load, entry->line,
				"value-map %.*s: \"*\" on both sides says nothing; give the default of one "
				"side",
				STR_ARG(map->code));
	}
	if (map->entry_count == 0)
		load_error(load, map->line, "value-map %.*s holds no value", STR_ARG(map->code));
}

void
read_value_maps(struct load *load, const xmlNode *root)
{
	struct setup *setup = load->setup;

	setup->value_maps = arena_array(&setup->arena, struct value_map, node_count(root, "value-map"));
	for (const xmlNode *at = node_first(root, "value-map"); at; at = node_next(at, "value-map")) {
		struct value_map map = { .code = node_attribute(load, at, "code"), .line = node_line(at) };
		const struct value_map *old = find_value_map(setup, map.code);
		if (old)
			load_error(load, map.line, "value-map %.*s is declared twice, first in line %u",
				STR_ARG(map.code), old->line);
		read_entries(load, at, &map);
		setup->value_maps[setup->value_map_count++] = map;
	}
}

/* "none", "100", "10%" or "2.5%"; the schema has checked the form. */
static struct guard_limit
read_limit(struct str text)
{
	struct guard_limit limit = { .kind = LIMIT_COUNT, .text = text };
	struct str rest;
	uint64_t part = 0;

	if (str_equal(text, STR("none")) || str_equal(text, STR("allow"))) {
		limit.kind = LIMIT_NONE;
	} else if (text.len > 0 && text.ptr[text.len - 1] == '%') {
		limit.kind = LIMIT_PERCENT;
		struct str whole = str_cut((struct str){ text.ptr, text.len - 1 }, '.', &rest);
		str_to_u64(whole, &limit.value);
		limit.value *= 1000;
		for (size_t i = 0, unit = 100; i < rest.len && unit > 0; i++, unit /= 10)
			part += (uint64_t)(rest.ptr[i] - '0') * unit;
		limit.value += part;
	} else {
		str_to_u64(text, &limit.value); /* "refuse" leaves 0 */
	}
	return limit;
}

/* 2.6: what an element does not say stays as it is: the general guard, or the default. */
void
read_guards(struct load *load, const xmlNode *parent, struct guard_limit guards[GUARDS])
{
	const xmlNode *node = node_first(parent, "guards");

	if (!node)
		return;
	if (node_next(node, "guards"))
		load_error(load, node_line(node_next(node, "guards")),
			"a second guards element in one place; join it with the one in line %u",
			node_line(node));
	for (enum guard guard = 0; guard < GUARDS; guard++) {
		struct str text = node_attribute(load, node, guard_name(guard));
		if (text.ptr)
			guards[guard] = read_limit(text);
	}
}

struct field_filter
read_filter(struct load *load, const xmlNode *node, struct table_def *table, const struct mapping *mapping,
	const char *kind)
{
	struct arena *arena = &load->setup->arena;
	struct field_filter filter = { .expression = node_text(load, node), .line = node_line(node) };
	struct filter_error error = { 0 };

	filter.field = resolve_field(
		load, table, node_attribute(load, node, "field"), filter.line, mapping_place(load, mapping));
	filter.filter = filter_parse(filter.expression, filter.field, arena, &error);
	if (!filter.filter)
		mapping_error(load, mapping, filter.line, "%s field \"%.*s\": position %zu: %.*s", kind,
			STR_ARG(filter.field->name), error.position, STR_ARG(error.message));
	return filter;
}

/* All filters of one name under a node; each field at most once (2.2). */
struct field_filter *
read_filters(struct load *load, const xmlNode *parent, const char *name, struct table_def *table,
	const struct mapping *mapping, size_t *count)
{
	struct arena *arena = &load->setup->arena;
	struct field_filter *filters = arena_array(arena, struct field_filter, node_count(parent, name));
	const char *kind = strcmp(name, "filter") == 0 ? "config-template filter" : name;

	for (const xmlNode *at = node_first(parent, name); at; at = node_next(at, name)) {
		struct field_filter filter = read_filter(load, at, table, mapping, kind);
		for (size_t i = 0; i < *count; i++)
			if (filters[i].field == filter.field)
				mapping_error(load, mapping, filter.line,
					"%s field \"%.*s\": a second filter for this field, first in line "
					"%u; join them with &",
					kind, STR_ARG(filter.field->name), filters[i].line);
		filters[(*count)++] = filter;
	}
	return filters;
}

static void
read_template(struct load *load, const xmlNode *node, const struct mapping *mapping,
	struct config_template *template)
{
	struct arena *arena = &load->setup->arena;
	struct str side = node_attribute(load, node, "side");

	template->code = node_attribute(load, node, "code");
	template->side = str_equal(side, STR("erp")) ? ERP : CRM;
	template->priority = (uint32_t)node_number(load, node, "priority", 0);
	template->include = node_attribute(load, node, "include");
	template->line = node_line(node);
	template->filters = read_filters(load, node, "filter", mapping->tables[other_side(template->side)],
		mapping, &template->filter_count);
	template->sets = arena_array(arena, struct template_set, node_count(node, "set"));
	for (const xmlNode *at = node_first(node, "set"); at; at = node_next(at, "set")) {
		struct template_set *set = &template->sets[template->set_count];
		set->line = node_line(at);
		set->value = node_attribute(load, at, "value");
		set->field = resolve_field(load, mapping->tables[template->side],
			node_attribute(load, at, "field"), set->line, mapping_place(load, mapping));
		for (size_t i = 0; i < template->set_count; i++)
			if (template->sets[i].field == set->field)
				mapping_error(load, mapping, set->line,
					"config-template sets field \"%.*s\" twice, first in line %u",
					STR_ARG(set->field->name), template->sets[i].line);
		template->set_count++;
	}
}

/* By priority ascending; those of one priority stay in document order. */
static void
sort_templates(struct mapping *mapping)
{
	for (size_t i = 1; i < mapping->template_count; i++) {
		struct config_template moved = mapping->templates[i];
		size_t at = i;
		for (; at > 0 && mapping->templates[at - 1].priority > moved.priority; at--)
			mapping->templates[at] = mapping->templates[at - 1];
		mapping->templates[at] = moved;
	}
}

static void
read_contents(struct load *load, const xmlNode *node, struct mapping *mapping)
{
	struct arena *arena = &load->setup->arena;

	mapping->filters[ERP] = read_filters(
		load, node, "table-filter", mapping->tables[ERP], mapping, &mapping->filter_count[ERP]);
	mapping->filters[CRM] = read_filters(load, node, "integration-table-filter", mapping->tables[CRM],
		mapping, &mapping->filter_count[CRM]);
	mapping->fields = arena_array(arena, struct field_mapping, node_count(node, "field"));
	for (const xmlNode *at = node_first(node, "field"); at; at = node_next(at, "field"))
		read_field_mapping(load, at, mapping, &mapping->fields[mapping->field_count++]);
	mapping->templates = arena_array(arena, struct config_template, node_count(node, "config-template"));
	for (const xmlNode *at = node_first(node, "config-template"); at;
		at = node_next(at, "config-template"))
		read_template(load, at, mapping, &mapping->templates[mapping->template_count++]);
	sort_templates(mapping);
}

static void
read_integration_user(struct load *load, const xmlNode *node, struct mapping *mapping)
{
	struct str user = str_trim(node_attribute(load, node, "integration-user"));
	char guid[36];

	if (user.len == 0)
		return;
	if (guid_read(user, guid))
		mapping->integration_user =
			arena_copy(&load->setup->arena, (struct str){ guid, sizeof guid });
	else
		mapping_error(
			load, mapping, mapping->line, "integration-user \"%.*s\" is no Guid", STR_ARG(user));
}

/* What mappings and option mappings have in common. */
static void
read_common(struct load *load, const xmlNode *node, struct mapping *mapping)
{
	memcpy(mapping->guards, load->setup->guards, sizeof mapping->guards);
	read_guards(load, node, mapping->guards);
	mapping->direction = node_choice(load, node, "direction", setup_direction_names, 4, BIDIRECTIONAL);
	mapping->synch_only_coupled_records = node_flag(load, node, "synch-only-coupled-records", true);
	mapping->resolve_deletion_conflicts = node_choice(load, node, "resolve-deletion-conflicts",
		deletion_strategies, ARRAY_LEN(deletion_strategies), DELETION_NONE);
	mapping->depends_on =
		split_names(load, node_attribute(load, node, "depends-on"), &mapping->depends_on_count);
	mapping->synch_after_coupling = node_flag(load, node, "synch-after-coupling", false);
	mapping->create_new_on_no_match = node_flag(load, node, "create-new-on-no-match", false);
	mapping->is_enabled = node_flag(load, node, "enabled", true);
	mapping->tables[ERP] = resolve_table(
		load, ERP, node_attribute(load, node, "table"), mapping->line, mapping_place(load, mapping));
}

static void
read_mapping(struct load *load, const xmlNode *node, struct mapping *mapping)
{
	struct str base = node_attribute(load, node, "base");

	mapping->resolve_update_conflicts = node_choice(load, node, "resolve-update-conflicts",
		update_strategies, ARRAY_LEN(update_strategies), UPDATE_NONE);
	/* 2.2: merging needs to know each field's base. */
	mapping->base_by_field =
		str_equal(base, STR("fields")) || mapping->resolve_update_conflicts == UPDATE_MERGE;
	read_integration_user(load, node, mapping);
	mapping->tables[CRM] = resolve_table(load, CRM, node_attribute(load, node, "integration-table"),
		mapping->line, mapping_place(load, mapping));
	read_contents(load, node, mapping);
}

static void
check_name(struct load *load, const struct mapping *mapping)
{
	const struct mapping *old = setup_find_mapping(load->setup, mapping->name);
	size_t length = utf8_count(str_trim(mapping->name));

	if (old)
		mapping_error(load, mapping, mapping->line, "a second mapping of this name, first in line %u",
			old->line);
	if (length > LONGEST_NAME)
		mapping_error(load, mapping, mapping->line,
			"the name has %zu characters; at most %d are allowed", length, (int)LONGEST_NAME);
}

void
read_mappings(struct load *load, const xmlNode *root)
{
	struct setup *setup = load->setup;
	size_t count = node_count(root, "mapping") + node_count(root, "option-mapping");

	setup->mappings = arena_array(&setup->arena, struct mapping *, count);
	for (const xmlNode *at = node_first(root, NULL); at; at = node_next(at, NULL)) {
		bool is_option_mapping = strcmp((const char *)at->name, "option-mapping") == 0;
		if (!is_option_mapping && strcmp((const char *)at->name, "mapping") != 0)
			continue;
		struct mapping *mapping = arena_new(&setup->arena, struct mapping);
		mapping->name = node_attribute(load, at, "name");
		mapping->is_option_mapping = is_option_mapping;
		mapping->line = node_line(at);
		check_name(load, mapping);
		read_common(load, at, mapping);
		if (is_option_mapping)
			read_option_mapping(load, at, mapping);
		else
			read_mapping(load, at, mapping);
		setup->mappings[setup->mapping_count++] = mapping;
	}
}
