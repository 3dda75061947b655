/* decide_transfer.c - a decision's values: what differs, what fails, what is lost (4.5, 4.8) */
#include "model/value.h"
#include "sync/agreement.h"
#include "sync/copied.h"
#include "sync/decide_format.h"
#include "sync/decide_parts.h"
#include "sync/links.h"

struct transfer_context
decider_context(struct decider *d)
{
	return (struct transfer_context){ .run = d->job->run, .mapping = d->job->mapping,
		.arena = d->arena, .scratch = &d->scratch, .job = d->job };
}

void
outcome_note(struct decider *d, struct outcome *outcome, struct note note)
{
	struct note **last = &outcome->notes;
	struct note *copy = arena_new(&d->lists, struct note);

	while (*last)
		last = &(*last)->next;
	*copy = note;
	*last = copy;
}

/* E30: what the ledger keeps of a failure; several failing fields are one text. */
void
outcome_fail(struct decider *d, struct outcome *outcome, struct note note)
{
	struct buf text = { 0 };

	if (outcome->kind == OUTCOME_FAIL) {
		buf_add(&text, outcome->failure);
		buf_add(&text, STR("; "));
	}
	buf_add(&text, str_from(code_name(note.code)));
	buf_add(&text, STR(": "));
	buf_add(&text, note.field);
	if (note.field.len)
		buf_add(&text, STR(": "));
	buf_add(&text, note.message);
	outcome->failure = arena_copy(d->arena, buf_str(&text));
	buf_release(&text);
	outcome->kind = OUTCOME_FAIL;
	outcome_note(d, outcome, note);
}

void
value_list_begin(struct decider *d, struct value_list *list)
{
	const struct mapping *mapping = d->job->mapping;
	size_t capacity = mapping->field_count + mapping->tables[d->job->destination]->key_count;

	for (size_t i = 0; i < mapping->template_count; i++)
		capacity += mapping->templates[i].set_count;
	list->values = arena_array(&d->lists, struct change_value, capacity);
}

void
value_list_add(struct decider *d, struct value_list *list, struct change_value value)
{
	if (!list->values)
		value_list_begin(d, list);
	list->is_copied = false;
	list->values[list->count++] = value;
}

void
value_list_set(struct decider *d, struct value_list *list, struct change_value value)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->values[i].column == value.column) {
			list->values[i].new = value.new;
			list->is_copied = false;
			return;
		}
	value_list_add(d, list, value);
}

void
value_list_remove(struct value_list *list, uint32_t column)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < list->count; i++)
		if (list->values[i].column != column)
			list->values[kept++] = list->values[i];
	list->is_copied = list->is_copied && kept == list->count;
	list->count = kept;
}

/* E11: what an earlier run wrote is still in flight, so what the export shows is no edit. */
static bool
is_value_in_flight(const struct decider *d, uint32_t column)
{
	enum side side = d->job->destination;

	return cell_is_anew(d->cells[side][column], d->shown[side][column]);
}

/* The value that goes under. */
static struct cell
old_value(const struct decider *d, uint32_t column)
{
	enum side side = d->job->destination;
	struct cell old = d->cells[side][column];

	return is_value_in_flight(d, column) || cell_is_awaited(old) ? d->shown[side][column] : old;
}

struct change_value
written_value(struct decider *d, size_t field, struct str value)
{
	const struct mapping *mapping = d->job->mapping;
	enum side side = d->job->destination;
	const struct field *to = mapping->fields[field].fields[side];
	struct cell shown = d->shown[side][to->column];
	enum base_mark base = BASE_SAME;

	if (!shown.ptr)	/* 6.3: of a record that no export shows nobody knows the value */
		base = BASE_UNKNOWN;
	else if (!is_value_in_flight(d, to->column) && !field_in_flight(d, field, side))
		base = base_mark_of(&d->base, mapping, d->track, field, side, shown);
	return (struct change_value){
		.column = to->column, .base = base, .old = old_value(d, to->column), .new = str_cell(value),
	};
}

bool
want_all(const struct decider *d, size_t field)
{
	return field_moves(&d->job->mapping->fields[field], d->job->direction);
}

/* E15: what a field that the base does not know differs by is nobody's edit, by the stamp. */
static bool
is_unbased(const struct decider *d)
{
	return d->base.field_count != 0 && (d->track & TRACK_UNBASED);
}

