/* convert_job.c - which table a conversion reads, and what a setup says of it */
#include "cmd/convert_job.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sync/load/load_members.h"
#include "sync/load/load_paths.h"

bool
convert_ends_with(struct str text, const char *end)
{
	struct str tail = str_from(end);

	return text.len >= tail.len
	    && str_equal_nocase((struct str){ text.ptr + text.len - tail.len, tail.len }, tail);
}

static enum format
format_of_ending(struct str name)
{
	static const struct {
		const char *ending;
		enum format format;
	} endings[] = {
		{ ".csv", FORMAT_CSV },
		{ ".xml", FORMAT_XML },
		{ ".rapidstart", FORMAT_RAPIDSTART },
		{ ".zip", FORMAT_CMT },
	};

	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (convert_ends_with(name, endings[i].ending))
			return endings[i].format;
	return FORMAT_AUTO;
}

bool
convert_choose_format(const char *command, const char *path, enum format format,
	const struct import_format **chosen, bool *is_packed, struct diag *diag)
{
	struct str name = str_from(path);

	*is_packed = convert_ends_with(name, ".gz");
	if (*is_packed)
		name.len -= 3;
	if (format == FORMAT_AUTO)
		format = format_of_ending(name);
	if (format == FORMAT_AUTO)
		return diag_add(diag, STATUS_USAGE,
			"%s: %s: its ending tells no format; end it with .csv, .xml, .rapidstart or "
			".zip, or name the format with --to",
			command, path);
	*chosen = import_format_find(format);
	bool is_one_already = format == FORMAT_RAPIDSTART || format == FORMAT_CMT || format == FORMAT_WIZARD;
	if (*is_packed && is_one_already)
		return diag_add(diag, STATUS_USAGE,
			"%s: %s: files of this format are packed already; leave out .gz", command, path);
	return true;
}

bool
convert_add_to_stdout(void *context, struct str text, struct diag *diag)
{
	/* Whether all of it could be written, main() finds. */
	(void)diag;
	fwrite(text.ptr, 1, text.len, context);
	return true;
}

/* The file's name without folder and endings. */
static struct str
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str name = str_from(slash ? slash + 1 : path);

	if (convert_ends_with(name, ".gz"))
		name.len -= 3;
	const char *point = name.len ? memrchr(name.ptr, '.', name.len) : NULL;
	if (point && point > name.ptr)
		name.len = (size_t)(point - name.ptr);
	return name;
}

static void
read_member(struct convert_job *job, struct str member)
{
	struct reader_options *in = &job->what.in;

	in->member = member;
	in->shown_path = arena_printf(&job->arena, "%s/%.*s", job->in_path, STR_ARG(member));
}

static const struct source *
use_member(struct convert_job *job, const struct source_file *file)
{
	if (file->member.len) {
		read_member(job, file->member);
		job->member_count++;
	}
	return file->source;
}

static bool
check_one_member(const struct convert_job *job, size_t count, struct str table)
{
	return count <= 1
		|| diag_add(job->diag, STATUS_USAGE,
			"convert: %s: several members hold table %.*s, and one is read; unpack the one that "
			"is meant",
			job->in_path, STR_ARG(table));
}

/* 5.0: of an archive one member is read: that of a package, the one that is called as the table, or the only
 * one. */
bool
convert_choose_member(struct convert_job *job)
{
	const char *table = job->options->table;
	struct table_def def = { .name = table ? str_from(table) : base_name(job->in_path) };
	struct source source = { .line = 0 };
	struct members members = { .def = &def, .source = &source, .arena = &job->arena,
		.advice = "name one with --table" };

	if (!zip_is_archive(job->in_path))
		return true;
	if (!members_choose(&members, str_from(job->in_path), str_from(job->in_path), job->diag))
		return members.why.len == 0 ? false : diag_add(job->diag, STATUS_USAGE, "convert: %s: %.*s",
			job->in_path, STR_ARG(members.why));
	read_member(job, members.names[0]);
	return check_one_member(job, members.count, def.name);
}

/* Whether the path is one of the table's sources; what of them is missing does not matter here. */
static const struct source *
find_source(struct convert_job *job, const struct table_def *def)
{
	struct source_files files = { 0 };
	struct diag unheard = { 0 };
	struct stat info;
	const struct source *found = NULL;

	load_find_files(&job->setup, def, &job->arena, &files, &unheard);
	job->member_count = 0;
	bool is_there = stat(job->in_path, &info) == 0;
	for (size_t i = 0; is_there && i < files.count; i++)
		if (files.list[i].inode == info.st_ino && files.list[i].device == info.st_dev)
			found = use_member(job, &files.list[i]);
	free(files.list);
	diag_release(&unheard);
	return found;
}

static bool
fail_table(struct convert_job *job, const char *what)
{
	struct buf names = { 0 };

	for (size_t i = 0; i < job->setup.table_count; i++)
		buf_printf(&names, "%s%.*s", i ? ", " : "", STR_ARG(job->setup.tables[i]->name));
	diag_add(job->diag, STATUS_USAGE, "convert: %s; name one of the setup's tables with --table: %.*s",
		what, STR_ARG(buf_str(&names)));
	buf_release(&names);
	return false;
}

