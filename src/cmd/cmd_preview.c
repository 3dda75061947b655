/* cmd_preview.c - what a sync would do, and nothing written (1.2, L1) */
#include <stdio.h>
#include <unistd.h>

#include "cmd/cmd_report.h"
#include "cmd/cmd_run.h"
#include "cmd/terminal.h"
#include "sync/emit/emit.h"

static const struct option_row preview_rows[] = {
	{ "exit-code", 0, NULL, "exit with 1 when there is anything to do", TAKE_FLAG,
		offsetof(struct options, exit_code) },
	{ "report", 0, "FILE.html", "write what is shown as a web page into this new file", TAKE_TEXT,
		offsetof(struct options, report) },
};

static const struct option_table preview_options = { "Options", preview_rows, ARRAY_LEN(preview_rows) };

/* Whether anything would be created, updated, deleted, linked, coupled or uncoupled. */
static bool
has_work(const struct plan *plan)
{
	for (size_t i = 0; i < plan->change_count; i++) {
		enum action action = plan->changes[i].action;
		if (action != ACTION_CONFIRM && action != ACTION_LOST_EDIT && action != ACTION_SHORTENED)
			return true;
	}
	return false;
}

/* Said before the work is done; the writing has the last word. */
static bool
check_report(const struct options *options, struct diag *diag)
{
	if (!options->report && (options->language || options->mask))
		return diag_add(diag, STATUS_USAGE,
			"preview: --lang and --mask are about the report; add --report FILE.html");
	if (options->report && access(options->report, F_OK) == 0)
		return diag_add(diag, STATUS_USAGE,
			"%s: exists already; name a new file, or remove it first", options->report);
	return true;
}

static bool
write_report(struct run *run, const struct options *options, struct diag *diag)
{
	if (!options->report)
		return true;
	struct stage stage = stage_begin(options, &run->progress, "writing");
	bool ok = emit_report_file(run, options->report, diag);
	stage_end(&stage, run->plan.change_count);
	return ok;
}

static enum status
run_preview(const struct options *options, struct diag *diag)
{
	struct run_options run_options;
	struct run run = { 0 };
	struct run_words words = { 0 };
	enum status status = STATUS_OK;

	bool ok = check_report(options, diag);

	if (run_options_read(&run_options, options, "preview", diag) && ok
		&& run_read(&run, &run_options, options, diag) && run_decide(&run, options, diag)) {
		run_tell(&run, options, NULL, &words);
		ok = write_report(&run, options, diag);
	} else {
		ok = false;
	}
	if (ok) {
		run_words_show(&words, options);
		status = run.plan.status;
		if (status == STATUS_OK && options->exit_code && has_work(&run.plan))
			status = STATUS_DIFFERENT;
	}
	run_words_release(&words);
	run_release(&run);
	return status;
}

const struct command command_preview = {
	.name = "preview",
	.synopsis = "[METHOD] [--report FILE.html]",
	.summary = "shows what sync would do; writes nothing but a report",
	.example = "  couplet preview\n"
		   "  couplet preview --full --mapping CUSTOMER\n"
		   "  couplet preview --report preview.html\n",
	.text = "Computes exactly what sync would do and prints a line for each job: how many records\n"
		"it creates, updates, deletes, and so on. With --full a review of the mappings comes\n"
		"first: what each side holds, what is not coupled, and whether to couple or to\n"
		"synchronize. Writes nothing, or with --report one web page that shows every change with\n"
		"old and new value, conflicts, failures and what to do about them.\n\n" METHOD_TEXT,
	.tables = { &method_options, &preview_options, &report_table },
	.run = run_preview,
};
