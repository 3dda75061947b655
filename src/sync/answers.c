/* answers.c - what the command line or a file of decisions answers (1.2, L6) */
#include "sync/answers.h"

#include <stdlib.h>

#include "io/reader.h"

const char *
resolve_action_name(enum resolve_action action)
{
	static const char *const names[RESOLVE_ACTIONS] = {
		[RESOLVE_SEND] = "send",
		[RESOLVE_GET] = "get",
		[RESOLVE_RESTORE] = "restore",
		[RESOLVE_DELETE] = "delete",
		[RESOLVE_UNCOUPLE] = "uncouple",
		[RESOLVE_RETRY] = "retry",
	};

	return names[action];
}

static void
add_answer(struct run *run, struct answer answer)
{
	run->answers =
		memory_grow(run->answers, run->answer_count, &run->answer_capacity, sizeof *run->answers);
	run->answers[run->answer_count++] = answer;
}

enum { COLUMN_MAPPING, COLUMN_DECISION, COLUMN_ERP_ID, COLUMN_CRM_ID, COLUMN_ERP_KEY, COLUMNS };

static const struct str column_names[COLUMNS] = {
	[COLUMN_MAPPING] = { "mapping", 7 },
	[COLUMN_DECISION] = { "decision", 8 },
	[COLUMN_ERP_ID] = { "erp_id", 6 },
	[COLUMN_CRM_ID] = { "crm_id", 6 },
	[COLUMN_ERP_KEY] = { "erp_key", 7 },
};

/* A file of decisions while it is read. */
struct decisions {
	struct run *run;
	struct diag *diag;
	struct str path;
	uint32_t at[COLUMNS];	/* in the file; UINT32_MAX = absent */
	uint32_t width;
};

/* mapping and decision must be there, and one of what tells the record. */
static bool
find_columns(struct decisions *file, const struct reader *reader)
{
	const struct str *header = reader_header(reader, &file->width);
	bool ok = true;

	for (unsigned c = 0; c < COLUMNS; c++) {
		file->at[c] = UINT32_MAX;
		for (uint32_t i = file->width; i-- > 0;)
			if (str_equal_nocase(header[i], column_names[c]))
				file->at[c] = i;
	}
	for (unsigned c = COLUMN_MAPPING; c <= COLUMN_DECISION; c++)
		if (file->at[c] == UINT32_MAX)
			ok = diag_add(file->diag, STATUS_INVALID,
				"%.*s:1: no column \"%.*s\"; take a copy of errors.csv and add a column "
				"decision",
				STR_ARG(file->path), STR_ARG(column_names[c]));
	if (file->at[COLUMN_ERP_ID] != UINT32_MAX || file->at[COLUMN_CRM_ID] != UINT32_MAX
		|| file->at[COLUMN_ERP_KEY] != UINT32_MAX)
		return ok;
	return diag_add(file->diag, STATUS_INVALID,
		"%.*s:1: none of the columns erp_key, erp_id and crm_id, which tell the record; take a copy "
		"of errors.csv",
		STR_ARG(file->path));
}

static struct str
column(const struct decisions *file, const struct str *cells, unsigned number)
{
	return file->at[number] == UINT32_MAX ? STR("") : str_trim(cells[file->at[number]]);
}

/* The action that a decision names, without case and with or without the dashes of the option. */
static enum resolve_action
find_action(struct str decision)
{
	unsigned action = 0;

	if (str_starts(decision, STR("--")))
		decision = (struct str){ decision.ptr + 2, decision.len - 2 };
	while (action < RESOLVE_ACTIONS
		&& !str_equal_nocase(decision, str_from(resolve_action_name((enum resolve_action)action))))
		action++;
	return (enum resolve_action)action;
}

