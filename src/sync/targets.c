/* targets.c - from answers to records: found, each once, in a fixed order (1.2, L6) */
#include <stdlib.h>

#include "sync/answers.h"
#include "sync/housekeeping.h"

/* What messages call the record of an answer: a file's lines know the ERP key besides the ids. */
static struct str
shown_key(const struct answer *answer)
{
	struct str shown = { NULL, 0 };

	for (unsigned i = 0; i < ANSWER_KEYS; i++)
		if (answer->keys[i].len != 0 && (shown.len == 0 || i + 1 == ANSWER_KEYS))
			shown = answer->keys[i];
	return shown;
}

struct str
target_place(struct run *run, const struct target *target)
{
	const struct answer *answer = target->answer;
	struct str key = shown_key(answer);

	if (answer->line != 0)
		return arena_printf(&run->plan.arena, "%.*s:%llu: %.*s %.*s", STR_ARG(run->from.path),
			(unsigned long long)answer->line, STR_ARG(target->mapping->name), STR_ARG(key));
	return arena_printf(&run->plan.arena, "%s %.*s %.*s", run->options->command,
		STR_ARG(target->mapping->name), STR_ARG(key));
}

static void
add_target(struct targets *targets, struct target target)
{
	targets->list = memory_grow(targets->list, targets->count, &targets->capacity, sizeof *targets->list);
	targets->list[targets->count++] = target;
}

static bool
find_answer(struct run *run, const struct answer *answer, struct buf *scratch, struct targets *targets,
	struct diag *diag)
{
	struct target target = { .mapping = setup_find_mapping(&run->setup, answer->mapping),
		.answer = answer,
		.action = answer->action };
	bool is_found = false;

	for (unsigned i = 0; i < ANSWER_KEYS && !is_found; i++)
		is_found = answer->keys[i].len != 0
			&& lookup_record(run, target.mapping, answer->keys[i], scratch, &target.at);
	if (is_found) {
		add_target(targets, target);
		return true;
	}
	return diag_add(diag, STATUS_USAGE,
		"%.*s: no such record in %.*s, %.*s or the ledger%.*s; give an ERP key or uid, or a CRM uid",
		STR_ARG(target_place(run, &target)), STR_ARG(target.mapping->tables[ERP]->name),
		STR_ARG(target.mapping->tables[CRM]->name),
		STR_ARG(lookup_near(run, target.mapping, shown_key(answer))));
}

/* The uid of one side: the line's, or of a record without line the export's. */
static struct str
target_uid(const struct run *run, const struct target *target, enum side side)
{
	if (target->at.coupling != INDEX_NONE)
		return ledger_id(&run->ledger, &run->ledger.couplings[target->at.coupling], side);
	if (target->at.row[side] == TABLE_NO_ROW)
		return STR("");
	return table_uid(run_table(run, target->mapping, side), target->at.row[side]);
}

/* By mapping, erp_id, crm_id; the same record again by its line in the file. */
static int
compare(const void *left, const void *right, void *context)
{
	const struct target *a = left;
	const struct target *b = right;
	const struct run *run = context;

	if (a->mapping->order != b->mapping->order)
		return a->mapping->order < b->mapping->order ? -1 : 1;
	for (enum side side = ERP; side < SIDES; side++) {
		int order = str_compare(target_uid(run, a, side), target_uid(run, b, side));
		if (order != 0)
			return order;
	}
	if (!a->answer || !b->answer || a->answer->line == b->answer->line)
		return 0;
	return a->answer->line < b->answer->line ? -1 : 1;
}

static bool
is_same_record(const struct target *a, const struct target *b)
{
	return a->mapping == b->mapping && a->at.coupling == b->at.coupling
	    && a->at.row[ERP] == b->at.row[ERP] && a->at.row[CRM] == b->at.row[CRM];
}

