/* cmd_errors.c - the error log of output folders */
#include "cmd/log_table.h"

static const struct option_row errors_rows[] = {
	{ "mapping", 0, "NAME", "only findings of this mapping; may be repeated", TAKE_LIST,
		offsetof(struct options, mappings) },
	{ "status", 0, "error|conflict|warning|notice", "only findings of this severity", TAKE_TEXT,
		offsetof(struct options, status) },
	{ "since", 0, "TIME", "only runs of this day or time, and later ones", TAKE_TEXT,
		offsetof(struct options, since) },
};

static const struct option_table errors_options = { "Options", errors_rows, ARRAY_LEN(errors_rows) };

static const struct log_column errors_columns[] = {
	{ "no", true, true },
	{ "job_id", false, false },
	{ "mapping", false, true },
	{ "direction", false, true },
	{ "severity", false, true },
	{ "code", false, true },
	{ "rule", false, true },
	{ "source_side", false, false },
	{ "erp_key", false, true },
	{ "erp_id", false, false },
	{ "crm_id", false, false },
	{ "field", false, true },
	{ "message", false, true },
	{ "advice", false, false },
};

static const struct log_kind errors_kind = {
	.file = "errors.csv",
	.columns = errors_columns,
	.column_count = ARRAY_LEN(errors_columns),
	.status_column = "severity",
	.has_status = str_equal,
	.statuses = "error|conflict|warning|notice",
};

static enum status
run_errors(const struct options *options, struct diag *diag)
{
	log_print(&errors_kind, options, diag);
	return STATUS_OK;
}

const struct command command_errors = {
	.name = "errors",
	.synopsis = "[DIR...] [--mapping NAME] [--status STATUS] [--since TIME]",
	.summary = "prints the error log of output folders",
	.example = "  couplet errors out\n"
		   "  couplet errors --status conflict --format json out\n",
	.text = "Prints errors.csv of each output folder as a table; with --format json as an array of\n"
		"objects with all columns, also what to do. A folder that holds output folders stands for\n"
		"all of them, newest run first; so does the working folder when none is named.\n",
	.tables = { &errors_options },
	.argument = "DIR, an output folder",
	.min_arguments = 0,
	.max_arguments = MANY_ARGUMENTS,
	.run = run_errors,
};
