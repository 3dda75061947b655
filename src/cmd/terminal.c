/* terminal.c - what is for the eyes of a person: colours, progress, questions */
#include "cmd/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
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

static int64_t
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct stage
stage_begin(const struct options *options, const char *name)
{
	return (struct stage){ .options = options, .name = name, .begin = clock_ms() };
}

void
stage_end(const struct stage *stage, uint64_t rows)
{
	int64_t took = clock_ms() - stage->begin;
	unsigned progress = stage->options->progress;

	if (progress == WHEN_NEVER)
		return;
	if (progress != WHEN_ALWAYS
		&& (stage->options->quiet || took < HALF_A_SECOND_MS || !isatty(STDERR_FILENO)))
		return;
	uint64_t rate = rows * 1000 / (uint64_t)(took > 0 ? took : 1);
	fprintf(stderr, "couplet: %s: %llu rows in %lld.%02lld s, %llu a second\n", stage->name,
		(unsigned long long)rows, (long long)(took / 1000), (long long)(took % 1000 / 10),
		(unsigned long long)rate);
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
