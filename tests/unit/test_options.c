/* test_options.c - the command line as data (part 1.1, 1.2) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/command.h"

enum { MOST_ARGS = 12 };

/* Reads a command line whose words are separated by blanks; the words live in `copy`. */
static bool
parse(struct options *options, const char *line, char *copy, size_t size, struct diag *diag)
{
	char *args[MOST_ARGS] = { NULL };
	int count = 0;
	size_t len = strlen(line);

	assert_true(len < size);
	memcpy(copy, line, len + 1);
	for (char *at = copy; *at;) {
		while (*at == ' ')
			*at++ = '\0';
		if (*at && count < MOST_ARGS)
			args[count++] = at;
		while (*at && *at != ' ')
			at++;
	}
	return options_parse(options, count, args, diag);
}

struct bad_row {
	const char *line;
	const char *message;	/* a part of it */
};

static void
wrong_lines_are_told(void **state)
{
	static const struct bad_row rows[] = {
		{ "couplet", "no command" },
		{ "couplet --", "no command" },
		{ "couplet synk", "did you mean \"sync\"" },
		{ "couplet --ful sync", "unknown option --ful" },
		{ "couplet sync --ful", "did you mean \"--full\"" },
		{ "couplet sync --", "" },
		{ "couplet sync --full=1", "takes no value" },
		{ "couplet sync --output", "needs a value: --output DIR" },
		{ "couplet sync --output=", "is empty" },
		{ "couplet sync -qz", "unknown option -z" },
		{ "couplet -j 257 check", "from 1 to 256" },
		{ "couplet -j-1 check", "from 1 to 256" },
		{ "couplet --max-errors many check", "is no number" },
		{ "couplet --format xml check", "is none of text|json" },
		{ "couplet --now today check", "RFC 3339" },
		{ "couplet sync --allow nothing", "no such guard" },
		{ "couplet sync --record :1", "is not MAPPING:KEY" },
		{ "couplet sync --record A:", "is not MAPPING:KEY" },
		{ "couplet sync --direction up", "is none of to|from" },
		{ "couplet check --full", "unknown option --full" },
		{ "couplet check one", "one argument too many" },
		{ "couplet commit", "needs DIR" },
		{ "couplet commit a b", "\"b\" is one argument too many" },
		{ "couplet -q -v check", "contradict" },
	};
	char copy[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct options options;
		struct diag diag = { 0 };
		bool ok = parse(&options, rows[i].line, copy, sizeof copy, &diag);
		assert_int_equal(ok, rows[i].message[0] == '\0');
		if (!ok) {
			assert_int_equal(diag.status, STATUS_USAGE);
			assert_int_equal(diag.count, 1);
			assert_non_null(strstr(diag.lines[0].text.ptr, rows[i].message));
		}
		options_release(&options);
		diag_release(&diag);
	}
}

static void
every_form_of_an_option_is_read(void **state)
{
	struct options options;
	struct diag diag = { 0 };
	char copy[200];

	(void)state;
	assert_true(parse(&options, "couplet -j4 -s a.xml sync --full -oout --progress=never -q", copy, sizeof copy,
		&diag));
	assert_ptr_equal(options.command, &command_sync);
	assert_int_equal(options.jobs, 4);
	assert_int_equal(options_threads(&options), 4);
	assert_string_equal(options.setup, "a.xml");
	assert_string_equal(options.output, "out");
	assert_true(options.full && options.quiet && !options.verbose && !options.has_now);
	assert_int_equal(options.progress, WHEN_NEVER);
	assert_int_equal(options.max_errors, 100);
	options_release(&options);

	assert_true(parse(&options, "couplet commit out --ledger=l.csv --max-errors 7", copy, sizeof copy, &diag));
	assert_string_equal(options.ledger, "l.csv");
	assert_string_equal(options_argument(&options, 0), "out");
	assert_int_equal(options.max_errors, 7);
	options_release(&options);

	assert_true(parse(&options, "couplet test -- --help -", copy, sizeof copy, &diag));
	assert_false(options.help);
	assert_int_equal(options.arguments.count, 2);
	assert_string_equal(options_argument(&options, 0), "--help");
	options_release(&options);
	diag_release(&diag);
}

static void
lists_grow_and_records_keep_colons(void **state)
{
	struct options options;
	struct diag diag = { 0 };
	char copy[200];

	(void)state;
	assert_true(parse(&options, "couplet preview --mapping A --mapping B --record C:a:b --allow max-deletes", copy,
		sizeof copy, &diag));
	assert_int_equal(options.mappings.count, 2);
	assert_true(str_equal(options.mappings.items[1], STR("B")));
	assert_int_equal(options.records.count, 1);
	assert_true(str_equal(options.records.items[0].mapping, STR("C")));
	assert_true(str_equal(options.records.items[0].key, STR("a:b")));
	assert_true(options.allowed[GUARD_DELETES]);
	assert_false(options.allowed[GUARD_CREATES]);
	options_release(&options);
	diag_release(&diag);
}

static void
choices_and_times_are_read(void **state)
{
	struct options options;
	struct diag diag = { 0 };
	char copy[200];

	(void)state;
	assert_true(parse(&options, "couplet preview --direction from --keep-creating no --now 1970-01-01T00:00:01Z",
		copy, sizeof copy, &diag));
	assert_int_equal(options.direction, FROM);
	assert_int_equal(options.keep_creating, ANSWER_NO);
	assert_true(options.has_now);
	assert_int_equal(options.now, 1000);
	options_release(&options);
	diag_release(&diag);
}

static void
help_ends_the_reading(void **state)
{
	struct options options;
	struct diag diag = { 0 };
	char copy[200];

	(void)state;
	assert_true(parse(&options, "couplet sync -h --no-such-option", copy, sizeof copy, &diag));
	assert_true(options.help);
	assert_ptr_equal(options.command, &command_sync);
	options_release(&options);
	assert_true(parse(&options, "couplet --help --what jobs", copy, sizeof copy, &diag));
	assert_ptr_equal(options.command, &command_jobs);
	options_release(&options);
	assert_true(parse(&options, "couplet --version", copy, sizeof copy, &diag));
	assert_true(options.version && !options.command);
	options_release(&options);
	diag_release(&diag);
}

/* No option stands twice in what a command understands. */
static void
tables_are_consistent(void **state)
{
	(void)state;
	for (size_t c = 0; commands[c]; c++) {
		const struct option_table *tables[] = { commands[c]->tables[0], commands[c]->tables[1], &common_options };
		const struct option_row *rows[64];
		size_t count = 0;
		for (size_t t = 0; t < ARRAY_LEN(tables); t++)
			for (size_t i = 0; tables[t] && i < tables[t]->count; i++)
				rows[count++] = &tables[t]->rows[i];
		for (size_t i = 0; i < count; i++) {
			assert_int_equal(rows[i]->take == TAKE_FLAG, rows[i]->argument == NULL);
			for (size_t k = 0; k < i; k++) {
				assert_string_not_equal(rows[i]->name, rows[k]->name);
				assert_true(!rows[i]->letter || rows[i]->letter != rows[k]->letter);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_lines_are_told),
		cmocka_unit_test(every_form_of_an_option_is_read),
		cmocka_unit_test(lists_grow_and_records_keep_colons),
		cmocka_unit_test(choices_and_times_are_read),
		cmocka_unit_test(help_ends_the_reading),
		cmocka_unit_test(tables_are_consistent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
