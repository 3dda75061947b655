/*
 * init_from.h - a setup made from Business Central's own mappings (1.2 init --from, R1, R3, R126)
 *
 * Tables 5335 Integration Table Mapping and 5336 Integration Field Mapping, out
 * of a RapidStart package or CSV.  They name tables and fields by numbers, of
 * which those of the default setup are known; what has another number is kept as
 * a comment and told.
 */
#ifndef CMD_INIT_FROM_H
#define CMD_INIT_FROM_H

#include "base/diag.h"
#include "cmd/standard.h"
#include "options.h"

/* Appends the setup; what needs a person is told as notices.  False with findings in diag. */
bool init_from_files(const struct text_list *paths, unsigned ownership, struct buf *out, struct diag *diag);

#endif
