/* settle.c - what the run leaves in the ledger (4.9, 4.10: E26 to E31; E11) */
#include "sync/settle.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "model/value.h"
#include "sync/agreement.h"
#include "sync/load/lean.h"
#include "sync/pending.h"
#include "sync/settle_parts.h"

static const enum group bi_group[SIDES] = { GROUP_E_BI, GROUP_C_BI };
static const enum group own_group[SIDES] = { GROUP_E_TO, GROUP_C_FROM };
static const enum direction direction_from[SIDES] = { TO, FROM };

/* E26: a job that failed changes no base, so that what it could not transfer goes on to be told. */
static bool
unadopts(uint32_t track, enum side source)
{
	return !(track & TRACK_HAS_BASE) && (track & TRACK_LEFT(direction_from[source]));
}

/* Which couplings have anything to settle; an adopted base alone was entered when it was adopted (E27). */
static bool
is_touched(uint32_t track)
{
	uint32_t touched = TRACK_SETTLED(TO) | TRACK_SETTLED(FROM) | TRACK_LANDED(ERP) | TRACK_LANDED(CRM)
		| TRACK_CREATED;

	return (track & touched) || ((track & TRACK_ADOPT) && (unadopts(track, ERP) || unadopts(track, CRM)));
}

/* A create that is nothing but copies: of the row that is unpacked already. */
static void
lay_copies(struct settling *s, enum side side)
{
	const struct mapping *mapping = s->ms->mapping;
	enum side from = other_side(side);

	for (size_t i = 0; i < mapping->field_count; i++)
		if (field_moves(&mapping->fields[i], direction_from[from]))
			s->cells[side][mapping->fields[i].fields[side]->column] =
				field_cell(&mapping->fields[i], from, s->shown[from]);
}

static void
lay_change(struct settling *s, enum side side, const struct change *change)
{
	if (!change)
		return;
	if (change_is_copied(change) && change->source_row == s->coupling->row[other_side(side)]) {
		lay_copies(s, side);
		return;
	}
	const struct change_value *values = change_values(s->run, change, &s->room);
	for (uint32_t i = 0; i < change->value_count; i++)
		s->cells[side][values[i].column] = values[i].new;
}

/* The values of a written record that no export shows: blanks, and what the change and its link hold. */
static void
cells_of_change(struct settling *s, enum side side, const struct change *change)
{
	const struct table *table = s->tables[side];

	for (uint32_t i = 0; i < table->column_count; i++) {
		struct str blank = table->columns[i] ? field_blank(table->columns[i]) : STR("");
		s->cells[side][i] = (struct cell){ blank.ptr, (uint32_t)blank.len, false };
	}
	lay_change(s, side, change);
	lay_change(s, side, s->link);
	s->has[side] = true;
}

static void
load_cells(struct settling *s)
{
	for (enum side side = ERP; side < SIDES; side++) {
		uint32_t row = s->coupling->row[side];
		s->has[side] = row != TABLE_NO_ROW;
		if (!s->has[side])
			continue;
		table_unpack(s->tables[side], row, s->shown[side]);
		memcpy(s->cells[side], s->shown[side], s->tables[side]->column_count * sizeof(struct cell));
		state_lay_over(s->run, s->tables[side], row, s->cells[side]);
	}
}

static void
set_group(struct settling *s, enum group group, const struct cell *cells)
{
	s->new.known[group] = !s->ms->scheme.is_empty[group];
	if (s->new.known[group])
		s->new.digest[group] = group_digest(&s->ms->scheme, group, cells, &s->scratch);
}

/* The digest that a row was loaded with, if nothing lies over it; else 0. */
static uint64_t
kept_digest(const struct settling *s, enum side side)
{
	uint32_t row = s->coupling->row[side];

	return row == TABLE_NO_ROW || overlay_newest(s->run, s->tables[side], row)
		? 0
		: lean_digest(s->run, s->ms->mapping, bi_group[side], row);
}

