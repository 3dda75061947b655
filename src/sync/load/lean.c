/* lean.c - rows that are read again when somebody needs them whole */
#include "sync/load/lean.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "sync/agreement.h"
#include "sync/quiet.h"
#include "sync/run.h"
#include "sync/state.h"

static bool
leaves_records_alone(const struct run_options *options)
{
	return options->task == TASK_SYNCHRONIZE && !options->is_full && options->record_count == 0;
}

/* Tables in which records are looked up by other fields than uid and key. */
static bool
is_searched(const struct setup *setup, const struct table_def *def)
{
	for (size_t i = 0; i < setup->lookup_count; i++)
		if (setup->lookups[i].is_used && setup->lookups[i].table == def)
			return true;
	for (size_t i = 0; i < setup->mapping_count; i++)
		for (size_t f = 0; f < setup->mappings[i]->field_count; f++) {
			const struct field_mapping *fm = &setup->mappings[i]->fields[f];
			for (size_t r = 0; r < fm->reference_count; r++)
				if (fm->references[r].link_table == def)
					return true;
		}
	return false;
}

/* Adds what the base of a mapping covers on that side; false when there is no room, or it says more. */
static bool
add_mapping(struct lean_table *lean, const struct mapping *mapping, enum side side, struct arena *arena)
{
	struct base_scheme scheme = base_scheme_make(mapping, arena);

	if (mapping->is_option_mapping || mapping->base_by_field)
		return false;
	for (enum group group = 0; group < GROUPS; group++) {
		if (scheme.is_empty[group] || group_side(group) != side)
			continue;
		if (lean->digest_count == LEAN_DIGESTS)
			return false;
		lean->digests[lean->digest_count++] = (struct lean_digest){ mapping, group, scheme };
	}
	return true;
}

static void
make_table(const struct setup *setup, const struct table_def *def, struct lean_table *lean)
{
	bool can_be_lean = def->is_used && !def->option_field && (def->uid || def->key_count) &&
		!is_searched(setup, def);

	lean->lock = lock_make();
	for (size_t i = 0; can_be_lean && i < setup->mapping_count; i++)
		for (enum side side = ERP; can_be_lean && side < SIDES; side++)
			if (setup->mappings[i]->is_enabled && setup->mappings[i]->tables[side] == def)
				can_be_lean = add_mapping(lean, setup->mappings[i], side, &lean->texts);
	if (!can_be_lean)
		lean->digest_count = 0;
}

struct lean_table *
lean_make(const struct run *run)
{
	const struct setup *setup = &run->setup;

	if (!leaves_records_alone(run->options))
		return NULL;
	struct lean_table *leans = memory_new(setup->table_count, sizeof *leans);
	for (size_t i = 0; i < setup->table_count; i++)
		make_table(setup, setup->tables[i], &leans[setup->tables[i]->number]);
	return leans;
}

uint32_t
lean_find_digest(const struct run *run, const struct mapping *mapping, enum group group)
{
	const struct table *table = run_table(run, mapping, group_side(group));

	/* What a digest covers is known before it is known whether the table can be lean. */
	if (table->digest_count == 0)
		return 0;
	const struct lean_table *lean = &run->leans[table->def->number];
	for (uint32_t i = 0; i < lean->digest_count; i++)
		if (lean->digests[i].mapping == mapping && lean->digests[i].group == group)
			return table->has_stamps + i + 1;
	return 0;
}

uint64_t
lean_digest(const struct run *run, const struct mapping *mapping, enum group group, uint32_t row)
{
	uint32_t at = run->state->mappings[mapping->order].lean_at[group];

	return at != 0 ? table_marks(run_table(run, mapping, group_side(group)), row)[at - 1] : 0;
}

bool
lean_pair_differs(const struct run *run, const struct mapping *mapping, const uint32_t rows[SIDES])
{
	uint64_t erp = lean_digest(run, mapping, GROUP_E_BI, rows[ERP]);
	uint64_t crm = lean_digest(run, mapping, GROUP_C_BI, rows[CRM]);

	return erp != 0 && crm != 0 && erp != crm;
}

