/* undo_base.c - what two sides agreed on before a run that is taken back (L9, E11) */
#include "sync/undo/undo_base.h"

#include <stdlib.h>

#include "model/value.h"
#include "sync/settle_parts.h"

static const enum group bi_group[SIDES] = { GROUP_E_BI, GROUP_C_BI };
static const enum group own_group[SIDES] = { GROUP_E_TO, GROUP_C_FROM };

/* One coupling at work: what the run took back of it, and the values of before, over the effective ones. */
struct undone {
	struct settling s;
	const struct taken_back *list;
	size_t count;
	struct cell *before[SIDES];
	bool has_bidirectional;
	bool is_agreed[SIDES];	/* nobody has edited the side's bidirectional fields since */
};

static int
compare_taken(const void *a, const void *b)
{
	const struct taken_back *left = a;
	const struct taken_back *right = b;

	if (left->coupling != right->coupling)
		return left->coupling < right->coupling ? -1 : 1;
	if (left->field != right->field)
		return left->field < right->field ? -1 : 1;
	return left->side < right->side ? -1 : left->side > right->side;
}

static const struct taken_back *
find_taken(const struct undone *u, size_t field)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->list[i].field == field)
			return &u->list[i];
	return NULL;
}

/* A cell that equals nothing: its side counts as changed whatever it shows. */
static struct cell
like_no_other(struct cell cell)
{
	return (struct cell){ cell.ptr, cell.len, true };
}

/* What the other side held before: the old value on its way back, else something that it does not hold. */
static struct cell
source_before(struct undone *u, const struct taken_back *t)
{
	const struct field_mapping *fm = &u->s.ms->mapping->fields[t->field];
	enum side source = other_side(t->side);
	struct transfer_context tc = { .run = u->s.run, .mapping = u->s.ms->mapping,
		.arena = &u->s.arena, .scratch = &u->s.scratch };
	struct cell present = u->s.cells[source][fm->fields[source]->column];

	if (t->was_edited || t->old.is_bad)
		return like_no_other(present);
	struct transfer back = transfer_field(&tc, fm, t->side == CRM ? FROM : TO, t->old);
	if (back.status != TRANSFER_VALUE)
		return like_no_other(present);
	return str_cell(back.value);
}

static void
load_sides(struct undone *u)
{
	struct settling *s = &u->s;

	for (enum side side = ERP; side < SIDES; side++) {
		uint32_t row = s->coupling->row[side];
		s->has[side] = row != TABLE_NO_ROW;
		memset(s->cells[side], 0, s->tables[side]->column_count * sizeof(struct cell));
		if (s->has[side]) {
			table_unpack(s->tables[side], row, s->shown[side]);
			memcpy(s->cells[side], s->shown[side],
				s->tables[side]->column_count * sizeof(struct cell));
			state_lay_over(s->run, s->tables[side], row, s->cells[side]);
		}
	}
}

/* The effective values, and those of before the run. */
static void
look_back(struct undone *u)
{
	const struct mapping *mapping = u->s.ms->mapping;

	for (size_t i = 0; i < u->count; i++) {
		const struct taken_back *t = &u->list[i];
		u->s.cells[t->side][mapping->fields[t->field].fields[t->side]->column] = t->old;
	}
	for (enum side side = ERP; side < SIDES; side++)
		memcpy(u->before[side], u->s.cells[side],
			u->s.tables[side]->column_count * sizeof(struct cell));
	u->has_bidirectional = false;
	for (size_t i = 0; i < u->count; i++) {
		const struct taken_back *t = &u->list[i];
		const struct field_mapping *fm = &mapping->fields[t->field];
		enum side source = other_side(t->side);
		if (!field_is_bidirectional(fm))
			continue;
		u->has_bidirectional = true;
		u->before[source][fm->fields[source]->column] = source_before(u, t);
		if (t->was_edited)
			u->before[t->side][fm->fields[t->side]->column] = like_no_other(t->old);
	}
}

