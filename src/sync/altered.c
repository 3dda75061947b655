/* altered.c - what an import kept otherwise than it was written (E12) */
#include "model/value.h"
#include "sync/assess_parts.h"

static const enum group bi_group[SIDES] = { GROUP_E_BI, GROUP_C_BI };

/* E12: whether a field of the side differs from the base; what has no base of fields may. */
static bool
may_differ(struct assessment *a, enum side side, size_t field, struct cell shown)
{
	const struct base_field *known = base_find_field(&a->base, field);

	return !known || !known->has[side] ||
		!base_digest_equal(known->digest[side],
			cell_digest(a->ms->mapping->fields[field].fields[side], shown));
}

static bool
is_kept_as(enum type type, struct str written, struct str shown)
{
	return value_equal(type, written, shown) || value_nearly_equal(type, written, shown);
}

/* E18: what a template may have set in a new record, if it is what is shown. */
static bool
find_template_value(struct assessment *a, enum side side, size_t field, struct str shown, struct str *written)
{
	const struct mapping *mapping = a->ms->mapping;
	const struct field *of = mapping->fields[field].fields[side];

	for (size_t i = 0; !a->base.replaced[side].is_present && i < mapping->template_count; i++) {
		const struct config_template *template = &mapping->templates[i];
		for (size_t k = 0; template->side == side && k < template->set_count; k++) {
			struct cell set = str_cell(template->sets[k].canonical);
			if (template->sets[k].field != of || !is_kept_as(of->type, cell_str(set), shown)
				|| (a->base.field_count != 0 && may_differ(a, side, field, set)))
				continue;
			*written = template->sets[k].canonical;
			return true;
		}
	}
	return false;
}

/* What a run wrote into a field, if it is what is shown but for what a destination alters. */
static bool
find_written(struct assessment *a, enum side side, size_t field, struct cell shown, struct str *written)
{
	const struct field_mapping *fm = &a->ms->mapping->fields[field];
	enum side from = other_side(side);
	struct transfer_context tc = assessment_context(a);
	struct transfer t = transfer_field(&tc, fm, from == ERP ? TO : FROM, assessed_cell(a, field, from));
	bool is_told = t.status == TRANSFER_VALUE || t.status == TRANSFER_NOT_CARRIED;

	if (shown.is_bad)
		return false;
	/* not-null: nothing was written */
	*written = t.status == TRANSFER_VALUE ? t.value : STR("");
	return (is_told && is_kept_as(fm->fields[side]->type, *written, cell_str(shown)))
		|| find_template_value(a, side, field, cell_str(shown), written);
}

/* E12: whether all that differs on the side is what was written, as a destination keeps it. */
static bool
is_altered_only(struct assessment *a, enum side side)
{
	const struct mapping *mapping = a->ms->mapping;
	enum group group = bi_group[side];
	uint32_t columns = run_table(a->run, mapping, side)->column_count;
	struct cell *cells = arena_array(&a->arena, struct cell, columns);
	/* Of a new record the base may know what was written as a whole, and nothing of each field. */
	bool is_whole = !a->base.replaced[side].is_present && a->base.field_count == 0;

	memcpy(cells, a->cells[side], columns * sizeof *cells);
	for (size_t i = 0; i < mapping->field_count; i++) {
		struct str written;
		if (!field_is_bidirectional(&mapping->fields[i]))
			continue;
		struct cell shown = assessed_cell(a, i, side);
		if (!may_differ(a, side, i, shown))
			continue;
		if (find_written(a, side, i, shown, &written))
			cells[mapping->fields[i].fields[side]->column] = str_cell(written);
		else if (!is_whole)
			return false;
	}
	return !is_whole || group_digest(&a->ms->scheme, group, cells, &a->scratch) == a->base.digest[group];
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
