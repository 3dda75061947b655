/* transfer.c - one value from one side to the other, and when two values are equal (4.8) */
#include "sync/transfer.h"

#include "model/value.h"
#include "sync/explain/trace.h"
#include "sync/reference.h"
#include "sync/state.h"
#include "sync/transfer_rule.h"

struct str
field_blank(const struct field *field)
{
	if (field->type == TYPE_OPTION)
		for (size_t i = 0; i < field->option_count; i++)
			if (str_trim(field->options[i].name).len == 0)
				return field->options[i].ordinal;
	return (struct str){ NULL, 0 };
}

static bool
is_blank(const struct field *field, struct str value)
{
	return value.len == 0 || str_equal(value, field_blank(field));
}

/* A failure, or a blank with clear-value-on-failed-sync (E23). */
static struct transfer
fail(const struct field_mapping *fm, const struct field *to, enum code code, struct str message)
{
	if (fm->clear_value_on_failed_sync)
		return (struct transfer){
			.status = TRANSFER_VALUE, .value = field_blank(to), .is_cleared = true
		};
	return (struct transfer){ .status = TRANSFER_FAILED, .code = code, .message = message };
}

struct str
shown_value(const struct field *field, struct cell cell)
{
	struct str value = cell_str(cell);

	if (field->type == TYPE_OPTION && !cell.is_bad)
		for (size_t i = 0; i < field->option_count; i++)
			if (str_equal(field->options[i].ordinal, value))
				return field->options[i].name;
	return value;
}

static struct transfer
convert_failure(const struct transfer_context *tc, const struct field_mapping *fm, const struct field *from,
	const struct field *to, enum convert how, struct str value)
{
	struct str text = shown_value(from, str_cell(value));

	switch (how) {
	case CONVERT_TOO_LONG:
		return fail(fm, to, CODE_TOO_LONG,
			arena_printf(tc->arena, "\"%.*s\" has more than the %u characters of field \"%.*s\"",
				STR_ARG(text), to->length, STR_ARG(to->name)));
	case CONVERT_NO_OPTION:
		return fail(fm, to, CODE_UNKNOWN_OPTION,
			arena_printf(tc->arena, "\"%.*s\" is no option of field \"%.*s\"", STR_ARG(text),
				STR_ARG(to->name)));
	default:
		return fail(fm, to, CODE_NOT_CONVERTIBLE,
		    arena_printf(tc->arena, "\"%.*s\" has no form as %s for field \"%.*s\"", STR_ARG(text),
			type_name(to->type), STR_ARG(to->name)));
	}
}

static struct transfer
convert_value(const struct transfer_context *tc, const struct field_mapping *fm, const struct field *from,
	const struct field *to, enum side to_side, struct str value)
{
	struct transfer t = { .status = TRANSFER_VALUE };
	/* E23: a stamp's day is that of the side that holds it, so that a date comes back as it went. */
	enum side zone_side = from->type == TYPE_DATETIME ? other_side(to_side) : to_side;

	buf_reset(tc->scratch);
	enum convert how =
	    value_convert(from, to, tc->run->setup.systems[zone_side].zone, value, tc->scratch, &t.value);
	if (how != CONVERT_OK && how != CONVERT_SHORTENED)
		return convert_failure(tc, fm, from, to, how, value);
	t.is_shortened = how == CONVERT_SHORTENED;
	if (t.value.len != 0 && tc->scratch->ptr && t.value.ptr >= tc->scratch->ptr &&
	    t.value.ptr < tc->scratch->ptr + tc->scratch->capacity)
		t.value = arena_copy(tc->arena, t.value);
	return t;
}

/* R107, From: a label is cut to the length of the code that it becomes. */
static struct transfer
convert_label(const struct transfer_context *tc, const struct field_mapping *fm, enum side from,
	struct str value)
{
	const struct field *to = fm->fields[other_side(from)];
	struct str label = str_trim(value);
	struct str cut = from == CRM && to->length > 0 ? utf8_cut(label, to->length) : label;
	struct transfer t = convert_value(tc, fm, fm->fields[from], to, other_side(from), cut);

