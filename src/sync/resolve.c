/* resolve.c - one answer for each conflict or failure (L6) */
#include "sync/resolve.h"

#include <stdlib.h>

#include "sync/deletion.h"
#include "sync/finding.h"
#include "sync/job.h"
#include "sync/links.h"
#include "sync/records.h"
#include "sync/uncouple.h"

/* Whether the answer takes a record back into synchronization (E30). */
static bool
clears_skipped(enum resolve_action action)
{
	return action == RESOLVE_SEND || action == RESOLVE_GET || action == RESOLVE_RESTORE
	    || action == RESOLVE_RETRY;
}

static void
add_finding(struct run *run, const struct target *target, enum severity severity, enum code code, int rule,
	struct str message)
{
	plan_add_finding(&run->plan,
		finding_about(run, target->at.coupling,
			(struct finding){ .job = PLAN_NO_JOB,
				.mapping = target->mapping,
				.severity = severity,
				.code = code,
				.rule = rule,
				.source_side = NO_SIDE,
				.message = message }));
}

/* A line that a retry ends: `removed` (E28), or pending without a source from which to create again. */
static bool
ends_line(const struct run *run, const struct target *target)
{
	const struct coupling *c = target_coupling(run, target);

	return target->action == RESOLVE_RETRY
	    && ((c->state == STATE_REMOVED && !coupling_is_deleting(c))
		|| (coupling_is_pending(c) && resolve_direction(run, target) == DIRECTION_NONE));
}

static void
take_back(struct run *run, const struct target *target)
{
	struct coupling *c = target_coupling(run, target);

	if (target->action == RESOLVE_RETRY && c->is_skipped)
		add_finding(run, target, SEVERITY_NOTICE, CODE_REPEATED_FAILURE, -6,
			STR("no longer skipped: the next run tries again"));
	c->is_skipped = false;
	if (target->action == RESOLVE_RESTORE && coupling_is_pending(c))
		add_finding(run, target, SEVERITY_NOTICE, CODE_PENDING, -4,
			STR("created in an earlier run and not seen in an export yet; not created again"));
	if (!ends_line(run, target))
		return;
	if (coupling_is_pending(c))
		add_finding(run, target, SEVERITY_WARNING, CODE_PENDING, -4,
			STR("created in an earlier run and not seen since, and its source is gone: nothing "
			    "is created again, and the line is taken out of the ledger"));
	target_end_line(run, target);
}

/* What needs no job: E30 (skipped), E28 (`removed` lines that are named end). */
static void
take_all_back(struct run *run, const struct targets *targets, struct diag *diag)
{
	uint64_t retried = 0;
	uint64_t ended = 0;

	for (size_t i = 0; i < targets->count; i++) {
		const struct target *target = &targets->list[i];
		if (!clears_skipped(target->action) || target->is_orphan
			|| target->at.coupling == INDEX_NONE)
			continue;
		retried += target->action == RESOLVE_RETRY && target_coupling(run, target)->is_skipped;
		ended += ends_line(run, target);
		take_back(run, target);
	}
	if (ended != 0)
		diag_notice(diag, "%llu %s taken out of the ledger; the records are ordinary uncoupled ones",
			(unsigned long long)ended, ended == 1 ? "line is" : "lines are");
	if (retried != 0)
		diag_notice(diag, "%llu %s no longer skipped: the next run tries again",
			(unsigned long long)retried, retried == 1 ? "record is" : "records are");
}

/* E9: a record that a filter leaves out is told, unless its last result is a failure (E7 c). */
static bool
is_accepted(const struct sync_job *job, const struct target *target, struct cell *cells)
{
	uint32_t row = target->at.row[job->source];
	const struct field *bad;

	if (coupling_result(target_coupling(job->run, target), job->destination) == RESULT_FAILURE)
		return true;
	state_unpack(job->run, job->tables[job->source], row, cells);
	if (passes_filters(job->mapping, job->source, cells, &bad) != FILTER_FAILS)
		return true;
	record_refuse(job, row, CODE_FILTERED_OUT, 9,
		STR("the record does not pass the filters of the mapping"));
	return false;
}

static bool
is_wanted(const struct run *run, const struct target *target, const struct mapping *mapping,
	enum direction direction)
{
	/* Of --retry-all, and of lines that ended meanwhile, nothing is synchronized. */
	return target->mapping == mapping && target->answer && clears_skipped(target->action)
	    && !target_coupling(run, target)->is_dropped
	    && resolve_direction(run, target) == direction;
}

static struct selection
select_targets(const struct sync_job *job, const struct targets *targets)
{
	struct cell *cells = memory_new(job->tables[job->source]->column_count, sizeof *cells);
	struct selection selection = { memory_new(targets->count, sizeof(uint32_t)), 0 };

	for (size_t i = 0; i < targets->count; i++)
		if (is_wanted(job->run, &targets->list[i], job->mapping, job->direction)
			&& is_accepted(job, &targets->list[i], cells))
			selection.rows[selection.count++] = targets->list[i].at.row[job->source];
	free(cells);
	selection_sort(job, &selection);
	return selection;
}

/* Which jobs there are, and that they create, for references to what later ones make (E34). */
static void
find_jobs(struct run *run, const struct targets *targets)
{
	for (size_t m = 0; m < run->setup.mapping_count; m++) {
		struct mapping_state *ms = &run->state->mappings[m];
		ms->may_create = ms->forgets_removed = true;
		for (enum direction direction = TO; direction <= FROM; direction++) {
			ms->runs[direction] = false;
			for (size_t i = 0; i < targets->count; i++)
				ms->runs[direction] |=
					is_wanted(run, &targets->list[i], ms->mapping, direction);
		}
	}
}

/* E1: mappings in their order, To first; forced, and creating what is missing whatever the strategy (E17). */
static void
run_jobs(struct run *run, const void *context)
{
	const struct targets *targets = context;

	find_jobs(run, targets);
	for (size_t m = 0; m < run->setup.mapping_count; m++)
		for (enum direction direction = TO; direction <= FROM; direction++) {
			const struct mapping *mapping = run->setup.mappings[m];
			if (!run->state->mappings[m].runs[direction])
				continue;
			struct sync_job job = job_begin(run, mapping, direction);
			job.is_forced = job.may_create = job.forgets_removed = job.restores = true;
			struct selection selection = select_targets(&job, targets);
			job_run(&job, selection);
			selection_release(&selection);
		}
}

bool
resolve_run(struct run *run, const struct targets *targets, struct diag *diag)
{
	if (!resolve_check(run, targets, diag))
		return false;
	uncouple_run(run, targets, diag);
	deletion_run(run, targets);
	take_all_back(run, targets, diag);
	links_run_jobs(run, run_jobs, targets);
	return true;
}
