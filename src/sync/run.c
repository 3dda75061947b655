/* run.c - one run: the whole data flow from input files to a plan (4.1) */
#include "sync/run.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "io/digest.h"
#include "model/value.h"
#include "sync/answers.h"
#include "sync/explain/explain.h"
#include "sync/guards.h"
#include "sync/housekeeping.h"
#include "sync/job.h"
#include "sync/links.h"
#include "sync/load/field_lookup.h"
#include "sync/load/lean.h"
#include "sync/load/load.h"
#include "sync/match/couple.h"
#include "sync/records.h"
#include "sync/resolve.h"
#include "sync/review.h"
#include "sync/settle.h"
#include "sync/uncouple.h"
#include "sync/undo/undo.h"

/* uncouple and resolve name records, on the command line or in a file. */
static bool
is_about_records(const struct run_options *options)
{
	return (options->task == TASK_UNCOUPLE || options->task == TASK_RESOLVE)
	    && options->scope == SCOPE_NAMED;
}

const char *
run_method(const struct run_options *options)
{
	if (options->is_full)
		return "full";
	if (options->from_path && (options->task == TASK_COUPLE || options->task == TASK_RESOLVE))
		return "file";
	if (options->record_count != 0 || options->pair.mapping.len != 0 || is_about_records(options))
		return "record";
	if (options->scope != SCOPE_NAMED)
		return "mapping";
	return options->mapping_count != 0 ? "mapping" : "modified";
}

/* Exports and ledger are read side by side; each has its own messages, joined in this order. */
enum { LOAD_TABLES, LOAD_LEDGER, LOAD_TASKS };

struct loading {
	struct run *run;
	struct diag diags[LOAD_TASKS];
	bool ok[LOAD_TASKS];
};

static void
load_task(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct loading *loading = shared;
	struct run *run = loading->run;
	const struct run_options *options = run->options;
	struct str ledger = options->ledger_path ? str_from(options->ledger_path) : run->setup.ledger_path;

	(void)worker;
	for (uint32_t task = begin; task < end; task++)
		loading->ok[task] = task == LOAD_TABLES ? load_tables(&run->setup, run->tables,
					    run->leans, options->threads, run->report, &loading->diags[task])
							: ledger_load(&run->ledger, &run->setup, ledger,
								options->new_ledger, &loading->diags[task]);
}

/* The couplings by hand, of the command line or of the file that it names. */
static bool
load_pairs(struct run *run, struct diag *diag)
{
	const struct run_options *options = run->options;

	if (options->from_path)
		return couple_read_file(run, diag);
	if (options->pair.mapping.len == 0)
		return true;
	run->pairs = memory_new(1, sizeof *run->pairs);
	run->pairs[run->pair_count++] = options->pair;
	return true;
}

bool
run_load(struct run *run, const struct run_options *options, struct diag *diag)
{
	struct loading loading = { .run = run };

	run->options = options;
	if (!setup_load(&run->setup, options->setup_path, diag))
		return false;
	run->tables = memory_new(run->setup.table_count, sizeof *run->tables);
	run->leans = lean_make(run);
	run->report = memory_new(1, sizeof *run->report);
	run->report->progress = &run->progress;
	parallel_for(options->threads, LOAD_TASKS, 1, load_task, &loading);
	for (size_t task = 0; task < LOAD_TASKS; task++)
		diag_join(diag, &loading.diags[task]);
	if (loading.ok[LOAD_TABLES])
		field_lookups_make(run);
	if (options->past)
		run->from = (struct run_file){ true,
			arena_printf(&run->plan.arena, "%.*s/changes.csv", STR_ARG(options->past->folder)),
			options->past->digest, options->past->lines };
	bool is_named = answers_load(run, diag) && (options->task != TASK_COUPLE || load_pairs(run, diag));
	return loading.ok[LOAD_TABLES] && loading.ok[LOAD_LEDGER] && is_named;
}

