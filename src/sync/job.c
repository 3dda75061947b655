/* job.c - one mapping in one direction: what was decided is committed in order */
#include "sync/job.h"

#include "model/value.h"
#include "sync/ahead.h"
#include "sync/deciding.h"
#include "sync/explain/explain.h"
#include "sync/finding.h"
#include "sync/insert.h"
#include "sync/write.h"

enum { FAILURE_CHARACTERS = 250 };	/* E30, as Business Central keeps it */

/* The commit of one job, record after record. */
struct commit {
	struct sync_job *job;
	struct run *run;
	struct decider *decider;
	bool lays_over_at_end;	/* as decisions are independent: they go on while this one is committed */
};

static void
count(struct commit *commit, enum counter counter)
{
	commit->run->plan.jobs[commit->job->job].counters[counter]++;
}

/* A finding about the record of an outcome; the coupling's ids where there is one. */
static void
add_finding(struct commit *commit, const struct outcome *outcome, const struct note *note)
{
	const struct sync_job *job = commit->job;
	struct finding finding = { .job = job->job,
		.mapping = job->mapping,
		.direction = job->direction,
		.severity = note->severity,
		.code = note->code,
		.rule = note->rule,
		.source_side = job->source,
		.field = note->field,
		.message = note->message };

	if (outcome->coupling != INDEX_NONE) {
		finding = finding_about(commit->run, outcome->coupling, finding);
	} else if (job->source == ERP) {
		finding.erp_key = outcome->source_key;
		finding.erp_id = outcome->source_uid;
	} else {
		finding.crm_id = outcome->source_uid;
	}
	finding.source_row = outcome->source_row + 1;
	plan_add_finding(&commit->run->plan, finding);
}

static void
add_ending(struct commit *commit, struct ending ending)
{
	ending.job = commit->job->job;
	ending.direction = commit->job->direction;
	state_add_ending(commit->run, ending);
}

static void
settled(struct commit *commit, const struct outcome *outcome)
{
	commit->run->state->tracks[outcome->coupling] |= TRACK_SETTLED(commit->job->direction);
	add_ending(commit, (struct ending){ .coupling = outcome->coupling });
}

static void
left(struct commit *commit, const struct outcome *outcome)
{
	if (outcome->coupling != INDEX_NONE)
		commit->run->state->tracks[outcome->coupling] |= TRACK_LEFT(commit->job->direction);
}

/* E16, E23: lost edits and shortened values, one change each. */
static void
add_side_changes(struct commit *commit, const struct outcome *outcome, uint32_t row)
{
	const struct value_list *lists[] = { &outcome->lost, &outcome->shortened };
	static const enum action actions[] = { ACTION_LOST_EDIT, ACTION_SHORTENED };
	static const int rules[] = { 16, 23 };

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (lists[i]->count != 0)
			write_values(commit->job,
			    (struct change){ .action = actions[i],
				.side = commit->job->destination,
				.rule = rules[i],
				.coupling = outcome->coupling,
				.row = row,
				.source_row = outcome->source_row },
			    lists[i]);
}

/* The line of a source that is not coupled: its failed-create line, or a new one. */
static uint32_t
line_for_source(struct commit *commit, const struct outcome *outcome, uint32_t coupling)
{
	const struct sync_job *job = commit->job;
	struct run *run = commit->run;

	if (coupling == INDEX_NONE) {
		coupling = ledger_add(&run->ledger, job->mapping->order);
		state_track_new(run, coupling);
		struct coupling *c = &run->ledger.couplings[coupling];
		c->time[ERP] = c->time[CRM] = STAMP_NONE;
		c->row[ERP] = c->row[CRM] = TABLE_NO_ROW;
		c->row[job->source] = outcome->source_row;
		ledger_set_id(&run->ledger, coupling, job->source, packed_of(outcome->source_uid));
		job->ms->coupling_of[job->source][outcome->source_row] = coupling;
	}
	if (job->source == ERP)
		run->ledger.couplings[coupling].key = packed_of(outcome->source_key);
	return coupling;
}

