/*
 * emit_options.c - the list of options to add, rename or remove (4.13: E41)
 *
 * Options cannot be imported as data: a person enters them.  So all options of
 * a run are in one file of Couplet's own form, before the first file that may
 * use one: by mapping in run order, then by number.
 */
#include <stdlib.h>

#include "io/csv_write.h"
#include "model/value.h"
#include "sync/emit/emit_import.h"

struct option_line {
	uint32_t job;
	struct str value;
	struct str label;
	const struct table_def *set;
};

struct option_list {
	struct option_line *lines;
	size_t count;
	size_t capacity;
};

bool
pile_is_options(const struct run *run, const struct import_piles *piles, size_t at)
{
	return import_of_pile(run, piles, piles->order[at]).table->def->option_field != NULL;
}

static void
gather(const struct run *run, const struct import *import, struct option_list *list)
{
	for (size_t i = 0; i < import->change_count; i++) {
		const struct change *change = &run->plan.changes[import->changes[i]];
		list->lines =
			memory_grow(list->lines, list->count, &list->capacity, sizeof *list->lines);
		struct option_line *line = &list->lines[list->count++];
		*line = (struct option_line){
			.job = import->job,
			.value = ledger_id(&run->ledger, emit_coupling(run, change), CRM),
			.set = import->table->def,
		};
		/* The label is the one field that an option mapping writes; one that goes has none. */
		if (change->value_count != 0)
			line->label = cell_str(run->plan.values[change->first_value].new);
	}
}

static int
compare_lines(const void *left, const void *right)
{
	const struct option_line *a = left;
	const struct option_line *b = right;

	if (a->job != b->job)
		return a->job < b->job ? -1 : 1;
	return value_compare(TYPE_INTEGER, a->value, b->value);
}

bool
emit_options(struct emit *emit, const struct import_piles *piles, struct str name)
{
	struct option_list list = { 0 };
	struct buf text = { 0 };

	for (size_t i = 0; i < piles->order_count; i++) {
		struct import import = import_of_pile(emit->run, piles, piles->order[i]);
		if (pile_is_options(emit->run, piles, i))
			gather(emit->run, &import, &list);
	}
	if (list.count != 0)
		qsort(list.lines, list.count, sizeof *list.lines, compare_lines);
	buf_add(&text, STR("table,field,value,label\n"));
	for (size_t i = 0; i < list.count; i++) {
		csv_add(&text, ',', list.lines[i].set->option_owner->name);
		buf_add_char(&text, ',');
		csv_add(&text, ',', list.lines[i].set->option_field->name);
		buf_add_char(&text, ',');
		buf_add(&text, list.lines[i].value);
		buf_add_char(&text, ',');
		csv_add(&text, ',', list.lines[i].label);
		buf_add_char(&text, '\n');
	}
	bool ok = emit_text(emit, name, buf_str(&text), list.count);
	emit_note_import(emit,
		(struct emit_import){ .name = name,
			.table = list.lines[0].set,
			.action = ACTION_UPDATE,
			.records = list.count });
	free(list.lines);
	buf_release(&text);
	return ok;
}
