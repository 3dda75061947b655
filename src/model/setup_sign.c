/*
 * setup_sign.c - the identity of field mappings in the ledger's base (3.2)
 *
 * The ledger forgets a base when a field mapping changes its meaning.  The
 * signature is a hash of that meaning in one canonical text: names in upper
 * case, parts ended by a character that XML does not allow.  Where a field
 * mapping stands, and what matching, validation and status say, is no part.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "model/setup_load.h"
#include "model/value.h"

enum { PART_END = 0x1f };

static void
add_part(struct buf *text, struct str part)
{
	buf_add(text, part);
	buf_add_char(text, PART_END);
}

static void
add_name(struct buf *text, struct str name)
{
	text_upper(str_trim(name), text);
	buf_add_char(text, PART_END);
}

static void
add_field(struct buf *text, const struct field *field)
{
	add_name(text, field ? field->name : (struct str){ NULL, 0 });
	add_part(text, field ? str_from(type_name(field->type)) : (struct str){ NULL, 0 });
}

static int
compare_texts(const void *left, const void *right)
{
	return str_compare(*(const struct str *)left, *(const struct str *)right);
}

/* Filters are joined by "and": their order means nothing. */
static void
add_filters(struct arena *arena, struct buf *text, const struct field_filter *filters, size_t count)
{
	struct str *parts = arena_array(arena, struct str, count);

	for (size_t i = 0; i < count; i++) {
		struct buf part = { 0 };
		add_field(&part, filters[i].field);
		add_part(&part, str_trim(filters[i].expression));
		parts[i] = arena_copy(arena, buf_str(&part));
		buf_release(&part);
	}
	qsort(parts, count, sizeof *parts, compare_texts);
	for (size_t i = 0; i < count; i++)
		buf_add(text, parts[i]);
	buf_add_char(text, PART_END);
}

static void
add_references(struct arena *arena, struct buf *text, const struct field_mapping *field)
{
	for (size_t i = 0; i < field->reference_count; i++) {
		const struct reference *reference = &field->references[i];
		add_part(text, STR("reference"));
		add_name(text, reference->mapping_name);
		if (!reference->link_table)
			continue;
		add_name(text, reference->link_table->name);
		add_field(text, reference->link_from);
		add_field(text, reference->link_to);
		add_filters(arena, text, reference->filters, reference->filter_count);
	}
}

/* By its contents, in order, as the first match counts; the code is only a name. */
static void
add_value_map(struct buf *text, const struct value_map *map)
{
	add_part(text, STR("value-map"));
	for (size_t i = 0; i < map->entry_count; i++) {
		add_part(text, map->entries[i].erp);
		add_part(text, map->entries[i].crm);
	}
}

/* A rule by what it says, with those that follow it; the codes are only names. */
static void
add_rule(const struct setup *setup, struct buf *text, const struct transformation_rule *rule)
{
	/* Chains have no cycles here, but a setup with findings may. */
	for (size_t steps = 0; rule && steps <= setup->rule_count; steps++) {
		add_part(text, STR("rule"));
		add_part(text, rule->type);
		for (size_t i = 0; i < rule->attribute_count; i++) {
			add_part(text, str_from(rule->attributes[i].name));
			add_part(text, rule->attributes[i].value);
		}
		rule = rule->next.len ? find_rule(setup, rule->next) : NULL;
	}
}

/* The own rule, and those of earlier field mappings, which change the source's value too (E20). */
static void
add_rules(const struct setup *setup, struct buf *text, const struct field_mapping *field)
{
	if (field->rule) {
		add_rule(setup, text, field->rule);
		add_part(text, str_from(direction_name(field->rule_direction)));
	}
	for (enum side side = ERP; side < SIDES; side++)
		for (size_t i = 0; i < field->rule_count[side]; i++)
			if (field->rules[side][i].owner != field) {
				add_part(text, str_from(side_name(side)));
				add_rule(setup, text, field->rules[side][i].owner->rule);
			}
}

static uint64_t
sign(struct setup *setup, const struct field_mapping *field)
{
	struct buf text = { 0 };

	add_field(&text, field->fields[ERP]);
	add_field(&text, field->fields[CRM]);
	add_part(&text, str_from(direction_name(field->direction)));
	if (field->has_constant) {
		add_part(&text, STR("constant"));
		add_part(&text, field->constant_value);
	}
	add_references(&setup->arena, &text, field);
	if (field->blank_as.len > 0) {
		add_part(&text, STR("blank-as"));
		add_name(&text, field->blank_as);
	}
	if (field->value_map)
		add_value_map(&text, field->value_map);
	add_rules(setup, &text, field);
	if (field->not_null)
		add_part(&text, STR("not-null"));
	if (field->clear_value_on_failed_sync)
		add_part(&text, STR("clear-value-on-failed-sync"));
	uint64_t signature = str_hash(buf_str(&text));
	buf_release(&text);
	return signature;
}

void
sign_field_mappings(struct load *load)
{
	struct setup *setup = load->setup;

	for (size_t m = 0; m < setup->mapping_count; m++)
		for (size_t i = 0; i < setup->mappings[m]->field_count; i++) {
			struct field_mapping *field = &setup->mappings[m]->fields[i];
			field->signature = sign(setup, field);
		}
}
