/* explain_match.c - what a record matches, and why each candidate lost (4.12: E36 to E38) */
#include <stdlib.h>

#include "base/sort.h"
#include "sync/explain/explain_parts.h"
#include "sync/match/couple_parts.h"
#include "sync/match/match_key.h"
#include "sync/match/match_report.h"
#include "sync/match/match_taken.h"

#define NO_RECORD UINT32_MAX
enum { NAMED_RIVALS = 5, SHOWN_CANDIDATES = 20 };

/* One record and the matches of its mapping. */
struct matching {
	struct explanation *e;
	struct run *run;
	const struct matches *m;
	uint32_t record;	/* of m->records, or NO_RECORD */
	struct cell *cells[SIDES];
};

static struct str
uid_of(const void *context, uint32_t row, char *room)
{
	(void)room;
	return table_uid(context, row);
}

/* `E-Mail -> emailaddress1`, the value that is looked for, and whether it can be. */
static void
tell_criterion(struct matching *x, struct fact *list, const struct field_mapping *fm)
{
	static const char *const words[] = { [CRITERION_UNUSABLE] = "blank, so it is not looked for",
		[CRITERION_USABLE] = "", [CRITERION_IMPOSSIBLE] = "it has no form in the CRM",
		[CRITERION_BAD_VALUE] = "it cannot be told (E22)" };
	struct explanation *e = x->e;
	struct transfer_context tc = { .run = x->run, .mapping = x->m->mapping,
		.arena = &e->arena, .scratch = &e->scratch };
	struct cell cell = field_cell(fm, ERP, x->cells[ERP]);
	struct transfer t;
	enum criterion is = match_criterion(&tc, fm, cell, &t);
	struct fact *fact = fact_add(&e->arena, list, FACT_OBJECT, NULL);
	struct str label = arena_printf(&e->arena, "%.*s -> %.*s", STR_ARG(fm->fields[ERP]->name),
		STR_ARG(fm->fields[CRM]->name));

	fact_text(&e->arena, fact, "table_field", fm->fields[ERP]->name);
	fact_text(&e->arena, fact, "integration_field", fm->fields[CRM]->name);
	fact_text(&e->arena, fact, "value", explain_value(e, x->m->tables[ERP], fm->fields[ERP], cell));
	fact_flag(&e->arena, fact, "usable", is == CRITERION_USABLE);
	fact_flag(&e->arena, fact, "case_sensitive", fm->match_case_sensitive);
	fact_show(&e->arena, fact, label.ptr, "%.*s%s%s%s",
		STR_ARG(explain_quoted(e, x->m->tables[ERP], fm->fields[ERP], cell)),
		is == CRITERION_USABLE ? "" : ", ", words[is],
		fm->match_case_sensitive ? ", letter case counts" : "");
}

/* E37: the other records of the group whose one hit the row is. */
static struct str
rivals(struct matching *x, const struct match_group *group, uint32_t crm_row)
{
	struct buf text = { 0 };
	uint32_t count = 0;

	for (uint32_t i = 0; i < group->record_count; i++) {
		const struct match_hit *hit = &group->hits[i];
		if (hit->found.count != 1 || group->records[i] == x->record
			|| group->lists[hit->list][hit->found.begin] != crm_row)
			continue;
		if (count++ < NAMED_RIVALS)
			buf_printf(&text, "%s%.*s", text.len ? ", " : "",
				STR_ARG(table_key(x->m->tables[ERP],
					x->m->records[group->records[i]].erp_row)));
	}
	if (count > NAMED_RIVALS)
		buf_printf(&text, " and %u more", count - NAMED_RIVALS);
	struct str copy = arena_copy(&x->e->arena, buf_str(&text));
	buf_release(&text);
	return copy;
}

/* Why a candidate is, or is not, the one. */
static struct str
verdict(struct matching *x, size_t number, uint32_t count, uint32_t row, const char **word)
{
	const struct match_record *record = &x->m->records[x->record];
	const struct match_group *group = &x->m->groups[number];
	struct arena *arena = &x->e->arena;

	*word = "coupled";
	if (record->crm_row == row && record->group == number)
		return STR("coupled: the one hit, and free (E37)");
	enum code code = match_reason(x->m, number, x->record, count, row);
	*word = code_name(code);
	if (code == CODE_MATCH_TAKEN)
		return arena_printf(arena, "lost: taken by %.*s (E37)",
			STR_ARG(match_taker(x->run, x->m->mapping, row, arena)));
	if (code == CODE_SHARED_MATCH)
		return arena_printf(arena, "lost: the one hit of %.*s, too (E37)",
			STR_ARG(rivals(x, group, row)));
	return arena_printf(arena, "lost: one of %u hits (E37)", count);
}

