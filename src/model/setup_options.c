/*
 * setup_options.c - option mappings (2.5, E41): the options of a CRM field as a table
 *
 * The engine couples records with rows.  So the declared options of a field are
 * made a table of their own, the option set: its uid is the option's number, its
 * one other field the label, under the name of the option field.  An option
 * mapping then is a mapping with one field mapping, from the key of its ERP
 * table to the label.  Option mappings of one field share its option set.  No
 * element of the setup can name an option set, and no export is read for it.
 */
#include "model/setup_load.h"

enum { NUMBER, LABEL, OPTION_FIELDS };

static struct table_def *
find_option_set(const struct setup *setup, const struct field *field)
{
	for (size_t i = 0; i < setup->table_count; i++)
		if (setup->tables[i]->option_field == field)
			return setup->tables[i];
	return NULL;
}

static struct field *
make_field(struct load *load, struct str name, enum type type, enum role role, unsigned line)
{
	struct field *field = arena_new(&load->setup->arena, struct field);

	*field = (struct field){ .name = name, .type = type, .role = role, .line = line };
	field->is_declared = true;
	return field;
}

/* read_systems() left room for one a mapping. */
static struct table_def *
make_option_set(struct load *load, const struct table_def *owner, const struct field *field, unsigned line)
{
	struct setup *setup = load->setup;
	struct table_def *table = arena_new(&setup->arena, struct table_def);

	*table = (struct table_def){
		.name = arena_printf(
			&setup->arena, "%.*s.%.*s", STR_ARG(owner->name), STR_ARG(field->name)),
		.side = CRM,
		.system = owner->system,
		.is_full = true,
		.import.format = { .format = FORMAT_CSV, .quote = '"', .locale = owner->system->locale },
		.option_field = field,
		.option_owner = owner,
		.line = owner->line == 0 ? 0 : line,
		.number = (uint32_t)setup->table_count,
	};
	table->fields = arena_array(&setup->arena, struct field *, OPTION_FIELDS);
	table->fields[NUMBER] = make_field(load, STR("value"), TYPE_INTEGER, ROLE_UID, line);
	table->fields[LABEL] = make_field(load, field->name, TYPE_TEXT, ROLE_NAME, line);
	table->field_count = OPTION_FIELDS;
	setup->tables[setup->table_count++] = table;
	return table;
}

static struct table_def *
resolve_option_set(struct load *load, const xmlNode *node, const struct mapping *mapping)
{
	struct str place = mapping_place(load, mapping);
	unsigned line = node_line(node);
	struct table_def *owner =
		resolve_table(load, CRM, node_attribute(load, node, "table"), line, place);
	struct field *field = resolve_field(load, owner, node_attribute(load, node, "field"), line, place);
	struct table_def *table = find_option_set(load->setup, field);

	if (field->type != TYPE_OPTION && owner->line != 0)
		mapping_error(load, mapping, line, "field \"%.*s\" is no Option; declare it with its options",
			STR_ARG(field->name));
	return table ? table : make_option_set(load, owner, field, line);
}

void
read_option_mapping(struct load *load, const xmlNode *node, struct mapping *mapping)
{
	const xmlNode *option = node_first(node, "integration-option");

	mapping->filters[ERP] = read_filters(
		load, node, "table-filter", mapping->tables[ERP], mapping, &mapping->filter_count[ERP]);
	if (mapping->direction == BIDIRECTIONAL)
		mapping_error(load, mapping, mapping->line,
			"an option mapping cannot be Bidirectional; write ToIntegrationTable or "
			"FromIntegrationTable");
	if (!option) {
		mapping_error(load, mapping, mapping->line,
			"element \"integration-option\" is missing; it names the option field");
		mapping->tables[CRM] = arena_new(&load->setup->arena, struct table_def);
		return;
	}
	if (node_next(option, "integration-option"))
		mapping_error(load, mapping, node_line(node_next(option, "integration-option")),
			"a second integration-option; an option mapping has one");
	mapping->tables[CRM] = resolve_option_set(load, option, mapping);
}

static void
make_label_mapping(struct load *load, struct mapping *mapping)
{
	const struct table_def *erp = mapping->tables[ERP];
	struct field_mapping *label = arena_new(&load->setup->arena, struct field_mapping);

	*label = (struct field_mapping){
		.fields = { erp->keys[0], mapping->tables[CRM]->fields[LABEL] },
		.direction = mapping->direction,
		.is_label = true,
		/* A record that only its key tells cannot be given another one. */
		.renames = mapping->direction == FROM && erp->uid && erp->uid != erp->keys[0],
		.match = true,
		.is_enabled = true,
		.line = mapping->line,
	};
	mapping->fields = label;
	mapping->field_count = 1;
}

static bool
has_option(const struct field *field, const struct option *wanted)
{
	for (size_t i = 0; i < field->option_count; i++)
		if (str_equal(field->options[i].ordinal, wanted->ordinal)
			|| name_equal(field->options[i].name, wanted->name))
			return true;
	return false;
}

static void
add_options(struct load *load, struct field *field, const struct field *from)
{
	struct option *options =
		arena_array(&load->setup->arena, struct option, field->option_count + from->option_count);

	if (field->option_count > 0)
		memcpy(options, field->options, field->option_count * sizeof *options);
	field->options = options;
	for (size_t i = 0; i < from->option_count; i++)
		if (!has_option(field, &from->options[i]))
			field->options[field->option_count++] = from->options[i];
}

/*
 * R111: fields that refer to an option mapping share its option set (an
 * invoice's payment terms are those of the account), so an option that is
 * declared there needs no second declaration.
 */
static void
share_options(struct load *load, struct mapping *mapping)
{
	for (size_t f = 0; f < mapping->field_count; f++)
		for (size_t r = 0; r < mapping->fields[f].reference_count; r++) {
			const struct mapping *named = mapping->fields[f].references[r].mapping;
			struct field *field = mapping->fields[f].fields[CRM];
			if (named && named->is_option_mapping && field && field->type == TYPE_OPTION
				&& named->tables[CRM]->option_field
				&& named->tables[CRM]->option_field != field)
				add_options(load, field, named->tables[CRM]->option_field);
		}
}

void
check_option_mappings(struct load *load)
{
	for (size_t i = 0; i < load->setup->mapping_count; i++)
		share_options(load, load->setup->mappings[i]);
	for (size_t i = 0; i < load->setup->mapping_count; i++) {
		struct mapping *mapping = load->setup->mappings[i];
		const struct table_def *erp = mapping->tables[ERP];
		if (!mapping->is_option_mapping || mapping->tables[CRM]->line == 0 || erp->line == 0
			|| erp->key_count == 0)
			continue;
		if (erp->key_count == 1
			&& (erp->keys[0]->type == TYPE_CODE || erp->keys[0]->type == TYPE_TEXT))
			make_label_mapping(load, mapping);
		else if (mapping->is_enabled)
			mapping_error(load, mapping, mapping->line,
				"the key of table %.*s is not one field of type Code or Text, as the labels "
				"of options are",
				STR_ARG(erp->name));
	}
}
