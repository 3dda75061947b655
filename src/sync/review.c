/* review.c - what a full synchronization would find, mapping by mapping (E43, R117, R118) */
#include "sync/review.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "sync/decide.h"

/* The rows of one side of a mapping; every worker has its own cells and counts. */
struct counting {
	const struct run *run;
	const struct mapping_state *ms;
	enum side side;
	struct cell *cells[PARALLEL_MAX_THREADS];
	uint64_t records[PARALLEL_MAX_THREADS];
	uint64_t uncoupled[PARALLEL_MAX_THREADS];
};

/* A line that ended, or never began, couples nothing (E28, E31). */
static bool
is_uncoupled(const struct counting *counting, uint32_t row)
{
	const uint32_t *coupling_of = counting->ms->coupling_of[counting->side];
	uint32_t number = coupling_of ? coupling_of[row] : INDEX_NONE;

	return number == INDEX_NONE || counting->run->ledger.couplings[number].state > STATE_PENDING_CRM;
}

static void
count_range(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct counting *counting = shared;
	const struct mapping *mapping = counting->ms->mapping;
	const struct table *table = run_table(counting->run, mapping, counting->side);
	bool has_filters = mapping->filter_count[counting->side] != 0;
	const struct field *bad;

	if (has_filters && !counting->cells[worker])
		counting->cells[worker] = memory_new(table->column_count, sizeof(struct cell));
	for (uint32_t row = begin; row < end; row++) {
		struct cell *cells = counting->cells[worker];
		if (has_filters)
			state_unpack(counting->run, table, row, cells);
		/* What cannot be told is selected, and fails there. */
		if (has_filters && passes_filters(mapping, counting->side, cells, &bad) == FILTER_FAILS)
			continue;
		counting->records[worker]++;
		counting->uncoupled[worker] += is_uncoupled(counting, row);
	}
}

static void
count_rows(struct run *run, struct review_line *line, enum side side)
{
	const struct mapping_state *ms = &run->state->mappings[line->mapping->order];
	struct counting *counting = memory_new(1, sizeof *counting);

	counting->run = run;
	counting->ms = ms;
	counting->side = side;
	parallel_for(run->options->threads, run_table(run, line->mapping, side)->row_count, 16384,
		count_range, counting);
	for (unsigned i = 0; i < PARALLEL_MAX_THREADS; i++) {
		line->records[side] += counting->records[i];
		line->uncoupled[side] += counting->uncoupled[i];
		free(counting->cells[i]);
	}
	free(counting);
}

void
review_make(struct run *run)
{
	struct plan *plan = &run->plan;

	plan->review = arena_array(&plan->arena, struct review_line, run->setup.mapping_count);
	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		if (!run->state->mappings[i].is_selected)
			continue;
		struct review_line *line = &plan->review[plan->review_count++];
		line->mapping = run->setup.mappings[i];
		count_rows(run, line, ERP);
		count_rows(run, line, CRM);
	}
}

const char *
review_action(const struct review_line *line)
{
	bool has[SIDES] = { line->records[ERP] != 0, line->records[CRM] != 0 };

	if (has[ERP] && has[CRM])
		return "Couple Records";
	return has[ERP] || has[CRM] ? "Full Synchronization" : "No Records Found";
}
