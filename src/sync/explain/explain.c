/* explain.c - why a run does with one record what it does (L7): the record, and its coupling */
#include "sync/explain/explain.h"

#include <stdlib.h>

#include "model/value.h"
#include "sync/emit/emit_parts.h"
#include "sync/explain/explain_parts.h"
#include "sync/match/match.h"

struct explanation *
explanation_make(struct explain_query query)
{
	struct explanation *e = memory_new(1, sizeof *e);

	e->query = query;
	e->root = fact_add(&e->arena, NULL, FACT_OBJECT, NULL);
	fact_text(&e->arena, e->root, "schema", STR("couplet/explain/1"));
	return e;
}

void
explanation_release(struct explanation *e)
{
	if (!e)
		return;
	free(e->jobs);
	copied_room_release(&e->room);
	buf_release(&e->scratch);
	arena_release(&e->arena);
	free(e);
}

void
explanation_write(const struct explanation *e, bool is_json, struct buf *out)
{
	if (!is_json) {
		fact_write_lines(e->root, out);
		return;
	}
	fact_write_json(e->root, out);
	buf_add_char(out, '\n');
}

bool
explanation_can_match(const struct explanation *e)
{
	return e->can_match;
}

bool
explain_is_asked(const struct explanation *e, const struct field_mapping *fm)
{
	if (e->query.field.len == 0)
		return true;
	for (enum side side = ERP; side < SIDES; side++)
		if (fm->fields[side] && fm->fields[side] == e->asked[side])
			return true;
	return false;
}

struct str
explain_value(struct explanation *e, const struct table *table, const struct field *field, struct cell cell)
{
	struct value_style style = value_style_of(table->def);

	return arena_copy(
		&e->arena, value_style_text(&style, field, cell_str(cell), cell.is_bad, &e->scratch));
}

struct str
explain_quoted(struct explanation *e, const struct table *table, const struct field *field, struct cell cell)
{
	struct str value = explain_value(e, table, field, cell);

	if (cell.is_bad)
		return arena_printf(&e->arena, "\"%.*s\", which is no %s", STR_ARG(value),
			type_name(field->type));
	return arena_printf(&e->arena, "\"%.*s\"", STR_ARG(value));
}

struct str
explain_stamp(struct explanation *e, int64_t stamp)
{
	buf_reset(&e->scratch);
	stamp_write(stamp, &e->scratch);
	return arena_copy(&e->arena, buf_str(&e->scratch));
}

struct str
explain_rule(struct explanation *e, int rule)
{
	buf_reset(&e->scratch);
	emit_rule(rule, &e->scratch);
	return arena_copy(&e->arena, buf_str(&e->scratch));
}

/* The line of the record, as it stands now: in the exports by its row, else by what named it. */
static uint32_t
present_line(const struct explanation *e, const struct run *run)
{
	uint32_t row = e->at.row[e->at.side];

	if (row == TABLE_NO_ROW)
		return e->at.coupling;
	return run->state->mappings[e->mapping->order].coupling_of[e->at.side][row];
}

void
explain_refresh(struct explanation *e, const struct run *run)
{
	uint32_t number = present_line(e, run);

	if (number != INDEX_NONE && !run->ledger.couplings[number].is_dropped) {
		const struct coupling *c = &run->ledger.couplings[number];
		e->at.coupling = number;
		memcpy(e->at.row, c->row, sizeof e->at.row);
		for (enum side side = ERP; side < SIDES; side++)
			if (coupling_has_id(c, side))
				e->id[side] = ledger_id(&run->ledger, c, side);
	}
	for (enum side side = ERP; side < SIDES; side++)
		if (e->at.row[side] != TABLE_NO_ROW)
			e->id[side] = table_uid(run_table(run, e->mapping, side), e->at.row[side]);
}

static bool
find_field(struct explanation *e, const struct run *run, struct diag *diag)
{
	struct str name = e->query.field;

	if (name.len == 0)
		return true;
	for (enum side side = ERP; side < SIDES; side++)
		e->asked[side] = table_def_find_field(e->mapping->tables[side], name);
	for (size_t i = 0; i < e->mapping->field_count; i++)
		if (explain_is_asked(e, &e->mapping->fields[i]))
			return true;
	return diag_add(diag, STATUS_USAGE,
		"explain %.*s %.*s: no field mapping of the mapping has that field%.*s",
		STR_ARG(e->mapping->name), STR_ARG(name),
		STR_ARG(setup_near_field(e->mapping, name, &run->state->arena)));
}

