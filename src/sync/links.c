/* links.c - references to records that this run makes (4.11: E34) */
#include "sync/links.h"

#include <stdlib.h>

#include "model/value.h"
#include "sync/reference.h"
#include "sync/undo/rewind.h"

bool
format_carries_forward(const struct table_def *table)
{
	return table->import.format.format == FORMAT_CMT;
}

bool
links_resolves(const struct run *run, uint32_t number)
{
	const struct coupling *c = &run->ledger.couplings[number];
	uint32_t removed = TRACK_REMOVED(ERP) | TRACK_REMOVED(CRM);

	return !c->is_dropped && c->state <= STATE_PENDING_CRM && !(run->state->tracks[number] & removed);
}

/* Whether the mapping's job of that direction comes after the asking one, or is it. */
static bool
is_to_come(const struct sync_job *job, const struct mapping_state *ms)
{
	uint32_t number = ms->job[job->direction];

	return ms->runs[job->direction] && (number == PLAN_NO_JOB || number == job->job);
}

/* E17: the record is deleted, and made anew by a job that comes later. */
static bool
may_be_restored(const struct sync_job *job, const struct mapping *mapping, const struct coupling *c)
{
	return mapping->resolve_deletion_conflicts == DELETION_RESTORE && c->state == STATE_COUPLED
	    && !c->is_skipped && c->row[job->destination] == TABLE_NO_ROW
	    && c->row[job->source] != TABLE_NO_ROW
	    && run_table(job->run, mapping, job->destination)->is_full;
}

/* E8: the record is a source that a job may make a record of. */
static bool
may_be_created(const struct sync_job *job, const struct mapping *mapping, struct str wanted)
{
	const struct mapping_state *ms = &job->run->state->mappings[mapping->order];
	const struct table *table = run_table(job->run, mapping, job->source);
	const uint64_t *claimed = ms->claimed[job->source];
	uint32_t row = job->source == ERP ? table_find_key(table, wanted) : table_find_uid(table, wanted);

	if (row == TABLE_NO_ROW || !ms->may_create || (claimed && (claimed[row / 64] >> (row % 64) & 1)))
		return false;
	uint32_t number = ms->coupling_of[job->source][row];
	if (number == INDEX_NONE)
		return true;
	const struct coupling *c = &job->run->ledger.couplings[number];
	return c->state == STATE_FAILED_CREATE || (c->state == STATE_REMOVED && ms->forgets_removed);
}

bool
links_awaits(const struct sync_job *job, const struct mapping *mapping, struct str wanted, uint32_t number)
{
	/* Options are no data: their labels are entered before anything is imported (E41). */
	if (!job || mapping->is_option_mapping)
		return false;
	const struct mapping_state *ms = &job->run->state->mappings[mapping->order];
	if (number == INDEX_NONE || !links_resolves(job->run, number))
		return is_to_come(job, ms) && may_be_created(job, mapping, wanted);
	const struct coupling *c = &job->run->ledger.couplings[number];
	bool is_new = (job->run->state->tracks[number] & TRACK_CREATED)
	    && c->state == (job->destination == ERP ? STATE_PENDING_ERP : STATE_PENDING_CRM);
	/* Jobs are over one after the other: what another one made is imported before. */
	if (is_new)
		return ms->job[job->direction] == job->job;
	return is_to_come(job, ms) && may_be_restored(job, mapping, c);
}

/* Whether any job could wait; only then need it be possible to plan again. */
static bool
are_possible(const struct run *run)
{
	for (size_t m = 0; m < run->setup.mapping_count; m++) {
		const struct mapping *mapping = run->setup.mappings[m];
		for (size_t f = 0; mapping->is_enabled && f < mapping->field_count; f++)
			for (size_t r = 0; r < mapping->fields[f].reference_count; r++)
				if (mapping->fields[f].is_enabled
					&& mapping->fields[f].references[r].mapping->order >= mapping->order)
					return true;
	}
	return false;
}

static uint64_t
denied_hash(const struct denied_link *link)
{
	return str_hash((struct str){ (const char *)link, sizeof *link });
}

static bool
find_denied(const struct waiting *waiting, const struct denied_link *link)
{
	struct index_walk walk = index_find(&waiting->denied_index, denied_hash(link));

	for (uint32_t i; (i = index_next(&walk)) != INDEX_NONE;)
		if (memcmp(&waiting->denied[i], link, sizeof *link) == 0)
			return true;
	return false;
}

bool
links_is_denied(const struct sync_job *job, uint32_t source_row, uint32_t field)
{
	struct denied_link link = { job->mapping->order, job->direction, source_row, field };

	return job->run->state->waiting.denied_count != 0 && find_denied(&job->run->state->waiting, &link);
}

