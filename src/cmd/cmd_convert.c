/* cmd_convert.c - any readable file as any writable one (1.2 Files) */
#include <stdio.h>

#include "base/json.h"
#include "cmd/convert_job.h"
#include "cmd/convert_wizard.h"
#include "io/new_file.h"
#include "io/output.h"
#include "model/locale.h"

/* In the order of enum format. */
#define READ_FORMATS "csv|xml|rapidstart|cmt|spreadsheet"
#define WRITTEN_FORMATS READ_FORMATS "|wizard"

static const struct option_row convert_rows[] = {
	{ "table", 0, "NAME", "the table, where the file holds several; by name or number", TAKE_TEXT,
		offsetof(struct options, table) },
	{ "to", 0, WRITTEN_FORMATS, "the format of OUT (default: by its ending)", TAKE_CHOICE,
		offsetof(struct options, to_format) },
	{ "from", 0, READ_FORMATS, "the format of IN (default: by its content)", TAKE_CHOICE,
		offsetof(struct options, from_format) },
	{ "delimiter", 0, "CHARACTER", "between the values of a CSV file; tab for a tab", TAKE_TEXT,
		offsetof(struct options, delimiter) },
	{ "encoding", 0, "NAME", "of IN, as iconv knows it (default: byte order mark, else UTF-8)",
		TAKE_TEXT, offsetof(struct options, encoding) },
	{ "record", 0, "PATH", "of XML: the elements from the root to a record, such as Customers/Customer",
		TAKE_TEXT, offsetof(struct options, record_path) },
};

static const struct option_table convert_options = { "Options", convert_rows, ARRAY_LEN(convert_rows) };

static bool
is_folder(const struct convert_job *job)
{
	return convert_ends_with(str_from(job->out_path), "/");
}

static bool
choose_format(struct convert_job *job)
{
	enum format format = (enum format)job->options->to_format;

	if (format == FORMAT_AUTO && is_folder(job))
		format = FORMAT_CSV;
	return convert_choose_format("convert", job->out_path, format, &job->what.format,
		&job->what.is_packed, job->diag);
}

static bool
choose_delimiter(const struct convert_job *job, struct reader_options *in)
{
	struct str text = str_from(job->options->delimiter);

	if (text.len == 0)
		return true;
	if (str_equal(text, STR("tab")))
		text = STR("\t");
	in->delimiter = text.ptr[0];
	return (text.len == 1 && (unsigned char)*text.ptr < 0x80 && !strchr("\"\r\n", *text.ptr))
	    || diag_add(job->diag, STATUS_USAGE,
		    "convert: --delimiter \"%.*s\": is no single character; give one such as ; or tab",
		    STR_ARG(text));
}

/* One file that was written: a line, or an object. */
static void
note(struct convert_job *job, struct str path, const struct converted *result)
{
	const struct table_def *def = job->what.def;
	struct str name = def ? def->name : job->what.name;
	struct buf *out = &job->summary;

	if (job->options->format != OUTPUT_JSON) {
		buf_printf(out, "%.*s  %.*s  %llu records  %u fields\n", STR_ARG(path), STR_ARG(name),
			(unsigned long long)result->records, result->fields);
		return;
	}
	buf_add(out, out->len ? STR(",{\"file\":") : STR("{\"file\":"));
	json_add_string(out, path);
	buf_add(out, STR(",\"table\":"));
	json_add_string(out, name);
	buf_printf(out, ",\"records\":%llu,\"fields\":%u}", (unsigned long long)result->records,
		result->fields);
}

static void
show(const struct convert_job *job)
{
	struct str text = buf_str(&job->summary);

	if (job->options->format == OUTPUT_JSON)
		printf("{\"schema\":\"couplet/convert/1\",\"files\":[%.*s],\"status\":0}\n", (int)text.len,
			text.ptr);
	else if (!job->options->quiet)
		fwrite(text.ptr, 1, text.len, stdout);
}

/* What the files of a table are called in an archive: as people call the table, else as it is called. */
static struct str
people_name(const struct convert_job *job)
{
	const struct table_def *def = job->what.def;

	if (!def)
		return job->what.name;
	if (def->display_name.len)
		return def->display_name;
	return def->entity && def->entity->display_name.len ? def->entity->display_name : def->name;
}

