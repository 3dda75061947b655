/* cmd_sync.c - the run that writes an output folder (1.2) */
#include "cmd/cmd_publish.h"
#include "cmd/terminal.h"

/* Business Central's closing question; only a person at a terminal is asked, else it is no. */
static void
ask_keep_creating(struct run_options *run_options, const struct options *options)
{
	if (options->full && !options->keep_creating && terminal_can_ask())
		run_options->keep_creating = terminal_ask("May later runs create records, too?");
}

static enum status
run_sync(const struct options *options, struct diag *diag)
{
	struct run_options run_options;
	bool ok = publish_check(options, diag);

	if (!run_options_read(&run_options, options, "sync", diag) || !ok)
		return STATUS_OK;
	ask_keep_creating(&run_options, options);
	return publish_run(&run_options, options, diag);
}

const struct command command_sync = {
	.name = "sync",
	.synopsis = "[METHOD] -o DIR",
	.summary = "writes import files, logs and the new ledger into a folder",
	.example = "  couplet sync -o out\n"
		   "  couplet sync --record CUSTOMER:10000 --direction to -o out\n",
	.text = "Does what preview shows and writes the output folder DIR: import files for both\n"
		"sides, the new ledger, changes, jobs and errors, and report.html, which shows it all in a\n"
		"browser. Begin with DIR/README.txt; when the files are imported, couplet commit DIR\n"
		"adopts the ledger.\n\n" METHOD_TEXT,
	.tables = { &method_options, &publish_options, &report_table },
	.run = run_sync,
};
