/* guards.c - what keeps a run from doing harm (2.6) */
#include "sync/guards.h"

#include <stdlib.h>

enum { PERCENT_UNIT = 1000, FEW_COUPLED = 10, ENOUGH_CHANGED = 20 };

/* Whether `value` is more than the limit allows; percentages are of `whole`. */
static bool
exceeds(const struct guard_limit *limit, uint64_t value, uint64_t whole)
{
	if (limit->kind == LIMIT_COUNT)
		return value > limit->value;
	if (limit->kind == LIMIT_PERCENT)
		return whole != 0 && value * 100 * PERCENT_UNIT > limit->value * whole;
	return false;
}

/* Percentages of a few coupled records mean nothing; numbers count always. */
static uint64_t
percent_base(const struct mapping_state *ms)
{
	return ms->coupled_count < FEW_COUPLED ? 0 : ms->coupled_count;
}

static struct str
value_text(struct run *run, const struct guard_limit *limit, uint64_t value, uint64_t whole)
{
	if (limit->kind != LIMIT_PERCENT || whole == 0)
		return arena_printf(&run->plan.arena, "%llu", (unsigned long long)value);
	uint64_t tenths = value * 1000 / whole;
	if (tenths % 10 == 0)
		return arena_printf(&run->plan.arena, "%llu%%", (unsigned long long)(tenths / 10));
	return arena_printf(&run->plan.arena, "%llu.%llu%%", (unsigned long long)(tenths / 10),
	    (unsigned long long)(tenths % 10));
}

static void
fire(struct run *run, enum guard guard, const struct mapping *mapping, struct str value, struct str limit,
	struct str message)
{
	struct plan *plan = &run->plan;
	bool is_lifted = run->options->allowed[guard];

	plan->guards =
		memory_grow(plan->guards, plan->guard_count, &plan->guard_capacity, sizeof *plan->guards);
	plan->guards[plan->guard_count++] =
		(struct guard_result){ guard, mapping, value, limit, is_lifted, message };
	if (is_lifted)
		plan_add_finding(plan,
		    (struct finding){ .job = PLAN_NO_JOB,
			.mapping = mapping,
			.severity = SEVERITY_NOTICE,
			.code = CODE_GUARD_LIFTED,
			.rule = 0,
			.source_side = NO_SIDE,
			.message = message });
	else
		plan->status = STATUS_GUARD;
}

static void
check(struct run *run, enum guard guard, const struct mapping *mapping, uint64_t value, uint64_t whole,
	struct str what)
{
	const struct guard_limit *limit = mapping ? &mapping->guards[guard] : &run->setup.guards[guard];

	if (!exceeds(limit, value, whole))
		return;
	struct str text = value_text(run, limit, value, whole);
	struct str message = arena_printf(&run->plan.arena, "guard %s: %.*s%s%llu %.*s, the limit is %.*s",
		guard_name(guard), STR_ARG(mapping ? mapping->name : STR("")), mapping ? ": " : "",
		(unsigned long long)value, STR_ARG(what), STR_ARG(limit->text));
	fire(run, guard, mapping, text, limit->text, message);
}

/* Values that a job blanks, and that it changes, field by field. */
struct field_counts {
	uint64_t *blanked;
	uint64_t *changed;
};

static void
count_fields(const struct run *run, uint32_t job, struct field_counts *counts)
{
	for (size_t i = 0; i < run->plan.change_count; i++) {
		const struct change *change = &run->plan.changes[i];
		bool is_counted = change->action == ACTION_UPDATE || change->action == ACTION_LINK;
		if (change->job != job || !is_counted || change->row == TABLE_NO_ROW)
			continue;
		for (uint32_t v = 0; v < change->value_count; v++) {
			const struct change_value *value = &run->plan.values[change->first_value + v];
			counts->changed[value->column]++;
			counts->blanked[value->column] += value->new.len == 0 && value->old.len != 0;
		}
	}
}

