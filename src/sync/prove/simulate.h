/*
 * simulate.h - the world after an import: a folder's import files applied to copies of the exports (L8)
 */
#ifndef SYNC_SIMULATE_H
#define SYNC_SIMULATE_H

#include "base/diag.h"
#include "model/setup.h"

/* An output folder whose import files are to be applied. */
struct simulation {
	const struct setup *setup;
	const char *folder;
	const struct str *outputs;	/* paths in it, as its manifest names them */
	size_t output_count;
	int64_t now;			/* time of the run that wrote it */
};

/*
 * Reads the exports, applies every file under erp/ and crm/ in import order as
 * the target systems would (fields cut to length, Codes in upper case, assigned
 * keys and uids, stamps one second after the run), and publishes a folder with
 * the exports as CSV, the folder's ledger, and a couplet.xml that reads them.
 * False with messages (status 2, 3 or 7); *applied counts the records.
 */
bool simulate(const struct simulation *simulation, const char *target, uint64_t *applied, struct diag *diag);

#endif
