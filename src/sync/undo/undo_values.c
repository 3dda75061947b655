/* undo_values.c - the values that an undo writes back, and those that it leaves (L9) */
#include "sync/decide_format.h"
#include "sync/state.h"
#include "sync/transfer.h"
#include "sync/undo/undo_parts.h"

/* E11: a later run, or an earlier undo, wrote the field, and no export shows that yet. */
static bool
is_on_its_way(const struct run *run, const struct past_record *r, uint32_t column)
{
	for (const struct overlay_entry *entry = overlay_newest(run, r->table, r->row); entry;
	     entry = overlay_older(run, r->table, entry))
		if (entry->column == column && entry->job == 0)
			return true;
	return false;
}

bool
undo_same_record(const struct past_change *a, const struct past_change *b)
{
	return str_equal(a->job_id, b->job_id) && str_equal(a->id[ERP], b->id[ERP])
	    && str_equal(a->id[CRM], b->id[CRM]);
}

/* Whether the run listed the value that it overwrote as an edit (E16): right behind the change. */
static bool
was_lost_edit(const struct undoing *u, const struct past_record *r, struct str field)
{
	const struct past_change *end = u->past->changes + u->past->change_count;

	for (const struct past_change *c = r->change + 1; c < end && undo_same_record(c, r->change); c++)
		for (size_t i = 0; i < c->value_count; i++)
			if (str_equal(c->action, str_from(action_name(ACTION_LOST_EDIT)))
				&& str_equal(u->past->values[c->first_value + i].field, field))
				return true;
	return false;
}

/* What both sides agreed on before is entered when everything is planned. */
static void
take_back(struct undoing *u, const struct past_record *r, const struct past_value *value,
	const struct past_cell *cell)
{
	enum direction direction = r->side == CRM ? TO : FROM;
	bool was_edited = str_equal(value->base, STR("changed"))
	    || (str_equal(value->base, STR("unknown")) && was_lost_edit(u, r, value->field));

	for (size_t i = 0; i < r->mapping->field_count; i++) {
		const struct field_mapping *fm = &r->mapping->fields[i];
		if (!field_moves(fm, direction) || fm->fields[r->side] != cell->field)
			continue;
		u->taken = memory_grow(u->taken, u->taken_count, &u->taken_capacity, sizeof *u->taken);
		u->taken[u->taken_count++] = (struct taken_back){ .coupling = r->coupling,
			.field = (uint32_t)i,
			.side = r->side,
			.old = { cell->old.ptr, (uint32_t)cell->old.len, cell->is_old_bad },
			.was_edited = was_edited };
	}
}

/* Whether a value goes back; what stays is told. */
static bool
may_go_back(struct undoing *u, const struct past_record *r, const struct past_value *value,
	const struct past_cell *cell)
{
	bool is_on_the_way = is_on_its_way(u->run, r, cell->column);

	if (cell->landing == LANDING_MISSING) {
		/* It never landed: nothing is written, and nothing is on its way any more. */
		if (is_on_the_way)
			take_back(u, r, value, cell);
		return false;
	}
	if (cell->landing == LANDING_OVERWRITTEN)
		undo_keep(u, r, value->field, "edited since; left as it is");
	else if (is_on_the_way)
		undo_keep(u, r, value->field,
			"written again since, which no export shows yet; left as it is");
	else if (format_cannot_clear(r->table->def, cell->field, cell->old))
		undo_keep(u, r, value->field,
			"was blank, which its import files cannot make of it; clear it by hand");
	else
		return true;
	return false;
}

bool
undo_values(struct undoing *u, const struct past_record *r)
{
	struct plan *plan = &u->run->plan;
	bool has_change = false;
	bool has_missing = false;

	for (size_t i = 0; i < r->change->value_count; i++) {
		const struct past_value *value = &u->past->values[r->change->first_value + i];
		struct past_cell cell;
		if (!past_cell_find(u->run, u->past, r, value, &plan->arena, &cell, u->diag))
			return false;
		has_missing = has_missing || cell.landing == LANDING_MISSING;
		if (!may_go_back(u, r, value, &cell))
			continue;
		if (!has_change) {
			undo_job_of(u, r, JOB_SYNCHRONIZATION)->counters[COUNT_MODIFIED]++;
			undo_add_change(u, r, ACTION_UPDATE, r->coupling);
			has_change = true;
		}
		plan_add_value(plan, (struct change_value){ .old = cell.present,
			.new = str_cell(cell.old), .column = cell.column, .base = BASE_UNKNOWN });
		state_write(u->run, r->table, r->row, cell.column, str_cell(cell.old), *u->job + 1);
		take_back(u, r, value, &cell);
	}
	u->not_landed += has_missing;
	return true;
}
