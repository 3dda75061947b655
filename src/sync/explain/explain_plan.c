/* explain_plan.c - what the plan has of the record: its lines of changes.csv and errors.csv (6.2, 6.3) */
#include "sync/emit/emit_parts.h"
#include "sync/explain/explain_parts.h"

static bool
is_asked_column(const struct explanation *e, const struct change *change, uint32_t column)
{
	const struct field *asked = change->side == NO_SIDE ? NULL : e->asked[change->side];

	if (e->query.field.len == 0)
		return true;
	for (size_t i = 0; i < e->mapping->field_count; i++) {
		const struct field_mapping *fm = &e->mapping->fields[i];
		if (explain_is_asked(e, fm) && fm->fields[change->side]
			&& fm->fields[change->side]->column == column)
			return true;
	}
	return asked && asked->column == column;
}

struct str
explain_new(struct explanation *e, const struct table *table, const struct change *change,
	const struct change_value *value)
{
	const struct field *field = table->columns[value->column];
	struct value_style style = value_style_of(table->def);

	/* A blank in the place of a value, as the import file has it. */
	if (value->new.len == 0 && change->action != ACTION_CREATE)
		return value_style_cleared(&style, field);
	return explain_value(e, table, field, value->new);
}

static struct fact *
add_change(struct explanation *e, const struct change *change, struct fact *list)
{
	struct fact *fact = fact_add(&e->arena, list, FACT_OBJECT, NULL);

	fact_text(&e->arena, fact, "action", str_from(action_name(change->action)));
	fact_text(&e->arena, fact, "side", emit_side(change->side));
	fact_text(&e->arena, fact, "rule", explain_rule(e, change->rule));
	return fact;
}

static void
add_value(struct explanation *e, const struct run *run, const struct change *change,
	const struct change_value *value, struct fact *list)
{
	static const char *const bases[] = { [BASE_UNKNOWN] = "unknown", [BASE_SAME] = "same",
		[BASE_CHANGED] = "changed" };
	const struct table *table = run_table(run, e->mapping, change->side);
	const struct field *field = table->columns[value->column];
	struct fact *fact = add_change(e, change, list);
	struct str old = explain_value(e, table, field, value->old);
	struct str new = explain_new(e, table, change, value);
	struct str rule = explain_rule(e, change->rule);

	fact_text(&e->arena, fact, "field", field->name);
	fact_text(&e->arena, fact, "base", str_from(bases[value->base]));
	fact_text(&e->arena, fact, "old", old);
	fact_text(&e->arena, fact, "new", new);
	if (change->action == ACTION_CREATE)
		fact_show(&e->arena, fact, "change", "create %.*s \"%.*s\" (%.*s)", STR_ARG(field->name),
			STR_ARG(new), STR_ARG(rule));
	else
		fact_show(&e->arena, fact, "change", "%s %.*s \"%.*s\" -> \"%.*s\", base %s (%.*s)",
			action_name(change->action), STR_ARG(field->name), STR_ARG(old), STR_ARG(new),
			bases[value->base], STR_ARG(rule));
}

/* As changes.csv: a line for each value, or one without a field. */
static void
add_lines(struct explanation *e, const struct run *run, const struct change *change, struct fact *list)
{
	uint32_t lines = 0;

	for (uint32_t i = 0; change->side != NO_SIDE && i < change->value_count; i++) {
		const struct change_value *value = &change_values(run, change, &e->room)[i];
		if (change->action == ACTION_CREATE && value->new.len == 0)
			continue;
		lines++;
		if (is_asked_column(e, change, value->column))
			add_value(e, run, change, value, list);
	}
	if (lines > 0)
		return;
	struct fact *fact = add_change(e, change, list);
	static const char *const members[] = { "field", "base", "old", "new" };
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		fact_text(&e->arena, fact, members[i], STR(""));
	fact_show(&e->arena, fact, "change", "%s (%.*s)", action_name(change->action),
		STR_ARG(explain_rule(e, change->rule)));
}

void
explain_changes(struct explanation *e, const struct run *run, uint32_t job, struct fact *parent)
{
	struct fact *list = fact_add(&e->arena, parent, FACT_LIST, "changes");
	const struct change *change;
	size_t at = 0;

	while ((change = explain_next_change(e, run, job, &at)) != NULL)
		add_lines(e, run, change, list);
}

