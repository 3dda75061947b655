/* deciding.c - the selected sources of a job, decided side by side and committed in order */
#include "sync/deciding.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "sync/emit/emit_format.h"
#include "sync/explain/explain.h"
#include "sync/insert.h"

/*
 * Records are decided in blocks, so that memory does not grow with the job.
 * Where decisions are independent, blocks are small, to stay in the cache until
 * they are committed, and threads decide some while one is committed.  Otherwise
 * threads share a large one, which is committed before the next begins.  Both
 * sizes are fixed: results never depend on the number of threads.
 */
enum { SMALL_BLOCK = 256, LARGE_BLOCK = 2048, LARGE_SHARE = 128 };

/* The outcomes of one block, and what their lists lie in where one thread makes all of them. */
struct block {
	struct outcome *outcomes;
	struct arena lists;
};

struct deciding {
	const struct sync_job *job;
	const struct selection *selection;
	struct decider *deciders;	/* one a thread */
	commit_fn *commit;
	void *context;
	struct block *blocks;		/* by slot */
	uint32_t begin;			/* of the large block that is decided */
};

/* Rows in key order lie anywhere in memory: fetch both sides' while others are decided. */
static void
prefetch(const struct deciding *deciding, uint32_t at)
{
	enum { TEXT_AHEAD = 6, OTHER_AHEAD = 12, COUPLING_AHEAD = 18, POINTER_AHEAD = 24 };
	const struct sync_job *job = deciding->job;
	const uint32_t *coupling_of = job->ms->coupling_of[job->source];
	const uint32_t *rows = deciding->selection->rows;
	uint32_t end = deciding->selection->count;

	if (at + POINTER_AHEAD < end) {
		table_prefetch_pointer(job->tables[job->source], rows[at + POINTER_AHEAD]);
		memory_prefetch(&coupling_of[rows[at + POINTER_AHEAD]]);
	}
	if (at + COUPLING_AHEAD < end && coupling_of[rows[at + COUPLING_AHEAD]] != INDEX_NONE)
		memory_prefetch(&job->run->ledger.couplings[coupling_of[rows[at + COUPLING_AHEAD]]].row);
	if (at + OTHER_AHEAD < end && coupling_of[rows[at + OTHER_AHEAD]] != INDEX_NONE)
		table_prefetch_pointer(job->tables[job->destination],
			job->run->ledger.couplings[coupling_of[rows[at + OTHER_AHEAD]]]
				.row[job->destination]);
	else if (at + OTHER_AHEAD < end)
		table_prefetch_marks(job->tables[job->source], rows[at + OTHER_AHEAD]);
	if (at + TEXT_AHEAD < end) {
		uint32_t number = coupling_of[rows[at + TEXT_AHEAD]];
		table_prefetch_text(job->tables[job->source], rows[at + TEXT_AHEAD]);
		overlay_prefetch(job->run, job->tables[job->source], rows[at + TEXT_AHEAD]);
		if (number != INDEX_NONE) {
			uint32_t row = job->run->ledger.couplings[number].row[job->destination];
			table_prefetch_text(job->tables[job->destination], row);
			overlay_prefetch(job->run, job->tables[job->destination], row);
		}
	}
}

static void
decide_rows(struct deciding *deciding, struct decider *decider, uint32_t begin, uint32_t end,
	struct outcome *outcomes)
{
	for (uint32_t i = begin; i < end; i++) {
		prefetch(deciding, i);
		outcomes[i - begin] = decide(decider, deciding->selection->rows[i]);
	}
	insert_find_rows(deciding->job, outcomes, end - begin);
}

static uint32_t
block_end(const struct deciding *deciding, uint32_t begin, uint32_t size)
{
	uint32_t count = deciding->selection->count;

	return count - begin < size ? count : begin + size;
}

