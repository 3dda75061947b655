/* cmd_ledger.c - the ledger: checked, and exchanged with Business Central's own couplings (1.2, 3.5) */
#include <stdio.h>

#include "cmd/convert_job.h"
#include "cmd/ledger_show.h"
#include "io/new_file.h"
#include "model/coupling_base.h"
#include "sync/convert/ledger_exchange.h"

static const struct option_row ledger_rows[] = {
	{ "mapping", 0, "NAME", "import: the mapping, where a table has several; may be repeated", TAKE_LIST,
		offsetof(struct options, mappings) },
	{ "output", 'o', "FILE", "import: the new ledger", TAKE_TEXT, offsetof(struct options, output) },
};

static const struct option_table ledger_options = { "Options", ledger_rows, ARRAY_LEN(ledger_rows) };

static bool
load_setup(struct setup *setup, const struct options *options, struct diag *diag)
{
	return setup_load(setup, options->setup ? options->setup : "couplet.xml", diag);
}

static struct str
ledger_path(const struct setup *setup, const struct options *options)
{
	if (options->arguments.count > 1 && str_equal(options->arguments.items[0], STR("check")))
		return options->arguments.items[1];
	return options->ledger ? str_from(options->ledger) : setup->ledger_path;
}

/* 3.2: a base that cannot be read is an error of the ledger. */
static bool
check_bases(const struct ledger *ledger, const struct setup *setup, struct diag *diag)
{
	struct arena schemes = { 0 };
	struct arena arena = { 0 };
	struct base_scheme *made = arena_array(&schemes, struct base_scheme, setup->mapping_count);
	struct coupling_base base;
	bool ok = true;

	for (size_t i = 0; i < setup->mapping_count; i++)
		made[i] = base_scheme_make(setup->mappings[i], &schemes);
	for (size_t i = 0; i < ledger->count; i++) {
		const struct coupling *c = &ledger->couplings[i];
		arena_reset(&arena);
		if (!base_decode(coupling_base_text(c), &made[c->mapping], &arena, &base))
			ok = diag_add(diag, STATUS_INVALID,
				"%.*s:%u: column 15 \"base\": cannot be read: it is damaged; restore the "
				"line from an earlier ledger, or empty the value and compare both sides "
				"by hand",
				STR_ARG(ledger->path), c->line);
	}
	arena_release(&arena);
	arena_release(&schemes);
	return ok;
}

static void
run_check(const struct options *options, struct diag *diag)
{
	struct setup setup = { 0 };
	struct ledger ledger = { 0 };

	if (load_setup(&setup, options, diag)
		&& ledger_load(&ledger, &setup, ledger_path(&setup, options), options->new_ledger, diag)
		&& check_bases(&ledger, &setup, diag))
		ledger_show(&ledger, &setup, options);
	ledger_release(&ledger);
	setup_release(&setup);
}

static bool
add_to_file(void *context, struct str text, struct diag *diag)
{
	return new_file_add(context, text, diag);
}

static bool
write_export(const struct ledger *ledger, struct setup *setup, const struct options *options,
	struct ledger_export_options *export, struct diag *diag)
{
	const char *path = options_argument(options, 1);
	struct ledger_exported result;
	struct new_file file = { 0 };
	struct buf text = { 0 };
	bool to_stdout = strcmp(path, "-") == 0;

	export->shown_out = str_from(path);
	export->sink = to_stdout ? convert_add_to_stdout : add_to_file;
	export->context = to_stdout ? (void *)stdout : (void *)&file;
	bool ok = (to_stdout || new_file_begin(&file, path, diag))
	    && ledger_export(ledger, setup, export, &result, diag);
	if (ok)
		text = ledger_exported_text(&result, path, to_stdout, options, diag);
	ok = ok && (to_stdout || new_file_publish(&file, diag));
	if (ok)
		ledger_show_text(&text);
	buf_release(&text);
	new_file_release(&file);
	return ok;
}

/* Couplings are rows of Business Central, which knows no such packages. */
static bool
check_export_format(const struct import_format *format, const char *path, struct diag *diag)
{
	return !format->is_package ||
	       diag_add(diag, STATUS_USAGE,
		       "ledger export: %s: Business Central does not import CMT packages; end it with "
		       ".csv, .xml or .rapidstart", path);
}

static void
run_export(const struct options *options, struct diag *diag)
{
	struct setup setup = { 0 };
	struct ledger ledger = { 0 };
	struct ledger_export_options export = { 0 };
	const char *path = options_argument(options, 1);

	bool ok = convert_choose_format("ledger export", path,
			  strcmp(path, "-") == 0 ? FORMAT_CSV : FORMAT_AUTO, &export.format,
			  &export.is_packed, diag)
		&& check_export_format(export.format, path, diag) && load_setup(&setup, options, diag);
	/* Lines of disabled mappings are couplings, too. */
	for (size_t i = 0; ok && i < setup.mapping_count; i++)
		setup.mappings[i]->is_enabled = true;
	if (ok && ledger_load(&ledger, &setup, ledger_path(&setup, options), options->new_ledger, diag))
		write_export(&ledger, &setup, options, &export, diag);
	ledger_release(&ledger);
	setup_release(&setup);
}