/* D8 and E15: constants, changed groups of the source, and what of its own group the base does not know. */
bool
want_changed(const struct decider *d, size_t field)
{
	const struct field_mapping *fm = &d->job->mapping->fields[field];
	enum group own = d->job->source == ERP ? GROUP_E_TO : GROUP_C_FROM;
	enum group bi = d->job->source == ERP ? GROUP_E_BI : GROUP_C_BI;

	if (!field_moves(fm, d->job->direction))
		return false;
	if (fm->has_constant)
		return true;
	const struct base_field *known = base_find_field(&d->base, field);
	if (fm->direction == BIDIRECTIONAL)
		return (d->track & TRACK_CHANGED(bi)) && (known || !is_unbased(d));
	if (d->track & TRACK_CHANGED(own))
		return true;
	return !(d->track & TRACK_KNOWN(own)) && !(known && known->has[d->job->source]);
}

/* Where a bad value stands in its file (E22): "erp/c.csv:12: column 3 \"Name\": ". */
static struct str
place(struct decider *d, uint32_t row, const struct field *field)
{
	const struct table *table = d->job->tables[d->job->source];
	struct buf text = { 0 };

	table_file_place(table_file_of(table, row), table->lines[row], field->column, &text);
	struct str copy = arena_copy(d->arena, buf_str(&text));
	buf_release(&text);
	return copy;
}

/* E22: the last note is about a bad value; tells where it stands. */
static void
place_note(struct decider *d, struct outcome *outcome, struct str where)
{
	struct note *last = outcome->notes;

	while (last->next)
		last = last->next;
	last->rule = 22;
	last->message = arena_printf(d->arena, "%.*s%.*s", STR_ARG(where), STR_ARG(last->message));
}

void
outcome_place(struct decider *d, struct outcome *outcome, const struct field *field)
{
	place_note(d, outcome, place(d, outcome->source_row, field));
}

/* D9: a value that cannot be transferred. */
static void
fail_transfer(struct decider *d, struct outcome *outcome, size_t field, const struct transfer *t)
{
	const struct field *from = d->job->mapping->fields[field].fields[d->job->source];
	bool is_reference = t->code == CODE_UNRESOLVED_REFERENCE || t->code == CODE_SEVERAL_LINKS;
	struct note note = { .severity = SEVERITY_ERROR,
		.code = t->code,
		.rule = t->rule != 0 ? t->rule : is_reference ? 33 : 23,
		.field = from->name,
		.message = t->message };

	outcome_fail(d, outcome, note);
	if (t->place.len != 0)
		place_note(d, outcome, t->place);
	else if (d->cells[d->job->source][from->column].is_bad)
		outcome_place(d, outcome, from);
}

/* E16: whether an edit of the losing side goes under, as far as the base tells. */
static bool
is_lost_edit(const struct decider *d, size_t field, const struct change_value *value)
{
	enum side side = d->job->destination;
	enum group bi = side == ERP ? GROUP_E_BI : GROUP_C_BI;

	/* Of a record that no export shows nobody knows an edit. */
	if (!field_is_bidirectional(&d->job->mapping->fields[field]) || !value->old.ptr)
		return false;
	/* E11: on its way to the source, and perhaps not taken there: it counts as changed on both sides. */
	if (field_is_stuck(d, field, d->job->source))
		return true;
	if (value->base == BASE_SAME)
		return false;
	return value->base == BASE_CHANGED || (d->track & TRACK_CHANGED(bi));
}

/* A reference that comes last is told as its source says it (E34). */
static void
note_lost_edit(struct decider *d, struct outcome *outcome, size_t field, struct change_value value)
{
	enum side side = d->job->destination;
	const struct field *to = d->job->mapping->fields[field].fields[side];
	const struct base_field *known = base_find_field(&d->base, field);
	bool is_certain = known && known->has[side];

	value_list_add(d, &outcome->lost, value);
	outcome_note(d, outcome,
		(struct note){ .severity = SEVERITY_WARNING,
			.code = CODE_LOST_EDIT,
			.rule = 16,
			.field = to->name,
			.message = arena_printf(d->arena,
				"%sedited to \"%.*s\" in the %s, overwritten with \"%.*s\"",
				is_certain ? "" : "possibly ", STR_ARG(shown_value(to, value.old)),
				side == ERP ? "ERP" : "CRM", STR_ARG(shown_value(to, value.new))) });
}

static void
note_shortened(struct decider *d, struct outcome *outcome, const struct field *to, struct change_value value,
	struct str whole)
{
	value_list_add(d, &outcome->shortened, value);
	outcome_note(d, outcome,
		(struct note){ .severity = SEVERITY_NOTICE,
			.code = CODE_SHORTENED,
			.rule = 23,
			.field = to->name,
			.message = arena_printf(d->arena, "\"%.*s\" is cut to the %u characters of the field",
				STR_ARG(whole), to->length) });
}

