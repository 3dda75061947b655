/* explain_result.c - what became of a decision: its row and rule, each field, changes and findings */
#include <stdlib.h>

#include "sync/emit/emit_parts.h"
#include "sync/explain/explain_parts.h"

/* What the plan says of one value. */
struct planned {
	const struct change *change;
	const struct change_value *value;
};

/* Whether ids tell this record: none that both know may differ, and one must be the same. */
static bool
is_record(const struct explanation *e, struct str erp_id, struct str crm_id, struct str key)
{
	const struct str ids[SIDES] = { erp_id, crm_id };
	bool is_same = false;

	for (enum side side = ERP; side < SIDES; side++) {
		if (ids[side].len == 0 || e->id[side].len == 0)
			continue;
		if (!str_equal(ids[side], e->id[side]))
			return false;
		is_same = true;
	}
	return is_same || (key.len != 0 && e->has_line && str_equal(key, coupling_key(&e->line)));
}

const struct change *
explain_next_change(const struct explanation *e, const struct run *run, uint32_t job, size_t *at)
{
	while (*at < run->plan.change_count) {
		const struct change *change = &run->plan.changes[(*at)++];
		const struct coupling *c = emit_coupling(run, change);
		if (change->job == job && run->plan.jobs[job].mapping == e->mapping
			&& is_record(e, ledger_id(&run->ledger, c, ERP), ledger_id(&run->ledger, c, CRM),
				coupling_key(c)))
			return change;
	}
	return NULL;
}

const struct finding *
explain_next_finding(const struct explanation *e, const struct run *run, uint32_t job, size_t *at)
{
	while (*at < run->plan.finding_count) {
		const struct finding *f = &run->plan.findings[(*at)++];
		if (f->job == job && f->mapping == e->mapping
			&& is_record(e, f->erp_id, f->crm_id, f->erp_key))
			return f;
	}
	return NULL;
}

/* The value that the job puts into a field of the destination, if it does. */
static struct planned
find_planned(struct explanation *e, const struct run *run, const struct explained_job *ej,
	const struct field *field)
{
	const struct change *change;
	size_t at = 0;

	while ((change = explain_next_change(e, run, ej->job.job, &at)) != NULL)
		for (uint32_t i = 0; change->side != NO_SIDE && i < change->value_count; i++) {
			const struct change_value *value = &change_values(run, change, &e->room)[i];
			if (value->column == field->column && action_is_import(change->action))
				return (struct planned){ change, value };
		}
	return (struct planned){ NULL, NULL };
}

/* The error or conflict of a record that failed, or what made a job skip it. */
static const struct finding *
find_failure(const struct explanation *e, const struct run *run, const struct explained_job *ej,
	const struct field *field)
{
	const struct finding *f;
	size_t at = 0;

	while ((f = explain_next_finding(e, run, ej->job.job, &at)) != NULL)
		if (f->severity <= SEVERITY_CONFLICT && (!field || str_equal(f->field, field->name)))
			return f;
	return NULL;
}

static void
add_result(struct explanation *e, struct fact *fact, const char *word, struct str sentence)
{
	fact_text(&e->arena, fact, "result", str_from(word));
	fact_show(&e->arena, fact->last, "result", "%.*s", STR_ARG(sentence));
}

static void
result_written(struct explanation *e, const struct run *run, struct explained_job *ej, size_t i)
{
	const struct sync_job *job = &ej->job;
	const struct field *to = job->mapping->fields[i].fields[job->destination];
	struct planned planned = find_planned(e, run, ej, to);
	bool is_linked = ej->trace.fates[i] == FATE_LINKED;

	if (!planned.value && (ej->ended == OUTCOME_FAIL || ej->is_left_alone)) {
		add_result(e, ej->field[i], "dropped",
			ej->is_left_alone ? STR("not written: the record is left alone")
					  : STR("not written: the record fails"));
		return;
	}
	if (!planned.value) {
		add_result(e, ej->field[i], "equal", STR("equal: the destination holds it already (E34)"));
		return;
	}
	struct str new = explain_new(e, job->tables[job->destination], planned.change, planned.value);
	bool is_template = !is_linked && !str_equal(cell_str(planned.value->new), ej->transfers[i].value);
	fact_text(&e->arena, ej->field[i], "new", new);
	if (planned.change->action == ACTION_CREATE && new.len == 0) {
		add_result(e, ej->field[i], "written", STR("stays blank"));
		return;
	}
	add_result(e, ej->field[i], is_linked ? "linked" : "written",
		arena_printf(&e->arena, "%s \"%.*s\"%s (%.*s)", action_name(planned.change->action),
			STR_ARG(new), is_template ? ", which a template sets" : "",
			STR_ARG(explain_rule(e, planned.change->rule))));
}

