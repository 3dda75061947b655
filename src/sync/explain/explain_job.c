/* explain_job.c - one job and one record: filters, selection, decision (4.2, 4.4) */
#include <stdlib.h>

#include "sync/explain/explain_parts.h"

static const char *const system_names[SIDES] = { "ERP", "CRM" };

struct explained_job *
explain_add_job(struct explanation *e, const struct run *run, uint32_t number)
{
	/* A run that is planned again (E34) begins its jobs again. */
	while (e->job_count > 0 && e->jobs[e->job_count - 1].job.job >= number)
		e->job_count--;
	e->jobs = memory_grow(e->jobs, e->job_count, &e->job_capacity, sizeof *e->jobs);
	struct explained_job *ej = &e->jobs[e->job_count++];
	*ej = (struct explained_job){ .job.job = number,
		.fact = fact_add(&e->arena, NULL, FACT_OBJECT, NULL),
		.source_row = TABLE_NO_ROW };
	const struct job *job = &run->plan.jobs[number];
	fact_text(&e->arena, ej->fact, "job",
		arena_printf(&e->arena, "%.*s-%02u", STR_ARG(run->plan.run_id), number + 1));
	fact_text(&e->arena, ej->fact, "type", str_from(job_type_name(job->type)));
	fact_text(&e->arena, ej->fact, "direction",
		str_from(job->direction == DIRECTION_NONE ? "" : direction_name(job->direction)));
	return ej;
}

/* The entry of the job that runs, or NULL where it is none of the record's mapping. */
static struct explained_job *
present_job(struct explanation *e, const struct sync_job *job)
{
	struct explained_job *ej = e->job_count > 0 ? &e->jobs[e->job_count - 1] : NULL;

	return job->mapping == e->mapping && ej && ej->job.job == job->job ? ej : NULL;
}

static bool
is_record(const struct explained_job *ej, uint32_t row)
{
	return ej && row != TABLE_NO_ROW && ej->source_row == row;
}

static void
tell_filter(struct explanation *e, struct fact *parent, const struct sync_job *job, enum side side,
	const struct field_filter *filter, const struct cell *cells)
{
	static const char *const words[] = { [FILTER_PASSES] = "passes", [FILTER_FAILS] = "fails",
		[FILTER_BAD_VALUE] = "cannot be told (E22)" };
	static const char *const results[] = { "passes", "fails", "bad-value" };
	enum filter_result result = passes_filter(filter, cells);
	struct cell cell = cells[filter->field->column];
	struct fact *fact = fact_add(&e->arena, parent, FACT_OBJECT, NULL);

	fact_text(&e->arena, fact, "side", str_from(side_name(side)));
	fact_text(&e->arena, fact, "field", filter->field->name);
	fact_text(&e->arena, fact, "filter", filter->expression);
	fact_text(&e->arena, fact, "value", explain_value(e, job->tables[side], filter->field, cell));
	fact_text(&e->arena, fact, "result", str_from(results[result]));
	fact_flag(&e->arena, fact, "counts", side == job->source);
	fact_show(&e->arena, fact, "filter", "%s %.*s %.*s: %.*s %s%s", system_names[side],
		STR_ARG(filter->field->name), STR_ARG(filter->expression),
		STR_ARG(explain_quoted(e, job->tables[side], filter->field, cell)), words[result],
		side == job->source ? "" : ", which does not count: it is the destination (E6)");
}

/* E6: the filters of both sides over effective values; those of the source select. */
static void
tell_filters(struct explanation *e, struct explained_job *ej)
{
	const struct sync_job *job = &ej->job;
	struct fact *list = fact_add(&e->arena, ej->fact, FACT_LIST, "filters");
	const enum side sides[] = { job->source, job->destination };

	for (size_t s = 0; s < ARRAY_LEN(sides); s++) {
		enum side side = sides[s];
		if (e->at.row[side] == TABLE_NO_ROW)
			continue;
		struct cell *cells = memory_new(job->tables[side]->column_count, sizeof *cells);
		state_unpack(job->run, job->tables[side], e->at.row[side], cells);
		for (size_t i = 0; i < job->mapping->filter_count[side]; i++)
			tell_filter(e, list, job, side, &job->mapping->filters[side][i], cells);
		free(cells);
	}
}