/* A finding may name several fields, joined by bars. */
static bool
is_asked_finding(const struct explanation *e, const struct finding *f)
{
	struct str rest = f->field;

	if (e->query.field.len == 0 || f->field.len == 0)
		return true;
	while (rest.len != 0) {
		struct str name = str_cut(rest, '|', &rest);
		for (size_t i = 0; i < e->mapping->field_count; i++)
			for (enum side side = ERP; side < SIDES; side++) {
				const struct field *field = e->mapping->fields[i].fields[side];
				if (field && str_equal(field->name, name)
					&& explain_is_asked(e, &e->mapping->fields[i]))
					return true;
			}
	}
	return false;
}

static void
add_finding(struct explanation *e, const struct finding *f, struct fact *list)
{
	struct fact *fact = fact_add(&e->arena, list, FACT_OBJECT, NULL);
	struct str rule = explain_rule(e, f->rule);
	struct str label = str_from(severity_name(f->severity));

	fact_text(&e->arena, fact, "severity", label);
	fact_text(&e->arena, fact, "code", str_from(code_name(f->code)));
	fact_text(&e->arena, fact, "rule", rule);
	fact_text(&e->arena, fact, "field", f->field);
	fact_text(&e->arena, fact, "message", f->message);
	fact_text(&e->arena, fact, "advice", str_from(code_advice(f->code)));
	fact_show(&e->arena, fact, label.ptr, "%s (%.*s)%s%.*s: %.*s", code_name(f->code), STR_ARG(rule),
		f->field.len ? " " : "", STR_ARG(f->field), STR_ARG(f->message));
	fact_show(&e->arena, fact->last, "advice", "%s", code_advice(f->code));
}

void
explain_findings(struct explanation *e, const struct run *run, uint32_t job, struct fact *parent)
{
	struct fact *list = fact_add(&e->arena, parent, FACT_LIST, "findings");
	const struct finding *f;
	size_t at = 0;

	while ((f = explain_next_finding(e, run, job, &at)) != NULL)
		if (is_asked_finding(e, f))
			add_finding(e, f, list);
}

/* 2.6: a guard refuses the whole run, and this record with it. */
static void
tell_guards(struct explanation *e, const struct run *run)
{
	struct fact *list = fact_add(&e->arena, e->part, FACT_LIST, "guards");

	for (size_t i = 0; i < run->plan.guard_count; i++) {
		const struct guard_result *guard = &run->plan.guards[i];
		struct fact *fact = fact_add(&e->arena, list, FACT_OBJECT, NULL);
		fact_text(&e->arena, fact, "guard", str_from(guard_name(guard->guard)));
		fact_flag(&e->arena, fact, "lifted", guard->is_lifted);
		fact_text(&e->arena, fact, "message", guard->message);
		if (!guard->is_lifted)
			fact_show(&e->arena, fact, "refused", "the whole run: %.*s", STR_ARG(guard->message));
	}
}

static void
finish_job(struct explanation *e, const struct run *run, struct explained_job *ej, struct fact *list)
{
	const struct job *job = &run->plan.jobs[ej->job.job];
	bool is_synchronization = job->type == JOB_SYNCHRONIZATION;

	explain_results(e, run, ej);
	explain_changes(e, run, ej->job.job, ej->fact);
	bool has_changes = ej->fact->last->first != NULL;
	explain_findings(e, run, ej->job.job, ej->fact);
	bool has_findings = ej->fact->last->first != NULL;
	if (is_synchronization)
		fact_show(&e->arena, ej->fact, direction_arrow(job->direction), "job %.*s-%02u",
			STR_ARG(run->plan.run_id), ej->job.job + 1);
	else if (has_changes || has_findings)
		fact_show(&e->arena, ej->fact, job_type_name(job->type), "job %.*s-%02u",
			STR_ARG(run->plan.run_id), ej->job.job + 1);
	fact_attach(list, ej->fact);
}

void
explain_end(struct run *run)
{
	struct explanation *e = run->explanation;
	struct fact *list = fact_add(&e->arena, e->part, FACT_LIST, "jobs");

	explain_refresh(e, run);
	for (size_t i = 0; i < e->job_count; i++)
		finish_job(e, run, &e->jobs[i], list);
	if (e->job_count == 0 && run->options->task == TASK_SYNCHRONIZE)
		fact_show(&e->arena,
			fact_text(&e->arena, e->part, "note", STR("no job of this run takes the mapping")),
			"note", "no job of this run takes the mapping");
	tell_guards(e, run);
}