/* Both sides' bidirectional groups where all their texts are the same, and so are the digests. */
static void
set_same_groups(struct settling *s)
{
	uint64_t digest = kept_digest(s, ERP);

	if (digest == 0)
		digest = kept_digest(s, CRM);
	if (digest == 0)
		digest = group_digest(&s->ms->scheme, GROUP_E_BI, s->cells[ERP], &s->scratch);
	for (enum side side = ERP; side < SIDES; side++) {
		s->new.known[bi_group[side]] = !s->ms->scheme.is_empty[bi_group[side]];
		s->new.digest[bi_group[side]] = digest;
	}
}

/* E26: the source as the job saw it, not as a later job of this run left it. */
static void
take_own_group(struct settling *s, enum side side)
{
	uint32_t job = s->ms->job[direction_from[side]];

	if (!s->has[side])
		return;
	s->own[side] = s->cells[side];
	if (s->ms->scheme.is_empty[own_group[side]] || s->coupling->row[side] == TABLE_NO_ROW
		|| job == PLAN_NO_JOB)
		return;
	state_unpack_at(s->run, s->tables[side], s->coupling->row[side], job, s->seen[side]);
	s->own[side] = s->seen[side];
}

/* Where both sides' bidirectional values agree, or are adopted as they are. */
static void
settle_bidirectional(struct settling *s)
{
	struct transfer_context tc = { .run = s->run, .mapping = s->ms->mapping,
		.arena = &s->arena, .scratch = &s->scratch };

	if (!s->has[ERP] || !s->has[CRM])
		return;
	bool is_same = s->is_same = pair_is_same(s->ms, s->cells[ERP], s->cells[CRM]);
	/* Of the sides that were a destination. */
	const bool but_identity[SIDES] = { s->track & TRACK_SETTLED(FROM), s->track & TRACK_SETTLED(TO) };
	if (s->track & (TRACK_ADOPT | TRACK_CREATED))
		s->sets_bidirectional = true;
	else if (s->track & (TRACK_SETTLED(TO) | TRACK_SETTLED(FROM)))
		s->sets_bidirectional = is_same || bidirectional_is_equal(&tc, s->cells[ERP],
			s->cells[CRM], left_direction(s), but_identity);
	if (s->holds_bidirectional) {
		s->sets_bidirectional = false;
		s->new.known[GROUP_E_BI] = s->new.known[GROUP_C_BI] = false;
		return;
	}
	if (is_same && s->sets_bidirectional) {
		set_same_groups(s);
		return;
	}
	for (enum side side = ERP; side < SIDES; side++)
		if (s->sets_bidirectional || (s->track & TRACK_ALTERED(side)))
			set_group(s, bi_group[side], s->cells[side]);
}

static void
settle_own_groups(struct settling *s)
{
	bool is_new_base = !(s->track & TRACK_HAS_BASE);

	for (enum side side = ERP; side < SIDES; side++) {
		s->own[side] = NULL;
		bool by_job = s->track & (TRACK_SETTLED(direction_from[side]) | TRACK_CREATED);
		/* Of a row that no export shows, what was not written is not known. */
		bool as_it_is = is_new_base && s->coupling->row[side] != TABLE_NO_ROW &&
		    !(s->track & TRACK_CHANGED(own_group[side]));
		/* What was held back is still to be written: the group goes on to count as changed. */
		bool holds = held_has_any(s->run, s->number, s->ms->mapping, direction_from[side]);
		if (unadopts(s->track, side))
			s->new.known[own_group[side]] = s->ms->scheme.is_empty[own_group[side]];
		else if (by_job || as_it_is)
			take_own_group(s, side);
		if (s->own[side] && !holds)
			set_group(s, own_group[side], s->own[side]);
	}
}