static void
result_failed(struct explanation *e, const struct run *run, struct explained_job *ej, size_t i)
{
	const struct field_mapping *fm = &ej->job.mapping->fields[i];
	const struct finding *f = find_failure(e, run, ej, fm->fields[ej->job.source]);

	if (!f)
		return;
	fact_text(&e->arena, ej->field[i], "code", str_from(code_name(f->code)));
	add_result(e, ej->field[i], "failed",
		arena_printf(&e->arena, "fails: %s (%.*s): %.*s", code_name(f->code),
			STR_ARG(explain_rule(e, f->rule)), STR_ARG(f->message)));
}

/* What keeps a field from being transferred at all. */
static struct str
reason_not_wanted(struct explanation *e, const struct explained_job *ej, const struct field_mapping *fm)
{
	bool is_conflict = ej->trace.row == 7;

	if (is_conflict && ej->decided == OUTCOME_FAIL)
		return STR("not transferred: the record fails");
	if (is_conflict && ej->decided == OUTCOME_SKIP)
		return arena_printf(&e->arena, "not transferred: left to the job %s",
			direction_arrow(ej->job.direction == TO ? FROM : TO));
	if (is_conflict && field_is_bidirectional(fm))
		return STR("not transferred: this side did not change it");
	if (ej->trace.row == 8 || is_conflict)
		return STR("not transferred: nothing of its group changed");
	return ej->trace.row == 0 ? STR("not transferred: a filter cannot be told")
				  : arena_printf(&e->arena, "not transferred (D%u)", ej->trace.row);
}

static void
result_not_wanted(struct explanation *e, struct explained_job *ej, size_t i)
{
	const struct field_mapping *fm = &ej->job.mapping->fields[i];
	bool is_update = ej->trace.row >= 5;
	bool is_conflict =
		ej->trace.row == 7 && field_is_bidirectional(fm) && !ej->is_equal[i];
	struct str reason = reason_not_wanted(e, ej, fm);

	if (is_conflict && ej->decided == OUTCOME_FAIL)
		reason = STR("in conflict (E16)");
	add_result(e, ej->field[i],
		is_conflict && ej->decided == OUTCOME_FAIL ? "conflict" : "not-transferred",
		arena_printf(&e->arena, "%.*s%s", STR_ARG(reason),
			!is_update		  ? ""
				: ej->is_equal[i] ? "; the values are equal"
						  : "; the values differ"));
}

/*
 * A field of which there is nothing to tell but its value and what becomes of it
 * is one line: most fields are.  Its steps are told where the query names it.
 */
static void
shorten(struct explanation *e, struct explained_job *ej, size_t i)
{
	struct fact *fact = ej->field[i];
	enum fate fate = ej->trace.fates[i];
	bool agrees = ej->is_equal[i] && (fate == FATE_EQUAL || fate == FATE_NOT_WANTED || ej->is_beheld);
	bool is_told = agrees || (ej->is_absent[i] && (fate == FATE_WRITTEN || fate == FATE_NOT_WANTED));

	if (!is_told || !ej->plain[i].ptr || e->query.is_detailed || e->query.field.len != 0)
		return;
	struct str label = fact->label;
	if (ej->is_beheld)
		fact_hide(fact);
	else if (fate == FATE_WRITTEN && ej->ended != OUTCOME_FAIL && !ej->is_left_alone)
		fact_show(&e->arena, fact, label.ptr, "%.*s", STR_ARG(fact->last->line));
	else
		fact_show(&e->arena, fact, label.ptr, "\"%.*s\": %.*s", STR_ARG(ej->plain[i]),
			STR_ARG(fact->last->line));
	for (struct fact *child = fact->first; child; child = child->next)
		fact_hide(child);
}

static void
tell_result(struct explanation *e, const struct run *run, struct explained_job *ej, size_t i)
{
	const struct transfer *t = &ej->transfers[i];
	const struct field *to = ej->job.mapping->fields[i].fields[ej->job.destination];

	/* E11, E34: what is in flight may go with a link. */
	if (find_planned(e, run, ej, to).value) {
		result_written(e, run, ej, i);
		return;
	}
	switch (ej->trace.fates[i]) {
	case FATE_WRITTEN:
	case FATE_LINKED:
		result_written(e, run, ej, i);
		break;
	case FATE_FAILED:
		result_failed(e, run, ej, i);
		break;
	case FATE_EQUAL:
		add_result(e, ej->field[i], "equal", STR("equal (E24)"));
		break;
	case FATE_NOT_CARRIED:
		add_result(e, ej->field[i], "not-carried",
			t->value.len == 0 && ej->job.mapping->fields[i].not_null
				? STR("not carried: a blank, and the field mapping says not-null (E23)")
				: STR("not carried: it is the other side's own value, to be set last (E34)"));
		break;
	case FATE_IDENTITY:
		add_result(e, ej->field[i], "not-carried",
			STR("not carried: it identifies the record (E19)"));
		break;
	case FATE_HELD:
		add_result(e, ej->field[i], "not-carried",
			STR("not carried: the import files of the CRM cannot clear a value (6.5); tried in "
			    "every run"));
		break;
	case FATE_LEFT_ALONE:
		add_result(e, ej->field[i], "left-alone",
			STR("the record is left alone: what this refers to is not there yet (E33)"));
		break;
	case FATE_NOT_WANTED:
		result_not_wanted(e, ej, i);
	}
}