	t.is_shortened |= cut.len < label.len;
	return t;
}

/* Reads the text of a value map entry as a value of the field. */
static bool
read_entry(const struct transfer_context *tc, const struct field *field, enum side side, struct str text,
	struct str *value)
{
	const struct system *system = &tc->run->setup.systems[side];

	buf_reset(tc->scratch);
	/* As the system writes values, else as everybody can: the same as constants are read. */
	if (!value_read(field, system->locale, system->zone, text, tc->scratch)
		&& !value_read(field, locale_find(STR("invariant")), system->zone, text, tc->scratch))
		return false;
	*value = arena_copy(tc->arena, buf_str(tc->scratch));
	return true;
}

/* E23, 2.5: the first entry that equals the value, `*` being any; its text read as the other side's type. */
static struct transfer
map_value(const struct transfer_context *tc, const struct field_mapping *fm, enum side from, struct str value)
{
	enum side to = other_side(from);

	for (size_t i = 0; i < fm->value_map->entry_count; i++) {
		const struct value_map_entry *entry = &fm->value_map->entries[i];
		struct str source = from == ERP ? entry->erp : entry->crm;
		struct str destination = from == ERP ? entry->crm : entry->erp;
		struct transfer t = { .status = TRANSFER_VALUE };
		struct str wanted;
		if (str_equal(destination, STR("*")))
			continue;
		if (!str_equal(source, STR("*"))
			&& (!read_entry(tc, fm->fields[from], from, source, &wanted)
				|| !value_equal(fm->fields[from]->type, wanted, value)))
			continue;
		if (!read_entry(tc, fm->fields[to], to, destination, &t.value))
			continue;
		trace_step(tc->trace, (struct step){ .kind = STEP_VALUE_MAP,
			.name = fm->value_map->code, .from = source, .to = destination });
		return t;
	}
	return fail(fm, fm->fields[to], CODE_NOT_MAPPED,
	    arena_printf(tc->arena, "value map %.*s has no entry for \"%.*s\"", STR_ARG(fm->value_map->code),
		STR_ARG(shown_value(fm->fields[from], str_cell(value)))));
}

/* E33: nothing is coupled; what a link table holds wrongly is told whatever the field mapping says. */
static struct transfer
translate_reference(const struct transfer_context *tc, const struct field_mapping *fm,
	enum direction direction, struct str value)
{
	const struct field *to = fm->fields[other_side(source_side(direction))];
	struct resolved r = reference_resolve(tc, fm, direction, value);

	if (r.how == REFERENCE_RESOLVED)
		return (struct transfer){ .status = TRANSFER_VALUE, .value = r.value };
	if (r.how == REFERENCE_AWAITED)
		return (struct transfer){ .status = TRANSFER_AWAITED, .value = value };
	if (r.how == REFERENCE_UNRESOLVED && fm->not_null)
		return (struct transfer){ .status = TRANSFER_NOT_CARRIED };
	struct transfer t = fail(fm, to, r.code, r.message);
	t.place = r.place;
	if (t.status == TRANSFER_FAILED && r.how == REFERENCE_UNRESOLVED && fm->ignore_record_when_unresolved)
		t.status = TRANSFER_LEFT_ALONE;
	return t;
}

/* E20: value map, or reference, or conversion. */
static struct transfer
carry(const struct transfer_context *tc, const struct field_mapping *fm, enum direction direction,
	struct str value)
{
	enum side from = source_side(direction);
	const struct field *from_field = fm->fields[from];
	const struct field *to_field = fm->fields[other_side(from)];

