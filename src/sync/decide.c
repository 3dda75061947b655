/* decide.c - what happens with one selected source (4.4 to 4.8) */
#include "sync/decide.h"

#include <stdlib.h>

#include "model/filter.h"
#include "sync/agreement.h"
#include "sync/conflict.h"
#include "sync/copied.h"
#include "sync/decide_format.h"
#include "sync/decide_parts.h"
#include "sync/insert.h"

void
decider_init(struct decider *d, const struct sync_job *job, struct arena *arena)
{
	*d = (struct decider){ .job = job, .arena = arena };
	d->copies = memory_new(job->mapping->field_count, sizeof *d->copies);
	d->copies_all = copied_fields_find(job, d->copies);
	for (enum side side = ERP; side < SIDES; side++) {
		d->cells[side] = memory_new(job->tables[side]->column_count, sizeof(struct cell));
		d->shown[side] = memory_new(job->tables[side]->column_count, sizeof(struct cell));
	}
}

void
decider_release(struct decider *d)
{
	for (enum side side = ERP; side < SIDES; side++) {
		free(d->cells[side]);
		free(d->shown[side]);
	}
	free(d->copies);
	arena_release(&d->lists);
	arena_release(&d->base_arena);
	buf_release(&d->scratch);
}

enum filter_result
passes_filter(const struct field_filter *filter, const struct cell *cells)
{
	struct cell cell = cells[filter->field->column];

	if (cell.is_bad)
		return FILTER_BAD_VALUE;
	return filter_match(filter->filter, cell_str(cell)) ? FILTER_PASSES : FILTER_FAILS;
}

enum filter_result
passes_filters(const struct mapping *mapping, enum side side, const struct cell *cells,
	const struct field **bad_field)
{
	for (size_t i = 0; i < mapping->filter_count[side]; i++) {
		const struct field_filter *filter = &mapping->filters[side][i];
		enum filter_result result = passes_filter(filter, cells);
		if (result == FILTER_BAD_VALUE)
			*bad_field = filter->field;
		if (result != FILTER_PASSES)
			return result;
	}
	return FILTER_PASSES;
}

bool
destination_is_deleted(const struct sync_job *job, const struct coupling *coupling)
{
	return coupling->row[job->destination] == TABLE_NO_ROW && job->tables[job->destination]->is_full;
}

/* The conditions of the decision table (E14). */
enum {
	IS_SKIPPED = 1,
	IS_COUPLED = 2,
	MAY_CREATE = 4,
	IS_DELETED = 8,
	IS_FORCED = 16,
	NOTHING_CHANGED = 32,
	IS_CONFLICT = 64,
};

static uint32_t
changed_by_source(const struct decider *d)
{
	return d->job->source == ERP ? TRACK_CHANGED(GROUP_E_BI) | TRACK_CHANGED(GROUP_E_TO)
				     : TRACK_CHANGED(GROUP_C_BI) | TRACK_CHANGED(GROUP_C_FROM);
}

static uint32_t
own_group_known(const struct decider *d)
{
	return d->job->source == ERP ? TRACK_KNOWN(GROUP_E_TO) : TRACK_KNOWN(GROUP_C_FROM);
}

static unsigned
conditions(struct decider *d, const struct coupling *coupling)
{
	const struct sync_job *job = d->job;
	unsigned is = (job->may_create ? MAY_CREATE : 0) | (job->is_forced ? IS_FORCED : 0);

	if (!coupling)
		return is;
	if (coupling->is_skipped)
		is |= IS_SKIPPED;
	if (coupling->state != STATE_COUPLED)
		return is;
	is |= IS_COUPLED;
	if (destination_is_deleted(job, coupling))
		return is | IS_DELETED;
	if (!(d->track & changed_by_source(d)) && (d->track & own_group_known(d)))
		is |= NOTHING_CHANGED;
	if (!job->is_forced && coupling->row[job->destination] != TABLE_NO_ROW && conflict_exists(d))
		is |= IS_CONFLICT;
	return is;
}

/* D1: repeated failure took it out of synchronization, in both directions, forced or not (E30). */
static void
decide_skipped(struct decider *d, struct outcome *outcome)
{
	outcome->kind = OUTCOME_SKIP;
	outcome_note(d, outcome,
		(struct note){ .severity = SEVERITY_ERROR,
			.code = CODE_REPEATED_FAILURE,
			.rule = 30,
			.message = STR(
				"skipped: it failed repeatedly and is left out until it is retried "
				"or coupled anew") });
}

