/*
 * reference.h - foreign keys translated through the ledger (2.4, 4.11: E32, E33, E35)
 */
#ifndef SYNC_REFERENCE_H
#define SYNC_REFERENCE_H

#include "sync/transfer.h"

enum resolved_how {
	REFERENCE_RESOLVED,	/* `value` is what the destination gets, blank where that stands for it */
	REFERENCE_AWAITED,	/* may still be made in this run: set in a link file, if at all (E34) */
	REFERENCE_UNRESOLVED,	/* `code` and `message` say what must be done first */
	REFERENCE_BAD_LINK,	/* a link table's record holds a bad value: `code`, `message`, `place` */
};

struct resolved {
	enum resolved_how how;
	struct str value;	/* canonical, in the destination field's type */
	uint32_t coupling;	/* that gave the value; else INDEX_NONE */
	enum code code;
	struct str message;
	struct str place;	/* "erp/links.csv:12: column 3 "Link to Table": ", or empty */
};

/*
 * Translates a canonical value of the source field through the couplings of the
 * referenced mappings, the first that resolves; a blank one only To and where
 * blank-as says what it stands for.  With tc->job, what a job of this run
 * makes counts only as far as its import files come before those of that job;
 * what comes later is awaited with tc->may_wait, and else passed over.
 */
struct resolved reference_resolve(const struct transfer_context *tc, const struct field_mapping *fm,
	enum direction direction, struct str value);

/* E35, E41: whether a value of a side is a blank that is not looked up; option 0 is one. */
bool reference_is_blank(const struct field_mapping *fm, enum side side, struct str value);

/* The destination's blank of a reference: option 0 where option mappings are referred to. */
struct str reference_blank(const struct field_mapping *fm, enum side side);

#endif