static bool
find_mapping(struct explanation *e, const struct run *run, struct diag *diag)
{
	struct str name = e->query.mapping;

	e->mapping = setup_find_mapping(&run->setup, name);
	if (e->mapping && e->mapping->is_enabled)
		return true;
	return diag_add(diag, STATUS_USAGE, "explain %.*s: %s in %.*s%.*s", STR_ARG(name),
		e->mapping ? "the mapping is disabled" : "no such mapping", STR_ARG(run->setup.path),
		STR_ARG(e->mapping ? STR("") : setup_near_mapping(&run->setup, name, &run->state->arena)));
}

static bool
find_record(struct explanation *e, const struct run *run, struct diag *diag)
{
	if (lookup_record(run, e->mapping, e->query.key, &e->scratch, &e->at))
		return true;
	return diag_add(diag, STATUS_USAGE,
		"explain %.*s %.*s: no such record in %.*s, %.*s or the ledger%.*s; give an ERP key or uid, "
		"or a CRM uid",
		STR_ARG(e->mapping->name), STR_ARG(e->query.key), STR_ARG(e->mapping->tables[ERP]->name),
		STR_ARG(e->mapping->tables[CRM]->name),
		STR_ARG(lookup_near(run, e->mapping, e->query.key)));
}

/* What people call the record. */
static struct str
record_name(const struct explanation *e, const struct run *run)
{
	struct str name = { NULL, 0 };

	for (enum side side = ERP; side < SIDES && name.len == 0; side++)
		if (e->at.row[side] != TABLE_NO_ROW)
			name = table_name(run_table(run, e->mapping, side), e->at.row[side]);
	return name;
}

static struct str
record_key(const struct explanation *e, const struct run *run)
{
	if (e->at.row[ERP] != TABLE_NO_ROW)
		return table_key(run_table(run, e->mapping, ERP), e->at.row[ERP]);
	return e->has_line ? coupling_key(&e->line) : (struct str){ NULL, 0 };
}

/* How KEY named it (1.2): by ERP key, ERP uid or CRM uid. */
static const char *
found_by(const struct explanation *e, const struct run *run)
{
	if (e->at.side == CRM)
		return "CRM uid";
	return str_equal(record_key(e, run), e->id[ERP])
			|| !str_equal_nocase(e->id[ERP], str_trim(e->query.key))
		? "ERP key"
		: "ERP uid";
}

/* `CUSTOMER  10000 "Adatum"` */
static void
tell_record(struct explanation *e, const struct run *run)
{
	struct str name = record_name(e, run);
	struct str key = record_key(e, run);
	struct str title = key.len ? key : e->id[e->at.side];
	bool is_in_export = e->at.row[e->at.side] != TABLE_NO_ROW;

	struct fact *mapping = fact_text(&e->arena, e->root, "mapping", e->mapping->name);
	struct str label = arena_copy(&e->arena, e->mapping->name);
	fact_show(&e->arena, mapping, label.ptr, "%.*s%s%.*s%s", STR_ARG(title), name.len ? " \"" : "",
		STR_ARG(name), name.len ? "\"" : "");
	fact_text(&e->arena, e->root, "erp_key", key);
	fact_text(&e->arena, e->root, "erp_id", e->id[ERP]);
	fact_text(&e->arena, e->root, "crm_id", e->id[CRM]);
	fact_text(&e->arena, e->root, "name", name);
	struct fact *found = fact_text(&e->arena, e->root, "found_by", str_from(found_by(e, run)));
	fact_show(&e->arena, found, "found", "by %s%s", found_by(e, run),
		is_in_export ? "" : ", in the ledger alone: no export shows it");
	fact_text(&e->arena, e->root, "field", e->query.field);
}

bool
explain_begin(struct run *run, struct diag *diag)
{
	struct explanation *e = run->explanation;

	copied_room_release(&e->room);
	e->room = copied_room_make(run);
	e->job_count = 0;
	e->is_assessed = e->has_line = false;
	e->id[ERP] = e->id[CRM] = (struct str){ NULL, 0 };
	if (!find_mapping(e, run, diag) || !find_field(e, run, diag) || !find_record(e, run, diag))
		return false;
	e->has_line = e->at.coupling != INDEX_NONE;
	if (e->has_line)
		e->line = run->ledger.couplings[e->at.coupling];
	e->can_match = match_has_fields(e->mapping) && !(e->has_line && e->line.state <= STATE_PENDING_CRM);
	explain_refresh(e, run);
	if (run->options->task == TASK_COUPLE) {
		e->part = fact_add(&e->arena, e->root, FACT_OBJECT, "match");
		return true;
	}
	e->part = e->root;
	tell_record(e, run);
	return true;
}