/* D2 */
static void
decide_not_creating(struct decider *d, struct outcome *outcome)
{
	outcome->kind = OUTCOME_SKIP;
	outcome_note(d, outcome,
		(struct note){ .severity = SEVERITY_NOTICE,
			.code = CODE_FILTERED_OUT,
			.rule = 14,
			.message = STR(
				"not coupled, and the mapping synchronizes only coupled records; "
				"--create creates it") });
}

/* A filter that cannot be told because its field's value is none of its type (E22). */
static void
fail_untold_filter(struct decider *d, struct outcome *outcome, const struct field *bad)
{
	outcome_fail(d, outcome,
	    (struct note){ .severity = SEVERITY_ERROR,
		.code = CODE_NOT_CONVERTIBLE,
		.rule = 22,
		.field = bad->name,
		.message = arena_printf(d->arena, "\"%.*s\" is no %s, so the filter cannot be told",
		    STR_ARG(cell_str(d->cells[d->job->source][bad->column])), type_name(bad->type)) });
	outcome_place(d, outcome, bad);
}

static enum filter_result
template_fits(const struct decider *d, const struct config_template *template, const struct field **bad)
{
	enum filter_result result = FILTER_PASSES;

	for (size_t i = 0; result == FILTER_PASSES && i < template->filter_count; i++) {
		*bad = template->filters[i].field;
		result = passes_filter(&template->filters[i], d->cells[d->job->source]);
	}
	return result;
}

/* E18: the first template whose filters all match the source sets its values over the mapped ones. */
static void
apply_template(struct decider *d, struct outcome *outcome)
{
	const struct mapping *mapping = d->job->mapping;
	enum filter_result fits = FILTER_FAILS;
	const struct config_template *template = NULL;
	const struct field *bad = NULL;

	for (size_t i = 0; fits == FILTER_FAILS && i < mapping->template_count; i++) {
		template = &mapping->templates[i];
		if (template->side == d->job->destination)
			fits = template_fits(d, template, &bad);
	}
	if (fits == FILTER_BAD_VALUE) {
		fail_untold_filter(d, outcome, bad);
		transfer_drop(outcome);
	}
	if (d->trace && fits == FILTER_PASSES)
		d->trace->template = template;
	for (size_t i = 0; fits == FILTER_PASSES && i < template->set_count; i++) {
		const struct template_set *set = &template->sets[i];
		struct change_value value = { .column = set->field->column, .new = str_cell(set->canonical) };
		value_list_set(d, &outcome->written, value);
		value_list_remove(&outcome->linked, value.column);
	}
}

/* D3, and D4 with RestoreRecords: all field mappings of the direction onto nothing (E18). */
static void
decide_insert(struct decider *d, struct outcome *outcome)
{
	enum side side = d->job->destination;

	for (uint32_t i = 0; i < d->job->tables[side]->column_count; i++)
		d->cells[side][i] = d->shown[side][i] = (struct cell){ .is_bad = true };
	outcome->source_stamp = table_stamp(d->job->tables[d->job->source], outcome->source_row);
	bool is_copied = copied_insert(d, outcome);
	if (!is_copied)
		transfer_onto(d, outcome, want_all, false);
	if (outcome->kind == OUTCOME_INSERT || outcome->kind == OUTCOME_RESTORE)
		apply_template(d, outcome);
	outcome_drop_untold(d, outcome);
	/* Who changes a list of copies takes the mark off it. */
	if (!is_copied)
		outcome->written.is_copied = outcome_is_copied(d, outcome);
}

static void
decide_new(struct decider *d, struct outcome *outcome)
{
	const struct ledger *ledger = &d->job->run->ledger;
	bool is_again = d->job->restores && outcome->coupling != INDEX_NONE
	    && coupling_is_pending(&ledger->couplings[outcome->coupling]);

	outcome->kind = is_again ? OUTCOME_RESTORE : OUTCOME_INSERT;
	outcome->rule = is_again ? -4 : 18;
	if (d->job->destination == CRM)
		outcome->new_uid = insert_crm_uid(d, outcome->source_row);
	decide_insert(d, outcome);
}

