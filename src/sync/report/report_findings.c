/* report_findings.c - what was skipped or failed, with what to do; conflicts with both values (6.4) */
#include <stdlib.h>

#include "sync/agreement.h"
#include "sync/finding.h"
#include "sync/report/report_parts.h"
#include "sync/state.h"
#include "sync/transfer.h"

/* A sentence that is not known in the report's language is in English, as errors.csv has it. */
static void
add_message(struct report *r, const struct finding *finding)
{
	struct buf translated = { 0 };
	bool is_translated = report_message(r->language, finding->message, &translated);
	bool is_foreign = r->language != ENGLISH && !r->mask.is_on && !is_translated;

	report_add(r, is_foreign ? "<td class=\"w\" lang=\"en\">" : "<td class=\"w\">");
	if (r->mask.is_on) {
		report_add(r, "<i class=\"b\">");
		report_add_text(r, TEXT_LEFT_OUT);
		report_add(r, "</i>");
	} else {
		report_add_datum(r, is_translated ? buf_str(&translated) : finding->message);
	}
	report_add(r, "</td>");
	buf_release(&translated);
}

static void
add_finding(struct report *r, const struct finding *finding)
{
	struct record_label label = label_of_finding(r, finding);

	report_begin_record(r, &label, 1);
	buf_printf(&r->out, "<td><code>%s</code>", code_name(finding->code));
	if (finding->field.len > 0) {
		report_add(r, "<br>");
		report_add_str(r, finding->field);
	}
	report_add(r, "</td>");
	add_message(r, finding);
	report_add(r, "<td class=\"w\">");
	report_add_str(r, str_from(report_advice(r->language, finding->code)));
	report_add(r, "</td>");
	report_end_record(r);
}

/* Of a job a section holds the findings of other mappings, too (E42); without a job those of one mapping. */
static bool
is_in(const struct report *r, const struct section *section, const struct finding *finding)
{
	return finding->job == section->job
	    && (section->job != PLAN_NO_JOB || finding->mapping == section->mapping)
	    && section_of_finding(r->run, finding) == section->kind;
}

void
report_findings(struct report *r, const struct section *section)
{
	const enum text columns[] = { TEXT_RECORD, TEXT_CODE,
		section->kind == SECTION_FAILED ? TEXT_MESSAGE : TEXT_NOTICE, TEXT_ADVICE };
	const struct plan *plan = &r->run->plan;
	uint64_t shown = 0;

	report_begin_section(r, section, columns, ARRAY_LEN(columns));
	for (size_t i = section->first; shown < section->count && shown < REPORT_SHOWN; i++) {
		if (!is_in(r, section, &plan->findings[i]))
			continue;
		add_finding(r, &plan->findings[i]);
		shown++;
	}
	report_end_section(r);
}

/* One conflict: the rows of both sides, and what the base says of them; both sides' groups changed. */
struct clash {
	const struct mapping *mapping;
	const struct table *tables[SIDES];
	uint32_t rows[SIDES];
	uint32_t track;
	struct coupling_base base;
};

static void
read_clash(struct report *r, const struct finding *finding, struct clash *clash)
{
	*clash = (struct clash){ .mapping = finding->mapping,
		.track = TRACK_CHANGED(GROUP_E_BI) | TRACK_CHANGED(GROUP_C_BI) };
	for (enum side side = ERP; side < SIDES; side++) {
		clash->tables[side] = run_table(r->run, finding->mapping, side);
		clash->rows[side] = finding_row(r->run, finding, side);
	}
	arena_reset(&r->record);
	if (finding->coupling == 0)
		return;
	base_decode(coupling_base_text(&r->run->ledger.couplings[finding->coupling - 1]),
		&r->run->state->mappings[finding->mapping->order].scheme, &r->record, &clash->base);
	for (enum group group = GROUP_E_BI; group < GROUPS; group++)
		clash->track |= clash->base.known[group] ? TRACK_KNOWN(group) : 0;
}

