/* link_table.c - ERP tables that lead from one key to another (2.4, E32) */
#include "sync/match/link_table.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "model/filter.h"
#include "sync/state.h"

const struct field *
link_field(const struct reference *reference, enum side from)
{
	return from == ERP ? reference->link_from : reference->link_to;
}

static const struct table *
link_table(const struct run *run, const struct reference *reference)
{
	return &run->tables[reference->link_table->number];
}

/* Whether a record may count; one with a bad value in a filter's field may, and is told when it is found. */
static bool
may_count(const struct reference *reference, const struct table *table, uint32_t row)
{
	for (size_t i = 0; i < reference->filter_count; i++) {
		struct cell cell = table_cell(table, row, reference->filters[i].field->column);
		if (!cell.is_bad && !filter_match(reference->filters[i].filter, cell_str(cell)))
			return false;
	}
	return true;
}

/* The bad value that keeps one from telling whether a record counts, or where it leads; or NULL. */
static const struct field *
bad_field(const struct reference *reference, enum side from, const struct table *table, uint32_t row)
{
	const struct field *to = link_field(reference, other_side(from));

	for (size_t i = 0; i < reference->filter_count; i++)
		if (table_cell(table, row, reference->filters[i].field->column).is_bad)
			return reference->filters[i].field;
	return table_cell(table, row, to->column).is_bad ? to : NULL;
}

static struct str
value_of(const struct table *table, uint32_t row, const struct field *field)
{
	return cell_str(table_cell(table, row, field->column));
}

static struct link_group *
find_group(const struct link_side *side, const struct table *table, const struct field *by, struct str key)
{
	struct index_walk walk = index_find(&side->index, str_hash(key));

	for (uint32_t number; (number = index_next(&walk)) != INDEX_NONE;) {
		struct link_group *group = &side->groups[number];
		uint32_t row = group->least != TABLE_NO_ROW ? group->least : group->bad;
		if (str_equal(value_of(table, row, by), key))
			return group;
	}
	return NULL;
}

static struct link_group *
add_group(struct link_side *side, struct str key)
{
	side->groups = memory_grow(side->groups, side->count, &side->capacity, sizeof *side->groups);
	index_add(&side->index, str_hash(key), (uint32_t)side->count);
	side->groups[side->count] = (struct link_group){ TABLE_NO_ROW, TABLE_NO_ROW, TABLE_NO_ROW };
	return &side->groups[side->count++];
}

/* One index to be made. */
struct task {
	const struct reference *reference;
	enum side from;
	struct link_side *side;
};

struct making {
	const struct run *run;
	struct task *tasks;
};

/* Of bad records the one with the least bad value is told, as the order of records means nothing. */
static void
enter_bad(const struct task *task, const struct table *table, struct link_group *group, uint32_t row)
{
	if (group->bad != TABLE_NO_ROW) {
		const struct field *told = bad_field(task->reference, task->from, table, group->bad);
		const struct field *bad = bad_field(task->reference, task->from, table, row);
		if (str_compare(value_of(table, group->bad, told), value_of(table, row, bad)) <= 0)
			return;
	}
	group->bad = row;
}

static void
enter_row(const struct task *task, const struct table *table, uint32_t row)
{
	const struct field *by = link_field(task->reference, task->from);
	const struct field *to = link_field(task->reference, other_side(task->from));
	struct cell key = table_cell(table, row, by->column);

	/* A blank leads nowhere, and a bad value is no key that could be looked up. */
	if (key.len == 0 || key.is_bad || !may_count(task->reference, table, row))
		return;
	struct link_group *group = find_group(task->side, table, by, cell_str(key));
	if (!group)
		group = add_group(task->side, cell_str(key));
	if (bad_field(task->reference, task->from, table, row)) {
		enter_bad(task, table, group, row);
		return;
	}
	struct str value = value_of(table, row, to);
	if (group->least == TABLE_NO_ROW)
		group->least = group->greatest = row;
	else if (str_compare(value, value_of(table, group->least, to)) < 0)
		group->least = row;
	else if (str_compare(value, value_of(table, group->greatest, to)) > 0)
		group->greatest = row;
}

static void
make_index(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct making *making = shared;

	(void)worker;
	for (uint32_t i = begin; i < end; i++) {
		const struct table *table = link_table(making->run, making->tasks[i].reference);
		for (uint32_t row = 0; row < table->row_count; row++)
			enter_row(&making->tasks[i], table, row);
	}
}

static uint32_t
add_tasks(struct task *tasks, struct link_index *links, const struct field_mapping *fm)
{
	uint32_t count = 0;

	for (size_t i = 0; fm->is_enabled && i < fm->reference_count; i++)
		for (enum side from = ERP; fm->references[i].link_table && from < SIDES; from++)
			if (fm->direction & (from == ERP ? TO : FROM))
				tasks[count++] = (struct task){ &fm->references[i], from,
					&links[fm->references[i].link_number].by[from] };
	return count;
}

struct link_index *
link_tables_make(const struct run *run)
{
	const struct setup *setup = &run->setup;
	struct link_index *links = memory_new(setup->link_count, sizeof *links);
	struct making making = { run, memory_new(setup->link_count * SIDES, sizeof(struct task)) };
	uint32_t count = 0;

	for (size_t m = 0; m < setup->mapping_count; m++)
		for (size_t f = 0; setup->mappings[m]->is_enabled && f < setup->mappings[m]->field_count; f++)
			count += add_tasks(making.tasks + count, links, &setup->mappings[m]->fields[f]);
	parallel_for(run->options->threads, count, 1, make_index, &making);
	free(making.tasks);
	return links;
}

void
link_tables_release(struct link_index *links, uint32_t count)
{
	for (uint32_t i = 0; links && i < count; i++)
		for (enum side from = ERP; from < SIDES; from++) {
			index_release(&links[i].by[from].index);
			free(links[i].by[from].groups);
		}
	free(links);
}

struct link_result
link_find(const struct run *run, const struct reference *reference, enum side from, struct str value)
{
	const struct table *table = link_table(run, reference);
	const struct link_side *side = &run->state->links[reference->link_number].by[from];
	const struct field *to = link_field(reference, other_side(from));
	const struct link_group *group = find_group(side, table, link_field(reference, from), value);

	if (!group)
		return (struct link_result){ .found = LINK_NONE };
	if (group->bad != TABLE_NO_ROW)
		return (struct link_result){ .found = LINK_BAD,
			.row = group->bad,
			.field = bad_field(reference, from, table, group->bad) };
	struct str least = value_of(table, group->least, to);
	struct str greatest = value_of(table, group->greatest, to);
	return (struct link_result){ .found = str_equal(least, greatest) ? LINK_ONE : LINK_SEVERAL,
		.value = least,
		.other = greatest,
		.row = group->least };
}
