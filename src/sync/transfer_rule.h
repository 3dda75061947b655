/*
 * transfer_rule.h - a source value through the transformation rules of its field mapping (E20, R83)
 *
 * Pure, as sync/transfer.h.
 */
#ifndef SYNC_TRANSFER_RULE_H
#define SYNC_TRANSFER_RULE_H

#include "sync/transfer.h"

enum ruled_status {
	RULED_SOURCE,	/* `value` is one of the source's field, instead of the source's own */
	RULED_TARGET,	/* `value` is the destination's, a date or time; the source need not hold such */
	RULED_FAILED,	/* `code` and `message` say why */
};

struct ruled {
	enum ruled_status status;
	struct str value;	/* canonical; in the arena, or the source's own */
	enum code code;
	struct str message;
};

/*
 * The rules of earlier field mappings that read the same field, then the own
 * one.  Each result takes the place of the source's value, so it must be of the
 * source field's type and length; where the own rule's destination is a Date or
 * DateTime, its result is read as that instead.  An earlier rule that fails
 * leaves the value as it was: its own field mapping tells.
 */
struct ruled transfer_rules(const struct transfer_context *tc, const struct field_mapping *fm,
	enum direction direction, struct str value);

#endif