/* Both rows as the job saw them. */
static bool
unpack_clash(struct report *r, const struct clash *clash, uint32_t job)
{
	for (enum side side = ERP; side < SIDES; side++) {
		if (clash->rows[side] == TABLE_NO_ROW)
			return false;
		state_unpack_at(r->run, clash->tables[side], clash->rows[side], job, r->cells[side]);
	}
	return true;
}

/* Whether `names`, joined by |, has the field: a finding names those that clash. */
static bool
has_name(struct str names, struct str name)
{
	while (names.len > 0)
		if (str_equal(str_cut(names, '|', &names), name))
			return true;
	return false;
}

static bool
clashes(const struct finding *finding, const struct field_mapping *fm)
{
	return field_is_bidirectional(fm) && finding->source_side != NO_SIDE
	    && has_name(finding->field, fm->fields[finding->source_side]->name);
}

static void
add_side(struct report *r, const struct clash *clash, size_t number, enum side side,
	const struct shown values[SIDES])
{
	const struct field *field = clash->mapping->fields[number].fields[side];
	struct cell shown = table_cell(clash->tables[side], clash->rows[side], field->column);
	enum base_mark mark = base_mark_of(&clash->base, clash->mapping, clash->track, number, side, shown);

	report_add(r, "<td class=\"v\">");
	report_add_marked(r, values, (unsigned)side, "mark");
	report_add(r, " <small>");
	report_add_text(r, report_base_text(mark));
	report_add(r, "</small></td>");
}

static void
add_clash(struct report *r, const struct clash *clash, size_t number)
{
	const struct field_mapping *fm = &clash->mapping->fields[number];
	struct buf *scratch[SIDES] = { &r->scratch, &r->scratch_2 };
	struct shown values[SIDES];

	report_add(r, "<td>");
	report_add_str(r, fm->fields[ERP]->name);
	if (!str_equal(fm->fields[ERP]->name, fm->fields[CRM]->name)) {
		report_add(r, "<br><small>");
		report_add_str(r, fm->fields[CRM]->name);
		report_add(r, "</small>");
	}
	report_add(r, "</td>");
	for (enum side side = ERP; side < SIDES; side++)
		values[side] = shown_of(r, clash->tables[side]->def, fm->fields[side],
			field_cell(fm, side, r->cells[side]), scratch[side]);
	for (enum side side = ERP; side < SIDES; side++)
		add_side(r, clash, number, side, values);
}

static void
add_conflict(struct report *r, const struct finding *finding)
{
	struct record_label label = label_of_finding(r, finding);
	const struct mapping *mapping = finding->mapping;
	struct clash clash;
	uint64_t lines = 0;
	bool has_any = false;

	read_clash(r, finding, &clash);
	bool is_known = unpack_clash(r, &clash, finding->job);
	for (size_t i = 0; is_known && i < mapping->field_count; i++)
		lines += clashes(finding, &mapping->fields[i]);
	report_begin_record(r, &label, lines);
	for (size_t i = 0; is_known && i < mapping->field_count; i++) {
		if (!clashes(finding, &mapping->fields[i]))
			continue;
		report_add(r, has_any ? "</tr>\n<tr>" : "");
		add_clash(r, &clash, i);
		has_any = true;
	}
	if (!has_any)
		report_add(r, "<td colspan=\"3\"></td>");
	report_end_record(r);
}

void
report_conflicts(struct report *r, const struct section *section)
{
	static const enum text columns[] = { TEXT_RECORD, TEXT_FIELD, TEXT_ERP_VALUE, TEXT_CRM_VALUE };
	const struct plan *plan = &r->run->plan;
	struct conflicts_seen seen = { 0 };
	uint64_t shown = 0;

	report_begin_section(r, section, columns, ARRAY_LEN(columns));
	for (size_t i = section->first; shown < section->count && shown < REPORT_SHOWN; i++) {
		const struct finding *finding = &plan->findings[i];
		if (finding->mapping != section->mapping
			|| section_of_finding(r->run, finding) != SECTION_CONFLICTS
			|| !conflict_is_first(r->run, &seen, finding))
			continue;
		add_conflict(r, finding);
		shown++;
	}
	report_end_section(r);
	free(seen.rows);
}