/* Both systems may have a table Contact: the one that is read from IN comes first, then the one of the system
 * that writes or imports such files, then the one that is written so. */
static unsigned
rank_of(struct convert_job *job, const struct table_def *def, struct str name)
{
	const struct import_format *to = job->what.format;
	bool is_crm = def->system->side == CRM;
	bool is_format = is_crm ? to->is_package || to->is_for_wizard : to == &import_rapidstart;

	return (find_source(job, def) ? 4 : 0) + (is_format ? 2 : 0) + (str_equal(def->name, name) ? 1 : 0);
}

/* The table that --table names, in either system; by number where it is one. */
static struct table_def *
find_named(struct convert_job *job)
{
	struct str name = str_from(job->options->table);
	struct table_def *erp = setup_find_table(&job->setup, ERP, name);
	struct table_def *crm = setup_find_table(&job->setup, CRM, name);
	uint64_t number = 0;

	if (erp && crm)
		return rank_of(job, crm, name) > rank_of(job, erp, name) ? crm : erp;
	if (erp || crm)
		return erp ? erp : crm;
	str_to_u64(name, &number);
	for (size_t i = 0; number != 0 && i < job->setup.table_count; i++)
		if (job->setup.tables[i]->id == number)
			return job->setup.tables[i];
	return NULL;
}

/* The table of the setup: the named one, else the one that is read from this file. */
static bool
choose_def(struct convert_job *job, const struct source **source)
{
	struct table_def *def = NULL;
	size_t count = 0;

	if (job->options->table) {
		def = find_named(job);
		if (!def)
			return fail_table(job, arena_printf(&job->arena, "--table %s: no such table in %s",
				job->options->table, job->options->setup).ptr);
		*source = find_source(job, def);
	}
	for (size_t i = 0; !job->options->table && i < job->setup.table_count; i++) {
		const struct source *found = find_source(job, job->setup.tables[i]);
		if (!found)
			continue;
		*source = found;
		def = job->setup.tables[i];
		count++;
	}
	if (!def || count > 1)
		return fail_table(job, arena_printf(&job->arena, "%s is a source of %s in %s", job->in_path,
			count > 1 ? "several tables" : "no table", job->options->setup).ptr);
	job->what.def = def;
	return true;
}

/* What the command line says comes first. */
bool
convert_use_setup(struct convert_job *job)
{
	static const enum reader_kind kinds[] = { READER_AUTO, READER_CSV, READER_XML, READER_RAPIDSTART,
		READER_CMT, READER_SPREADSHEET };
	struct reader_options *in = &job->what.in;
	const struct source *source = NULL;

	if (!choose_def(job, &source))
		return false;
	const struct table_def *def = job->what.def;
	job->what.locale = def->source_count ? def->sources[0].format.locale : def->system->locale;
	in->table_name = def->name;
	in->table_id = def->id;
	if (!source)
		return convert_choose_member(job);
	if (!check_one_member(job, job->member_count, def->name))
		return false;
	job->what.locale = source->format.locale;
	in->delimiter = in->delimiter ? in->delimiter : source->format.delimiter;
	in->quote = source->format.quote;
	in->encoding = in->encoding.len ? in->encoding : source->format.encoding;
	in->record = in->record.len ? in->record : source->format.record;
	in->kind = in->kind != READER_AUTO ? in->kind : kinds[source->format.format];
	return true;
}

static bool
fail_tables(const struct convert_job *job, const char *what)
{
	struct buf names = { 0 };

	table_list_write(&job->tables, &names);
	diag_add(job->diag, STATUS_USAGE, "convert: %s: %s; name one of them with --table: %.*s",
		job->in_path, what, STR_ARG(buf_str(&names)));
	buf_release(&names);
	return false;
}

bool
convert_choose_table(struct convert_job *job)
{
	struct reader_options *in = &job->what.in;
	const struct listed_table *table = job->tables.items;

	job->what.name = job->options->table ? str_from(job->options->table) : base_name(job->in_path);
	if (job->tables.count == 0)
		return true;
	if (job->options->table)
		table = table_list_find(&job->tables, str_from(job->options->table));
	if (!table)
		return fail_tables(job, "does not hold that table");
	if (!job->options->table && job->tables.count > 1)
		return fail_tables(job, "holds several tables, and one file holds one (a folder OUT/ all)");
	job->what.name = in->table_name = table->name;
	in->table_id = table->id;
	return true;
}

struct table_def *
convert_find_def(struct convert_job *job, const struct listed_table *table)
{
	const struct table_list one = { (struct listed_table *)(uintptr_t)table, 1, 1 };
	struct table_def *best = NULL;

	for (size_t i = 0; i < job->setup.table_count; i++) {
		struct table_def *def = job->setup.tables[i];
		if (table->id != 0 && def->id == table->id)
			return def;
		if ((table->id == 0 || def->id == 0) && table_list_find(&one, def->name) &&
		    (!best || rank_of(job, def, table->name) > rank_of(job, best, table->name)))
			best = def;
	}
	return best;
}