	if (fm->is_label)
		return convert_label(tc, fm, from, value);
	if (fm->value_map)
		return map_value(tc, fm, from, value);
	if (fm->reference_count == 0)
		return convert_value(tc, fm, from_field, to_field, other_side(from), value);
	if (reference_is_blank(fm, from, value))
		return (struct transfer){ .status = TRANSFER_VALUE,
			.value = reference_blank(fm, other_side(from)) };
	return translate_reference(tc, fm, direction, value);
}

/* E20: the rules of the direction come before all else. */
static struct transfer
carry_by_rules(const struct transfer_context *tc, const struct field_mapping *fm, enum direction direction,
	struct str value)
{
	struct ruled ruled = transfer_rules(tc, fm, direction, value);

	if (ruled.status == RULED_SOURCE)
		return carry(tc, fm, direction, ruled.value);
	if (ruled.status == RULED_TARGET)
		return (struct transfer){ .status = TRANSFER_VALUE, .value = ruled.value };
	const struct field *to = fm->fields[other_side(source_side(direction))];
	struct transfer t = fail(fm, to, ruled.code, ruled.message);
	t.rule = 46;
	return t;
}

/* E34: the job before wrote it, and what it will be is known when all jobs have run. */
static struct transfer
transfer_awaited(const struct field_mapping *fm)
{
	/* Of a field of both directions it is the other side's own value, coming back. */
	if (fm->direction == BIDIRECTIONAL)
		return (struct transfer){ .status = TRANSFER_NOT_CARRIED };
	return (struct transfer){ .status = TRANSFER_LEFT_ALONE };
}

struct transfer
transfer_field(const struct transfer_context *tc, const struct field_mapping *fm, enum direction direction,
	struct cell source)
{
	enum side from = source_side(direction);
	const struct field *to_field = fm->fields[other_side(from)];
	struct str value = cell_str(source);

	if (fm->has_constant)
		return (struct transfer){ .status = TRANSFER_VALUE, .value = fm->constant_value };
	if (cell_is_awaited(source))
		return transfer_awaited(fm);
	if (source.is_bad)
		return fail(fm, to_field, CODE_NOT_CONVERTIBLE,
			arena_printf(tc->arena, "\"%.*s\" is no %s", STR_ARG(value),
				type_name(fm->fields[from]->type)));
	struct transfer t = fm->rule_count[from] > 0 ? carry_by_rules(tc, fm, direction, value)
						     : carry(tc, fm, direction, value);
	if (fm->not_null && t.status == TRANSFER_VALUE && is_blank(to_field, t.value))
		t.status = TRANSFER_NOT_CARRIED;
	return t;
}

/* E24, second half: the destination's value, transferred back, is the source's. */
static bool
comes_back_equal(const struct transfer_context *tc, const struct field_mapping *fm, enum direction direction,
	struct cell source, struct cell destination)
{
	enum side from = source_side(direction);
	struct transfer_context outside = { .run = tc->run, .mapping = tc->mapping,
		.arena = tc->arena, .scratch = tc->scratch };

	bool may_come = fm->direction == BIDIRECTIONAL || fm->is_label;

	if (!may_come || source.is_bad || destination.is_bad)
		return false;
	/* What goes both ways as it is, was compared already. */
	if (field_is_copied(fm) && copy_fits(source, fm->fields[other_side(from)]->length) &&
		copy_fits(destination, fm->fields[from]->length))
		return false;
	struct transfer back = transfer_field(&outside, fm, direction == TO ? FROM : TO, destination);
	return back.status == TRANSFER_VALUE &&
	    value_equal(fm->fields[from]->type, back.value, cell_str(source));
}

bool
label_equal(struct str a, struct str b)
{
	struct buf folded[2] = { { 0 }, { 0 } };

	text_fold(str_trim(a), false, &folded[0]);
	text_fold(str_trim(b), false, &folded[1]);
	bool is_equal = str_equal(buf_str(&folded[0]), buf_str(&folded[1]));
	buf_release(&folded[0]);
	buf_release(&folded[1]);
	return is_equal;
}

