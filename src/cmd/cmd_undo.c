/* cmd_undo.c - the reverse of an output folder, as import files (L9) */
#include "cmd/cmd_publish.h"
#include "cmd/manifest.h"
#include "sync/undo/past.h"

static const struct option_row undo_rows[] = {
	{ "delete-created", 0, NULL,
		"delete the records that DIR created, if nobody has edited them since\n"
		"(the guard max-deletes counts them)",
		TAKE_FLAG, offsetof(struct options, delete_created) },
	{ "allow", 0, "GUARD", "lift this guard for this run; may be repeated", TAKE_GUARD,
		offsetof(struct options, allowed) },
};

static const struct option_table undo_options = { "Undo", undo_rows, ARRAY_LEN(undo_rows) };

static enum status
run_undo(const struct options *options, struct diag *diag)
{
	const char *folder = options_argument(options, 0);
	struct run_options run_options;
	struct manifest manifest = { 0 };
	struct past past = { 0 };
	enum status status = STATUS_OK;

	bool ok = publish_check(options, diag);
	ok = run_options_read(&run_options, options, "undo", diag) && ok;
	if (ok && manifest_read(&manifest, folder, diag) && manifest_check(&manifest, folder, diag)
		&& past_read(&past, folder, diag)) {
		run_options.task = TASK_UNDO;
		run_options.past = &past;
		run_options.delete_created = options->delete_created;
		status = publish_run(&run_options, options, diag);
	}
	past_release(&past);
	manifest_release(&manifest);
	return status;
}

const struct command command_undo = {
	.name = "undo",
	.synopsis = "DIR -o DIR2",
	.summary = "writes import files that take back what a folder did",
	.example = "  couplet undo out -o back\n"
		   "  couplet undo out --delete-created --allow max-deletes -o back\n",
	.text = "Needs exports that were made after DIR was imported. For each change of DIR the old value\n"
		"is written where the field still holds what DIR wrote; what was edited since is kept and\n"
		"listed in errors.csv. Couplings that DIR made are taken out, those that it took out come\n"
		"back. What both sides agreed on before is agreed on again: the next sync writes anew what\n"
		"was taken back, so mend the setup or the data first. Of a folder that was never imported\n"
		"nothing is written, and what it left in the ledger is taken back.\n",
	.tables = { &undo_options, &publish_options, &report_table },
	.argument = "DIR, an output folder",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run_undo,
};
