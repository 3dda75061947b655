/* flight.c - what a run wrote, and no export shows yet (E11) */
#include "model/value.h"
#include "sync/assess.h"
#include "sync/assess_parts.h"

/*
 * A side that was written while no export showed it (a delta export): what it
 * showed before is not known, so what is written is held against what it shows.
 */
static bool
was_written_unseen(const struct assessment *a, enum side side)
{
	return base_was_unseen(&a->base.replaced[side]);
}

/* Whether the side shows something else than was written, but for what a destination alters (E12). */
static bool
differs_from_written(struct assessment *a, enum side side, size_t field)
{
	const struct field_mapping *fm = &a->ms->mapping->fields[field];
	enum side from = other_side(side);
	enum direction direction = from == ERP ? TO : FROM;
	struct transfer_context tc = assessment_context(a);

	if (!field_moves(fm, direction) || !fm->fields[side] || a->coupling->row[from] == TABLE_NO_ROW)
		return false;
	struct cell source = assessed_cell(a, field, from);
	struct cell shown = assessed_cell(a, field, side);
	struct transfer t = transfer_field(&tc, fm, direction, source);
	if (t.status != TRANSFER_VALUE || transfer_is_equal(&tc, fm, direction, source, shown, &t))
		return false;
	return shown.is_bad || !value_nearly_equal(fm->fields[side]->type, t.value, cell_str(shown));
}

/* E11: whether a field that was written still shows what it showed before. */
static bool
is_not_seen(struct assessment *a, enum side side, size_t field)
{
	if (was_written_unseen(a, side))
		return differs_from_written(a, side, field);
	return replaced_is_shown(&a->base.replaced[side], field, a->ms->mapping, side, a->cells[side]);
}

static bool
has_moved(const struct assessment *a, enum side side)
{
	return replaced_has_moved(&a->base.replaced[side], side_stamp(a, side), a->coupling->time[side]);
}

bool
is_in_flight(struct assessment *a, enum side side, size_t field)
{
	bool may_move =
		!field_is_bidirectional(&a->ms->mapping->fields[field]) && !was_written_unseen(a, side);

	return is_not_seen(a, side, field) && (may_move || !has_moved(a, side));
}

void
assess_flight(struct assessment *a, enum side side)
{
	const struct mapping *mapping = a->ms->mapping;
	uint32_t unclear = TRACK_CHANGED(GROUP_E_BI) | TRACK_CHANGED(GROUP_C_BI);
	uint32_t found = 0;

	for (size_t i = 0; i < mapping->field_count; i++) {
		if (is_in_flight(a, side, i))
			found |= TRACK_IN_FLIGHT(side);
		else if (field_is_bidirectional(&mapping->fields[i]) && is_not_seen(a, side, i))
			found |= unclear;
	}
	a->tests.is_unclear[side] = found & unclear;
	a->track |= found ? found : TRACK_LANDED(side);
}

/*
 * Whether what was written is what the source holds now.  Of its own group that
 * the base does not know, that is not known either once it counts as changed,
 * but for a field that the base knows by itself.  The line tells of a constant
 * by its meaning (3.2): this one was written, unless an undo took it back.
 */
static enum base_mark
written_mark(const struct assessment *a, size_t field, enum side from, struct cell source)
{
	const struct field_mapping *fm = &a->ms->mapping->fields[field];
	enum group own = from == ERP ? GROUP_E_TO : GROUP_C_FROM;
	const struct base_field *known = base_find_field(&a->base, field);

	if (fm->has_constant)
		return known ? BASE_CHANGED : BASE_SAME;
	if (!field_is_bidirectional(fm) && !known && !(a->track & TRACK_KNOWN(own))
		&& (a->track & TRACK_CHANGED(own)))
		return BASE_CHANGED;
	return base_mark_of(&a->base, a->ms->mapping, a->track, field, from, source);
}

/*
 * E11: what was written into a field.  Where both sides of it are in flight, the
 * job To wrote what the ERP still shows, and From what the CRM had by then: so
 * neither source has changed.
 */
static struct transfer
written_before(struct assessment *a, size_t field, enum side side, enum base_mark *mark)
{
	const struct field_mapping *fm = &a->ms->mapping->fields[field];
	struct transfer_context tc = { .run = a->run, .mapping = a->ms->mapping,
		.arena = &a->run->state->arena, .scratch = &a->scratch };
	enum side from = other_side(side);
	struct cell source = fm->has_constant ? (struct cell){ 0 } : assessed_cell(a, field, from);

	if (!field_is_bidirectional(fm) || !is_in_flight(a, from, field)) {
		*mark = written_mark(a, field, from, source);
		return transfer_field(&tc, fm, from == ERP ? TO : FROM, source);
	}
	*mark = BASE_SAME;
	struct transfer to = transfer_field(&tc, fm, TO, assessed_cell(a, field, ERP));
	if (side == CRM || to.status != TRANSFER_VALUE)
		return to;
	return transfer_field(&tc, fm, FROM, str_cell(to.value));
}

/* Equals nothing, and is told from what is shown by its place: that may be no value of its type either. */
static struct cell
written_anew(struct run *run, struct cell shown)
{
	struct str text = shown.is_bad ? arena_copy(&run->state->arena, cell_str(shown)) : cell_str(shown);

	return (struct cell){ text.ptr, (uint32_t)text.len, true };
}

void
lay_in_flight(struct assessment *a, enum side side)
{
	struct run *run = a->run;
	const struct mapping *mapping = a->ms->mapping;
	const struct table *table = run_table(run, mapping, side);
	enum direction direction = side == CRM ? TO : FROM;
	bool has_source = a->coupling->row[other_side(side)] != TABLE_NO_ROW;

	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		if (!field_moves(fm, direction) || !is_in_flight(a, side, i)
			|| (!has_source && !fm->has_constant))
			continue;
		enum base_mark mark;
		struct transfer t = written_before(a, i, side, &mark);
		struct cell shown = assessed_cell(a, i, side);
		struct cell cell = { t.value.ptr, (uint32_t)t.value.len, false };
		if (t.status != TRANSFER_VALUE || mark == BASE_CHANGED)
			cell = written_anew(run, shown);
		state_write(run, table, a->coupling->row[side], fm->fields[side]->column, cell, 0);
	}
}
