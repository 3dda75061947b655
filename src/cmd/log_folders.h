/*
 * log_folders.h - which output folders jobs and errors look at
 */
#ifndef CMD_LOG_FOLDERS_H
#define CMD_LOG_FOLDERS_H

#include "cmd/command.h"

/*
 * The folders that the arguments name, in that order.  One without a
 * manifest.xml that is there stands for the output folders in it, newest run
 * first; so does the working folder where no argument is given.  Paths live in
 * the arena.  False with a message: status 3 where a folder holds none, 7 where
 * it cannot be read.
 */
bool log_folders(const struct options *options, struct arena *arena, struct str **folders, size_t *count,
	struct diag *diag);

#endif
