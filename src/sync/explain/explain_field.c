/* explain_field.c - the field mappings of one decision: each value's way, step by step (4.8, 4.11) */
#include "model/value.h"
#include "sync/agreement.h"
#include "sync/decide_parts.h"
#include "sync/explain/explain_parts.h"
#include "sync/explain/trace.h"

static const char *const base_words[] = { [BASE_UNKNOWN] = "unknown", [BASE_SAME] = "same",
	[BASE_CHANGED] = "changed" };

/* One field mapping being told. */
struct telling {
	struct explanation *e;
	struct decider *d;
	const struct field_mapping *fm;
	size_t field;
	struct fact *fact;
	bool has_steps;
};

static struct cell
shown_cell(const struct telling *t, enum side side)
{
	return field_cell(t->fm, side, t->d->shown[side]);
}

static struct cell
effective_cell(const struct telling *t, enum side side)
{
	return field_cell(t->fm, side, t->d->cells[side]);
}

/* `Name -> name`; a constant comes from no field. */
static void
tell_names(struct telling *t, const struct sync_job *job)
{
	struct arena *arena = &t->e->arena;
	const struct field_mapping *fm = t->fm;
	const struct field *from = fm->fields[job->source];
	const struct field *to = fm->fields[job->destination];
	struct str label = fm->has_constant
		? arena_printf(arena, "constant -> %.*s", STR_ARG(to->name))
		: arena_printf(arena, "%.*s -> %.*s", STR_ARG(from->name), STR_ARG(to->name));

	fact_text(arena, t->fact, "table_field", fm->fields[ERP] ? fm->fields[ERP]->name : STR(""));
	fact_text(arena, t->fact, "integration_field", fm->fields[CRM] ? fm->fields[CRM]->name : STR(""));
	fact_text(arena, t->fact, "direction", str_from(direction_name(fm->direction)));
	fact_show(arena, t->fact, label.ptr, "%s", "");
}

/* A record that is not there, or not seen, has bad cells without text. */
static bool
is_absent(struct cell shown)
{
	return !shown.ptr && shown.is_bad;
}

/* A side's value, present and effective, and what it is against the base (6.3). */
static void
tell_side(struct telling *t, const char *name, enum side side)
{
	struct arena *arena = &t->e->arena;
	const struct field *field = t->fm->fields[side];
	const struct table *table = t->d->job->tables[side];
	struct cell shown = shown_cell(t, side);
	struct cell effective = effective_cell(t, side);
	struct fact *fact = fact_add(arena, t->fact, FACT_OBJECT, name);

	if (is_absent(shown)) {
		fact_show(arena, fact, name, "%s", t->e->id[side].len ? "not in its export" : "no record");
		return;
	}
	const char *base = base_words[base_mark_of(
		&t->d->base, t->d->job->mapping, t->d->track, t->field, side, shown)];
	bool is_laid_over = cell_is_awaited(effective) || effective.is_bad != shown.is_bad
	    || !str_equal(cell_str(effective), cell_str(shown));
	struct str over = cell_is_awaited(effective) ? STR("is set last (E34)")
	    : cell_is_anew(effective, shown)
		? STR("is written anew: both what was written and its source changed (E11)")
		: arena_printf(arena, "is written as %.*s already",
			STR_ARG(explain_quoted(t->e, table, field, effective)));

	fact_text(arena, fact, "value", explain_value(t->e, table, field, shown));
	fact_text(arena, fact, "effective", explain_value(t->e, table, field, effective));
	fact_text(arena, fact, "base", str_from(base));
	/*
	 * Where there is no base at all, the coupling's section says so; and the base is
	 * about what was written, not about what the export still shows (E11).
	 */
	bool has_base = (t->d->track & TRACK_HAS_BASE) && !is_laid_over;
	fact_show(arena, fact, name, "%.*s%s%s%s%.*s", STR_ARG(explain_quoted(t->e, table, field, shown)),
		has_base ? ", base " : "", has_base ? base : "", is_laid_over ? "; " : "",
		STR_ARG(is_laid_over ? over : STR("")));
}

