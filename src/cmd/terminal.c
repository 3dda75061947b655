/* terminal.c - what is for the eyes of a person: colours, progress, questions */
#include "cmd/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COLOR_RED "\033[31m"
#define COLOR_YELLOW "\033[33m"
#define COLOR_BOLD "\033[1m"
#define COLOR_END "\033[0m"

enum { HALF_A_SECOND_MS = 500 };

bool
terminal_has_color(const struct options *options)
{
	const char *terminal = getenv("TERM");
	const char *no_color = getenv("NO_COLOR");

	if (options->color == WHEN_ALWAYS || options->color == WHEN_NEVER)
		return options->color == WHEN_ALWAYS;
	if (no_color && no_color[0])
		return false;
	return terminal && strcmp(terminal, "dumb") != 0 && isatty(STDOUT_FILENO);
}

static const char *
line_color(struct str line)
{
	if (str_starts(line, STR("guard  ")))
		return COLOR_YELLOW;
	if (str_starts(line, STR("next  ")) || str_starts(line, STR("total  ")))
		return COLOR_BOLD;
	if (line.len && memmem(line.ptr, line.len, "  failed ", 9))
		return COLOR_RED;
	return NULL;
}

void
terminal_print_summary(struct str text, bool is_colored)
{
	while (text.len > 0) {
		struct str line = str_cut(text, '\n', &text);
		const char *color = is_colored ? line_color(line) : NULL;
		if (color)
			fputs(color, stdout);
		fwrite(line.ptr, 1, line.len, stdout);
		fputs(color ? COLOR_END "\n" : "\n", stdout);
	}
}

static uint64_t
rate_of(uint64_t rows, int64_t took)
{
	return rows * 1000 / (uint64_t)(took > 0 ? took : 1);
}

/* The line stays on the last line of the terminal until the stage has ended. */
static void
show_progress(const struct progress *progress, struct str step)
{
	int64_t took = progress_clock() - progress->begin;
	uint64_t rows = progress->rows;

	fprintf(stderr, "\r\033[Kcouplet: %s", progress->stage);
	if (step.len)
		fprintf(stderr, ": %.*s", STR_ARG(step));
	if (rows)
		fprintf(stderr, ": %llu rows, %llu a second", (unsigned long long)rows,
			(unsigned long long)rate_of(rows, took));
	fflush(stderr);
}

struct stage
stage_begin(const struct options *options, struct progress *progress, const char *name)
{
	bool is_asked = options->progress == WHEN_ALWAYS;
	bool is_wanted = options->progress != WHEN_NEVER && (is_asked || !options->quiet);

	progress->show = is_wanted && isatty(STDERR_FILENO) ? show_progress : NULL;
	progress_begin(progress, name, is_asked ? 0 : HALF_A_SECOND_MS);
	return (struct stage){ .options = options, .progress = progress };
}

void
stage_end(const struct stage *stage, uint64_t rows)
{
	struct progress *progress = stage->progress;
	int64_t took = progress_clock() - progress->begin;
	unsigned when = stage->options->progress;

	if (progress->is_shown)
		fputs("\r\033[K", stderr);
	progress->show = NULL;
	if (when == WHEN_NEVER)
		return;
	if (when != WHEN_ALWAYS
		&& (stage->options->quiet || took < HALF_A_SECOND_MS || !isatty(STDERR_FILENO)))
		return;
	fprintf(stderr, "couplet: %s: %llu rows in %lld.%02lld s, %llu a second\n", progress->stage,
		(unsigned long long)rows, (long long)(took / 1000), (long long)(took % 1000 / 10),
		(unsigned long long)rate_of(rows, took));
}

bool
terminal_can_ask(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool
terminal_ask(const char *question)
{
	char answer[64];

	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	if (!fgets(answer, sizeof answer, stdin))
		return false;
	struct str text = str_trim(str_from(answer));
	return str_equal_nocase(text, STR("y")) || str_equal_nocase(text, STR("yes"));
}
