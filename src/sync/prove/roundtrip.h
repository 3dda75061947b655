/*
 * roundtrip.h - values that would change on their way to the other side and back (1.2, E24)
 *
 * Looks at the exports alone, never at the ledger: what a two-way field mapping
 * would make of every value, whether or not its record is coupled.
 */
#ifndef SYNC_ROUNDTRIP_H
#define SYNC_ROUNDTRIP_H

#include "base/memory.h"
#include "sync/run.h"

/* What one field mapping does to the values of one side. */
struct roundtrip {
	const struct mapping *mapping;
	const struct field *field;	/* of the side where the values come from and go back to */
	enum direction direction;	/* of the way there */
	uint64_t count;
	uint64_t growing;		/* of these, values that change again with every way there and back */
	struct str key;			/* the first such record by key: ERP key, or uid where it has none */
	struct str value;		/* its value, and what comes back; options by name */
	struct str back;
};

/* In the order of mappings, their fields, and To before From; a zeroed one is valid. */
struct roundtrips {
	struct arena arena;		/* owns what values become; the rest lives in the run */
	struct roundtrip *items;
	size_t count;
	size_t capacity;
};

/*
 * Sends every value of the enabled bidirectional field mappings without a
 * reference to the other side and back, for records that pass the filters of
 * their side.  Values that cannot be transferred are no findings here: their
 * records fail in a run (D9).  The run is loaded; planning it is not needed.
 */
void roundtrip_check(const struct run *run, struct roundtrips *found);

void roundtrips_release(struct roundtrips *found);

#endif