/* E28: a `removed` line is forgotten when its record is named, or in a full run with --create. */
static bool
forget_removed(struct commit *commit, uint32_t number, uint32_t source_row)
{
	struct coupling *c = &commit->run->ledger.couplings[number];

	if (c->state != STATE_REMOVED)
		return false;
	c->is_dropped = true;
	commit->job->ms->coupling_of[commit->job->source][source_row] = INDEX_NONE;
	return true;
}

/* E4: what goes wrong with a record is told and remembered, and never stops the run. */
/* E30: Failed, or Skipped when the same failed before in this direction. */
static void
commit_failure(struct commit *commit, struct outcome *outcome)
{
	struct run *run = commit->run;
	enum side to = commit->job->destination;
	struct str text = utf8_cut(outcome->failure, FAILURE_CHARACTERS);

	if (outcome->coupling == INDEX_NONE) {
		outcome->coupling = line_for_source(commit, outcome, INDEX_NONE);
		run->ledger.couplings[outcome->coupling].state = STATE_FAILED_CREATE;
	}
	const struct coupling *c = &run->ledger.couplings[outcome->coupling];
	bool is_repeated =
		coupling_result(c, to) == RESULT_FAILURE && str_equal(coupling_failure(c, to), text);
	add_ending(commit,
		(struct ending){ .coupling = outcome->coupling,
			.is_failure = true,
			.becomes_skipped = is_repeated,
			.failure = text });
	left(commit, outcome);
	count(commit, is_repeated ? COUNT_SKIPPED : COUNT_FAILED);
	for (const struct note *note = outcome->notes; note; note = note->next)
		add_finding(commit, outcome, note);
	if (is_repeated)
		add_finding(commit, outcome,
			&(struct note){ .severity = SEVERITY_ERROR,
				.code = CODE_REPEATED_FAILURE,
				.rule = 30,
				.message = STR(
					"failed again in the same way: now skipped until it is "
					"retried or coupled anew") });
}

static void
commit_notes(struct commit *commit, const struct outcome *outcome)
{
	for (const struct note *note = outcome->notes; note; note = note->next)
		add_finding(commit, outcome, note);
}

static void
commit_modify(struct commit *commit, struct outcome *outcome)
{
	const struct sync_job *job = commit->job;
	uint32_t row = commit->run->ledger.couplings[outcome->coupling].row[job->destination];

	bool writes = outcome->written.count != 0 || outcome->linked.count != 0;
	size_t first = commit->run->plan.change_count;

	if (writes) {
		write_record(commit->job,
		    (struct change){ .action = ACTION_UPDATE,
			.side = job->destination,
			.rule = outcome->rule,
			.coupling = outcome->coupling,
			.row = row,
			.source_row = outcome->source_row },
		    outcome);
		if (row == TABLE_NO_ROW)
			write_unseen(commit->job, outcome->coupling, first);
		else if (!commit->lays_over_at_end)
			write_lay_over(commit->job, outcome, row);
		commit->run->state->tracks[outcome->coupling] |= TRACK_WRITTEN(job->destination);
	}
	add_side_changes(commit, outcome, row);
	for (uint32_t i = 0; i < outcome->held_count; i++)
		held_add(commit->run, outcome->coupling, outcome->held[i]);
	count(commit, writes ? COUNT_MODIFIED : COUNT_UNCHANGED);
	settled(commit, outcome);
	size_t first_finding = commit->run->plan.finding_count;
	commit_notes(commit, outcome);
	write_lost_links(job, outcome, first, first_finding);
}

