/* cmd_resolve.c - one answer for each conflict or failure (1.2, L6) */
#include <stdlib.h>

#include "cmd/cmd_publish.h"
#include "sync/answers.h"

static const struct option_row resolve_rows[] = {
	{ "send", 0, NULL, "the ERP record wins, once: its values go to the CRM", TAKE_FLAG,
		offsetof(struct options, actions[RESOLVE_SEND]) },
	{ "get", 0, NULL, "the CRM row wins, once: its values go to the ERP", TAKE_FLAG,
		offsetof(struct options, actions[RESOLVE_GET]) },
	{ "restore", 0, NULL, "insert the deleted record again, under its former identity", TAKE_FLAG,
		offsetof(struct options, actions[RESOLVE_RESTORE]) },
	{ "delete", 0, NULL, "delete the surviving record, too (guard max-deletes)", TAKE_FLAG,
		offsetof(struct options, actions[RESOLVE_DELETE]) },
	{ "uncouple", 0, NULL, "take the coupling out of the ledger", TAKE_FLAG,
		offsetof(struct options, actions[RESOLVE_UNCOUPLE]) },
	{ "retry", 0, NULL,
		"no longer skip it: the next run tries again;\n"
		"what was created or deleted in vain is written again",
		TAKE_FLAG, offsetof(struct options, actions[RESOLVE_RETRY]) },
	{ "retry-all", 0, NULL, "--retry for all that is skipped, of MAPPING or of all mappings", TAKE_FLAG,
		offsetof(struct options, retry_all) },
	{ "from", 0, "FILE.csv", "a copy of errors.csv with a column decision: send, get ...", TAKE_TEXT,
		offsetof(struct options, from) },
	{ "allow", 0, "GUARD", "lift this guard for this run; may be repeated", TAKE_GUARD,
		offsetof(struct options, allowed) },
};

static const struct option_table resolve_options = { "Options of resolve", resolve_rows,
	ARRAY_LEN(resolve_rows) };

/* The first action that was given; RESOLVE_ACTIONS without any. */
static enum resolve_action
first_action(const struct options *options)
{
	unsigned action = 0;

	while (action < RESOLVE_ACTIONS && !options->actions[action])
		action++;
	return (enum resolve_action)action;
}

static size_t
count_actions(const struct options *options)
{
	size_t count = 0;

	for (unsigned action = 0; action < RESOLVE_ACTIONS; action++)
		count += options->actions[action];
	return count;
}

static bool
check(const struct options *options, struct diag *diag)
{
	size_t arguments = options->arguments.count;
	size_t actions = count_actions(options);

	if (options->from && (actions > 0 || options->retry_all || arguments > 0))
		return diag_add(diag, STATUS_USAGE,
			"resolve: --from takes records and decisions from the file; leave out MAPPING, KEY "
			"and ACTION");
	if (options->from)
		return true;
	if (actions + options->retry_all > 1)
		return diag_add(diag, STATUS_USAGE,
			"resolve: give exactly one of --send, --get, --restore, --delete, --uncouple, "
			"--retry and --retry-all");
	if (options->retry_all && arguments > 1)
		return diag_add(diag, STATUS_USAGE,
			"resolve: --retry-all names all that is skipped; leave out the keys, or say --retry");
	if (options->retry_all)
		return true;
	if (arguments < 2)
		return diag_add(diag, STATUS_USAGE,
			"resolve: needs MAPPING, KEY and an action such as --send, or --from FILE.csv; see "
			"couplet help resolve");
	if (actions == 0)
		return diag_add(diag, STATUS_USAGE,
			"resolve: needs an action: --send, --get, --restore, --delete, --uncouple or "
			"--retry");
	return true;
}

static enum status
run_resolve(const struct options *options, struct diag *diag)
{
	struct run_options run_options;
	enum status status = STATUS_OK;
	bool ok = check(options, diag);

	ok = publish_check(options, diag) && ok;
	if (!run_options_read(&run_options, options, "resolve", diag) || !ok)
		return STATUS_OK;
	run_options.task = TASK_RESOLVE;
	run_options.scope = options->retry_all ? SCOPE_SKIPPED : SCOPE_NAMED;
	run_options.from_path = options->from;
	if (options->retry_all) {
		run_options.mappings = options->arguments.items;
		run_options.mapping_count = options->arguments.count;
	} else if (!options->from) {
		publish_answers(&run_options, options, first_action(options));
	}
	status = publish_run(&run_options, options, diag);
	free(run_options.answers);
	return status;
}

const struct command command_resolve = {
	.name = "resolve",
	.synopsis = "MAPPING KEY... ACTION -o DIR",
	.summary = "answers a conflict or a failure",
	.example = "  couplet resolve CUSTOMER 10000 --send -o out\n"
		   "  couplet resolve --from decisions.csv -o out\n",
	.text = "Answers a conflict or a failure of the records named, and writes the output folder DIR\n"
		"as sync does: import files where something is to be written, and the new ledger. KEY is\n"
		"an ERP key or uid, or a CRM uid. Every answer takes the record back from the skipped ones.\n"
		"Many answers at once: fill a column decision (send, get, restore, delete, uncouple or\n"
		"retry) into a copy of errors.csv and give it with --from.\n",
	.tables = { &resolve_options, &publish_options, &report_table },
	.argument = "MAPPING and KEY",
	.max_arguments = MANY_ARGUMENTS,
	.run = run_resolve,
};
