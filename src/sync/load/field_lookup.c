/* field_lookup.c - the records that rules of type FieldLookup find (R84) */
#include "sync/load/field_lookup.h"

#include <stdlib.h>

#include "model/value.h"
#include "sync/transfer.h"

/* The distinct values of the source field, and for each the first record that has it. */
struct field_lookup {
	const struct lookup_def *def;
	const struct table *table;
	struct index index;	/* of numbers in rows */
	uint32_t *rows;
	size_t count;
	size_t capacity;
};

static struct cell
source_cell(const struct field_lookup *lookup, uint32_t row)
{
	return table_cell(lookup->table, row, lookup->def->source_field->column);
}

static struct cell
target_cell(const struct field_lookup *lookup, uint32_t row)
{
	return table_cell(lookup->table, row, lookup->def->target_field->column);
}

/* By key; between records of one key, or a table without a key, by uid and then by what is fetched. */
static bool
comes_before(const struct field_lookup *lookup, uint32_t a, uint32_t b)
{
	int order = str_compare(table_key(lookup->table, a), table_key(lookup->table, b));

	if (order == 0)
		order = str_compare(table_uid(lookup->table, a), table_uid(lookup->table, b));
	if (order == 0)
		order = str_compare(
			cell_str(target_cell(lookup, a)), cell_str(target_cell(lookup, b)));
	return order < 0;
}

/* The number of the value in rows, or SIZE_MAX. */
static size_t
find(const struct field_lookup *lookup, struct str value, uint64_t hash)
{
	enum type type = lookup->def->source_field->type;
	struct index_walk walk = index_find(&lookup->index, hash);

	for (uint32_t number; (number = index_next(&walk)) != INDEX_NONE;)
		if (value_equal(type, cell_str(source_cell(lookup, lookup->rows[number])), value))
			return number;
	return SIZE_MAX;
}

static void
add_row(struct field_lookup *lookup, uint32_t row)
{
	struct cell cell = source_cell(lookup, row);

	if (cell.is_bad)
		return;
	struct str value = value_comparable(lookup->def->source_field->type, cell_str(cell));
	uint64_t hash = str_hash(value);
	size_t at = find(lookup, value, hash);
	if (at != SIZE_MAX) {
		if (comes_before(lookup, row, lookup->rows[at]))
			lookup->rows[at] = row;
		return;
	}
	index_add(&lookup->index, hash, (uint32_t)lookup->count);
	lookup->rows = memory_grow(lookup->rows, lookup->count, &lookup->capacity, sizeof *lookup->rows);
	lookup->rows[lookup->count++] = row;
}

void
field_lookups_make(struct run *run)
{
	const struct setup *setup = &run->setup;

	run->lookups = memory_new(setup->lookup_count, sizeof *run->lookups);
	for (size_t i = 0; i < setup->lookup_count; i++) {
		struct field_lookup *lookup = &run->lookups[i];
		if (!setup->lookups[i].is_used)
			continue;
		lookup->def = &setup->lookups[i];
		lookup->table = &run->tables[lookup->def->table->number];
		for (uint32_t row = 0; row < lookup->table->row_count; row++)
			add_row(lookup, row);
	}
}

void
field_lookups_release(struct run *run)
{
	for (size_t i = 0; run->lookups && i < run->setup.lookup_count; i++) {
		index_release(&run->lookups[i].index);
		free(run->lookups[i].rows);
	}
	free(run->lookups);
	run->lookups = NULL;
}

enum lookup_result
field_lookup_find(const void *context, const struct lookup_def *def, struct str value, struct buf *scratch,
	struct str *result)
{
	const struct run *run = context;
	const struct field_lookup *lookup = &run->lookups[def->number];
	const struct system *system = def->table->system;

	buf_reset(scratch);
	if (!value_read(def->source_field, locale_find(STR("")), system->zone, value, scratch) &&
		!value_read(def->source_field, system->locale, system->zone, value, scratch))
		return LOOKUP_NONE;
	struct str wanted = value_comparable(def->source_field->type, buf_str(scratch));
	size_t at = find(lookup, wanted, str_hash(wanted));
	if (at == SIZE_MAX)
		return LOOKUP_NONE;
	struct cell cell = target_cell(lookup, lookup->rows[at]);
	*result = shown_value(def->target_field, cell);
	return cell.is_bad ? LOOKUP_BAD : LOOKUP_FOUND;
}
