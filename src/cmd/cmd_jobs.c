/* cmd_jobs.c - the job log of output folders */
#include "cmd/log_table.h"

static const struct option_row jobs_rows[] = {
	{ "mapping", 0, "NAME", "only jobs of this mapping; may be repeated", TAKE_LIST,
		offsetof(struct options, mappings) },
	{ "status", 0, "success|failed", "only jobs without failed records, or only those with some",
		TAKE_TEXT, offsetof(struct options, status) },
	{ "since", 0, "TIME", "only runs of this day or time, and later ones", TAKE_TEXT,
		offsetof(struct options, since) },
};

static const struct option_table jobs_options = { "Options", jobs_rows, ARRAY_LEN(jobs_rows) };

/* A job failed when records of it did (R65). */
static bool
job_has_status(struct str failed, struct str status)
{
	bool has_failed = failed.len > 0 && !str_equal(failed, STR("0"));

	return has_failed == str_equal(status, STR("failed"));
}

static const struct log_column jobs_columns[] = {
	{ "id", false, true },
	{ "start", false, false },
	{ "finish", false, false },
	{ "mapping", false, true },
	{ "type", false, true },
	{ "direction", false, true },
	{ "inserted", true, true },
	{ "modified", true, true },
	{ "deleted", true, true },
	{ "unchanged", true, true },
	{ "skipped", true, true },
	{ "failed", true, true },
	{ "coupled", true, true },
	{ "uncoupled", true, true },
	{ "message", false, true },
};

static const struct log_kind jobs_kind = {
	.file = "jobs.csv",
	.columns = jobs_columns,
	.column_count = ARRAY_LEN(jobs_columns),
	.status_column = "failed",
	.has_status = job_has_status,
	.statuses = "success|failed",
};

static enum status
run_jobs(const struct options *options, struct diag *diag)
{
	log_print(&jobs_kind, options, diag);
	return STATUS_OK;
}

const struct command command_jobs = {
	.name = "jobs",
	.synopsis = "[DIR...] [--mapping NAME] [--status STATUS] [--since TIME]",
	.summary = "prints the job log of output folders",
	.example = "  couplet jobs out\n"
		   "  couplet jobs --status failed --since 2026-03-01 runs\n",
	.text = "Prints jobs.csv of each output folder as a table, or with --format json as an array\n"
		"of objects. A folder that holds output folders stands for all of them, newest run first;\n"
		"so does the working folder when none is named.\n",
	.tables = { &jobs_options },
	.argument = "DIR, an output folder",
	.min_arguments = 0,
	.max_arguments = MANY_ARGUMENTS,
	.run = run_jobs,
};
