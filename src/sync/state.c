/* state.c - what the jobs of a run decided so far, laid over const inputs (E2) */
#include "sync/state.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "sync/arrange.h"
#include "sync/links.h"
#include "sync/load/lean.h"
#include "sync/load/option_set.h"
#include "sync/load/twins.h"
#include "sync/match/link_table.h"
#include "sync/transfer.h"

const struct table *
run_table(const struct run *run, const struct mapping *mapping, enum side side)
{
	return &run->tables[mapping->tables[side]->number];
}

uint32_t
run_widest(const struct run *run)
{
	uint32_t count = 1;

	for (size_t i = 0; i < run->setup.table_count; i++)
		if (run->tables[i].column_count > count)
			count = run->tables[i].column_count;
	return count;
}

static struct overlay *
overlay_of(const struct run *run, const struct table *table)
{
	return &run->state->overlays[table->def->number];
}

const struct overlay_entry *
overlay_newest(const struct run *run, const struct table *table, uint32_t row)
{
	return overlay_find(overlay_of(run, table), row);
}

const struct overlay_entry *
overlay_older(const struct run *run, const struct table *table, const struct overlay_entry *entry)
{
	return entry->next ? &overlay_of(run, table)->entries[entry->next - 1] : NULL;
}

void
overlay_prefetch(const struct run *run, const struct table *table, uint32_t row)
{
	if (row != TABLE_NO_ROW)
		overlay_prefetch_entry(overlay_of(run, table), row);
}

void
overlay_prefetch_write(const struct run *run, const struct table *table, uint32_t row)
{
	if (row != TABLE_NO_ROW)
		index_prefetch(&overlay_of(run, table)->index, overlay_hash(row));
}

struct cell
state_cell(const struct run *run, const struct table *table, uint32_t row, uint32_t column)
{
	const struct overlay_entry *entry = overlay_newest(run, table, row);

	for (; entry; entry = overlay_older(run, table, entry))
		if (entry->column == column)
			return entry->cell;
	return table_cell(table, row, column);
}

void
state_lay_over(const struct run *run, const struct table *table, uint32_t row, struct cell *cells)
{
	const struct overlay_entry *entry = overlay_newest(run, table, row);

	for (; entry; entry = overlay_older(run, table, entry))
		if (entry->is_latest)
			cells[entry->column] = entry->cell;
}

void
state_unpack(const struct run *run, const struct table *table, uint32_t row, struct cell *out)
{
	table_unpack(table, row, out);
	state_lay_over(run, table, row, out);
}

void
state_unpack_at(
	const struct run *run, const struct table *table, uint32_t row, uint32_t job, struct cell *out)
{
	const struct overlay_entry *entry = overlay_newest(run, table, row);

	table_unpack(table, row, out);
	for (; entry; entry = overlay_older(run, table, entry)) {
		bool is_newest = entry->job <= job + 1 && !cell_is_awaited(entry->cell);
		const struct overlay_entry *newer = overlay_newest(run, table, row);
		for (; is_newest && newer != entry; newer = overlay_older(run, table, newer))
			is_newest = newer->column != entry->column || newer->job > job + 1 ||
			    cell_is_awaited(newer->cell);
		if (is_newest)
			out[entry->column] = entry->cell;
	}
}

void
state_write(struct run *run, const struct table *table, uint32_t row, uint32_t column, struct cell cell,
	uint32_t job)
{
	overlay_add(overlay_of(run, table), table->row_count, row, column, cell, job);
}

void
state_fetch_coupling(const struct run *run, uint32_t coupling)
{
	const char *begin = (const char *)&run->ledger.couplings[coupling];

	memory_prefetch(begin);
	memory_prefetch(begin + sizeof(struct coupling) - 1);
}

void
state_fetch_rows(const struct run *run, uint32_t coupling)
{
	const struct coupling *c = &run->ledger.couplings[coupling];

	for (enum side side = ERP; side < SIDES; side++) {
		const struct table *table = run_table(run, run->setup.mappings[c->mapping], side);
		table_prefetch_row(table, c->row[side]);
	}
}