/* E19: the row that an insert would make is there already. */
static void
commit_adoption(struct commit *commit, struct outcome *outcome, uint32_t row)
{
	struct sync_job *job = commit->job;
	struct run *run = commit->run;
	uint32_t coupling = outcome->coupling;
	struct outcome adopted = decide_adoption(commit->decider, outcome->source_row, row);

	if (run->explanation)
		explain_adoption(job, outcome->source_row, row);
	adopted.coupling = coupling;
	if (adopted.kind == OUTCOME_FAIL) {
		commit_failure(commit, &adopted);
		return;
	}
	if (adopted.is_left_alone)
		return;
	/* E28: a line `removed` or `failed-create` of the row ends now that it is coupled. */
	uint32_t ended = job->ms->coupling_of[job->destination][row];
	if (ended != INDEX_NONE)
		run->ledger.couplings[ended].is_dropped = true;
	coupling = adopted.coupling = line_for_source(commit, outcome, coupling);
	struct coupling *c = &run->ledger.couplings[coupling];
	c->state = STATE_COUPLED;
	c->row[job->destination] = row;
	ledger_set_id(&run->ledger, coupling, job->destination,
		packed_of(table_uid(job->tables[job->destination], row)));
	job->ms->coupling_of[job->destination][row] = coupling;
	count(commit, COUNT_COUPLED);
	plan_add_change(&run->plan,
		(struct change){ .job = job->job,
			.action = ACTION_COUPLE,
			.side = NO_SIDE,
			.rule = 19,
			.coupling = coupling,
			.row = TABLE_NO_ROW,
			.source_row = TABLE_NO_ROW });
	add_finding(commit, &adopted,
		&(struct note){ .severity = SEVERITY_NOTICE,
			.code = CODE_KEY_IN_USE,
			.rule = 19,
			.message = STR(
				"the row was there already and not coupled: coupled and updated "
				"instead of created") });
	/* E10: never synchronized, so that what the row alone is the source of goes the other way. */
	if (!job->ms->scheme.is_empty[GROUP_C_FROM])
		run->state->tracks[coupling] |= TRACK_CHANGED(GROUP_C_FROM);
	commit_modify(commit, &adopted);
}

/* The uid of a new row in the ledger: mostly it was made as a packed text that lasts (insert_crm_uid()). */
static const unsigned char *
packed_new_uid(struct run *run, const struct outcome *outcome, const struct identity *identity)
{
	return identity->uid.ptr && identity->uid.ptr == outcome->new_uid.ptr
		? packed_of(identity->uid)
		: packed_copy(&run->ledger.arena, identity->uid);
}

/* L4: the line of a create is pending at once.  Returns the key that it gives an ERP record. */
static const unsigned char *
make_pending(struct commit *commit, const struct outcome *outcome, const struct identity *identity)
{
	const struct sync_job *job = commit->job;
	struct run *run = commit->run;
	uint32_t coupling = outcome->coupling;
	struct coupling *c = &run->ledger.couplings[coupling];
	const unsigned char *key = packed_copy(&run->ledger.arena, identity->key);

	/* One that is created again is counted already. */
	if (!coupling_is_pending(c))
		run->plan.pending++;
	c->state = job->destination == ERP ? STATE_PENDING_ERP : STATE_PENDING_CRM;
	c->time[job->source] = outcome->source_stamp;
	c->time[job->destination] = run->plan.now;
	if (job->destination == ERP) {
		c->key = key;
		if (identity->key.len != 0)
			index_add(&job->ms->erp_keys, str_hash(identity->key), coupling);
	}
	if (!str_equal(ledger_id(&commit->run->ledger, c, job->destination), identity->uid))
		ledger_set_id(&run->ledger, coupling, job->destination,
			packed_new_uid(run, outcome, identity));
	run->state->tracks[coupling] = TRACK_CREATED | TRACK_SETTLED(job->direction);
	return key;
}

