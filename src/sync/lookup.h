/*
 * lookup.h - the record that a person names: by ERP key, ERP uid or CRM uid
 */
#ifndef SYNC_LOOKUP_H
#define SYNC_LOOKUP_H

#include "base/buf.h"
#include "sync/state.h"

/* A record that was named, by what is known of it. */
struct lookup {
	uint32_t row[SIDES];	/* in the exports, or TABLE_NO_ROW */
	uint32_t coupling;	/* its line in the ledger, in any state, or INDEX_NONE */
	enum side side;		/* the side that the key names */
};

/*
 * The row of one side that the key names: in the ERP by key, else by uid; in
 * the CRM by uid.  The key is read as the field's type.  TABLE_NO_ROW when
 * there is none.  scratch is a work buffer.
 */
uint32_t lookup_row(const struct run *run, const struct mapping *mapping, enum side side, struct str key,
	struct buf *scratch);

/*
 * The record in the exports, ERP before CRM, with its line and partner; one that
 * no export shows by its line in the ledger.  False when nobody knows the key.
 */
bool lookup_record(const struct run *run, const struct mapping *mapping, struct str key,
	struct buf *scratch, struct lookup *found);

/* ` (did you mean "10000"?)` out of all keys of exports and ledger, or nothing; lives in the run's state. */
struct str lookup_near(const struct run *run, const struct mapping *mapping, struct str key);

#endif
