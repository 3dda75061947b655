/* uncouple.c - couplings taken out of the ledger (4.14: E42) */
#include "sync/uncouple.h"

#include "sync/finding.h"

/* One mapping's job. */
struct uncoupling {
	struct run *run;
	const struct mapping *mapping;
	struct diag *diag;
	uint32_t job;
};

static void
count(struct uncoupling *u, enum counter counter)
{
	u->run->plan.jobs[u->job].counters[counter]++;
}

static void
skip(struct uncoupling *u, const struct target *target)
{
	count(u, COUNT_SKIPPED);
	if (target->answer)
		diag_notice(u->diag, "%.*s: is not coupled", STR_ARG(target_place(u->run, target)));
}

/* L4: what was created may still be imported, and then be there twice. */
static void
warn_pending(struct uncoupling *u, uint32_t coupling)
{
	const struct coupling *c = &u->run->ledger.couplings[coupling];

	if (coupling_is_pending(c))
		plan_add_finding(&u->run->plan,
			finding_about(u->run, coupling,
				(struct finding){ .job = u->job,
					.mapping = u->mapping,
					.severity = SEVERITY_WARNING,
					.code = CODE_PENDING,
					.rule = -4,
					.source_side = c->state == STATE_PENDING_ERP ? CRM : ERP,
					.message = STR(
						"created in an earlier run and not seen since: if its create "
						"file is imported after all, couple the two by hand, else a "
						"later run may create it twice") }));
}

static void
uncouple_one(struct uncoupling *u, const struct target *target)
{
	struct run *run = u->run;
	struct coupling *c = target_coupling(run, target);

	if (target->is_orphan)
		return;	/* silently: housekeeping has told */
	if (!c || c->state == STATE_FAILED_CREATE || c->state == STATE_REMOVED) {
		/* E28: resolve ends the line that remembers a removed coupling; uncouple does not. */
		if (c && c->state == STATE_REMOVED && run->options->task == TASK_RESOLVE)
			target_end_line(run, target);
		skip(u, target);
		return;
	}
	warn_pending(u, target->at.coupling);
	target_end_line(run, target);
	count(u, COUNT_UNCOUPLED);
	plan_add_change(&run->plan,
		(struct change){ .job = u->job,
			.action = ACTION_UNCOUPLE,
			.side = NO_SIDE,
			.rule = 42,
			.coupling = target->at.coupling,
			.row = TABLE_NO_ROW,
			.source_row = TABLE_NO_ROW });
}

/* The fields of another mapping that refer to this one, `A|B`. */
static struct str
referring_fields(struct run *run, const struct mapping *referrer, const struct mapping *mapping)
{
	struct str names = { NULL, 0 };

	for (size_t i = 0; i < referrer->field_count; i++) {
		const struct field_mapping *fm = &referrer->fields[i];
		if (!field_refers_to(fm, mapping) || !fm->is_enabled || !fm->fields[ERP])
			continue;
		names = arena_printf(&run->plan.arena, "%.*s%s%.*s", STR_ARG(names), names.len ? "|" : "",
			STR_ARG(fm->fields[ERP]->name));
	}
	return names;
}

/* E42: mappings whose references point to this one. */
static void
tell_referring(struct uncoupling *u)
{
	struct run *run = u->run;
	uint64_t uncoupled = run->plan.jobs[u->job].counters[COUNT_UNCOUPLED];

	for (size_t i = 0; uncoupled != 0 && i < run->setup.mapping_count; i++) {
		const struct mapping *referrer = run->setup.mappings[i];
		struct str fields = referring_fields(run, referrer, u->mapping);
		if (!referrer->is_enabled || fields.len == 0)
			continue;
		plan_add_finding(&run->plan,
			(struct finding){ .job = u->job,
				.mapping = referrer,
				.severity = SEVERITY_NOTICE,
				.code = CODE_UNRESOLVED_REFERENCE,
				.rule = 42,
				.source_side = NO_SIDE,
				.field = fields,
				.message = arena_printf(&run->plan.arena,
					"refers to mapping %.*s, %llu %s of which %s uncoupled: what refers "
					"to them is not resolved until they are coupled again",
					STR_ARG(u->mapping->name), (unsigned long long)uncoupled,
					uncoupled == 1 ? "coupling" : "couplings",
					uncoupled == 1 ? "is" : "are") });
	}
}

static bool
is_wanted(const struct target *target, const struct mapping *mapping)
{
	return target->mapping == mapping && target->action == RESOLVE_UNCOUPLE;
}

static bool
has_job(const struct run *run, const struct mapping *mapping, const struct targets *targets)
{
	if (run->options->task == TASK_UNCOUPLE)
		return run->state->mappings[mapping->order].is_selected;
	for (size_t i = 0; i < targets->count; i++)
		if (is_wanted(&targets->list[i], mapping))
			return true;
	return false;
}

void
uncouple_run(struct run *run, const struct targets *targets, struct diag *diag)
{
	for (size_t m = 0; m < run->setup.mapping_count; m++) {
		const struct mapping *mapping = run->setup.mappings[m];
		if (!has_job(run, mapping, targets))
			continue;
		struct uncoupling u = { run, mapping, diag,
			plan_add_job(&run->plan, mapping, JOB_UNCOUPLING, DIRECTION_NONE) };
		for (size_t i = 0; i < targets->count; i++)
			if (is_wanted(&targets->list[i], mapping))
				uncouple_one(&u, &targets->list[i]);
		tell_referring(&u);
	}
}
