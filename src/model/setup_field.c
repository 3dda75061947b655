/* setup_field.c - field mappings and references of the setup document */
#include "model/setup_load.h"

static void
read_link(struct load *load, const xmlNode *node, const struct mapping *mapping,
	const struct field_mapping *field, struct reference *reference)
{
	struct str table = node_attribute(load, node, "link-table");
	struct str from = node_attribute(load, node, "link-from");
	struct str to = node_attribute(load, node, "link-to");
	struct str place = mapping_place(load, mapping);

	if (!table.ptr && (from.ptr || to.ptr || node_first(node, "filter"))) {
		field_error(load, mapping, field,
			"reference %.*s: link-from, link-to and filters need a link-table",
			STR_ARG(reference->mapping_name));
		return;
	}
	if (!table.ptr)
		return;
	if (!from.ptr || !to.ptr) {
		field_error(load, mapping, field,
			"reference %.*s: link-table \"%.*s\" needs link-from and link-to",
			STR_ARG(reference->mapping_name), STR_ARG(table));
		return;
	}
	reference->link_number = load->setup->link_count++;
	reference->link_table = resolve_table(load, ERP, table, reference->line, place);
	reference->link_from = resolve_field(load, reference->link_table, from, reference->line, place);
	reference->link_to = resolve_field(load, reference->link_table, to, reference->line, place);
	reference->filters =
		arena_array(&load->setup->arena, struct field_filter, node_count(node, "filter"));
	for (const xmlNode *at = node_first(node, "filter"); at; at = node_next(at, "filter")) {
		struct field_filter filter =
			read_filter(load, at, reference->link_table, mapping, "reference filter");
		for (size_t i = 0; i < reference->filter_count; i++)
			if (reference->filters[i].field == filter.field)
				mapping_error(load, mapping, filter.line,
					"reference filter field \"%.*s\": a second filter for this field; "
					"join them with &",
					STR_ARG(filter.field->name));
		reference->filters[reference->filter_count++] = filter;
	}
}

/* The attribute is the short form of one child element (2.4). */
static void
read_references(
	struct load *load, const xmlNode *node, const struct mapping *mapping, struct field_mapping *field)
{
	struct arena *arena = &load->setup->arena;
	struct str short_form = node_attribute(load, node, "reference");
	size_t count = node_count(node, "reference");

	if (short_form.ptr && count > 0)
		field_error(load, mapping, field,
			"attribute \"reference\" and reference elements exclude each other; keep the "
			"elements");
	if (short_form.ptr && count == 0) {
		field->references = arena_array(arena, struct reference, 1);
		field->references[0] = (struct reference){ .mapping_name = short_form, .line = field->line };
		field->reference_count = 1;
		return;
	}
	field->references = arena_array(arena, struct reference, count);
	for (const xmlNode *at = node_first(node, "reference"); at; at = node_next(at, "reference")) {
		struct reference *reference = &field->references[field->reference_count++];
		reference->mapping_name = node_attribute(load, at, "mapping");
		reference->line = node_line(at);
		read_link(load, at, mapping, field, reference);
	}
}

/* A code that is not known stands in for itself, so that what depends on it is not found as well. */
static void
read_codes(struct load *load, const xmlNode *node, const struct mapping *mapping, struct field_mapping *field)
{
	const struct setup *setup = load->setup;
	struct arena *arena = &load->setup->arena;
	struct str rule = node_attribute(load, node, "rule");
	struct str map = node_attribute(load, node, "value-map");
	struct nearest near_rule = { .wanted = str_trim(rule) };
	struct nearest near_map = { .wanted = str_trim(map) };

	field->rule = rule.ptr ? find_rule(setup, rule) : NULL;
	field->value_map = map.ptr ? find_value_map(setup, map) : NULL;
	if (rule.ptr && !field->rule) {
		for (size_t i = 0; i < setup->rule_count; i++)
			nearest_offer(&near_rule, setup->rules[i].code);
		field_error(load, mapping, field, "rule \"%.*s\": no such transformation rule%.*s",
			STR_ARG(rule), STR_ARG(nearest_text(&load->setup->arena, &near_rule)));
		field->rule = arena_new(arena, struct transformation_rule);
	}
	if (map.ptr && !field->value_map) {
		for (size_t i = 0; i < setup->value_map_count; i++)
			nearest_offer(&near_map, setup->value_maps[i].code);
		field_error(load, mapping, field, "value-map \"%.*s\": no such value map%.*s", STR_ARG(map),
			STR_ARG(nearest_text(&load->setup->arena, &near_map)));
		field->value_map = arena_new(arena, struct value_map);
	}
}

static struct field *
read_side(struct load *load, const xmlNode *node, const char *name, struct table_def *table,
	const struct mapping *mapping, unsigned line)
{
	struct str text = node_attribute(load, node, name);

	return text.ptr ? resolve_field(load, table, text, line, mapping_place(load, mapping)) : NULL;
}

void
read_field_mapping(
	struct load *load, const xmlNode *node, struct mapping *mapping, struct field_mapping *field)
{
	struct str constant = node_attribute(load, node, "constant");

	field->line = node_line(node);
	field->fields[ERP] = read_side(load, node, "table-field", mapping->tables[ERP], mapping, field->line);
	field->fields[CRM] =
		read_side(load, node, "integration-field", mapping->tables[CRM], mapping, field->line);
	field->direction = node_choice(load, node, "direction", setup_direction_names, 4, DIRECTION_NONE);
	field->has_constant = constant.ptr != NULL;
	field->constant = constant;
	field->blank_as = node_attribute(load, node, "blank-as");
	field->rule_direction =
		node_choice(load, node, "rule-direction", setup_direction_names, 4, DIRECTION_NONE);
	field->not_null = node_flag(load, node, "not-null", false);
	field->clear_value_on_failed_sync = node_flag(load, node, "clear-value-on-failed-sync", false);
	field->ignore_record_when_unresolved = node_flag(load, node, "ignore-record-when-unresolved", false);
	field->match = node_flag(load, node, "match", false);
	field->match_priority = (uint32_t)node_number(load, node, "match-priority", 0);
	field->match_case_sensitive = node_flag(load, node, "match-case-sensitive", false);
	field->is_enabled = !str_equal(node_attribute(load, node, "status"), STR("Disabled"));
	field->validate[ERP] = node_flag(load, node, "validate-field", false);
	field->validate[CRM] = node_flag(load, node, "validate-integration-field", false);
	read_codes(load, node, mapping, field);
	read_references(load, node, mapping, field);
}
