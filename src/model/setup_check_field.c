/* setup_check_field.c - what a schema cannot say about field mappings (2.3) and value maps (2.5) */
#include "model/locale.h"
#include "model/setup_load.h"
#include "model/value.h"

static struct str
near_option(struct load *load, const struct field *field, struct str wanted)
{
	struct nearest nearest = { .wanted = str_trim(wanted) };

	for (size_t i = 0; i < field->option_count; i++) {
		nearest_offer(&nearest, field->options[i].name);
		for (size_t c = 0; c < field->options[i].caption_count; c++)
			nearest_offer(&nearest, field->options[i].captions[c]);
	}
	return nearest_text(&load->setup->arena, &nearest);
}

/* Read as the system writes values, else as everybody can: `invariant`. */
bool
read_value(struct load *load, const struct field *field, const struct system *system, struct str raw,
	struct str *canonical, struct str *why)
{
	struct arena *arena = &load->setup->arena;
	struct buf out = { 0 };
	bool has_length = field->length > 0 && (field->type == TYPE_CODE || field->type == TYPE_TEXT);
	bool is_good = value_read(field, system->locale, system->zone, raw, &out) ||
		       value_read(field, locale_find(STR("invariant")), system->zone, raw, &out);

	*canonical = arena_copy(arena, buf_str(&out));
	buf_release(&out);
	if (!is_good && field->type == TYPE_OPTION)
		*why = arena_printf(arena, "is no option of field \"%.*s\"%.*s", STR_ARG(field->name),
			STR_ARG(near_option(load, field, raw)));
	else if (!is_good)
		*why = arena_printf(arena, "is no %s, which field \"%.*s\" is", type_name(field->type),
			STR_ARG(field->name));
	else if (has_length && utf8_count(*canonical) > field->length)
		*why = arena_printf(arena, "is longer than the %u characters of field \"%.*s\"",
			field->length, STR_ARG(field->name));
	else
		return true;
	return false;
}

/* A constant belongs to one side and moves one way (2.3). */
static void
check_constant(struct load *load, const struct mapping *mapping, struct field_mapping *field)
{
	enum side side = field->fields[ERP] ? ERP : CRM;
	enum direction direction = side == ERP ? FROM : TO;
	struct str why;

	if (field->fields[ERP] && field->fields[CRM]) {
		field_error(load, mapping, field,
			"a constant is for one side; leave table-field or integration-field away");
		return;
	}
	if (field->direction != DIRECTION_NONE && field->direction != direction)
		field_error(load, mapping, field,
			"a constant of the %s side moves %s only; direction=\"%s\" is not possible",
			side_name(side), direction_name(direction), direction_name(field->direction));
	else if ((mapping->direction & direction) == 0)
		field_error(load, mapping, field, "a constant of the %s side moves %s; the mapping is %s",
			side_name(side), direction_name(direction), direction_name(mapping->direction));
	field->direction = direction;
	if (field->reference_count > 0 || field->value_map || field->rule || field->match)
		field_error(load, mapping, field,
			"reference, value-map, rule and match mean nothing with a constant");
	if (!read_value(load, field->fields[side], mapping->tables[side]->system, field->constant,
		    &field->constant_value, &why))
		field_error(load, mapping, field, "constant \"%.*s\" %.*s", STR_ARG(field->constant),
			STR_ARG(why));
}

static void
check_direction(struct load *load, const struct mapping *mapping, struct field_mapping *field)
{
	enum direction only = mapping->direction;

	if (field->direction == DIRECTION_NONE)
		field->direction = only;
	else if ((field->direction & ~only) != 0)
		field_error(load, mapping, field, "direction %s is not possible; the mapping is %s",
			direction_name(field->direction), direction_name(only));
}

/* E20, E46: where the rule applies; within the field mapping's own direction. */
static void
check_rule_direction(struct load *load, const struct mapping *mapping, struct field_mapping *field)
{
	if (!field->rule) {
		if (field->rule_direction != DIRECTION_NONE)
			field_error(load, mapping, field,
				"rule-direction without rule; name a transformation rule");
		return;
	}
	if (field->rule_direction == DIRECTION_NONE && field->direction == BIDIRECTIONAL)
		field_error(load, mapping, field,
			"rule \"%.*s\" needs rule-direction, as the field mapping is Bidirectional",
			STR_ARG(field->rule->code));
	else if (field->rule_direction == DIRECTION_NONE)
		field->rule_direction = field->direction;
	else if ((field->rule_direction & field->direction) == 0)
		field_error(load, mapping, field, "rule-direction %s never applies; the field mapping is %s",
			direction_name(field->rule_direction), direction_name(field->direction));
	else
		field->rule_direction &= field->direction;
}

static void
check_flags(struct load *load, const struct mapping *mapping, const struct field_mapping *field)
{
	/* Of a table that is not there the types are not known either. */
	bool is_guid = mapping->tables[ERP]->line == 0 || mapping->tables[CRM]->line == 0;

	for (enum side side = ERP; side < SIDES; side++)
		is_guid |= field->fields[side] && field->fields[side]->type == TYPE_GUID;
	if (field->not_null && !is_guid)
		field_error(load, mapping, field,
			"not-null is for Guid fields; neither field is declared with type=\"Guid\"");
	if (field->not_null && field->clear_value_on_failed_sync)
		field_error(
			load, mapping, field, "not-null and clear-value-on-failed-sync exclude each other");
	if (field->blank_as.len > 0 && field->reference_count == 0)
		field_error(load, mapping, field, "blank-as needs a reference");
	if (field->ignore_record_when_unresolved && field->reference_count == 0)
		field_error(load, mapping, field, "ignore-record-when-unresolved needs a reference");
	if (field->value_map && field->reference_count > 0)
		field_error(load, mapping, field, "value-map and reference exclude each other");
}

