/* write.c - what a job writes, entered into plan and state (E2, E34) */
#include "sync/write.h"

#include "sync/links.h"

void
write_values(const struct sync_job *job, struct change change, const struct value_list *list)
{
	change.job = job->job;
	struct change *added = plan_add_change(&job->run->plan, change);
	if (change.action == ACTION_CREATE && list->is_copied) {
		added->first_value = CHANGE_COPIED;
		added->value_count = list->count;
		return;
	}
	for (uint32_t i = 0; i < list->count; i++)
		plan_add_value(&job->run->plan, list->values[i]);
}

void
write_lay_over(const struct sync_job *job, const struct outcome *outcome, uint32_t row)
{
	const struct table *table = job->tables[job->destination];

	for (uint32_t i = 0; i < outcome->written.count; i++) {
		const struct change_value *value = &outcome->written.values[i];
		state_write(job->run, table, row, value->column, value->new, job->job + 1);
	}
	for (uint32_t i = 0; i < outcome->linked.count; i++)
		state_write(job->run, table, row, outcome->linked.values[i].column, cell_awaited(),
			job->job + 1);
}

void
write_lay_over_since(const struct sync_job *job, size_t first)
{
	enum { AHEAD = 16 };
	const struct plan *plan = &job->run->plan;
	const struct table *table = job->tables[job->destination];

	for (size_t i = first; i < plan->change_count; i++) {
		const struct change *change = &plan->changes[i];
		if (i + AHEAD < plan->change_count)
			overlay_prefetch_write(job->run, table, plan->changes[i + AHEAD].row);
		if (change->action != ACTION_UPDATE || change->row == TABLE_NO_ROW)
			continue;
		for (uint32_t v = 0; v < change->value_count; v++) {
			const struct change_value *value = &plan->values[change->first_value + v];
			state_write(job->run, table, change->row, value->column, value->new, job->job + 1);
		}
	}
}

void
write_unseen(const struct sync_job *job, uint32_t coupling, size_t first)
{
	struct state *state = job->run->state;
	size_t end = job->run->plan.change_count;

	state->unseen = memory_grow(
		state->unseen, state->unseen_count, &state->unseen_capacity, sizeof *state->unseen);
	state->unseen[state->unseen_count++] =
		(struct unseen_write){ coupling, (uint32_t)first, end > first + 1 ? (uint32_t)end : 0 };
}

/* The field mapping that writes a column of the destination; setup loading sees that it is one. */
static uint32_t
field_of(const struct sync_job *job, uint32_t column)
{
	const struct field_mapping *fields = job->mapping->fields;
	uint32_t field = 0;

	while (!field_moves(&fields[field], job->direction) || !fields[field].fields[job->destination]
		|| fields[field].fields[job->destination]->column != column)
		field++;
	return field;
}

/* E34: what the last values of the last change wait for is found out when all jobs have run. */
static void
add_waiting(const struct sync_job *job, const struct outcome *outcome)
{
	const struct plan *plan = &job->run->plan;
	size_t first = plan->value_count - outcome->linked.count;

	for (uint32_t i = 0; i < outcome->linked.count; i++) {
		uint32_t field = field_of(job, outcome->linked.values[i].column);
		links_add(job->run,
			(struct waiting_link){ .mapping = job->mapping,
				.direction = job->direction,
				.field = field,
				.source_row = outcome->source_row,
				.job = job->job,
				.coupling = outcome->coupling,
				.target = INDEX_NONE,
				.value = cell_str(outcome->linked.values[i].new),
				.change = plan->change_count - 1,
				.slot = first + i,
				.lost_slot = SIZE_MAX,
				.is_only_one = outcome->written.count == 0 });
	}
}

void
write_asked(const struct sync_job *job, const struct outcome *outcome)
{
	for (uint32_t i = 0; i < outcome->asked.count; i++)
		links_add(job->run,
			(struct waiting_link){ .mapping = job->mapping,
				.direction = job->direction,
				.field = field_of(job, outcome->asked.values[i].column),
				.source_row = outcome->source_row,
				.job = job->job,
				.coupling = outcome->coupling,
				.target = INDEX_NONE,
				.value = cell_str(outcome->asked.values[i].new),
				.change = LINK_UNWRITTEN,
				.lost_slot = SIZE_MAX });
}

void
write_record(const struct sync_job *job, struct change change, const struct outcome *outcome)
{
	bool is_together = format_carries_forward(job->tables[job->destination]->def);

	if (change.action == ACTION_CREATE || outcome->written.count != 0 || is_together)
		write_values(job, change, &outcome->written);
	if (outcome->linked.count == 0)
		return;
	if (is_together) {
		for (uint32_t i = 0; i < outcome->linked.count; i++)
			plan_add_value(&job->run->plan, outcome->linked.values[i]);
	} else {
		change.action = ACTION_LINK;
		change.rule = 34;
		write_values(job, change, &outcome->linked);
	}
	add_waiting(job, outcome);
}

static void
connect_lost(struct plan *plan, struct waiting_link *link, struct str name, size_t change, size_t finding)
{
	uint32_t column = plan->values[link->slot].column;

	for (; change < plan->change_count; change++)
		for (uint32_t i = 0; i < plan->changes[change].value_count; i++) {
			size_t slot = plan->changes[change].first_value + i;
			if (plan->changes[change].action != ACTION_LOST_EDIT ||
			    plan->values[slot].column != column)
				continue;
			link->lost_change = change;
			link->lost_slot = slot;
		}
	while (finding < plan->finding_count && (plan->findings[finding].code != CODE_LOST_EDIT ||
		!str_equal(plan->findings[finding].field, name)))
		finding++;
	link->lost_finding = finding;
}

void
write_lost_links(
	const struct sync_job *job, const struct outcome *outcome, size_t first_change, size_t first_finding)
{
	struct waiting *waiting = &job->run->state->waiting;

	if (outcome->lost.count == 0)
		return;
	for (size_t i = waiting->count - outcome->linked.count; i < waiting->count; i++) {
		struct waiting_link *link = &waiting->links[i];
		const struct field *to = job->mapping->fields[link->field].fields[job->destination];
		connect_lost(&job->run->plan, link, to->name, first_change, first_finding);
	}
}
