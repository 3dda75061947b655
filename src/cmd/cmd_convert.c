/* cmd_convert.c - any readable file as any writable one (1.2 Files) */
#include <stdio.h>

#include "base/json.h"
#include "cmd/convert_job.h"
#include "io/new_file.h"
#include "io/output.h"
#include "model/locale.h"

#define FORMATS "csv|xml|rapidstart|cmt|spreadsheet"	/* in the order of enum format */

static const struct option_row convert_rows[] = {
	{ "table", 0, "NAME", "the table, where the file holds several; by name or number", TAKE_TEXT,
		offsetof(struct options, table) },
	{ "to", 0, FORMATS, "the format of OUT (default: by its ending)", TAKE_CHOICE,
		offsetof(struct options, to_format) },
	{ "from", 0, FORMATS, "the format of IN (default: by its content)", TAKE_CHOICE,
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

	job->what.sink = add_to_file;
	job->what.context = &file;
	bool ok = new_file_begin(&file, job->out_path, job->diag) && convert(&job->what, &result, job->diag);
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
	job->what.sink = convert_add_to_stdout;
	job->what.context = stdout;
	return convert(&job->what, &result, job->diag);
}

static bool
add_to_folder(void *context, struct str text, struct diag *diag)
{
	return output_add(context, text, diag);
}

static bool
write_table(struct convert_job *job, struct output *out, const struct listed_table *table)
{
	struct convert_options *what = &job->what;
	struct buf name = { 0 };
	struct converted result;

	what->name = what->in.table_name = table->name;
	what->in.table_id = table->id;
	what->def = convert_find_def(job, table);
	what->locale =
		what->def ? what->def->system->locale : locale_find(STR(""));
	path_add_safe_name(table->name, &name);
	struct str path = arena_printf(&job->arena, "%.*s.%s", STR_ARG(buf_str(&name)),
		what->format->extension);
	buf_release(&name);
	if (!output_file_begin(out, path, job->diag) || !convert(what, &result, job->diag))
		return false;
	note(job, arena_printf(&job->arena, "%s%.*s", job->out_path, STR_ARG(path)), &result);
	return output_file_end(out, result.records, job->diag);
}

/* All tables of the file, a file for each. */
static bool
write_folder(struct convert_job *job)
{
	struct output out = { 0 };

	if (job->tables.count == 0)
		return diag_add(job->diag, STATUS_USAGE,
			"convert: %s: holds one table; name a file for it, not a folder", job->in_path);
	job->what.sink = add_to_folder;
	job->what.context = &out;
	bool ok = output_begin(&out, job->out_path, job->diag);
	for (size_t i = 0; ok && i < job->tables.count; i++)
		ok = write_table(job, &out, &job->tables.items[i]);
	ok = ok && output_publish(&out, job->diag);
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