static bool
is_mapped(const struct explained_job *ej, uint32_t column)
{
	const struct mapping *mapping = ej->job.mapping;

	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field *to = mapping->fields[i].fields[ej->job.destination];
		if (field_moves(&mapping->fields[i], ej->job.direction) && to && to->column == column)
			return true;
	}
	return false;
}

/* Where a value of a new record comes from that no field mapping gives it (E17, E18). */
static const char *
origin_of(const struct explained_job *ej, const struct field *field)
{
	const struct config_template *template = ej->trace.template;

	for (size_t i = 0; template && i < template->set_count; i++)
		if (template->sets[i].field == field)
			return "template";
	return ej->ended == OUTCOME_RESTORE ? "former key" : "number series";
}

static void
tell_template(struct explanation *e, const struct run *run, struct explained_job *ej)
{
	const struct config_template *template = ej->trace.template;

	if (!template)
		return;
	struct fact *fact = fact_text(&e->arena, ej->fact, "template", template->code);
	fact_show(&e->arena, fact, "template", "%.*s%spriority %u, %.*s:%u: its filters all match (E18)",
		STR_ARG(template->code), template->code.len ? ", " : "", template->priority,
		STR_ARG(run->setup.path), template->line);
}

static void
tell_other(struct explanation *e, struct explained_job *ej, const struct change *change,
	const struct change_value *value, struct fact *list)
{
	const struct table *table = ej->job.tables[ej->job.destination];
	const struct field *field = table->columns[value->column];
	struct str new = explain_new(e, table, change, value);
	struct str label = arena_copy(&e->arena, field->name);
	struct fact *fact = fact_add(&e->arena, list, FACT_OBJECT, NULL);

	fact_text(&e->arena, fact, "field", field->name);
	fact_text(&e->arena, fact, "from", str_from(origin_of(ej, field)));
	fact_text(&e->arena, fact, "new", new);
	fact_show(&e->arena, fact, label.ptr, "create \"%.*s\", from the %s (%.*s)", STR_ARG(new),
		origin_of(ej, field), STR_ARG(explain_rule(e, change->rule)));
}

/* What a new record gets besides. */
static void
tell_others(struct explanation *e, const struct run *run, struct explained_job *ej)
{
	struct fact *list = fact_add(&e->arena, ej->fact, FACT_LIST, "others");
	const struct change *change;
	size_t at = 0;

	while ((change = explain_next_change(e, run, ej->job.job, &at)) != NULL)
		for (uint32_t i = 0; change->action == ACTION_CREATE && i < change->value_count; i++) {
			const struct change_value *value = &change_values(run, change, &e->room)[i];
			if (!is_mapped(ej, value->column) && e->query.field.len == 0)
				tell_other(e, ej, change, value, list);
		}
	if (list->first)
		fact_show(&e->arena, list, "besides", "%s", "");
}

/* What each line of the decision table does (E14). */
static const char *const rows[] = {
	"a filter cannot be told, as its value is none of its field's type",
	"the coupling is skipped until it is retried",
	"it is not coupled, and creating is not allowed",
	"it is not coupled: a record is inserted",
	"its destination is deleted",
	"forced: all field mappings are transferred",
	"nothing changed: the coupling settles",
	"two-way fields changed on both sides and differ: a conflict",
	"what the source changed is transferred, and constants",
};

static const char *
sentence_of(const struct explanation *e, const struct explained_job *ej)
{
	bool is_unseen = ej->trace.row == 8 && e->at.row[ej->job.destination] == TABLE_NO_ROW;

	return is_unseen ? "its delta export does not show the destination, which is written whole"
			 : rows[ej->trace.row];
}

static const char *
strategy_of(const struct explained_job *ej)
{
	static const char *const updates[] = { [UPDATE_NONE] = "None",
		[UPDATE_SEND] = "SendUpdateToIntegration", [UPDATE_GET] = "GetUpdateFromIntegration",
		[UPDATE_MERGE] = "MergeFields" };
	static const char *const deletions[] = { [DELETION_NONE] = "None",
		[DELETION_RESTORE] = "RestoreRecords", [DELETION_REMOVE] = "RemoveCoupling" };

	if (ej->trace.row == 4)
		return deletions[ej->job.mapping->resolve_deletion_conflicts];
	return ej->trace.row == 7 ? updates[ej->job.mapping->resolve_update_conflicts] : "";
}