/* What selects a source, by rule. */
static const struct {
	enum due due;
	const char *rule;
	const char *sentence;
} dues[] = {
	{ DUE_FORCED, "E9", "the run takes every record" },
	{ DUE_CHANGED, "E7 a", "something of it changed" },
	{ DUE_NEWER, "E7 b", "its stamp is newer than its ledger time" },
	{ DUE_FAILED, "E7 c", "it failed the last time, and is tried again whatever the filters say" },
	{ DUE_NEVER, "E7 d", "it was never synchronized" },
	{ DUE_DELETED, "E7 e", "its destination is absent from a full export" },
	{ DUE_UNKNOWN, "E7 f", "the base does not know all its fields of this direction" },
	{ DUE_NEW, "E8", "it is not coupled, and creating is allowed" },
};

struct unselected_reason {
	const char *rule;
	const char *sentence;
};

static struct unselected_reason
reason_of(const struct explanation *e, const struct sync_job *job, enum unselected because)
{
	static const struct unselected_reason reasons[] = {
		[UNSELECTED_NOTHING_DUE] = { "E7", "nothing of it changed" },
		[UNSELECTED_UNCOUPLED] = { "E8",
			"it is not coupled, and the mapping synchronizes only "
			"coupled records" },
		[UNSELECTED_CLAIMED] = { "L4", "a pending line that is not settled claims it" },
		[UNSELECTED_PENDING] = { "L4",
			"it was created by an earlier run, and no export shows that yet" },
		[UNSELECTED_REMOVED] = { "E28", "its coupling was removed on purpose" },
		[UNSELECTED_FILTERED] = { "E6", "it does not pass the filters" },
	};
	uint32_t number = job->ms->coupling_of[job->source][e->at.row[job->source]];

	if (because == UNSELECTED_PENDING && (job->run->state->tracks[number] & TRACK_CREATED))
		return (struct unselected_reason){ "E2", "it was created in this run" };
	if (because == UNSELECTED_REMOVED && coupling_is_deleting(&job->run->ledger.couplings[number]))
		return (struct unselected_reason){ "L11",
			"its deletion is written, and no export shows that yet" };
	return reasons[because];
}

static void
tell_selected(struct explanation *e, struct explained_job *ej, bool is_selected, const char *rule,
	const char *sentence)
{
	struct fact *fact = fact_add(&e->arena, ej->fact, FACT_OBJECT, "selected");

	fact_flag(&e->arena, fact, "selected", is_selected);
	fact_text(&e->arena, fact, "rule", str_from(rule));
	fact_text(&e->arena, fact, "because", str_from(sentence));
	fact_show(&e->arena, fact, "selected", "%s: %s%s%s%s", is_selected ? "yes" : "no", sentence,
		rule[0] ? " (" : "", rule, rule[0] ? ")" : "");
}

/* The first rule names the selection; the others that hold are told behind it. */
static void
tell_dues(struct explanation *e, struct explained_job *ej, unsigned due)
{
	struct buf rules = { 0 };
	struct buf sentences = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(dues); i++)
		if (due & dues[i].due) {
			buf_printf(&rules, "%s%s", rules.len ? ", " : "", dues[i].rule);
			buf_printf(&sentences, "%s%s", sentences.len ? "; " : "", dues[i].sentence);
		}
	tell_selected(e, ej, true, arena_copy(&e->arena, buf_str(&rules)).ptr,
		arena_copy(&e->arena, buf_str(&sentences)).ptr);
	buf_release(&rules);
	buf_release(&sentences);
}

/* Decides the record once more, with a trace; for one that is not selected only to have its values. */
static void
decide_and_tell(struct explanation *e, struct explained_job *ej, const struct sync_job *job,
	uint32_t source_row, uint32_t adopted_row)
{
	struct decider d;
	struct outcome outcome;

	ej->trace = (struct decision_trace){ .row = ej->trace.row,
		.fates = arena_array(&e->arena, enum fate, job->mapping->field_count + 1) };
	decider_init(&d, job, &e->arena);
	d.trace = &ej->trace;
	if (adopted_row != TABLE_NO_ROW)
		outcome = decide_adoption(&d, source_row, adopted_row);
	else
		outcome = decide(&d, source_row);
	ej->is_decided = !ej->is_beheld;
	ej->decided = ej->ended = outcome.kind;
	ej->rule = outcome.rule;
	ej->is_left_alone = outcome.is_left_alone;
	explain_fields(e, ej, &d, source_row);
	decider_release(&d);
}