static bool
read_line(struct decisions *file, const struct str *cells, uint64_t line)
{
	struct arena *arena = &file->run->plan.arena;
	struct str decision = column(file, cells, COLUMN_DECISION);
	struct str keys[ANSWER_KEYS] = { column(file, cells, COLUMN_ERP_ID),
		column(file, cells, COLUMN_CRM_ID), column(file, cells, COLUMN_ERP_KEY) };
	struct answer answer = { .mapping = column(file, cells, COLUMN_MAPPING), .line = line };

	if (decision.len == 0)
		return true;
	answer.action = find_action(decision);
	if (answer.action == RESOLVE_ACTIONS)
		return diag_add(file->diag, STATUS_USAGE,
			"%.*s:%llu: column %u \"decision\": no decision \"%.*s\"; write send, get, restore, "
			"delete, uncouple or retry, or leave it blank",
			STR_ARG(file->path), (unsigned long long)line, file->at[COLUMN_DECISION] + 1,
			STR_ARG(decision));
	if (answer.mapping.len == 0 || (keys[0].len == 0 && keys[1].len == 0 && keys[2].len == 0))
		return diag_add(file->diag, STATUS_USAGE,
			"%.*s:%llu: the line tells no record of a mapping, so \"%.*s\" decides nothing; "
			"leave its decision blank",
			STR_ARG(file->path), (unsigned long long)line, STR_ARG(decision));
	answer.mapping = arena_copy(arena, answer.mapping);
	for (unsigned i = 0; i < ANSWER_KEYS; i++)
		answer.keys[i] = arena_copy(arena, keys[i]);
	add_answer(file->run, answer);
	return true;
}

/* All lines, so that every wrong one is told. */
static bool
read_lines(struct decisions *file, struct reader *reader)
{
	enum read_status status;
	struct batch batch;
	bool ok = true;

	while ((status = reader_next(reader, &batch)) == READ_BATCH) {
		for (uint32_t i = 0; i < batch.count; i++)
			ok &= read_line(file, &batch.cells[(size_t)i * file->width], batch.lines[i]);
		file->run->from.records += batch.count;
	}
	return ok && status == READ_END;
}

static bool
read_file(struct run *run, struct diag *diag)
{
	struct str path = str_from(run->options->from_path);
	struct decisions file = { .run = run, .diag = diag, .path = path };
	struct reader_options options = { .path = path.ptr, .shown_path = path };
	struct reader *reader = reader_open(&options, diag);

	if (!reader)
		return false;
	bool ok = find_columns(&file, reader) && read_lines(&file, reader);
	if (ok) {
		run->from.is_read = true;
		run->from.path = path;
		run->from.digest = reader_digest(reader);
	}
	reader_close(reader);
	if (ok && run->answer_count == 0)
		diag_notice(diag, "%.*s: no line has a decision; nothing is resolved", STR_ARG(path));
	return ok;
}

bool
answers_load(struct run *run, struct diag *diag)
{
	for (size_t i = 0; i < run->options->answer_count; i++)
		add_answer(run, run->options->answers[i]);
	return run->options->task != TASK_RESOLVE || !run->options->from_path || read_file(run, diag);
}

/* Where a wrong mapping was named: the command, or the line of the file. */
static struct str
mapping_place(struct run *run, const struct answer *answer)
{
	if (answer && answer->line != 0)
		return arena_printf(&run->plan.arena, "%.*s:%llu: ", STR_ARG(run->from.path),
			(unsigned long long)answer->line);
	return arena_printf(&run->plan.arena, "%s: ", run->options->command);
}

static bool
select_mapping(struct run *run, struct str name, const struct answer *answer, struct diag *diag)
{
	const struct mapping *mapping = setup_find_mapping(&run->setup, name);

	if (mapping && mapping->is_enabled) {
		run->state->mappings[mapping->order].is_selected = true;
		return true;
	}
	return diag_add(diag, STATUS_USAGE, "%.*sno %smapping \"%.*s\" in %.*s%.*s",
		STR_ARG(mapping_place(run, answer)), mapping ? "enabled " : "", STR_ARG(name),
		STR_ARG(run->setup.path),
		STR_ARG(mapping ? STR("") : setup_near_mapping(&run->setup, name, &run->plan.arena)));
}

bool
answers_select(struct run *run, struct diag *diag)
{
	const struct run_options *options = run->options;
	bool is_all = options->scope != SCOPE_NAMED && options->mapping_count == 0;
	bool ok = true;

	for (size_t i = 0; i < run->setup.mapping_count; i++)
		run->state->mappings[i].is_selected = is_all && run->setup.mappings[i]->is_enabled;
	for (size_t i = 0; i < options->mapping_count; i++)
		ok &= select_mapping(run, options->mappings[i], NULL, diag);
	for (size_t i = 0; i < run->answer_count; i++) {
		const struct answer *answer = &run->answers[i];
		/* Several keys of the command line name the mapping once. */
		if (answer->line != 0 || i == 0)
			ok &= select_mapping(run, answer->mapping, answer, diag);
	}
	return ok;
}
