/* reference.c - foreign keys translated through the ledger (2.4, 4.11: E32, E33, E35) */
#include "sync/reference.h"

#include "model/value.h"
#include "sync/decide.h"
#include "sync/explain/trace.h"
#include "sync/links.h"
#include "sync/match/link_table.h"
#include "sync/state.h"

/* One value on its way through the candidates of its field mapping. */
struct search {
	const struct transfer_context *tc;
	const struct field_mapping *fm;
	enum side from;
	enum side to;
	struct resolved result;
};

/*
 * The value in another field's type, in the arena; false when it has no form
 * there. A key that is cut would be another key.
 */
static bool
convert(const struct search *s, const struct field *from, const struct field *to, enum side to_side,
	struct str value, struct str *result)
{
	const struct transfer_context *tc = s->tc;

	buf_reset(tc->scratch);
	enum convert how =
		value_convert(from, to, tc->run->setup.systems[to_side].zone, value, tc->scratch, result);
	*result = arena_copy(tc->arena, *result);
	return how == CONVERT_OK;
}

/* What one candidate's failing says; several are one message. */
static void
add_reason(struct search *s, enum code code, struct str message)
{
	struct resolved *r = &s->result;

	if (r->message.len == 0 || code != CODE_UNRESOLVED_REFERENCE)
		r->code = code;
	r->how = REFERENCE_UNRESOLVED;
	r->message = r->message.len == 0
		? message
		: arena_printf(s->tc->arena, "%.*s; or %.*s", STR_ARG(r->message), STR_ARG(message));
}

/* E33: names the record that must be coupled first. */
static void
add_uncoupled(struct search *s, const struct reference *reference, struct str value)
{
	const struct mapping *mapping = reference->mapping;
	const char *what = s->from == ERP ? "record" : mapping->is_option_mapping ? "option" : "row";

	if (s->from == CRM)
		value = shown_value(s->fm->fields[CRM], str_cell(value));
	add_reason(s, CODE_UNRESOLVED_REFERENCE,
		arena_printf(s->tc->arena, "%s %.*s \"%.*s\" must be coupled in mapping %.*s first", what,
			STR_ARG(mapping->tables[s->from]->name), STR_ARG(value),
			STR_ARG(reference->mapping_name)));
}

/* 3.1: the couplings of a disabled mapping are kept as they are, and not read. */
static void
add_disabled(struct search *s, const struct reference *reference)
{
	add_reason(s, CODE_UNRESOLVED_REFERENCE,
		arena_printf(s->tc->arena,
			"mapping %.*s, which is to translate it, is disabled; enable it, or disable the "
			"field mapping",
			STR_ARG(reference->mapping_name)));
}

static void
add_bad_link(struct search *s, const struct reference *reference, const struct link_result *link)
{
	const struct table *table = &s->tc->run->tables[reference->link_table->number];
	struct buf place = { 0 };

	table_file_place(table_file_of(table, link->row), table->lines[link->row], link->field->column,
		&place);
	s->result.how = REFERENCE_BAD_LINK;
	s->result.code = CODE_NOT_CONVERTIBLE;
	s->result.message = arena_printf(s->tc->arena, "\"%.*s\" is no %s, so link table %.*s cannot be used",
		STR_ARG(cell_str(table_cell(table, link->row, link->field->column))),
		type_name(link->field->type), STR_ARG(reference->link_table->name));
	s->result.place = arena_copy(s->tc->arena, buf_str(&place));
	buf_release(&place);
}

/* L7: which record of the link table leads on, or that none does. */
static void
trace_link(struct search *s, const struct reference *reference, struct str value,
	const struct link_result *link)
{
	static const char *const how[] = { [LINK_NONE] = "leads nowhere", [LINK_ONE] = NULL,
		[LINK_SEVERAL] = "leads to several values", [LINK_BAD] = "cannot be told" };
	const struct table *table = &s->tc->run->tables[reference->link_table->number];
	struct str place = { NULL, 0 };

	if (!s->tc->trace)
		return;
	if (link->found == LINK_ONE || link->found == LINK_BAD)
		place = arena_printf(s->tc->arena, "%.*s:%u",
			STR_ARG(table_file_of(table, link->row)->shown_path), table->lines[link->row]);
	trace_step(s->tc->trace,
		(struct step){ .kind = STEP_LINK,
			.name = reference->link_table->name,
			.from = value,
			.to = link->found == LINK_ONE ? link->value : STR(""),
			.place = place,
			.how = link->found == LINK_ONE && link->value.len == 0 ? "is blank there"
									       : how[link->found] });
}

/* L7: the coupling that a candidate has for a key or uid, and its line in the ledger. */
static void
trace_coupling(struct search *s, const struct mapping *mapping, struct str wanted, uint32_t number,
	struct str found, bool is_awaited)
{
	const struct ledger *ledger = &s->tc->run->ledger;
	struct step step = { .kind = STEP_COUPLING, .name = mapping->name, .from = wanted, .to = found };

