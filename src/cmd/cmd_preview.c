/* cmd_preview.c - what a sync would do, and nothing written (1.2, L1) */
#include "cmd/cmd_run.h"

static const struct option_row preview_rows[] = {
	{ "exit-code", 0, NULL, "exit with 1 when there is anything to do", TAKE_FLAG,
		offsetof(struct options, exit_code) },
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

static enum status
run_preview(const struct options *options, struct diag *diag)
{
	struct run_options run_options;
	struct run run = { 0 };
	enum status status = STATUS_OK;

	if (run_options_read(&run_options, options, "preview", diag)
		&& run_read(&run, &run_options, options, diag) && run_decide(&run, options, diag)) {
		run_show(&run, options, NULL);
		status = run.plan.status;
		if (status == STATUS_OK && options->exit_code && has_work(&run.plan))
			status = STATUS_DIFFERENT;
	}
	run_release(&run);
	return status;
}

const struct command command_preview = {
	.name = "preview",
	.synopsis = "[METHOD]",
	.summary = "shows what sync would do; writes nothing",
	.example = "  couplet preview\n"
		   "  couplet preview --full --mapping CUSTOMER\n",
	.text = "Computes exactly what sync would do and prints a line for each job: how many records\n"
		"it creates, updates, deletes, and so on. With --full a review of the mappings comes\n"
		"first: what each side holds, what is not coupled, and whether to couple or to\n"
		"synchronize. Writes nothing.\n\n" METHOD_TEXT,
	.tables = { &method_options, &preview_options },
	.run = run_preview,
};
