/* past.c - what an earlier run decided, read back from its output folder */
#include "sync/undo/past.h"

#include <stdlib.h>

#include "io/reader.h"

/* changes.csv (6.3): the columns that are read, in the order of enum change_column. */
enum change_column {
	CHANGE_JOB,
	CHANGE_MAPPING,
	CHANGE_DIRECTION,
	CHANGE_ACTION,
	CHANGE_SIDE,
	CHANGE_KEY,
	CHANGE_ERP_ID,
	CHANGE_CRM_ID,
	CHANGE_RULE,
	CHANGE_FIELD,
	CHANGE_BASE,
	CHANGE_OLD,
	CHANGE_NEW,
	CHANGE_COLUMNS,
};

static const char *const change_columns[CHANGE_COLUMNS] = { "job_id", "mapping", "direction", "action",
	"side", "erp_key", "erp_id", "crm_id", "rule", "field", "base", "old", "new" };

/* errors.csv (6.2) likewise. */
enum finding_column {
	FINDING_MAPPING,
	FINDING_DIRECTION,
	FINDING_SEVERITY,
	FINDING_CODE,
	FINDING_RULE,
	FINDING_KEY,
	FINDING_ERP_ID,
	FINDING_CRM_ID,
	FINDING_FIELD,
	FINDING_MESSAGE,
	FINDING_COLUMNS,
};

static const char *const finding_columns[FINDING_COLUMNS] = { "mapping", "direction", "severity", "code",
	"rule", "erp_key", "erp_id", "crm_id", "field", "message" };

/* One file, and where it has the columns. */
struct past_file {
	struct past *past;
	struct reader *reader;
	struct str path;
	uint32_t width;
	uint32_t positions[CHANGE_COLUMNS];
	struct diag *diag;
};

static bool
find_columns(struct past_file *file, const char *const *names, size_t count)
{
	const struct str *header = reader_header(file->reader, &file->width);

	for (size_t i = 0; i < count; i++) {
		uint32_t at = 0;
		while (at < file->width && !str_equal(header[at], str_from(names[i])))
			at++;
		if (at == file->width)
			return diag_add(file->diag, STATUS_INVALID,
				"%.*s: has no column \"%s\"; name a folder that couplet wrote",
				STR_ARG(file->path), names[i]);
		file->positions[i] = at;
	}
	return true;
}

/* A cell that lives as long as the past; one that repeats what stands before it is shared. */
static struct str
keep(struct past_file *file, struct str text, struct str before)
{
	return str_equal(text, before) ? before : arena_copy(&file->past->arena, text);
}

static struct past_change
read_head(struct past_file *file, const struct str *cells, uint64_t line)
{
	struct past *past = file->past;
	struct past_change none = { 0 };
	const struct past_change *last = past->change_count ? &past->changes[past->change_count - 1] : &none;
	const uint32_t *at = file->positions;

	return (struct past_change){
		.job_id = keep(file, cells[at[CHANGE_JOB]], last->job_id),
		.mapping = keep(file, cells[at[CHANGE_MAPPING]], last->mapping),
		.direction = keep(file, cells[at[CHANGE_DIRECTION]], last->direction),
		.action = keep(file, cells[at[CHANGE_ACTION]], last->action),
		.side = keep(file, cells[at[CHANGE_SIDE]], last->side),
		.erp_key = keep(file, cells[at[CHANGE_KEY]], last->erp_key),
		.id = { keep(file, cells[at[CHANGE_ERP_ID]], last->id[ERP]),
			keep(file, cells[at[CHANGE_CRM_ID]], last->id[CRM]) },
		.rule = keep(file, cells[at[CHANGE_RULE]], last->rule),
		.line = line,
		.first_value = past->value_count,
	};
}

/* Whether a line goes on with the change that the line before it began. */
static bool
goes_on(const struct past_change *last, const struct past_change *head)
{
	return last->value_count > 0 && str_equal(last->job_id, head->job_id)
	    && str_equal(last->mapping, head->mapping) && str_equal(last->action, head->action)
	    && str_equal(last->side, head->side) && str_equal(last->erp_key, head->erp_key)
	    && str_equal(last->id[ERP], head->id[ERP]) && str_equal(last->id[CRM], head->id[CRM])
	    && str_equal(last->direction, head->direction) && str_equal(last->rule, head->rule);
}