static void
note_not_carried(struct decider *d, struct outcome *outcome, const struct field *to, struct str value)
{
	outcome_note(d, outcome,
		(struct note){ .severity = SEVERITY_NOTICE,
			.code = CODE_NOT_CARRIED,
			.rule = 19,
			.field = to->name,
			.message = arena_printf(d->arena, "\"%.*s\" is not written: it identifies the record",
				STR_ARG(value)) });
}

/* E24: what would change again with every way there and back is not written. */
static bool
fails_for_growth(struct decider *d, struct outcome *outcome, size_t field, struct cell source,
	const struct transfer *t)
{
	const struct field_mapping *fm = &d->job->mapping->fields[field];
	struct transfer_context tc = decider_context(d);
	struct transfer grown = { .status = TRANSFER_FAILED, .code = CODE_GROWING_VALUE, .rule = 24 };

	if (!transfer_grows(&tc, fm, d->job->direction, source, t, &grown.message))
		return false;
	outcome->fails_anyway = true;
	fail_transfer(d, outcome, field, &grown);
	return true;
}

/* E34: the value comes last, in a link file; until then what it is made of stands in its place. */
static void
await_one(struct decider *d, struct outcome *outcome, size_t field, struct str source, bool is_override)
{
	struct change_value value = written_value(d, field, source);

	if (outcome->kind == OUTCOME_INSERT || outcome->kind == OUTCOME_RESTORE)
		value.base = BASE_UNKNOWN;
	value_list_add(d, &outcome->linked, value);
	if (is_override && is_lost_edit(d, field, &value))
		note_lost_edit(d, outcome, field, value);
}

struct transfer_context
decider_field_context(struct decider *d, uint32_t source_row, size_t field)
{
	const struct field_mapping *fm = &d->job->mapping->fields[field];
	struct transfer_context tc = decider_context(d);

	tc.may_wait = fm->reference_count != 0 && !field_is_identity(fm, d->job->destination)
	    && !links_is_denied(d->job, source_row, (uint32_t)field);
	return tc;
}

/*
 * Nearly all fields are copied as they are, into a record that is made or over
 * the same value, and then no more is to be known of them: this is transfer_one()
 * for these alone.  False for all others.
 */
static bool
transfer_copy(struct decider *d, struct outcome *outcome, size_t field, bool is_override, enum fate *fate)
{
	const struct copied_field *copy = &d->copies[field];
	struct cell source = d->cells[d->job->source][copy->from];
	struct cell old = d->cells[d->job->destination][copy->to];
	bool is_insert = outcome->kind == OUTCOME_INSERT || outcome->kind == OUTCOME_RESTORE;

	if (!copy->is_plain || !copy_fits(source, copy->length))
		return false;
	if (!is_insert) {
		*fate = FATE_EQUAL;
		return !old.is_bad && !cell_is_awaited(old) && str_equal(cell_str(source), cell_str(old));
	}
	if (is_override)
		return false;
	value_list_add(d, &outcome->written,
		(struct change_value){ .column = copy->to, .base = BASE_UNKNOWN,
			.old = old_value(d, copy->to), .new = source });
	*fate = FATE_WRITTEN;
	return true;
}

/* One wanted field: compare, and note what is to be written. */
static enum fate
transfer_one(struct decider *d, struct outcome *outcome, size_t field, bool is_override)
{
	static const enum fate fates[] = { [TRANSFER_NOT_CARRIED] = FATE_NOT_CARRIED,
		[TRANSFER_FAILED] = FATE_FAILED,
		[TRANSFER_LEFT_ALONE] = FATE_LEFT_ALONE,
		[TRANSFER_AWAITED] = FATE_LINKED };
	const struct sync_job *job = d->job;
	const struct field_mapping *fm = &job->mapping->fields[field];
	const struct field *to = fm->fields[job->destination];
	struct transfer_context tc = decider_field_context(d, outcome->source_row, field);
	struct cell source = field_cell(fm, job->source, d->cells[job->source]);
	struct cell old = field_cell(fm, job->destination, d->cells[job->destination]);
	bool is_insert = outcome->kind == OUTCOME_INSERT || outcome->kind == OUTCOME_RESTORE;
	bool is_own_back = is_insert && cell_is_awaited(source);

	struct transfer t = transfer_field(&tc, fm, job->direction, source);
	if (t.status == TRANSFER_LEFT_ALONE || is_own_back)
		outcome->is_left_alone = true;
	else if (t.status == TRANSFER_AWAITED)
		await_one(d, outcome, field, t.value, is_override);
	else if (t.status == TRANSFER_FAILED) {
		fail_transfer(d, outcome, field, &t);
		outcome->fails_anyway |= fm->reference_count == 0
			|| !links_is_denied(job, outcome->source_row, (uint32_t)field);
	}
	if (t.status != TRANSFER_VALUE)
		return is_own_back ? FATE_LEFT_ALONE : fates[t.status];
	if (!is_insert && transfer_is_equal(&tc, fm, job->direction, source, old, &t))
		return FATE_EQUAL;
	if (!is_insert && format_tells_elsewhere(d->job->tables[job->destination]->def, to))
		return FATE_EQUAL;
	if (!is_insert && old.ptr && field_is_identity(fm, job->destination)) {
		note_not_carried(d, outcome, to, t.value);
		return FATE_IDENTITY;
	}
	if (!is_insert && old.ptr
		&& format_cannot_clear(d->job->tables[job->destination]->def, to, t.value)) {
		outcome_hold(d, outcome, field, old);
		return FATE_HELD;
	}
	/* The job before held it back: what is still there is not to come over in its place. */
	if (!is_insert && outcome->coupling != INDEX_NONE && held_has(job->run, outcome->coupling, field))
		return FATE_HELD;
	if (fails_for_growth(d, outcome, field, source, &t))
		return FATE_FAILED;
	struct change_value value = written_value(d, field, t.value);
	if (is_insert)
		value.base = BASE_UNKNOWN; /* 6.3: of a record that is not there yet the base tells nothing */
	value_list_add(d, &outcome->written, value);
	if (t.is_shortened)
		note_shortened(d, outcome, to, value, cell_str(source));
	if (is_override && is_lost_edit(d, field, &value))
		note_lost_edit(d, outcome, field, value);
	return FATE_WRITTEN;
}

