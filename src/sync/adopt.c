/* adopt.c - couplings without a base adopt the present values, where nobody changed them (E27) */
#include "sync/assess_parts.h"

static bool
is_own_group(enum group group)
{
	return group == GROUP_E_TO || group == GROUP_C_FROM;
}

/* 3.2, base="fields": every field that the base does not know yet. */
static void
adopt_fields(struct assessment *a)
{
	const struct mapping *mapping = a->ms->mapping;
	struct base_field *fields = arena_array(&a->arena, struct base_field, mapping->field_count);
	size_t count = 0;

	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct base_field *known = base_find_field(&a->base, i);
		struct base_field entry = known ? *known : (struct base_field){ .field = (uint32_t)i };
		for (enum group group = 0; group < GROUPS; group++) {
			enum side side = group_side(group);
			if (!group_has_field(group, &mapping->fields[i]) || entry.has[side] ||
			    (is_own_group(group) && (a->track & TRACK_HAS_BASE)))
				continue;
			entry.has[side] = true;
			entry.digest[side] =
				cell_digest(mapping->fields[i].fields[side], assessed_cell(a, i, side));
		}
		if (entry.has[ERP] || entry.has[CRM])
			fields[count++] = entry;
	}
	a->base.fields = fields;
	a->base.field_count = count;
}

/*
 * E27: the present values become the base.  Its text is entered at once; jobs
 * of this run go by the flags, which say that there was none (E2).
 */
static void
adopt(struct assessment *a)
{
	const struct base_scheme *scheme = &a->ms->scheme;
	struct coupling *c = &a->run->ledger.couplings[a->number];

	for (enum group group = 0; group < GROUPS; group++) {
		if (scheme->is_empty[group] || (is_own_group(group) && (a->track & TRACK_HAS_BASE)))
			continue;
		a->base.known[group] = true;
		a->base.digest[group] = assessed_digest(a, group);
	}
	/* 3.2: what is in flight is told by field. */
	if (scheme->mapping->base_by_field || a->is_effective)
		adopt_fields(a);
	buf_reset(&a->scratch);
	base_encode(&a->base, scheme, &a->scratch);
	coupling_set_base(c, packed_copy(a->lasting, buf_str(&a->scratch)));
}

/* E15, a base that knows fields: one that it does not know differs, while another one changed. */
static bool
has_unbased_field(struct assessment *a)
{
	const struct mapping *mapping = a->ms->mapping;
	struct transfer_context tc = assessment_context(a);

	if (a->base.field_count == 0 || changed_by_stamp(a, ERP) || changed_by_stamp(a, CRM))
		return false;
	for (size_t i = 0; i < mapping->field_count; i++)
		if (field_is_bidirectional(&mapping->fields[i]) && !base_find_field(&a->base, i)
			&& !values_are_equal(&tc, &mapping->fields[i], TO, assessed_cell(a, i, ERP),
				assessed_cell(a, i, CRM)))
			return true;
	return false;
}

/* E27: a base is adopted, or cannot be because the sides differ and no stamp tells. */
void
assess_adoption(struct assessment *a)
{
	bool has_base = a->track & TRACK_HAS_BASE;
	uint32_t bi = TRACK_CHANGED(GROUP_E_BI) | TRACK_CHANGED(GROUP_C_BI);
	uint32_t own = TRACK_CHANGED(GROUP_E_TO) | TRACK_CHANGED(GROUP_C_FROM);
	uint32_t known = TRACK_KNOWN(GROUP_E_BI) | TRACK_KNOWN(GROUP_C_BI);

	if ((a->track & bi) && (a->track & known) != known && has_unbased_field(a))
		a->track |= TRACK_UNBASED;
	if ((has_base && (a->track & known) == known) || (a->track & bi) || (!has_base && (a->track & own)))
		return;
	struct transfer_context tc = assessment_context(a);
	const bool all[SIDES] = { false, false };
	if (!a->is_same && !bidirectional_is_equal(&tc, a->cells[ERP], a->cells[CRM], DIRECTION_NONE, all)) {
		a->track |= TRACK_UNBASED;
		return;
	}
	a->track |= TRACK_ADOPT;
	adopt(a);
}
