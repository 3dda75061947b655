/*
 * coupling_scheme.c - how base texts tell the field mappings of a mapping apart (3.2)
 *
 * Ids of fields and signatures of groups are two digits of base 85 each.
 */
#include "model/coupling_base.h"

#include <stdlib.h>

#include "model/value.h"

enum { IDS = 85 * 85, ID_TRIES = 64 };

/* A well spread function of 64 bits. */
static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 32)) * UINT64_C(0xd6e8feb86659fd93);
	x = (x ^ (x >> 32)) * UINT64_C(0xd6e8feb86659fd93);
	return x ^ (x >> 32);
}

uint64_t
base_value_digest(enum type type, struct str canonical)
{
	return str_hash(value_comparable(type, canonical));
}

uint64_t
base_group_end(const struct buf *text, const char *end)
{
	return str_hash((struct str){ text->ptr, (size_t)(end - text->ptr) });
}

struct signed_field {
	uint64_t signature;
	uint32_t field;
};

/* By signature; those with the same one in the order of the document. */
static int
compare_signed(const void *a, const void *b)
{
	const struct signed_field *left = a;
	const struct signed_field *right = b;

	if (left->signature != right->signature)
		return left->signature < right->signature ? -1 : 1;
	return (left->field > right->field) - (left->field < right->field);
}

/* 3.2: a group of one direction covers the constants of that direction too. */
static bool
is_defined_by(enum direction direction, const struct field_mapping *field)
{
	if (field->has_constant)
		return direction != BIDIRECTIONAL && (field->direction & direction) != 0;
	return field->direction == direction;
}

static uint16_t
nth_id(uint64_t signature, unsigned nth)
{
	return (uint16_t)(mix(signature + nth * UINT64_C(0x9e3779b97f4a7c15)) % IDS);
}

/*
 * Field mappings whose first choice nobody shares get it.  An id that several
 * want goes to none of them, so that adding a field mapping may make another
 * one unknown but never gives it that one's digests; they try further ids in
 * the order of their signatures.  With none free a field mapping has no id:
 * it is then always unknown.
 */
static void
assign_ids(struct base_scheme *scheme, const struct signed_field *sorted, size_t count)
{
	uint8_t wanted[IDS] = { 0 };

	for (size_t i = 0; i < count; i++) {
		uint8_t *w = &wanted[nth_id(sorted[i].signature, 0)];
		*w = (uint8_t)(*w + (*w < 2));
	}
	for (size_t i = 0; i < count; i++) {
		uint16_t id = nth_id(sorted[i].signature, 0);
		bool is_mine = wanted[id] == 1;
		for (unsigned nth = 1; !is_mine && nth < ID_TRIES; nth++) {
			id = nth_id(sorted[i].signature, nth);
			is_mine = wanted[id] == 0;
		}
		if (is_mine) {
			wanted[id] = 1;
			scheme->ids[sorted[i].field] = id;
		}
	}
}

static void
add_member(struct base_scheme *scheme, enum group group, uint32_t field)
{
	enum side side = group == GROUP_E_BI || group == GROUP_E_TO ? ERP : CRM;
	uint32_t at = scheme->field_count[group]++;

	scheme->fields[group][at] = field;
	scheme->members[group][at] = scheme->mapping->fields[field].fields[side];
}

static void
sign_groups(struct base_scheme *scheme, const struct signed_field *sorted, size_t count, struct arena *arena)
{
	static const enum direction directions[GROUPS] = { BIDIRECTIONAL, TO, BIDIRECTIONAL, FROM };

	for (unsigned group = 0; group < GROUPS; group++) {
		uint64_t hash = directions[group];
		scheme->is_empty[group] = true;
		scheme->fields[group] = arena_array(arena, uint32_t, count + 1);
		scheme->members[group] = arena_array(arena, const struct field *, count + 1);
		for (size_t i = 0; i < count; i++) {
			if (!is_defined_by(directions[group], &scheme->mapping->fields[sorted[i].field]))
				continue;
			hash = mix(hash * UINT64_C(0x9e3779b97f4a7c15) + sorted[i].signature);
			scheme->is_empty[group] = false;
			if (!scheme->mapping->fields[sorted[i].field].has_constant)
				add_member(scheme, group, sorted[i].field);
		}
		scheme->definition[group] = mix(hash);
		scheme->signature[group] = (uint16_t)(mix(hash) % IDS);
	}
}

struct base_scheme
base_scheme_make(const struct mapping *mapping, struct arena *arena)
{
	struct base_scheme scheme = { .mapping = mapping };
	struct signed_field *sorted = memory_new(mapping->field_count, sizeof *sorted);
	size_t count = 0;

	scheme.ids = arena_array(arena, uint16_t, mapping->field_count + 1);
	scheme.labels = arena_array(arena, struct str, mapping->field_count);
	for (size_t i = 0; i < mapping->field_count; i++) {
		scheme.ids[i] = BASE_NO_ID;
		scheme.labels[i] =
			arena_printf(arena, "%llu=", (unsigned long long)mapping->fields[i].signature);
		if (mapping->fields[i].is_enabled)
			sorted[count++] = (struct signed_field){ mapping->fields[i].signature, (uint32_t)i };
	}
	qsort(sorted, count, sizeof *sorted, compare_signed);
	assign_ids(&scheme, sorted, count);
	sign_groups(&scheme, sorted, count, arena);
	free(sorted);
	base_scheme_head(&scheme);
	return scheme;
}
