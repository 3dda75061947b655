/*
 * ledger_show.h - what `couplet ledger` prints
 */
#ifndef CMD_LEDGER_SHOW_H
#define CMD_LEDGER_SHOW_H

#include "base/buf.h"
#include "options.h"
#include "sync/convert/ledger_exchange.h"

/* Counts by mapping and state. */
void ledger_show(const struct ledger *ledger, const struct setup *setup, const struct options *options);

/*
 * What is said when a file is published: made before, as nothing may need memory
 * from then on.  Of an export also, as notices, what the table cannot hold.
 */
struct buf ledger_exported_text(const struct ledger_exported *result, const char *path, bool to_stdout,
	const struct options *options, struct diag *diag);
struct buf ledger_imported_text(const struct ledger_imported *result, enum status status,
	const struct options *options);

/* Prints a text and releases it. */
void ledger_show_text(struct buf *text);

#endif