static void
commit_insert(struct commit *commit, struct outcome *outcome)
{
	const struct sync_job *job = commit->job;
	struct run *run = commit->run;
	struct identity identity;

	if (!insert_identify(commit->decider, outcome, &identity)) {
		commit_failure(commit, outcome);
		return;
	}
	if (identity.adopted_row != TABLE_NO_ROW) {
		commit_adoption(commit, outcome, identity.adopted_row);
		return;
	}
	outcome->coupling = line_for_source(commit, outcome, outcome->coupling);
	const unsigned char *key = make_pending(commit, outcome, &identity);
	size_t first = run->plan.change_count;
	write_record(commit->job,
	    (struct change){ .action = ACTION_CREATE,
		.side = job->destination,
		.rule = outcome->rule,
		.coupling = outcome->coupling,
		.row = TABLE_NO_ROW,
		.source_row = outcome->source_row,
		.key = key },
	    outcome);
	write_unseen(commit->job, outcome->coupling, first);
	add_side_changes(commit, outcome, TABLE_NO_ROW);
	count(commit, COUNT_INSERTED);
	add_ending(commit, (struct ending){ .coupling = outcome->coupling });
	commit_notes(commit, outcome);
}

/* E17, RemoveCoupling: the surviving id is kept so that the deletion is not undone (E28). */
static void
commit_remove(struct commit *commit, struct outcome *outcome)
{
	const struct sync_job *job = commit->job;
	struct run *run = commit->run;

	plan_add_change(&run->plan,
	    (struct change){ .job = job->job, .action = ACTION_UNCOUPLE, .side = NO_SIDE, .rule = 17,
		.coupling = outcome->coupling, .row = TABLE_NO_ROW, .source_row = outcome->source_row });
	run->state->tracks[outcome->coupling] |= TRACK_REMOVED(job->destination);
	count(commit, COUNT_UNCHANGED);
	commit_notes(commit, outcome);
}

static void
commit_outcome(struct commit *commit, struct outcome *outcome)
{
	switch (outcome->kind) {
	case OUTCOME_NONE:
		left(commit, outcome);
		break;
	case OUTCOME_INSERT:
	case OUTCOME_RESTORE:
		commit_insert(commit, outcome);
		break;
	case OUTCOME_REMOVE:
		commit_remove(commit, outcome);
		break;
	case OUTCOME_MODIFY:
	case OUTCOME_UNCHANGED:
		if (insert_rename(commit->decider, outcome))
			commit_modify(commit, outcome);
		else
			commit_failure(commit, outcome);
		break;
	case OUTCOME_SKIP:
		left(commit, outcome);
		count(commit, COUNT_SKIPPED);
		commit_notes(commit, outcome);
		break;
	case OUTCOME_FAIL:
		commit_failure(commit, outcome);
	}
	write_asked(commit->job, outcome);
}

/* A commit_fn. */
static void
commit_outcomes(void *context, struct outcome *outcomes, uint32_t count)
{
	struct commit *commit = context;

	for (uint32_t i = 0; i < count; i++) {
		struct outcome *outcome = &outcomes[i];
		ahead_of_commit(commit->job, outcomes, i, count);
		if (outcome->coupling != INDEX_NONE
			&& forget_removed(commit, outcome->coupling, outcome->source_row))
			outcome->coupling = INDEX_NONE;
		if (commit->run->explanation)
			explain_commit(commit->job, outcome);
		commit_outcome(commit, outcome);
		if (commit->run->explanation)
			explain_committed(commit->job, outcome);
	}
	arena_reset(&commit->decider->lists);
}

/* How many lines the job adds at most. */
static size_t
count_new(const struct sync_job *job, const struct selection *selection)
{
	const uint32_t *coupling_of = job->ms->coupling_of[job->source];
	size_t count = 0;

	if (job->forgets_removed)
		return selection->count;
	for (uint32_t i = 0; i < selection->count; i++)
		count += coupling_of[selection->rows[i]] == INDEX_NONE;
	return count;
}

void
job_run(struct sync_job *job, struct selection selection)
{
	struct run *run = job->run;
	struct decider adopting;
	struct commit commit = { job, run, &adopting, decisions_are_independent(job) };
	size_t first = run->plan.change_count;

	decider_init(&adopting, job, &run->state->arena);
	state_reserve(run, count_new(job, &selection));
	if (run->explanation)
		explain_job(job, &selection);
	decide_selection(job, &selection, commit_outcomes, &commit);
	if (commit.lays_over_at_end)
		write_lay_over_since(job, first);
	decider_release(&adopting);
}
