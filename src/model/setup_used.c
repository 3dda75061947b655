/* setup_used.c - which tables and fields the enabled mappings need */
#include "model/rule.h"
#include "model/setup_load.h"

static void
mark_field(struct field *field, bool is_mapped)
{
	if (!field)
		return;
	field->is_used = true;
	field->is_mapped |= is_mapped;
}

static void
mark_filters(const struct field_filter *filters, size_t count)
{
	for (size_t i = 0; i < count; i++)
		mark_field(filters[i].field, false);
}

/* A FieldLookup may read a table that is in no mapping (R84). */
static void
mark_lookups(const struct setup *setup, const struct rule_program *program)
{
	for (; program; program = rule_next(program)) {
		const struct lookup_def *used = rule_lookup(program);
		if (!used)
			continue;
		setup->lookups[used->number].is_used = true;
		used->table->is_used = true;
		mark_field(used->source_field, true);
		mark_field(used->target_field, true);
	}
}

static void
mark_field_mapping(const struct setup *setup, const struct field_mapping *field)
{
	/* A match field is looked at whether its field mapping moves values or is disabled (R96). */
	if (!field->is_enabled && !field->match)
		return;
	for (enum side side = ERP; side < SIDES; side++)
		mark_field(field->fields[side], true);
	for (enum side side = ERP; side < SIDES; side++)
		for (size_t i = 0; i < field->rule_count[side]; i++)
			mark_lookups(setup, field->rules[side][i].program);
	for (size_t i = 0; i < field->reference_count; i++) {
		const struct reference *reference = &field->references[i];
		if (!reference->link_table)
			continue;
		reference->link_table->is_used = true;
		mark_field(reference->link_from, true);
		mark_field(reference->link_to, true);
		mark_filters(reference->filters, reference->filter_count);
	}
}

static void
mark_mapping(const struct setup *setup, const struct mapping *mapping)
{
	for (enum side side = ERP; side < SIDES; side++) {
		mapping->tables[side]->is_used = true;
		mark_filters(mapping->filters[side], mapping->filter_count[side]);
	}
	for (size_t i = 0; i < mapping->field_count; i++)
		mark_field_mapping(setup, &mapping->fields[i]);
	for (size_t i = 0; i < mapping->template_count; i++) {
		const struct config_template *template = &mapping->templates[i];
		mark_filters(template->filters, template->filter_count);
		for (size_t s = 0; s < template->set_count; s++)
			mark_field(template->sets[s].field, false);
	}
}

/* Fields with a role are marked with their table's roles. */
void
mark_used(struct load *load)
{
	for (size_t i = 0; i < load->setup->mapping_count; i++)
		if (load->setup->mappings[i]->is_enabled)
			mark_mapping(load->setup, load->setup->mappings[i]);
}
