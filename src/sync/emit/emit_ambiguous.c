/* emit_ambiguous.c - ambiguous.csv: unmatched records and their candidates, to choose from (E38) */
#include <stdlib.h>

#include "io/csv_write.h"
#include "sync/emit/emit_parts.h"
#include "sync/match/match_report.h"
#include "sync/state.h"

/* One worker's cells of a record, and the text of `matched` before it is quoted. */
struct ambiguous_worker {
	struct cell *cells;
	struct buf text;
};

struct ambiguous {
	const struct run *run;
	struct ambiguous_worker *workers;
};

static void
add_cell(struct buf *out, struct str value)
{
	csv_add(out, ',', value);
	buf_add_char(out, ',');
}

/* The candidate, why it is none, and the values by which it was found. */
static void
add_candidate(const struct ambiguous *a, const struct candidate *line, struct ambiguous_worker *worker,
	struct buf *out)
{
	const struct table *erp = run_table(a->run, line->mapping, ERP);
	const struct table *crm = run_table(a->run, line->mapping, CRM);

	if (line->crm_row == TABLE_NO_ROW) {
		buf_printf(out, ",,,%s,,", code_name(line->reason));
		return;
	}
	buf_reset(&worker->text);
	state_unpack(a->run, erp, line->erp_row, worker->cells);
	match_values(line->mapping, line->priority, worker->cells, false, &worker->text);
	add_cell(out, table_uid(crm, line->crm_row));
	add_cell(out, table_name(crm, line->crm_row));
	buf_printf(out, "%u,%s,", line->priority, code_name(line->reason));
	add_cell(out, buf_str(&worker->text));
}

static uint32_t
format_candidate(void *context, size_t item, unsigned worker, struct buf *out)
{
	const struct ambiguous *a = context;
	const struct candidate *line = &a->run->plan.candidates[item];
	const struct table *erp = run_table(a->run, line->mapping, ERP);

	add_cell(out, line->mapping->name);
	add_cell(out, table_key(erp, line->erp_row));
	add_cell(out, table_uid(erp, line->erp_row));
	add_cell(out, table_name(erp, line->erp_row));
	add_candidate(a, line, &a->workers[worker], out);
	buf_add_char(out, '\n');
	return 1;
}

bool
emit_ambiguous(struct emit *emit)
{
	unsigned count = emit_workers(emit->run);
	struct ambiguous a = { emit->run, NULL };

	if (emit->run->plan.candidate_count == 0)
		return true;
	a.workers = memory_new(count, sizeof *a.workers);
	for (unsigned i = 0; i < count; i++)
		a.workers[i].cells = memory_new(run_widest(emit->run), sizeof(struct cell));
	bool ok = emit_csv(emit, STR("ambiguous.csv"),
		STR("mapping,erp_key,erp_id,erp_name,crm_id,crm_name,priority,reason,matched,decision"),
		emit->run->plan.candidate_count, format_candidate, &a);
	for (unsigned i = 0; i < count; i++) {
		free(a.workers[i].cells);
		buf_release(&a.workers[i].text);
	}
	free(a.workers);
	return ok;
}