/* D4: E17, for both directions and whatever *only coupled* says; forced runs too. */
static void
decide_deleted(struct decider *d, struct outcome *outcome)
{
	outcome->rule = 17;
	switch (d->job->restores ? DELETION_RESTORE : d->job->mapping->resolve_deletion_conflicts) {
	case DELETION_RESTORE:
		outcome->kind = OUTCOME_RESTORE;
		decide_insert(d, outcome);
		break;
	case DELETION_REMOVE:
		outcome->kind = OUTCOME_REMOVE;
		break;
	case DELETION_NONE:
		outcome_fail(d, outcome,
			(struct note){ .severity = SEVERITY_ERROR,
				.code = CODE_DELETED_DESTINATION,
				.rule = 17,
				.message = arena_printf(d->arena, "coupled to %s of %.*s that is deleted",
					d->job->destination == ERP	      ? "a record"
					: d->job->mapping->is_option_mapping ? "an option"
									      : "a row",
					STR_ARG(d->job->tables[d->job->destination]->def->name)) });
	}
}

static bool
is_unseen(const struct decider *d, const struct outcome *outcome)
{
	const struct coupling *c = &d->job->run->ledger.couplings[outcome->coupling];

	return c->row[d->job->destination] == TABLE_NO_ROW;
}

/*
 * E11: the first field of a source that an earlier run wrote and that still shows
 * what was replaced, also where the record was edited since; what was written is
 * the value of the other side, which no export shows.
 */
static const struct field *
find_untold(const struct decider *d)
{
	const struct sync_job *job = d->job;

	for (size_t i = 0; i < job->mapping->field_count; i++)
		if (field_is_bidirectional(&job->mapping->fields[i]) && shows_replaced(d, i, job->source))
			return job->mapping->fields[i].fields[job->source];
	return NULL;
}

/* To write the value of before over what it came from would lose an edit. */
static void
skip_untold(struct decider *d, struct outcome *outcome, const struct field *untold)
{
	outcome->kind = OUTCOME_SKIP;
	outcome->rule = 11;
	outcome_note(d, outcome,
		(struct note){ .severity = SEVERITY_NOTICE,
			.code = CODE_PENDING,
			.rule = 11,
			.field = untold->name,
			.message = arena_printf(d->arena,
				"what an earlier run wrote into \"%.*s\" is not seen yet, and no export "
				"shows the %s that it came from: skipped until one of them is seen",
				STR_ARG(untold->name), d->job->destination == CRM ? "row" : "record") });
}

/* A destination that a delta export does not show is written whole. */
static void
decide_unseen(struct decider *d, struct outcome *outcome)
{
	const struct field *untold = find_untold(d);

	if (untold)
		skip_untold(d, outcome, untold);
	else
		transfer_onto(d, outcome, want_all, d->job->is_forced);
}

static void
decide_forced(struct decider *d, struct outcome *outcome)
{
	if (is_unseen(d, outcome))
		decide_unseen(d, outcome);
	else
		transfer_onto(d, outcome, want_all, true);
}

static void
decide_unchanged(struct decider *d, struct outcome *outcome)
{
	(void)d;
	outcome->kind = OUTCOME_UNCHANGED;
}

static void
decide_conflict(struct decider *d, struct outcome *outcome)
{
	*outcome = conflict_resolve(d, *outcome);
}

static void
decide_changed(struct decider *d, struct outcome *outcome)
{
	if (is_unseen(d, outcome))
		decide_unseen(d, outcome);
	else
		transfer_onto(d, outcome, want_changed, false);
}

/* E14: the first line that fits.  D9 is what transfer_onto() does when it cannot. */
static const struct decision {
	unsigned mask;
	unsigned is;
	void (*decide)(struct decider *d, struct outcome *outcome);
} decisions[] = {
	/* D1 */ { IS_SKIPPED, IS_SKIPPED, decide_skipped },
	/* D2 */ { IS_COUPLED | MAY_CREATE, 0, decide_not_creating },
	/* D3 */ { IS_COUPLED, 0, decide_new },
	/* D4 */ { IS_DELETED, IS_DELETED, decide_deleted },
	/* D5 */ { IS_FORCED, IS_FORCED, decide_forced },
	/* D6 */ { NOTHING_CHANGED, NOTHING_CHANGED, decide_unchanged },
	/* D7 */ { IS_CONFLICT, IS_CONFLICT, decide_conflict },
	/* D8 */ { 0, 0, decide_changed },
};

