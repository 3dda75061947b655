/* settle_field.c - digests by field in the base of a coupling (3.2) */
#include "sync/settle_parts.h"

/* A field of which both sides have the same text, of one type: one digest is both sides'. */
static void
add_same(struct settling *s, size_t field)
{
	const struct field_mapping *fm = &s->ms->mapping->fields[field];
	uint64_t digest = cell_digest(fm->fields[ERP], field_cell(fm, ERP, s->cells[ERP]));

	s->new.fields[s->new.field_count++] = (struct base_field){
		.field = (uint32_t)field, .has = { true, true }, .digest = { digest, digest }
	};
}

/* What the base is to say of one side: the value of these cells, or where there are none what it said. */
static void
enter_side(struct base_field *entry, enum side side, const struct field_mapping *fm, const struct cell *cells,
	const struct base_field *old)
{
	if (cells) {
		entry->has[side] = true;
		entry->digest[side] = cell_digest(fm->fields[side], field_cell(fm, side, cells));
	} else if (old) {
		entry->has[side] = old->has[side];
		entry->digest[side] = old->digest[side];
	}
}

static void
add_field(struct settling *s, struct base_field entry)
{
	if (entry.has[ERP] || entry.has[CRM])
		s->new.fields[s->new.field_count++] = entry;
}

/*
 * 3.2: the base knows the group as a whole, and the export shows it: each of its
 * fields is what was agreed on, also where the other side has it otherwise (E12).
 */
static bool
shows_base(const struct settling *s, enum side side)
{
	enum group group = side == ERP ? GROUP_E_BI : GROUP_C_BI;
	bool is_settled = s->track & (TRACK_SETTLED(TO) | TRACK_SETTLED(FROM));

	return is_settled && s->coupling->row[side] != TABLE_NO_ROW && (s->track & TRACK_KNOWN(group))
		&& !(s->track & (TRACK_CHANGED(group) | TRACK_IN_FLIGHT(side)));
}

static void
add_bidirectional(struct settling *s, size_t field, bool is_fresh)
{
	struct base_field entry = { .field = (uint32_t)field };

	for (enum side side = ERP; side < SIDES; side++) {
		bool is_taken = s->has[side] && (is_fresh || (s->track & TRACK_ALTERED(side)));
		enter_side(&entry, side, &s->ms->mapping->fields[field],
			is_taken ? s->cells[side] : shows_base(s, side) ? s->shown[side] : NULL,
			base_find_field(&s->old, field));
	}
	add_field(s, entry);
}

/* E26: as the side's group; not where the job that would have agreed on it for the first time did not. */
static void
add_own(struct settling *s, size_t field, bool is_held)
{
	const struct field_mapping *fm = &s->ms->mapping->fields[field];
	struct base_field entry = { .field = (uint32_t)field };
	enum side side = source_side(fm->direction);

	if (!(s->track & TRACK_HAS_BASE) && (s->track & TRACK_LEFT(fm->direction)))
		return;
	enter_side(&entry, side, fm, is_held ? NULL : s->own[side], base_find_field(&s->old, field));
	add_field(s, entry);
}

/* E16: what MergeFields wrote is agreed on, also while another field is left to the other job. */
static bool
field_is_agreed(struct settling *s, const struct field_mapping *fm)
{
	struct transfer_context tc = { .run = s->run, .mapping = s->ms->mapping,
		.arena = &s->arena, .scratch = &s->scratch };

	if (!(s->track & (TRACK_SETTLED(TO) | TRACK_SETTLED(FROM))) || !s->has[ERP] || !s->has[CRM])
		return false;
	return sides_are_equal(&tc, fm, left_direction(s), field_cell(fm, ERP, s->cells[ERP]),
		field_cell(fm, CRM, s->cells[CRM]));
}

/*
 * What was held back: the destination's value counts as agreed on, so that the
 * source's has changed, and is tried again.
 */
static void
add_held(struct settling *s, size_t field)
{
	const struct field_mapping *fm = &s->ms->mapping->fields[field];
	struct transfer_context tc = { .run = s->run, .mapping = s->ms->mapping,
		.arena = &s->arena, .scratch = &s->scratch };
	struct cell crm = field_cell(fm, CRM, s->shown[CRM]);
	struct transfer back = transfer_field(&tc, fm, FROM, crm);
	uint64_t erp = cell_digest(fm->fields[ERP], field_cell(fm, ERP, s->cells[ERP]));
	struct base_field entry = { .field = (uint32_t)field, .has = { true, true } };

	entry.digest[CRM] = cell_digest(fm->fields[CRM], crm);
	/* A value that does not come back differs, too: by any digest but that of the present one. */
	entry.digest[ERP] = back.status == TRANSFER_VALUE
		? cell_digest(fm->fields[ERP], str_cell(back.value))
		: ~erp;
	s->new.fields[s->new.field_count++] = entry;
}

void
settle_fields(struct settling *s)
{
	const struct mapping *mapping = s->ms->mapping;
	bool in_flight = s->new.replaced[ERP].is_present || s->new.replaced[CRM].is_present;

	s->new.fields = NULL;
	s->new.field_count = 0;
	if (!mapping->base_by_field && !in_flight && !s->holds_bidirectional)
		return;
	s->new.fields = arena_array(&s->arena, struct base_field, mapping->field_count);
	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		bool is_bidirectional = field_is_bidirectional(fm);
		if (is_bidirectional && s->holds_bidirectional && held_has(s->run, s->number, i))
			add_held(s, i);
		else if (is_bidirectional && s->sets_bidirectional && s->is_same)
			add_same(s, i);
		else if (is_bidirectional)
			add_bidirectional(s, i, s->sets_bidirectional || field_is_agreed(s, fm));
		else if (mapping->base_by_field && fm->is_enabled && !fm->has_constant)
			add_own(s, i, held_has(s->run, s->number, i));
	}
}