static void
deny(struct waiting *waiting, const struct waiting_link *link)
{
	struct denied_link denied = { link->mapping->order, link->direction, link->source_row, link->field };

	if (find_denied(waiting, &denied))
		return;
	waiting->denied = memory_grow(
		waiting->denied, waiting->denied_count, &waiting->denied_capacity, sizeof *waiting->denied);
	index_add(&waiting->denied_index, denied_hash(&denied), (uint32_t)waiting->denied_count);
	waiting->denied[waiting->denied_count++] = denied;
}

void
links_add(struct run *run, struct waiting_link link)
{
	struct waiting *waiting = &run->state->waiting;

	waiting->links =
		memory_grow(waiting->links, waiting->count, &waiting->capacity, sizeof *waiting->links);
	waiting->links[waiting->count++] = link;
}

void
links_release(struct waiting *waiting)
{
	free(waiting->links);
	free(waiting->denied);
	index_release(&waiting->denied_index);
	*waiting = (struct waiting){ 0 };
}

/* The value of one link, now that all jobs have run; false when there is none. */
static bool
find_value(struct run *run, struct waiting_link *link, struct buf *scratch, struct str *value)
{
	struct transfer_context tc = { .run = run, .mapping = link->mapping,
		.arena = &run->plan.arena, .scratch = scratch };
	const struct coupling *own = &run->ledger.couplings[link->coupling];
	struct resolved r =
		reference_resolve(&tc, &link->mapping->fields[link->field], link->direction, link->value);

	/* A new record whose key the ERP will give cannot be named in a link file. */
	bool has_name = link->direction == TO || coupling_key(own).len != 0 || coupling_has_id(own, ERP);
	link->target = r.how == REFERENCE_RESOLVED ? r.coupling : INDEX_NONE;
	*value = r.value;
	return r.how == REFERENCE_RESOLVED && has_name;
}

/* E33: whether the record is not written at all when this reference of it is not resolved. */
static bool
fails_its_record(const struct run *run, const struct waiting_link *link)
{
	const struct field_mapping *fm = &link->mapping->fields[link->field];

	return !fm->clear_value_on_failed_sync && !fm->not_null
	    && (run->state->tracks[link->coupling] & TRACK_CREATED);
}

/*
 * What waits for a record that will not be made waits in vain as well; so a
 * chain of references need not be planned again for each of its links.
 */
static void
deny_followers(struct run *run, bool *in_vain)
{
	struct waiting *waiting = &run->state->waiting;
	/* Links that wait for one coupling, as lists; numbers plus 1. */
	uint32_t *first = memory_new(run->ledger.count, sizeof *first);
	uint32_t *next = memory_new(waiting->count, sizeof *next);
	uint32_t *stack = memory_new(waiting->count, sizeof *stack);
	size_t depth = 0;

	for (uint32_t i = 0; i < waiting->count; i++) {
		const struct waiting_link *link = &waiting->links[i];
		if (in_vain[i]) {
			stack[depth++] = i;
		} else if (link->target != INDEX_NONE
			&& link->mapping->fields[link->field].reference_count == 1) {
			next[i] = first[link->target];
			first[link->target] = i + 1;
		}
	}
	while (depth > 0) {
		const struct waiting_link *link = &waiting->links[stack[--depth]];
		deny(waiting, link);
		if (!fails_its_record(run, link))
			continue;
		for (uint32_t i = first[link->coupling]; i != 0; i = next[i - 1])
			if (!in_vain[i - 1]) {
				in_vain[i - 1] = true;
				stack[depth++] = i - 1;
			}
		first[link->coupling] = 0;
	}
	free(first);
	free(next);
	free(stack);
}

/* Enters the value into the plan, and over what the export shows. */
static void
enter_value(struct run *run, const struct waiting_link *link, struct str value)
{
	struct plan *plan = &run->plan;
	const struct change *change = &plan->changes[link->change];
	const struct table *table = run_table(run, link->mapping, change->side);
	struct change_value *slot = &plan->values[link->slot];

	slot->new = str_cell(value);
	if (link->lost_slot != SIZE_MAX)
		plan->values[link->lost_slot].new = slot->new;
	/* After all jobs: none of them saw it. */
	if (change->row != TABLE_NO_ROW)
		state_write(run, table, change->row, slot->column, slot->new, (uint32_t)plan->job_count + 1);
}