/* Loads both rows' cells; a destination that is not seen has blank cells that equal nothing. */
static void
load_cells(struct decider *d, uint32_t source_row, uint32_t destination_row)
{
	const struct sync_job *job = d->job;
	uint32_t rows[SIDES];

	rows[job->source] = d->source_row = source_row;
	rows[job->destination] = destination_row;
	for (enum side side = ERP; side < SIDES; side++) {
		uint32_t columns = job->tables[side]->column_count;
		if (rows[side] != TABLE_NO_ROW) {
			table_unpack(job->tables[side], rows[side], d->shown[side]);
			memcpy(d->cells[side], d->shown[side], columns * sizeof(struct cell));
			state_lay_over(job->run, job->tables[side], rows[side], d->cells[side]);
		} else {
			for (uint32_t i = 0; i < columns; i++)
				d->cells[side][i] = d->shown[side][i] = (struct cell){ .is_bad = true };
		}
	}
}

static struct outcome
begin_outcome(const struct decider *d, uint32_t source_row, uint32_t coupling, int rule)
{
	enum side side = d->job->source;
	const struct table *table = d->job->tables[side];

	return (struct outcome){
		.rule = rule,
		.source_row = source_row,
		.coupling = coupling,
		.source_uid = cell_str(d->shown[side][table->uid_column]),
		.source_key = cell_str(d->shown[side][table->key_column]),
		.new_row = TABLE_NO_ROW,
	};
}

static void
load_base(struct decider *d, const struct coupling *coupling)
{
	d->base = (struct coupling_base){ 0 };
	d->has_moved[ERP] = d->has_moved[CRM] = false;
	arena_reset(&d->base_arena);
	if (!coupling || !(d->track & TRACK_HAS_BASE))
		return;
	base_decode(coupling_base_text(coupling), &d->job->ms->scheme, &d->base_arena, &d->base);
	for (enum side side = ERP; side < SIDES; side++)
		if (d->base.replaced[side].is_present && coupling->row[side] != TABLE_NO_ROW)
			d->has_moved[side] = replaced_has_moved(&d->base.replaced[side],
				table_stamp(d->job->tables[side], coupling->row[side]), coupling->time[side]);
}

static bool
fail_bad_filter(struct decider *d, struct outcome *outcome)
{
	const struct field *bad = NULL;

	if (passes_filters(d->job->mapping, d->job->source, d->cells[d->job->source], &bad)
		!= FILTER_BAD_VALUE)
		return false;
	fail_untold_filter(d, outcome, bad);
	return true;
}

struct outcome
decide(struct decider *d, uint32_t source_row)
{
	const struct sync_job *job = d->job;
	uint32_t number = job->ms->coupling_of[job->source][source_row];
	const struct coupling *coupling = number == INDEX_NONE ? NULL : &job->run->ledger.couplings[number];

	d->track = number == INDEX_NONE ? 0 : job->run->state->tracks[number];
	load_cells(d, source_row, coupling ? coupling->row[job->destination] : TABLE_NO_ROW);
	struct outcome outcome = begin_outcome(d, source_row, number, 14);
	load_base(d, coupling);
	unsigned is = conditions(d, coupling);
	if (!(is & IS_SKIPPED) && fail_bad_filter(d, &outcome))
		return outcome;
	for (const struct decision *row = decisions;; row++)
		if ((is & row->mask) == row->is) {
			if (d->trace)
				d->trace->row = (unsigned)(row - decisions) + 1;
			row->decide(d, &outcome);
			return outcome;
		}
}

struct outcome
decide_adoption(struct decider *d, uint32_t source_row, uint32_t destination_row)
{
	/* E10, E16: nothing tells who edited what, so that what goes under is told as a possible edit. */
	d->track = TRACK_CHANGED(GROUP_C_BI);
	load_cells(d, source_row, destination_row);
	struct outcome outcome = begin_outcome(d, source_row, INDEX_NONE, 19);
	load_base(d, NULL);
	transfer_onto(d, &outcome, want_all, true);
	return outcome;
}