void
state_fetch_texts(const struct run *run, uint32_t coupling)
{
	const struct coupling *c = &run->ledger.couplings[coupling];

	for (enum side side = ERP; side < SIDES; side++) {
		const struct table *table = run_table(run, run->setup.mappings[c->mapping], side);
		table_prefetch_text(table, c->row[side]);
		overlay_prefetch(run, table, c->row[side]);
	}
}

uint32_t
state_find_id(const struct run *run, const struct mapping *mapping, enum side side, struct str uid)
{
	const struct mapping_state *ms = &run->state->mappings[mapping->order];
	uint32_t number = ledger_find(&run->ledger, mapping->order, side, uid);

	if (number != INDEX_NONE || !run->ledger.indexes_rowless || uid.len == 0)
		return number;
	uint32_t row = table_find_uid(run_table(run, mapping, side), uid);
	number = row == TABLE_NO_ROW ? INDEX_NONE : ms->coupling_of[side][row];
	return number != INDEX_NONE && run->ledger.couplings[number].is_dropped ? INDEX_NONE : number;
}

void
state_reserve(struct run *run, size_t more)
{
	struct state *state = run->state;
	size_t count = run->ledger.count + more;

	ledger_reserve(&run->ledger, count);
	if (count > state->track_capacity) {
		state->tracks = memory_resize(state->tracks, count, sizeof *state->tracks);
		memset(state->tracks + state->track_capacity, 0,
			(count - state->track_capacity) * sizeof *state->tracks);
		state->track_capacity = count;
	}
}

void
state_track_new(struct run *run, uint32_t coupling)
{
	struct state *state = run->state;
	size_t old = state->track_capacity;

	while (coupling >= state->track_capacity)
		state->tracks = memory_grow(
			state->tracks, state->track_capacity, &state->track_capacity, sizeof *state->tracks);
	if (state->track_capacity > old)
		memset(state->tracks + old, 0, (state->track_capacity - old) * sizeof *state->tracks);
	state->tracks[coupling] = 0;
}

void
state_add_ending(struct run *run, struct ending ending)
{
	struct state *state = run->state;

	state->endings = memory_grow(
		state->endings, state->ending_count, &state->ending_capacity, sizeof *state->endings);
	state->endings[state->ending_count] = (struct kept_ending){
		.coupling = ending.coupling,
		.job = ending.job,
		.direction = (uint8_t)ending.direction,
		.is_failure = ending.is_failure,
		.becomes_skipped = ending.becomes_skipped,
	};
	if (ending.failure.len != 0) {
		state->failures = memory_grow(state->failures, state->failure_count,
			&state->failure_capacity, sizeof *state->failures);
		state->failures[state->failure_count++] = ending.failure;
		state->endings[state->ending_count].failure = (uint32_t)state->failure_count;
	}
	state->ending_count++;
}

/* See struct ledger_uids: who has a Guid has the row that it is of. */
static struct str
find_uid(const void *context, const struct coupling *c, enum side side)
{
	const struct run *run = context;

	return table_uid(run_table(run, run->setup.mappings[c->mapping], side), c->row[side]);
}

/* The rows of up to a batch of couplings of one mapping. */
static void
join_batch(struct run *run, uint32_t first, uint32_t count, struct arena *arena)
{
	struct coupling *couplings = run->ledger.couplings + first;
	const struct mapping *mapping = run->setup.mappings[couplings[0].mapping];
	const struct mapping_state *ms = &run->state->mappings[mapping->order];
	struct str uids[TABLE_BATCH];
	uint32_t rows[TABLE_BATCH];
	const unsigned char *packed[TABLE_BATCH];

	for (enum side side = ERP; side < SIDES; side++) {
		for (uint32_t i = 0; i < count; i++)
			uids[i] = packed_str(couplings[i].id[side]);
		const struct table *table = run_table(run, mapping, side);
		table_find_uids(table, uids, count, rows, packed);
		for (uint32_t i = 0; i < count; i++)
			if (rows[i] != TABLE_NO_ROW)
				memory_prefetch(&ms->coupling_of[side][rows[i]]);
		/* A row is in one coupling of a mapping at most: uids are unique in the ledger (3.1). */
		for (uint32_t i = 0; i < count; i++) {
			couplings[i].row[side] = rows[i];
			if (rows[i] == TABLE_NO_ROW) {
				couplings[i].id[side] = packed_copy(arena, uids[i]);
				continue;
			}
			couplings[i].id[side] = packed[i];
			ms->coupling_of[side][rows[i]] = first + i;
		}
	}
}

