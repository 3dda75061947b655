/* verify.c - whether what an earlier run wrote is in the present exports (L5) */
#include "sync/prove/verify.h"

#include <stdlib.h>

#include "model/value.h"
#include "sync/emit/emit_parts.h"
#include "sync/prove/verify_parts.h"
#include "sync/state.h"

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

/* The cell as the import file would have it, so that both values of a line read alike. */
static struct str
show_cell(struct verifying *x, const struct past_record *s, const struct field *field, struct cell cell)
{
	struct value_style style = value_style_of(s->table->def);

	return value_style_text(&style, field, cell_str(cell), cell.is_bad, &x->scratch);
}

static bool
verify_value(struct verifying *x, const struct past_record *s, const struct past_value *value)
{
	struct past_cell cell;

	if (!past_cell_find(x->run, x->past, s, value, &x->v->arena, &cell, x->diag))
		return false;
	add(x, s->change, value, cell.landing, show_cell(x, s, cell.field, cell.present));
	return true;
}

static bool
verify_values(struct verifying *x, const struct past_record *s)
{
	bool ok = true;

	for (size_t i = 0; i < s->change->value_count; i++)
		ok = verify_value(x, s, &x->past->values[s->change->first_value + i]) && ok;
	if (s->change->value_count == 0)
		add(x, s->change, NULL, LANDING_LANDED, STR(""));
	return ok;
}

/* Two records hold what one create wrote: it was imported twice. */
static bool
verify_create(struct verifying *x, struct past_record *s)
{
	uint32_t second = verify_second(x, s);

	if (s->row == TABLE_NO_ROW) {
		add(x, s->change, NULL, LANDING_MISSING, STR(""));
		return true;
	}
	if (second != TABLE_NO_ROW)
		add(x, s->change, NULL, LANDING_TWICE, s->side == ERP && table_key(s->table, second).len
				? table_key(s->table, second) : table_uid(s->table, second));
	return verify_values(x, s);
}

static bool
verify_change(struct verifying *x, const struct past_change *change)
{
	struct past_record s;

	if (!past_record_find(x->run, x->past, change, &s, x->diag))
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
	return verify_values(x, &s);
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
