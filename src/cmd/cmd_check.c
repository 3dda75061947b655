/* cmd_check.c - reads everything that a run would read, and tells what is wrong with it (1.2) */
#include "base/json.h"
#include "cmd/cmd_run.h"
#include "sync/load/load.h"
#include "sync/prove/roundtrip.h"

/* Tables that an enabled mapping uses, and their records. */
struct totals {
	size_t tables;
	uint64_t records;
	size_t mappings;
};

static struct totals
count(const struct run *run)
{
	struct totals totals = { 0 };

	for (size_t i = 0; i < run->setup.table_count; i++) {
		totals.tables += run->setup.tables[i]->is_used;
		totals.records += run->tables[i].row_count;
	}
	for (size_t i = 0; i < run->setup.mapping_count; i++)
		totals.mappings += run->setup.mappings[i]->is_enabled;
	return totals;
}

/* E24: `CUSTOMER "Name" ERP->CRM->ERP: 12 values would change, such as 10000: "..." -> "..."` */
static void
add_roundtrip_text(struct buf *out, const struct roundtrip *found)
{
	buf_printf(out, "%.*s ", STR_ARG(found->mapping->name));
	json_add_string(out, found->field->name);
	buf_printf(out, " %s: %llu value%s would change, such as %.*s: ",
		found->direction == TO ? "ERP->CRM->ERP" : "CRM->ERP->CRM", (unsigned long long)found->count,
		found->count == 1 ? "" : "s", STR_ARG(found->key));
	/* Quotes and line ends of values must not break the line. */
	json_add_string(out, found->value);
	buf_add(out, STR(" -> "));
	json_add_string(out, found->back);
	if (found->growing > 0)
		buf_printf(out, "; %llu again with every run", (unsigned long long)found->growing);
	buf_add_char(out, '\n');
}

/* Returns how many values there are. */
static uint64_t
print_roundtrips(const struct roundtrips *found, size_t max_errors)
{
	struct buf out = { 0 };
	uint64_t values = 0;

	for (size_t i = 0; i < found->count; i++) {
		values += found->items[i].count;
		if (i < max_errors)
			add_roundtrip_text(&out, &found->items[i]);
	}
	if (found->count > max_errors)
		buf_printf(&out, "and %zu more fields; see --max-errors\n", found->count - max_errors);
	if (out.len > 0)
		fwrite(out.ptr, 1, out.len, stdout);
	buf_release(&out);
	return values;
}

static void
print_text(const struct run *run, const struct roundtrips *found, size_t max_errors)
{
	struct totals totals = count(run);

	for (size_t i = 0; i < run->setup.table_count; i++) {
		const struct table_def *def = run->setup.tables[i];
		if (def->is_used)
			printf("%s  %.*s  %lu records\n", side_name(def->side), STR_ARG(def->name),
				(unsigned long)run->tables[i].row_count);
	}
	uint64_t values = print_roundtrips(found, max_errors);
	if (run->report->left_out_count > 0)
		printf("%zu bad records were left out%s", run->report->left_out_count,
			values > 0 ? ", " : ": ");
	if (values > 0)
		printf("%llu values would change on their way there and back: ", (unsigned long long)values);
	else if (run->report->left_out_count == 0)
		printf("no findings: ");
	printf("%zu mappings, %zu tables, %llu records, %llu ledger lines\n", totals.mappings,
		totals.tables, (unsigned long long)totals.records, (unsigned long long)run->ledger.records);
}

static void
add_roundtrip_json(struct buf *out, const struct roundtrip *found)
{
	buf_add(out, STR("{\"mapping\":"));
	json_add_string(out, found->mapping->name);
	buf_add(out, STR(",\"field\":"));
	json_add_string(out, found->field->name);
	buf_printf(out, ",\"direction\":\"%s\",\"count\":%llu,", direction_name(found->direction),
		(unsigned long long)found->count);
	if (found->growing > 0)
		buf_printf(out, "\"growing\":%llu,", (unsigned long long)found->growing);
	buf_add(out, STR("\"key\":"));
	json_add_string(out, found->key);
	buf_add(out, STR(",\"value\":"));
	json_add_string(out, found->value);
	buf_add(out, STR(",\"back\":"));
	json_add_string(out, found->back);
	buf_add_char(out, '}');
}