/* A parallel_make; the decider lends its lists to the block. */
static void
decide_block(void *shared, uint32_t number, uint32_t slot, unsigned worker)
{
	struct deciding *deciding = shared;
	struct decider *decider = &deciding->deciders[worker];
	struct block *block = &deciding->blocks[slot];
	uint32_t begin = number * SMALL_BLOCK;

	decider->lists = block->lists;
	decide_rows(deciding, decider, begin, block_end(deciding, begin, SMALL_BLOCK), block->outcomes);
	block->lists = decider->lists;
	decider->lists = (struct arena){ 0 };
}

/* A parallel_take. */
static bool
commit_block(void *shared, uint32_t number, uint32_t slot)
{
	struct deciding *deciding = shared;
	struct block *block = &deciding->blocks[slot];
	uint32_t begin = number * SMALL_BLOCK;

	deciding->commit(
		deciding->context, block->outcomes, block_end(deciding, begin, SMALL_BLOCK) - begin);
	arena_reset(&block->lists);
	return true;
}

static void
decide_along(struct deciding *deciding, unsigned threads)
{
	uint32_t count = (deciding->selection->count + SMALL_BLOCK - 1) / SMALL_BLOCK;
	uint32_t slots = parallel_slots(threads, count);

	deciding->blocks = memory_new(slots, sizeof *deciding->blocks);
	for (uint32_t i = 0; i < slots; i++)
		deciding->blocks[i].outcomes =
			memory_resize(NULL, SMALL_BLOCK, sizeof *deciding->blocks[i].outcomes);
	parallel_in_order(threads, count, decide_block, commit_block, deciding);
	for (uint32_t i = 0; i < slots; i++) {
		free(deciding->blocks[i].outcomes);
		arena_release(&deciding->blocks[i].lists);
	}
	free(deciding->blocks);
}

static void
decide_share(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct deciding *deciding = shared;

	decide_rows(deciding, &deciding->deciders[worker], deciding->begin + begin, deciding->begin + end,
		deciding->blocks->outcomes + begin);
}

static void
decide_in_turn(struct deciding *deciding, unsigned threads)
{
	const struct sync_job *job = deciding->job;
	struct block *block = memory_new(1, sizeof *block);
	uint32_t end;

	block->outcomes = memory_resize(
		NULL, block_end(deciding, 0, LARGE_BLOCK), sizeof *block->outcomes);
	deciding->blocks = block;
	for (uint32_t begin = 0; begin < deciding->selection->count; begin = end) {
		end = block_end(deciding, begin, LARGE_BLOCK);
		deciding->begin = begin;
		parallel_for(threads, end - begin, LARGE_SHARE, decide_share, deciding);
		if (job->run->explanation)
			explain_decide(job, deciding->selection->rows + begin, end - begin);
		deciding->commit(deciding->context, block->outcomes, end - begin);
		for (unsigned i = 0; i < threads; i++)
			arena_reset(&deciding->deciders[i].lists);
	}
	free(block->outcomes);
	free(block);
}

/*
 * A decision reads its own rows and its own coupling, which no other record of the
 * job touches: but references read couplings of others (E32), and so do options
 * (E41); what is held back is asked for in a list that grows (6.5).
 */
bool
decisions_are_independent(const struct sync_job *job)
{
	const struct mapping *mapping = job->mapping;

	if (job->run->explanation || mapping->is_option_mapping ||
	    import_format_of(job->tables[job->destination]->def)->lacks_blanks)
		return false;
	for (size_t i = 0; i < mapping->field_count; i++)
		if (mapping->fields[i].reference_count != 0)
			return false;
	return true;
}

void
decide_selection(
	const struct sync_job *job, const struct selection *selection, commit_fn *commit, void *context)
{
	unsigned threads = job->run->options->threads;
	struct deciding deciding = { job, selection, memory_new(threads, sizeof(struct decider)), commit,
		context, NULL, 0 };

	for (unsigned i = 0; i < threads; i++)
		decider_init(&deciding.deciders[i], job, &job->run->state->workers[i]);
	if (decisions_are_independent(job))
		decide_along(&deciding, threads);
	else
		decide_in_turn(&deciding, threads);
	for (unsigned i = 0; i < threads; i++)
		decider_release(&deciding.deciders[i]);
	free(deciding.deciders);
}
