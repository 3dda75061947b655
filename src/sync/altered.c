/* altered.c - what an import kept otherwise than it was written (E12) */
#include "model/value.h"
#include "sync/assess_parts.h"

static const enum group bi_group[SIDES] = { GROUP_E_BI, GROUP_C_BI };

/* E12: whether a field of the side differs from the base; a new record has no base of fields. */
static bool
may_differ(struct assessment *a, enum side side, size_t field, struct cell shown)
{
	const struct base_field *known = base_find_field(&a->base, field);

	return !known || !known->has[side] ||
		!base_digest_equal(known->digest[side],
			cell_digest(a->ms->mapping->fields[field].fields[side], shown));
}

/* E12: whether all that differs on the side is what was written, as a destination keeps it. */
static bool
is_altered_only(struct assessment *a, enum side side)
{
	const struct mapping *mapping = a->ms->mapping;
	enum side from = other_side(side);
	enum direction direction = from == ERP ? TO : FROM;
	struct transfer_context tc = assessment_context(a);

	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		struct str written = STR("");
		if (!field_is_bidirectional(fm))
			continue;
		struct cell shown = assessed_cell(a, i, side);
		if (!may_differ(a, side, i, shown))
			continue;
		struct transfer t = transfer_field(&tc, fm, direction, assessed_cell(a, i, from));
		if (t.status == TRANSFER_VALUE)
			written = t.value;
		else if (t.status != TRANSFER_NOT_CARRIED)	/* not-null: nothing was written */
			return false;
		enum type type = fm->fields[side]->type;
		if (shown.is_bad || (!value_equal(type, written, cell_str(shown)) &&
			!value_nearly_equal(type, written, cell_str(shown))))
			return false;
	}
	return true;
}

void
assess_altered(struct assessment *a, enum side side)
{
	uint32_t own = TRACK_CHANGED(bi_group[side]);
	uint32_t others = TRACK_CHANGED(bi_group[other_side(side)]);

	if ((a->track & TRACK_LANDED(side)) && (a->track & TRACK_KNOWN(bi_group[side])) && (a->track & own) &&
	    !(a->track & others) && is_altered_only(a, side))
		a->track = (a->track & ~own) | TRACK_ALTERED(side);
}
