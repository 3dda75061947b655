/*
 * convert_wizard.h - archives for Dataverse's import wizard (part 5, section 4)
 *
 * One CSV a table in each archive, called as people call the table, so that the
 * wizard finds table and columns by itself; what is more goes into further
 * archives.  Each file is below 8 MB, all of an archive below 32 MB together.
 */
#ifndef CMD_CONVERT_WIZARD_H
#define CMD_CONVERT_WIZARD_H

#include "base/buf.h"
#include "base/diag.h"

/* Takes an archive; number 0: it is the only one.  False with a message. */
typedef bool wizard_sink(void *context, unsigned number, struct str archive, struct diag *diag);

struct convert_wizard;

/* Never null. */
struct convert_wizard *wizard_open(wizard_sink *sink, void *context);

/* What the parts that follow are called, without an ending. */
void wizard_begin_table(struct convert_wizard *wizard, struct str name);

/* A record_sink of the wizard: the next part of the table, whole. */
bool wizard_add(void *wizard, struct str part, struct diag *diag);

/* The archive that is open goes on its way. */
bool wizard_finish(struct convert_wizard *wizard, struct diag *diag);

void wizard_close(struct convert_wizard *wizard);

#endif
