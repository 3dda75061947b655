/* ahead.c - what committing outcomes will touch is fetched before it is touched */
#include "sync/ahead.h"

#include "sync/state.h"

/* The key that a new ERP record would get, if a field mapping gives it: it is asked for, and then entered. */
static void
fetch_key(const struct sync_job *job, const struct outcome *outcome, uint32_t column)
{
	const struct table *table = job->tables[ERP];

	for (uint32_t i = 0; i < outcome->written.count; i++) {
		if (outcome->written.values[i].column != column)
			continue;
		struct str key = cell_str(outcome->written.values[i].new);
		uint64_t hash = str_hash(key);
		table_prefetch_find_key(table, key);
		index_prefetch(&job->run->state->created[table->def->number].index, hash);
		index_prefetch(&job->ms->erp_keys, hash);
	}
}

/* Hashing a uid is work: it is done here and once more when it is entered, which is cheaper than to wait. */
static void
fetch_insert(const struct sync_job *job, const struct outcome *outcome)
{
	const struct table_def *def = job->tables[job->destination]->def;

	if (job->destination == ERP && def->key_count == 1)
		fetch_key(job, outcome, def->keys[0]->column);
	if (outcome->new_uid.len == 0)
		return;
	ledger_prefetch_id(&job->run->ledger, job->mapping->order, job->destination, outcome->new_uid);
}

static void
fetch_coupled(const struct sync_job *job, uint32_t number)
{
	const struct coupling *c = &job->run->ledger.couplings[number];

	memory_prefetch(c);
	memory_prefetch(&c->row);
	memory_prefetch(&job->run->state->tracks[number]);
}

void
ahead_of_commit(const struct sync_job *job, const struct outcome *outcomes, uint32_t at, uint32_t count)
{
	enum { INSERT_AHEAD = 8, SOURCE_AHEAD = 16 };

	if (count - at > SOURCE_AHEAD) {
		const struct outcome *outcome = &outcomes[at + SOURCE_AHEAD];
		if (outcome->coupling != INDEX_NONE)
			fetch_coupled(job, outcome->coupling);
		memory_prefetch(&job->ms->coupling_of[job->source][outcome->source_row]);
	}
	if (count - at > INSERT_AHEAD && outcomes[at + INSERT_AHEAD].kind == OUTCOME_INSERT)
		fetch_insert(job, &outcomes[at + INSERT_AHEAD]);
}
