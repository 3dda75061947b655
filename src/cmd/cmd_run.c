/* cmd_run.c - what check, preview and sync share: from options to a planned run, and its summary */
#include "cmd/cmd_run.h"

#include <stdlib.h>

#include "cmd/cmd_report.h"
#include "cmd/terminal.h"
#include "sync/emit/emit.h"
#include "sync/finding.h"
#include "sync/state.h"

static const struct option_row method_rows[] = {
	{ "modified", 0, NULL, "what changed since the last synchronization (default)", TAKE_FLAG,
		offsetof(struct options, modified) },
	{ "full", 0, NULL, "all records, creating uncoupled ones", TAKE_FLAG,
		offsetof(struct options, full) },
	{ "keep-creating", 0, "yes|no",
		"with --full: whether later runs may create records, too;\n"
		"yes writes the changed setup into the output folder",
		TAKE_CHOICE, offsetof(struct options, keep_creating) },
	{ "mapping", 0, "NAME", "only this mapping; may be repeated", TAKE_LIST,
		offsetof(struct options, mappings) },
	{ "record", 0, "MAPPING:KEY",
		"only this record, by ERP key, ERP uid or CRM uid, changed or not;\n"
		"may be repeated",
		TAKE_RECORD, offsetof(struct options, records) },
	{ "direction", 0, "to|from",
		"with --record, where the mapping is bidirectional: to the CRM,\n"
		"or from it (default: the side that KEY names is the source)",
		TAKE_CHOICE, offsetof(struct options, direction) },
	{ "create", 0, NULL,
		"create uncoupled records although the mapping says\n"
		"synch-only-coupled-records",
		TAKE_FLAG, offsetof(struct options, create) },
	{ "allow", 0, "GUARD", "lift this guard for this run; may be repeated", TAKE_GUARD,
		offsetof(struct options, allowed) },
};

const struct option_table method_options = { "Method", method_rows, ARRAY_LEN(method_rows) };

/* Options that contradict each other are told, all of them. */
static bool
check_method(const struct options *options, const char *command, struct diag *diag)
{
	bool has_records = options->records.count > 0;
	bool has_mappings = options->mappings.count > 0;
	const struct {
		bool is_wrong;
		const char *sentence;
	} contradictions[] = {
		{ options->modified && options->full,
			"--modified and --full contradict each other; give one" },
		{ options->modified && has_records,
			"--record takes the record whether modified or not; leave out --modified" },
		{ options->full && has_records, "--record names single records, --full means all; give one" },
		{ has_records && has_mappings, "--record names its mapping itself; leave out --mapping" },
		{ options->direction && !has_records, "--direction belongs to --record; name the records" },
		{ options->create && !has_records && !has_mappings && !options->full,
			"--create needs --mapping or --record (or --full): name what may be created" },
		{ options->keep_creating && !options->full,
			"--keep-creating answers a question of --full; add --full" },
	};
	bool ok = true;

	for (size_t i = 0; i < ARRAY_LEN(contradictions); i++)
		if (contradictions[i].is_wrong)
			ok = diag_add(diag, STATUS_USAGE, "%s: %s", command, contradictions[i].sentence);
	return ok;
}

/* The time of the run: --now, else SOURCE_DATE_EPOCH, else what the exports say; never the wall clock. */
static bool
read_now(struct run_options *run_options, const struct options *options, struct diag *diag)
{
	const uint64_t last_second = 253402300799u;	/* of the year 9999 */
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;

	run_options->has_now = options->has_now || (epoch && epoch[0]);
	run_options->now = options->now;
	if (options->has_now || !run_options->has_now)
		return true;
	if (!str_to_u64(str_from(epoch), &seconds) || seconds > last_second)
		return diag_add(diag, STATUS_USAGE, "SOURCE_DATE_EPOCH \"%s\": is no number of seconds since "
			"1970; correct it, or unset it", epoch);
	run_options->now = (int64_t)seconds * 1000;
	return true;
}

bool
run_options_read(struct run_options *run_options, const struct options *options, const char *command,
	struct diag *diag)
{
	*run_options = (struct run_options){
		.command = command,
		.setup_path = options->setup ? options->setup : "couplet.xml",
		.ledger_path = options->ledger,
		.new_ledger = options->new_ledger,
		.threads = options_threads(options),
		.is_full = options->full,
		.keep_creating = options->keep_creating == ANSWER_YES,
		.create = options->create,
		.mappings = options->mappings.items,
		.mapping_count = options->mappings.count,
		.records = options->records.items,
		.record_count = options->records.count,
		.record_direction = (enum direction)options->direction,
	};
	memcpy(run_options->allowed, options->allowed, sizeof run_options->allowed);
	bool ok = check_method(options, command, diag);
	ok = report_options_read(&run_options->report, options, diag) && ok;
	return read_now(run_options, options, diag) && ok;
}

static uint64_t
count_rows(const struct run *run)
{
	uint64_t rows = run->ledger.count;

	for (size_t i = 0; run->tables && i < run->setup.table_count; i++)
		rows += run->tables[i].row_count;
	return rows;
}

