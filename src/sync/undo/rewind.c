/* rewind.c - back to where the jobs of a run began (E34) */
#include "sync/undo/rewind.h"

#include <stdlib.h>

#include "sync/load/option_set.h"
#include "sync/state.h"

struct rewind {
	struct coupling *couplings;
	size_t coupling_count;
	struct ledger_series *series;
	size_t series_count;
	uint32_t *tracks;
	struct overlay *overlays;	/* by table number; owns its arrays */
	uint32_t **coupling_of[SIDES];	/* by mapping order */
	uint32_t *jobs[SIDES];		/* mapping_state.job, To and From, by mapping order */
	size_t ending_count;
	size_t unseen_count;
	size_t job_count;
	size_t candidate_count;
	size_t change_count;
	size_t value_count;
	size_t finding_count;
	uint64_t confirmed;
	uint64_t pending;
};

static void *
copy(const void *from, size_t count, size_t size)
{
	void *to = memory_resize(NULL, count, size);

	if (from && count != 0)
		memcpy(to, from, count * size);
	return to;
}

static uint32_t
row_count(const struct run *run, size_t mapping, enum side side)
{
	return run_table(run, run->setup.mappings[mapping], side)->row_count;
}

struct rewind *
rewind_mark(const struct run *run)
{
	struct rewind *mark = memory_new(1, sizeof *mark);
	const struct state *state = run->state;
	const struct plan *plan = &run->plan;

	*mark = (struct rewind){
		.coupling_count = run->ledger.count,
		.series_count = run->ledger.series_count,
		.ending_count = state->ending_count,
		.unseen_count = state->unseen_count,
		.job_count = plan->job_count,
		.candidate_count = plan->candidate_count,
		.change_count = plan->change_count,
		.value_count = plan->value_count,
		.finding_count = plan->finding_count,
		.confirmed = plan->confirmed,
		.pending = plan->pending,
	};
	mark->couplings = copy(run->ledger.couplings, mark->coupling_count, sizeof *mark->couplings);
	mark->series = copy(run->ledger.series, mark->series_count, sizeof *mark->series);
	mark->tracks = copy(state->tracks, mark->coupling_count, sizeof *mark->tracks);
	mark->overlays = memory_new(run->setup.table_count, sizeof *mark->overlays);
	for (size_t i = 0; i < run->setup.table_count; i++)
		mark->overlays[i] = overlay_copy(&state->overlays[i], run->tables[i].row_count);
	for (enum side side = ERP; side < SIDES; side++) {
		mark->coupling_of[side] = memory_new(run->setup.mapping_count, sizeof(uint32_t *));
		mark->jobs[side] = memory_new(run->setup.mapping_count, sizeof(uint32_t));
		for (size_t i = 0; i < run->setup.mapping_count; i++) {
			mark->jobs[side][i] = state->mappings[i].job[side == ERP ? TO : FROM];
			if (state->mappings[i].coupling_of[side])
				mark->coupling_of[side][i] = copy(state->mappings[i].coupling_of[side],
					row_count(run, i, side), sizeof(uint32_t));
		}
	}
	return mark;
}

/* Couplings that are gone stay in the indexes: look-ups pass over what is dropped. */
static void
ledger_back(struct ledger *ledger, const struct rewind *mark)
{
	for (size_t i = mark->coupling_count; i < ledger->count; i++)
		ledger->couplings[i].is_dropped = true;
	memcpy(ledger->couplings, mark->couplings, mark->coupling_count * sizeof *ledger->couplings);
	ledger->count = mark->coupling_count;
	if (mark->series_count != 0)
		memcpy(ledger->series, mark->series, mark->series_count * sizeof *ledger->series);
	ledger->series_count = mark->series_count;
}

static void
mappings_back(struct run *run, const struct rewind *mark)
{
	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		struct mapping_state *ms = &run->state->mappings[i];
		for (enum side side = ERP; side < SIDES; side++) {
			ms->job[side == ERP ? TO : FROM] = mark->jobs[side][i];
			if (ms->coupling_of[side])
				memcpy(ms->coupling_of[side], mark->coupling_of[side][i],
					row_count(run, i, side) * sizeof(uint32_t));
		}
	}
}

static void
tables_back(struct run *run, const struct rewind *mark)
{
	struct state *state = run->state;

	for (size_t i = 0; i < run->setup.table_count; i++) {
		struct created_keys *created = &state->created[i];
		overlay_release(&state->overlays[i]);
		state->overlays[i] = overlay_copy(&mark->overlays[i], run->tables[i].row_count);
		index_release(&created->index);
		created->index = (struct index){ 0 };
		created->count = 0;
		created->has_numbers = false;
		option_labels_release(&state->options[i]);
		state->options[i] = (struct option_labels){ 0 };
	}
}

void
rewind_back(struct run *run, const struct rewind *mark)
{
	struct state *state = run->state;
	struct plan *plan = &run->plan;

	ledger_back(&run->ledger, mark);
	memcpy(state->tracks, mark->tracks, mark->coupling_count * sizeof *state->tracks);
	mappings_back(run, mark);
	tables_back(run, mark);
	state->ending_count = mark->ending_count;
	state->unseen_count = mark->unseen_count;
	held_reset(&state->held);	/* only jobs hold anything back */
	plan->job_count = mark->job_count;
	plan->candidate_count = mark->candidate_count;
	plan->change_count = mark->change_count;
	plan->value_count = mark->value_count;
	plan->finding_count = mark->finding_count;
	plan->confirmed = mark->confirmed;
	plan->pending = mark->pending;
}

void
rewind_release(struct rewind *mark, const struct run *run)
{
	if (!mark)
		return;
	for (size_t i = 0; i < run->setup.table_count; i++) {
		overlay_release(&mark->overlays[i]);
	}
	for (enum side side = ERP; side < SIDES; side++) {
		for (size_t i = 0; i < run->setup.mapping_count; i++)
			free(mark->coupling_of[side][i]);
		free(mark->coupling_of[side]);
		free(mark->jobs[side]);
	}
	free(mark->couplings);
	free(mark->series);
	free(mark->tracks);
	free(mark->overlays);
	free(mark);
}