bool
transfer_is_equal(const struct transfer_context *tc, const struct field_mapping *fm, enum direction direction,
	struct cell source, struct cell destination, const struct transfer *t)
{
	const struct field *to = fm->fields[other_side(source_side(direction))];

	if (t->status == TRANSFER_NOT_CARRIED || cell_is_awaited(destination))
		return true;
	if (t->status != TRANSFER_VALUE)
		return false;
	if (!destination.is_bad && value_equal(to->type, t->value, cell_str(destination)))
		return true;
	if (!destination.is_bad && fm->is_label && label_equal(t->value, cell_str(destination)))
		return true;
	return !fm->has_constant && comes_back_equal(tc, fm, direction, source, destination);
}

bool
transfer_grows(const struct transfer_context *tc, const struct field_mapping *fm, enum direction direction,
	struct cell source, const struct transfer *t, struct str *message)
{
	enum side from = source_side(direction);
	enum direction home = direction == TO ? FROM : TO;

	if (fm->direction != BIDIRECTIONAL || !fm->rule || fm->rule_direction != BIDIRECTIONAL ||
		t->status != TRANSFER_VALUE || t->is_cleared)
		return false;
	struct transfer back = transfer_field(tc, fm, home, str_cell(t->value));
	if (back.status != TRANSFER_VALUE || back.is_cleared ||
		value_equal(fm->fields[from]->type, back.value, cell_str(source)))
		return false;
	struct transfer again = transfer_field(tc, fm, direction, str_cell(back.value));
	if (again.status == TRANSFER_VALUE &&
		value_equal(fm->fields[other_side(from)]->type, again.value, t->value))
		return false;
	if (message)
		*message = arena_printf(tc->arena,
			"\"%.*s\" would go over as \"%.*s\" and come back as \"%.*s\", and so on with every "
			"run: rule %.*s applies both ways",
			STR_ARG(shown_value(fm->fields[from], source)),
			STR_ARG(shown_value(fm->fields[other_side(from)], str_cell(t->value))),
			STR_ARG(shown_value(fm->fields[from], str_cell(back.value))),
			STR_ARG(fm->rule->code));
	return true;
}

bool
values_are_equal(const struct transfer_context *tc, const struct field_mapping *fm, enum direction direction,
	struct cell source, struct cell destination)
{
	/* Equal texts of fields whose canonical forms are the same need no conversion. */
	if (!source.is_bad && !destination.is_bad && field_is_plain_copy(fm) &&
	    str_equal(cell_str(source), cell_str(destination)))
		return true;
	struct transfer t = transfer_field(tc, fm, direction, source);
	return transfer_is_equal(tc, fm, direction, source, destination, &t);
}

bool
field_is_identity(const struct field_mapping *fm, enum side side)
{
	const struct field *field = fm->fields[side];

	if (fm->renames)
		return false;
	return field && (field->role == ROLE_UID || (field->role == ROLE_KEY && side == ERP));
}

bool
sides_are_equal(const struct transfer_context *tc, const struct field_mapping *fm, enum direction left,
	struct cell erp, struct cell crm)
{
	return (left != FROM && values_are_equal(tc, fm, TO, erp, crm))
	    || (left != TO && values_are_equal(tc, fm, FROM, crm, erp));
}

bool
bidirectional_is_equal(const struct transfer_context *tc, const struct cell *erp, const struct cell *crm,
	enum direction left, const bool but_identity[SIDES])
{
	for (size_t i = 0; i < tc->mapping->field_count; i++) {
		const struct field_mapping *fm = &tc->mapping->fields[i];
		if (!field_is_bidirectional(fm) || (but_identity[ERP] && field_is_identity(fm, ERP))
			|| (but_identity[CRM] && field_is_identity(fm, CRM)))
			continue;
		if (!sides_are_equal(tc, fm, left, field_cell(fm, ERP, erp), field_cell(fm, CRM, crm)))
			return false;
	}
	return true;
}
