/* couple_synch.c - the jobs that follow a coupling (E38, E39) */
#include <stdlib.h>

#include "sync/couple_parts.h"
#include "sync/links.h"
#include "sync/records.h"

/* E38: unmatched records are inserted by a job of their own, before those of the couplings. */
static void
create_unmatched(const struct couple_mapping *cm)
{
	if (cm->created_count == 0)
		return;
	struct sync_job job = job_begin(cm->run, cm->mapping, TO);
	job.is_forced = true;
	job.may_create = true;
	job_run(&job, (struct selection){ cm->created, cm->created_count });
}

static void
synchronize_one(const struct couple_mapping *cm, enum direction direction, bool is_forced, bool other_runs)
{
	if (!job_is_possible(cm->mapping, direction))
		return;
	struct sync_job job = job_begin(cm->run, cm->mapping, direction);
	struct selection all = { memory_resize(NULL, cm->pair_count, sizeof(uint32_t)), cm->pair_count };
	job.is_forced = is_forced;
	job.other_runs = other_runs;
	for (uint32_t i = 0; i < cm->pair_count; i++)
		all.rows[i] = cm->pairs[i].rows[job.source];
	struct selection selection = records_accept(&job, all);
	job_run(&job, selection);
	selection_release(&selection);
}

static void
run_jobs(struct run *run, const void *context)
{
	const struct couple_mapping *cm = context;
	enum direction direction = cm->mapping->direction;
	enum update_strategy strategy = cm->mapping->resolve_update_conflicts;

	(void)run;
	create_unmatched(cm);
	if (cm->pair_count == 0 || !couple_synchronizes(cm->run, cm->mapping))
		return;
	if (direction == BIDIRECTIONAL && strategy == UPDATE_SEND)
		direction = TO;
	else if (direction == BIDIRECTIONAL && strategy == UPDATE_GET)
		direction = FROM;
	if (direction != BIDIRECTIONAL) {
		synchronize_one(cm, direction, true, false);
		return;
	}
	synchronize_one(cm, TO, false, job_is_possible(cm->mapping, FROM));
	synchronize_one(cm, FROM, false, job_is_possible(cm->mapping, TO));
}

void
couple_synchronize(struct couple_mapping *cm)
{
	links_run_jobs(cm->run, run_jobs, cm);
}
