/* cmd_couple.c - couplings are made: by matching records, or by hand (1.2, 4.12) */
#include <stdlib.h>

#include "cmd/cmd_publish.h"

static const struct option_row couple_rows[] = {
	{ "mapping", 0, "NAME", "match the uncoupled records of this mapping; may be repeated", TAKE_LIST,
		offsetof(struct options, mappings) },
	{ "create-unmatched", 0, NULL,
		"create records in the CRM that match no row, as the mapping's\n"
		"create-new-on-no-match does",
		TAKE_FLAG, offsetof(struct options, create_unmatched) },
	{ "synch-after", 0, NULL,
		"synchronize what was coupled, as the mapping's\n"
		"synch-after-coupling does",
		TAKE_FLAG, offsetof(struct options, synch_after) },
	{ "from", 0, "FILE.csv", "couple the pairs of this file", TAKE_TEXT, offsetof(struct options, from) },
	{ "allow", 0, "GUARD", "lift this guard for this run; may be repeated", TAKE_GUARD,
		offsetof(struct options, allowed) },
};

static const struct option_table couple_options = { "Couplings", couple_rows, ARRAY_LEN(couple_rows) };

enum { PAIR_ARGUMENTS = 3 };

/* Which of the three ways is meant; only one may be. */
static bool
check_ways(const struct options *options, struct diag *diag)
{
	size_t arguments = options->arguments.count;
	bool by_match = options->mappings.count > 0;
	const struct {
		bool is_wrong;
		const char *sentence;
	} contradictions[] = {
		{ options->from && (by_match || arguments > 0),
			"--from names all that is to be coupled; leave out mappings and keys" },
		{ options->create_unmatched && !by_match,
			"--create-unmatched belongs to --mapping, which finds what has no match" },
		{ !options->from && !by_match && arguments != PAIR_ARGUMENTS,
			"needs --mapping NAME, or MAPPING ERPKEY CRMUID, or --from FILE.csv; see couplet "
			"help couple" },
	};
	bool ok = true;

	for (size_t i = 0; i < ARRAY_LEN(contradictions); i++)
		if (contradictions[i].is_wrong)
			ok = diag_add(diag, STATUS_USAGE, "couple: %s", contradictions[i].sentence);
	return ok;
}

/* --mapping NAME NAME...: further names may follow. */
static struct str *
all_mappings(const struct options *options)
{
	size_t count = options->mappings.count;
	struct str *names = memory_new(count + options->arguments.count, sizeof *names);

	for (size_t i = 0; i < count; i++)
		names[i] = options->mappings.items[i];
	for (size_t i = 0; i < options->arguments.count; i++)
		names[count + i] = options->arguments.items[i];
	return names;
}

static enum status
run_couple(const struct options *options, struct diag *diag)
{
	struct run_options run_options;
	bool ok = check_ways(options, diag);

	ok = publish_check(options, diag) && ok;
	if (!run_options_read(&run_options, options, "couple", diag) || !ok)
		return STATUS_OK;
	struct str *mappings = all_mappings(options);
	run_options.task = TASK_COUPLE;
	run_options.create_unmatched = options->create_unmatched;
	run_options.synch_after = options->synch_after;
	run_options.from_path = options->from;
	if (options->mappings.count > 0) {
		run_options.mappings = mappings;
		run_options.mapping_count = options->mappings.count + options->arguments.count;
	} else if (!options->from) {
		const struct str *names = options->arguments.items;
		run_options.pair =
			(struct pair_name){ .mapping = names[0], .erp_key = names[1], .crm_id = names[2] };
	}
	enum status status = publish_run(&run_options, options, diag);
	free(mappings);
	return status;
}

const struct command command_couple = {
	.name = "couple",
	.synopsis = "--mapping NAME... | MAPPING ERPKEY CRMUID | --from FILE.csv -o DIR",
	.summary = "couples records with the rows that are the same thing",
	.example = "  couplet couple --mapping CUSTOMER --synch-after -o out\n"
		   "  couplet couple CUSTOMER 10000 4f52c7a8-0000-4000-8000-000000000001 -o out\n"
		   "  couplet couple --from out/ambiguous.csv -o out2\n",
	.text = "With --mapping, each uncoupled record of the mapping that passes the table filter is\n"
		"compared with all rows that pass the integration table filter, by the fields with\n"
		"match=\"true\" of one match-priority after the other. Where exactly one row agrees,\n"
		"which is coupled with no other record, the two are coupled. What stays unmatched is\n"
		"in errors.csv, and in ambiguous.csv with every candidate: write couple in the column\n"
		"decision beside the right ones and give the file to --from.\n"
		"\n"
		"MAPPING ERPKEY CRMUID couples one record (by key or uid) with one row. FILE.csv has\n"
		"the columns mapping, erp_key or erp_id, crm_id; with a column decision only lines that\n"
		"say couple there count.\n"
		"\n"
		"A new coupling is not synchronized yet: the next sync does that, or --synch-after.\n",
	.tables = { &couple_options, &publish_options, &report_table },
	.argument = "MAPPING",
	.max_arguments = MANY_ARGUMENTS,
	.run = run_couple,
};
