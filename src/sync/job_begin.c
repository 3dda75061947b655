/* job_begin.c - a job of one mapping in one direction, before it has anything to do */
#include "sync/job.h"

bool
job_is_possible(const struct mapping *mapping, enum direction direction)
{
	if (!(mapping->direction & direction))
		return false;
	for (size_t i = 0; i < mapping->field_count; i++)
		if (field_moves(&mapping->fields[i], direction))
			return true;
	return false;
}

struct sync_job
job_begin(struct run *run, const struct mapping *mapping, enum direction direction)
{
	enum side source = source_side(direction);
	struct sync_job job = {
		.run = run,
		.mapping = mapping,
		.ms = &run->state->mappings[mapping->order],
		.direction = direction,
		.source = source,
		.destination = other_side(source),
		.tables = { run_table(run, mapping, ERP), run_table(run, mapping, CRM) },
		.job = plan_add_job(&run->plan, mapping, JOB_SYNCHRONIZATION, direction),
	};

	job.ms->job[direction] = job.job;
	return job;
}
