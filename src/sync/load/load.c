/* load.c - from export files to tables: the order of work, and joining what was read side by side */
#include "sync/load/load.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "model/value.h"
#include "sync/load/load_bind.h"
#include "sync/load/load_file.h"
#include "sync/load/load_paths.h"

/* One used table while it is loaded. */
struct load_table {
	struct table *table;
	struct layout layout;
	struct source_files found;
	size_t first_file;		/* in load.files */
	struct lean_table *lean;	/* NULL: all rows are whole */
	struct diag diag[2];		/* of building the index of uids, and of keys */
};

struct load {
	struct setup *setup;
	struct load_table *tables;
	uint32_t table_count;
	struct load_file *files;	/* by table, in the order in which they are joined */
	uint32_t file_count;
	uint32_t *by_size;		/* files, the largest first */
	struct progress *progress;
};

static bool
find_files(struct load *load, struct table *tables, struct lean_table *leans, struct diag *diag)
{
	const struct setup *setup = load->setup;
	bool ok = true;

	load->tables = memory_new(setup->table_count, sizeof *load->tables);
	for (size_t i = 0; i < setup->table_count; i++) {
		const struct table_def *def = setup->tables[i];
		if (!def->is_used || def->option_field)
			continue;
		struct load_table *table = &load->tables[load->table_count++];
		table->table = &tables[def->number];
		table->first_file = load->file_count;
		layout_make(&table->layout, setup, def, &table->table->arena);
		ok &= load_find_files(setup, def, &table->table->arena, &table->found, diag);
		if (leans && leans[def->number].digest_count && table->found.count <= LEAN_FILES)
			table->lean = &leans[def->number];
		load->file_count += (uint32_t)table->found.count;
	}
	return ok;
}

/* What large runs release goes back to the system at once, what small ones do is used again. */
static void
choose_memory(const struct load *load)
{
	const uint64_t most = 64 * 1024 * 1024;
	uint64_t bytes = 0;

	for (uint32_t t = 0; t < load->table_count; t++)
		for (size_t i = 0; i < load->tables[t].found.count; i++)
			bytes += load->tables[t].found.list[i].size;
	if (bytes <= most)
		memory_keep();
}

static int
compare_sizes(const void *a, const void *b, void *context)
{
	const struct load_file *files = context;
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;
	uint64_t left_size = files[left].source->size;
	uint64_t right_size = files[right].source->size;

	if (left_size != right_size)
		return left_size > right_size ? -1 : 1;
	return left < right ? -1 : 1;
}

static void
read_slice(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct load *load = shared;

	(void)worker;
	for (uint32_t i = begin; i < end; i++)
		load_file_read(&load->files[load->by_size[i]]);
}

/* Large files first, so that no thread begins the largest when the others are done. */
static void
read_files(struct load *load, unsigned threads)
{
	load->files = memory_new(load->file_count, sizeof *load->files);
	load->by_size = memory_new(load->file_count, sizeof *load->by_size);
	for (uint32_t t = 0; t < load->table_count; t++) {
		const struct load_table *table = &load->tables[t];
		for (size_t i = 0; i < table->found.count; i++) {
			load->files[table->first_file + i].source = &table->found.list[i];
			load->files[table->first_file + i].layout = &table->layout;
			load->files[table->first_file + i].lean = table->lean;
			load->files[table->first_file + i].progress = load->progress;
		}
	}
	for (uint32_t i = 0; i < load->file_count; i++)
		load->by_size[i] = i;
	qsort_r(load->by_size, load->file_count, sizeof *load->by_size, compare_sizes, load->files);
	parallel_for(threads, load->file_count, 1, read_slice, load);
}

static void
check_headers(const struct load *load, const struct load_table *table, struct diag *diag)
{
	struct bound_file *bound = memory_new(table->found.count, sizeof *bound);
	size_t count = 0;

	for (size_t i = 0; i < table->found.count; i++) {
		const struct load_file *file = &load->files[table->first_file + i];
		if (file->is_bound)
			bound[count++] = (struct bound_file){ file->file.shown_path, &file->binding };
	}
	layout_check_missing(&table->layout, bound, count, diag);
	free(bound);
}

static void
report_left_out(const struct load_file *file, struct load_report *report)
{
	for (size_t i = 0; i < file->bad_record_count; i++) {
		report->left_out = memory_grow(report->left_out, report->left_out_count,
			&report->left_out_capacity, sizeof *report->left_out);
		report->left_out[report->left_out_count++] = (struct left_out_record){
			.table = file->layout->def,
			.shown_path = arena_copy(&report->arena, file->file.shown_path),
			.line = file->bad_records[i].line,
			.message = arena_copy(&report->arena, file->bad_records[i].message),
		};
	}
}