static void
add_text(struct buf *out, struct str text)
{
	buf_add_u64(out, text.len);
	buf_add_char(out, ':');
	buf_add(out, text);
}

/* What other commands than sync add to the run's id. */
static void
add_task(const struct run *run, struct buf *text)
{
	const struct run_options *options = run->options;

	add_text(text, str_from(options->command));
	buf_printf(text, "%d %016llx%016llx", (int)options->scope,
	    (unsigned long long)run->from.digest.hash[0], (unsigned long long)run->from.digest.hash[1]);
	for (size_t i = 0; i < options->answer_count; i++) {
		add_text(text, options->answers[i].mapping);
		add_text(text, options->answers[i].keys[0]);
		buf_add_u64(text, options->answers[i].action);
	}
	buf_printf(text, "%d %d", options->create_unmatched, options->synch_after);
	add_text(text, options->pair.mapping);
	add_text(text, options->pair.erp_key);
	add_text(text, options->pair.crm_id);
}

/* 6.1: of the bytes of all inputs, and of the options that can change the outcome. */
static void
make_run_id(struct run *run)
{
	const struct run_options *options = run->options;
	struct buf text = { 0 };

	add_text(&text, run->setup.bytes);
	buf_printf(&text, "%016llx%016llx", (unsigned long long)run->ledger.digest.hash[0],
	    (unsigned long long)run->ledger.digest.hash[1]);
	for (size_t i = 0; i < run->setup.table_count; i++)
		for (size_t f = 0; f < run->tables[i].file_count; f++)
			buf_printf(&text, "%016llx%016llx",
				(unsigned long long)run->tables[i].files[f].hash[0],
				(unsigned long long)run->tables[i].files[f].hash[1]);
	buf_printf(&text, "%s %d %d %d %lld", run_method(options), options->create, options->keep_creating,
	    options->record_direction, options->has_now ? (long long)options->now : -1);
	for (size_t i = 0; i < options->mapping_count; i++)
		add_text(&text, options->mappings[i]);
	for (size_t i = 0; i < options->record_count; i++) {
		add_text(&text, options->records[i].mapping);
		add_text(&text, options->records[i].key);
	}
	for (enum guard guard = 0; guard < GUARDS; guard++)
		buf_add_char(&text, options->allowed[guard] ? '1' : '0');
	if (options->task != TASK_SYNCHRONIZE)
		add_task(run, &text);
	run->plan.run_id = arena_printf(&run->plan.arena, "%08x", (unsigned)(str_hash(buf_str(&text)) >> 32));
	buf_release(&text);
}

/* Which mappings this run looks at; false where the command line names what there is not. */
static bool
select_mappings(struct run *run, struct diag *diag)
{
	const struct run_options *options = run->options;
	bool all = options->mapping_count == 0 && options->record_count == 0 && run->pair_count == 0;
	bool ok = true;

	if (options->task == TASK_UNCOUPLE || options->task == TASK_RESOLVE)
		return answers_select(run, diag);

	for (size_t i = 0; i < run->setup.mapping_count; i++)
		run->state->mappings[i].is_selected = all && run->setup.mappings[i]->is_enabled;
	for (size_t i = 0; i < options->mapping_count; i++) {
		const struct mapping *mapping = setup_find_mapping(&run->setup, options->mappings[i]);
		if (!mapping || !mapping->is_enabled)
			ok = diag_add(diag, STATUS_USAGE, "--mapping %.*s: %s in %.*s%.*s",
				STR_ARG(options->mappings[i]),
				mapping ? "the mapping is disabled" : "no such mapping",
				STR_ARG(run->setup.path),
				STR_ARG(mapping ? STR("")
						: setup_near_mapping(&run->setup, options->mappings[i],
							&run->plan.arena)));
		else
			run->state->mappings[mapping->order].is_selected = true;
	}
	for (size_t i = 0; i < options->record_count; i++) {
		const struct mapping *mapping = setup_find_mapping(&run->setup, options->records[i].mapping);
		if (mapping && mapping->is_enabled)
			run->state->mappings[mapping->order].is_selected = true;
	}
	for (size_t i = 0; i < run->pair_count; i++) {
		const struct mapping *mapping = setup_find_mapping(&run->setup, run->pairs[i].mapping);
		if (mapping && mapping->is_enabled)
			run->state->mappings[mapping->order].is_selected = true;
	}
	return ok;
}

