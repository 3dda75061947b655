/* match_report.c - what a person is told of records that match nothing, or too much (E38) */
#include "sync/match/match_report.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "sync/decide.h"
#include "sync/match/match_key.h"
#include "sync/match/match_taken.h"

/* The errors of one mapping, made side by side. */
struct reporting {
	const struct matches *m;
	struct run *run;
	uint32_t job;
	bool creates;
	struct match_worker *workers;
	const uint32_t *records;	/* those that have an error */
	struct finding *findings;	/* of each */
};

bool
match_is_created(const struct matches *m, uint32_t record)
{
	const struct mapping_state *ms = &m->run->state->mappings[m->mapping->order];
	const struct match_record *r = &m->records[record];
	uint32_t number = ms->coupling_of[ERP][r->erp_row];
	bool was_removed =
		number != INDEX_NONE && m->run->ledger.couplings[number].state == STATE_REMOVED;

	return r->crm_row == TABLE_NO_ROW && r->reason == CODE_NO_MATCH && !was_removed;
}

void
match_values(const struct mapping *mapping, uint32_t priority, const struct cell *erp_cells,
	bool is_sentence, struct buf *out)
{
	const char *between = is_sentence ? " and " : "; ";
	bool has_any = false;

	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		if (!fm->match || fm->match_priority != priority)
			continue;
		struct str value = shown_value(fm->fields[ERP], field_cell(fm, ERP, erp_cells));
		enum type type = fm->fields[ERP]->type;
		if ((type == TYPE_TEXT || type == TYPE_CODE) && str_trim(value).len == 0)
			continue;
		buf_add(out, str_from(has_any ? between : ""));
		buf_add(out, fm->fields[ERP]->name);
		buf_add(out, str_from(is_sentence ? " \"" : "="));
		buf_add(out, value);
		buf_add(out, str_from(is_sentence ? "\"" : ""));
		has_any = true;
	}
}

/* The names of the match fields of one group, or of all; joined as those of a conflict are. */
static struct str
field_names(const struct matches *m, uint32_t group, struct arena *arena)
{
	struct str names = { NULL, 0 };

	for (uint32_t g = 0; g < m->group_count; g++) {
		if (group != g && group != MATCH_NO_GROUP)
			continue;
		for (uint32_t i = 0; i < m->groups[g].criterion_count; i++)
			names = arena_printf(arena, "%.*s%s%.*s", STR_ARG(names), names.len ? "|" : "",
				STR_ARG(m->groups[g].criteria[i]->fields[ERP]->name));
	}
	return names;
}

/* What no row can have: a reference that is not coupled, a text that is no number. */
static void
add_impossible(const struct reporting *r, struct match_worker *worker)
{
	struct transfer_context tc = { .run = r->run, .mapping = r->m->mapping,
		.arena = &worker->arena, .scratch = &worker->scratch };

	for (size_t i = 0; i < r->m->mapping->field_count; i++) {
		const struct field_mapping *fm = &r->m->mapping->fields[i];
		struct transfer t;
		if (fm->match
			&& match_criterion(&tc, fm, field_cell(fm, ERP, worker->cells), &t)
				== CRITERION_IMPOSSIBLE
			&& t.message.len > 0)
			buf_printf(&worker->text, "; %.*s", STR_ARG(t.message));
	}
}

static void
tell_no_match(const struct reporting *r, uint32_t record, struct match_worker *worker)
{
	const struct matches *m = r->m;
	const struct mapping *mapping = m->mapping;
	bool has_any = false;

	buf_printf(&worker->text, "no row of %.*s has ", STR_ARG(mapping->tables[CRM]->name));
	for (size_t i = 0; i < m->group_count; i++) {
		const struct match_hit *hit = match_hit_of(&m->groups[i], record);
		if (!hit || hit->list == MATCH_UNUSABLE)
			continue;
		buf_add(&worker->text, has_any ? STR(", nor ") : STR(""));
		match_values(mapping, m->groups[i].priority, worker->cells, true, &worker->text);
		has_any = true;
	}
	add_impossible(r, worker);
	if (mapping->create_new_on_no_match && !(mapping->direction & TO))
		buf_add(&worker->text,
			STR("; it is not created, as the mapping has no direction ERP->CRM"));
	if (r->creates)
		buf_add(&worker->text, STR("; it is not created, as its coupling was removed on purpose"));
}