void
explain_assessed(struct explanation *e, const struct assessment *a)
{
	if (a->ms->mapping != e->mapping || a->number != present_line(e, a->run))
		return;
	e->is_assessed = true;
	e->tests = a->tests;
}

static void
tell_result(struct explanation *e, const struct run *run, struct fact *parent, enum side to)
{
	static const char *const words[] = { "none", "Success", "Failure" };
	const struct coupling *c = &e->line;
	struct str job = ledger_job(&run->ledger, c, to);
	struct str failure = coupling_failure(c, to);
	const char *result = words[coupling_result(c, to)];
	struct fact *fact = fact_add(&e->arena, parent, FACT_OBJECT, to == CRM ? "to_crm" : "to_erp");

	fact_text(&e->arena, fact, "result", coupling_result(c, to) ? str_from(result) : STR(""));
	fact_text(&e->arena, fact, "job", job);
	fact_text(&e->arena, fact, "failure", failure);
	fact_show(&e->arena, fact, to == CRM ? "to CRM" : "to ERP", "%s%s%.*s%s%.*s", result,
		job.len ? ", job " : "", STR_ARG(job), failure.len ? ": " : "", STR_ARG(failure));
}

/* E27: the base, as far as the groups' tests do not tell it. */
static void
tell_base(struct explanation *e, struct fact *parent, uint32_t track)
{
	const char *state = track & TRACK_ADOPT	   ? "adopted"
			  : track & TRACK_UNBASED  ? "differs"
			  : track & TRACK_HAS_BASE ? "present"
						   : "none";
	struct fact *fact = fact_text(&e->arena, parent, "base", str_from(state));

	if (track & TRACK_ADOPT)
		fact_show(
			&e->arena, fact, "base", "adopted now: nobody changed anything and both agree (E27)");
	else if (track & TRACK_UNBASED)
		fact_show(&e->arena, fact, "base",
			"unknown: values differ, and no stamp tells who changed (E27)");
	else if (!(track & TRACK_HAS_BASE))
		fact_show(&e->arena, fact, "base", "none in the ledger");
}

/* The record's line in the ledger as it was when the run began (part 3). */
static void
tell_coupling(struct explanation *e, const struct run *run)
{
	struct fact *fact = fact_add(&e->arena, e->part, FACT_OBJECT, "coupling");
	const struct coupling *c = &e->line;
	struct str state = str_from(e->has_line ? coupling_state_name(c->state) : "none");

	fact_text(&e->arena, fact, "state", e->has_line ? state : STR(""));
	if (!e->has_line) {
		fact_show(&e->arena, fact, "coupling", "none: the ledger has no line of the record");
		return;
	}
	struct str place =
		arena_printf(&e->arena, "%.*s:%u", STR_ARG(run->ledger.path), (unsigned)c->line);
	fact_text(&e->arena, fact, "place", place);
	fact_flag(&e->arena, fact, "skipped", c->is_skipped);
	fact_show(&e->arena, fact, "coupling", "%.*s, %.*s%s", STR_ARG(state), STR_ARG(place),
		c->is_skipped ? ", skipped after repeated failure (E30)" : "");
	tell_result(e, run, fact, CRM);
	tell_result(e, run, fact, ERP);
	if (e->is_assessed)
		tell_base(e, fact, run->state->tracks[e->at.coupling]);
}

/* What housekeeping did is a job of its own (E3); nothing is told where it did nothing with the record. */
static void
add_housekeeping(struct explanation *e, const struct run *run)
{
	for (uint32_t i = 0; i < run->plan.job_count; i++)
		if (run->plan.jobs[i].mapping == e->mapping && run->plan.jobs[i].type == JOB_CONFIRMATION)
			explain_add_job(e, run, i);
}

void
explain_housekept(struct run *run)
{
	struct explanation *e = run->explanation;

	explain_refresh(e, run);
	if (run->options->task == TASK_COUPLE)
		return;
	tell_coupling(e, run);
	for (enum side side = ERP; side < SIDES; side++)
		explain_side(e, run, side);
	add_housekeeping(e, run);
}
