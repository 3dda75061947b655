/*
 * command.h - the commands: one row each, one file each
 *
 * A command's row says how it is called, which options it has and what help
 * tells about it; its function does the work.  To add a command: write
 * cmd_<name>.c with a row, and enter the row in command.c.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stdio.h>

#include "options.h"

enum { COMMAND_TABLES = 3, MANY_ARGUMENTS = 1000000 };

struct command {
	const char *name;
	const char *synopsis;	/* what follows the name: "[METHOD] -o DIR" */
	const char *summary;	/* one line, for the list of commands */
	const char *example;	/* command lines, each ended by \n */
	const char *text;	/* what it does, whole lines */
	const struct option_table *tables[COMMAND_TABLES];	/* of its own; NULL = none */
	const char *argument;	/* what messages call an argument: "DIR" */
	size_t min_arguments;
	size_t max_arguments;
	/* Does it, and returns the exit status; messages go to diag, whose status counts too. */
	enum status (*run)(const struct options *options, struct diag *diag);
};

/* All that this version has, in the order of help; the last is NULL. */
extern const struct command *const commands[];

extern const struct command command_init;
extern const struct command command_check;
extern const struct command command_preview;
extern const struct command command_sync;
extern const struct command command_couple;
extern const struct command command_uncouple;
extern const struct command command_resolve;
extern const struct command command_commit;
extern const struct command command_jobs;
extern const struct command command_errors;
extern const struct command command_explain;
extern const struct command command_verify;
extern const struct command command_simulate;
extern const struct command command_undo;
extern const struct command command_diff;
extern const struct command command_ledger;
extern const struct command command_convert;
extern const struct command command_test;
extern const struct command command_help;

/* The command of that name, or NULL. */
const struct command *command_find(struct str name);

/* ` (did you mean "sync"?)`, or nothing; lives in the diag. */
struct str command_nearest(struct str name, struct diag *diag);

/*
 * Collects the nearest of the names that are offered.  A name counts as near
 * when it begins so, or when a third of its characters at most, and no more
 * than three, differ.
 */
struct near_name {
	struct str wanted;
	struct str best;
	unsigned distance;
};

void near_offer(struct near_name *near, struct str candidate);
/* ` (did you mean "<prefix>name"?)`, or nothing when no name is near; lives in the arena. */
struct str near_text(const struct near_name *near, const char *prefix, struct arena *arena);

/* Prints a command's help, or with NULL the general one. */
void print_help(const struct command *command, FILE *out);

#endif
