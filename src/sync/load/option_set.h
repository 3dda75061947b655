/*
 * option_set.h - what new and renamed options are called, and their numbers (4.13: E41)
 *
 * Options of one set must differ in their labels, as the setup that declares
 * them reads them by name; and a number is given out once, also while nobody
 * has declared it yet.  Called by the serial commit, in record order.
 */
#ifndef SYNC_OPTION_SET_H
#define SYNC_OPTION_SET_H

#include "sync/insert.h"

/* One label that is taken: by a declared option, or by one that only a pending line or this run knows. */
struct option_label {
	struct str folded;	/* without case and outer blanks */
	uint32_t row;		/* of the option set; TABLE_NO_ROW when it is not declared yet */
};

struct option_labels {
	bool is_made;
	struct index index;		/* of folded labels */
	struct option_label *labels;
	size_t count;
	size_t capacity;
	uint64_t last;			/* the largest number declared, in the ledger, or given by this run */
};

/*
 * The identity of an insert or restore into an option set: the largest number
 * plus one, or the former one.  An option of that label that is declared and
 * not coupled is adopted instead (E19).  False when it cannot have one: the
 * outcome is a failure then (`key-in-use`, `blank-key`, `number-series-full`).
 */
bool option_identify(struct decider *d, struct outcome *outcome, struct identity *identity);

/* Takes the label that an option gets; false with `key-in-use` when another option has it. */
bool option_rename(struct decider *d, struct outcome *outcome);

void option_labels_release(struct option_labels *labels);

#endif