/* --verbose: the files that were read. */
static void
tell_files(const struct run *run)
{
	for (size_t i = 0; i < run->setup.table_count; i++) {
		const struct table *table = &run->tables[i];
		for (size_t k = 0; k < table->file_count; k++)
			fprintf(stderr, "couplet: read %.*s: %llu records of %s table %.*s\n",
				STR_ARG(table->files[k].shown_path),
				(unsigned long long)table->files[k].records,
				side_name(run->setup.tables[i]->side), STR_ARG(run->setup.tables[i]->name));
	}
	fprintf(stderr, "couplet: read %.*s: %llu lines\n", STR_ARG(run->ledger.path),
		(unsigned long long)run->ledger.records);
}

bool
run_read(struct run *run, const struct run_options *run_options, const struct options *options,
	struct diag *diag)
{
	struct stage stage = stage_begin(options, &run->progress, "reading");
	bool ok = run_load(run, run_options, diag);

	if (ok && options->verbose)
		tell_files(run);
	stage_end(&stage, count_rows(run));
	return ok;
}

bool
run_decide(struct run *run, const struct options *options, struct diag *diag)
{
	struct stage stage = stage_begin(options, &run->progress, "planning");
	bool ok = run_plan(run, diag);

	stage_end(&stage, count_rows(run));
	return ok;
}

/* What people call the record, on the side that shows it; empty when none does. */
static struct str
record_name(const struct run *run, const struct finding *finding)
{
	enum side first = finding->source_side == CRM ? CRM : ERP;

	for (unsigned i = 0; finding->mapping && i < SIDES; i++) {
		enum side side = i == 0 ? first : other_side(first);
		const struct table *table = &run->tables[finding->mapping->tables[side]->number];
		uint32_t row = finding_row(run, finding, side);
		if (row != TABLE_NO_ROW && table_name(table, row).len)
			return table_name(table, row);
	}
	return STR("");
}

/* `CUSTOMER ERP->CRM 10000 "Adatum": ` (1.4) */
static void
add_record(const struct run *run, const struct finding *finding, struct buf *out)
{
	struct str id = finding->erp_id.len ? finding->erp_id : finding->crm_id;
	struct str key = finding->erp_key.len ? finding->erp_key : id;
	struct str name = record_name(run, finding);

	if (!finding->mapping)
		return;
	buf_add(out, finding->mapping->name);
	if (finding->direction == TO || finding->direction == FROM)
		buf_printf(out, " %s", direction_arrow(finding->direction));
	if (key.len)
		buf_printf(out, " %.*s", STR_ARG(key));
	if (name.len)
		buf_printf(out, " \"%.*s\"", STR_ARG(name));
	buf_add(out, STR(": "));
}

/* `CUSTOMER ERP->CRM 10000 "Adatum": what is wrong; what to do (update-conflict, E16)` */
static void
add_finding(const struct run *run, const struct finding *finding, struct buf *out)
{
	struct str advice = str_from(code_advice(finding->code));
	bool needs_person = finding->severity == SEVERITY_ERROR || finding->severity == SEVERITY_CONFLICT;

	buf_add(out, STR("couplet: "));
	if (!needs_person)
		buf_printf(out, "%s: ", severity_name(finding->severity));
	add_record(run, finding, out);
	buf_add(out, finding->message);
	/* A sentence of its own in errors.csv; here it ends another. */
	if (advice.len > 1 && advice.ptr[advice.len - 1] == '.')
		advice.len--;
	if (advice.len > 1)
		buf_printf(out, "; %c%.*s", advice.ptr[0] | ('a' - 'A'), (int)advice.len - 1, advice.ptr + 1);
	buf_printf(out, " (%s", code_name(finding->code));
	if (finding->rule)
		buf_printf(out, ", %c%d", finding->rule > 0 ? 'E' : 'L', abs(finding->rule));
	buf_add(out, STR(")\n"));
}

/* What needs a person, and with --verbose the rest; the same lines as errors.csv. */
static void
add_findings(const struct run *run, const struct options *options, struct buf *out)
{
	const struct plan *plan = &run->plan;
	size_t printed = 0;

	for (size_t i = 0; i < plan->finding_count; i++) {
		const struct finding *finding = &plan->findings[i];
		bool needs_person =
			finding->severity == SEVERITY_ERROR || finding->severity == SEVERITY_CONFLICT;
		if ((needs_person || options->verbose) && printed++ < options->max_errors)
			add_finding(run, finding, out);
	}
	if (printed > options->max_errors)
		buf_printf(out, "couplet: and %zu more; see --max-errors\n", printed - options->max_errors);
}

void
run_tell(const struct run *run, const struct options *options, const char *target, struct run_words *words)
{
	*words = (struct run_words){ 0 };
	add_findings(run, options, &words->findings);
	if (options->format == OUTPUT_JSON)
		emit_summary_json(run, &words->summary);
	else if (!options->quiet)
		emit_summary_text(run, target, &words->summary);
}

void
run_words_show(const struct run_words *words, const struct options *options)
{
	if (words->findings.len != 0)
		fwrite(words->findings.ptr, 1, words->findings.len, stderr);
	if (options->format == OUTPUT_JSON)
		fwrite(words->summary.ptr, 1, words->summary.len, stdout);
	else
		terminal_print_summary(buf_str(&words->summary), terminal_has_color(options));
}

void
run_words_release(struct run_words *words)
{
	buf_release(&words->findings);
	buf_release(&words->summary);
}