/* The records of one table, as parts for archives. */
static bool
convert_for_wizard(struct convert_job *job, struct convert_wizard *wizard, struct converted *result)
{
	wizard_begin_table(wizard, people_name(job));
	job->what.sink = wizard_add;
	job->what.context = wizard;
	return convert(&job->what, result, job->diag);
}

struct one_archive {
	struct convert_job *job;
	record_sink *sink;
	void *context;		/* of the sink */
};

static bool
take_one_archive(void *context, unsigned number, struct str archive, struct diag *diag)
{
	const struct one_archive *one = context;

	if (number == 0)
		return one->sink(one->context, archive, diag);
	return diag_add(diag, STATUS_USAGE,
		"convert: %s: the records take more than one file below 8 MB, which is what the import "
		"wizard reads at once; name a folder OUT/ for the archives", one->job->out_path);
}

static bool
convert_into(struct convert_job *job, record_sink *sink, void *context, struct converted *result)
{
	struct one_archive one = { job, sink, context };

	job->what.sink = sink;
	job->what.context = context;
	if (!job->what.format->is_for_wizard)
		return convert(&job->what, result, job->diag);
	struct convert_wizard *wizard = wizard_open(take_one_archive, &one);
	bool ok = convert_for_wizard(job, wizard, result) && wizard_finish(wizard, job->diag);
	wizard_close(wizard);
	return ok;
}

static bool
add_to_file(void *context, struct str text, struct diag *diag)
{
	return new_file_add(context, text, diag);
}

static bool
write_file(struct convert_job *job)
{
	struct new_file file = { 0 };
	struct converted result;

	bool ok = new_file_begin(&file, job->out_path, job->diag)
	    && convert_into(job, add_to_file, &file, &result);
	if (ok)
		note(job, str_from(job->out_path), &result);
	ok = ok && new_file_publish(&file, job->diag);
	if (ok)
		show(job);
	new_file_release(&file);
	return ok;
}

static bool
write_out(struct convert_job *job)
{
	struct converted result;

	if (strcmp(job->out_path, "-") != 0)
		return write_file(job);
	return convert_into(job, convert_add_to_stdout, stdout, &result);
}

static bool
add_to_folder(void *context, struct str text, struct diag *diag)
{
	return output_add(context, text, diag);
}

/* The next table that is read. */
static void
use_table(struct convert_job *job, const struct listed_table *table)
{
	struct convert_options *what = &job->what;

	what->name = what->in.table_name = table->name;
	what->in.table_id = table->id;
	what->def = convert_find_def(job, table);
	what->locale = what->def ? what->def->system->locale : locale_find(STR(""));
}

static bool
write_table(struct convert_job *job, struct output *out, const struct listed_table *table)
{
	struct convert_options *what = &job->what;
	struct buf name = { 0 };
	struct converted result;

	use_table(job, table);
	path_add_safe_name(table->name, &name);
	struct str path = arena_printf(&job->arena, "%.*s.%s", STR_ARG(buf_str(&name)),
		what->format->extension);
	buf_release(&name);
	if (!output_file_begin(out, path, job->diag) || !convert(what, &result, job->diag))
		return false;
	note(job, arena_printf(&job->arena, "%s%.*s", job->out_path, STR_ARG(path)), &result);
	return output_file_end(out, result.records, job->diag);
}

static bool
take_archive(void *context, unsigned number, struct str archive, struct diag *diag)
{
	struct output *out = context;
	struct str name = number == 0 ? STR("import.zip")
		: arena_printf(&out->arena, "import.%u.zip", number);

	return output_file_begin(out, name, diag) && output_add(out, archive, diag)
	    && output_file_end(out, 0, diag);
}

static bool
add_to_archives(struct convert_job *job, struct convert_wizard *wizard)
{
	struct converted result;

	if (!convert_for_wizard(job, wizard, &result))
		return false;
	note(job, str_from(job->out_path), &result);
	return true;
}

/* All tables of the file, or its only one, in as many archives as they need. */
static bool
write_archives(struct convert_job *job, struct output *out)
{
	struct convert_wizard *wizard = wizard_open(take_archive, out);
	bool is_one = job->tables.count == 0 || job->options->table;
	bool ok = true;

	if (is_one)
		ok = (job->what.setup ? convert_use_setup(job) : convert_choose_table(job))
		    && add_to_archives(job, wizard);
	for (size_t i = 0; ok && i < job->tables.count; i++) {
		use_table(job, &job->tables.items[i]);
		ok = add_to_archives(job, wizard);
	}
	ok = ok && wizard_finish(wizard, job->diag);
	wizard_close(wizard);
	return ok;
}

