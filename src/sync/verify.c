/* verify.c - whether what an earlier run wrote is in the present exports (L5) */
#include "sync/verify.h"

#include <stdlib.h>

#include "model/value.h"
#include "sync/emit_parts.h"
#include "sync/state.h"
#include "sync/verify_parts.h"

const char *
landing_name(enum landing landing)
{
	static const char *const names[LANDINGS] = {
		[LANDING_LANDED] = "landed",
		[LANDING_ALTERED] = "landed altered",
		[LANDING_MISSING] = "missing",
		[LANDING_OVERWRITTEN] = "overwritten since",
		[LANDING_TWICE] = "landed twice",
	};

	return names[landing];
}

static void
add(struct verifying *x, const struct past_change *change, const struct past_value *value,
	enum landing landing, struct str found)
{
	struct verification *v = x->v;

	v->list = memory_grow(v->list, v->count, &v->capacity, sizeof *v->list);
	v->list[v->count++] =
		(struct verified){ change, value, landing, arena_copy(&v->arena, found) };
	v->counts[landing]++;
}

/* By its own uid, else by its coupling, else by the key that it was given. */
static uint32_t
find_row(const struct run *run, const struct subject *s)
{
	struct str id = s->change->id[s->side];
	struct str other = s->change->id[other_side(s->side)];
	uint32_t row = id.len ? table_find_uid(s->table, id) : TABLE_NO_ROW;

	if (row == TABLE_NO_ROW && other.len) {
		uint32_t number = ledger_find(&run->ledger, s->mapping->order, other_side(s->side), other);
		if (number != INDEX_NONE)
			row = run->ledger.couplings[number].row[s->side];
	}
	if (row == TABLE_NO_ROW && s->side == ERP && s->change->erp_key.len)
		row = table_find_key(s->table, s->change->erp_key);
	return row;
}

static bool
find_subject(struct verifying *x, const struct past_change *change, struct subject *s)
{
	const struct run *run = x->run;

	*s = (struct subject){ .change = change,
		.mapping = setup_find_mapping(&run->setup, change->mapping) };
	s->side = str_equal(change->side, STR("erp")) ? ERP : CRM;
	s->table = s->mapping && s->mapping->is_enabled ? run_table(run, s->mapping, s->side) : NULL;
	if (!s->table)
		return diag_add(x->diag, STATUS_INVALID,
			"%.*s/changes.csv:%llu: mapping %.*s: is not in %.*s, or disabled there; verify with "
			"the setup of that run",
			STR_ARG(x->past->folder), (unsigned long long)change->line, STR_ARG(change->mapping),
			STR_ARG(run->setup.path));
	s->row = find_row(run, s);
	return true;
}

uint32_t
verify_column(const struct table *table, struct str name)
{
	for (uint32_t i = 0; i < table->column_count; i++)
		if (table->columns[i] && str_equal(table->columns[i]->name, name))
			return i;
	return TABLE_NO_COLUMN;
}

struct str
verify_read(struct verifying *x, const struct subject *s, const struct field *field, struct str text)
{
	struct value_style style = value_style_of(s->table->def);

	buf_reset(&x->scratch);
	if (!value_read(field, style.locale, style.zone, text, &x->scratch))
		return text;
	return arena_copy(&x->v->arena, buf_str(&x->scratch));
}

/* The cell as the import file would have it, so that both values of a line read alike. */
static struct str
show_cell(struct verifying *x, const struct subject *s, const struct field *field, struct cell cell)
{
	struct value_style style = value_style_of(s->table->def);

	return value_style_text(&style, field, cell_str(cell), cell.is_bad, &x->scratch);
}

static enum landing
judge(const struct field *field, struct cell cell, struct str old, struct str new, bool is_create)
{
	struct str shown = cell_str(cell);

	if (!cell.is_bad && value_equal(field->type, shown, new))
		return LANDING_LANDED;
	if (is_create ? shown.len == 0 : value_equal(field->type, shown, old))
		return LANDING_MISSING;
	if (!cell.is_bad && value_nearly_equal(field->type, new, shown))
		return LANDING_ALTERED;
	return LANDING_OVERWRITTEN;
}