static bool
change_has(const struct run *run, const struct change *change, uint32_t column)
{
	for (uint32_t i = 0; i < change->value_count; i++)
		if (run->plan.values[change->first_value + i].column == column)
			return true;
	return false;
}

/* E34: a new record shows blanks in its linked fields until its link file is imported as well. */
static void
remember_linked(struct settling *s, enum side side)
{
	struct base_replaced *replaced = &s->new.replaced[side];
	const struct mapping *mapping = s->ms->mapping;
	enum direction direction = direction_from[other_side(side)];

	*replaced = (struct base_replaced){ .is_present = true, .stamp = STAMP_NONE };
	replaced->fields = arena_array(&s->arena, struct base_replaced_field, s->link->value_count);
	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field *field = mapping->fields[i].fields[side];
		if (!field_moves(&mapping->fields[i], direction) || !field
			|| !change_has(s->run, s->link, field->column))
			continue;
		uint64_t blank = cell_digest(field, str_cell(field_blank(field)));
		replaced->fields[replaced->count++] = (struct base_replaced_field){ (uint32_t)i, blank };
	}
}

/* A side that was written while no export showed it: nothing is known of what was replaced. */
static void
remember_unseen(struct settling *s, enum side side)
{
	bool is_new = s->coupling->state == (side == ERP ? STATE_PENDING_ERP : STATE_PENDING_CRM);

	if ((s->track & TRACK_CREATED) && s->link && is_new)
		remember_linked(s, side);
	else if (s->track & TRACK_WRITTEN(side))
		s->new.replaced[side] = (struct base_replaced){ .is_present = true, .stamp = STAMP_NONE };
}

void
settle_replaced(struct settling *s, enum side side)
{
	struct base_replaced *replaced = &s->new.replaced[side];
	const struct mapping *mapping = s->ms->mapping;
	enum direction direction = direction_from[other_side(side)];

	if (s->coupling->row[side] == TABLE_NO_ROW) {
		remember_unseen(s, side);
		return;
	}
	/* What was written came from the other side, which no export shows: it is in flight as before. */
	if (s->coupling->row[other_side(side)] == TABLE_NO_ROW && (s->track & TRACK_IN_FLIGHT(side)))
		return;
	*replaced = (struct base_replaced){ 0 };
	if (!overlay_newest(s->run, s->tables[side], s->coupling->row[side]))
		return;
	replaced->fields = arena_array(&s->arena, struct base_replaced_field, mapping->field_count);
	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field *field = mapping->fields[i].fields[side];
		if (!field || !field_moves(&mapping->fields[i], direction))
			continue;
		const struct cell *shown = &s->shown[side][field->column];
		const struct cell *written = &s->cells[side][field->column];
		if (shown->ptr == written->ptr && shown->len == written->len
			&& shown->is_bad == written->is_bad)
			continue;	/* nothing lies over it */
		uint64_t before = cell_digest(field, *shown);
		if (before == cell_digest(field, *written) && !written->is_bad)
			continue;
		replaced->fields[replaced->count++] = (struct base_replaced_field){ (uint32_t)i, before };
	}
	replaced->is_present = replaced->count != 0;
	replaced->stamp = table_stamp(s->tables[side], s->coupling->row[side]);
}

static int64_t
later(int64_t time, int64_t stamp)
{
	return time == STAMP_NONE || (stamp != STAMP_NONE && stamp > time) ? stamp : time;
}

/* E26: both sides' stamps, or the source's alone where the other direction left the coupling; never
 * backwards. */
static void
settle_times(struct settling *s)
{
	bool to = s->track & TRACK_SETTLED(TO);
	bool from = s->track & TRACK_SETTLED(FROM);
	bool settles[SIDES] = { to || (from && !(s->track & TRACK_LEFT(TO))),
		from || (to && !(s->track & TRACK_LEFT(FROM))) };

	if (s->track & TRACK_CREATED)
		return;
	for (enum side side = ERP; side < SIDES; side++)
		if (s->coupling->row[side] != TABLE_NO_ROW
			&& (settles[side] || (s->track & TRACK_LANDED(side))))
			s->coupling->time[side] = later(s->coupling->time[side],
				table_stamp(s->tables[side], s->coupling->row[side]));
}

