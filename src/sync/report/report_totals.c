/* report_totals.c - jobs with their bars, guards and the review of a full run, in report.html (6.4) */
#include "sync/report/report_parts.h"
#include "sync/review.h"

/* Parts of a bar; a counter that is not 0 has some part, however small. */
enum { BAR_WIDTH = 1000, BAR_LEAST = 12 };

static const enum text counter_texts[COUNTERS] = {
	[COUNT_INSERTED] = TEXT_CREATED,
	[COUNT_MODIFIED] = TEXT_UPDATED,
	[COUNT_DELETED] = TEXT_DELETED,
	[COUNT_UNCHANGED] = TEXT_UNCHANGED,
	[COUNT_SKIPPED] = TEXT_SKIPPED,
	[COUNT_FAILED] = TEXT_FAILED,
	[COUNT_COUPLED] = TEXT_COUPLED,
	[COUNT_UNCOUPLED] = TEXT_UNCOUPLED,
};

/* The text alternative: "Created 12, Updated 3". */
static void
add_bar_label(struct report *r, const uint64_t counters[COUNTERS])
{
	bool has_any = false;

	for (unsigned c = 0; c < COUNTERS; c++) {
		if (counters[c] == 0)
			continue;
		report_add(r, has_any ? ", " : "");
		html_add_attribute(&r->out, str_from(report_text(r->language, counter_texts[c])));
		report_add(r, " ");
		report_add_number(r, counters[c]);
		has_any = true;
	}
	if (!has_any)
		html_add_attribute(&r->out, str_from(report_text(r->language, TEXT_NOTHING)));
}

/* No style attribute: the policy forbids them, and shapes do without. */
static void
add_bar(struct report *r, const uint64_t counters[COUNTERS])
{
	uint64_t total = 0;
	uint64_t parts = 0;
	uint64_t at = 0;

	for (unsigned c = 0; c < COUNTERS; c++) {
		total += counters[c];
		parts += counters[c] > 0;
	}
	report_add(r, "<svg class=\"bar\" role=\"img\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" "
		"aria-label=\"");
	add_bar_label(r, counters);
	report_add(r, "\">");
	for (unsigned c = 0; c < COUNTERS; c++) {
		if (counters[c] == 0)
			continue;
		uint64_t width = BAR_LEAST + counters[c] * (BAR_WIDTH - parts * BAR_LEAST) / total;
		buf_printf(&r->out, "<rect class=\"k%u\" x=\"%llu\" width=\"%llu\" height=\"10\"/>", c,
			(unsigned long long)at, (unsigned long long)width);
		at += width;
	}
	report_add(r, "</svg>");
}

static void
add_counters(struct report *r, const uint64_t counters[COUNTERS], const uint64_t totals[COUNTERS])
{
	for (unsigned c = 0; c < COUNTERS; c++) {
		if (totals[c] == 0)
			continue;
		report_add(r, "<td class=\"n\">");
		report_add_number(r, counters[c]);
		report_add(r, "</td>");
	}
}

static void
add_counter_heads(struct report *r, const uint64_t totals[COUNTERS])
{
	for (unsigned c = 0; c < COUNTERS; c++) {
		if (totals[c] == 0)
			continue;
		buf_printf(&r->out, "<th scope=\"col\" class=\"n\"><svg class=\"k\" viewBox=\"0 0 1 1\" "
			"aria-hidden=\"true\"><rect class=\"k%u\" width=\"1\" height=\"1\"/></svg>", c);
		report_add_text(r, counter_texts[c]);
		report_add(r, "</th>");
	}
}

static void
add_job(struct report *r, const struct job *job, const uint64_t totals[COUNTERS])
{
	report_add(r, "<tbody><tr><th scope=\"row\"><b>");
	report_add_str(r, job->mapping->name);
	report_add(r, "</b>");
	if (job->message.len > 0) {
		report_add(r, r->language == ENGLISH ? "<small>" : "<small lang=\"en\">");
		report_add_str(r, job->message);
		report_add(r, "</small>");
	}
	report_add(r, "</th><td>");
	report_add_job(r, job);
	report_add(r, "</td><td>");
	add_bar(r, job->counters);
	report_add(r, "</td>");
	add_counters(r, job->counters, totals);
	report_end_record(r);
}

void
report_totals(struct report *r)
{
	const struct plan *plan = &r->run->plan;
	uint64_t totals[COUNTERS];

	report_add(r, "<section aria-labelledby=\"totals\">\n<h2 id=\"totals\">");
	report_add_text(r, TEXT_TOTALS);
	report_add(r, "</h2>\n");
	if (plan->job_count == 0) {
		report_add(r, "<p>");
		report_add_text(r, TEXT_NO_JOBS);
		report_add(r, "</p>\n</section>\n");
		return;
	}
	emit_totals(plan, totals);
	report_begin_table(r, "totals", TEXT_TOTALS_CAPTION);
	report_add_head(r, TEXT_MAPPING, "");
	report_add_head(r, TEXT_JOB, "");
	report_add_head(r, TEXT_SHARES, "x");
	add_counter_heads(r, totals);
	report_add(r, "</tr></thead>\n");
	for (size_t i = 0; i < plan->job_count; i++)
		add_job(r, &plan->jobs[i], totals);
	report_add(r, "<tfoot><tr><th scope=\"row\">");
	report_add_text(r, TEXT_TOTAL);
	report_add(r, "</th><td></td><td>");
	add_bar(r, totals);
	report_add(r, "</td>");
	add_counters(r, totals, totals);
	report_add(r, "</tr></tfoot>\n");
	report_end_table(r);
	report_add(r, "</section>\n");
}

