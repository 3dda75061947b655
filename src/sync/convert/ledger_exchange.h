/*
 * ledger_exchange.h - couplings from and to Business Central's own table (3.5)
 *
 * Table numbers are resolved to mappings by table/@id.  Couplings of Business
 * Central belong to a table, those of the ledger to a mapping: where several
 * mappings have the table, the enabled ones are meant, then those that are
 * named, and what is still not one is refused.
 */
#ifndef SYNC_LEDGER_EXCHANGE_H
#define SYNC_LEDGER_EXCHANGE_H

#include "model/ledger.h"
#include "sync/emit/record_file.h"

struct ledger_imported {
	uint64_t couplings;
	uint64_t left_out;	/* records that are no coupling of a mapping; told */
};

/*
 * Reads table 5331 into a ledger that need not be initialised and must be
 * released, also on failure.  Uids are entered.  False with all findings in
 * diag (status 3).
 */
bool ledger_import(struct ledger *ledger, struct setup *setup, const char *path, const struct str *mappings,
	size_t mapping_count, struct ledger_imported *result, struct diag *diag);

/* What a ledger has and the table has not; told. */
struct ledger_exported {
	uint64_t records;
	uint64_t pending;
	uint64_t removed;
	uint64_t failed_creates;
	uint64_t foreign;	/* lines of mappings that the setup does not have */
	uint64_t without_guid;	/* couplings that name a record by its key, or an option */
	uint64_t bases;
	uint64_t failures;	/* texts */
	uint64_t jobs;		/* ids that are no Guids */
	uint64_t watermarks;
	uint64_t series;
};

struct ledger_export_options {
	const struct import_format *format;
	bool is_packed;
	struct str shown_out;
	record_sink *sink;
	void *context;
};

/* Writes table 5331; false with findings in diag. */
bool ledger_export(const struct ledger *ledger, struct setup *setup,
	const struct ledger_export_options *options, struct ledger_exported *result, struct diag *diag);

#endif
