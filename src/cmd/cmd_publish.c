/* cmd_publish.c - from a planned run to an output folder, the summary and the committed ledger */
#include "cmd/cmd_publish.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cmd/commit.h"
#include "cmd/terminal.h"
#include "io/folder.h"
#include "sync/emit/emit.h"
#include "sync/keep_creating.h"
#include "sync/state.h"

static const struct option_row publish_rows[] = {
	{ "output", 'o', "DIR", "the output folder; must not exist or be empty", TAKE_TEXT,
		offsetof(struct options, output) },
	{ "commit", 0, NULL, "adopt the new ledger at once, as couplet commit DIR does", TAKE_FLAG,
		offsetof(struct options, commit) },
};

const struct option_table publish_options = { "Options", publish_rows, ARRAY_LEN(publish_rows) };

bool
publish_check(const struct options *options, struct diag *diag)
{
	const char *target = options->output;
	struct stat info;
	bool is_empty = true;

	if (!target)
		return diag_add(diag, STATUS_USAGE, "%s: needs an output folder; name one with -o DIR",
			options->command->name);
	if (stat(target, &info) != 0)
		return true;
	if (!S_ISDIR(info.st_mode))
		return diag_add(diag, STATUS_USAGE, "%s: exists and is no folder; name a new folder", target);
	if (folder_is_empty(target, &is_empty) && !is_empty)
		return diag_add(diag, STATUS_USAGE,
			"%s: exists and is not empty; name a new folder, or remove it first", target);
	return true;
}

void
publish_answers(struct run_options *run_options, const struct options *options, enum resolve_action action)
{
	const struct text_list *arguments = &options->arguments;

	run_options->answers = memory_new(arguments->count, sizeof *run_options->answers);
	run_options->answer_count = arguments->count - 1;
	for (size_t i = 1; i < arguments->count; i++)
		run_options->answers[i - 1] = (struct answer){
			.mapping = arguments->items[0],
			.keys = { arguments->items[i] },
			.action = action,
		};
}

static bool
write_folder(struct run *run, const struct options *options, struct diag *diag)
{
	if (run->options->keep_creating && !keep_creating(run, diag))
		return false;
	state_forget(run);
	struct stage stage = stage_begin(options, &run->progress, "writing");
	bool ok = emit_folder(run, options->output, diag);
	stage_end(&stage, run->plan.change_count);
	if (ok && run->changed_setup.len > 0 && !options->quiet)
		fprintf(stderr, "couplet: notice: %s/setup.xml lets later runs create records; put it in the "
			"place of %.*s\n", options->output, STR_ARG(run->setup.path));
	return ok;
}

/* A run that a guard refused is shown, too, and nothing is written (1.4). */
static enum status
finish(struct run *run, const struct options *options, struct diag *diag)
{
	bool is_refused = run->plan.status == STATUS_GUARD;
	struct run_words words;

	/* Who stops reading the summary must not stop the commit behind it. */
	if (options->commit)
		signal(SIGPIPE, SIG_IGN);
	run_tell(run, options, is_refused ? NULL : options->output, &words);
	bool ok = is_refused || write_folder(run, options, diag);
	if (ok)
		run_words_show(&words, options);
	run_words_release(&words);
	if (ok && !is_refused && options->commit)
		commit_folder(options->output, run->ledger.path.ptr, options->quiet, diag);
	return ok ? run->plan.status : diag->status;
}

enum status
publish_run(const struct run_options *run_options, const struct options *options, struct diag *diag)
{
	struct run run = { 0 };
	enum status status = STATUS_OK;

	if (run_read(&run, run_options, options, diag) && run_decide(&run, options, diag))
		status = finish(&run, options, diag);
	run_release(&run);
	return status;
}