	if (!s->tc->trace)
		return;
	if (is_awaited)
		step.how = s->tc->may_wait ? "is made by this run, and set last (E34)"
					   : "may be made by this run, and cannot wait for it (E34)";
	else if (found.len == 0)
		step.how = number == INDEX_NONE ? "not coupled"
						: "its line is no coupling with a known identity";
	else if (ledger->couplings[number].line == 0)
		step.how = "coupled in this run";
	if (number != INDEX_NONE && ledger->couplings[number].line != 0)
		step.place = arena_printf(s->tc->arena, "%.*s:%u", STR_ARG(ledger->path),
			ledger->couplings[number].line);
	trace_step(s->tc->trace, step);
}

/* A value of one field as one of another; as it is where one of them is a joined key, or both are options. */
static bool
carry(const struct search *s, const struct field *from, const struct field *to, enum side side,
	struct str value, struct str *result)
{
	*result = value;
	if (!from || !to || (from->type == TYPE_OPTION && to->type == TYPE_OPTION))
		return true;
	return convert(s, from, to, side, value, result);
}

/*
 * E32: a value of the field, or a joined key where there is none, through the link
 * table. False when it does not lead to one value; the reason is added.
 */
static bool
follow_link(struct search *s, const struct reference *reference, const struct field *field, struct str value,
	struct str *result)
{
	const struct table_def *table = reference->link_table;
	const struct field *by = link_field(reference, s->from);
	const struct field *to = link_field(reference, s->to);
	struct link_result link = { .found = LINK_NONE };
	struct str wanted;

	if (carry(s, field, by, ERP, value, &wanted))
		link = link_find(s->tc->run, reference, s->from, wanted);
	trace_link(s, reference, value, &link);
	*result = link.value;
	if (link.found == LINK_ONE && link.value.len != 0)
		return true;
	if (link.found == LINK_BAD)
		add_bad_link(s, reference, &link);
	else if (link.found == LINK_SEVERAL)
		add_reason(s, CODE_SEVERAL_LINKS,
			arena_printf(s->tc->arena,
				"link table %.*s leads from %.*s \"%.*s\" to several values of %.*s: "
				"\"%.*s\" and \"%.*s\"",
				STR_ARG(table->name), STR_ARG(by->name), STR_ARG(value), STR_ARG(to->name),
				STR_ARG(link.value), STR_ARG(link.other)));
	else
		add_reason(s, CODE_UNRESOLVED_REFERENCE,
			arena_printf(s->tc->arena,
				"link table %.*s leads from %.*s \"%.*s\" to no %.*s for mapping %.*s",
				STR_ARG(table->name), STR_ARG(by->name), STR_ARG(value), STR_ARG(to->name),
				STR_ARG(reference->mapping_name)));
	return false;
}

/* The field of a mapping's ERP key; NULL where the key has several parts, which are joined as text. */
static const struct field *
key_field(const struct mapping *mapping)
{
	const struct table_def *def = mapping->tables[ERP];

	return def->key_count == 1 ? def->keys[0] : NULL;
}

/* The field that identifies a row of the CRM, or the option field whose number does (E35). */
static const struct field *
uid_field(const struct mapping *mapping)
{
	const struct table_def *def = mapping->tables[CRM];

	if (def->option_field)
		return def->option_field;
	return def->uid ? def->uid : def->keys[0];
}

/* E32, To: by the record with that key in its export, else by the key that the ledger remembers. */
static uint32_t
find_by_erp_key(const struct run *run, const struct mapping *mapping, struct str key)
{
	const struct table *table = run_table(run, mapping, ERP);
	const struct mapping_state *ms = &run->state->mappings[mapping->order];
	uint32_t row = table_find_key(table, key);

	if (row != TABLE_NO_ROW && ms->coupling_of[ERP])
		return ms->coupling_of[ERP][row];
	struct index_walk walk = index_find(&ms->erp_keys, str_hash(key));
	for (uint32_t number; (number = index_next(&walk)) != INDEX_NONE;)
		if (links_resolves(run, number)
			&& str_equal(coupling_key(&run->ledger.couplings[number]), key))
			return number;
	return INDEX_NONE;
}

/* The ERP key of a coupling: the export's, else the one that the ledger remembers. */
static struct str
coupling_erp_key(const struct run *run, const struct mapping *mapping, const struct coupling *coupling)
{
	if (coupling->row[ERP] != TABLE_NO_ROW)
		return table_key(run_table(run, mapping, ERP), coupling->row[ERP]);
	return coupling_key(coupling);
}

/* The key or uid that the candidate is looked up by; false when there is none. */
static bool
find_wanted(struct search *s, const struct reference *reference, struct str value, struct str *wanted)
{
	const struct field *source = s->fm->fields[s->from];
	const struct field *field = s->from == CRM ? uid_field(reference->mapping)
						   : key_field(reference->mapping);

	if (s->from == ERP && value.len == 0) {
		*wanted = reference->blank_key;
		return true;
	}
	if (s->from == ERP && reference->link_table) {
		if (!follow_link(s, reference, source, value, &value))
			return false;
		source = reference->link_to;
	}
	if (carry(s, source, field, s->from, value, wanted) && wanted->len != 0)
		return true;
	add_uncoupled(s, reference, value);
	return false;
}

