/* agreement.c - present values held against what both sides agreed on (3.2, 4.3) */
#include "sync/agreement.h"

#include "sync/transfer.h"

static const enum group bi_group[SIDES] = { GROUP_E_BI, GROUP_C_BI };
static const enum group own_group[SIDES] = { GROUP_E_TO, GROUP_C_FROM };

uint64_t
cell_digest(const struct field *field, struct cell cell)
{
	uint64_t digest = base_value_digest(field->type, cell_str(cell));

	return cell.is_bad ? ~digest : digest;
}

uint64_t
group_digest(
	const struct base_scheme *scheme, enum group group, const struct cell *cells, struct buf *scratch)
{
	const struct field *const *members = scheme->members[group];
	uint32_t count = scheme->field_count[group];
	size_t room = BASE_GROUP_ROOM;

	for (uint32_t i = 0; i < count; i++)
		room += cells[members[i]->column].len + BASE_VALUE_ROOM;
	char *at = base_group_begin(scheme, group, room, scratch);
	for (uint32_t i = 0; i < count; i++) {
		struct cell cell = cells[members[i]->column];
		at = base_group_add(members[i]->type, cell_str(cell), cell.is_bad, at);
	}
	return base_group_end(scratch, at);
}

bool
pair_is_same(const struct mapping_state *ms, const struct cell *erp, const struct cell *crm)
{
	for (uint32_t i = 0; ms->plain[ERP] && i < ms->plain_count; i++) {
		struct cell e = erp[ms->plain[ERP][i]];
		struct cell c = crm[ms->plain[CRM][i]];
		if (e.ptr == c.ptr && e.len == c.len && !e.is_bad && !c.is_bad)
			continue;	/* shared (sync/load/twins.h) */
		if (e.is_bad || c.is_bad || !str_equal(cell_str(e), cell_str(c)))
			return false;
	}
	return ms->plain[ERP] != NULL;
}

const struct base_field *
base_find_field(const struct coupling_base *base, size_t field)
{
	for (size_t i = 0; i < base->field_count; i++)
		if (base->fields[i].field == field)
			return &base->fields[i];
	return NULL;
}

enum base_mark
base_mark_of(const struct coupling_base *base, const struct mapping *mapping, uint32_t track, size_t field,
	enum side side, struct cell cell)
{
	const struct field_mapping *fm = &mapping->fields[field];
	const struct base_field *known = base_find_field(base, field);
	enum group group = group_has_field(bi_group[side], fm) ? bi_group[side] : own_group[side];
	/* E12: what a destination made of it is no edit; the base is to adopt it when the run ends. */
	bool is_altered = group == bi_group[side] && (track & TRACK_ALTERED(side));

	if (!fm->fields[side] || !group_has_field(group, fm))
		return BASE_UNKNOWN;
	if (known && known->has[side] && !is_altered)
		return base_digest_equal(known->digest[side], cell_digest(fm->fields[side], cell))
			? BASE_SAME
			: BASE_CHANGED;
	if (!(track & TRACK_KNOWN(group)))
		return BASE_UNKNOWN;
	return track & TRACK_CHANGED(group) ? BASE_CHANGED : BASE_SAME;
}

bool
replaced_is_shown(const struct base_replaced *replaced, size_t field, const struct mapping *mapping,
	enum side side, const struct cell *cells)
{
	const struct field_mapping *fm = &mapping->fields[field];

	/* Only a field that is listed is sure to have a column. */
	for (size_t i = 0; replaced->is_present && i < replaced->count; i++)
		if (replaced->fields[i].field == field)
			return fm->fields[side] &&
			    base_digest_equal(replaced->fields[i].digest,
				cell_digest(fm->fields[side], field_cell(fm, side, cells)));
	return false;
}

bool
stamp_is_newer(int64_t stamp, int64_t time)
{
	return stamp != STAMP_NONE && (time == STAMP_NONE || stamp - time >= STAMP_TOLERANCE_MS);
}

bool
replaced_has_moved(const struct base_replaced *replaced, int64_t stamp, int64_t time)
{
	if (base_was_unseen(replaced))
		return stamp_is_newer(stamp, time);
	return stamp != replaced->stamp && stamp != STAMP_NONE && replaced->stamp != STAMP_NONE;
}
