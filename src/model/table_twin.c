/*
 * table_twin.c - rows that keep only what differs from a row of another table
 *
 * Such a row is: two bytes that tell it, the number of the twin's row, a bit for
 * each column that it keeps itself, and these cells.
 */
#include <stdlib.h>

#include "model/table_parts.h"

/* A shared row without its cells. */
struct shared {
	uint32_t twin_row;
	const unsigned char *mask;
	const unsigned char *cells;
};

static size_t
mask_size(const struct table *t)
{
	return (t->column_count + 7) / 8;
}

static bool
keeps(const unsigned char *mask, uint32_t column)
{
	return mask[column / 8] >> (column % 8) & 1;
}

static struct shared
shared_at(const struct table *t, const unsigned char *at)
{
	struct shared shared = { .mask = at + 2 + sizeof shared.twin_row };

	memcpy(&shared.twin_row, at + 2, sizeof shared.twin_row);
	shared.cells = shared.mask + mask_size(t);
	return shared;
}

/* Takes the shared cells out of the twin's row, all of it being walked over. */
static void
unpack_from_twin(const struct table *t, const struct shared *shared, struct cell *out)
{
	const unsigned char *at = t->twin->rows[shared->twin_row];
	struct cell cell;

	for (uint32_t column = 0; column < t->twin->column_count; column++) {
		uint32_t target = t->twin_targets[column];
		at = get_cell(at, &cell);
		if (target != TABLE_NO_COLUMN && !keeps(shared->mask, target))
			out[target] = cell;
	}
}

void
row_unpack_shared(const struct table *t, const unsigned char *at, uint32_t twin_row,
	const struct cell *twin_cells, struct cell *out)
{
	struct shared shared = shared_at(t, at);
	bool has_cells = twin_cells && twin_row == shared.twin_row;

	for (uint32_t column = 0; column < t->column_count; column++) {
		if (keeps(shared.mask, column))
			shared.cells = get_cell(shared.cells, &out[column]);
		else if (has_cells)
			out[column] = twin_cells[t->twin_columns[column]];
	}
	if (!has_cells)
		unpack_from_twin(t, &shared, out);
}

struct cell
row_shared_cell(const struct table *t, const unsigned char *at, uint32_t column)
{
	struct shared shared = shared_at(t, at);
	struct cell cell;

	if (!keeps(shared.mask, column))
		return table_cell(t->twin, shared.twin_row, t->twin_columns[column]);
	for (uint32_t i = 0; i < column; i++)
		if (keeps(shared.mask, i))
			shared.cells = get_cell(shared.cells, &cell);
	get_cell(shared.cells, &cell);
	return cell;
}

void
table_set_twin(struct table *t, const struct table *twin, const uint32_t *columns)
{
	t->twin = twin;
	t->twin_columns = arena_array(&t->arena, uint32_t, t->column_count);
	t->twin_targets = arena_array(&t->arena, uint32_t, twin->column_count);
	for (uint32_t i = 0; i < twin->column_count; i++)
		t->twin_targets[i] = TABLE_NO_COLUMN;
	for (uint32_t i = 0; i < t->column_count; i++) {
		t->twin_columns[i] = columns[i];
		if (columns[i] != TABLE_NO_COLUMN)
			t->twin_targets[columns[i]] = i;
	}
}

void
table_sharing_begin(struct table_sharing *s, struct table *t)
{
	*s = (struct table_sharing){ .table = t };
	s->cells = memory_new(t->column_count, sizeof *s->cells);
	s->twin_cells = memory_new(t->twin->column_count, sizeof *s->twin_cells);
}

static bool
is_same_cell(struct cell a, struct cell b)
{
	return !a.is_bad && !b.is_bad && str_equal(cell_str(a), cell_str(b));
}

/* The row at hand beside its twin's row; returns its end. */
static unsigned char *
put_shared(struct table_sharing *s, uint32_t twin_row, unsigned char *row)
{
	const struct table *t = s->table;
	unsigned char *mask = row + 2 + sizeof twin_row;
	unsigned char *at = mask + mask_size(t);

	row_unpack(t->twin->rows[twin_row], t->twin->column_count, s->twin_cells);
	row[0] = SHARED_FIRST;
	row[1] = SPECIAL_SECOND;
	memcpy(row + 2, &twin_row, sizeof twin_row);
	memset(mask, 0, mask_size(t));
	for (uint32_t i = 0; i < t->column_count; i++) {
		uint32_t column = t->twin_columns[i];
		if (column != TABLE_NO_COLUMN && is_same_cell(s->cells[i], s->twin_cells[column]))
			continue;
		mask[i / 8] = (unsigned char)(mask[i / 8] | 1u << (i % 8));
		at = put_cell(at, s->cells[i]);
	}
	return at;
}

void
table_share_row(struct table_sharing *s, uint32_t row, uint32_t twin_row)
{
	struct table *t = s->table;
	const unsigned char *old = t->rows[row];
	size_t size = (size_t)(row_unpack(old, t->column_count, s->cells) - old);
	size_t head = 2 + sizeof twin_row + mask_size(t);
	unsigned char *new = (unsigned char *)arena_bytes(&s->texts, head + size);
	unsigned char *end = twin_row == TABLE_NO_ROW ? NULL : put_shared(s, twin_row, new);

	if (!end || (size_t)(end - new) >= size) {	/* nothing is gained */
		memcpy(new, old, size);
		end = new + size;
	}
	arena_cut(&s->texts, (char *)end);
	t->rows[row] = new;
}

void
table_end_sharing(struct table *t, struct table_sharing *sharings, unsigned count)
{
	arena_release(&t->texts);
	for (unsigned i = 0; i < count; i++) {
		arena_join(&t->texts, &sharings[i].texts);
		free(sharings[i].cells);
		free(sharings[i].twin_cells);
	}
}
