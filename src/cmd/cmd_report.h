/*
 * cmd_report.h - how report.html is shown: what all commands share that write one (6.4)
 */
#ifndef CMD_CMD_REPORT_H
#define CMD_CMD_REPORT_H

#include "cmd/command.h"

/* --lang, --mask, --mask-key; its title is "Report". */
extern const struct option_table report_table;

/*
 * What the options say, with the bytes of the key file; they live as long as the
 * diag.  False with status 2 where options contradict each other or the file is
 * no key, 7 where it cannot be read.
 */
bool report_options_read(struct report_options *report, const struct options *options, struct diag *diag);

#endif
