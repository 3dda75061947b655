/* options.c - the command line as data */
#include "options.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/parallel.h"
#include "cmd/command.h"
#include "model/value.h"

static const struct option_row common_rows[] = {
	{ "setup", 's', "FILE", "the setup file (default couplet.xml)", TAKE_TEXT,
		offsetof(struct options, setup) },
	{ "ledger", 'l', "FILE", "this ledger instead of the setup's", TAKE_TEXT,
		offsetof(struct options, ledger) },
	{ "new-ledger", 0, NULL, "a missing ledger is an empty one", TAKE_FLAG,
		offsetof(struct options, new_ledger) },
	{ "jobs", 'j', "N", "threads (default: processors online); never changes the output", TAKE_THREADS,
		offsetof(struct options, jobs) },
	{ "now", 0, "STAMP",
		"the time of this run, RFC 3339 (default: SOURCE_DATE_EPOCH,\n"
		"else the newest stamp in the exports)",
		TAKE_STAMP, offsetof(struct options, now) },
	{ "format", 0, "text|json", "what goes to standard output", TAKE_CHOICE,
		offsetof(struct options, format) },
	{ "max-errors", 0, "N", "print at most so many findings (default 100)", TAKE_NUMBER,
		offsetof(struct options, max_errors) },
	{ "quiet", 'q', NULL, "only errors", TAKE_FLAG, offsetof(struct options, quiet) },
	{ "verbose", 'v', NULL, "warnings and notices, and what was read", TAKE_FLAG,
		offsetof(struct options, verbose) },
	{ "progress", 0, "auto|always|never", "stage, rows and rate on standard error", TAKE_CHOICE,
		offsetof(struct options, progress) },
	{ "color", 0, "auto|always|never", "colours; auto heeds NO_COLOR and TERM=dumb", TAKE_CHOICE,
		offsetof(struct options, color) },
	{ "help", 'h', NULL, "this text", TAKE_FLAG, offsetof(struct options, help) },
	{ "version", 'V', NULL, "the version", TAKE_FLAG, offsetof(struct options, version) },
};

const struct option_table common_options = { "Common options", common_rows, ARRAY_LEN(common_rows) };

/* One reading of the command line. */
struct parser {
	struct options *options;
	char **args;
	int count;
	int at;			/* the next argument */
	struct diag *diag;
};

/* The tables in force: the command's own, as far as it is known, then the common one; NULL at the end. */
static const struct option_table *
table_at(const struct parser *parser, unsigned number)
{
	static const struct option_table none = { 0 };
	const struct command *command = parser->options->command;

	if (number < COMMAND_TABLES)
		return command && command->tables[number] ? command->tables[number] : &none;
	return number == COMMAND_TABLES ? &common_options : NULL;
}

/* "sync: ", or nothing before a command is known. */
static struct str
place(const struct parser *parser)
{
	const struct command *command = parser->options->command;

	return command ? arena_printf(&parser->diag->arena, "%s: ", command->name) : STR("");
}

/* What to read, as the end of a message. */
static struct str
advice(const struct parser *parser)
{
	const struct command *command = parser->options->command;

	return command ? arena_printf(&parser->diag->arena, "see couplet help %s", command->name)
		: STR("see couplet help");
}

static bool
fail_unknown(const struct parser *parser, struct str name)
{
	struct near_name near = { .wanted = name };
	const struct option_table *table;

	for (unsigned number = 0; (table = table_at(parser, number)) != NULL; number++)
		for (size_t i = 0; i < table->count; i++)
			near_offer(&near, str_from(table->rows[i].name));
	struct str text = near_text(&near, "--", &parser->diag->arena);
	return diag_add(parser->diag, STATUS_USAGE, "%.*sunknown option --%.*s%.*s; %.*s",
		STR_ARG(place(parser)), STR_ARG(name), STR_ARG(text), STR_ARG(advice(parser)));
}

/* By long name, or with an empty one by letter. */
static const struct option_row *
find_row(const struct parser *parser, struct str name, char letter)
{
	const struct option_table *table;

	for (unsigned number = 0; (table = table_at(parser, number)) != NULL; number++) {
		for (size_t i = 0; i < table->count; i++) {
			const struct option_row *row = &table->rows[i];
			if (name.len ? str_equal(str_from(row->name), name) : row->letter == letter)
				return row;
		}
	}
	return NULL;
}

static bool
fail_value(const struct parser *parser, const struct option_row *row, struct str value, const char *what)
{
	return diag_add(parser->diag, STATUS_USAGE, "%.*s--%s \"%.*s\": %s", STR_ARG(place(parser)),
		row->name, STR_ARG(value), what);
}

