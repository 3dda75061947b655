/*
 * convert_job.h - one call of convert: what is read, which table of it, what is written
 */
#ifndef CMD_CONVERT_JOB_H
#define CMD_CONVERT_JOB_H

#include "cmd/command.h"
#include "io/table_list.h"
#include "sync/convert/convert.h"

struct convert_job {
	const struct options *options;
	struct diag *diag;
	struct arena arena;
	const char *in_path;
	const char *out_path;
	struct setup setup;
	struct table_list tables;	/* of the file */
	size_t member_count;		/* of an archive, that are sources of the setup's table */
	struct convert_options what;
	struct buf summary;
};

/* Whether the text ends so, without case. */
bool convert_ends_with(struct str text, const char *end);

/*
 * The format of a new file, by its ending unless one is given (1.2); each also
 * with .gz where it makes sense.  False with a message that begins with the command.
 */
bool convert_choose_format(const char *command, const char *path, enum format format,
	const struct import_format **chosen, bool *is_packed, struct diag *diag);

/* The record_sink of an open FILE. */
bool convert_add_to_stdout(void *context, struct str text, struct diag *diag);

/* Of a zip archive: the member that is read; false with a message. */
bool convert_choose_member(struct convert_job *job);

/* With a setup: its table that is named, else the one that is read from this file; and what it says of it. */
bool convert_use_setup(struct convert_job *job);

/* Without a setup: the table of the file that is named, or the only one. */
bool convert_choose_table(struct convert_job *job);

/* The setup's table for one of the file's; NULL when it has none, or there is no setup. */
struct table_def *convert_find_def(struct convert_job *job, const struct listed_table *table);

#endif
