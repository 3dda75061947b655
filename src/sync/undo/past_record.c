/* past_record.c - a change of an earlier run, looked up in the present exports (L5, L9) */
#include "sync/undo/past_record.h"

#include "model/value.h"
#include "sync/emit/emit_parts.h"
#include "sync/state.h"

/* By either side's uid; a line that ended is none. */
static uint32_t
find_coupling(const struct run *run, const struct past_record *r)
{
	uint32_t number = INDEX_NONE;

	for (enum side side = ERP; side < SIDES && number == INDEX_NONE; side++)
		if (r->change->id[side].len)
			number = ledger_find(&run->ledger, r->mapping->order, side, r->change->id[side]);
	return number;
}

static uint32_t
find_row(const struct run *run, const struct past_record *r)
{
	struct str id = r->change->id[r->side];
	uint32_t row = id.len ? table_find_uid(r->table, id) : TABLE_NO_ROW;

	if (row == TABLE_NO_ROW && r->coupling != INDEX_NONE)
		row = run->ledger.couplings[r->coupling].row[r->side];
	if (row == TABLE_NO_ROW && r->side == ERP && r->change->erp_key.len)
		row = table_find_key(r->table, r->change->erp_key);
	return row;
}

bool
past_record_find(const struct run *run, const struct past *past, const struct past_change *change,
	struct past_record *r, struct diag *diag)
{
	*r = (struct past_record){ .change = change, .row = TABLE_NO_ROW, .coupling = INDEX_NONE };
	r->mapping = setup_find_mapping(&run->setup, change->mapping);
	if (!r->mapping || !r->mapping->is_enabled)
		return diag_add(diag, STATUS_INVALID,
			"%.*s/changes.csv:%llu: mapping %.*s: is not in %.*s, or disabled there; use the "
			"setup of that run", STR_ARG(past->folder), (unsigned long long)change->line,
			STR_ARG(change->mapping), STR_ARG(run->setup.path));
	r->coupling = find_coupling(run, r);
	r->side = str_equal(change->side, STR("erp")) ? ERP : CRM;
	r->table = run_table(run, r->mapping, r->side);
	if (change->side.len)
		r->row = find_row(run, r);
	return true;
}

uint32_t
past_column(const struct table *table, struct str name)
{
	for (uint32_t i = 0; i < table->column_count; i++)
		if (table->columns[i] && str_equal(table->columns[i]->name, name))
			return i;
	return TABLE_NO_COLUMN;
}

static struct str
canonical_or_bad(const struct table *table, const struct field *field, struct str text, struct arena *arena,
	bool *is_bad)
{
	struct value_style style = value_style_of(table->def);
	struct buf canonical = { 0 };

	*is_bad = !value_read(field, style.locale, style.zone, text, &canonical);
	if (!*is_bad)
		text = arena_copy(arena, buf_str(&canonical));
	buf_release(&canonical);
	return text;
}

struct str
past_canonical(const struct table *table, const struct field *field, struct str text, struct arena *arena)
{
	bool is_bad;

	return canonical_or_bad(table, field, text, arena, &is_bad);
}

static enum landing
judge(const struct past_cell *cell, bool is_create)
{
	enum type type = cell->field->type;
	struct str shown = cell_str(cell->present);

	if (!cell->present.is_bad && value_equal(type, shown, cell->new))
		return LANDING_LANDED;
	if (is_create ? shown.len == 0 : value_equal(type, shown, cell->old))
		return LANDING_MISSING;
	if (!cell->present.is_bad && value_nearly_equal(type, cell->new, shown))
		return LANDING_ALTERED;
	return LANDING_OVERWRITTEN;
}

bool
past_cell_find(const struct run *run, const struct past *past, const struct past_record *r,
	const struct past_value *value, struct arena *arena, struct past_cell *cell, struct diag *diag)
{
	cell->column = past_column(r->table, value->field);
	if (cell->column == TABLE_NO_COLUMN)
		return diag_add(diag, STATUS_INVALID,
			"%.*s/changes.csv:%llu: field \"%.*s\" of table %.*s is not read with %.*s; use the "
			"setup of that run", STR_ARG(past->folder), (unsigned long long)r->change->line,
			STR_ARG(value->field), STR_ARG(r->table->def->name), STR_ARG(run->setup.path));
	cell->field = r->table->columns[cell->column];
	cell->present = table_cell(r->table, r->row, cell->column);
	cell->old = canonical_or_bad(r->table, cell->field, value->old, arena, &cell->is_old_bad);
	cell->new = past_canonical(r->table, cell->field, value->new, arena);
	cell->landing = judge(cell, str_equal(r->change->action, STR("create")));
	return true;
}