/* 5.0.1: records that on-bad-record="report" left out. */
static void
report_bad_records(struct run *run)
{
	for (size_t i = 0; i < run->report->left_out_count; i++) {
		const struct left_out_record *record = &run->report->left_out[i];
		plan_add_finding(&run->plan,
			(struct finding){ .job = PLAN_NO_JOB,
				.severity = SEVERITY_ERROR,
				.code = CODE_BAD_RECORD,
				.rule = 22,
				.source_side = record->table->side,
				.message = arena_printf(&run->plan.arena, "%.*s:%llu: %.*s",
					STR_ARG(record->shown_path), (unsigned long long)record->line,
					STR_ARG(record->message)) });
	}
}

/* Whether this run has the job; for --record, whether it names a record of it. */
static bool
has_job(const struct run *run, const struct mapping *mapping, enum direction direction,
	const struct named_record *records)
{
	if (!job_is_possible(mapping, direction))
		return false;
	for (size_t i = 0; records && i < run->options->record_count; i++)
		if (records[i].mapping == mapping && records[i].direction == direction)
			return true;
	return !records;
}

static struct sync_job
make_job(struct run *run, const struct mapping *mapping, enum direction direction,
	const struct named_record *records)
{
	const struct run_options *options = run->options;
	const struct mapping_state *ms = &run->state->mappings[mapping->order];
	struct sync_job job = job_begin(run, mapping, direction);

	job.is_forced = options->is_full || records;
	job.is_full = options->is_full;
	job.may_create = ms->may_create;
	job.forgets_removed = ms->forgets_removed;
	job.other_runs = ms->runs[direction == TO ? FROM : TO];
	return job;
}

bool
run_may_create(const struct run *run, const struct mapping *mapping)
{
	return !mapping->synch_only_coupled_records || run->options->is_full || run->options->create;
}

/* Which jobs this run has, and what they may do. */
static void
plan_mappings(struct run *run, const struct named_record *records)
{
	const struct run_options *options = run->options;

	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct mapping *mapping = run->setup.mappings[i];
		struct mapping_state *ms = &run->state->mappings[i];
		for (enum direction direction = TO; direction <= FROM; direction++)
			ms->runs[direction] = ms->is_selected && has_job(run, mapping, direction, records);
		ms->may_create = run_may_create(run, mapping);
		ms->forgets_removed = records || (options->is_full && options->create);
	}
}

/*
 * Uids of the CRM are looked for by jobs To it alone, when no later mapping is
 * about the same table; those of the ERP hardly ever.
 */
static void
forget_indexes(struct run *run, size_t mapping, enum direction direction)
{
	const struct table_def *crm = run->setup.mappings[mapping]->tables[CRM];
	const struct table_def *erp = run->setup.mappings[mapping]->tables[ERP];

	if (run->explanation || direction == FROM)
		return;
	if (erp->uid && erp->key_count)
		table_forget_index(&run->tables[erp->number], TABLE_UIDS);
	for (size_t i = 0; i < run->setup.mapping_count; i++)
		if (i > mapping && run->setup.mappings[i]->tables[CRM] == crm)
			return;
	table_forget_index(&run->tables[crm->number], TABLE_UIDS);
}

/*
 * E1: mappings in their order, To first, then From.  A mapping comes behind those
 * it depends on; records that failed there do not block it (E44).
 */
