/* roundtrip.c - values that would change on their way to the other side and back (1.2, E24) */
#include "sync/prove/roundtrip.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "model/value.h"
#include "sync/decide.h"

/* What a worker found out about one field mapping. */
struct tally {
	uint64_t count;
	uint64_t growing;	/* E24: of these, again with every way there and back */
	uint32_t first;		/* row of the first changed value by key; TABLE_NO_ROW */
};

struct worker {
	struct arena arena;	/* reset for every record */
	struct buf scratch;
	struct cell *cells;
	struct tally *tallies;	/* by field mapping */
};

/* One mapping, one way there. */
struct checking {
	const struct run *run;
	const struct mapping *mapping;
	enum direction direction;
	enum side side;		/* where the values come from */
	const struct table *table;
	struct worker *workers;
};

/*
 * Most fields are plain copies into as much room: nothing can happen to their
 * values, so a million records need not be looked at.
 */
static bool
may_change(const struct field_mapping *fm, enum side side)
{
	uint32_t room = fm->fields[other_side(side)]->length;
	uint32_t length = fm->fields[side]->length;

	return !field_is_plain_copy(fm) || (room != 0 && (length == 0 || length > room));
}

static bool
is_checked(const struct field_mapping *fm, enum side side)
{
	return field_is_bidirectional(fm) && fm->reference_count == 0 && may_change(fm, side);
}

/* Bytes are never fewer than characters: a short value of a plain copy fits either way. */
static bool
fits(const struct field_mapping *fm, struct str value)
{
	if (!field_is_plain_copy(fm))
		return false;
	for (enum side side = ERP; side < SIDES; side++)
		if (fm->fields[side]->length != 0 && value.len > fm->fields[side]->length)
			return false;
	return true;
}

/* Whether the value comes back as another one; a way that fails or carries nothing changes nothing. */
static bool
changes(const struct checking *checking, const struct transfer_context *tc, const struct field_mapping *fm,
	struct cell cell, struct str *back, bool *grows)
{
	if (cell.is_bad || fits(fm, cell_str(cell)))
		return false;
	struct transfer there = transfer_field(tc, fm, checking->direction, cell);
	if (there.status != TRANSFER_VALUE)
		return false;
	struct transfer again =
		transfer_field(tc, fm, checking->direction == TO ? FROM : TO, str_cell(there.value));
	*back = again.value;
	if (again.status != TRANSFER_VALUE ||
		value_equal(fm->fields[checking->side]->type, again.value, cell_str(cell)))
		return false;
	*grows = transfer_grows(tc, fm, checking->direction, cell, &there, NULL);
	return true;
}

/* E9: ERP records by key, CRM rows by uid; the uid decides between records without a key. */
static bool
comes_before(const struct checking *checking, uint32_t a, uint32_t b)
{
	const struct table *table = checking->table;
	int order = checking->side == ERP ? str_compare(table_key(table, a), table_key(table, b)) : 0;

	if (order == 0)
		order = str_compare(table_uid(table, a), table_uid(table, b));
	return order < 0;
}

static void
add_row(const struct checking *checking, struct tally *tally, uint64_t count, uint64_t growing, uint32_t row)
{
	tally->count += count;
	tally->growing += growing;
	if (tally->first == TABLE_NO_ROW
		|| (row != TABLE_NO_ROW && comes_before(checking, row, tally->first)))
		tally->first = row;
}

static void
check_row(const struct checking *checking, struct worker *worker, uint32_t row)
{
	const struct mapping *mapping = checking->mapping;
	struct transfer_context tc = { .run = checking->run, .mapping = mapping,
		.arena = &worker->arena, .scratch = &worker->scratch };
	const struct field *bad;
	struct str back;

	arena_reset(&worker->arena);
	table_unpack(checking->table, row, worker->cells);
	if (passes_filters(mapping, checking->side, worker->cells, &bad) != FILTER_PASSES)
		return;
	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		bool grows = false;
		if (is_checked(fm, checking->side)
			&& changes(checking, &tc, fm, field_cell(fm, checking->side, worker->cells), &back,
				&grows))
			add_row(checking, &worker->tallies[i], 1, grows, row);
	}
}