/* Finds the rows of couplings [begin, end) by uid and enters them; they borrow the tables' texts of uids. */
static void
join_couplings(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct run *run = shared;
	const struct coupling *couplings = run->ledger.couplings;

	while (begin < end) {
		uint32_t count = 1;
		while (count < TABLE_BATCH && begin + count < end &&
		    couplings[begin + count].mapping == couplings[begin].mapping)
			count++;
		join_batch(run, begin, count, &run->state->workers[worker]);
		begin += count;
	}
}

/* For pairs_are_same(): most pairs are equal, and most mappings copy values as they are. */
static void
find_plain(struct run *run, struct mapping_state *ms)
{
	const struct mapping *mapping = ms->mapping;

	for (enum side side = ERP; side < SIDES; side++)
		ms->plain[side] = arena_array(&run->state->arena, uint32_t, mapping->field_count);
	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		if (!field_is_bidirectional(fm))
			continue;
		if (!field_is_plain_copy(fm)) {
			ms->plain[ERP] = ms->plain[CRM] = NULL;
			return;
		}
		for (enum side side = ERP; side < SIDES; side++)
			ms->plain[side][ms->plain_count] = fm->fields[side]->column;
		ms->plain_count++;
	}
}

static void
make_maps(struct run *run, struct mapping_state *ms)
{
	for (enum side side = ERP; side < SIDES; side++) {
		uint32_t rows = run_table(run, ms->mapping, side)->row_count;
		ms->coupling_of[side] = memory_resize(NULL, rows, sizeof(uint32_t));
		memset(ms->coupling_of[side], 0xff, rows * sizeof(uint32_t));
	}
	ms->job[TO] = ms->job[FROM] = PLAN_NO_JOB;
	find_plain(run, ms);
	for (enum group group = 0; group < GROUPS; group++)
		ms->lean_at[group] = lean_find_digest(run, ms->mapping, group);
	ms->scheme = base_scheme_make(ms->mapping, &run->state->arena);
}

/*
 * The key that the ledger has gets a place that lasts: mostly it is the row's
 * present key, whose text is borrowed.  Tells whether it leads nowhere else than
 * the row does; so does no key.
 */
static bool
keep_key(struct run *run, struct coupling *coupling, const struct mapping *mapping)
{
	struct str key = coupling_key(coupling);
	struct str own = { NULL, 0 };

	if (key.len == 0)
		return true;
	if (coupling->row[ERP] != TABLE_NO_ROW)
		own = table_key(run_table(run, mapping, ERP), coupling->row[ERP]);
	bool is_own = str_equal(own, key);
	coupling->key = is_own ? packed_of(own) : packed_copy(&run->ledger.arena, key);
	return is_own && run->ledger.indexes_rowless;
}

static void
enter_coupling(struct run *run, uint32_t number)
{
	struct coupling *coupling = &run->ledger.couplings[number];
	struct mapping_state *ms = &run->state->mappings[coupling->mapping];

	if (!keep_key(run, coupling, ms->mapping))
		index_add(&ms->erp_keys, str_hash(coupling_key(coupling)), number);
	if (coupling->state != STATE_COUPLED)
		return;
	ms->coupled_count++;
	for (enum side side = ERP; side < SIDES; side++)
		if (coupling->row[side] == TABLE_NO_ROW && run_table(run, ms->mapping, side)->is_full)
			ms->missing[side]++;
}

