/* undo.c - the reverse of what an earlier run did (L9) */
#include "sync/undo/undo.h"

#include <stdlib.h>

#include "model/value.h"
#include "sync/state.h"
#include "sync/transfer.h"
#include "sync/undo/past_record.h"
#include "sync/undo/undo_parts.h"

struct job *
undo_job_of(struct undoing *u, const struct past_record *r, enum job_type type)
{
	bool is_to = str_equal(r->change->direction, str_from(direction_name(TO)));
	bool is_from = str_equal(r->change->direction, str_from(direction_name(FROM)));

	if (*u->job == PLAN_NO_JOB)
		*u->job = plan_add_job(&u->run->plan, r->mapping,
			is_to || is_from ? JOB_SYNCHRONIZATION : type,
			is_to ? TO : is_from ? FROM : DIRECTION_NONE);
	return &u->run->plan.jobs[*u->job];
}

void
undo_add_change(struct undoing *u, const struct past_record *r, enum action action, uint32_t coupling)
{
	bool is_written = action == ACTION_UPDATE || action == ACTION_DELETE;

	plan_add_change(&u->run->plan, (struct change){ .job = *u->job,
		.action = action,
		.side = is_written ? r->side : NO_SIDE,
		.rule = UNDO_RULE,
		.coupling = coupling,
		.row = is_written ? r->row : TABLE_NO_ROW,
		.source_row = TABLE_NO_ROW });
}

void
undo_keep(struct undoing *u, const struct past_record *r, struct str field, const char *why)
{
	undo_job_of(u, r, JOB_COUPLING);
	plan_add_finding(&u->run->plan, (struct finding){ .job = *u->job,
		.mapping = r->mapping,
		.direction = u->run->plan.jobs[*u->job].direction,
		.severity = SEVERITY_NOTICE,
		.code = CODE_KEPT,
		.rule = UNDO_RULE,
		.source_side = r->side == CRM ? ERP : CRM,
		.erp_key = r->change->erp_key,
		.erp_id = r->change->id[ERP],
		.crm_id = r->change->id[CRM],
		.field = field,
		.message = str_from(why) });
}

/* Nothing that was agreed on holds any more: the next run sees a pair that was never synchronized (E7 d). */
static void
forget_agreement(struct undoing *u, uint32_t number)
{
	struct coupling *c = &u->run->ledger.couplings[number];

	u->run->state->tracks[number] = 0;
	coupling_set_base(c, NULL);
	c->is_skipped = false;
	for (enum side side = ERP; side < SIDES; side++) {
		c->time[side] = STAMP_NONE;
		coupling_set_result(c, side, RESULT_NONE);
		c->job[side] = 0;
		if (coupling_find_rest(c))
			coupling_find_rest(c)->failure[side] = (struct str){ NULL, 0 };
	}
}

/* E34: the link of a record that the same run created, right behind it; NULL when there is none. */
static const struct past_change *
link_of(const struct undoing *u, const struct past_change *create)
{
	const struct past_change *next = create + 1;

	return next < u->past->changes + u->past->change_count && undo_same_record(next, create)
			&& str_equal(next->action, str_from(action_name(ACTION_LINK)))
		? next
		: NULL;
}

/* Whether a link is of a record that the same run created: then it goes with that record. */
static bool
goes_with_create(const struct undoing *u, const struct past_change *link)
{
	return link > u->past->changes && str_equal(link[-1].action, str_from(action_name(ACTION_CREATE)))
	    && link_of(u, link - 1) == link;
}

static bool
undo_update(struct undoing *u, const struct past_record *r)
{
	if (u->run->options->delete_created && goes_with_create(u, r->change))
		return true;
	if (r->row == TABLE_NO_ROW) {
		undo_keep(u, r, STR(""), "no export shows the record any more");
		return true;
	}
	if (r->coupling == INDEX_NONE) {
		undo_keep(u, r, STR(""), "not coupled any more; left as it is");
		return true;
	}
	return undo_values(u, r);
}

/* Takes the line out of the ledger; its records are uncoupled again. */
static void
uncouple(struct undoing *u, const struct past_record *r)
{
	struct coupling *c = &u->run->ledger.couplings[r->coupling];

	undo_job_of(u, r, JOB_UNCOUPLING)->counters[COUNT_UNCOUPLED]++;
	if (c->state == STATE_PENDING_ERP || c->state == STATE_PENDING_CRM)
		u->run->plan.pending--;
	c->is_dropped = true;
	u->run->state->tracks[r->coupling] = 0;
	undo_add_change(u, r, ACTION_UNCOUPLE, r->coupling);
}

