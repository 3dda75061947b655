/* cmd_test.c - regression cases as users keep them (1.5) */
#include <stdio.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "cmd/command.h"
#include "cmd/test_case.h"

static const struct option_row test_rows[] = {
	{ "update", 0, NULL, "make what comes out the new expectations", TAKE_FLAG,
		offsetof(struct options, update) },
};

static const struct option_table test_options = { "Options", test_rows, ARRAY_LEN(test_rows) };

static void
run_cases(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct test_case *cases = shared;

	(void)worker;
	for (uint32_t i = begin; i < end; i++)
		test_case_run(&cases[i]);
}

/* One line of TAP, and why it failed as comments. */
static void
print_result(const struct test_case *test, size_t number)
{
	struct str lines = buf_str(&test->diagnosis);

	printf("%s %zu - %s\n", lines.len > 0 ? "not ok" : "ok", number, test->folder);
	while (lines.len > 0) {
		struct str line = str_cut(lines, '\n', &lines);
		fputs("  # ", stdout);
		fwrite(line.ptr, 1, line.len, stdout);
		putchar('\n');
	}
}

/* A case's name, without slashes at its end. */
static const char *
case_folder(struct arena *arena, struct str name)
{
	while (name.len > 1 && name.ptr[name.len - 1] == '/')
		name.len--;
	return arena_copy(arena, name).ptr;
}

static enum status
run_test(const struct options *options, struct diag *diag)
{
	size_t count = options->arguments.count;
	struct test_case *cases = memory_new(count, sizeof *cases);
	struct arena arena = { 0 };
	size_t failed = 0;

	(void)diag;
	for (size_t i = 0; i < count; i++) {
		cases[i].folder = case_folder(&arena, options->arguments.items[i]);
		cases[i].is_updating = options->update;
	}
	parallel_for(options_threads(options), (uint32_t)count, 1, run_cases, cases);
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		print_result(&cases[i], i + 1);
		failed += cases[i].diagnosis.len > 0;
		test_case_release(&cases[i]);
	}
	printf("%zu passed, %zu failed\n", count - failed, failed);
	free(cases);
	arena_release(&arena);
	return failed > 0 ? STATUS_DIFFERENT : STATUS_OK;
}

const struct command command_test = {
	.name = "test",
	.synopsis = "CASE...",
	.summary = "runs regression cases",
	.example = "  couplet test cases/*\n",
	.text = "Each CASE is a folder: args (the arguments of couplet, one a line; run with the folder as\n"
		"working folder), the inputs, and expected/ (files to compare with the output folder that\n"
		"-o in args names), expected-status (default 0), expected-stdout. Prints TAP and a total;\n"
		"exits with 1 when a case failed. SOURCE_DATE_EPOCH does not reach the cases.\n",
	.tables = { &test_options },
	.argument = "CASE, a folder",
	.min_arguments = 1,
	.max_arguments = MANY_ARGUMENTS,
	.run = run_test,
};