static void
tell_step(struct telling *t, struct fact *list, const struct step *step)
{
	static const struct {
		const char *word;
		const char *label;
	} kinds[] = { [STEP_RULE] = { "rule", "rule" }, [STEP_VALUE_MAP] = { "value-map", "value map" },
		[STEP_LINK] = { "link-table", "link table" }, [STEP_COUPLING] = { "coupling", "coupling" } };
	struct arena *arena = &t->e->arena;
	struct fact *fact = fact_add(arena, list, FACT_OBJECT, NULL);
	bool has_result = step->to.len != 0 || step->kind == STEP_RULE || step->kind == STEP_VALUE_MAP;
	struct str result = has_result ? arena_printf(arena, " -> \"%.*s\"", STR_ARG(step->to)) : STR("");

	fact_text(arena, fact, "step", str_from(kinds[step->kind].word));
	fact_text(arena, fact, "name", step->name);
	fact_text(arena, fact, "from", step->from);
	fact_text(arena, fact, "to", step->to);
	fact_text(arena, fact, "place", step->place);
	fact_text(arena, fact, "how", str_from(step->how));
	fact_show(arena, fact, kinds[step->kind].label, "%.*s: \"%.*s\"%.*s%s%s%s%.*s", STR_ARG(step->name),
		STR_ARG(step->from), STR_ARG(result), step->how ? has_result ? ", " : " " : "",
		step->how ? step->how : "", step->place.len ? ", " : "", STR_ARG(step->place));
}

/* E20: the value on its way, through the same functions as the decision. */
static struct transfer
tell_transfer(struct telling *t, uint32_t source_row, bool *is_equal)
{
	struct explanation *e = t->e;
	const struct sync_job *job = t->d->job;
	const struct field *to = t->fm->fields[job->destination];
	struct trace trace = { .arena = &e->arena };
	struct transfer_context tc = decider_field_context(t->d, source_row, t->field);
	struct cell source = effective_cell(t, job->source);

	tc.trace = &trace;
	struct transfer transfer = transfer_field(&tc, t->fm, job->direction, source);
	tc.trace = NULL;
	*is_equal = transfer_is_equal(
		&tc, t->fm, job->direction, source, effective_cell(t, job->destination), &transfer);
	struct fact *steps = fact_add(&e->arena, t->fact, FACT_LIST, "steps");
	t->has_steps = trace.first != NULL;
	for (const struct step *step = trace.first; step; step = step->next)
		tell_step(t, steps, step);
	struct str value = { NULL, 0 };
	if (transfer.status == TRANSFER_VALUE)
		value = explain_value(e, job->tables[job->destination], to, str_cell(transfer.value));
	fact_text(&e->arena, t->fact, "value", value);
	if (transfer.status == TRANSFER_VALUE)
		fact_show(&e->arena, t->fact->last, "value", "\"%.*s\"%s%s", STR_ARG(value),
			transfer.is_shortened ? ", cut to the length of the field (E23)" : "",
			transfer.is_cleared ? ", a blank for what cannot be transferred (E23)" : "");
	return transfer;
}

/* Whether what the sides show is the value that goes over, with nothing to tell on the way. */
static bool
is_plain(const struct telling *t, const struct transfer *transfer)
{
	if (transfer->status != TRANSFER_VALUE || transfer->is_cleared || transfer->is_shortened
		|| t->has_steps)
		return false;
	for (enum side side = ERP; side < SIDES; side++) {
		struct cell shown = shown_cell(t, side);
		if (!t->fm->fields[side] || (side == t->d->job->destination && is_absent(shown)))
			continue;
		if (shown.is_bad || effective_cell(t, side).ptr != shown.ptr
			|| !str_equal(cell_str(shown), transfer->value))
			return false;
	}
	return true;
}

void
explain_fields(struct explanation *e, struct explained_job *ej, struct decider *d, uint32_t source_row)
{
	const struct sync_job *job = d->job;
	size_t count = job->mapping->field_count;

	ej->fields = fact_add(&e->arena, NULL, FACT_LIST, "fields");
	ej->field = arena_array(&e->arena, struct fact *, count + 1);
	ej->transfers = arena_array(&e->arena, struct transfer, count + 1);
	ej->is_equal = arena_array(&e->arena, bool, count + 1);
	ej->plain = arena_array(&e->arena, struct str, count + 1);
	ej->is_absent = arena_array(&e->arena, bool, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct field_mapping *fm = &job->mapping->fields[i];
		if (!field_moves(fm, job->direction) || !explain_is_asked(e, fm))
			continue;
		struct fact *fact = fact_add(&e->arena, ej->fields, FACT_OBJECT, NULL);
		struct telling t = { e, d, fm, i, fact, false };
		tell_names(&t, job);
		if (!fm->has_constant)
			tell_side(&t, "source", job->source);
		struct transfer transfer = tell_transfer(&t, source_row, &ej->is_equal[i]);
		tell_side(&t, "destination", job->destination);
		if (is_plain(&t, &transfer))
			ej->plain[i] = explain_value(e, job->tables[job->destination],
				fm->fields[job->destination], str_cell(transfer.value));
		ej->is_absent[i] = is_absent(field_cell(fm, job->destination, d->shown[job->destination]));
		ej->transfers[i] = transfer;
		ej->field[i] = fact;
	}
}