/* The ledger_sink of a new file. */
struct new_ledger {
	struct new_file file;
	struct diag *diag;
};

static bool
take_text(void *context, struct str text)
{
	struct new_ledger *to = context;

	return new_file_add(&to->file, text, to->diag);
}

static bool
print_text(void *context, struct str text)
{
	return text.len == 0 || fwrite(text.ptr, 1, text.len, context) == text.len;
}

static bool
write_ledger(const struct ledger *ledger, const struct setup *setup, const struct options *options,
	struct diag *diag)
{
	struct new_ledger to = { .diag = diag };
	uint64_t records;

	if (strcmp(options->output, "-") == 0)
		return ledger_write(ledger, setup, 1, print_text, stdout, &records);
	bool ok = new_file_begin(&to.file, options->output, diag)
	    && ledger_write(ledger, setup, options_threads(options), take_text, &to, &records)
	    && new_file_publish(&to.file, diag);
	new_file_release(&to.file);
	return ok;
}

static enum status
run_import(const struct options *options, struct diag *diag)
{
	struct setup setup = { 0 };
	struct ledger ledger = { 0 };
	struct ledger_imported result = { 0 };
	struct buf text = { 0 };
	enum status status = STATUS_OK;

	if (!options->output) {
		diag_add(diag, STATUS_USAGE,
			"ledger import: needs a new ledger: add -o FILE, such as -o ledger.csv");
		return STATUS_USAGE;
	}
	if (load_setup(&setup, options, diag)
		&& ledger_import(&ledger, &setup, options_argument(options, 1), options->mappings.items,
			options->mappings.count, &result, diag)) {
		enum status done = result.left_out > 0 ? STATUS_FINDINGS : STATUS_OK;
		text = ledger_imported_text(&result, done, options);
		if (write_ledger(&ledger, &setup, options, diag)) {
			ledger_show_text(&text);
			status = done;
		}
	}
	buf_release(&text);
	ledger_release(&ledger);
	setup_release(&setup);
	return status;
}

static bool
check_arguments(const struct options *options, const char *action, size_t count, struct diag *diag)
{
	if (options->arguments.count == count)
		return true;
	return diag_add(diag, STATUS_USAGE, "ledger %s: needs %s; see couplet help ledger", action,
		strcmp(action, "import") == 0 ? "IN, an export of table 5331" : "OUT, a new file");
}

static enum status
run_ledger(const struct options *options, struct diag *diag)
{
	struct str action = options->arguments.items[0];
	struct near_name near = { .wanted = action };

	if (str_equal(action, STR("check"))) {
		run_check(options, diag);
		return STATUS_OK;
	}
	if (str_equal(action, STR("export"))) {
		if (check_arguments(options, "export", 2, diag))
			run_export(options, diag);
		return STATUS_OK;
	}
	if (str_equal(action, STR("import")))
		return check_arguments(options, "import", 2, diag) ? run_import(options, diag) : STATUS_USAGE;
	near_offer(&near, STR("check"));
	near_offer(&near, STR("export"));
	near_offer(&near, STR("import"));
	struct str hint = near_text(&near, "", &diag->arena);
	diag_add(diag, STATUS_USAGE,
		"ledger: unknown action \"%.*s\"%.*s; there are check, export and import", STR_ARG(action),
		STR_ARG(hint));
	return STATUS_USAGE;
}

const struct command command_ledger = {
	.name = "ledger",
	.synopsis = "check [FILE] | export OUT | import IN -o FILE",
	.summary = "checks the ledger; takes couplings from and to Business Central",
	.example = "  couplet ledger check\n"
		   "  couplet ledger export couplings.rapidstart\n"
		   "  couplet ledger import couplings.rapidstart -o ledger.csv\n",
	.text = "check reads a ledger (FILE, or the setup's) as a run would, and counts lines by mapping\n"
		"and state. export writes its couplings as Business Central has them, table 5331 CRM\n"
		"Integration Record, as CSV, XML or a RapidStart package by OUT's ending (- is CSV on\n"
		"standard output), and tells what that table cannot hold. import reads that table and\n"
		"writes a new ledger, FILE; table numbers are resolved to mappings by the ids of the\n"
		"setup's tables. Records that belong to no mapping are left out and told: then it exits\n"
		"with 4.\n",
	.tables = { &ledger_options },
	.argument = "check, export or import",
	.min_arguments = 1,
	.max_arguments = 2,
	.run = run_ledger,
};