static bool
has_value(const struct undoing *u, const struct past_change *change, struct str field)
{
	for (size_t i = 0; change && i < change->value_count; i++)
		if (str_equal(u->past->values[change->first_value + i].field, field))
			return true;
	return false;
}

static bool
was_written(const struct undoing *u, const struct past_record *r, struct str field)
{
	return has_value(u, r->change, field) || has_value(u, link_of(u, r->change), field);
}

/* Whether a field of the mapping that the create left blank has a value now. */
static bool
has_gained(const struct undoing *u, const struct past_record *r)
{
	for (size_t i = 0; i < r->mapping->field_count; i++) {
		const struct field *field = r->mapping->fields[i].fields[r->side];
		if (!r->mapping->fields[i].is_enabled || !field || field->role != ROLE_NONE
			|| was_written(u, r, field->name))
			continue;
		struct str shown = cell_str(table_cell(r->table, r->row, field->column));
		if (!value_equal(field->type, shown, STR("")) && !str_equal(shown, field_blank(field)))
			return true;
	}
	return false;
}

static bool
holds_values(
	struct undoing *u, const struct past_record *r, const struct past_change *change, bool *is_known)
{
	bool holds = true;

	for (size_t i = 0; change && i < change->value_count; i++) {
		struct past_cell cell;
		*is_known = past_cell_find(u->run, u->past, r, &u->past->values[change->first_value + i],
				    &u->run->plan.arena, &cell, u->diag)
			&& *is_known;
		holds = holds && *is_known
		    && (cell.landing == LANDING_LANDED || cell.landing == LANDING_ALTERED
			|| (change != r->change && cell.landing == LANDING_MISSING));
	}
	return holds;
}

/*
 * A created record is untouched while every field holds what was written, and no
 * other has come to one.  Its link file need not be imported yet.
 */
static bool
is_untouched(struct undoing *u, const struct past_record *r, bool *is_known)
{
	*is_known = true;
	return holds_values(u, r, r->change, is_known)
	    && holds_values(u, r, link_of(u, r->change), is_known) && !has_gained(u, r);
}

/* E17: a record that was restored had its coupling before, which stays. */
static void
uncouple_created(struct undoing *u, const struct past_record *r)
{
	if (r->coupling == INDEX_NONE)
		return;
	struct coupling *c = &u->run->ledger.couplings[r->coupling];
	if (!str_equal(r->change->rule, STR("E17"))) {
		uncouple(u, r);
		return;
	}
	if (c->state != STATE_COUPLED)
		u->run->plan.pending--;
	c->state = STATE_COUPLED;
	forget_agreement(u, r->coupling);
}

/* The coupling goes in any case; the record only when asked for, and as long as nobody has edited it. */
static bool
undo_create(struct undoing *u, const struct past_record *r)
{
	bool is_known = true;

	if (r->row == TABLE_NO_ROW) {
		u->not_landed++;
		if (u->run->options->delete_created)
			undo_keep(u, r, STR(""), "shown by no export: delete it by hand if it was imported");
		uncouple_created(u, r);
		return true;
	}
	if (!u->run->options->delete_created) {
		undo_keep(u, r, STR(""), "created and left where it is; --delete-created deletes it");
	} else if (r->coupling == INDEX_NONE) {
		undo_keep(u, r, STR(""), "created and not coupled any more; left where it is");
	} else if (!is_untouched(u, r, &is_known)) {
		undo_keep(u, r, STR(""), "created and edited since; left where it is");
	} else {
		undo_job_of(u, r, JOB_SYNCHRONIZATION)->counters[COUNT_DELETED]++;
		undo_add_change(u, r, ACTION_DELETE, r->coupling);
	}
	uncouple_created(u, r);
	return is_known;
}

static bool
undo_couple(struct undoing *u, const struct past_record *r)
{
	if (r->coupling != INDEX_NONE)
		uncouple(u, r);
	return true;
}

/* E28: what was remembered of the two records ends when they are coupled again. */
static bool
end_remembered(struct undoing *u, const struct past_record *r)
{
	struct ledger *ledger = &u->run->ledger;

	for (enum side side = ERP; side < SIDES; side++) {
		uint32_t number = ledger_find(ledger, r->mapping->order, side, r->change->id[side]);
		if (number == INDEX_NONE)
			continue;
		struct coupling *c = &ledger->couplings[number];
		if (c->state != STATE_REMOVED && c->state != STATE_FAILED_CREATE)
			return false;
		c->is_dropped = true;
	}
	return true;
}

