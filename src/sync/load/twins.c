/* twins.c - coupled rows share the texts of equal values, couplings those of uids */
#include "sync/load/twins.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "sync/transfer.h"

/* The plain copies of one mapping: for each column of the CRM's table that of the ERP's. */
struct pairing {
	const struct mapping_state *ms;
	uint32_t *columns;
	uint32_t count;
};

static bool
is_shareable(const struct table *crm, const struct field_mapping *fm)
{
	/* The uid stays at the row's beginning, where look-ups find it at once. */
	return fm->is_enabled && field_is_plain_copy(fm) && fm->fields[CRM]->column != crm->uid_column;
}

static struct pairing
pair_columns(const struct run *run, const struct mapping_state *ms)
{
	const struct table *erp = run_table(run, ms->mapping, ERP);
	const struct table *crm = run_table(run, ms->mapping, CRM);
	struct pairing pairing = { ms, memory_new(crm->column_count, sizeof(uint32_t)), 0 };
	bool *is_taken = memory_new(erp->column_count, sizeof *is_taken);

	memset(pairing.columns, 0xff, crm->column_count * sizeof(uint32_t));
	for (size_t i = 0; i < ms->mapping->field_count; i++) {
		const struct field_mapping *fm = &ms->mapping->fields[i];
		if (!is_shareable(crm, fm))
			continue;
		uint32_t column = fm->fields[CRM]->column;
		uint32_t twin_column = fm->fields[ERP]->column;
		if (pairing.columns[column] != TABLE_NO_COLUMN || is_taken[twin_column])
			continue;
		pairing.columns[column] = twin_column;
		is_taken[twin_column] = true;
		pairing.count++;
	}
	free(is_taken);
	return pairing;
}

/* Few of its rows ever have cells to share. */
static bool
is_lean(const struct run *run, const struct table_def *def)
{
	return run->tables[def->number].digest_count != 0;
}

/* Of several mappings of a table the one with the most columns in common. */
static struct pairing
best_pairing(const struct run *run, const struct table_def *def)
{
	struct pairing best = { 0 };

	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct mapping_state *ms = &run->state->mappings[i];
		if (!ms->mapping->is_enabled || ms->mapping->tables[CRM] != def || is_lean(run, def) ||
			is_lean(run, ms->mapping->tables[ERP]))
			continue;
		struct pairing pairing = pair_columns(run, ms);
		bool is_better = pairing.count > best.count;
		free(is_better ? best.columns : pairing.columns);
		if (is_better)
			best = pairing;
	}
	return best;
}

struct sharing {
	const struct run *run;
	const struct mapping_state *ms;
	struct table *crm;
	const struct table *erp;
	struct coupling *couplings;
	struct table_sharing *workers;
};

/*
 * Of the couplings [begin, end): rows of the CRM, wherever they lay, come to lie
 * behind each other in the order of couplings, as those of the ERP do.
 */
static void
share_coupled(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	enum { TEXT_AHEAD = 16, POINTER_AHEAD = 40 };
	const struct sharing *sharing = shared;
	const uint32_t *numbers = sharing->ms->coupling_of[CRM];

	for (uint32_t i = begin; i < end; i++) {
		struct coupling *c = &sharing->couplings[i];
		if (i + POINTER_AHEAD < end && c[POINTER_AHEAD].row[CRM] < sharing->crm->row_count)
			memory_prefetch(&sharing->crm->rows[c[POINTER_AHEAD].row[CRM]]);
		if (i + TEXT_AHEAD < end && c[TEXT_AHEAD].row[CRM] < sharing->crm->row_count)
			table_prefetch_text(sharing->crm, c[TEXT_AHEAD].row[CRM]);
		if (c->mapping != sharing->ms->mapping->order || c->row[CRM] == TABLE_NO_ROW
			|| numbers[c->row[CRM]] != i)
			continue;
		table_share_row(&sharing->workers[worker], c->row[CRM], c->row[ERP]);
		c->id[CRM] = packed_of(table_uid(sharing->crm, c->row[CRM]));
	}
}

static void
share_others(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	const struct sharing *sharing = shared;
	const uint32_t *numbers = sharing->ms->coupling_of[CRM];

	for (uint32_t row = begin; row < end; row++)
		if (numbers[row] == INDEX_NONE)
			table_share_row(&sharing->workers[worker], row, TABLE_NO_ROW);
}

static void
share_rows(struct sharing *sharing)
{
	const struct run *run = sharing->run;
	unsigned threads = run->options->threads;

	sharing->workers = memory_new(threads, sizeof *sharing->workers);
	for (unsigned i = 0; i < threads; i++)
		table_sharing_begin(&sharing->workers[i], sharing->crm);
	parallel_for(threads, (uint32_t)run->ledger.count, 16384, share_coupled, sharing);
	parallel_for(threads, sharing->crm->row_count, 16384, share_others, sharing);
	table_end_sharing(sharing->crm, sharing->workers, threads);
	free(sharing->workers);
}

/* The texts of uids have moved: other mappings of the table must look for them again. */
static void
take_ids(const struct sharing *sharing, struct ledger *ledger)
{
	const struct setup *setup = &sharing->run->setup;
	const struct mapping *done = sharing->ms->mapping;
	bool has_others = false;

	for (size_t i = 0; i < setup->mapping_count; i++)
		has_others |= setup->mappings[i] != done
			&& setup->mappings[i]->tables[CRM] == sharing->crm->def;
	for (size_t i = 0; has_others && i < ledger->count; i++) {
		struct coupling *c = &ledger->couplings[i];
		const struct mapping *mapping = setup->mappings[c->mapping];
		if (mapping != done && mapping->tables[CRM] == sharing->crm->def
			&& c->row[CRM] != TABLE_NO_ROW)
			c->id[CRM] = packed_of(table_uid(sharing->crm, c->row[CRM]));
	}
}

void
twins_share(struct run *run)
{
	for (size_t i = 0; i < run->setup.table_count; i++) {
		const struct table_def *def = run->setup.tables[i];
		if (def->side != CRM || !def->is_used)
			continue;
		struct pairing pairing = best_pairing(run, def);
		if (pairing.count != 0) {
			struct sharing sharing = { run, pairing.ms, &run->tables[def->number],
				run_table(run, pairing.ms->mapping, ERP), run->ledger.couplings, NULL };
			table_set_twin(sharing.crm, sharing.erp, pairing.columns);
			share_rows(&sharing);
			take_ids(&sharing, &run->ledger);
		}
		free(pairing.columns);
	}
}
