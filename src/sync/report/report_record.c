/* report_record.c - tables of records in report.html, and what a record is known by (6.4) */
#include "sync/finding.h"
#include "sync/report/report_parts.h"
#include "sync/state.h"

enum { FLUSH_BYTES = 256 * 1024 };

void
report_flush(struct report *r)
{
	if (!r->sink || r->out.len < FLUSH_BYTES || r->has_failed)
		return;
	r->has_failed = !r->sink(r->context, &r->out);
	buf_reset(&r->out);
}

/* The name of a row, or what stands in `other`. */
static struct str
name_of(const struct table *table, uint32_t row, struct str other)
{
	if (other.len > 0 || row == TABLE_NO_ROW)
		return other;
	return table_name(table, row);
}

/* What is not known yet is filled from the tables; without a key the uid stands in its place. */
static void
complete(const struct report *r, struct record_label *label, const struct mapping *mapping,
	const uint32_t rows[SIDES], const struct str ids[SIDES])
{
	const struct table *erp = run_table(r->run, mapping, ERP);
	const struct table *crm = run_table(r->run, mapping, CRM);

	if (label->key.len == 0 && rows[ERP] != TABLE_NO_ROW)
		label->key = table_key(erp, rows[ERP]);
	label->name = name_of(crm, rows[CRM], name_of(erp, rows[ERP], STR("")));
	label->id = ids[CRM];
	if (label->key.len == 0) {
		label->key = ids[CRM].len > 0 ? ids[CRM] : ids[ERP];
		label->id = STR("");
	}
}

struct record_label
label_of_change(const struct report *r, const struct change *change)
{
	const struct mapping *mapping = r->run->plan.jobs[change->job].mapping;
	const struct coupling *coupling = emit_coupling(r->run, change);
	struct record_label label = {
		.key = coupling_key(coupling).len ? coupling_key(coupling) : packed_str(change->key),
		.rule = change->rule,
	};
	uint32_t rows[SIDES];

	for (enum side side = ERP; side < SIDES; side++)
		rows[side] = coupling->row[side];
	if (change->side != NO_SIDE && change->row != TABLE_NO_ROW)
		rows[change->side] = change->row;
	if (change->side != NO_SIDE && change->source_row != TABLE_NO_ROW)
		rows[other_side(change->side)] = change->source_row;
	const struct str ids[SIDES] = { ledger_id(&r->run->ledger, coupling, ERP),
		ledger_id(&r->run->ledger, coupling, CRM) };
	complete(r, &label, mapping, rows, ids);
	return label;
}

struct record_label
label_of_finding(const struct report *r, const struct finding *finding)
{
	struct record_label label = { .key = finding->erp_key, .rule = finding->rule };
	struct str ids[SIDES] = { finding->erp_id, finding->crm_id };
	uint32_t rows[SIDES];

	if (!finding->mapping)
		return label;
	for (enum side side = ERP; side < SIDES; side++)
		rows[side] = finding_row(r->run, finding, side);
	complete(r, &label, finding->mapping, rows, ids);
	return label;
}

void
report_begin_record(struct report *r, const struct record_label *label, uint64_t lines)
{
	report_flush(r);
	if (lines > 1) {
		report_add(r, "<tbody><tr><th scope=\"rowgroup\" rowspan=\"");
		buf_add_u64(&r->out, lines);
		report_add(r, "\">");
	} else {
		report_add(r, "<tbody><tr><th scope=\"row\">");
	}
	report_add(r, "<b>");
	if (label->key.len > 0)
		report_add_datum(r, label->key);
	else
		report_add_text(r, TEXT_KEY_LATER);
	report_add(r, "</b>");
	if (label->name.len > 0) {
		report_add(r, " ");
		report_add_datum(r, label->name);
	}
	if (label->id.len > 0 || label->rule != 0) {
		report_add(r, " <small>");
		if (label->id.len > 0)
			report_add_datum(r, label->id);
		report_add(r, label->id.len > 0 && label->rule != 0 ? " · " : "");
		emit_rule(label->rule, &r->out);
		report_add(r, "</small>");
	}
	report_add(r, "</th>");
}

void
report_end_record(struct report *r)
{
	report_add(r, "</tr></tbody>\n");
}

void
report_add_direction(struct report *r, enum direction direction)
{
	static const enum text texts[] = {
		[TO] = TEXT_TO, [FROM] = TEXT_FROM, [BIDIRECTIONAL] = TEXT_BOTH_WAYS
	};

	if (direction != DIRECTION_NONE)
		report_add_text(r, texts[direction]);
}

/* What is no synchronization tells its job's type. */
static const enum text job_texts[] = {
	[JOB_CONFIRMATION] = TEXT_JOB_CONFIRMATION,
	[JOB_SYNCHRONIZATION] = TEXT_JOB_SYNCHRONIZATION,
	[JOB_COUPLING] = TEXT_JOB_COUPLING,
	[JOB_UNCOUPLING] = TEXT_JOB_UNCOUPLING,
	[JOB_DELETION] = TEXT_JOB_DELETION,
};

