/*
 * reference.h - foreign keys translated through the ledger (4.11: E32, E33)
 */
#ifndef SYNC_REFERENCE_H
#define SYNC_REFERENCE_H

#include "sync/transfer.h"

/*
 * Translates a non-blank canonical value of the source field through the
 * couplings of the referenced mapping.  True with the destination's key or uid
 * in *result (canonical, in the destination field's type); false when nothing
 * is coupled: *message then names the record that must be coupled first.
 */
bool reference_resolve(const struct transfer_context *tc, const struct field_mapping *fm,
	enum direction direction, struct str value, struct str *result, struct str *message);

#endif