static void
settle_pending_digest(struct settling *s)
{
	enum side side = s->coupling->state == STATE_PENDING_ERP ? ERP : CRM;

	s->new.has_pending = (s->track & TRACK_CREATED) && !coupling_has_id(s->coupling, side)
		&& s->has[side];
	if (s->new.has_pending)
		s->new.pending = pending_digest(&s->ms->scheme, side, s->cells[side], &s->scratch);
}

static void
settle_one(struct settling *s, uint32_t number, const struct unseen_write *unseen)
{
	struct run *run = s->run;
	const struct change *changes = run->plan.changes;
	char room[LEDGER_BASE_ROOM];

	s->coupling = &run->ledger.couplings[number];
	s->ms = &run->state->mappings[s->coupling->mapping];
	s->track = run->state->tracks[number];
	s->number = number;
	s->sets_bidirectional = s->is_same = false;
	s->holds_bidirectional = held_has_any(run, number, s->ms->mapping, BIDIRECTIONAL);
	for (enum side side = ERP; side < SIDES; side++)
		s->tables[side] = run_table(run, s->ms->mapping, side);
	arena_reset(&s->arena);
	s->old = (struct coupling_base){ 0 };
	if (!(s->track & TRACK_CREATED))
		base_decode(ledger_base(&run->ledger, s->coupling, room), &s->ms->scheme, &s->arena, &s->old);
	s->new = s->old;
	load_cells(s);
	s->link = unseen && unseen->link != 0 ? &changes[unseen->link - 1] : NULL;
	if (unseen)
		cells_of_change(s, changes[unseen->change].side, &changes[unseen->change]);
	settle_bidirectional(s);
	settle_own_groups(s);
	for (enum side side = ERP; side < SIDES; side++)
		if (s->track & (TRACK_SETTLED(TO) | TRACK_SETTLED(FROM) | TRACK_LANDED(side)))
			settle_replaced(s, side);
	settle_fields(s);
	settle_pending_digest(s);
	settle_times(s);
	buf_reset(&s->text);
	base_encode(&s->new, &s->ms->scheme, &s->text);
	coupling_set_base(s->coupling, packed_copy(s->lasting, buf_str(&s->text)));
}

struct settlers {
	struct run *run;
	struct settling *workers;
	uint32_t *unseen;	/* for each coupling: place in state.unseen plus 1, or 0 */
};

static void
settle_range(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	enum { TEXTS_AHEAD = 12, ROWS_AHEAD = 32, COUPLINGS_AHEAD = 64 };
	struct settlers *settlers = shared;
	const struct run *run = settlers->run;
	const uint32_t *tracks = run->state->tracks;

	for (uint32_t i = begin; i < end; i++) {
		if (i + COUPLINGS_AHEAD < end && is_touched(tracks[i + COUPLINGS_AHEAD]))
			state_fetch_coupling(run, i + COUPLINGS_AHEAD);
		if (i + ROWS_AHEAD < end && is_touched(tracks[i + ROWS_AHEAD]))
			state_fetch_rows(run, i + ROWS_AHEAD);
		if (i + TEXTS_AHEAD < end && is_touched(tracks[i + TEXTS_AHEAD]))
			state_fetch_texts(run, i + TEXTS_AHEAD);
		if (!is_touched(tracks[i]) || run->ledger.couplings[i].is_dropped)
			continue;
		uint32_t at = settlers->unseen[i];
		settle_one(&settlers->workers[worker], i, at ? &run->state->unseen[at - 1] : NULL);
	}
}