/* The value's place among those that the row's argument names, from 1. */
static bool
take_choice(const struct parser *parser, const struct option_row *row, struct str value, unsigned *choice)
{
	struct str names = str_from(row->argument);
	unsigned number = 0;

	while (names.len > 0) {
		number++;
		if (str_equal(str_cut(names, '|', &names), value)) {
			*choice = number;
			return true;
		}
	}
	struct str what = arena_printf(&parser->diag->arena, "is none of %s", row->argument);
	return fail_value(parser, row, value, what.ptr);
}

static bool
take_record(
	const struct parser *parser, const struct option_row *row, struct str value, struct record_list *list)
{
	struct record_name record;

	record.mapping = str_cut(value, ':', &record.key);
	if (record.mapping.len == 0 || record.key.len == 0)
		return fail_value(parser, row, value, "is not MAPPING:KEY, such as CUSTOMER:10000");
	list->items = memory_grow(list->items, list->count, &list->capacity, sizeof *list->items);
	list->items[list->count++] = record;
	return true;
}

static bool
take_guard(const struct parser *parser, const struct option_row *row, struct str value, bool *allowed)
{
	struct near_name near = { .wanted = value };
	struct buf names = { 0 };

	for (unsigned guard = 0; guard < GUARDS; guard++) {
		struct str name = str_from(guard_name((enum guard)guard));
		if (str_equal(name, value)) {
			buf_release(&names);
			allowed[guard] = true;
			return true;
		}
		near_offer(&near, name);
		buf_printf(&names, "%s%s", guard > 0 ? ", " : "", guard_name((enum guard)guard));
	}
	struct str text = near_text(&near, "", &parser->diag->arena);
	struct str what = arena_printf(&parser->diag->arena, "no such guard%.*s; there are %.*s",
		STR_ARG(text), STR_ARG(buf_str(&names)));
	buf_release(&names);
	return fail_value(parser, row, value, what.ptr);
}

static void
append_text(struct text_list *list, struct str value)
{
	list->items = memory_grow(list->items, list->count, &list->capacity, sizeof *list->items);
	list->items[list->count++] = value;
}

static bool
take_threads(const struct parser *parser, const struct option_row *row, struct str value, unsigned *threads)
{
	uint64_t number;

	if (!str_to_u64(value, &number) || number < 1 || number > PARALLEL_MAX_THREADS)
		return fail_value(parser, row, value, "is no number from 1 to 256");
	*threads = (unsigned)number;
	return true;
}

static bool
take_number(const struct parser *parser, const struct option_row *row, struct str value, size_t *member)
{
	uint64_t number;

	if (!str_to_u64(value, &number) || number > SIZE_MAX)
		return fail_value(parser, row, value, "is no number");
	*member = (size_t)number;
	return true;
}

static bool
take_text(const struct parser *parser, const struct option_row *row, struct str value, const char **member)
{
	if (value.len == 0)
		return fail_value(parser, row, value, "is empty");
	*member = value.ptr;
	return true;
}

static bool
take_stamp(const struct parser *parser, const struct option_row *row, struct str value, int64_t *stamp)
{
	if (!stamp_parse(value, stamp))
		return fail_value(parser, row, value, "is no RFC 3339 time, such as 2026-03-01T09:00:00Z");
	parser->options->has_now = true;
	return true;
}

static bool
take_value(const struct parser *parser, const struct option_row *row, struct str value)
{
	void *member = (char *)parser->options + row->where;

	switch (row->take) {
	case TAKE_FLAG:
		*(bool *)member = true;
		return true;
	case TAKE_TEXT:
		return take_text(parser, row, value, member);
	case TAKE_THREADS:
		return take_threads(parser, row, value, member);
	case TAKE_NUMBER:
		return take_number(parser, row, value, member);
	case TAKE_CHOICE:
		return take_choice(parser, row, value, member);
	case TAKE_STAMP:
		return take_stamp(parser, row, value, member);
	case TAKE_LIST:
		append_text(member, value);
		return true;
	case TAKE_RECORD:
		return take_record(parser, row, value, member);
	case TAKE_GUARD:
		return take_guard(parser, row, value, member);
	}
	return false;
}

/* Takes the next argument as the option's value. */
static bool
take_next(struct parser *parser, const struct option_row *row)
{
	if (parser->at >= parser->count)
		return diag_add(parser->diag, STATUS_USAGE, "%.*s--%s: needs a value: --%s %s",
			STR_ARG(place(parser)), row->name, row->name, row->argument);
	return take_value(parser, row, str_from(parser->args[parser->at++]));
}

