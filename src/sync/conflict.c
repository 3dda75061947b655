/* conflict.c - both sides edited the same record (4.5: E16) */
#include "sync/conflict.h"

#include "sync/agreement.h"
#include "sync/decide_parts.h"

/*
 * E34: the field refers to a record that this run is to make later.  That is
 * neither unresolved nor a blank (E33): it would be written.
 */
static bool
field_waits(struct decider *d, size_t field, struct str *value)
{
	const struct field_mapping *fm = &d->job->mapping->fields[field];
	struct transfer_context tc = decider_field_context(d, d->source_row, field);

	if (!field_is_bidirectional(fm) || !tc.may_wait || !(fm->not_null || fm->clear_value_on_failed_sync))
		return false;
	struct transfer t = transfer_field(&tc, fm, d->job->direction,
		field_cell(fm, d->job->source, d->cells[d->job->source]));
	*value = t.value;
	return t.status == TRANSFER_AWAITED;
}

static bool
field_differs(struct decider *d, size_t field)
{
	const struct sync_job *job = d->job;
	const struct field_mapping *fm = &job->mapping->fields[field];
	struct transfer_context tc = decider_context(d);
	struct cell source = field_cell(fm, job->source, d->cells[job->source]);
	struct cell there = field_cell(fm, job->destination, d->cells[job->destination]);
	struct str value;

	return !values_are_equal(&tc, fm, job->direction, source, there)
	    || (!cell_is_awaited(there) && field_waits(d, field, &value));
}

bool
conflict_exists(struct decider *d)
{
	const struct mapping *mapping = d->job->mapping;
	uint32_t both = TRACK_CHANGED(GROUP_E_BI) | TRACK_CHANGED(GROUP_C_BI);

	if ((d->track & both) != both)
		return false;
	for (size_t i = 0; i < mapping->field_count; i++)
		if (field_is_bidirectional(&mapping->fields[i]) && field_differs(d, i))
			return true;
	return false;
}

bool
shows_replaced(const struct decider *d, size_t field, enum side side)
{
	return replaced_is_shown(&d->base.replaced[side], field, d->job->mapping, side, d->shown[side]);
}

bool
field_in_flight(const struct decider *d, size_t field, enum side side)
{
	bool may_move = !field_is_bidirectional(&d->job->mapping->fields[field]);

	return shows_replaced(d, field, side) && (may_move || !d->has_moved[side]);
}

static enum base_mark
mark(const struct decider *d, size_t field, enum side side)
{
	const struct mapping *mapping = d->job->mapping;

	/* In flight is what was agreed on, whatever the export still shows. */
	if (field_in_flight(d, field, side))
		return BASE_SAME;
	return base_mark_of(&d->base, mapping, d->track, field, side,
	    field_cell(&mapping->fields[field], side, d->shown[side]));
}

bool
field_is_stuck(const struct decider *d, size_t field, enum side side)
{
	const struct base_replaced *replaced = &d->base.replaced[side];

	if (!replaced->is_present || (d->track & TRACK_LANDED(side)) || !d->has_moved[side])
		return false;
	/* Where no export showed what was replaced, it is known only that this is not what was written. */
	if (base_was_unseen(replaced))
		return mark(d, field, side) == BASE_CHANGED;
	return shows_replaced(d, field, side);
}

/* MergeFields: both sides changed this field to different values, or nothing is known of it. */
static bool
field_clashes(struct decider *d, size_t field)
{
	const struct base_field *known = base_find_field(&d->base, field);

	if (!field_is_bidirectional(&d->job->mapping->fields[field]) || !field_differs(d, field))
		return false;
	if (!known || !known->has[ERP] || !known->has[CRM])
		return true;
	if (field_is_stuck(d, field, ERP) || field_is_stuck(d, field, CRM))
		return true;
	return mark(d, field, ERP) == BASE_CHANGED && mark(d, field, CRM) == BASE_CHANGED;
}

/* MergeFields: the source's own edits, and its own group. */
static bool
want_merged(const struct decider *d, size_t field)
{
	const struct field_mapping *fm = &d->job->mapping->fields[field];

	if (!want_changed(d, field))
		return false;
	return !field_is_bidirectional(fm) || mark(d, field, d->job->source) == BASE_CHANGED;
}

static bool
differs_or_clashes(struct decider *d, size_t field)
{
	if (d->job->mapping->resolve_update_conflicts == UPDATE_MERGE)
		return field_clashes(d, field);
	return field_is_bidirectional(&d->job->mapping->fields[field]) && field_differs(d, field);
}