static bool
write_tables(struct convert_job *job, struct output *out)
{
	bool ok = true;

	if (job->what.format->is_for_wizard)
		return write_archives(job, out);
	job->what.sink = add_to_folder;
	job->what.context = out;
	for (size_t i = 0; ok && i < job->tables.count; i++)
		ok = write_table(job, out, &job->tables.items[i]);
	return ok;
}

/* All tables of the file, a file for each. */
static bool
write_folder(struct convert_job *job)
{
	struct output out = { 0 };

	if (job->tables.count == 0 && !job->what.format->is_for_wizard)
		return diag_add(job->diag, STATUS_USAGE,
			"convert: %s: holds one table; name a file for it, not a folder", job->in_path);
	bool ok = output_begin(&out, job->out_path, job->diag) && write_tables(job, &out)
	    && output_publish(&out, job->diag);
	if (ok)
		show(job);
	output_release(&out);
	return ok;
}

static bool
run_job(struct convert_job *job)
{
	const struct options *options = job->options;
	struct reader_options *in = &job->what.in;

	job->in_path = options_argument(options, 0);
	job->out_path = options_argument(options, 1);
	job->what.shown_out = str_from(job->out_path);
	*in = (struct reader_options){
		.path = job->in_path,
		.shown_path = str_from(job->in_path),
		.kind = (enum reader_kind)options->from_format,
		.encoding = str_from(options->encoding),
		.record = str_from(options->record_path),
		.report_bad_records = true,
	};
	if (!choose_format(job) || !choose_delimiter(job, in))
		return false;
	if (options->setup && !setup_load(&job->setup, options->setup, job->diag))
		return false;
	job->what.setup = options->setup ? &job->setup : NULL;
	if (options->setup && !is_folder(job))
		return convert_use_setup(job) && write_out(job);
	if (!convert_choose_member(job) || !table_list_read(&job->tables, in, &job->arena, job->diag))
		return false;
	return is_folder(job) ? write_folder(job) : convert_choose_table(job) && write_out(job);
}

static enum status
run_convert(const struct options *options, struct diag *diag)
{
	struct convert_job job = { .options = options, .diag = diag };

	run_job(&job);
	table_list_release(&job.tables);
	setup_release(&job.setup);
	buf_release(&job.summary);
	arena_release(&job.arena);
	return STATUS_OK;
}

const struct command command_convert = {
	.name = "convert",
	.synopsis = "IN OUT [--table NAME] [--to FORMAT]",
	.summary = "writes the records of a file in another format",
	.example = "  couplet convert CUSTOMERS.rapidstart customers.csv\n"
		   "  couplet -s couplet.xml convert erp/customers.csv customers.rapidstart\n"
		   "  couplet convert data.zip contacts.xml.gz --table contact\n",
	.text = "Reads one table of IN and writes OUT, a new file, whole or not at all. IN is CSV, XML of\n"
		"records, a RapidStart or CMT package, an XML spreadsheet, packed or not, or a zip archive\n"
		"of these; its content tells which. OUT's format is told by its ending: .csv, .xml,\n"
		".rapidstart, .zip (CMT), the first two also with .gz; an XML spreadsheet is --to\n"
		"spreadsheet. OUT - is standard output; a folder OUT/ gets all tables of a package or\n"
		"workbook, one file each.\n"
		"--to wizard writes zip archives for Dataverse's import wizard: one CSV a table, below\n"
		"8 MB, named and headed as people see tables and columns (display-name in the setup). A\n"
		"folder OUT/ gets as many archives as it takes, all files of each below 32 MB.\n"
		"Without --setup every field is text and is written as it is read. With --setup the table\n"
		"(the one that IN is a source of, or --table) tells types, headers, locale and keys: values\n"
		"are written as import files have them. Packages need it. What OUT's format cannot carry\n"
		"is told with record and field, and nothing is written.\n",
	.tables = { &convert_options },
	.argument = "IN and OUT",
	.min_arguments = 2,
	.max_arguments = 2,
	.run = run_convert,
};
