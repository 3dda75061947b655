/* link_table.c - ERP tables that lead from one key to another (2.4, E32) */
#include "sync/link_table.h"

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
may_count(const struct reference *reference, const struct cell *cells)
{
	for (size_t i = 0; i < reference->filter_count; i++) {
		struct cell cell = cells[reference->filters[i].field->column];
		if (!cell.is_bad && !filter_match(reference->filters[i].filter, cell_str(cell)))
			return false;
	}
	return true;
}

/* One index to be made. */
struct task {
	const struct reference *reference;
	enum side from;
	struct index *index;
};

struct making {
	const struct run *run;
	struct task *tasks;
};

static void
make_index(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct making *making = shared;

	(void)worker;
	for (uint32_t i = begin; i < end; i++) {
		const struct task *task = &making->tasks[i];
		const struct table *table = link_table(making->run, task->reference);
		uint32_t column = link_field(task->reference, task->from)->column;
		struct cell *cells = memory_new(table->column_count, sizeof *cells);
		for (uint32_t row = 0; row < table->row_count; row++) {
			table_unpack(table, row, cells);
			/* A blank leads nowhere, and a bad value is no key that could be looked up. */
			if (cells[column].len != 0 && !cells[column].is_bad
				&& may_count(task->reference, cells))
				index_add(task->index, str_hash(cell_str(cells[column])), row);
		}
		free(cells);
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
		for (enum side from = ERP; from < SIDES; from++)
			index_release(&links[i].by[from]);
	free(links);
}

/* The first bad value that keeps one from telling whether a record counts, or where it leads; or NULL. */
static const struct field *
bad_field(const struct reference *reference, const struct field *to, const struct table *table, uint32_t row)
{
	for (size_t i = 0; i < reference->filter_count; i++)
		if (table_cell(table, row, reference->filters[i].field->column).is_bad)
			return reference->filters[i].field;
	return table_cell(table, row, to->column).is_bad ? to : NULL;
}

/* A bad value is told before all else; of several the least, as the order of records means nothing. */
static void
enter_bad(struct link_result *result, const struct table *table, uint32_t row, const struct field *field)
{
	if (result->found == LINK_BAD) {
		struct str told = cell_str(table_cell(table, result->row, result->field->column));
		if (str_compare(told, cell_str(table_cell(table, row, field->column))) <= 0)
			return;
	}
	*result = (struct link_result){ .found = LINK_BAD, .row = row, .field = field };
}

static void
enter_value(struct link_result *result, struct str value)
{
	if (result->found == LINK_NONE)
		*result = (struct link_result){ .found = LINK_ONE, .value = value, .other = value };
	if (str_compare(value, result->value) < 0)
		result->value = value;
	if (str_compare(value, result->other) > 0)
		result->other = value;
	if (!str_equal(result->value, result->other))
		result->found = LINK_SEVERAL;
}

struct link_result
link_find(const struct run *run, const struct reference *reference, enum side from, struct str value)
{
	const struct table *table = link_table(run, reference);
	const struct field *by = link_field(reference, from);
	const struct field *to = link_field(reference, other_side(from));
	struct link_result result = { .found = LINK_NONE };
	struct index_walk walk =
		index_find(&run->state->links[reference->link_number].by[from], str_hash(value));

	for (uint32_t row; (row = index_next(&walk)) != INDEX_NONE;) {
		if (!str_equal(cell_str(table_cell(table, row, by->column)), value))
			continue;
		const struct field *bad = bad_field(reference, to, table, row);
		if (bad)
			enter_bad(&result, table, row, bad);
		else if (result.found != LINK_BAD)
			enter_value(&result, cell_str(table_cell(table, row, to->column)));
	}
	return result;
}
