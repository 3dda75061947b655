/* cmd_simulate.c - the world after an import, for trying a run out to its end (L8) */
#include <stdio.h>

#include "base/buf.h"
#include "cmd/cmd_publish.h"
#include "cmd/manifest.h"
#include "sync/prove/simulate.h"

static const struct option_row simulate_rows[] = {
	{ "output", 'o', "DIR2", "the new folder; must not exist or be empty", TAKE_TEXT,
		offsetof(struct options, output) },
};

static const struct option_table simulate_options = { "Options", simulate_rows, ARRAY_LEN(simulate_rows) };

static bool
make_world(const struct options *options, const struct setup *setup, struct manifest *manifest,
	uint64_t *applied, struct diag *diag)
{
	struct arena arena = { 0 };
	struct str *paths = arena_array(&arena, struct str, manifest->output_count);
	struct simulation simulation = {
		.setup = setup,
		.folder = options_argument(options, 0),
		.outputs = paths,
		.output_count = manifest->output_count,
		.now = manifest->now,
	};

	for (size_t i = 0; i < manifest->output_count; i++)
		paths[i] = manifest->outputs[i].path;
	bool ok = simulate(&simulation, options->output, applied, diag);
	arena_release(&arena);
	return ok;
}

/* The new setup file, as it is typed. */
static struct buf
new_setup(const struct options *options)
{
	struct arena arena = { 0 };
	struct buf path = { 0 };

	buf_add_word(&path, arena_printf(&arena, "%s/couplet.xml", options->output));
	arena_release(&arena);
	return path;
}

/* Nothing needs memory here: the folder is published. */
static void
tell_applied(struct str path, uint64_t applied)
{
	printf("applied %llu record%s\nnext  couplet sync -s %.*s -o DIR has nothing to do but what its "
	       "errors.csv names\n",
		(unsigned long long)applied, applied == 1 ? "" : "s", STR_ARG(path));
}

static enum status
run_simulate(const struct options *options, struct diag *diag)
{
	const char *folder = options_argument(options, 0);
	struct manifest manifest = { 0 };
	struct setup setup = { 0 };
	struct buf path = { 0 };
	uint64_t applied = 0;

	if (!options->quiet)
		path = new_setup(options);
	bool ok = publish_check(options, diag)
	    && manifest_read(&manifest, folder, diag) && manifest_check(&manifest, folder, diag)
	    && setup_load(&setup, options->setup ? options->setup : "couplet.xml", diag)
	    && make_world(options, &setup, &manifest, &applied, diag);
	if (ok && !options->quiet)
		tell_applied(buf_str(&path), applied);
	buf_release(&path);
	setup_release(&setup);
	manifest_release(&manifest);
	return STATUS_OK;
}

const struct command command_simulate = {
	.name = "simulate",
	.synopsis = "DIR -o DIR2",
	.summary = "writes the world after the import of a folder",
	.example = "  couplet simulate out -o after\n"
		   "  couplet preview -s after/couplet.xml\n",
	.text = "Applies DIR's import files to copies of the exports as the target systems would: fields\n"
		"cut to length, Codes in upper case, keys and uids assigned, stamps one second after the\n"
		"run. DIR2 then holds exports (as CSV), ledger and a couplet.xml that reads them.\n",
	.tables = { &simulate_options },
	.argument = "DIR, an output folder",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run_simulate,
};