static void
tell_candidate(struct matching *x, struct fact *list, size_t number, uint32_t count, uint32_t row)
{
	struct explanation *e = x->e;
	const struct match_group *group = &x->m->groups[number];
	const struct table *table = x->m->tables[CRM];
	const char *word;
	struct str sentence = verdict(x, number, count, row, &word);
	struct str name = table_name(table, row);
	struct fact *fact = fact_add(&e->arena, list, FACT_OBJECT, NULL);

	fact_text(&e->arena, fact, "crm_id", table_uid(table, row));
	fact_text(&e->arena, fact, "name", name);
	fact_text(&e->arena, fact, "reason", str_from(word));
	fact_show(&e->arena, fact, "candidate", "%.*s%s%.*s%s: %.*s", STR_ARG(table_uid(table, row)),
		name.len ? " \"" : "", STR_ARG(name), name.len ? "\"" : "", STR_ARG(sentence));
	struct fact *values = fact_add(&e->arena, fact, FACT_LIST, "values");
	state_unpack(x->run, table, row, x->cells[CRM]);
	for (uint32_t i = 0; i < group->criterion_count; i++) {
		const struct field *field = group->criteria[i]->fields[CRM];
		struct cell cell = x->cells[CRM][field->column];
		struct fact *value = fact_add(&e->arena, values, FACT_OBJECT, NULL);
		struct str label = arena_copy(&e->arena, field->name);
		fact_text(&e->arena, value, "field", field->name);
		fact_text(&e->arena, value, "value", explain_value(e, table, field, cell));
		fact_show(
			&e->arena, value, label.ptr, "%.*s", STR_ARG(explain_quoted(e, table, field, cell)));
	}
}

/* The rows that the record found in a group, by uid. */
static void
tell_candidates(struct matching *x, struct fact *parent, size_t number, const struct match_hit *hit)
{
	const struct match_group *group = &x->m->groups[number];
	struct fact *list = fact_add(&x->e->arena, parent, FACT_LIST, "candidates");
	uint32_t count = hit->found.count;
	uint32_t *rows = memory_resize(NULL, count, sizeof *rows);

	if (count > 0)
		memcpy(rows, group->lists[hit->list] + hit->found.begin, count * sizeof *rows);
	sort_by_text(rows, count, uid_of, x->m->tables[CRM], 1);
	for (uint32_t i = 0; i < count && i < SHOWN_CANDIDATES; i++)
		tell_candidate(x, list, number, count, rows[i]);
	if (count > SHOWN_CANDIDATES)
		fact_show(&x->e->arena, fact_text(&x->e->arena, parent, "more",
				arena_printf(&x->e->arena, "%u", count - SHOWN_CANDIDATES)),
			"candidates", "and %u more; ambiguous.csv lists them", count - SHOWN_CANDIDATES);
	free(rows);
}

static struct str
told_hit(struct arena *arena, const struct match_hit *hit)
{
	if (!hit)
		return STR("not looked at: an earlier group coupled the record");
	if (hit->list == MATCH_UNUSABLE)
		return STR("finds nothing: all its values are blank (E36)");
	if (hit->list == MATCH_IMPOSSIBLE)
		return STR("finds nothing: no row can have a value like that (E36)");
	if (hit->list == MATCH_BAD_VALUE)
		return STR("finds nothing: a value is none of its field's type (E22)");
	if (hit->found.count == 0)
		return STR("finds no row");
	return hit->found.count == 1 ? STR("finds 1 row")
				     : arena_printf(arena, "finds %u rows", hit->found.count);
}

static void
tell_group(struct matching *x, struct fact *list, size_t number)
{
	struct explanation *e = x->e;
	const struct match_group *group = &x->m->groups[number];
	const struct match_hit *hit = match_hit_of(group, x->record);
	struct fact *fact = fact_add(&e->arena, list, FACT_OBJECT, NULL);

	fact_text(&e->arena, fact, "priority", arena_printf(&e->arena, "%u", group->priority));
	struct str sentence = told_hit(&e->arena, hit);
	fact_text(&e->arena, fact, "finds", sentence);
	fact_show(&e->arena, fact, "priority", "%u: %.*s", group->priority, STR_ARG(sentence));
	struct fact *criteria = fact_add(&e->arena, fact, FACT_LIST, "criteria");
	for (uint32_t i = 0; i < group->criterion_count; i++)
		tell_criterion(x, criteria, group->criteria[i]);
	if (hit)
		tell_candidates(x, fact, number, hit);
}