void
report_add_job(struct report *r, const struct job *job)
{
	if (job->type != JOB_SYNCHRONIZATION || job->direction == DIRECTION_NONE)
		report_add_text(r, job_texts[job->type]);
	if (job->type != JOB_SYNCHRONIZATION && job->direction != DIRECTION_NONE)
		report_add(r, " ");
	report_add_direction(r, job->direction);
}

/* Title and sentence of each kind of section. */
static const struct {
	enum text title;
	enum text about;
} kinds[SECTIONS] = {
	[SECTION_CREATE] = { TEXT_SECTION_CREATE, TEXT_ABOUT_CREATE },
	[SECTION_UPDATE] = { TEXT_SECTION_UPDATE, TEXT_ABOUT_UPDATE },
	[SECTION_LINK] = { TEXT_SECTION_LINK, TEXT_ABOUT_LINK },
	[SECTION_CONFLICTS] = { TEXT_SECTION_CONFLICTS, TEXT_ABOUT_CONFLICTS },
	[SECTION_DELETE] = { TEXT_SECTION_DELETE, TEXT_ABOUT_DELETE },
	[SECTION_AMBIGUOUS] = { TEXT_SECTION_AMBIGUOUS, TEXT_ABOUT_AMBIGUOUS },
	[SECTION_LOST] = { TEXT_SECTION_LOST, TEXT_ABOUT_LOST },
	[SECTION_SHORTENED] = { TEXT_SECTION_SHORTENED, TEXT_ABOUT_SHORTENED },
	[SECTION_COUPLE] = { TEXT_SECTION_COUPLE, TEXT_ABOUT_COUPLE },
	[SECTION_UNCOUPLE] = { TEXT_SECTION_UNCOUPLE, TEXT_ABOUT_UNCOUPLE },
	[SECTION_CONFIRM] = { TEXT_SECTION_CONFIRM, TEXT_ABOUT_CONFIRM },
	[SECTION_FAILED] = { TEXT_SECTION_FAILED, TEXT_ABOUT_FAILED },
	[SECTION_NOTICES] = { TEXT_SECTION_NOTICES, TEXT_ABOUT_NOTICES },
};

void
report_add_title(struct report *r, const struct section *section)
{
	report_add_text(r, kinds[section->kind].title);
	if (section->job == PLAN_NO_JOB)
		return;
	report_add(r, " · ");
	report_add_job(r, &r->run->plan.jobs[section->job]);
}

size_t
section_number(const struct report *r, const struct section *section)
{
	return (size_t)(section - r->sections.items) + 1;
}

/* "The first 1,000 of 61,234 records; all of them are in changes.csv." */
static void
add_count(struct report *r, const struct section *section)
{
	const char *file = section->kind == SECTION_AMBIGUOUS ? "ambiguous.csv"
	    : section->kind == SECTION_CONFLICTS || section->kind == SECTION_FAILED
		    || section->kind == SECTION_NOTICES
	    ? "errors.csv"
	    : "changes.csv";

	if (section->count <= REPORT_SHOWN) {
		report_add_counted(r, section->count == 1 ? TEXT_SHOWN_ONE : TEXT_SHOWN_ALL,
			section->count, 0);
		return;
	}
	report_add_counted(r, TEXT_SHOWN_FIRST, section->count, REPORT_SHOWN);
	report_add_text(r, r->files.has_folder ? TEXT_REST_IN : TEXT_REST_WRITTEN);
	buf_printf(&r->out, "<code>%s</code>.", file);
}

void
report_add_head(struct report *r, enum text text, const char *class_name)
{
	buf_printf(&r->out, "<th scope=\"col\"%s%s%s>", *class_name ? " class=\"" : "", class_name,
		*class_name ? "\"" : "");
	report_add_text(r, text);
	report_add(r, "</th>");
}

void
report_begin_section(struct report *r, const struct section *section, const enum text *columns,
	size_t column_count)
{
	unsigned long long number = section_number(r, section);

	buf_printf(&r->out, "<section class=\"part\" id=\"s%llu\">\n<h3 id=\"s%lluh\">", number, number);
	report_add_title(r, section);
	report_add(r, "</h3>\n<p>");
	report_add_text(r, kinds[section->kind].about);
	if (section->kind == SECTION_CONFLICTS) {
		report_add(r, " ");
		report_add_str(r, str_from(report_advice(r->language, CODE_UPDATE_CONFLICT)));
	}
	buf_printf(&r->out, "</p>\n<div class=\"scroll\" role=\"group\" tabindex=\"0\" "
		"aria-labelledby=\"s%lluh\"><table class=\"s r\">\n<caption>", number);
	add_count(r, section);
	report_add(r, "</caption>\n<thead><tr>");
	for (size_t i = 0; i < column_count; i++)
		report_add_head(r, columns[i], "");
	report_add(r, "</tr></thead>\n");
}

void
report_end_section(struct report *r)
{
	report_add(r, "</table></div>\n</section>\n");
	report_flush(r);
}

void
report_begin_table(struct report *r, const char *title_id, enum text caption)
{
	buf_printf(&r->out, "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-labelledby=\"%s\">"
		"<table class=\"s\">\n<caption>", title_id);
	report_add_text(r, caption);
	report_add(r, "</caption>\n<thead><tr>");
}

void
report_end_table(struct report *r)
{
	report_add(r, "</table></div>\n");
}
