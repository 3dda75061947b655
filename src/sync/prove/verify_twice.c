/* verify_twice.c - a create that was imported twice: a second record with all that it wrote (L5) */
#include <stdlib.h>

#include "model/value.h"
#include "sync/prove/verify_parts.h"
#include "sync/state.h"

/* A record of which no mapping knows a coupling. */
static bool
is_uncoupled(const struct run *run, const struct table *table, uint32_t row)
{
	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct mapping_state *ms = &run->state->mappings[i];
		enum side side = table->def->side;
		if (ms->mapping && ms->coupling_of[side] && run_table(run, ms->mapping, side) == table
			&& ms->coupling_of[side][row] != INDEX_NONE)
			return false;
	}
	return true;
}

static uint64_t
hash_cell(const struct table *table, uint32_t row, uint32_t column)
{
	return str_hash(cell_str(table_cell(table, row, column)));
}

static const struct index *
find_index(struct verifying *x, const struct table *table, uint32_t column, bool is_young)
{
	for (size_t i = 0; i < x->index_count; i++)
		if (x->indexes[i].table == table && x->indexes[i].column == column
			&& x->indexes[i].is_young == is_young)
			return &x->indexes[i].rows;
	x->indexes = memory_grow(x->indexes, x->index_count, &x->index_capacity, sizeof *x->indexes);
	struct twice_index *made = &x->indexes[x->index_count++];
	*made = (struct twice_index){ .table = table, .column = column, .is_young = is_young };
	for (uint32_t row = 0; row < table->row_count; row++)
		if ((!is_young || (table->has_stamps && table_stamp(table, row) > x->written))
			&& is_uncoupled(x->run, table, row))
			index_add(&made->rows, hash_cell(table, row, column), row);
	return &made->rows;
}

/* Keys and uids tell records apart, so they never make two alike. */
static bool
tells_apart(const struct field *field)
{
	return field->role == ROLE_KEY || field->role == ROLE_UID || field->role == ROLE_MODIFIED;
}

static bool
holds_all(struct verifying *x, const struct past_record *s, uint32_t row)
{
	for (size_t i = 0; i < s->change->value_count; i++) {
		const struct past_value *value = &x->past->values[s->change->first_value + i];
		uint32_t column = past_column(s->table, value->field);
		if (column == TABLE_NO_COLUMN || tells_apart(s->table->columns[column]))
			continue;
		const struct field *field = s->table->columns[column];
		struct cell cell = table_cell(s->table, row, column);
		struct str new = past_canonical(s->table, field, value->new, &x->v->arena);
		if (cell.is_bad || (!value_equal(field->type, cell_str(cell), new)
			&& !value_nearly_equal(field->type, new, cell_str(cell))))
			return false;
	}
	return true;
}

/* The first value that can be looked up by; NULL when the create wrote nothing but its identity. */
static const struct past_value *
first_value(const struct verifying *x, const struct past_record *s, uint32_t *column)
{
	for (size_t i = 0; i < s->change->value_count; i++) {
		const struct past_value *value = &x->past->values[s->change->first_value + i];
		*column = past_column(s->table, value->field);
		if (*column != TABLE_NO_COLUMN && !tells_apart(s->table->columns[*column]))
			return value;
	}
	return NULL;
}

/* Whether the create gave its record a uid or a key; another that merely looks like it is not it. */
static bool
has_identity(const struct past_record *s)
{
	return s->change->id[s->side].len != 0 || (s->side == ERP && s->change->erp_key.len != 0);
}

static bool
is_claimed(const struct verifying *x, const struct table *table, uint32_t row)
{
	for (size_t i = 0; i < x->claim_count; i++)
		if (x->claims[i].table == table && x->claims[i].row == row)
			return true;
	return false;
}

static void
claim(struct verifying *x, const struct table *table, uint32_t row)
{
	x->claims = memory_grow(x->claims, x->claim_count, &x->claim_capacity, sizeof *x->claims);
	x->claims[x->claim_count++] = (struct twice_claim){ table, row };
}

uint32_t
verify_second(struct verifying *x, struct past_record *s)
{
	uint32_t column;
	const struct past_value *value = first_value(x, s, &column);

	if (!value || (s->row == TABLE_NO_ROW && has_identity(s)))
		return TABLE_NO_ROW;
	/* A record that was there before the run and happens to hold the same is no second landing. */
	bool is_young = s->row != TABLE_NO_ROW || s->table->has_stamps;
	struct str wanted = past_canonical(
		s->table, s->table->columns[column], value->new, &x->v->arena);
	struct index_walk walk =
		index_find(find_index(x, s->table, column, is_young), str_hash(wanted));
	for (uint32_t row; (row = index_next(&walk)) != INDEX_NONE;) {
		if (row == s->row || is_claimed(x, s->table, row) || !holds_all(x, s, row))
			continue;
		claim(x, s->table, row);
		if (s->row != TABLE_NO_ROW)
			return row;
		s->row = row;
	}
	return TABLE_NO_ROW;
}

void
verify_release_indexes(struct verifying *x)
{
	for (size_t i = 0; i < x->index_count; i++)
		index_release(&x->indexes[i].rows);
	free(x->indexes);
	free(x->claims);
}