static void
run_jobs(struct run *run, const void *context)
{
	const struct named_record *records = context;

	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct mapping *mapping = run->setup.mappings[i];
		for (enum direction direction = TO; direction <= FROM; direction++) {
			if (!run->state->mappings[i].runs[direction])
				continue;
			progress_step(&run->progress,
				arena_printf(&run->state->arena, "%.*s %s", STR_ARG(mapping->name),
					direction_arrow(direction)));
			struct sync_job job = make_job(run, mapping, direction, records);
			struct selection selection =
				records ? records_select(&job, records) : select_sources(&job);
			job_run(&job, selection);
			selection_release(&selection);
			forget_indexes(run, i, direction);
		}
	}
}

/* 1.3: 4 when anything needs a person; notices and warnings alone leave 0. */
static void
set_status(struct run *run)
{
	for (size_t i = 0; i < run->plan.finding_count && run->plan.status == STATUS_OK; i++) {
		enum severity severity = run->plan.findings[i].severity;
		if (severity == SEVERITY_ERROR || severity == SEVERITY_CONFLICT)
			run->plan.status = STATUS_FINDINGS;
	}
}

/* What the run is for, after housekeeping; false with status 2 where the command line is wrong. */
static bool
do_task(struct run *run, const struct named_record *records, struct targets *targets, struct diag *diag)
{
	answers_refresh(run, targets);
	switch (run->options->task) {
	case TASK_SYNCHRONIZE:
		plan_mappings(run, records);
		links_run_jobs(run, run_jobs, records);
		return true;
	case TASK_COUPLE:
		return couple_run(run, diag);
	case TASK_UNCOUPLE:
		uncouple_run(run, targets, diag);
		return true;
	case TASK_RESOLVE:
		return resolve_run(run, targets, diag);
	case TASK_UNDO:
		return undo_run(run, diag);
	case TASK_VERIFY:
		return true;
	}
	return true;
}

bool
run_plan(struct run *run, struct diag *diag)
{
	const struct run_options *options = run->options;
	int64_t newest = run->report->newest_stamp;
	struct targets targets = { 0 };

	run->plan.now = options->has_now ? options->now : newest != STAMP_NONE ? newest : 0;
	make_run_id(run);
	state_make(run);
	if (!select_mappings(run, diag) || (run->explanation && !explain_begin(run, diag)))
		return false;
	struct named_record *records = records_find(run, diag);
	bool ok = (records || options->record_count == 0) && answers_find(run, &targets, diag)
	    && housekeeping_run(run, diag);
	if (ok) {
		if (run->explanation)
			explain_housekept(run);
		report_bad_records(run);
		if (options->is_full)
			review_make(run);
		ok = do_task(run, records, &targets, diag);
	}
	if (ok) {
		/* Who explains looks at all that was there. */
		if (options->task == TASK_SYNCHRONIZE && !run->explanation)
			state_forget_jobs(run);
		settle_run(run);
		ok = lean_check(run, diag);
	}
	if (ok) {
		guards_check(run);
		set_status(run);
		if (run->explanation)
			explain_end(run);
	}
	free(records);
	free(targets.list);
	return ok;
}

/* What was read, and what was made of it: each of them takes a while to give back. */
enum { RELEASE_EXPORTS, RELEASE_RESULTS, RELEASE_TASKS };

static void
release_task(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct run *run = shared;

	(void)worker;
	for (uint32_t task = begin; task < end; task++) {
		if (task == RELEASE_EXPORTS) {
			lean_release(run->leans, run->setup.table_count);
			for (size_t i = 0; run->tables && i < run->setup.table_count; i++)
				table_release(&run->tables[i]);
		} else {
			plan_release(&run->plan);
			ledger_release(&run->ledger);
		}
	}
}

void
run_release(struct run *run)
{
	state_release(run);
	field_lookups_release(run);
	parallel_for(run->options ? run->options->threads : 1, RELEASE_TASKS, 1, release_task, run);
	free(run->tables);
	free(run->answers);
	if (run->report)
		load_report_release(run->report);
	free(run->report);
	free(run->pairs);
	setup_release(&run->setup);
	*run = (struct run){ 0 };
}