static void
check_entry(struct load *load, const struct mapping *mapping, const struct field_mapping *field,
	enum side side, const struct value_map_entry *entry)
{
	struct str value = side == ERP ? entry->erp : entry->crm;
	struct str canonical;
	struct str why;

	if (str_equal(value, STR("*")) ||
		read_value(load, field->fields[side], mapping->tables[side]->system, value, &canonical, &why))
		return;
	load_error(load, entry->line, "value-map %.*s: %s=\"%.*s\" %.*s (used by %.*s in line %u)",
		STR_ARG(field->value_map->code), side_name(side), STR_ARG(value), STR_ARG(why),
		STR_ARG(mapping_place(load, mapping)), field->line);
}

void
check_field_mapping(struct load *load, struct mapping *mapping, struct field_mapping *field)
{
	if (!field->fields[ERP] && !field->fields[CRM]) {
		mapping_error(load, mapping, field->line,
			"a field mapping names table-field, integration-field, or both");
		field->direction = mapping->direction;
		return;
	}
	if (field->has_constant)
		check_constant(load, mapping, field);
	else if (!field->fields[ERP] || !field->fields[CRM])
		field_error(load, mapping, field,
			"%s is missing; only a field mapping with a constant has one side",
			field->fields[ERP] ? "integration-field" : "table-field");
	if (!field->has_constant || field->direction == DIRECTION_NONE)
		check_direction(load, mapping, field);
	check_rule_direction(load, mapping, field);
	check_flags(load, mapping, field);
	/* Beside a reference a value map is one finding, and its values are not looked at. */
	bool has_entries = field->value_map && field->reference_count == 0;
	for (size_t i = 0; has_entries && i < field->value_map->entry_count; i++)
		for (enum side side = ERP; side < SIDES; side++)
			if (field->fields[side])
				check_entry(load, mapping, field, side, &field->value_map->entries[i]);
}

/* 2.3: blank-as is a key of each table that the field refers to. */
static void
check_blank_as(struct load *load, const struct mapping *mapping, struct field_mapping *field)
{
	for (size_t i = 0; i < field->reference_count; i++) {
		struct reference *reference = &field->references[i];
		const struct table_def *table = reference->mapping ? reference->mapping->tables[ERP] : NULL;
		struct str why;
		if (!table || table->key_count == 0)
			continue;
		if (table->key_count > 1)
			reference->blank_key = str_trim(field->blank_as);
		else if (!read_value(load, table->keys[0], table->system, field->blank_as,
				 &reference->blank_key, &why))
			field_error(load, mapping, field, "blank-as \"%.*s\" %.*s of table %.*s",
				STR_ARG(field->blank_as), STR_ARG(why), STR_ARG(table->name));
	}
}

/* After check_tables(), which finds the keys. */
void
check_blank_keys(struct load *load)
{
	const struct setup *setup = load->setup;

	for (size_t m = 0; m < setup->mapping_count; m++)
		for (size_t i = 0; i < setup->mappings[m]->field_count; i++)
			if (setup->mappings[m]->fields[i].blank_as.len > 0)
				check_blank_as(load, setup->mappings[m], &setup->mappings[m]->fields[i]);
}

/* Two enabled field mappings that write one field in one direction: the later would undo the earlier. */
static void
check_writers(struct load *load, const struct mapping *mapping, enum direction direction)
{
	enum side written = other_side(source_side(direction));

	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *field = &mapping->fields[i];
		if (!field->is_enabled || (field->direction & direction) == 0 || !field->fields[written])
			continue;
		for (size_t j = 0; j < i; j++) {
			const struct field_mapping *other = &mapping->fields[j];
			if (other->is_enabled && (other->direction & direction) != 0 &&
				other->fields[written] == field->fields[written]) {
				field_error(load, mapping, field,
					"%s field \"%.*s\" is written %s by the field mapping in line %u "
					"too; disable one (status=\"Disabled\")",
					side_name(written), STR_ARG(field->fields[written]->name),
					direction_name(direction), other->line);
				break;
			}
		}
	}
}

/* What a group of match fields may have at most: sync/match/match.h counts them as bits. */
enum { MATCH_FIELDS = 64 };

static void
check_match_fields(struct load *load, const struct mapping *mapping)
{
	for (size_t i = 0; i < mapping->field_count; i++) {
		size_t before = 0;
		for (size_t j = 0; mapping->fields[i].match && j < i; j++)
			before += mapping->fields[j].match
			    && mapping->fields[j].match_priority == mapping->fields[i].match_priority;
		if (before == MATCH_FIELDS)
			field_error(load, mapping, &mapping->fields[i],
				"match-priority %u has more than %d match fields; give some another priority",
				mapping->fields[i].match_priority, MATCH_FIELDS);
	}
}

void
check_mappings(struct load *load)
{
	const struct setup *setup = load->setup;

	for (size_t m = 0; m < setup->mapping_count; m++) {
		struct mapping *mapping = setup->mappings[m];
		size_t enabled = 0;
		if (mapping->is_option_mapping)
			continue;
		for (size_t i = 0; i < mapping->field_count; i++) {
			check_field_mapping(load, mapping, &mapping->fields[i]);
			enabled += mapping->fields[i].is_enabled;
		}
		check_match_fields(load, mapping);
		check_writers(load, mapping, TO);
		check_writers(load, mapping, FROM);
		/* One that cannot move in the mapping's direction is a finding of its own. */
		if (mapping->is_enabled && enabled == 0)
			mapping_error(load, mapping, mapping->line,
				"no enabled field mapping can move data %s; add one, or disable the mapping "
				"(enabled=\"false\")",
				direction_name(mapping->direction));
	}
}