static bool
verify_value(struct verifying *x, const struct subject *s, const struct past_value *value, bool is_create)
{
	uint32_t column = verify_column(s->table, value->field);

	if (column == TABLE_NO_COLUMN)
		return diag_add(x->diag, STATUS_INVALID,
			"%.*s/changes.csv:%llu: field \"%.*s\" of table %.*s is not read with %.*s; "
			"verify with the setup of that run",
			STR_ARG(x->past->folder), (unsigned long long)s->change->line, STR_ARG(value->field),
			STR_ARG(s->table->def->name), STR_ARG(x->run->setup.path));
	const struct field *field = s->table->columns[column];
	struct cell cell = table_cell(s->table, s->row, column);
	struct str old = verify_read(x, s, field, value->old);
	struct str new = verify_read(x, s, field, value->new);
	add(x, s->change, value, judge(field, cell, old, new, is_create), show_cell(x, s, field, cell));
	return true;
}

static bool
verify_values(struct verifying *x, const struct subject *s, bool is_create)
{
	bool ok = true;

	for (size_t i = 0; i < s->change->value_count; i++)
		ok = verify_value(x, s, &x->past->values[s->change->first_value + i], is_create) && ok;
	if (s->change->value_count == 0)
		add(x, s->change, NULL, LANDING_LANDED, STR(""));
	return ok;
}

/* Two records hold what one create wrote: it was imported twice. */
static bool
verify_create(struct verifying *x, struct subject *s)
{
	uint32_t second = verify_second(x, s);

	if (s->row == TABLE_NO_ROW) {
		add(x, s->change, NULL, LANDING_MISSING, STR(""));
		return true;
	}
	if (second != TABLE_NO_ROW)
		add(x, s->change, NULL, LANDING_TWICE, s->side == ERP && table_key(s->table, second).len
				? table_key(s->table, second) : table_uid(s->table, second));
	return verify_values(x, s, true);
}

static bool
verify_change(struct verifying *x, const struct past_change *change)
{
	struct subject s;

	if (!find_subject(x, change, &s))
		return false;
	if (str_equal(change->action, STR("create")))
		return verify_create(x, &s);
	if (str_equal(change->action, STR("delete"))) {
		add(x, change, NULL, s.row == TABLE_NO_ROW ? LANDING_LANDED : LANDING_MISSING, STR(""));
		return true;
	}
	/* A delta export that does not show the record tells nothing; a full one tells that it is gone. */
	if (s.row == TABLE_NO_ROW) {
		add(x, change, NULL, LANDING_MISSING, STR(""));
		return true;
	}
	return verify_values(x, &s, false);
}

static bool
makes_record(const struct past_change *change)
{
	return str_equal(change->action, STR("create")) || str_equal(change->action, STR("update"))
	    || str_equal(change->action, STR("link")) || str_equal(change->action, STR("delete"));
}

/* L4: verify names the lines that wait for their record. */
static void
collect_pending(struct verifying *x)
{
	const struct ledger *ledger = &x->run->ledger;
	struct verification *v = x->v;

	for (size_t i = 0; i < ledger->count; i++) {
		const struct coupling *c = &ledger->couplings[i];
		if (c->is_dropped || (c->state != STATE_PENDING_ERP && c->state != STATE_PENDING_CRM))
			continue;
		v->pending =
			memory_grow(v->pending, v->pending_count, &v->pending_capacity, sizeof *v->pending);
		v->pending[v->pending_count++] = c;
	}
}

bool
verify(const struct run *run, const struct past *past, int64_t written, struct verification *v,
	struct diag *diag)
{
	struct verifying x = { .run = run, .past = past, .written = written, .v = v, .diag = diag };
	bool ok = true;

	for (size_t i = 0; i < past->change_count; i++)
		if (makes_record(&past->changes[i]))
			ok = verify_change(&x, &past->changes[i]) && ok;
	collect_pending(&x);
	verify_release_indexes(&x);
	buf_release(&x.scratch);
	return ok;
}

void
verification_release(struct verification *v)
{
	free(v->list);
	free(v->pending);
	arena_release(&v->arena);
	*v = (struct verification){ 0 };
}