/* Why the run does not select a record that nobody named. */
static void
tell_selection(struct explanation *e, struct explained_job *ej)
{
	const struct sync_job *job = &ej->job;
	struct cell *cells = memory_new(job->tables[job->source]->column_count, sizeof *cells);
	struct selected selected = select_one(job, ej->source_row, cells);

	free(cells);
	if (selected.because == SELECTED) {
		tell_dues(e, ej, selected.due);
		return;
	}
	struct unselected_reason reason = reason_of(e, job, selected.because);
	tell_selected(e, ej, false, reason.rule, reason.sentence);
	ej->is_beheld = selected.because == UNSELECTED_NOTHING_DUE || selected.because == UNSELECTED_FILTERED;
	if (ej->is_beheld)
		decide_and_tell(e, ej, job, ej->source_row, TABLE_NO_ROW);
}

/* There is no record that the job could select. */
static void
tell_absent(struct explanation *e, struct explained_job *ej)
{
	const struct run *run = ej->job.run;
	uint32_t number = e->at.coupling;

	if (number != INDEX_NONE && (run->state->tracks[number] & TRACK_CREATED))
		tell_selected(e, ej, false, "E2", "it was created in this run");
	else if (number != INDEX_NONE && coupling_is_pending(&run->ledger.couplings[number]))
		tell_selected(
			e, ej, false, "L4", "it was created by an earlier run, and no export shows that yet");
	else if (e->id[ej->job.source].len != 0)
		tell_selected(e, ej, false, "E6", "no export shows it");
	else
		tell_selected(e, ej, false, "E6", "the record has no partner here");
}

/* A record that is named, and refused: the job's notice says why (sync/records.h); or that is not named. */
static void
tell_refused(struct explanation *e, struct explained_job *ej)
{
	size_t at = 0;
	const struct finding *f = explain_next_finding(e, ej->job.run, ej->job.job, &at);

	if (f)
		tell_selected(e, ej, false, explain_rule(e, f->rule).ptr,
			arena_copy(&e->arena, f->message).ptr);
	else
		tell_selected(e, ej, false, "E9", "it is not named");
}

void
explain_job(const struct sync_job *job, const struct selection *selection)
{
	struct explanation *e = job->run->explanation;
	bool is_named = job->run->options->record_count != 0 || job->run->options->task == TASK_COUPLE;
	bool is_selected = false;

	if (job->mapping != e->mapping)
		return;
	explain_refresh(e, job->run);
	struct explained_job *ej = explain_add_job(e, job->run, job->job);
	ej->job = *job;
	ej->source_row = e->at.row[job->source];
	fact_text(&e->arena, ej->fact, "source", e->id[job->source]);
	for (uint32_t i = 0; i < selection->count && ej->source_row != TABLE_NO_ROW; i++)
		is_selected |= selection->rows[i] == ej->source_row;
	tell_filters(e, ej);
	if (ej->source_row == TABLE_NO_ROW)
		tell_absent(e, ej);
	else if (!is_named)
		tell_selection(e, ej);
	else if (is_selected && job->run->options->task == TASK_COUPLE)
		tell_selected(e, ej, true, "E39", "it was coupled, or is created, by this run");
	else if (is_selected)
		tell_selected(e, ej, true, "E9", "it is named, and forced");
	else
		tell_refused(e, ej);
}

void
explain_decide(const struct sync_job *job, const uint32_t *rows, uint32_t count)
{
	struct explanation *e = job->run->explanation;
	struct explained_job *ej = present_job(e, job);

	for (uint32_t i = 0; i < count; i++)
		if (is_record(ej, rows[i]))
			decide_and_tell(e, ej, job, rows[i], TABLE_NO_ROW);
}

void
explain_adoption(const struct sync_job *job, uint32_t source_row, uint32_t destination_row)
{
	struct explanation *e = job->run->explanation;
	struct explained_job *ej = present_job(e, job);

	if (!is_record(ej, source_row))
		return;
	ej->is_adopted = true;
	decide_and_tell(e, ej, job, source_row, destination_row);
}

void
explain_commit(const struct sync_job *job, const struct outcome *outcome)
{
	struct explained_job *ej = present_job(job->run->explanation, job);

	if (is_record(ej, outcome->source_row))
		memcpy(ej->counters, job->run->plan.jobs[job->job].counters, sizeof ej->counters);
}

void
explain_committed(const struct sync_job *job, const struct outcome *outcome)
{
	struct explained_job *ej = present_job(job->run->explanation, job);

	if (!is_record(ej, outcome->source_row))
		return;
	for (enum counter c = 0; c < COUNTERS; c++)
		ej->moved[c] = job->run->plan.jobs[job->job].counters[c] != ej->counters[c];
	if (!ej->is_adopted)
		ej->ended = outcome->kind;
}