/* Where the record of a row of the file at least ends: where the next one begins, or the file ends. */
static uint64_t
end_of(const struct table *table, const struct table_file *file, uint32_t row)
{
	for (uint32_t next = row + 1; next < file->first_row + file->records; next++)
		if (table_is_lean(table, next))
			return table_place(table, next);
	return file->size;
}

/* NULL when the record is not in the piece whole. */
static const unsigned char *
complete(const struct lean_table *lean, const struct lean_file *file, uint32_t row,
	struct reread_piece *piece, struct record_room *room, struct arena *texts)
{
	/* Its line is for messages, and no lean row gives rise to any. */
	struct raw_record record = { reread_record(piece, table_place(lean->table, row)), NULL, 0 };

	if (!record.cells)
		return NULL;
	record_read(&file->form, room, &record);
	return table_complete(lean->table, row, room->cells, texts);
}

/* The next record's begin may be far away, if those between were read again: first some bytes alone. */
static const unsigned char *
read_one(struct lean_table *lean, const struct lean_file *file, uint32_t row, uint64_t end)
{
	enum { PIECE = 16 * 1024 };
	uint64_t begin = table_place(lean->table, row);
	const unsigned char *whole = NULL;

	if (end - begin > PIECE) {
		if (!reread_take(&lean->piece, file->file, begin, begin + PIECE, false, &lean->diag))
			return NULL;
		whole = complete(lean, file, row, &lean->piece, &lean->room, &lean->texts);
	}
	if (!whole && reread_take(&lean->piece, file->file, begin, end, true, &lean->diag))
		whole = complete(lean, file, row, &lean->piece, &lean->room, &lean->texts);
	return whole;
}

/*
 * Where the file fails, some cells, as somebody waits for them: lean_check() sees
 * to it that nobody reads them.
 */
static const unsigned char *
fetch_locked(struct lean_table *lean, const struct lean_file *file, uint32_t row, uint64_t end)
{
	const unsigned char *whole = lean->diag.status == STATUS_OK ? read_one(lean, file, row, end) : NULL;

	if (whole)
		return whole;
	memset(lean->room.cells, 0, lean->table->column_count * sizeof *lean->room.cells);
	return table_complete(lean->table, row, lean->room.cells, &lean->texts);
}

/* A table_fetch_fn. */
static const unsigned char *
fetch_one(void *context, uint32_t row)
{
	struct lean_table *lean = context;
	const struct table *table = lean->table;
	const struct table_file *in = table_file_of(table, row);
	const struct lean_file *file = &lean->files[in - table->files];

	lock_take(lean->lock);
	const unsigned char *whole = table->rows[row];
	if (table_is_lean(table, row))
		whole = fetch_locked(lean, file, row, end_of(table, in, row));
	lock_leave(lean->lock);
	return whole;
}

void
lean_begin(struct lean_table *lean, struct table *table)
{
	lean->table = table;
	lean->room = record_room_make(table->column_count);
	table->digest_count = lean->digest_count;
	table->fetch = fetch_one;
	table->fetch_context = lean;
}

/* A mapping that may create, or waits for what it created, looks at all rows without a coupling. */
static bool
wants_uncoupled(const struct run *run, const struct mapping *mapping)
{
	if (run_may_create(run, mapping))
		return true;
	for (uint32_t i = 0; i < run->ledger.count; i++) {
		const struct coupling *c = &run->ledger.couplings[i];
		if (c->mapping == mapping->order &&
			(c->state == STATE_PENDING_ERP || c->state == STATE_PENDING_CRM))
			return true;
	}
	return false;
}

/* What a mapping says of the rows of one side's table. */
struct lean_view {
	const struct mapping_state *ms;
	enum side side;
	bool wants_uncoupled;
};

struct fetching {
	struct run *run;
	struct lean_table *lean;
	struct lean_view *views;
	size_t view_count;
	struct fetcher *workers;
};

struct fetcher {
	struct reread_piece piece;
	struct record_room room;
	struct arena texts;
	struct diag diag;
};

static bool
is_loud(const struct fetching *f, uint32_t row)
{
	if (!table_is_lean(f->lean->table, row))
		return false;
	for (size_t i = 0; i < f->view_count; i++) {
		uint32_t number = f->views[i].ms->coupling_of[f->views[i].side][row];
		if (number == INDEX_NONE ? f->views[i].wants_uncoupled
					 : !coupling_is_quiet(f->run->state, number))
			return true;
	}
	return false;
}

