/* select.c - which records a job looks at (4.2: E6 to E9) */
#include "sync/select.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "base/sort.h"
#include "sync/quiet.h"

enum { AHEAD = 16 };

/* E7 a to f, E9: why a coupled source is selected. */
static unsigned
find_due(const struct sync_job *job, uint32_t number)
{
	const struct coupling *c = &job->run->ledger.couplings[number];
	uint32_t track = job->run->state->tracks[number];
	enum group bi = job->source == ERP ? GROUP_E_BI : GROUP_C_BI;
	enum group own = job->source == ERP ? GROUP_E_TO : GROUP_C_FROM;
	bool is_unknown = (track & TRACK_HAS_BASE) && !(track & TRACK_KNOWN(own));
	bool has_failed = coupling_result(c, job->destination) == RESULT_FAILURE && !c->is_skipped;

	return (track & (TRACK_CHANGED(bi) | TRACK_CHANGED(own)) ? DUE_CHANGED : 0)
	    | (track & TRACK_NEWER(job->source) ? DUE_NEWER : 0) | (has_failed ? DUE_FAILED : 0)
	    | (track & TRACK_NEVER ? DUE_NEVER : 0) | (destination_is_deleted(job, c) ? DUE_DELETED : 0)
	    | (is_unknown ? DUE_UNKNOWN : 0) | (job->is_forced ? DUE_FORCED : 0);
}

/* E8, E9: an uncoupled source. */
static bool
may_create_from(const struct sync_job *job, uint32_t row)
{
	const uint64_t *claimed = job->ms->claimed[job->source];

	return job->may_create && !(claimed && (claimed[row / 64] >> (row % 64) & 1));
}

/* E28; L11: what is about to be deleted is no source of a new record. */
static bool
forgets(const struct sync_job *job, uint32_t number)
{
	return job->forgets_removed && !coupling_is_deleting(&job->run->ledger.couplings[number]);
}

/* Without the filters. */
static struct selected
find_reason(const struct sync_job *job, uint32_t row, uint32_t number)
{
	if (number != INDEX_NONE && !job->is_forced && coupling_is_quiet(job->run->state, number))
		return (struct selected){ 0, UNSELECTED_NOTHING_DUE };
	enum coupling_state state =
		number == INDEX_NONE ? STATE_FAILED_CREATE : job->run->ledger.couplings[number].state;

	if (state == STATE_FAILED_CREATE || (state == STATE_REMOVED && forgets(job, number))) {
		bool is_new = may_create_from(job, row);
		return (struct selected){ is_new ? DUE_NEW : 0, is_new ? SELECTED
			: job->may_create			       ? UNSELECTED_CLAIMED
								       : UNSELECTED_UNCOUPLED };
	}
	if (state != STATE_COUPLED)
		return (struct selected){ 0,
			state == STATE_REMOVED ? UNSELECTED_REMOVED : UNSELECTED_PENDING };
	unsigned due = find_due(job, number);

	return (struct selected){ due, due != 0 ? SELECTED : UNSELECTED_NOTHING_DUE };
}

struct selected
select_one(const struct sync_job *job, uint32_t row, struct cell *cells)
{
	struct selected selected = find_reason(job, row, job->ms->coupling_of[job->source][row]);
	const struct field *bad;

	if (selected.because != SELECTED || (selected.due & DUE_FAILED)
		|| job->mapping->filter_count[job->source] == 0)
		return selected;
	state_unpack(job->run, job->tables[job->source], row, cells);
	if (passes_filters(job->mapping, job->source, cells, &bad) == FILTER_FAILS)
		selected.because = UNSELECTED_FILTERED;
	return selected;
}

struct selecting {
	const struct sync_job *job;
	bool *is_selected;	/* by row */
};

/* Couplings of rows that follow each other lie anywhere. */
static void
prefetch(const struct sync_job *job, uint32_t row)
{
	uint32_t number = job->ms->coupling_of[job->source][row];

	if (number == INDEX_NONE || coupling_is_quiet(job->run->state, number))
		return;
	memory_prefetch(&job->run->ledger.couplings[number].row);
	memory_prefetch(&job->run->state->tracks[number]);
}

static void
select_range(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct selecting *selecting = shared;
	struct cell *cells =
		memory_new(selecting->job->tables[selecting->job->source]->column_count, sizeof *cells);

	(void)worker;
	for (uint32_t row = begin; row < end; row++) {
		if (row + AHEAD < end)
			prefetch(selecting->job, row + AHEAD);
		selecting->is_selected[row] =
			select_one(selecting->job, row, cells).because == SELECTED;
	}
	free(cells);
}

static struct str
erp_key_of(const void *context, uint32_t row, char *room)
{
	(void)room;
	return table_key(context, row);
}

static struct str
crm_uid_of(const void *context, uint32_t row, char *room)
{
	(void)room;
	return table_uid(context, row);
}

void
selection_sort(const struct sync_job *job, struct selection *selection)
{
	const struct table *table = job->tables[job->source];
	unsigned threads = job->run->options->threads;

	uint32_t blank = 0;

	sort_by_text(selection->rows, selection->count, job->source == ERP ? erp_key_of : crm_uid_of, table,
		threads);
	/* Blank keys are possible in the ERP, and come first: the uid decides between them. */
	while (job->source == ERP && blank < selection->count
		&& table_key(table, selection->rows[blank]).len == 0)
		blank++;
	sort_by_text(selection->rows, blank, crm_uid_of, table, threads);
}

struct selection
select_sources(const struct sync_job *job)
{
	uint32_t rows = job->tables[job->source]->row_count;
	struct selecting selecting = { job, memory_new(rows, sizeof(bool)) };
	struct selection selection = { 0 };

	parallel_for(job->run->options->threads, rows, 16384, select_range, &selecting);
	for (uint32_t row = 0; row < rows; row++)
		selection.count += selecting.is_selected[row];
	selection.rows = memory_resize(NULL, selection.count, sizeof(uint32_t));
	selection.count = 0;
	for (uint32_t row = 0; row < rows; row++)
		if (selecting.is_selected[row])
			selection.rows[selection.count++] = row;
	free(selecting.is_selected);
	selection_sort(job, &selection);
	return selection;
}

void
selection_release(struct selection *selection)
{
	free(selection->rows);
	*selection = (struct selection){ 0 };
}
