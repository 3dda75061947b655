/* option_set.c - what new and renamed options are called, and their numbers (4.13: E41) */
#include "sync/load/option_set.h"

#include <stdlib.h>

#include "model/value.h"
#include "sync/decide_parts.h"

/* Numbers of options are 32-bit integers in Dataverse. */
enum { LARGEST_NUMBER = INT32_MAX };

static struct str
fold(struct str label, struct arena *arena)
{
	struct buf folded = { 0 };

	text_fold(str_trim(label), false, &folded);
	struct str copy = arena_copy(arena, buf_str(&folded));
	buf_release(&folded);
	return copy;
}

static const struct option_label *
find_label(const struct option_labels *labels, struct str folded)
{
	struct index_walk walk = index_find(&labels->index, str_hash(folded));

	for (uint32_t i; (i = index_next(&walk)) != INDEX_NONE;)
		if (str_equal(labels->labels[i].folded, folded))
			return &labels->labels[i];
	return NULL;
}

static void
add_label(struct option_labels *labels, struct str folded, uint32_t row)
{
	labels->labels =
		memory_grow(labels->labels, labels->count, &labels->capacity, sizeof *labels->labels);
	index_add(&labels->index, str_hash(folded), (uint32_t)labels->count);
	labels->labels[labels->count++] = (struct option_label){ folded, row };
}

static void
add_number(struct option_labels *labels, struct str number)
{
	uint64_t value;

	if (str_to_u64(number, &value) && value > labels->last)
		labels->last = value;
}

/* Lines of all mappings of the set count: a number that only the ledger knows is in use, too. */
static void
add_lines(struct run *run, const struct table_def *def, struct option_labels *labels)
{
	for (size_t i = 0; i < run->ledger.count; i++) {
		const struct coupling *c = &run->ledger.couplings[i];
		if (c->is_dropped || run->setup.mappings[c->mapping]->tables[CRM] != def)
			continue;
		add_number(labels, ledger_id(&run->ledger, c, CRM));
		if (c->state == STATE_PENDING_CRM)
			add_label(labels, fold(coupling_key(c), &run->state->arena), TABLE_NO_ROW);
	}
}

/* The labels of the job's option set, made when they are first asked for. */
static struct option_labels *
labels_of(const struct sync_job *job)
{
	struct run *run = job->run;
	const struct table *table = job->tables[CRM];
	struct option_labels *labels = &run->state->options[table->def->number];
	const struct field *options = table->def->option_field;

	if (labels->is_made)
		return labels;
	labels->is_made = true;
	for (size_t i = 0; i < options->option_count; i++)
		add_number(labels, options->options[i].ordinal);
	for (uint32_t row = 0; row < table->row_count; row++)
		add_label(labels, fold(table_name(table, row), &run->state->arena), row);
	add_lines(run, table->def, labels);
	return labels;
}

static bool
fail(struct decider *d, struct outcome *outcome, enum code code, int rule, struct str message)
{
	transfer_drop(outcome);
	outcome_fail(d, outcome,
		(struct note){ .severity = SEVERITY_ERROR,
			.code = code,
			.rule = rule,
			.field = d->job->tables[CRM]->def->option_field->name,
			.message = message });
	return false;
}

static bool
fail_in_use(struct decider *d, struct outcome *outcome, struct str label)
{
	return fail(d, outcome, CODE_KEY_IN_USE, outcome->rule == 17 ? 17 : 41,
		arena_printf(d->arena, "another option of %.*s is called \"%.*s\"",
			STR_ARG(d->job->tables[CRM]->def->name), STR_ARG(label)));
}

/* The label that the outcome writes; false when it writes none. */
static bool
written_label(const struct decider *d, const struct outcome *outcome, struct str *label)
{
	uint32_t column = d->job->tables[CRM]->def->name_field->column;

	for (uint32_t i = 0; i < outcome->written.count; i++)
		if (outcome->written.values[i].column == column) {
			*label = cell_str(outcome->written.values[i].new);
			return true;
		}
	return false;
}

bool
option_identify(struct decider *d, struct outcome *outcome, struct identity *identity)
{
	const struct sync_job *job = d->job;
	struct option_labels *labels = labels_of(job);
	struct str label = { NULL, 0 };

	written_label(d, outcome, &label);
	struct str folded = fold(label, &job->run->state->arena);
	if (folded.len == 0)
		return fail(d, outcome, CODE_BLANK_KEY, 41, STR("the record has no key to call an option"));
	const struct option_label *taken = find_label(labels, folded);
	if (taken && taken->row != TABLE_NO_ROW && !insert_is_coupled(job, CRM, taken->row)) {
		identity->adopted_row = taken->row;
		return true;
	}
	if (taken)
		return fail_in_use(d, outcome, label);
	if (outcome->kind == OUTCOME_RESTORE) {
		identity->uid =
			ledger_id(&job->run->ledger, &job->run->ledger.couplings[outcome->coupling], CRM);
	} else {
		if (labels->last >= LARGEST_NUMBER)
			return fail(d, outcome, CODE_NUMBER_SERIES_FULL, 41,
				arena_printf(d->arena, "%.*s has no number left for another option",
					STR_ARG(job->tables[CRM]->def->name)));
		identity->uid = arena_printf(d->arena, "%llu", (unsigned long long)++labels->last);
	}
	add_label(labels, folded, TABLE_NO_ROW);
	return true;
}

bool
option_rename(struct decider *d, struct outcome *outcome)
{
	const struct sync_job *job = d->job;
	struct str label;

	if (!written_label(d, outcome, &label))
		return true;
	struct option_labels *labels = labels_of(job);
	struct str folded = fold(label, &job->run->state->arena);
	const struct option_label *taken = find_label(labels, folded);
	if (taken && taken->row != job->run->ledger.couplings[outcome->coupling].row[CRM])
		return fail_in_use(d, outcome, label);
	if (!taken)
		add_label(labels, folded, TABLE_NO_ROW);
	return true;
}

void
option_labels_release(struct option_labels *labels)
{
	free(labels->labels);
	index_release(&labels->index);
}