/* The decision's row and rule; a record that fails has the rule of its error (D9). */
static void
tell_decision(struct explanation *e, const struct run *run, struct explained_job *ej)
{
	const struct finding *f = find_failure(e, run, ej, NULL);
	bool is_failed = ej->ended == OUTCOME_FAIL && f;
	bool is_strategy =
		is_failed && (f->code == CODE_UPDATE_CONFLICT || f->code == CODE_DELETED_DESTINATION);
	bool is_d9 = is_failed && !is_strategy;
	struct str rule = explain_rule(e, is_failed || (ej->ended == OUTCOME_SKIP && f) ? f->rule : ej->rule);
	const char *strategy = strategy_of(ej);
	struct fact *fact = fact_add(&e->arena, ej->fact, FACT_OBJECT, "decision");
	struct str row = arena_printf(&e->arena, "D%u", is_d9 || ej->trace.row == 0 ? 9 : ej->trace.row);

	fact_text(&e->arena, fact, "row", row);
	fact_text(&e->arena, fact, "before", is_d9 && ej->trace.row != 0
		? arena_printf(&e->arena, "D%u", ej->trace.row) : STR(""));
	fact_text(&e->arena, fact, "rule", rule);
	fact_text(&e->arena, fact, "strategy", str_from(strategy));
	fact_text(&e->arena, fact, "code", is_failed ? str_from(code_name(f->code)) : STR(""));
	fact_show(&e->arena, fact, "decision", "%.*s: %s%s%s%s%s (%.*s)", STR_ARG(row),
		sentence_of(e, ej), strategy[0] ? ", strategy " : "", strategy,
		is_d9 && ej->trace.row != 0 ? "; but it fails" : "",
		ej->is_adopted ? "; its row is there already, and is coupled" : "", STR_ARG(rule));
}

/* Which counters the record moved (E5). */
static void
tell_outcome(struct explanation *e, struct explained_job *ej, bool is_idle)
{
	struct buf words = { 0 };

	for (enum counter c = 0; c < COUNTERS; c++) {
		enum counter counter = c == COUNT_MODIFIED && is_idle ? COUNT_UNCHANGED : c;
		if (ej->moved[c])
			buf_printf(&words, "%s%s", words.len ? ", " : "", counter_name(counter));
	}
	struct fact *fact = fact_text(&e->arena, ej->fact, "outcome",
		words.len ? buf_str(&words) : STR("left-alone"));
	fact_show(&e->arena, fact, "outcome", "%.*s",
		STR_ARG(words.len ? buf_str(&words)
				  : STR("left alone, not counted, and tried in every run")));
	buf_release(&words);
}

/* E34: all that the record had to write came last, and was there already. */
static bool
is_idle(const struct explanation *e, const struct run *run, const struct explained_job *ej)
{
	const struct change *change;
	size_t at = 0;

	while ((change = explain_next_change(e, run, ej->job.job, &at)) != NULL)
		if (action_is_import(change->action))
			return false;
	return true;
}

/* Of a record that is not selected: what its fields hold. */
static void
tell_beheld(struct explanation *e, struct explained_job *ej)
{
	for (size_t i = 0; i < ej->job.mapping->field_count; i++) {
		if (!ej->field[i])
			continue;
		add_result(e, ej->field[i], "not-transferred",
			arena_printf(&e->arena, "not transferred: the record is not selected; the values %s",
				ej->is_equal[i] ? "are equal" : "differ"));
		shorten(e, ej, i);
	}
}

/* The field mappings, with a heading where people are told any of them. */
static void
attach_fields(struct explanation *e, struct explained_job *ej)
{
	bool has_lines = false;

	for (const struct fact *fact = ej->fields->first; fact; fact = fact->next)
		has_lines |= fact->label.ptr != NULL;
	fact_attach(ej->fact, ej->fields);
	if (has_lines)
		fact_show(&e->arena, ej->fields, "fields", "%s", "");
}

void
explain_results(struct explanation *e, const struct run *run, struct explained_job *ej)
{
	if (ej->is_beheld) {
		tell_beheld(e, ej);
		attach_fields(e, ej);
	}
	if (!ej->is_decided)
		return;
	tell_decision(e, run, ej);
	tell_outcome(e, ej, is_idle(e, run, ej));
	for (size_t i = 0; i < ej->job.mapping->field_count; i++)
		if (ej->field[i]) {
			tell_result(e, run, ej, i);
			shorten(e, ej, i);
		}
	tell_template(e, run, ej);
	attach_fields(e, ej);
	tell_others(e, run, ej);
}