static void
add_guard(struct report *r, const struct guard_result *guard)
{
	buf_printf(&r->out, "<tbody><tr><th scope=\"row\"><code>%s</code></th><td>",
		guard_name(guard->guard));
	if (guard->mapping)
		report_add_str(r, guard->mapping->name);
	report_add(r, "</td><td class=\"n\">");
	report_add_str(r, guard->value);
	report_add(r, "</td><td class=\"n\">");
	report_add_str(r, guard->limit);
	report_add(r, guard->is_lifted ? "</td><td>" : "</td><td class=\"alarm\">");
	report_add_text(r, guard->is_lifted ? TEXT_GUARD_LIFTED : TEXT_GUARD_REFUSED);
	report_add(r, "</td><td class=\"w\"");
	report_add(r, r->language == ENGLISH ? ">" : " lang=\"en\">");
	report_add_str(r, guard->message);
	report_add(r, "</td>");
	report_end_record(r);
}

void
report_guards(struct report *r)
{
	static const enum text columns[] = { TEXT_GUARD, TEXT_MAPPING, TEXT_GUARD_VALUE, TEXT_GUARD_LIMIT,
		TEXT_GUARD_OUTCOME, TEXT_GUARD_MESSAGE };
	const struct plan *plan = &r->run->plan;

	if (plan->guard_count == 0)
		return;
	report_add(r, "<section aria-labelledby=\"guards\">\n<h2 id=\"guards\">");
	report_add_text(r, TEXT_GUARDS);
	report_add(r, "</h2>\n<p>");
	report_add_text(r, plan->status == STATUS_GUARD ? TEXT_GUARD_ADVICE : TEXT_GUARD_LIFTED_ADVICE);
	report_add(r, "</p>\n");
	report_begin_table(r, "guards", TEXT_GUARDS_CAPTION);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		report_add_head(r, columns[i], i == 2 || i == 3 ? "n" : "");
	report_add(r, "</tr></thead>\n");
	for (size_t i = 0; i < plan->guard_count; i++)
		add_guard(r, &plan->guards[i]);
	report_end_table(r);
	report_add(r, "</section>\n");
}

static void
add_review_line(struct report *r, const struct review_line *line)
{
	const struct mapping *mapping = line->mapping;
	const uint64_t numbers[] = { line->records[ERP], line->uncoupled[ERP], line->records[CRM],
		line->uncoupled[CRM] };
	enum text action = line->records[ERP] && line->records[CRM] ? TEXT_REVIEW_COUPLE
	    : line->records[ERP] || line->records[CRM]		    ? TEXT_REVIEW_FULL
								    : TEXT_REVIEW_NONE;

	report_add(r, "<tbody><tr><th scope=\"row\"><b>");
	report_add_str(r, mapping->name);
	report_add(r, "</b></th>");
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		report_add(r, "<td class=\"n\">");
		report_add_number(r, numbers[i]);
		report_add(r, "</td>");
	}
	report_add(r, "<td>");
	for (size_t i = 0; i < mapping->depends_on_count; i++) {
		report_add(r, i > 0 ? ", " : "");
		report_add_str(r, mapping->depends_on[i]);
	}
	report_add(r, "</td><td>");
	report_add_text(r, action);
	report_add(r, "</td>");
	report_end_record(r);
}

/* E43 */
void
report_review(struct report *r)
{
	static const enum text columns[] = { TEXT_MAPPING, TEXT_REVIEW_ERP, TEXT_REVIEW_ERP_FREE,
		TEXT_REVIEW_CRM, TEXT_REVIEW_CRM_FREE, TEXT_REVIEW_DEPENDS, TEXT_REVIEW_ACTION };
	const struct plan *plan = &r->run->plan;

	if (plan->review_count == 0)
		return;
	report_add(r, "<section aria-labelledby=\"review\">\n<h2 id=\"review\">");
	report_add_text(r, TEXT_REVIEW);
	report_add(r, "</h2>\n");
	report_begin_table(r, "review", TEXT_REVIEW_CAPTION);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		report_add_head(r, columns[i], i >= 1 && i <= 4 ? "n" : "");
	report_add(r, "</tr></thead>\n");
	for (size_t i = 0; i < plan->review_count; i++)
		add_review_line(r, &plan->review[i]);
	report_end_table(r);
	report_add(r, "</section>\n");
}