/* A value of the other side as the destination field holds it; false with a reason why not. */
static bool
give(struct search *s, const struct field *field, struct str found)
{
	const struct field *to = s->fm->fields[s->to];
	struct str value;

	if (carry(s, field, to, s->to, found, &value)) {
		s->result.how = REFERENCE_RESOLVED;
		s->result.value = value;
		return true;
	}
	add_reason(s, CODE_NOT_CONVERTIBLE,
		arena_printf(s->tc->arena, "\"%.*s\" has no form in field \"%.*s\"", STR_ARG(found),
			STR_ARG(to->name)));
	return false;
}

/* From: a key of the referenced table as the source table holds it. */
static bool
give_key(struct search *s, const struct reference *reference, struct str key)
{
	const struct field *field = key_field(reference->mapping);

	if (s->fm->blank_as.len != 0 && str_equal(key, reference->blank_key)) {
		s->result.how = REFERENCE_RESOLVED;
		s->result.value = reference_blank(s->fm, ERP);
		return true;
	}
	if (!reference->link_table)
		return give(s, field, key);
	if (!follow_link(s, reference, field, key, &key))
		return false;
	return give(s, reference->link_from, key);
}

/* True when the search is over: resolved, to be awaited, or stopped by a bad value that nobody may guess. */
static bool
try_candidate(struct search *s, const struct reference *reference, struct str value)
{
	const struct run *run = s->tc->run;
	const struct mapping *mapping = reference->mapping;
	struct str wanted;

	if (!mapping->is_enabled) {
		trace_step(s->tc->trace, (struct step){ .kind = STEP_COUPLING,
			.name = mapping->name, .from = value, .how = "the mapping is disabled" });
		add_disabled(s, reference);
		return false;
	}
	if (!find_wanted(s, reference, value, &wanted))
		return s->result.how == REFERENCE_BAD_LINK;
	uint32_t number = s->from == ERP ? find_by_erp_key(run, mapping, wanted)
					 : state_find_id(run, mapping, CRM, wanted);
	bool is_awaited = links_awaits(s->tc->job, mapping, wanted, number);
	const struct coupling *coupling = number == INDEX_NONE ? NULL : &run->ledger.couplings[number];
	struct str found = { NULL, 0 };
	if (!is_awaited && coupling && links_resolves(run, number))
		found = s->to == CRM ? ledger_id(&run->ledger, coupling, CRM)
				     : coupling_erp_key(run, mapping, coupling);
	trace_coupling(s, mapping, wanted, number, found, is_awaited);
	if (is_awaited && s->tc->may_wait) {
		s->result.how = REFERENCE_AWAITED;
		return true;
	}
	if (found.len == 0) {
		add_uncoupled(s, reference, wanted);
		return false;
	}
	s->result.coupling = number;
	bool is_given = s->to == CRM ? give(s, uid_field(mapping), found) : give_key(s, reference, found);
	return is_given || s->result.how == REFERENCE_BAD_LINK;
}

struct resolved
reference_resolve(const struct transfer_context *tc, const struct field_mapping *fm, enum direction direction,
	struct str value)
{
	enum side from = source_side(direction);
	struct search s = { tc, fm, from, other_side(from),
		{ .how = REFERENCE_UNRESOLVED, .coupling = INDEX_NONE, .code = CODE_UNRESOLVED_REFERENCE } };

	for (size_t i = 0; i < fm->reference_count; i++)
		if (try_candidate(&s, &fm->references[i], value))
			break;
	if (s.result.how != REFERENCE_RESOLVED)
		s.result.coupling = INDEX_NONE;
	return s.result;
}

static bool
refers_to_options(const struct field_mapping *fm)
{
	for (size_t i = 0; i < fm->reference_count; i++)
		if (fm->references[i].mapping && fm->references[i].mapping->is_option_mapping)
			return true;
	return false;
}

bool
reference_is_blank(const struct field_mapping *fm, enum side side, struct str value)
{
	if (side == ERP && fm->blank_as.len != 0)
		return false;
	if (value.len == 0 || str_equal(value, field_blank(fm->fields[side])))
		return true;
	return side == CRM && refers_to_options(fm) && str_equal(value, STR("0"));
}

struct str
reference_blank(const struct field_mapping *fm, enum side side)
{
	const struct field *field = fm->fields[side];
	struct str blank = field_blank(field);

	if (blank.len == 0 && side == CRM && field->type == TYPE_OPTION && refers_to_options(fm))
		for (size_t i = 0; i < field->option_count; i++)
			if (str_equal(field->options[i].ordinal, STR("0")))
				return field->options[i].ordinal;
	return blank;
}