static void
check_range(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	const struct checking *checking = shared;

	for (uint32_t row = begin; row < end; row++)
		check_row(checking, &checking->workers[worker], row);
}

static void
add_finding(const struct checking *checking, const struct field_mapping *fm, const struct tally *tally,
	struct roundtrips *found)
{
	const struct field *field = fm->fields[checking->side];
	struct buf scratch = { 0 };
	struct transfer_context tc = { .run = checking->run, .mapping = checking->mapping,
		.arena = &found->arena, .scratch = &scratch };
	struct cell cell = table_cell(checking->table, tally->first, field->column);
	struct str key = table_key(checking->table, tally->first);
	struct str back;
	bool grows;

	changes(checking, &tc, fm, cell, &back, &grows);
	if (checking->side == CRM || key.len == 0)
		key = table_uid(checking->table, tally->first);
	found->items = memory_grow(found->items, found->count, &found->capacity, sizeof *found->items);
	found->items[found->count++] = (struct roundtrip){ .mapping = checking->mapping,
		.field = field,
		.direction = checking->direction,
		.count = tally->count,
		.growing = tally->growing,
		.key = key,
		.value = shown_value(field, cell),
		.back = shown_value(field, str_cell(back)) };
	buf_release(&scratch);
}

/* The tallies of all workers, by field mapping, are joined in the first one's. */
static struct tally *
check_way(struct checking *checking)
{
	const struct mapping *mapping = checking->mapping;
	unsigned threads = checking->run->options->threads;
	struct tally *tallies = memory_new((size_t)threads * mapping->field_count, sizeof *tallies);

	checking->workers = memory_new(threads, sizeof *checking->workers);
	for (size_t i = 0; i < threads * mapping->field_count; i++)
		tallies[i].first = TABLE_NO_ROW;
	for (unsigned i = 0; i < threads; i++) {
		checking->workers[i].cells =
			memory_new(checking->table->column_count, sizeof(struct cell));
		checking->workers[i].tallies = tallies + i * mapping->field_count;
	}
	parallel_for(threads, checking->table->row_count, 4096, check_range, checking);
	for (unsigned i = 0; i < threads; i++) {
		struct worker *worker = &checking->workers[i];
		for (size_t f = 0; i > 0 && f < mapping->field_count; f++)
			add_row(checking, &tallies[f], worker->tallies[f].count,
				worker->tallies[f].growing, worker->tallies[f].first);
		free(worker->cells);
		arena_release(&worker->arena);
		buf_release(&worker->scratch);
	}
	free(checking->workers);
	return tallies;
}

static bool
has_checked_field(const struct mapping *mapping, enum side side)
{
	for (size_t i = 0; i < mapping->field_count; i++)
		if (is_checked(&mapping->fields[i], side))
			return true;
	return false;
}

/* One mapping: both ways first, so that the findings of a field stand together. */
static void
check_mapping(const struct run *run, const struct mapping *mapping, struct roundtrips *found)
{
	struct checking ways[SIDES];
	struct tally *tallies[SIDES] = { NULL, NULL };

	for (enum side side = ERP; side < SIDES; side++) {
		ways[side] = (struct checking){ .run = run,
			.mapping = mapping,
			.direction = side == ERP ? TO : FROM,
			.side = side,
			.table = &run->tables[mapping->tables[side]->number] };
		if (has_checked_field(mapping, side))
			tallies[side] = check_way(&ways[side]);
	}
	for (size_t i = 0; i < mapping->field_count; i++)
		for (enum side side = ERP; side < SIDES; side++)
			if (tallies[side] && tallies[side][i].count != 0)
				add_finding(&ways[side], &mapping->fields[i], &tallies[side][i], found);
	for (enum side side = ERP; side < SIDES; side++)
		free(tallies[side]);
}

void
roundtrip_check(const struct run *run, struct roundtrips *found)
{
	for (size_t i = 0; i < run->setup.mapping_count; i++)
		if (run->setup.mappings[i]->is_enabled)
			check_mapping(run, run->setup.mappings[i], found);
}

void
roundtrips_release(struct roundtrips *found)
{
	free(found->items);
	arena_release(&found->arena);
	*found = (struct roundtrips){ 0 };
}
