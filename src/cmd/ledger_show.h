/*
 * ledger_show.h - what `couplet ledger` prints
 */
#ifndef CMD_LEDGER_SHOW_H
#define CMD_LEDGER_SHOW_H

#include "options.h"
#include "sync/convert/ledger_exchange.h"

/* Counts by mapping and state. */
void ledger_show(const struct ledger *ledger, const struct setup *setup, const struct options *options);

/* What was written, and as notices what the table cannot hold. */
void ledger_show_exported(const struct ledger_exported *result, const char *path, bool to_stdout,
	const struct options *options, struct diag *diag);

/* Returns status 4 when records were left out. */
enum status ledger_show_imported(const struct ledger_imported *result, const struct options *options);

#endif
