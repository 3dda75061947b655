/* cmd_sync.c - the run that writes an output folder (1.2) */
#include <errno.h>
#include <sys/stat.h>

#include "cmd/cmd_run.h"
#include "cmd/commit.h"
#include "cmd/terminal.h"
#include "io/folder.h"
#include "sync/emit.h"
#include "sync/keep_creating.h"

static const struct option_row sync_rows[] = {
	{ "output", 'o', "DIR", "the output folder; must not exist or be empty", TAKE_TEXT,
		offsetof(struct options, output) },
	{ "commit", 0, NULL, "adopt the new ledger at once, as couplet commit DIR does", TAKE_FLAG,
		offsetof(struct options, commit) },
};

static const struct option_table sync_options = { "Options", sync_rows, ARRAY_LEN(sync_rows) };

/* Said before the work is done; emit_folder() has the last word. */
static bool
check_target(const char *target, struct diag *diag)
{
	struct stat info;
	bool is_empty = true;

	if (!target)
		return diag_add(diag, STATUS_USAGE, "sync: needs an output folder; name one with -o DIR");
	if (stat(target, &info) != 0)
		return true;
	if (!S_ISDIR(info.st_mode))
		return diag_add(diag, STATUS_USAGE, "%s: exists and is no folder; name a new folder", target);
	if (folder_is_empty(target, &is_empty) && !is_empty)
		return diag_add(diag, STATUS_USAGE,
			"%s: exists and is not empty; name a new folder, or remove it first", target);
	return true;
}

/* Business Central's closing question; only a person at a terminal is asked, else it is no. */
static void
ask_keep_creating(struct run_options *run_options, const struct options *options)
{
	if (options->full && !options->keep_creating && terminal_can_ask())
		run_options->keep_creating = terminal_ask("May later runs create records, too?");
}

static bool
write_folder(struct run *run, const struct options *options, struct diag *diag)
{
	if (run->options->keep_creating && !keep_creating(run, diag))
		return false;
	struct stage stage = stage_begin(options, "writing");
	bool ok = emit_folder(run, options->output, diag);
	stage_end(&stage, run->plan.change_count);
	if (ok && run->changed_setup.len > 0)
		diag_notice(diag, "%s/setup.xml lets later runs create records; put it in the place of %.*s",
			options->output, STR_ARG(run->setup.path));
	return ok;
}

/* A run that a guard refused is shown, too, and nothing is written (1.4). */
static enum status
finish(struct run *run, const struct options *options, struct diag *diag)
{
	bool is_refused = run->plan.status == STATUS_GUARD;

	if (!is_refused && !write_folder(run, options, diag))
		return diag->status;
	run_show(run, options, is_refused ? NULL : options->output);
	if (!is_refused && options->commit)
		commit_folder(options->output, run->ledger.path.ptr, options->quiet, diag);
	return run->plan.status;
}

static enum status
run_sync(const struct options *options, struct diag *diag)
{
	struct run_options run_options;
	struct run run = { 0 };
	enum status status = STATUS_OK;
	bool ok = check_target(options->output, diag);

	if (run_options_read(&run_options, options, "sync", diag) && ok) {
		ask_keep_creating(&run_options, options);
		if (run_read(&run, &run_options, options, diag) && run_decide(&run, options, diag))
			status = finish(&run, options, diag);
	}
	run_release(&run);
	return status;
}

const struct command command_sync = {
	.name = "sync",
	.synopsis = "[METHOD] -o DIR",
	.summary = "writes import files, logs and the new ledger into a folder",
	.example = "  couplet sync -o out\n"
		   "  couplet sync --record CUSTOMER:10000 --direction to -o out\n",
	.text = "Does what preview shows and writes the output folder DIR: import files for both\n"
		"sides, the new ledger, changes, jobs and errors. Begin with DIR/README.txt; when the\n"
		"files are imported, couplet commit DIR adopts the ledger.\n\n" METHOD_TEXT,
	.tables = { &method_options, &sync_options },
	.run = run_sync,
};
