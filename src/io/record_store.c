/* record_store.c - records that are told field by field become batches */
#include "io/record_store.h"

#include <stdlib.h>

#include "base/memory.h"

/* Cells of a batch, so that those of very wide records stay in the cache. */
enum { BATCH_CELLS = 64 * 1024 };

static struct stored_record *
at_hand(const struct record_store *store)
{
	return &store->records[store->record_count];
}

static struct stored_field *
last_field(const struct record_store *store)
{
	return &store->fields[store->field_count - 1];
}

void
store_compact(struct record_store *store)
{
	size_t field = store->is_within ? at_hand(store)->first_field : store->field_count;
	size_t begin = field < store->field_count ? store->fields[field].begin : store->text.len;
	size_t left = store->field_count - field;

	if (store->taken == 0)
		return;
	if (store->text.len > begin)
		memmove(store->text.ptr, store->text.ptr + begin, store->text.len - begin);
	store->text.len -= begin;
	for (size_t i = 0; i < left; i++) {
		store->fields[i] = store->fields[field + i];
		store->fields[i].begin -= begin;
	}
	store->field_count = left;
	if (store->is_within)
		store->records[0] = (struct stored_record){ at_hand(store)->line, 0 };
	store->record_count = 0;
	store->taken = 0;
}

void
store_begin_record(struct record_store *store, uint64_t line)
{
	store->records = memory_grow(store->records, store->record_count, &store->record_capacity,
		sizeof *store->records);
	/* Both have room from here on, so that nothing is added to a null pointer. */
	store->fields = memory_grow(store->fields, store->field_count, &store->field_capacity,
		sizeof *store->fields);
	buf_reserve(&store->text, 1);
	*at_hand(store) = (struct stored_record){ line, store->field_count };
	store->is_within = true;
	store->is_too_long = false;
	store->serial++;
}

uint64_t
store_line(const struct record_store *store)
{
	return at_hand(store)->line;
}

static void
reserve_seen(struct record_store *store, uint32_t column)
{
	uint32_t count = store->seen_count ? store->seen_count : 16;

	while (count <= column)
		count *= 2;
	store->seen = memory_resize(store->seen, count, sizeof *store->seen);
	memset(store->seen + store->seen_count, 0, (count - store->seen_count) * sizeof *store->seen);
	store->seen_count = count;
}

bool
store_begin_field(struct record_store *store, uint32_t column)
{
	if (column >= store->seen_count)
		reserve_seen(store, column);
	if (store->seen[column] == store->serial)
		return false;
	store->seen[column] = store->serial;
	store->fields = memory_grow(store->fields, store->field_count, &store->field_capacity,
		sizeof *store->fields);
	store->fields[store->field_count++] = (struct stored_field){ .begin = store->text.len,
		.column = column };
	return true;
}

void
store_add_text(struct record_store *store, struct str piece)
{
	size_t begin = store->fields[at_hand(store)->first_field].begin;

	if (store->is_too_long || piece.len > store->text_limit - (store->text.len - begin))
		store->is_too_long = true;
	else
		buf_add(&store->text, piece);
}

struct str
store_field_text(const struct record_store *store)
{
	size_t begin = last_field(store)->begin;

	return (struct str){ store->text.ptr + begin, store->text.len - begin };
}

void
store_end_field(struct record_store *store, size_t len, bool is_invariant)
{
	struct stored_field *field = last_field(store);

	field->len = len;
	field->is_invariant = is_invariant;
	store->has_invariant |= is_invariant;
	store->text.len = field->begin + len;
}

const struct stored_field *
store_fields(const struct record_store *store, size_t *count)
{
	size_t first = at_hand(store)->first_field;

	*count = store->field_count - first;
	return store->fields + first;
}

void
store_cut_columns(struct record_store *store, uint32_t columns)
{
	size_t kept = at_hand(store)->first_field;

	for (size_t i = kept; i < store->field_count; i++)
		if (store->fields[i].column < columns)
			store->fields[kept++] = store->fields[i];
	store->field_count = kept;
}

void
store_end_record(struct record_store *store, bool is_kept)
{
	size_t first = at_hand(store)->first_field;

	store->is_within = false;
	if (is_kept) {
		store->record_count++;
		return;
	}
	if (first < store->field_count)
		store->text.len = store->fields[first].begin;
	store->field_count = first;
}

static void
reserve_batch(struct record_store *store, size_t cells)
{
	if (!store->lines)
		store->lines = memory_new(BATCH_RECORDS, sizeof *store->lines);
	if (cells <= store->cell_room && store->cells)
		return;
	store->cell_room = cells > 16 ? cells : 16;
	store->cells = memory_resize(store->cells, store->cell_room, sizeof *store->cells);
	store->invariant = memory_resize(store->invariant, store->cell_room, sizeof *store->invariant);
}

/* Puts the fields of record i into the cells of row i of the batch. */
static void
fill_row(struct record_store *store, size_t record, uint32_t row, uint32_t columns)
{
	size_t first = (size_t)row * columns;
	size_t end = record + 1 < store->record_count ? store->records[record + 1].first_field :
		store->is_within ? at_hand(store)->first_field : store->field_count;

	store->lines[row] = store->records[record].line;
	for (size_t i = store->records[record].first_field; i < end; i++) {
		const struct stored_field *field = &store->fields[i];
		store->cells[first + field->column] =
			(struct str){ store->text.ptr + field->begin, field->len };
		if (store->has_invariant)
			store->invariant[first + field->column] = field->is_invariant;
	}
}

bool
store_next(struct record_store *store, uint32_t columns, struct batch *batch)
{
	size_t fitting = columns ? BATCH_CELLS / columns : BATCH_RECORDS;
	size_t most = fitting < BATCH_RECORDS ? fitting : BATCH_RECORDS;
	size_t waiting = store->record_count - store->taken;
	uint32_t count = (uint32_t)(waiting < most ? waiting : most);

	if (count == 0)
		return false;
	size_t cells = (size_t)count * columns;
	reserve_batch(store, cells);
	memset(store->cells, 0, cells * sizeof *store->cells);
	if (store->has_invariant)
		memset(store->invariant, 0, cells * sizeof *store->invariant);
	for (uint32_t i = 0; i < count; i++)
		fill_row(store, store->taken + i, i, columns);
	store->taken += count;
	*batch = (struct batch){ .cells = store->cells,
		.is_invariant = store->has_invariant ? store->invariant : NULL,
		.lines = store->lines,
		.count = count,
		.columns = columns };
	return true;
}

void
store_release(struct record_store *store)
{
	buf_release(&store->text);
	free(store->fields);
	free(store->records);
	free(store->seen);
	free(store->cells);
	free(store->invariant);
	free(store->lines);
	*store = (struct record_store){ 0 };
}
