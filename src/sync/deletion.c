/* deletion.c - the surviving side of a deleted record is deleted, too (L6) */
#include "sync/deletion.h"

#include "sync/finding.h"
#include "sync/housekeeping.h"

enum side
deletion_side(const struct run *run, const struct coupling *c)
{
	const struct mapping *mapping = run->setup.mappings[c->mapping];

	if (c->state == STATE_REMOVED)
		return coupling_has_id(c, ERP) ? ERP : CRM;
	return record_is_gone(run, mapping, c, ERP) ? CRM : ERP;
}

/* L11: the deletion of an earlier run is not written again. */
static void
tell_written(struct run *run, uint32_t job, uint32_t coupling, enum side side)
{
	const struct job *j = &run->plan.jobs[job];

	run->plan.jobs[job].counters[COUNT_UNCHANGED]++;
	plan_add_finding(&run->plan,
		finding_about(run, coupling,
			(struct finding){ .job = job,
				.mapping = j->mapping,
				.direction = j->direction,
				.severity = SEVERITY_NOTICE,
				.code = CODE_PENDING,
				.rule = -11,
				.source_side = other_side(side),
				.message = STR("its deletion was written by an earlier run and no export "
					       "shows it yet; not written again") }));
}

static void
delete_one(struct run *run, uint32_t job, const struct target *target, enum side side)
{
	uint32_t number = target->at.coupling;
	struct coupling *c = &run->ledger.couplings[number];
	uint32_t in_flight = TRACK_IN_FLIGHT(ERP) | TRACK_IN_FLIGHT(CRM);

	if (coupling_is_deleting(c) && target->action == RESOLVE_DELETE) {
		tell_written(run, job, number, side);
		return;
	}
	plan_add_change(&run->plan,
		(struct change){ .job = job,
			.action = ACTION_DELETE,
			.side = side,
			.rule = -6,
			.coupling = number,
			.row = c->row[side],
			.source_row = TABLE_NO_ROW });
	run->plan.jobs[job].counters[COUNT_DELETED]++;
	if (!coupling_is_deleting(c) && !(run->state->tracks[number] & in_flight))
		run->plan.pending++;
	if (c->state == STATE_COUPLED)
		run->state->tracks[number] |= TRACK_REMOVED(other_side(side));
	run->state->tracks[number] |= TRACK_DELETED;
	state_add_ending(run,
		(struct ending){ .coupling = number, .job = job, .direction = side == CRM ? TO : FROM });
}

static bool
is_wanted(const struct run *run, const struct target *target, const struct mapping *mapping, enum side side)
{
	const struct coupling *c = target_coupling(run, target);
	bool is_again = target->action == RESOLVE_RETRY && target->answer && c && coupling_is_deleting(c);

	return target->mapping == mapping && (target->action == RESOLVE_DELETE || is_again)
	    && deletion_side(run, c) == side;
}

void
deletion_run(struct run *run, const struct targets *targets)
{
	for (size_t m = 0; m < run->setup.mapping_count; m++)
		for (enum direction direction = TO; direction <= FROM; direction++) {
			const struct mapping *mapping = run->setup.mappings[m];
			enum side side = other_side(source_side(direction));
			uint32_t job = PLAN_NO_JOB;
			for (size_t i = 0; i < targets->count; i++) {
				if (!is_wanted(run, &targets->list[i], mapping, side))
					continue;
				if (job == PLAN_NO_JOB)
					job = plan_add_job(&run->plan, mapping, JOB_DELETION, direction);
				delete_one(run, job, &targets->list[i], side);
			}
		}
}
