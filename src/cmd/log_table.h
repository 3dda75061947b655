/*
 * log_table.h - jobs.csv and errors.csv as tables for people, or as JSON
 */
#ifndef CMD_LOG_TABLE_H
#define CMD_LOG_TABLE_H

#include "cmd/command.h"

struct log_column {
	const char *name;
	bool is_number;
	bool is_shown;	/* in the table for people; JSON has all */
};

/* One kind of log. */
struct log_kind {
	const char *file;
	const struct log_column *columns;
	size_t column_count;
	const char *status_column;	/* what --status looks at */
	bool (*has_status)(struct str value, struct str status);
	const char *statuses;		/* what --status may be */
};

/*
 * Prints the log of every folder that the arguments name.  Columns that the
 * file has besides are left out; one that it lacks is an error (status 3).
 */
bool log_print(const struct log_kind *kind, const struct options *options, struct diag *diag);

#endif
