/* couple_file.c - the file of couplings by hand that --from names (1.2) */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sync/match/couple.h"

enum column { COLUMN_MAPPING, COLUMN_ERP_KEY, COLUMN_ERP_ID, COLUMN_CRM_ID, COLUMN_DECISION, COLUMNS };

static const struct str column_names[COLUMNS] = {
	[COLUMN_MAPPING] = { "mapping", 7 },
	[COLUMN_ERP_KEY] = { "erp_key", 7 },
	[COLUMN_ERP_ID] = { "erp_id", 6 },
	[COLUMN_CRM_ID] = { "crm_id", 6 },
	[COLUMN_DECISION] = { "decision", 8 },
};

#define NO_COLUMN UINT32_MAX

/* The file being read. */
struct couple_file {
	struct run *run;
	struct diag *diag;
	uint32_t at[COLUMNS];	/* in the file, or NO_COLUMN */
	size_t capacity;	/* of run->pairs */
	uint64_t passed_over;	/* lines that say something else than couple */
};

static bool
fail_missing(const struct couple_file *file, const char *what)
{
	return diag_add(file->diag, STATUS_INVALID,
		"%.*s:1: column %s is missing; the file needs mapping, erp_key or erp_id, and crm_id",
		STR_ARG(file->run->from.path), what);
}

static bool
find_columns(struct couple_file *file, const struct str *header, uint32_t count)
{
	bool ok = true;

	for (unsigned c = 0; c < COLUMNS; c++) {
		file->at[c] = NO_COLUMN;
		for (uint32_t i = 0; i < count; i++) {
			if (!str_equal_nocase(str_trim(header[i]), column_names[c]))
				continue;
			if (file->at[c] != NO_COLUMN)
				ok = diag_add(file->diag, STATUS_INVALID,
					"%.*s:1: columns %u and %u are both \"%.*s\"; take one of them out",
					STR_ARG(file->run->from.path), file->at[c] + 1, i + 1,
					STR_ARG(column_names[c]));
			else
				file->at[c] = i;
		}
	}
	if (file->at[COLUMN_MAPPING] == NO_COLUMN)
		ok = fail_missing(file, "\"mapping\"");
	if (file->at[COLUMN_ERP_KEY] == NO_COLUMN && file->at[COLUMN_ERP_ID] == NO_COLUMN)
		ok = fail_missing(file, "\"erp_key\" or \"erp_id\"");
	if (file->at[COLUMN_CRM_ID] == NO_COLUMN)
		ok = fail_missing(file, "\"crm_id\"");
	return ok;
}

static struct str
cell_of(const struct couple_file *file, const struct str *cells, enum column column)
{
	return file->at[column] == NO_COLUMN ? STR("") : str_trim(cells[file->at[column]]);
}

/* Whether a line has anything to say; a spreadsheet leaves lines of commas behind. */
static bool
is_chosen(struct couple_file *file, const struct str *cells)
{
	if (file->at[COLUMN_DECISION] != NO_COLUMN
		&& !str_equal_nocase(cell_of(file, cells, COLUMN_DECISION), STR("couple"))) {
		file->passed_over++;
		return false;
	}
	return cell_of(file, cells, COLUMN_MAPPING).len || cell_of(file, cells, COLUMN_ERP_KEY).len
	    || cell_of(file, cells, COLUMN_ERP_ID).len || cell_of(file, cells, COLUMN_CRM_ID).len;
}

static bool
fail_blank(const struct couple_file *file, uint64_t line, const char *what, const char *advice)
{
	return diag_add(file->diag, STATUS_USAGE, "%.*s:%llu: %s is blank; %s", STR_ARG(file->run->from.path),
		(unsigned long long)line, what, advice);
}

static bool
take_line(struct couple_file *file, const struct str *cells, uint64_t line)
{
	struct run *run = file->run;
	struct arena *arena = &run->plan.arena;
	bool ok = true;

	if (!is_chosen(file, cells))
		return true;
	struct pair_name name = { .line = line,
		.mapping = arena_copy(arena, cell_of(file, cells, COLUMN_MAPPING)),
		.erp_key = arena_copy(arena, cell_of(file, cells, COLUMN_ERP_KEY)),
		.erp_id = arena_copy(arena, cell_of(file, cells, COLUMN_ERP_ID)),
		.crm_id = arena_copy(arena, cell_of(file, cells, COLUMN_CRM_ID)) };
	if (name.mapping.len == 0)
		ok = fail_blank(file, line, "mapping", "name the mapping");
	if (name.erp_key.len == 0 && name.erp_id.len == 0)
		ok = fail_blank(file, line, "the ERP record",
			"give its key in erp_key, or its uid in erp_id");
	if (name.crm_id.len == 0)
		ok = fail_blank(file, line, "crm_id", "give the uid of the row to couple the record with");
	run->pairs = memory_grow(run->pairs, run->pair_count, &file->capacity, sizeof *run->pairs);
	run->pairs[run->pair_count++] = name;
	return ok;
}

/* All lines are looked at, so that every wrong one is told. */
static bool
take_lines(struct couple_file *file, struct reader *reader)
{
	uint32_t columns;
	const struct str *header = reader_header(reader, &columns);
	enum read_status status;
	struct batch batch;
	bool ok = true;

	if (!find_columns(file, header, columns))
		return false;
	while ((status = reader_next(reader, &batch)) == READ_BATCH) {
		for (uint32_t i = 0; i < batch.count; i++)
			ok = take_line(file, batch.cells + (size_t)i * columns, batch.lines[i]) && ok;
		file->run->from.records += batch.count;
	}
	return ok && status == READ_END;
}

static bool
read_file(struct couple_file *file)
{
	struct run_file *from = &file->run->from;
	struct reader_options options = { .path = from->path.ptr, .shown_path = from->path };
	struct stat info;

	if (stat(from->path.ptr, &info) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return diag_add(file->diag, STATUS_INVALID,
			"%.*s: there is no such file; --from names a CSV file of couplings",
			STR_ARG(from->path));
	struct reader *reader = reader_open(&options, file->diag);
	if (!reader)
		return false;
	bool ok = take_lines(file, reader);
	if (ok) {
		from->digest = reader_digest(reader);
		from->is_read = true;
	}
	reader_close(reader);
	return ok;
}

bool
couple_read_file(struct run *run, struct diag *diag)
{
	struct couple_file file = { .run = run, .diag = diag };

	run->from.path = arena_copy(&run->plan.arena, str_from(run->options->from_path));
	if (!read_file(&file))
		return false;
	if (run->pair_count > 0)
		return true;
	if (file.passed_over > 0)
		return diag_add(diag, STATUS_USAGE,
			"%.*s: no line says couple in column \"decision\"; write it beside the pairs to "
			"couple",
			STR_ARG(run->from.path));
	return diag_add(diag, STATUS_USAGE, "%.*s: holds no line, so there is nothing to couple",
		STR_ARG(run->from.path));
}
