/* log_table.c - jobs.csv and errors.csv as tables for people, or as JSON */
#include "cmd/log_table.h"

#include <stdlib.h>

#include "base/json.h"
#include "cmd/log_folders.h"
#include "cmd/manifest.h"
#include "io/reader.h"
#include "model/value.h"

/* The lines that are to be printed, all cells row by row; a first column tells the folder. */
struct log {
	const struct log_kind *kind;
	const struct options *options;
	struct diag *diag;
	struct arena arena;
	struct str *folders;
	size_t folder_count;
	struct str *cells;
	size_t cell_count;
	size_t cell_capacity;
	size_t positions[32];	/* in the file being read, by column of the kind */
	size_t status_position;
	size_t mapping_position;
	int64_t since;		/* runs before are left out; STAMP_NONE = none is */
};

enum { GAP = 2 };

static size_t
row_width(const struct log *log)
{
	return log->kind->column_count + 1;
}

static bool
find_column(struct log *log, const struct reader *reader, const char *path, struct str name, size_t *position)
{
	uint32_t count;
	const struct str *header = reader_header(reader, &count);

	for (uint32_t i = 0; i < count; i++) {
		if (str_equal(header[i], name)) {
			*position = i;
			return true;
		}
	}
	return diag_add(log->diag, STATUS_INVALID,
		"%s: no column \"%.*s\"; name a folder that couplet sync wrote", path, STR_ARG(name));
}

static bool
find_columns(struct log *log, const struct reader *reader, const char *path)
{
	const struct log_kind *kind = log->kind;

	for (size_t i = 0; i < kind->column_count; i++)
		if (!find_column(log, reader, path, str_from(kind->columns[i].name), &log->positions[i]))
			return false;
	return find_column(log, reader, path, str_from(kind->status_column), &log->status_position)
	    && find_column(log, reader, path, STR("mapping"), &log->mapping_position);
}

static bool
is_wanted(const struct log *log, const struct str *cells)
{
	const struct text_list *mappings = &log->options->mappings;
	bool has_mapping = mappings->count == 0;

	for (size_t i = 0; i < mappings->count; i++)
		has_mapping =
			has_mapping || str_equal_nocase(mappings->items[i], cells[log->mapping_position]);
	return has_mapping && (!log->options->status
	    || log->kind->has_status(cells[log->status_position], str_from(log->options->status)));
}

static void
add_cell(struct log *log, struct str text)
{
	log->cells = memory_grow(log->cells, log->cell_count, &log->cell_capacity, sizeof *log->cells);
	log->cells[log->cell_count++] = arena_copy(&log->arena, text);
}

static void
add_rows(struct log *log, const struct batch *batch, uint32_t columns, const char *folder)
{
	for (uint32_t row = 0; row < batch->count; row++) {
		const struct str *cells = &batch->cells[(size_t)row * columns];
		if (!is_wanted(log, cells))
			continue;
		add_cell(log, str_from(folder));
		for (size_t i = 0; i < log->kind->column_count; i++)
			add_cell(log, cells[log->positions[i]]);
	}
}

/* A day stands for its begin. */
static bool
read_since(const struct options *options, int64_t *since, struct diag *diag)
{
	char text[32];

	*since = STAMP_NONE;
	if (!options->since)
		return true;
	snprintf(text, sizeof text, "%sT00:00:00Z", options->since);
	if (stamp_parse(str_from(options->since), since) || stamp_parse(str_from(text), since))
		return true;
	return diag_add(diag, STATUS_USAGE, "%s: --since \"%s\": is no day and no RFC 3339 time, such as "
		"2026-03-01 or 2026-03-01T09:00:00Z", options->command->name, options->since);
}

/* All jobs of a folder have the time of its run (6.2). */
static bool
is_too_old(struct log *log, const char *folder, bool *is_old)
{
	struct manifest manifest = { 0 };
	bool ok = log->since == STAMP_NONE || manifest_read(&manifest, folder, log->diag);

	*is_old = log->since != STAMP_NONE && manifest.now < log->since;
	manifest_release(&manifest);
	return ok;
}

static bool
read_folder(struct log *log, const char *folder)
{
	struct str path = arena_printf(&log->arena, "%s/%s", folder, log->kind->file);
	struct reader_options options = { .path = path.ptr, .shown_path = path, .delimiter = ',' };
	struct reader *reader = reader_open(&options, log->diag);
	enum read_status status = READ_ERROR;
	struct batch batch;
	uint32_t columns;

	if (!reader)
		return false;
	reader_header(reader, &columns);
	if (find_columns(log, reader, path.ptr))
		while ((status = reader_next(reader, &batch)) == READ_BATCH)
			add_rows(log, &batch, columns, folder);
	reader_close(reader);
	return status == READ_END;
}