/* Whether the destination holds the value already: a row that an insert found there (E19), or a blank. */
static bool
is_idle(const struct run *run, const struct waiting_link *link)
{
	const struct change_value *slot = &run->plan.values[link->slot];
	const struct change *change = &run->plan.changes[link->change];
	const struct field *field = link->mapping->fields[link->field].fields[change->side];

	if (run->state->tracks[link->coupling] & TRACK_CREATED)
		return slot->new.len == 0;
	return !slot->old.is_bad && value_equal(field->type, cell_str(slot->old), cell_str(slot->new));
}

/* Takes one value out of a change; true when it was the last one. */
static bool
drop_value(struct plan *plan, size_t number, size_t slot)
{
	struct change *change = &plan->changes[number];
	size_t end = change->first_value + change->value_count;

	memmove(&plan->values[slot], &plan->values[slot + 1], (end - slot - 1) * sizeof *plan->values);
	return --change->value_count == 0;
}

/* Takes changes and findings out; what knows changes by number learns the new ones. */
static void
drop_changes(struct run *run, const bool *is_dropped, const bool *is_untold)
{
	struct plan *plan = &run->plan;
	size_t *numbers = memory_new(plan->change_count, sizeof *numbers);
	size_t kept = 0;

	for (size_t i = 0; i < plan->change_count; i++) {
		numbers[i] = kept;
		if (!is_dropped[i])
			plan->changes[kept++] = plan->changes[i];
	}
	for (size_t i = 0; i < run->state->unseen_count; i++) {
		struct unseen_write *unseen = &run->state->unseen[i];
		bool has_link = unseen->link != 0 && !is_dropped[unseen->link - 1];
		unseen->change = (uint32_t)numbers[unseen->change];
		unseen->link = has_link ? (uint32_t)numbers[unseen->link - 1] + 1 : 0;
	}
	plan->change_count = kept;
	kept = 0;
	for (size_t i = 0; i < plan->finding_count; i++)
		if (!is_untold[i])
			plan->findings[kept++] = plan->findings[i];
	plan->finding_count = kept;
	free(numbers);
}

/* What the destination holds already is not written; its record may have nothing else to write. */
static void
drop_idle(struct run *run, const bool *is_idle_link)
{
	struct plan *plan = &run->plan;
	bool *is_dropped = memory_new(plan->change_count, sizeof *is_dropped);
	bool *is_untold = memory_new(plan->finding_count, sizeof *is_untold);

	/* From the last on, as each moves the values behind it. */
	for (size_t i = run->state->waiting.count; i-- > 0;) {
		const struct waiting_link *link = &run->state->waiting.links[i];
		if (!is_idle_link[i])
			continue;
		bool is_empty = drop_value(plan, link->change, link->slot);
		is_dropped[link->change] = is_empty && plan->changes[link->change].action != ACTION_CREATE;
		if (is_empty && link->is_only_one) {
			plan->jobs[link->job].counters[COUNT_MODIFIED]--;
			plan->jobs[link->job].counters[COUNT_UNCHANGED]++;
		}
		if (link->lost_slot == SIZE_MAX)
			continue;
		is_dropped[link->lost_change] = drop_value(plan, link->lost_change, link->lost_slot);
		is_untold[link->lost_finding] = true;
	}
	drop_changes(run, is_dropped, is_untold);
	free(is_dropped);
	free(is_untold);
}

/* False when some links waited in vain: they are denied now, and the run is to be planned again. */
static bool
settle_links(struct run *run)
{
	struct waiting *waiting = &run->state->waiting;
	struct str *values = memory_new(waiting->count, sizeof *values);
	bool *flags = memory_new(waiting->count, sizeof *flags);
	struct buf scratch = { 0 };
	bool any_in_vain = false;
	bool any_idle = false;

	for (size_t i = 0; i < waiting->count; i++) {
		flags[i] = !find_value(run, &waiting->links[i], &scratch, &values[i]);
		any_in_vain |= flags[i];
	}
	if (any_in_vain)
		deny_followers(run, flags);
	for (size_t i = 0; !any_in_vain && i < waiting->count; i++) {
		if (waiting->links[i].change == LINK_UNWRITTEN)
			continue;
		enter_value(run, &waiting->links[i], values[i]);
		flags[i] = is_idle(run, &waiting->links[i]);
		any_idle |= flags[i];
	}
	if (any_idle)
		drop_idle(run, flags);
	buf_release(&scratch);
	free(values);
	free(flags);
	waiting->count = 0;
	return !any_in_vain;
}

void
links_run_jobs(struct run *run, links_jobs *run_jobs, const void *context)
{
	struct rewind *mark = are_possible(run) ? rewind_mark(run) : NULL;

	run_jobs(run, context);
	while (!settle_links(run)) {
		rewind_back(run, mark);
		run_jobs(run, context);
	}
	rewind_release(mark, run);
}