void
transfer_drop(struct outcome *outcome)
{
	struct note **at = &outcome->notes;

	outcome->written.count = outcome->linked.count = 0;
	outcome->lost.count = outcome->shortened.count = 0;
	outcome->held_count = 0;
	while (*at)
		if ((*at)->severity > SEVERITY_CONFLICT)
			*at = (*at)->next;
		else
			at = &(*at)->next;
}

static bool
value_list_has(const struct value_list *list, uint32_t column)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->values[i].column == column)
			return true;
	return false;
}

/*
 * A link file holds linked fields alone.  What an earlier run wrote and no export
 * shows yet (E11) goes with it in an update: else a moved stamp would leave
 * nobody able to tell, had that run's files never been imported.
 */
static void
write_in_flight(struct decider *d, struct outcome *outcome)
{
	const struct mapping *mapping = d->job->mapping;
	enum side side = d->job->destination;

	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field *to = mapping->fields[i].fields[side];
		if (!field_moves(&mapping->fields[i], d->job->direction) || !to)
			continue;
		struct cell shown = d->shown[side][to->column];
		struct cell cell = d->cells[side][to->column];
		if (cell.is_bad || cell_is_awaited(cell) || value_list_has(&outcome->linked, to->column)
			|| value_equal(to->type, cell_str(cell), cell_str(shown)))
			continue;
		value_list_add(d, &outcome->written,
			(struct change_value){
				.column = to->column, .base = BASE_SAME, .old = shown, .new = cell });
	}
}

/* FATE_EQUAL of most fields, whether they are wanted or not: only an explanation tells these apart. */
static bool
is_copied_already(const struct decider *d, size_t field)
{
	const struct copied_field *copy = &d->copies[field];
	struct cell source = d->cells[d->job->source][copy->from];
	struct cell old = d->cells[d->job->destination][copy->to];

	return copy->is_plain && copy_fits(source, copy->length) && !old.is_bad && !cell_is_awaited(old) &&
		str_equal(cell_str(source), cell_str(old));
}

void
transfer_onto(struct decider *d, struct outcome *outcome, wanted_fn *wanted, bool is_override)
{
	for (size_t i = 0; i < d->job->mapping->field_count; i++)
		if ((d->trace || !is_copied_already(d, i)) && wanted(d, i)) {
			enum fate fate;
			if (!transfer_copy(d, outcome, i, is_override, &fate))
				fate = transfer_one(d, outcome, i, is_override);
			if (d->trace)
				d->trace->fates[i] = fate;
		}
	if (outcome->kind == OUTCOME_FAIL || outcome->is_left_alone) {
		/* E33: one that is left alone waits for nothing, so not in vain either. */
		if (outcome->kind != OUTCOME_FAIL || (outcome->is_left_alone && !outcome->fails_anyway))
			outcome->kind = OUTCOME_NONE;
		transfer_drop(outcome);
		return;
	}
	if (outcome->kind == OUTCOME_INSERT || outcome->kind == OUTCOME_RESTORE)
		return;
	if (outcome->linked.count != 0 && outcome->written.count == 0)
		write_in_flight(d, outcome);
	bool writes = outcome->written.count != 0 || outcome->linked.count != 0;
	outcome->kind = writes ? OUTCOME_MODIFY : OUTCOME_UNCHANGED;
}
