/* cmd_commit.c - adopts the ledger of an output folder (L3) */
#include "cmd/command.h"
#include "cmd/commit.h"

static enum status
run_commit(const struct options *options, struct diag *diag)
{
	const char *folder = options_argument(options, 0);
	struct setup setup = { 0 };

	if (options->ledger) {
		commit_folder(folder, options->ledger, options->quiet, diag);
		return STATUS_OK;
	}
	const char *path = options->setup ? options->setup : "couplet.xml";
	if (setup_load(&setup, path, diag)) {
		if (setup.ledger_path.len > 0)
			commit_folder(folder, setup.ledger_path.ptr, options->quiet, diag);
		else
			diag_add(diag, STATUS_USAGE, "%s: names no ledger; add <ledger path=\"ledger.csv\"/> "
				"or name one with --ledger", path);
	}
	setup_release(&setup);
	return STATUS_OK;
}

const struct command command_commit = {
	.name = "commit",
	.synopsis = "DIR",
	.summary = "makes a folder's ledger the current one",
	.example = "  couplet commit out\n",
	.text = "Replaces the setup's ledger (or that of --ledger) by DIR's, once DIR's files are imported.\n"
		"Refused with 6 when DIR was made from another ledger than the current one, with 3 when a\n"
		"file of DIR is not as it was written. The old ledger stays beside it as *.previous.\n"
		"Committing a folder twice is no error.\n",
	.argument = "DIR",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run_commit,
};