static void
check_fields(struct run *run, uint32_t job)
{
	const struct mapping *mapping = run->plan.jobs[job].mapping;
	enum direction direction = run->plan.jobs[job].direction;
	const struct table *table = run_table(run, mapping, other_side(source_side(direction)));
	const struct mapping_state *ms = &run->state->mappings[mapping->order];
	struct field_counts counts = { memory_new(table->column_count, sizeof(uint64_t)),
		memory_new(table->column_count, sizeof(uint64_t)) };

	count_fields(run, job, &counts);
	for (uint32_t i = 0; i < table->column_count; i++) {
		if (!table->columns[i])
			continue;
		struct str name = table->columns[i]->name;
		check(run, GUARD_BLANKED, mapping, counts.blanked[i], percent_base(ms),
		    arena_printf(&run->plan.arena, "values of \"%.*s\" would become blank %s", STR_ARG(name),
			direction_arrow(direction)));
		if (ms->coupled_count >= ENOUGH_CHANGED)
			check(run, GUARD_ALL_CHANGED, mapping, counts.changed[i], ms->coupled_count,
				arena_printf(&run->plan.arena, "coupled records changed in \"%.*s\" %s",
					STR_ARG(name), direction_arrow(direction)));
	}
	free(counts.blanked);
	free(counts.changed);
}

static void
check_job(struct run *run, uint32_t number)
{
	const struct job *job = &run->plan.jobs[number];

	if (job->type != JOB_SYNCHRONIZATION)
		return;
	enum side side = other_side(source_side(job->direction));
	uint64_t rows = run_table(run, job->mapping, side)->row_count;
	const char *arrow = direction_arrow(job->direction);
	check(run, GUARD_CREATES, job->mapping, job->counters[COUNT_INSERTED], rows,
	    arena_printf(&run->plan.arena, "records would be created %s", arrow));
	check(run, GUARD_UPDATES, job->mapping, job->counters[COUNT_MODIFIED], rows,
	    arena_printf(&run->plan.arena, "records would be updated %s", arrow));
	check_fields(run, number);
}

static void
check_missing(struct run *run, const struct mapping_state *ms)
{
	for (enum side side = ERP; side < SIDES; side++)
		check(run, GUARD_MISSING, ms->mapping, ms->missing[side], percent_base(ms),
		    arena_printf(&run->plan.arena, "coupled records are absent from the full export of %.*s",
			STR_ARG(ms->mapping->tables[side]->name)));
}

/* Records that a job creates for uncoupled ones; a restored record (E17) is coupled. */
static uint64_t
count_created(const struct run *run, uint32_t job)
{
	const struct plan *plan = &run->plan;
	uint64_t count = 0;

	for (size_t i = 0; i < plan->change_count; i++)
		count += plan->changes[i].job == job && plan->changes[i].action == ACTION_CREATE
			&& plan->changes[i].rule != 17;
	return count;
}

/* E43: a full run that creates on both sides although both hold uncoupled records. */
static void
check_both_sided(struct run *run, const struct mapping_state *ms)
{
	uint64_t created[4] = { 0 };

	if (!run->options->is_full || ms->mapping->guards[GUARD_BOTH_FULL].kind == LIMIT_NONE)
		return;
	for (enum direction direction = TO; direction <= FROM; direction++) {
		uint32_t job = ms->job[direction];
		if (job == PLAN_NO_JOB || run->plan.jobs[job].counters[COUNT_INSERTED] == 0)
			return;
	}
	for (enum direction direction = TO; direction <= FROM; direction++)
		created[direction] = count_created(run, ms->job[direction]);
	if (created[TO] == 0 || created[FROM] == 0)
		return;
	fire(run, GUARD_BOTH_FULL, ms->mapping,
		arena_printf(&run->plan.arena, "%llu", (unsigned long long)created[TO] + created[FROM]),
		STR("refuse"),
		arena_printf(&run->plan.arena,
			"guard both-sided-full: %.*s: %llu records would be created in the CRM and "
			"%llu in the ERP although both "
			"hold uncoupled ones; couple what belongs together first",
			STR_ARG(ms->mapping->name), (unsigned long long)created[TO],
			(unsigned long long)created[FROM]));
}

void
guards_check(struct run *run)
{
	uint64_t deletes = 0;

	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct mapping_state *ms = &run->state->mappings[i];
		if (!ms->is_selected)
			continue;
		check_missing(run, ms);
		for (uint32_t job = 0; job < run->plan.job_count; job++)
			if (run->plan.jobs[job].mapping == ms->mapping)
				check_job(run, job);
		check_both_sided(run, ms);
	}
	for (size_t i = 0; i < run->plan.job_count; i++)
		deletes += run->plan.jobs[i].counters[COUNT_DELETED];
	check(run, GUARD_DELETES, NULL, deletes, 0, STR("records would be deleted"));
}
