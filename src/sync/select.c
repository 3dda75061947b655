/* select.c - which records a job looks at (4.2: E6 to E9) */
#include "sync/select.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "base/sort.h"

enum { AHEAD = 16 };

/* E7 a to f without its filters; *despite_filters for a retry (c). */
static bool
is_due(const struct sync_job *job, uint32_t number, bool *despite_filters)
{
	const struct coupling *c = &job->run->ledger.couplings[number];
	uint32_t track = job->run->state->tracks[number];
	enum group bi = job->source == ERP ? GROUP_E_BI : GROUP_C_BI;
	enum group own = job->source == ERP ? GROUP_E_TO : GROUP_C_FROM;

	*despite_filters = c->result[job->destination] == RESULT_FAILURE && !c->is_skipped;
	if (job->is_forced || *despite_filters)
		return true;
	if (track & (TRACK_CHANGED(bi) | TRACK_CHANGED(own) | TRACK_NEWER(job->source) | TRACK_NEVER))
		return true;
	if ((track & TRACK_HAS_BASE) && !(track & TRACK_KNOWN(own)))
		return true;
	return destination_is_deleted(job, c);
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

static bool
is_selected(const struct sync_job *job, uint32_t row, struct cell *cells)
{
	uint32_t number = job->ms->coupling_of[job->source][row];
	const struct field *bad;
	bool despite_filters = false;

	enum coupling_state state =
		number == INDEX_NONE ? STATE_FAILED_CREATE : job->run->ledger.couplings[number].state;
	if (state == STATE_FAILED_CREATE || (state == STATE_REMOVED && forgets(job, number))) {
		if (!may_create_from(job, row))
			return false;
	} else if (state != STATE_COUPLED || !is_due(job, number, &despite_filters)) {
		return false;
	}
	if (despite_filters || job->mapping->filter_count[job->source] == 0)
		return true;
	state_unpack(job->run, job->tables[job->source], row, cells);
	return passes_filters(job->mapping, job->source, cells, &bad) != FILTER_FAILS;
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

	if (number == INDEX_NONE)
		return;
	__builtin_prefetch(&job->run->ledger.couplings[number].row);
	__builtin_prefetch(&job->run->state->tracks[number]);
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
		selecting->is_selected[row] = is_selected(selecting->job, row, cells);
	}
	free(cells);
}

static struct str
erp_key_of(const void *context, uint32_t row)
{
	return table_key(context, row);
}

static struct str
crm_uid_of(const void *context, uint32_t row)
{
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
