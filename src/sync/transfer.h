/*
 * transfer.h - one value from one side to the other, and when two values are equal (4.8)
 *
 * Pure functions over a const run.  Text that they make lives in the given
 * arena; scratch is a work buffer.  One worker each.
 */
#ifndef SYNC_TRANSFER_H
#define SYNC_TRANSFER_H

#include "base/buf.h"
#include "sync/plan.h"
#include "sync/run.h"

struct sync_job;
struct trace;	/* sync/explain/trace.h */

struct transfer_context {
	const struct run *run;
	const struct mapping *mapping;
	struct arena *arena;
	struct buf *scratch;
	const struct sync_job *job;	/* that asks; NULL outside of jobs: all that is coupled resolves */
	bool may_wait;		/* a reference to what this run makes too late is TRANSFER_AWAITED (E34) */
	struct trace *trace;	/* takes the steps of the value (L7); NULL in a run */
};

enum transfer_status {
	TRANSFER_VALUE,		/* `value` is what the destination gets */
	TRANSFER_NOT_CARRIED,	/* a blank that not-null keeps from being transferred */
	TRANSFER_FAILED,	/* D9: `code` and `message` say why */
	TRANSFER_LEFT_ALONE,	/* E33: ignore-record-when-unresolved */
	TRANSFER_AWAITED,	/* E34: set in a link file, after what it refers to is made */
};

struct transfer {
	enum transfer_status status;
	struct str value;		/* canonical, in the destination's type; awaited: in the source's */
	bool is_shortened;		/* E23: cut to the length of a Text field */
	bool is_cleared;		/* blank because of clear-value-on-failed-sync */
	enum code code;
	int rule;			/* E-number of a failure where its code does not tell it; else 0 */
	struct str message;		/* without place; made only on failure */
	struct str place;		/* of a bad value elsewhere than in the source, before the message */
};

/*
 * The value that a field mapping writes in a direction (E20, E23, E25): its
 * constant, or the source cell through transformation rules, then value map,
 * reference or conversion.
 */
struct transfer transfer_field(const struct transfer_context *tc, const struct field_mapping *fm,
	enum direction direction, struct cell source);

/*
 * E24: whether the destination already holds what `t`, the transfer of `source`,
 * would write.  A failed transfer counts as different.
 */
bool transfer_is_equal(const struct transfer_context *tc, const struct field_mapping *fm,
	enum direction direction, struct cell source, struct cell destination, const struct transfer *t);

/*
 * E24: whether `t`, the transfer of `source`, would change again each time that
 * it goes back and comes once more: its rule applies both ways and is neither a
 * round trip nor idempotent.  *message says how, if it is asked for.
 */
bool transfer_grows(const struct transfer_context *tc, const struct field_mapping *fm,
	enum direction direction, struct cell source, const struct transfer *t, struct str *message);

/* Both at once, for field mappings in both directions. */
bool values_are_equal(const struct transfer_context *tc, const struct field_mapping *fm,
	enum direction direction, struct cell source, struct cell destination);

/*
 * Whether both sides' values of a bidirectional field mapping are equal for a job
 * of either direction (E24).  Where a job left the record alone, `left` is its
 * direction and its view counts: a blank that not-null keeps from being transferred
 * is equal for the other one alone, and would end a conflict that nobody resolved (E26).
 */
bool sides_are_equal(const struct transfer_context *tc, const struct field_mapping *fm, enum direction left,
	struct cell erp, struct cell crm);

/*
 * Whether all enabled bidirectional field mappings are, as sides_are_equal();
 * without those that carry the key or uid of a side of `but_identity`: a job never
 * writes a difference there to its destination (E19), so it must not keep a coupling
 * from settling, or what was written would be written again (L11).
 */
bool bidirectional_is_equal(const struct transfer_context *tc, const struct cell *erp, const struct cell *crm,
	enum direction left, const bool but_identity[SIDES]);

/* Whether values go over as they are, but for the length of the destination: same type, nothing between. */
static inline bool
field_is_plain_copy(const struct field_mapping *fm)
{
	bool has_rule = fm->rule_count[ERP] > 0 || fm->rule_count[CRM] > 0;

	return fm->reference_count == 0 && !fm->value_map && !fm->has_constant && !has_rule &&
	    fm->fields[ERP]->type == fm->fields[CRM]->type && fm->fields[ERP]->type != TYPE_OPTION;
}

/* Whether values of the field mapping surely go over as they are where copy_fits(). */
static inline bool
field_is_copied(const struct field_mapping *fm)
{
	return field_is_plain_copy(fm) && !fm->is_label && !fm->not_null;
}

/* Whether a value goes over as it is into that length (0: any); "no" tells nothing: it counts bytes here. */
static inline bool
copy_fits(struct cell source, uint32_t length)
{
	return (length == 0 || source.len <= length) && !source.is_bad && !cell_is_awaited(source);
}

/* E41: labels of options, and the codes that they stand for, are equal without case and outer blanks. */
bool label_equal(struct str a, struct str b);

/*
 * E19: a record's key, and either side's uid, never change once the record is
 * there; but an option mapping renames a record that its uid tells (E41).
 */
bool field_is_identity(const struct field_mapping *fm, enum side side);

/* The side's cell that a field mapping reads or writes; a blank for a field that it has not. */
static inline struct cell
field_cell(const struct field_mapping *fm, enum side side, const struct cell *cells)
{
	if (!fm->fields[side])
		return (struct cell){ 0 };
	return cells[fm->fields[side]->column];
}

/* A value as people read it in messages: an option by name. */
struct str shown_value(const struct field *field, struct cell cell);

/* The canonical blank of a field: that of an empty cell, which for an Option may be the blank option. */
struct str field_blank(const struct field *field);

/* Whether an enabled field mapping moves data in the direction. */
static inline bool
field_moves(const struct field_mapping *fm, enum direction direction)
{
	return fm->is_enabled && (fm->direction & direction) != 0;
}

/* An enabled field mapping of the bidirectional group. */
static inline bool
field_is_bidirectional(const struct field_mapping *fm)
{
	return fm->is_enabled && fm->direction == BIDIRECTIONAL && !fm->has_constant;
}

#endif
