/* cmd_explain.c - why a run does with one record what it does (1.2, L7) */
#include <stdlib.h>

#include "cmd/cmd_run.h"
#include "sync/explain/explain.h"

static const struct option_row explain_rows[] = {
	{ "match", 0, NULL,
		"also what couple would match the record with (told anyway where it\n"
		"is not coupled and the mapping has match fields)",
		TAKE_FLAG, offsetof(struct options, match) },
};

static const struct option_table explain_options = { "Options", explain_rows, ARRAY_LEN(explain_rows) };

/* Plans a run that the explanation watches; nothing of it is written. */
static bool
watch(struct explanation *e, const struct run_options *run_options, const struct options *options,
	struct diag *diag)
{
	struct run run = { .explanation = e };
	bool ok = run_read(&run, run_options, options, diag) && run_decide(&run, options, diag);

	run_release(&run);
	return ok;
}

/* What couple would do: a run of its own, as it comes before any synchronization. */
static bool
watch_match(struct explanation *e, struct run_options asked, const struct options *options, struct diag *diag)
{
	asked.command = "couple";
	asked.task = TASK_COUPLE;
	asked.is_full = asked.create = asked.keep_creating = false;
	asked.records = NULL;
	asked.record_count = 0;
	asked.record_direction = DIRECTION_NONE;
	asked.mappings = &options->arguments.items[0];
	asked.mapping_count = 1;
	return watch(e, &asked, options, diag);
}

/* --create alone is about this mapping: for a run it would have to be named. */
static struct options
narrow(const struct options *options)
{
	struct options asked = *options;

	if (asked.create && asked.mappings.count == 0 && asked.records.count == 0 && !asked.full)
		asked.mappings = (struct text_list){ &options->arguments.items[0], 1, 1 };
	return asked;
}

static enum status
run_explain(const struct options *options, struct diag *diag)
{
	const struct text_list *arguments = &options->arguments;
	struct options asked = narrow(options);
	struct run_options run_options;
	struct buf text = { 0 };
	struct explanation *e =
		explanation_make((struct explain_query){ arguments->items[0], arguments->items[1],
			arguments->count > 2 ? arguments->items[2] : STR(""), options->verbose });

	bool ok = run_options_read(&run_options, &asked, "explain", diag)
	    && watch(e, &run_options, options, diag);
	if (ok && (options->match || (explanation_can_match(e) && arguments->count < 3)))
		ok = watch_match(e, run_options, options, diag);
	if (ok) {
		explanation_write(e, options->format == OUTPUT_JSON, &text);
		fwrite(text.ptr, 1, text.len, stdout);
	}
	buf_release(&text);
	explanation_release(e);
	return STATUS_OK;
}

const struct command command_explain = {
	.name = "explain",
	.synopsis = "MAPPING KEY [FIELD] [METHOD]",
	.summary = "tells why sync does with one record what it does",
	.example = "  couplet explain CUSTOMER 10000\n"
		   "  couplet explain CUSTOMER 10000 name --full\n",
	.text = "KEY is an ERP key or uid, or a CRM uid. Computes what sync METHOD would, and tells every\n"
		"step for this record: how it was found, stamps and ledger times and what changed by which\n"
		"test, and for each job its filters, whether and why it is selected, the line of the\n"
		"decision table, each field's value on its way through rules, value maps and references,\n"
		"and what would be written or fail. With FIELD, a field of either side, only that field.\n"
		"Writes nothing.\n\n" METHOD_TEXT
		"  --create           as with --mapping MAPPING\n",
	.tables = { &method_options, &explain_options },
	.argument = "MAPPING and KEY",
	.min_arguments = 2,
	.max_arguments = 3,
	.run = run_explain,
};
