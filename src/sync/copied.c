/* copied.c - the values of creates that are nothing but copies of their source */
#include "sync/copied.h"

#include <stdlib.h>

#include "sync/decide_parts.h"

/* What a field mapping's copy writes into a record that is not there yet (6.3). */
static struct change_value
copied_value(const struct field_mapping *fm, enum side from, const struct cell *cells)
{
	return (struct change_value){
		.column = fm->fields[other_side(from)]->column,
		.base = BASE_UNKNOWN,
		.old = { .is_bad = true },
		.new = field_cell(fm, from, cells),
	};
}

bool
copied_fields_find(const struct sync_job *job, struct copied_field *fields)
{
	bool are_plain = true;

	for (size_t i = 0; i < job->mapping->field_count; i++) {
		const struct field_mapping *fm = &job->mapping->fields[i];
		fields[i] = (struct copied_field){ .moves = field_moves(fm, job->direction) };
		if (!fields[i].moves)
			continue;
		if (!field_is_copied(fm)) {
			are_plain = false;
			continue;
		}
		fields[i].is_plain = true;
		fields[i].from = fm->fields[job->source]->column;
		fields[i].to = fm->fields[job->destination]->column;
		fields[i].length = fm->fields[job->destination]->length;
	}
	return are_plain;
}

bool
copied_insert(struct decider *d, struct outcome *outcome)
{
	const struct sync_job *job = d->job;
	struct value_list list = { .is_copied = true };

	if (!d->copies_all || d->trace || outcome->kind != OUTCOME_INSERT || job->mapping->is_option_mapping)
		return false;
	value_list_begin(d, &list);
	for (size_t i = 0; i < job->mapping->field_count; i++) {
		const struct copied_field *copy = &d->copies[i];
		if (!copy->moves)
			continue;
		struct cell source = d->cells[job->source][copy->from];
		struct cell shown = d->shown[job->source][copy->from];
		if (!copy_fits(source, copy->length) || source.ptr != shown.ptr || source.len != shown.len)
			return false;
		list.values[list.count++] = (struct change_value){
			.column = copy->to, .base = BASE_UNKNOWN, .old = { .is_bad = true }, .new = source
		};
	}
	outcome->written = list;
	return true;
}

bool
outcome_is_copied(const struct decider *d, const struct outcome *outcome)
{
	const struct sync_job *job = d->job;
	const struct value_list *list = &outcome->written;
	uint32_t count = 0;

	if (outcome->kind != OUTCOME_INSERT || outcome->linked.count != 0 || job->mapping->is_option_mapping)
		return false;
	for (size_t i = 0; i < job->mapping->field_count; i++) {
		const struct field_mapping *fm = &job->mapping->fields[i];
		if (!field_moves(fm, job->direction))
			continue;
		if (count == list->count || !field_is_plain_copy(fm))
			return false;
		const struct change_value *value = &list->values[count++];
		struct change_value copied = copied_value(fm, job->source, d->shown[job->source]);
		if (value->column != copied.column || value->new.ptr != copied.new.ptr ||
		    value->new.len != copied.new.len || copied.new.is_bad || value->old.ptr ||
		    !value->old.is_bad || value->base != copied.base)
			return false;
	}
	return count == list->count;
}

struct copied_room
copied_room_make(const struct run *run)
{
	size_t most = 1;

	for (size_t i = 0; i < run->setup.mapping_count; i++)
		if (run->setup.mappings[i]->field_count > most)
			most = run->setup.mappings[i]->field_count;
	return (struct copied_room){ memory_new(run_widest(run), sizeof(struct cell)),
		memory_new(most, sizeof(struct change_value)) };
}

void
copied_room_release(struct copied_room *room)
{
	free(room->cells);
	free(room->values);
}

const struct change_value *
change_values(const struct run *run, const struct change *change, struct copied_room *room)
{
	if (!change_is_copied(change))
		return run->plan.values ? &run->plan.values[change->first_value] : NULL;
	const struct mapping *mapping = run->plan.jobs[change->job].mapping;
	enum side from = other_side(change->side);
	uint32_t count = 0;

	table_unpack(run_table(run, mapping, from), change->source_row, room->cells);
	for (size_t i = 0; i < mapping->field_count; i++)
		if (field_moves(&mapping->fields[i], from == ERP ? TO : FROM))
			room->values[count++] = copied_value(&mapping->fields[i], from, room->cells);
	return room->values;
}

static const struct table *
source_table(const struct run *run, const struct change *change)
{
	return run_table(run, run->plan.jobs[change->job].mapping, other_side(change->side));
}

enum { FETCHED_VALUES = 4 };

void
change_fetch(const struct run *run, const struct change *change)
{
	if (change->coupling < run->ledger.count)
		state_fetch_coupling(run, change->coupling);
	if (change_is_copied(change))
		table_prefetch_pointer(source_table(run, change), change->source_row);
	else
		for (uint32_t i = 0; i < change->value_count && i < FETCHED_VALUES; i++)
			memory_prefetch(&run->plan.values[change->first_value + i]);
}

void
change_fetch_texts(const struct run *run, const struct change *change)
{
	if (change->coupling < run->ledger.count) {
		const struct coupling *c = &run->ledger.couplings[change->coupling];
		memory_prefetch(c->id[ERP]);
		memory_prefetch(c->id[CRM]);
	}
	if (change_is_copied(change)) {
		table_prefetch_text(source_table(run, change), change->source_row);
		return;
	}
	for (uint32_t i = 0; i < change->value_count && i < FETCHED_VALUES; i++) {
		memory_prefetch(run->plan.values[change->first_value + i].old.ptr);
		memory_prefetch(run->plan.values[change->first_value + i].new.ptr);
	}
}