static void
print_json(const struct run *run, const struct roundtrips *found, enum status status)
{
	struct totals totals = count(run);
	struct buf out = { 0 };
	const char *between = "";

	buf_printf(&out, "{\"schema\":\"couplet/check/1\",\"mappings\":%zu,\"tables\":[", totals.mappings);
	for (size_t i = 0; i < run->setup.table_count; i++) {
		const struct table_def *def = run->setup.tables[i];
		if (!def->is_used)
			continue;
		buf_printf(&out, "%s{\"side\":\"%s\",\"table\":", between, side_name(def->side));
		json_add_string(&out, def->name);
		buf_printf(&out, ",\"records\":%lu}", (unsigned long)run->tables[i].row_count);
		between = ",";
	}
	buf_printf(&out, "],\"ledger\":%llu,\"left_out\":%zu,\"roundtrip\":[",
		(unsigned long long)run->ledger.records, run->report->left_out_count);
	for (size_t i = 0; i < found->count; i++) {
		if (i > 0)
			buf_add_char(&out, ',');
		add_roundtrip_json(&out, &found->items[i]);
	}
	buf_printf(&out, "],\"status\":%d}\n", (int)status);
	fwrite(out.ptr, 1, out.len, stdout);
	buf_release(&out);
}

/* Records that on-bad-record="report" leaves out would be findings of a run (5.0.1). */
static enum status
tell_left_out(const struct run *run, const struct options *options)
{
	const struct load_report *report = run->report;

	for (size_t i = 0; i < report->left_out_count && i < options->max_errors; i++)
		fprintf(stderr, "couplet: %.*s:%llu: %.*s (left out)\n",
			STR_ARG(report->left_out[i].shown_path), (unsigned long long)report->left_out[i].line,
			STR_ARG(report->left_out[i].message));
	if (report->left_out_count > options->max_errors)
		fprintf(stderr, "couplet: and %zu more; see --max-errors\n",
			report->left_out_count - options->max_errors);
	return report->left_out_count > 0 ? STATUS_FINDINGS : STATUS_OK;
}

static void
print_summary(const struct run *run, const struct options *options, enum status status)
{
	struct roundtrips found = { 0 };

	/* Findings that change no exit status (1.2): without output they need not be looked for. */
	if (options->format == OUTPUT_JSON || !options->quiet)
		roundtrip_check(run, &found);
	if (options->format == OUTPUT_JSON)
		print_json(run, &found, status);
	else if (!options->quiet)
		print_text(run, &found, options->max_errors);
	roundtrips_release(&found);
}

static enum status
run_check(const struct options *options, struct diag *diag)
{
	struct run_options run_options;
	struct run run = { 0 };
	enum status status = STATUS_OK;

	/* The plan is not shown; but deciding tells what is wrong with the bases of the ledger (3.2). */
	if (run_options_read(&run_options, options, "check", diag)
		&& run_read(&run, &run_options, options, diag) && run_decide(&run, options, diag)) {
		status = tell_left_out(&run, options);
		print_summary(&run, options, status);
	}
	run_release(&run);
	return status;
}

const struct command command_check = {
	.name = "check",
	.synopsis = "",
	.summary = "reads everything and reports what is wrong; writes nothing",
	.example = "  couplet check\n",
	.text = "Reads the setup, the exports and the ledger as a run would, and reports every finding\n"
		"with its place. Tells for two-way fields which values would change on their way to the\n"
		"other side and back, with how many and an example; that changes no exit status. Writes\n"
		"nothing. Exits with 0 when all is well, with 4 when bad records were left out, else\n"
		"with 3.\n",
	.run = run_check,
};