static void
add_change(struct past_file *file, const struct str *cells, uint64_t line)
{
	struct past *past = file->past;
	const uint32_t *at = file->positions;
	struct past_change head = read_head(file, cells, line);

	past->lines++;
	if (past->change_count == 0 || cells[at[CHANGE_FIELD]].len == 0
		|| !goes_on(&past->changes[past->change_count - 1], &head)) {
		past->changes = memory_grow(
			past->changes, past->change_count, &past->change_capacity, sizeof *past->changes);
		past->changes[past->change_count++] = head;
	}
	if (cells[at[CHANGE_FIELD]].len == 0)
		return;
	past->values =
		memory_grow(past->values, past->value_count, &past->value_capacity, sizeof *past->values);
	past->values[past->value_count++] = (struct past_value){
		.field = arena_copy(&past->arena, cells[at[CHANGE_FIELD]]),
		.base = arena_copy(&past->arena, cells[at[CHANGE_BASE]]),
		.old = arena_copy(&past->arena, cells[at[CHANGE_OLD]]),
		.new = arena_copy(&past->arena, cells[at[CHANGE_NEW]]),
	};
	past->changes[past->change_count - 1].value_count++;
}

static void
add_finding(struct past_file *file, const struct str *cells, uint64_t line)
{
	struct past *past = file->past;
	const uint32_t *at = file->positions;
	struct arena *arena = &past->arena;

	past->findings = memory_grow(
		past->findings, past->finding_count, &past->finding_capacity, sizeof *past->findings);
	past->findings[past->finding_count++] = (struct past_finding){
		.mapping = arena_copy(arena, cells[at[FINDING_MAPPING]]),
		.direction = arena_copy(arena, cells[at[FINDING_DIRECTION]]),
		.severity = arena_copy(arena, cells[at[FINDING_SEVERITY]]),
		.code = arena_copy(arena, cells[at[FINDING_CODE]]),
		.rule = arena_copy(arena, cells[at[FINDING_RULE]]),
		.erp_key = arena_copy(arena, cells[at[FINDING_KEY]]),
		.id = { arena_copy(arena, cells[at[FINDING_ERP_ID]]),
			arena_copy(arena, cells[at[FINDING_CRM_ID]]) },
		.field = arena_copy(arena, cells[at[FINDING_FIELD]]),
		.message = arena_copy(arena, cells[at[FINDING_MESSAGE]]),
		.line = line,
	};
}

typedef void add_line(struct past_file *file, const struct str *cells, uint64_t line);

static bool
read_file(struct past *past, const char *name, const char *const *columns, size_t column_count, add_line *add,
	struct file_digest *digest, struct diag *diag)
{
	struct past_file file = { .past = past, .diag = diag };
	struct batch batch;
	enum read_status status = READ_ERROR;

	file.path = arena_printf(&past->arena, "%.*s/%s", STR_ARG(past->folder), name);
	struct reader_options options = {
		.path = file.path.ptr, .shown_path = file.path, .delimiter = ',', .is_own = true
	};
	file.reader = reader_open(&options, diag);
	if (!file.reader)
		return false;
	if (find_columns(&file, columns, column_count))
		while ((status = reader_next(file.reader, &batch)) == READ_BATCH)
			for (uint32_t i = 0; i < batch.count; i++)
				add(&file, batch.cells + (size_t)i * file.width, batch.lines[i]);
	*digest = reader_digest(file.reader);
	reader_close(file.reader);
	return status == READ_END;
}

bool
past_read(struct past *past, const char *folder, struct diag *diag)
{
	struct file_digest of_errors;

	past->folder = arena_copy(&past->arena, str_from(folder));
	return read_file(past, "changes.csv", change_columns, CHANGE_COLUMNS, add_change, &past->digest, diag)
	    && read_file(past, "errors.csv", finding_columns, FINDING_COLUMNS, add_finding, &of_errors,
		    diag);
}

void
past_release(struct past *past)
{
	free(past->changes);
	free(past->values);
	free(past->findings);
	arena_release(&past->arena);
	*past = (struct past){ 0 };
}
