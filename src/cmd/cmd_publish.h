/*
 * cmd_publish.h - what all commands share that write an output folder (part 6)
 */
#ifndef CMD_CMD_PUBLISH_H
#define CMD_CMD_PUBLISH_H

#include "cmd/cmd_report.h"
#include "cmd/cmd_run.h"

/* -o DIR and --commit; their title is "Options". */
extern const struct option_table publish_options;

/*
 * Whether -o names a folder that is absent or empty; else status 2.  Said before
 * the work is done; emit_folder() has the last word.
 */
bool publish_check(const struct options *options, struct diag *diag);

/* The arguments MAPPING KEY... as answers of one action; freed with free(run_options->answers). */
void publish_answers(
	struct run_options *run_options, const struct options *options, enum resolve_action action);

/*
 * Reads, plans and publishes: the folder, the summary and, with --commit, the
 * ledger.  The exit status of the command.
 */
enum status publish_run(
	const struct run_options *run_options, const struct options *options, struct diag *diag);

#endif