static bool
join_file(struct load_table *part, struct load_file *file, struct load_report *report, struct diag *diag)
{
	struct table *table = part->table;
	struct lean_table *lean = part->lean;

	report_left_out(file, report);
	diag_join(diag, &file->diag);
	if (!file->is_read)
		return false;
	if (file->rows.row_count > TABLE_MAX_ROWS - table->row_count)
		return diag_add(diag, STATUS_INVALID, "%.*s: table %.*s: its files hold more than %u records",
			STR_ARG(file->file.shown_path), STR_ARG(table->def->name), TABLE_MAX_ROWS);
	if (file->newest_stamp > report->newest_stamp)
		report->newest_stamp = file->newest_stamp;
	if (file->bad_record_count)
		table->is_full = false;
	file->file.first_row = table->row_count;
	if (lean) {
		lean->files[table->file_count] = (struct lean_file){ file->again, file->form };
		lean->files[table->file_count].form.layout = &lean->layout;
		file->again = NULL;
	}
	table->files[table->file_count++] = file->file;
	table_join(table, &file->rows);
	return true;
}

static void
lay_out(struct table *table, const struct layout *layout)
{
	table->def = layout->def;
	table->columns = layout->columns;
	table->column_count = layout->column_count;
	table->uid_column = layout->uid_column;
	table->key_column = layout->key_column;
	table->identity_count = layout->identity_count;
	table->is_full = layout->def->is_full;
}

static bool
join_table(struct load *load, struct load_table *part, struct load_report *report, struct diag *diag)
{
	struct table *table = part->table;
	bool ok = true;

	lay_out(table, &part->layout);
	table->files = arena_array(&table->arena, struct table_file, part->found.count);
	if (part->lean) {
		part->lean->layout = part->layout;
		part->lean->files = arena_array(&table->arena, struct lean_file, part->found.count);
		lean_begin(part->lean, table);
	}
	check_headers(load, part, diag);
	for (size_t i = 0; i < part->found.count; i++)
		ok &= join_file(part, &load->files[part->first_file + i], report, diag);
	return ok;
}

/* Two items a table: the index of its uids, and that of its keys. */
static void
build_slice(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct load *load = shared;

	(void)worker;
	for (uint32_t i = begin; i < end; i++) {
		struct load_table *table = &load->tables[i / 2];
		if (i % 2 == 0)
			table_build_uids(table->table, &table->diag[0]);
		else
			table_build_keys(table->table, &table->diag[1]);
	}
}

static bool
build_indexes(struct load *load, unsigned threads, struct diag *diag)
{
	bool ok = true;

	parallel_for(threads, load->table_count * 2, 1, build_slice, load);
	for (uint32_t i = 0; i < load->table_count; i++) {
		struct load_table *table = &load->tables[i];
		table_share_index(table->table);
		ok &= table->diag[0].status == STATUS_OK && table->diag[1].status == STATUS_OK;
		diag_join(diag, &table->diag[0]);
		diag_join(diag, &table->diag[1]);
	}
	return ok;
}

static void
release(struct load *load)
{
	for (uint32_t i = 0; i < load->file_count; i++)
		load_file_release(&load->files[i]);
	for (uint32_t i = 0; i < load->table_count; i++)
		free(load->tables[i].found.list);
	free(load->files);
	free(load->by_size);
	free(load->tables);
}

/* E41: option 0 is blank, and so is one without a name: no row for either. */
static bool
load_option_set(
	const struct setup *setup, const struct table_def *def, struct table *table, struct diag *diag)
{
	struct layout layout;

	layout_make(&layout, setup, def, &table->arena);
	lay_out(table, &layout);
	for (size_t i = 0; i < def->option_field->option_count; i++) {
		const struct option *option = &def->option_field->options[i];
		struct str label = str_trim(option->name);
		struct cell cells[2];
		if (label.len == 0 || str_equal(option->ordinal, STR("0")))
			continue;
		cells[def->uid->column] = str_cell(option->ordinal);
		cells[def->name_field->column] = str_cell(label);
		table_add(table, cells, STAMP_NONE, def->option_field->line);
	}
	return table_build_indexes(table, diag);
}

bool
load_tables(struct setup *setup, struct table *tables, struct lean_table *leans, unsigned threads,
	struct load_report *report, struct diag *diag)
{
	struct load load = { .setup = setup, .progress = report->progress };
	bool ok = find_files(&load, tables, leans, diag);

	choose_memory(&load);
	report->newest_stamp = STAMP_NONE;
	read_files(&load, threads);
	for (uint32_t i = 0; i < load.table_count; i++)
		ok &= join_table(&load, &load.tables[i], report, diag);
	ok &= build_indexes(&load, threads, diag);
	for (size_t i = 0; i < setup->table_count; i++) {
		const struct table_def *def = setup->tables[i];
		if (def->is_used && def->option_field)
			ok &= load_option_set(setup, def, &tables[def->number], diag);
	}
	release(&load);
	return ok;
}

void
load_report_release(struct load_report *report)
{
	free(report->left_out);
	arena_release(&report->arena);
	*report = (struct load_report){ 0 };
}
