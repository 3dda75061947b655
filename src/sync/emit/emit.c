/* emit.c - a plan, printed: the output folder as a whole (part 6) */
#include "sync/emit/emit.h"

#include <stdlib.h>

#include "sync/emit/emit_parts.h"
#include "sync/load/lean.h"

/* L2: no input may lie inside the folder that is written. */
static bool
check_input(struct emit *emit, const char *target, struct str input)
{
	struct str path = arena_copy(&emit->arena, input);

	if (path.len == 0 || !path_is_inside(path.ptr, target))
		return true;
	return diag_add(emit->diag, STATUS_USAGE,
		"%s: %.*s lies inside the output folder; choose another folder with -o",
		target, STR_ARG(path));
}

static bool
check_inputs(struct emit *emit, const char *target)
{
	const struct run *run = emit->run;
	bool ok = check_input(emit, target, run->setup.path);

	ok = check_input(emit, target, run->ledger.path) && ok;
	ok = check_input(emit, target, run->from.path) && ok;
	for (size_t i = 0; i < run->setup.table_count; i++) {
		const struct table *table = &run->tables[run->setup.tables[i]->number];
		for (size_t k = 0; k < table->file_count; k++)
			ok = check_input(emit, target, table->files[k].path) && ok;
	}
	return ok;
}

/* The ledger_sink of ledger.csv. */
static bool
take_ledger(void *context, struct str text)
{
	struct emit *emit = context;

	return output_add(emit->out, text, emit->diag);
}

static bool
emit_ledger(struct emit *emit)
{
	struct run *run = emit->run;
	uint64_t records = 0;

	return output_file_begin(emit->out, STR("ledger.csv"), emit->diag)
	    && ledger_write(&run->ledger, &run->setup, emit_workers(run), take_ledger, emit, &records)
	    && output_file_end(emit->out, records, emit->diag);
}

/* Only when --keep-creating yes changed it (part 6). */
static bool
emit_setup(struct emit *emit)
{
	struct str text = emit->run->changed_setup;

	return text.len == 0 || emit_text(emit, STR("setup.xml"), text, 0);
}

static void
make_job_ids(struct emit *emit)
{
	struct plan *plan = &emit->run->plan;

	emit->job_ids = arena_array(&emit->arena, struct str, plan->job_count);
	for (size_t i = 0; i < plan->job_count; i++)
		emit->job_ids[i] = plan_job_id(plan, (uint32_t)i);
}

bool
emit_folder(struct run *run, const char *target, struct diag *diag)
{
	struct output out = { .descriptor = -1 };
	struct emit emit = { .run = run, .out = &out, .diag = diag };

	make_job_ids(&emit);
	/* The run card names the import files, the manifest all others: they come last. */
	bool ok = check_inputs(&emit, target)
	    && output_begin(&out, target, diag)
	    && emit_import_files(&emit)
	    && emit_changes(&emit)
	    && emit_logs(&emit)
	    && emit_ambiguous(&emit)
	    && emit_ledger(&emit)
	    && emit_setup(&emit)
	    && emit_report(&emit)
	    && emit_card(&emit)
	    && emit_manifest(&emit)
	    && lean_check(run, diag)
	    && output_publish(&out, diag);
	output_release(&out);
	free(emit.imports);
	arena_release(&emit.arena);
	return ok;
}
