/* cmd_uncouple.c - couplings taken out of the ledger (1.2, 4.14) */
#include <stdlib.h>

#include "cmd/cmd_publish.h"

static const struct option_row uncouple_rows[] = {
	{ "all", 0, NULL, "all couplings of MAPPING; without it, of all mappings", TAKE_FLAG,
		offsetof(struct options, all) },
	{ "deleted", 0, NULL, "of these only those with a side deleted: absent from a full export",
		TAKE_FLAG, offsetof(struct options, deleted) },
	{ "allow", 0, "GUARD", "lift this guard for this run; may be repeated", TAKE_GUARD,
		offsetof(struct options, allowed) },
};

static const struct option_table uncouple_options = { "Options of uncouple", uncouple_rows,
	ARRAY_LEN(uncouple_rows) };

static bool
check(const struct options *options, struct diag *diag)
{
	size_t arguments = options->arguments.count;
	bool has_scope = options->all || options->deleted;

	if (options->all && options->deleted)
		return diag_add(diag, STATUS_USAGE,
			"uncouple: --all and --deleted contradict each other; give one");
	if (has_scope && arguments > 1)
		return diag_add(diag, STATUS_USAGE,
			"uncouple: %s names all of a mapping; leave out the keys, or leave it out",
			options->all ? "--all" : "--deleted");
	if (!has_scope && arguments == 0)
		return diag_add(diag, STATUS_USAGE,
			"uncouple: needs MAPPING and KEY, or --all or --deleted; see couplet help uncouple");
	if (!has_scope && arguments == 1)
		return diag_add(diag, STATUS_USAGE,
			"uncouple: which couplings of %.*s? name the records by key, or say --all or "
			"--deleted",
			STR_ARG(options->arguments.items[0]));
	return true;
}

static enum status
run_uncouple(const struct options *options, struct diag *diag)
{
	struct run_options run_options;
	enum status status = STATUS_OK;
	bool ok = check(options, diag);
	bool is_named = !options->all && !options->deleted;

	ok = publish_check(options, diag) && ok;
	if (!run_options_read(&run_options, options, "uncouple", diag) || !ok)
		return STATUS_OK;
	run_options.task = TASK_UNCOUPLE;
	run_options.scope = is_named ? SCOPE_NAMED : options->all ? SCOPE_ALL : SCOPE_DELETED;
	run_options.mappings = options->arguments.items;
	run_options.mapping_count = is_named ? 0 : options->arguments.count;
	if (is_named)
		publish_answers(&run_options, options, RESOLVE_UNCOUPLE);
	status = publish_run(&run_options, options, diag);
	free(run_options.answers);
	return status;
}

const struct command command_uncouple = {
	.name = "uncouple",
	.synopsis = "MAPPING [KEY...] -o DIR",
	.summary = "takes couplings out of the ledger",
	.example = "  couplet uncouple CUSTOMER 10000 20000 -o out\n"
		   "  couplet uncouple --deleted -o out\n",
	.text = "Takes couplings out of the ledger, skipped and pending ones too, and writes the output\n"
		"folder DIR. KEY is an ERP key or uid, or a CRM uid. The records stay as they are on both\n"
		"sides, and are ordinary uncoupled records again: where creating is allowed the next run\n"
		"creates them on the other side. couplet commit DIR adopts the ledger.\n",
	.tables = { &uncouple_options, &publish_options, &report_table },
	.argument = "MAPPING",
	.max_arguments = MANY_ARGUMENTS,
	.run = run_uncouple,
};
