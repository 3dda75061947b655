/* report_ambiguous.c - unmatched records, their candidates and the values that are compared (E38, 6.4) */
#include "sync/report/report_parts.h"
#include "sync/state.h"
#include "sync/transfer.h"

/* Of one record so many candidates are shown; ambiguous.csv has them all. */
enum { CANDIDATES_SHOWN = 20 };

/* The finding of a record; findings and candidates are in the same order of records. */
static const struct finding *
find_finding(const struct report *r, const struct candidate *line, size_t *at)
{
	const struct plan *plan = &r->run->plan;
	struct str id = table_uid(run_table(r->run, line->mapping, ERP), line->erp_row);

	for (size_t i = *at; i < plan->finding_count; i++) {
		const struct finding *finding = &plan->findings[i];
		if (finding->mapping != line->mapping || !str_equal(finding->erp_id, id)
			|| section_of_finding(r->run, finding) != SECTION_AMBIGUOUS)
			continue;
		*at = i + 1;
		return finding;
	}
	return NULL;
}

/* The match fields of the candidate's group, or of all groups where there is no candidate. */
static void
add_compared(struct report *r, const struct candidate *line, enum side side)
{
	const struct table *table = run_table(r->run, line->mapping, side);
	bool has_any = false;

	for (size_t i = 0; i < line->mapping->field_count; i++) {
		const struct field_mapping *fm = &line->mapping->fields[i];
		if (!fm->match || !fm->is_enabled
			|| (line->crm_row != TABLE_NO_ROW && fm->match_priority != line->priority))
			continue;
		report_add(r, has_any ? "<br><small>" : "<small>");
		report_add_str(r, fm->fields[side]->name);
		report_add(r, "</small> ");
		report_add_value(r, shown_of(r, table->def, fm->fields[side],
			field_cell(fm, side, r->cells[side]), &r->scratch));
		has_any = true;
	}
}

static void
add_candidate(struct report *r, const struct candidate *line)
{
	const struct table *crm = run_table(r->run, line->mapping, CRM);

	report_add(r, "<td>");
	if (line->crm_row == TABLE_NO_ROW) {
		report_add_text(r, TEXT_CANDIDATE_NONE);
	} else {
		if (table_name(crm, line->crm_row).len > 0) {
			report_add_datum(r, table_name(crm, line->crm_row));
			report_add(r, " ");
		}
		report_add(r, "<small>");
		report_add_datum(r, table_uid(crm, line->crm_row));
		report_add(r, "</small>");
	}
	report_add(r, "</td><td class=\"v\">");
	add_compared(r, line, ERP);
	report_add(r, "</td><td class=\"v\">");
	if (line->crm_row != TABLE_NO_ROW) {
		state_unpack(r->run, crm, line->crm_row, r->cells[CRM]);
		add_compared(r, line, CRM);
	}
	report_add(r, "</td>");
}

static void
add_reason(struct report *r, const struct candidate *line, const struct finding *finding)
{
	buf_printf(&r->out, "<td class=\"w\"><code>%s</code>", code_name(line->reason));
	if (line->crm_row != TABLE_NO_ROW) {
		report_add(r, " <small>");
		report_add_text(r, TEXT_PRIORITY);
		buf_printf(&r->out, " %u</small>", line->priority);
	}
	if (finding && !r->mask.is_on) {
		struct buf translated = { 0 };
		bool is_told = report_message(r->language, finding->message, &translated);
		report_add(r, r->language == ENGLISH || is_told ? "<br><span>" : "<br><span lang=\"en\">");
		report_add_datum(r, is_told ? buf_str(&translated) : finding->message);
		report_add(r, "</span>");
		buf_release(&translated);
	}
	if (finding) {
		report_add(r, "<br><small>");
		report_add_str(r, str_from(report_advice(r->language, finding->code)));
		report_add(r, "</small>");
	}
	report_add(r, "</td>");
}

/* A record with all its lines; returns how many those are. */
static size_t
add_record(struct report *r, size_t first, size_t *finding_at)
{
	const struct plan *plan = &r->run->plan;
	const struct candidate *line = &plan->candidates[first];
	const struct table *erp = run_table(r->run, line->mapping, ERP);
	const struct finding *finding = find_finding(r, line, finding_at);
	struct record_label label = { .key = table_key(erp, line->erp_row),
		.name = table_name(erp, line->erp_row), .rule = finding ? finding->rule : 38 };
	size_t count = 1;

	while (first + count < plan->candidate_count && !candidate_is_first(plan, first + count))
		count++;
	size_t shown = count > CANDIDATES_SHOWN ? CANDIDATES_SHOWN : count;
	state_unpack(r->run, erp, line->erp_row, r->cells[ERP]);
	report_begin_record(r, &label, shown + (count > shown));
	for (size_t i = 0; i < shown; i++) {
		report_add(r, i > 0 ? "</tr>\n<tr>" : "");
		add_candidate(r, &line[i]);
		add_reason(r, &line[i], i == 0 ? finding : NULL);
	}
	if (count > shown) {
		report_add(r, "</tr>\n<tr><td colspan=\"4\">");
		report_add_counted(r, TEXT_MORE_CANDIDATES, count - shown, 0);
		report_add(r, " <code>ambiguous.csv</code></td>");
	}
	report_end_record(r);
	return count;
}

void
report_ambiguous(struct report *r, const struct section *section)
{
	static const enum text columns[] = { TEXT_RECORD, TEXT_CANDIDATE, TEXT_COMPARED, TEXT_COMPARED_CRM,
		TEXT_REASON };
	const struct plan *plan = &r->run->plan;
	size_t finding_at = 0;
	uint64_t shown = 0;
	size_t i = section->first;

	report_begin_section(r, section, columns, ARRAY_LEN(columns));
	while (i < plan->candidate_count && shown < section->count && shown < REPORT_SHOWN) {
		if (plan->candidates[i].mapping != section->mapping) {
			i++;
			continue;
		}
		i += add_record(r, i, &finding_at);
		shown++;
	}
	report_end_section(r);
}
