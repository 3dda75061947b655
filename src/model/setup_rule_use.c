/*
 * setup_rule_use.c - which rules a source value goes through on its way to a field (E20, R83)
 *
 * A rule's result stands in the place of the source's value for the later field
 * mappings that read the same field.  As rules know nothing but that value, what
 * happens to it can be told once for all: the rules of the earlier ones, in
 * order, then the own.  Rules of disabled field mappings do nothing (E46).
 */
#include "model/rule.h"
#include "model/setup_load.h"

static bool
applies(const struct field_mapping *field, const struct field *source, enum direction direction,
	enum side side)
{
	return field->is_enabled && field->rule && field->rule->program && field->fields[side] == source &&
	       (field->rule_direction & direction) != 0;
}

static void
use_rules_of(struct load *load, const struct mapping *mapping, struct field_mapping *field, enum side side)
{
	enum direction direction = side == ERP ? TO : FROM;
	const struct field *source = field->fields[side];
	size_t count = 0;

	if (!field->is_enabled || field->has_constant || !source || (field->direction & direction) == 0)
		return;
	for (const struct field_mapping *at = mapping->fields; at <= field; at++)
		count += applies(at, source, direction, side);
	if (count == 0)
		return;
	field->rules[side] = arena_array(&load->setup->arena, struct rule_use, count);
	for (const struct field_mapping *at = mapping->fields; at <= field; at++)
		if (applies(at, source, direction, side))
			field->rules[side][field->rule_count[side]++] =
				(struct rule_use){ at->rule->program, at };
}

void
use_rules(struct load *load)
{
	const struct setup *setup = load->setup;

	for (size_t m = 0; m < setup->mapping_count; m++)
		for (size_t i = 0; i < setup->mappings[m]->field_count; i++)
			for (enum side side = ERP; side < SIDES; side++)
				use_rules_of(
					load, setup->mappings[m], &setup->mappings[m]->fields[i], side);
}
