/*
 * insert.h - the identity of new records (4.7: E18, E19; 6.5; number series 2.1)
 *
 * Called by the serial commit, in record order: number series and the question
 * which of two sources gets a mapped key depend on that order, nothing else does.
 */
#ifndef SYNC_INSERT_H
#define SYNC_INSERT_H

#include "sync/decide.h"

struct identity {
	struct str uid;		/* of the new record; empty while unknown */
	struct str key;		/* ERP: its key, or empty while unknown */
	uint32_t adopted_row;	/* E19: an uncoupled row that is already there, or TABLE_NO_ROW */
};

/* 6.5: the uid of the CRM row made of a source: the same on every run.  Lives in the decider's arena. */
struct str insert_crm_uid(struct decider *d, uint32_t source_row);

/* E19: finds the rows that have the uids of inserts into the CRM already, for insert_identify(). */
void insert_find_rows(const struct sync_job *job, struct outcome *outcomes, uint32_t count);

/*
 * Gives an insert or restore its identity; a key from a number series is added
 * to the outcome's values.  False when it cannot have one: the outcome is a
 * failure then (`key-in-use`, `blank-key`, `number-series-full`).
 */
bool insert_identify(struct decider *d, struct outcome *outcome, struct identity *identity);

/*
 * E41: takes the name that a renamed option or its record gets.  False when
 * another one has it: the outcome is a failure then (`key-in-use`).
 */
bool insert_rename(struct decider *d, struct outcome *outcome);

/* Whether any mapping of the row's table has it coupled, or pending. */
bool insert_is_coupled(const struct sync_job *job, enum side side, uint32_t row);

#endif