/* What is on its way from another run and is to be written anew has no value to make a digest of (E11). */
static bool
is_all_known(const struct undone *u, enum side side)
{
	const struct mapping *mapping = u->s.ms->mapping;

	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		if (!field_is_bidirectional(fm) || find_taken(u, i))
			continue;
		uint32_t column = fm->fields[side]->column;
		if (cell_is_anew(u->s.cells[side][column], u->s.shown[side][column]))
			return false;
	}
	return true;
}

/*
 * An edited side's digest stays, as it counts as changed by it.  So it does where
 * the run that is taken back was never committed and its digest fits again.
 */
static void
agree_on_group(struct undone *u, enum side side)
{
	struct settling *s = &u->s;
	enum group group = bi_group[side];
	uint64_t digest = s->has[side] ? group_digest(&s->ms->scheme, group, u->before[side], &s->scratch)
				       : ~s->old.digest[group];

	u->is_agreed[side] =
		s->old.known[group] && (!(s->track & TRACK_CHANGED(group)) || digest == s->old.digest[group]);
	if (!u->is_agreed[side])
		return;
	s->new.digest[group] = digest;
	if (s->has[side] && !is_all_known(u, side))
		s->new.known[group] = false;
}

static void
agree_on_groups(struct undone *u)
{
	struct settling *s = &u->s;

	for (enum side side = ERP; side < SIDES; side++) {
		enum group group = bi_group[side];
		u->is_agreed[side] = s->old.known[group] && !(s->track & TRACK_CHANGED(group));
		if (u->has_bidirectional)
			agree_on_group(u, side);
	}
	/* What one direction writes, constants too, is not known to be there any more: it is sent (E15). */
	for (size_t i = 0; i < u->count; i++) {
		enum side source = other_side(u->list[i].side);
		if (!field_is_bidirectional(&s->ms->mapping->fields[u->list[i].field]))
			s->new.known[own_group[source]] = s->ms->scheme.is_empty[own_group[source]];
	}
}

static void
agree_on_field(struct undone *u, size_t field)
{
	struct settling *s = &u->s;
	const struct field_mapping *fm = &s->ms->mapping->fields[field];
	const struct taken_back *taken = find_taken(u, field);
	const struct base_field *old = base_find_field(&s->old, field);
	struct base_field entry = { .field = (uint32_t)field };

	/* Any digest says of a constant that it was taken back (E11). */
	if (taken && fm->has_constant)
		entry.has[other_side(taken->side)] = true;
	for (enum side side = ERP; side < SIDES; side++) {
		bool is_bi = group_has_field(bi_group[side], fm);
		if (!is_bi && !group_has_field(own_group[side], fm))
			continue;
		struct cell cell = field_cell(fm, side, u->before[side]);
		if (taken && !is_bi)
			cell = like_no_other(cell);
		if (s->has[side] && (taken || (!old && is_bi && u->is_agreed[side] && !cell.is_bad))) {
			entry.has[side] = true;
			entry.digest[side] = cell_digest(fm->fields[side], cell);
		} else if (old) {
			entry.has[side] = old->has[side];
			entry.digest[side] = old->digest[side];
		}
	}
	if (entry.has[ERP] || entry.has[CRM])
		s->new.fields[s->new.field_count++] = entry;
}

/* 3.2: as settle_fields() keeps them. */
static void
agree_on_fields(struct undone *u)
{
	struct settling *s = &u->s;
	const struct mapping *mapping = s->ms->mapping;
	bool in_flight = s->new.replaced[ERP].is_present || s->new.replaced[CRM].is_present;

	s->new.fields = NULL;
	s->new.field_count = 0;
	if (!mapping->base_by_field && !in_flight)
		return;
	s->new.fields = arena_array(&s->arena, struct base_field, mapping->field_count);
	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		bool is_kept = mapping->base_by_field && fm->is_enabled && !fm->has_constant;
		if (field_is_bidirectional(fm) || is_kept || fm->has_constant)
			agree_on_field(u, i);
	}
}

/* base="fields": a field that the base does not know, left alone (E15), must not count as changed. */
static bool
was_partly_known(const struct undone *u, enum side side)
{
	const struct mapping *mapping = u->s.ms->mapping;
	bool has_unknown = false;

	for (size_t i = 0; mapping->base_by_field && i < mapping->field_count; i++) {
		const struct base_field *known = base_find_field(&u->s.old, i);
		has_unknown = has_unknown ||
		    (field_is_bidirectional(&mapping->fields[i]) && !(known && known->has[side]));
	}
	return has_unknown && u->s.old.field_count != 0;
}