/* A record may be named twice (an error log has a line for each direction), but not with two answers. */
static bool
join_same(struct run *run, struct targets *targets, struct diag *diag)
{
	size_t kept = 0;
	bool ok = true;

	for (size_t i = 0; i < targets->count; i++) {
		const struct target *last = kept > 0 ? &targets->list[kept - 1] : NULL;
		const struct target *target = &targets->list[i];
		if (!last || !is_same_record(last, target))
			targets->list[kept++] = *target;
		else if (last->action != target->action)
			ok = diag_add(diag, STATUS_USAGE,
				"%.*s: \"%s\" here, but \"%s\" on line %llu; leave one decision for "
				"the record",
				STR_ARG(target_place(run, target)), resolve_action_name(target->action),
				resolve_action_name(last->action), (unsigned long long)last->answer->line);
	}
	targets->count = kept;
	return ok;
}

/* --deleted: a side was there and is gone; the created side of a pending line was never seen. */
static bool
has_deleted_side(const struct run *run, const struct coupling *c)
{
	const struct mapping *mapping = run->setup.mappings[c->mapping];

	return (c->state != STATE_PENDING_ERP && record_is_gone(run, mapping, c, ERP))
	    || (c->state != STATE_PENDING_CRM && record_is_gone(run, mapping, c, CRM));
}

static bool
is_in_scope(const struct run *run, const struct coupling *c)
{
	bool is_coupling = c->state == STATE_COUPLED || coupling_is_pending(c);

	switch (run->options->scope) {
	case SCOPE_NAMED:
		return false;
	case SCOPE_ALL:
		return is_coupling;
	case SCOPE_DELETED:
		return is_coupling && has_deleted_side(run, c);
	case SCOPE_SKIPPED:
		return c->is_skipped;
	}
	return false;
}

static void
find_scope(const struct run *run, struct targets *targets)
{
	for (uint32_t i = 0; i < run->ledger.count; i++) {
		const struct coupling *c = &run->ledger.couplings[i];
		if (!run->state->mappings[c->mapping].is_selected || !is_in_scope(run, c))
			continue;
		struct target target = { .mapping = run->setup.mappings[c->mapping],
			.action = run->options->scope == SCOPE_SKIPPED ? RESOLVE_RETRY : RESOLVE_UNCOUPLE,
			.at = { .coupling = i, .row = { c->row[ERP], c->row[CRM] } } };
		add_target(targets, target);
	}
}

bool
answers_find(struct run *run, struct targets *targets, struct diag *diag)
{
	struct buf scratch = { 0 };
	bool ok = true;

	for (size_t i = 0; i < run->answer_count; i++)
		ok &= find_answer(run, &run->answers[i], &scratch, targets, diag);
	buf_release(&scratch);
	if (!ok)
		return false;
	find_scope(run, targets);
	if (targets->count != 0)
		qsort_r(targets->list, targets->count, sizeof *targets->list, compare, run);
	return join_same(run, targets, diag);
}

/* A row may have got another line (L4), a line its row. */
void
answers_refresh(const struct run *run, struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++) {
		struct lookup *at = &targets->list[i].at;
		const struct mapping_state *ms = &run->state->mappings[targets->list[i].mapping->order];
		if (at->row[at->side] != TABLE_NO_ROW)
			at->coupling = ms->coupling_of[at->side][at->row[at->side]];
		if (at->coupling == INDEX_NONE)
			continue;
		memcpy(at->row, run->ledger.couplings[at->coupling].row, sizeof at->row);
		targets->list[i].is_orphan = run->ledger.couplings[at->coupling].is_dropped;
	}
}

void
target_end_line(struct run *run, const struct target *target)
{
	struct coupling *c = target_coupling(run, target);
	struct mapping_state *ms = &run->state->mappings[c->mapping];
	uint32_t in_flight = TRACK_IN_FLIGHT(ERP) | TRACK_IN_FLIGHT(CRM);

	if (coupling_is_pending(c) || coupling_is_deleting(c)
		|| (run->state->tracks[target->at.coupling] & in_flight))
		run->plan.pending--;
	c->is_dropped = true;
	for (enum side side = ERP; side < SIDES; side++)
		if (c->row[side] != TABLE_NO_ROW)
			ms->coupling_of[side][c->row[side]] = INDEX_NONE;
}
