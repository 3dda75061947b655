/*
 * terminal.h - what is for the eyes of a person: colours, progress, questions
 */
#ifndef CMD_TERMINAL_H
#define CMD_TERMINAL_H

#include "base/progress.h"
#include "options.h"

/* Whether standard output gets colours (--color, NO_COLOR, TERM). */
bool terminal_has_color(const struct options *options);

/* Prints a summary, its lines coloured when is_colored. */
void terminal_print_summary(struct str text, bool is_colored);

/* One stage of a run, timed (--progress). */
struct stage {
	const struct options *options;
	struct progress *progress;
};

/* On a terminal a line tells how far it is, from half a second on; at once if --progress asks for it. */
struct stage stage_begin(const struct options *options, struct progress *progress, const char *name);
/* Tells stage, rows and rate on standard error: if asked, or on a terminal after more than half a second. */
void stage_end(const struct stage *stage, uint64_t rows);

/* Whether a person can be asked: standard input and standard error are terminals. */
bool terminal_can_ask(void);

/* A question on standard error, answered by y or yes; everything else is no. */
bool terminal_ask(const char *question);

#endif