/* Appends ` Name is "a" in the ERP and "b" in the CRM`. */
static void
tell_difference(const struct decider *d, const struct field_mapping *fm, struct buf *message)
{
	struct cell erp = field_cell(fm, ERP, d->cells[ERP]);
	struct cell crm = field_cell(fm, CRM, d->cells[CRM]);

	buf_add_char(message, ' ');
	buf_add(message, fm->fields[ERP]->name);
	buf_add(message, STR(" is \""));
	buf_add(message, shown_value(fm->fields[ERP], erp));
	buf_add(message, STR("\" in the ERP and \""));
	buf_add(message, shown_value(fm->fields[CRM], crm));
	buf_add(message, STR("\" in the CRM"));
}

/* Fail `update-conflict`, naming the differing fields and both values. */
static void
fail_conflict(struct decider *d, struct outcome *outcome)
{
	const struct mapping *mapping = d->job->mapping;
	struct buf message = { 0 };
	struct buf names = { 0 };

	buf_add(&message, STR("both sides were edited:"));
	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		if (!differs_or_clashes(d, i))
			continue;
		if (names.len) {
			buf_add_char(&message, ';');
			buf_add_char(&names, '|');
		}
		tell_difference(d, fm, &message);
		buf_add(&names, fm->fields[d->job->source]->name);
	}
	outcome_fail(d, outcome,
		(struct note){ .severity = SEVERITY_CONFLICT,
			.code = CODE_UPDATE_CONFLICT,
			.rule = 16,
			.field = arena_copy(d->arena, buf_str(&names)),
			.message = arena_copy(d->arena, buf_str(&message)) });
	buf_release(&message);
	buf_release(&names);
}

/* Whether the job of the other direction handles this record in this run. */
static bool
other_job_will(const struct decider *d, uint32_t coupling)
{
	const struct sync_job *job = d->job;
	const struct field *bad;

	if (!job->other_runs)
		return false;
	if (passes_filters(job->mapping, job->destination, d->cells[job->destination], &bad) != FILTER_FAILS)
		return true;
	return coupling_result(&job->run->ledger.couplings[coupling], job->source) == RESULT_FAILURE;
}

static void
leave_to_other_job(struct decider *d, struct outcome *outcome)
{
	if (!other_job_will(d, outcome->coupling)) {
		fail_conflict(d, outcome);
		return;
	}
	outcome->kind = OUTCOME_SKIP;
	outcome->rule = 16;
	outcome_note(d, outcome,
	    (struct note){ .severity = SEVERITY_NOTICE,
		.code = CODE_UPDATE_CONFLICT,
		.rule = 16,
		.message = d->job->direction == TO
		    ? STR("both sides were edited: left to the job CRM->ERP (GetUpdateFromIntegration)")
		    : STR("both sides were edited: left to the job ERP->CRM (SendUpdateToIntegration)") });
}

/* E34: whether a record is made is known when all jobs have run; if not, there may be no conflict. */
static void
note_asked(struct decider *d, struct outcome *outcome)
{
	const struct mapping *mapping = d->job->mapping;

	for (size_t i = 0; i < mapping->field_count; i++) {
		struct str value;
		if (field_waits(d, i, &value))
			value_list_add(d, &outcome->asked, written_value(d, i, value));
	}
}

struct outcome
conflict_resolve(struct decider *d, struct outcome outcome)
{
	enum update_strategy strategy = d->job->mapping->resolve_update_conflicts;
	bool wins = (strategy == UPDATE_SEND && d->job->direction == TO) ||
	    (strategy == UPDATE_GET && d->job->direction == FROM);

	outcome.rule = 16;
	if (strategy == UPDATE_MERGE) {
		for (size_t i = 0; i < d->job->mapping->field_count; i++)
			if (field_clashes(d, i)) {
				fail_conflict(d, &outcome);
				note_asked(d, &outcome);
				return outcome;
			}
		transfer_onto(d, &outcome, want_merged, false);
	} else if (wins)
		transfer_onto(d, &outcome, want_all, true);
	else if (strategy == UPDATE_NONE)
		fail_conflict(d, &outcome);
	else
		leave_to_other_job(d, &outcome);
	if (outcome.kind == OUTCOME_FAIL || outcome.kind == OUTCOME_SKIP)
		note_asked(d, &outcome);
	return outcome;
}