void
state_make(struct run *run)
{
	struct state *state = memory_new(1, sizeof *state);

	run->state = state;
	state->threads = run->options->threads;
	state->begin_count = run->ledger.count;
	state->overlays = memory_new(run->setup.table_count, sizeof *state->overlays);
	state->created = memory_new(run->setup.table_count, sizeof *state->created);
	state->options = memory_new(run->setup.table_count, sizeof *state->options);
	state->mappings = memory_new(run->setup.mapping_count, sizeof *state->mappings);
	state->track_capacity = run->ledger.count + run->ledger.count / 8 + 64;
	state->tracks = memory_new(state->track_capacity, sizeof *state->tracks);
	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		state->mappings[i].mapping = run->setup.mappings[i];
		if (run->setup.mappings[i]->is_enabled)
			make_maps(run, &state->mappings[i]);
	}
	run->ledger.uids = (struct ledger_uids){ find_uid, run };
	parallel_for(state->threads, (uint32_t)run->ledger.count, 4096, join_couplings, run);
	arena_release(&run->ledger.id_texts);
	/* Records that the command line names may go by a key or uid that only the ledger knows. */
	if (run->options->task == TASK_SYNCHRONIZE && run->options->record_count == 0 && !run->explanation)
		ledger_index_rowless(&run->ledger);
	couplings_arrange(run);
	for (uint32_t i = 0; i < run->ledger.count; i++)
		enter_coupling(run, i);
	arena_release(&run->ledger.key_texts);
	twins_share(run);
	state->links = link_tables_make(run);
}

static void
release_mapping(struct mapping_state *ms)
{
	for (enum side side = ERP; side < SIDES; side++) {
		free(ms->coupling_of[side]);
		free(ms->claimed[side]);
		ms->coupling_of[side] = NULL;
		ms->claimed[side] = NULL;
	}
	index_release(&ms->erp_keys);
}

static void
forget_mapping(struct run *run, struct mapping_state *ms)
{
	release_mapping(ms);
	for (enum side side = ERP; ms->mapping->is_enabled && side < SIDES; side++) {
		struct table *table = &run->tables[ms->mapping->tables[side]->number];
		table_forget_index(table, TABLE_UIDS);
		table_forget_index(table, TABLE_KEYS);
	}
}

/* Values are equal where they refer to the same record (E32): settling looks these up. */
static bool
is_referred_to(const struct setup *setup, const struct mapping *mapping)
{
	for (size_t i = 0; i < setup->mapping_count; i++)
		for (size_t f = 0; f < setup->mappings[i]->field_count; f++)
			if (field_refers_to(&setup->mappings[i]->fields[f], mapping))
				return true;
	return false;
}

static void
release_jobs(struct run *run)
{
	struct state *state = run->state;

	for (size_t i = 0; i < run->setup.table_count; i++) {
		free(state->created[i].keys);
		index_release(&state->created[i].index);
		state->created[i] = (struct created_keys){ .count = 0 };
	}
	free(state->is_quiet);
	state->is_quiet = NULL;
}

static void
release_tracks(struct run *run)
{
	struct state *state = run->state;

	for (enum side side = ERP; side < SIDES; side++)
		index_release(&run->ledger.ids[side]);
	for (size_t i = 0; i < run->setup.table_count; i++)
		table_forget_lines(&run->tables[i]);
	free(state->tracks);
	free(state->endings);
	free(state->failures);
	free(state->unseen);
	state->tracks = NULL;
	state->endings = NULL;
	state->failures = NULL;
	state->unseen = NULL;
}

void
state_forget_jobs(struct run *run)
{
	for (size_t i = 0; i < run->setup.mapping_count; i++)
		if (!is_referred_to(&run->setup, run->setup.mappings[i]))
			forget_mapping(run, &run->state->mappings[i]);
	release_jobs(run);
}

void
state_forget(struct run *run)
{
	for (size_t i = 0; i < run->setup.mapping_count; i++)
		forget_mapping(run, &run->state->mappings[i]);
	release_jobs(run);
	release_tracks(run);
}

/* What was published may need no memory any more: nothing is forgotten here that would be made again. */
void
state_release(struct run *run)
{
	struct state *state = run->state;

	if (!state)
		return;
	for (size_t i = 0; i < run->setup.mapping_count; i++)
		release_mapping(&state->mappings[i]);
	release_jobs(run);
	release_tracks(run);
	for (size_t i = 0; i < run->setup.table_count; i++) {
		overlay_release(&state->overlays[i]);
		option_labels_release(&state->options[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(state->workers); i++)
		arena_release(&state->workers[i]);
	free(state->overlays);
	free(state->created);
	free(state->options);
	free(state->mappings);
	link_tables_release(state->links, run->setup.link_count);
	links_release(&state->waiting);
	held_release(&state->held);
	arena_release(&state->arena);
	free(state);
	run->state = NULL;
}