static void
tell_outcome(struct matching *x, const char *word, int rule, const char *sentence)
{
	struct explanation *e = x->e;
	struct str text = explain_rule(e, rule);

	fact_text(&e->arena, e->part, "outcome", str_from(word));
	fact_text(&e->arena, e->part, "rule", text);
	fact_show(&e->arena, e->part, "match", "%s%s%s (%.*s)", word, sentence[0] ? ": " : "", sentence,
		STR_ARG(text));
}

static void
tell_record(struct matching *x)
{
	const struct match_record *record = &x->m->records[x->record];
	bool creates = couple_creates(x->run, x->m->mapping);

	if (record->crm_row != TABLE_NO_ROW)
		tell_outcome(x, "coupled", 37, "couplet couple would couple it");
	else if (creates && match_is_created(x->m, x->record))
		tell_outcome(x, "created", 38, "it has no match, and couplet couple would create it");
	else if (record->reason == CODE_NOT_CONVERTIBLE)
		tell_outcome(x, code_name(record->reason), 22, "");
	else
		tell_outcome(x, code_name(record->reason), 38, "couplet couple would not couple it");
	struct fact *groups = fact_add(&x->e->arena, x->e->part, FACT_LIST, "groups");
	state_unpack(x->run, x->m->tables[ERP], record->erp_row, x->cells[ERP]);
	for (size_t g = 0; g < x->m->group_count; g++)
		tell_group(x, groups, g);
}

/* A row of the CRM is not matched by itself: which records find it. */
static void
tell_row(struct matching *x)
{
	struct explanation *e = x->e;
	struct fact *list = fact_add(&e->arena, e->part, FACT_LIST, "found_by");
	uint32_t row = e->at.row[CRM];
	uint32_t count = 0;

	for (size_t g = 0; g < x->m->group_count; g++) {
		const struct match_group *group = &x->m->groups[g];
		for (uint32_t i = 0; i < group->record_count && count < SHOWN_CANDIDATES; i++) {
			const struct match_hit *hit = &group->hits[i];
			bool is_found = false;
			for (uint32_t k = 0; k < hit->found.count && !is_found; k++)
				is_found = group->lists[hit->list][hit->found.begin + k] == row;
			if (!is_found)
				continue;
			struct str key = table_key(
				x->m->tables[ERP], x->m->records[group->records[i]].erp_row);
			fact_show(&e->arena, fact_text(&e->arena, list, NULL, key), "found by",
				"%.*s, priority %u; couplet explain %.*s %.*s tells more", STR_ARG(key),
				group->priority, STR_ARG(x->m->mapping->name), STR_ARG(key));
			count++;
		}
	}
	tell_outcome(x, count ? "found" : "not-found", 36,
		"records of the ERP look for rows of the CRM; a row does not look itself");
}

/* The record takes no part. */
static void
tell_left_out(struct matching *x)
{
	uint32_t row = x->e->at.row[ERP];
	uint32_t number = row == TABLE_NO_ROW
		? x->e->at.coupling
		: x->run->state->mappings[x->m->mapping->order].coupling_of[ERP][row];
	const struct field *bad;

	if (number != INDEX_NONE && x->run->ledger.couplings[number].state <= STATE_PENDING_CRM) {
		tell_outcome(x, "coupled-already", 36, "only records that are not coupled are matched");
		return;
	}
	if (row == TABLE_NO_ROW) {
		tell_outcome(x, "absent", 36, "its export does not show it");
		return;
	}
	state_unpack(x->run, x->m->tables[ERP], row, x->cells[ERP]);
	if (passes_filters(x->m->mapping, ERP, x->cells[ERP], &bad) == FILTER_FAILS)
		tell_outcome(x, "filtered-out", 36, "it does not pass the table filter");
	else
		tell_outcome(x, "claimed", -4, "a pending line that is not settled claims it");
}

void
explain_matches(struct run *run, const struct matches *m, uint32_t job)
{
	struct explanation *e = run->explanation;
	struct matching x = { .e = e, .run = run, .m = m, .record = NO_RECORD };

	if (m->mapping != e->mapping)
		return;
	for (enum side side = ERP; side < SIDES; side++)
		x.cells[side] = memory_new(m->tables[side]->column_count, sizeof(struct cell));
	for (uint32_t i = 0; i < m->record_count; i++)
		if (m->records[i].erp_row == e->at.row[ERP])
			x.record = i;
	if (x.record != NO_RECORD)
		tell_record(&x);
	else if (e->at.side == CRM && e->at.row[ERP] == TABLE_NO_ROW)
		tell_row(&x);
	else
		tell_left_out(&x);
	explain_add_job(e, run, job);
	for (enum side side = ERP; side < SIDES; side++)
		free(x.cells[side]);
}
