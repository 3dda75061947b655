/* couple_synch.c - the jobs that follow a coupling (E38, E39) */
#include <stdlib.h>

#include "sync/links.h"
#include "sync/match/couple_parts.h"
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

/* The directions in which the new couplings of a mapping are synchronized; *is_forced: each by itself. */
static enum direction
directions(const struct couple_mapping *cm, bool *is_forced)
{
	enum direction direction = cm->mapping->direction;
	enum update_strategy strategy = cm->mapping->resolve_update_conflicts;

	if (cm->pair_count == 0 || !couple_synchronizes(cm->run, cm->mapping))
		return DIRECTION_NONE;
	if (direction == BIDIRECTIONAL && strategy == UPDATE_SEND)
		direction = TO;
	else if (direction == BIDIRECTIONAL && strategy == UPDATE_GET)
		direction = FROM;
	*is_forced = direction != BIDIRECTIONAL;
	return direction;
}

/* Which jobs there are, and what they may do: for references to what they make (E34). */
static void
plan_jobs(const struct couple_mapping *cm)
{
	bool is_forced = false;
	enum direction wanted = directions(cm, &is_forced);

	cm->ms->may_create = cm->created_count > 0;
	cm->ms->forgets_removed = false;
	for (enum direction direction = TO; direction <= FROM; direction++)
		cm->ms->runs[direction] =
			(wanted & direction) != 0 && job_is_possible(cm->mapping, direction);
	cm->ms->runs[TO] |= cm->created_count > 0;
}

static void
run_jobs(struct run *run, const void *context)
{
	const struct couple_mapping *mappings = context;

	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct couple_mapping *cm = &mappings[i];
		bool is_forced = false;
		enum direction wanted = directions(cm, &is_forced);
		bool is_pair = !is_forced && job_is_possible(cm->mapping, TO)
		    && job_is_possible(cm->mapping, FROM);
		create_unmatched(cm);
		for (enum direction direction = TO; direction <= FROM; direction++)
			if ((wanted & direction) != 0 && job_is_possible(cm->mapping, direction))
				synchronize_one(cm, direction, is_forced, is_pair);
	}
}

void
couple_synchronize(struct run *run, const struct couple_mapping *mappings)
{
	bool has_jobs = false;

	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		plan_jobs(&mappings[i]);
		has_jobs |= mappings[i].ms->runs[TO] || mappings[i].ms->runs[FROM];
	}
	/* To be ready to plan again costs memory (sync/undo/rewind.h). */
	if (has_jobs)
		links_run_jobs(run, run_jobs, mappings);
}