/* The text after the two dashes: `opt`, or `opt=value`. */
static bool
parse_long(struct parser *parser, struct str text)
{
	struct str value;
	struct str name = str_cut(text, '=', &value);
	bool has_value = name.len < text.len;
	const struct option_row *row = name.len ? find_row(parser, name, 0) : NULL;

	if (!row)
		return fail_unknown(parser, name);
	if (row->take == TAKE_FLAG && has_value)
		return diag_add(parser->diag, STATUS_USAGE, "%.*s--%s: takes no value",
			STR_ARG(place(parser)), row->name);
	if (row->take == TAKE_FLAG || has_value)
		return take_value(parser, row, has_value ? value : STR(""));
	return take_next(parser, row);
}

/* The text after one dash: letters, the last of which may have its value behind it. */
static bool
parse_short(struct parser *parser, struct str text)
{
	while (text.len > 0) {
		const struct option_row *row = find_row(parser, STR(""), text.ptr[0]);
		if (!row)
			return diag_add(parser->diag, STATUS_USAGE, "%.*sunknown option -%.*s; %.*s",
				STR_ARG(place(parser)), (int)(utf8_length(text) ? utf8_length(text) : 1),
				text.ptr, STR_ARG(advice(parser)));
		text = (struct str){ text.ptr + 1, text.len - 1 };
		if (row->take != TAKE_FLAG)
			return text.len > 0 ? take_value(parser, row, text) : take_next(parser, row);
		take_value(parser, row, STR(""));
	}
	return true;
}

/* The first argument is the command's name. */
static bool
parse_argument(struct parser *parser, struct str text)
{
	struct options *options = parser->options;

	if (options->command) {
		append_text(&options->arguments, text);
		return true;
	}
	options->command = command_find(text);
	if (options->command)
		return true;
	struct str near = command_nearest(text, parser->diag);
	return diag_add(parser->diag, STATUS_USAGE, "unknown command \"%.*s\"%.*s; see couplet help",
		STR_ARG(text), STR_ARG(near));
}

/* `couplet --help sync` is sync's help, too. */
static void
find_command_for_help(struct parser *parser)
{
	while (!parser->options->command && parser->at < parser->count)
		parser->options->command = command_find(str_from(parser->args[parser->at++]));
}

static bool
check_arguments(const struct parser *parser)
{
	const struct options *options = parser->options;
	const struct command *command = options->command;

	if (!command)
		return diag_add(parser->diag, STATUS_USAGE, "no command; see couplet help");
	if (options->quiet && options->verbose)
		return diag_add(parser->diag, STATUS_USAGE, "--quiet and --verbose contradict each other");
	if (options->arguments.count < command->min_arguments)
		return diag_add(parser->diag, STATUS_USAGE, "%s: needs %s; see couplet help %s",
			command->name, command->argument, command->name);
	if (options->arguments.count > command->max_arguments)
		return diag_add(parser->diag, STATUS_USAGE,
			"%s: \"%.*s\" is one argument too many; see couplet help %s", command->name,
			STR_ARG(options->arguments.items[command->max_arguments]), command->name);
	return true;
}

bool
options_parse(struct options *options, int count, char **args, struct diag *diag)
{
	struct parser parser = { .options = options, .args = args, .count = count, .at = 1, .diag = diag };
	bool only_arguments = false;
	bool ok = true;

	*options = (struct options){ .max_errors = 100 };
	while (ok && parser.at < count && !options->help && !options->version) {
		struct str text = str_from(args[parser.at++]);
		if (only_arguments || text.len < 2 || text.ptr[0] != '-')
			ok = parse_argument(&parser, text);
		else if (str_equal(text, STR("--")))
			only_arguments = true;
		else if (text.ptr[1] == '-')
			ok = parse_long(&parser, (struct str){ text.ptr + 2, text.len - 2 });
		else
			ok = parse_short(&parser, (struct str){ text.ptr + 1, text.len - 1 });
	}
	if (ok && options->help)
		find_command_for_help(&parser);
	return ok && (options->help || options->version || check_arguments(&parser));
}

unsigned
options_threads(const struct options *options)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (options->jobs)
		return options->jobs;
	if (online < 1)
		return 1;
	return online > PARALLEL_MAX_THREADS ? PARALLEL_MAX_THREADS : (unsigned)online;
}

const char *
options_argument(const struct options *options, size_t number)
{
	return options->arguments.items[number].ptr;
}

void
options_release(struct options *options)
{
	free(options->arguments.items);
	free(options->mappings.items);
	free(options->records.items);
	free(options->from_files.items);
	*options = (struct options){ 0 };
}