/* A control character would break the line. */
static void
print_cell(struct str text, size_t width, bool is_number)
{
	size_t count = utf8_count(text);
	int fill = (int)(width > count ? width - count : 0);

	if (is_number)
		printf("%*s", fill, "");
	for (size_t i = 0; i < text.len; i++)
		putchar((unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
	if (!is_number)
		printf("%*s", fill, "");
}

static struct str
column_name(const struct log *log, size_t column)
{
	return column == 0 ? STR("folder") : str_from(log->kind->columns[column - 1].name);
}

/* Columns that are shown: the folder, and the time of its run, only when there are several. */
static bool
is_shown(const struct log *log, size_t column)
{
	if (column == 0)
		return log->folder_count > 1;
	return log->kind->columns[column - 1].is_shown
	    || (log->folder_count > 1 && str_equal(column_name(log, column), STR("start")));
}

static size_t
column_width(const struct log *log, size_t column)
{
	size_t width = column_name(log, column).len;

	for (size_t at = column; at < log->cell_count; at += row_width(log)) {
		size_t count = utf8_count(log->cells[at]);
		width = count > width ? count : width;
	}
	return width;
}

/* The last cell that is shown and not empty ends the line. */
static void
print_line(const struct log *log, const struct str *cells, const size_t *widths)
{
	size_t columns = row_width(log);
	size_t last = columns - 1;
	const char *between = "";

	while (last > 0 && (!is_shown(log, last) || (cells && cells[last].len == 0)))
		last--;
	for (size_t i = 0; i <= last; i++) {
		if (!is_shown(log, i))
			continue;
		printf("%*s", between[0] ? GAP : 0, "");
		print_cell(cells ? cells[i] : column_name(log, i), i == last ? 0 : widths[i],
			i > 0 && log->kind->columns[i - 1].is_number);
		between = " ";
	}
	putchar('\n');
}

static void
print_text(const struct log *log)
{
	size_t columns = row_width(log);
	size_t *widths = memory_new(columns, sizeof *widths);

	for (size_t i = 0; i < columns; i++)
		widths[i] = column_width(log, i);
	print_line(log, NULL, widths);
	for (size_t at = 0; at < log->cell_count; at += columns)
		print_line(log, &log->cells[at], widths);
	free(widths);
}

static void
print_json(const struct log *log)
{
	struct buf out = { 0 };
	size_t columns = row_width(log);

	buf_add_char(&out, '[');
	for (size_t at = 0; at < log->cell_count; at++) {
		size_t column = at % columns;
		uint64_t number;
		buf_add(&out, column > 0 ? STR(",") : at > 0 ? STR(",\n{") : STR("\n{"));
		json_add_string(&out, column_name(log, column));
		buf_add_char(&out, ':');
		if (column > 0 && log->kind->columns[column - 1].is_number
			&& str_to_u64(log->cells[at], &number))
			buf_add_u64(&out, number);
		else
			json_add_string(&out, log->cells[at]);
		if (column == columns - 1)
			buf_add_char(&out, '}');
	}
	buf_add(&out, log->cell_count > 0 ? STR("\n]\n") : STR("]\n"));
	fwrite(out.ptr, 1, out.len, stdout);
	buf_release(&out);
}

/* --status must be one of those that this log knows. */
static bool
check_status(const struct log_kind *kind, const struct options *options, struct diag *diag)
{
	struct str names = str_from(kind->statuses);

	if (!options->status)
		return true;
	while (names.len > 0)
		if (str_equal(str_cut(names, '|', &names), str_from(options->status)))
			return true;
	return diag_add(diag, STATUS_USAGE, "%s: --status \"%s\": is none of %s", options->command->name,
		options->status, kind->statuses);
}

bool
log_print(const struct log_kind *kind, const struct options *options, struct diag *diag)
{
	struct log log = { .kind = kind, .options = options, .diag = diag };
	bool ok = check_status(kind, options, diag);

	ok = read_since(options, &log.since, diag) && ok;
	ok = ok && log_folders(options, &log.arena, &log.folders, &log.folder_count, diag);
	for (size_t i = 0; ok && i < log.folder_count; i++) {
		bool is_old;
		ok = is_too_old(&log, log.folders[i].ptr, &is_old)
		    && (is_old || read_folder(&log, log.folders[i].ptr));
	}
	if (ok && options->format == OUTPUT_JSON)
		print_json(&log);
	else if (ok)
		print_text(&log);
	free(log.cells);
	free(log.folders);
	arena_release(&log.arena);
	return ok;
}