static bool
undo_uncouple(struct undoing *u, const struct past_record *r)
{
	struct ledger *ledger = &u->run->ledger;
	const struct past_change *change = r->change;

	if (change->id[ERP].len == 0 || change->id[CRM].len == 0) {
		undo_keep(u, r, STR(""), "was pending; stays out of the ledger");
		return true;
	}
	if (!end_remembered(u, r)) {
		undo_keep(u, r, STR(""), "coupled otherwise meanwhile; left as it is");
		return true;
	}
	uint32_t number = ledger_add(ledger, r->mapping->order);
	state_track_new(u->run, number);
	struct coupling *c = &ledger->couplings[number];
	c->key = packed_copy(&ledger->arena, change->erp_key);
	for (enum side side = ERP; side < SIDES; side++) {
		ledger_set_id(ledger, number, side, packed_copy(&ledger->arena, change->id[side]));
		c->row[side] = table_find_uid(run_table(u->run, r->mapping, side), change->id[side]);
	}
	undo_job_of(u, r, JOB_COUPLING)->counters[COUNT_COUPLED]++;
	undo_add_change(u, r, ACTION_COUPLE, number);
	return true;
}

static bool
undo_delete(struct undoing *u, const struct past_record *r)
{
	if (r->row != TABLE_NO_ROW)	/* never imported: the line that remembers it goes */
		return undo_couple(u, r);
	undo_keep(u, r, STR(""), "deleted; resolve --restore creates it again while the other side is there");
	return true;
}

/*
 * How the action of a change is reversed; what is not here wrote nothing.
 * Values first: they are found through couplings that are taken out afterwards.
 */
static const struct {
	enum action action;
	unsigned pass;
	bool (*undo)(struct undoing *u, const struct past_record *r);
} reversals[] = {
	{ ACTION_UPDATE, 0, undo_update },
	{ ACTION_LINK, 0, undo_update },
	{ ACTION_CREATE, 1, undo_create },
	{ ACTION_DELETE, 1, undo_delete },
	{ ACTION_COUPLE, 1, undo_couple },
	{ ACTION_UNCOUPLE, 1, undo_uncouple },
};

static bool
undo_change(struct undoing *u, const struct past_change *change, unsigned pass)
{
	struct past_record r;

	for (size_t i = 0; i < ARRAY_LEN(reversals); i++) {
		if (reversals[i].pass != pass
			|| !str_equal(change->action, str_from(action_name(reversals[i].action))))
			continue;
		return past_record_find(u->run, u->past, change, &r, u->diag) && reversals[i].undo(u, &r);
	}
	return true;
}

/* The pair of the past job; a job's changes follow each other. */
static uint32_t *
find_job(struct undoing *u, struct str past_job)
{
	for (size_t i = u->job_count; i-- > 0;)
		if (str_equal(u->jobs[i].past_job, past_job))
			return &u->jobs[i].job;
	u->jobs = memory_grow(u->jobs, u->job_count, &u->job_capacity, sizeof *u->jobs);
	u->jobs[u->job_count++] = (struct job_pair){ past_job, PLAN_NO_JOB };
	return &u->jobs[u->job_count - 1].job;
}

/* The two passes entered the changes of each job apart. */
static void
put_in_order(struct run *run)
{
	bool *keep = memory_new(run->plan.job_count, sizeof *keep);

	for (size_t i = 0; i < run->plan.job_count; i++)
		keep[i] = true;
	plan_keep_jobs(&run->plan, keep);
	free(keep);
}

bool
undo_run(struct run *run, struct diag *diag)
{
	const struct past *past = run->options->past;
	struct undoing u = { .run = run, .past = past, .diag = diag };
	bool ok = true;

	for (unsigned pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < past->change_count; i++) {
			u.job = find_job(&u, past->changes[i].job_id);
			ok = undo_change(&u, &past->changes[i], pass) && ok;
		}
	if (u.not_landed > 0)
		diag_notice(diag, "%llu %s: no export shows what was written, so nothing is written back; if "
			"%.*s was imported, export both systems again and undo it with those exports",
			(unsigned long long)u.not_landed, u.not_landed == 1 ? "record" : "records",
			STR_ARG(past->folder));
	put_in_order(run);
	undo_agree(run, u.taken, u.taken_count);
	free(u.taken);
	free(u.jobs);
	return ok;
}