/* Of rows [begin, end), which are all of one file. */
static bool
fetch_rows(const struct fetching *f, struct fetcher *worker, const struct table_file *in, uint32_t begin,
	uint32_t end)
{
	const struct table *table = f->lean->table;
	const struct lean_file *file = &f->lean->files[in - table->files];
	uint32_t last = end;

	while (begin < end && !is_loud(f, begin))
		begin++;
	while (last > begin && !is_loud(f, last - 1))
		last--;
	if (begin == last)
		return true;
	if (!reread_take(&worker->piece, file->file, table_place(table, begin), end_of(table, in, last - 1),
		    true, &worker->diag))
		return false;
	for (uint32_t row = begin; row < last; row++)
		if (is_loud(f, row))
			complete(f->lean, file, row, &worker->piece, &worker->room, &worker->texts);
	return true;
}

static void
fetch_range(void *shared, uint32_t begin, uint32_t end, unsigned number)
{
	const struct fetching *f = shared;
	struct fetcher *worker = &f->workers[number];

	while (begin < end && worker->diag.status == STATUS_OK) {
		const struct table_file *in = table_file_of(f->lean->table, begin);
		uint64_t file_end = in->first_row + in->records;
		uint32_t piece_end = file_end < end ? (uint32_t)file_end : end;
		fetch_rows(f, worker, in, begin, piece_end);
		begin = piece_end;
	}
}

static void
find_views(struct fetching *f)
{
	const struct setup *setup = &f->run->setup;

	for (size_t i = 0; i < setup->mapping_count; i++) {
		const struct mapping_state *ms = &f->run->state->mappings[i];
		for (enum side side = ERP; ms->is_selected && side < SIDES; side++)
			if (ms->mapping->tables[side] == f->lean->table->def)
				f->views[f->view_count++] = (struct lean_view){
					ms, side, wants_uncoupled(f->run, ms->mapping) };
	}
}

static bool
fetch_table(struct run *run, struct lean_table *lean, struct diag *diag)
{
	enum { ROWS = 1024 };
	unsigned threads = run->options->threads;
	struct fetching f = { run, lean, memory_new(run->setup.mapping_count * SIDES,
		sizeof(struct lean_view)), 0, memory_new(threads, sizeof(struct fetcher)) };
	bool ok = true;

	find_views(&f);
	for (unsigned i = 0; i < threads; i++)
		f.workers[i].room = record_room_make(lean->table->column_count);
	parallel_for(threads, lean->table->row_count, ROWS, fetch_range, &f);
	for (unsigned i = 0; i < threads; i++) {
		struct fetcher *worker = &f.workers[i];
		if (ok && worker->diag.status != STATUS_OK)	/* one is enough: it is the same file */
			diag_join(diag, &worker->diag);
		ok &= diag->status == STATUS_OK;
		arena_join(&lean->texts, &worker->texts);
		reread_release(&worker->piece);
		record_room_release(&worker->room);
		diag_release(&worker->diag);
	}
	free(f.views);
	free(f.workers);
	return ok;
}

bool
lean_fetch_loud(struct run *run, struct diag *diag)
{
	for (size_t i = 0; run->leans && i < run->setup.table_count; i++)
		if (run->leans[i].table && !fetch_table(run, &run->leans[i], diag))
			return false;
	return true;
}

bool
lean_check(const struct run *run, struct diag *diag)
{
	for (size_t i = 0; run->leans && i < run->setup.table_count; i++)
		if (run->leans[i].diag.status != STATUS_OK) {
			diag_join(diag, &run->leans[i].diag);
			return false;
		}
	return true;
}

void
lean_release(struct lean_table *leans, size_t count)
{
	for (size_t i = 0; leans && i < count; i++) {
		for (size_t f = 0; leans[i].files && f < leans[i].table->file_count; f++)
			reread_close(leans[i].files[f].file);
		lock_release(leans[i].lock);
		reread_release(&leans[i].piece);
		record_room_release(&leans[i].room);
		diag_release(&leans[i].diag);
		arena_release(&leans[i].texts);
	}
	free(leans);
}