static void
settle_bases(struct run *run)
{
	unsigned threads = run->options->threads;
	struct settlers settlers = { run, memory_new(threads, sizeof(struct settling)),
		memory_new(run->ledger.count, sizeof(uint32_t)) };

	for (size_t i = 0; i < run->state->unseen_count; i++)
		settlers.unseen[run->state->unseen[i].coupling] = (uint32_t)i + 1;
	for (unsigned i = 0; i < threads; i++) {
		struct settling *s = &settlers.workers[i];
		s->run = run;
		s->lasting = &run->state->workers[i];
		s->room = copied_room_make(run);
		for (enum side side = ERP; side < SIDES; side++) {
			s->seen[side] = memory_new(run_widest(run), sizeof(struct cell));
			s->shown[side] = memory_new(run_widest(run), sizeof(struct cell));
			s->cells[side] = memory_new(run_widest(run), sizeof(struct cell));
		}
	}
	parallel_for(threads, (uint32_t)run->ledger.count, 1024, settle_range, &settlers);
	for (unsigned i = 0; i < threads; i++) {
		struct settling *s = &settlers.workers[i];
		for (enum side side = ERP; side < SIDES; side++) {
			free(s->seen[side]);
			free(s->shown[side]);
			free(s->cells[side]);
		}
		copied_room_release(&s->room);
		arena_release(&s->arena);
		buf_release(&s->scratch);
		buf_release(&s->text);
	}
	free(settlers.workers);
	free(settlers.unseen);
}

/* E17, E28: the line ends, and one that remembers the surviving side begins. */
static void
enter_removed(struct run *run, uint32_t number, enum side deleted)
{
	struct coupling old = run->ledger.couplings[number];
	uint32_t added = ledger_add(&run->ledger, old.mapping);
	struct coupling *c = &run->ledger.couplings[added];
	enum side survivor = other_side(deleted);

	run->ledger.couplings[number].is_dropped = true;
	c->state = STATE_REMOVED;
	c->key = survivor == ERP ? old.key : NULL;
	c->time[ERP] = c->time[CRM] = STAMP_NONE;
	c->row[deleted] = TABLE_NO_ROW;
	c->row[survivor] = old.row[survivor];
	ledger_set_id(&run->ledger, added, survivor, old.id[survivor]);
	/* L11: told apart from others by its result and job, and found again by the key that people know. */
	if (run->state->tracks[number] & TRACK_DELETED) {
		c->key = old.key;
		coupling_set_result(c, survivor, coupling_result(&old, survivor));
		c->job[survivor] = old.job[survivor];
	}
}

/* A mapping that was only coupled or uncoupled was not synchronized. */
static bool
was_synchronized(const struct mapping_state *ms)
{
	return ms->job[TO] != PLAN_NO_JOB || ms->job[FROM] != PLAN_NO_JOB;
}

/* 3.3: the latest stamps seen, for people and for Business Central (E29). */
static void
enter_watermarks(struct run *run)
{
	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct mapping_state *ms = &run->state->mappings[i];
		struct ledger_watermark *mark = &run->ledger.watermarks[i];
		if (!ms->is_selected || !was_synchronized(ms))
			continue;
		if (!mark->is_present)
			mark->time[ERP] = mark->time[CRM] = STAMP_NONE;
		mark->is_present = true;
		for (enum side side = ERP; side < SIDES; side++)
			mark->time[side] = later(mark->time[side],
				table_newest_stamp(run_table(run, ms->mapping, side)));
	}
}

void
settle_run(struct run *run)
{
	size_t count = run->ledger.count;

	settle_endings(run);
	settle_bases(run);
	for (uint32_t i = 0; i < count; i++) {
		if (!(run->state->tracks[i] & (TRACK_REMOVED(ERP) | TRACK_REMOVED(CRM))))
			continue;
		for (enum side side = ERP; side < SIDES; side++)
			if (run->state->tracks[i] & TRACK_REMOVED(side))
				enter_removed(run, i, side);
	}
	enter_watermarks(run);
}