/*
 * The source's time is of before, which nobody knows: blank, so that the source
 * counts as changed where the base does not tell, as when the mapping is mended
 * between the undo and the next run.  What was written and shown is seen.
 */
static void
enter_line(struct undone *u)
{
	struct coupling *c = u->s.coupling;

	for (enum side side = ERP; side < SIDES; side++) {
		int64_t stamp = u->s.has[side] ? table_stamp(u->s.tables[side], c->row[side]) : STAMP_NONE;
		if ((u->s.track & TRACK_LANDED(side)) && stamp != STAMP_NONE && stamp > c->time[side])
			c->time[side] = stamp;
	}
	for (size_t i = 0; i < u->count; i++) {
		enum side side = u->list[i].side;
		if (!was_partly_known(u, other_side(side)))
			c->time[other_side(side)] = STAMP_NONE;
		if (u->list[i].was_edited)
			c->time[side] = STAMP_NONE;
		coupling_set_result(c, side, RESULT_NONE);
		c->job[side] = 0;
		if (coupling_find_rest(c))
			coupling_find_rest(c)->failure[side] = (struct str){ NULL, 0 };
	}
	c->is_skipped = false;
	buf_reset(&u->s.text);
	base_encode(&u->s.new, &u->s.ms->scheme, &u->s.text);
	coupling_set_base(c, packed_copy(u->s.lasting, buf_str(&u->s.text)));
}

static void
agree_on_coupling(struct undone *u, uint32_t number)
{
	struct settling *s = &u->s;
	struct run *run = s->run;

	s->coupling = &run->ledger.couplings[number];
	if (s->coupling->is_dropped)
		return;
	s->number = number;
	s->ms = &run->state->mappings[s->coupling->mapping];
	s->track = run->state->tracks[number];
	for (enum side side = ERP; side < SIDES; side++)
		s->tables[side] = run_table(run, s->ms->mapping, side);
	arena_reset(&s->arena);
	s->old = (struct coupling_base){ 0 };
	base_decode(coupling_base_text(s->coupling), &s->ms->scheme, &s->arena, &s->old);
	s->new = s->old;
	load_sides(u);
	look_back(u);
	agree_on_groups(u);
	for (enum side side = ERP; side < SIDES; side++)
		if (s->has[side])
			settle_replaced(s, side);
	agree_on_fields(u);
	enter_line(u);
	if ((s->track & (TRACK_IN_FLIGHT(ERP) | TRACK_IN_FLIGHT(CRM))) && !s->new.replaced[ERP].is_present
		&& !s->new.replaced[CRM].is_present)
		run->plan.pending--;	/* nothing of it is on its way any more */
	run->state->tracks[number] = 0;	/* nothing is left to settle */
}

void
undo_agree(struct run *run, struct taken_back *list, size_t count)
{
	struct undone u = { .s = { .run = run, .lasting = &run->plan.arena } };
	uint32_t widest = run_widest(run);

	if (count == 0)
		return;
	qsort(list, count, sizeof *list, compare_taken);
	for (enum side side = ERP; side < SIDES; side++) {
		u.s.shown[side] = memory_new(widest, sizeof(struct cell));
		u.s.cells[side] = memory_new(widest, sizeof(struct cell));
		u.before[side] = memory_new(widest, sizeof(struct cell));
	}
	for (size_t i = 0; i < count; i += u.count) {
		u.list = &list[i];
		for (u.count = 1; i + u.count < count && list[i + u.count].coupling == list[i].coupling;)
			u.count++;
		agree_on_coupling(&u, list[i].coupling);
	}
	for (enum side side = ERP; side < SIDES; side++) {
		free(u.s.shown[side]);
		free(u.s.cells[side]);
		free(u.before[side]);
	}
	arena_release(&u.s.arena);
	buf_release(&u.s.scratch);
	buf_release(&u.s.text);
}