static void
tell_candidates(const struct reporting *r, const struct match_record *record, struct finding *finding,
	const struct match_hit *hit, struct match_worker *worker)
{
	const struct match_group *group = &r->m->groups[record->group];
	struct str table = r->m->mapping->tables[CRM]->name;
	uint32_t row = group->lists[hit->list][hit->found.begin];

	if (record->reason == CODE_SEVERAL_MATCHES)
		buf_printf(&worker->text, "%u rows of %.*s have ", hit->found.count, STR_ARG(table));
	else
		buf_printf(&worker->text, "the one row of %.*s with ", STR_ARG(table));
	match_values(r->m->mapping, group->priority, worker->cells, true, &worker->text);
	if (record->reason == CODE_SEVERAL_MATCHES)
		return;
	finding->crm_id = table_uid(r->m->tables[CRM], row);
	if (record->reason == CODE_MATCH_TAKEN)
		buf_printf(&worker->text, " is taken by %.*s",
			STR_ARG(match_taker(r->run, r->m->mapping, row, &worker->arena)));
	else
		buf_add(&worker->text, STR(" is the one match of other records, too"));
}

/* E22: with the place of the first match field or filter field whose cell is not of its type. */
static void
tell_bad_value(const struct reporting *r, const struct match_record *record, struct finding *finding,
	struct match_worker *worker)
{
	const struct table *table = r->m->tables[ERP];
	const struct field *bad = NULL;

	if (record->group == MATCH_NO_GROUP)
		passes_filters(r->m->mapping, ERP, worker->cells, &bad);
	for (uint32_t i = 0; !bad && i < r->m->groups[record->group].criterion_count; i++) {
		const struct field *field = r->m->groups[record->group].criteria[i]->fields[ERP];
		if (worker->cells[field->column].is_bad)
			bad = field;
	}
	finding->rule = 22;
	finding->field = bad->name;
	table_file_place(table_file_of(table, record->erp_row), table->lines[record->erp_row], bad->column,
		&worker->text);
	buf_printf(&worker->text, "\"%.*s\" is no %s, so %s", STR_ARG(cell_str(worker->cells[bad->column])),
		type_name(bad->type),
		record->group == MATCH_NO_GROUP ? "the filter cannot be told" : "it cannot be matched");
}

static void
report_one(const struct reporting *r, uint32_t number, struct finding *finding, unsigned worker_number)
{
	struct match_worker *worker = &r->workers[worker_number];
	struct arena *lasting = &r->run->state->workers[worker_number];
	const struct match_record *record = &r->m->records[number];
	const struct table *erp = r->m->tables[ERP];

	*finding = (struct finding){ .job = r->job,
		.mapping = r->m->mapping,
		.severity = SEVERITY_ERROR,
		.code = record->reason,
		.rule = 38,
		.source_side = ERP,
		.erp_key = table_key(erp, record->erp_row),
		.erp_id = table_uid(erp, record->erp_row) };
	arena_reset(&worker->arena);
	buf_reset(&worker->text);
	state_unpack(r->run, erp, record->erp_row, worker->cells);
	if (record->reason == CODE_NOT_CONVERTIBLE) {
		tell_bad_value(r, record, finding, worker);
	} else {
		finding->field = field_names(r->m, record->group, lasting);
		if (record->reason == CODE_NO_CRITERION)
			buf_add(&worker->text, STR("all its match fields are blank"));
		else if (record->reason == CODE_NO_MATCH)
			tell_no_match(r, number, worker);
		else
			tell_candidates(r, record, finding,
				match_hit_of(&r->m->groups[record->group], number), worker);
	}
	finding->message = arena_copy(lasting, buf_str(&worker->text));
}

static void
report_range(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	const struct reporting *r = shared;

	for (uint32_t i = begin; i < end; i++)
		report_one(r, r->records[i], &r->findings[i], worker);
}

/* The numbers of the records that have an error, in their order. */
static uint32_t *
find_failed(const struct matches *m, bool creates, uint32_t *count)
{
	uint32_t *records = memory_resize(NULL, m->record_count, sizeof *records);

	*count = 0;
	for (uint32_t i = 0; i < m->record_count; i++)
		if (m->records[i].crm_row == TABLE_NO_ROW && !(creates && match_is_created(m, i)))
			records[(*count)++] = i;
	return records;
}

uint32_t
match_report(struct matches *m, struct run *run, uint32_t job, bool creates)
{
	uint32_t count;
	uint32_t *records = find_failed(m, creates, &count);
	struct reporting r = { m, run, job, creates, match_workers_make(run), records,
		memory_new(count, sizeof(struct finding)) };

	parallel_for(run->options->threads, count, 256, report_range, &r);
	for (uint32_t i = 0; i < count; i++)
		plan_add_finding(&run->plan, r.findings[i]);
	match_list_candidates(m, run, records, count);
	match_workers_release(run, r.workers);
	free(r.findings);
	free(records);
	return count;
}
