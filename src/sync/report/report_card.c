/* report_card.c - the run card in report.html: what a person does next (part 6, 6.4) */
#include "sync/report/report_parts.h"

static void
add_paragraph(struct report *r, enum text text)
{
	report_add(r, "<p>");
	report_add_text(r, text);
	report_add(r, "</p>\n");
}

static void
add_command(struct report *r, enum text text, const char *command)
{
	report_add(r, "<p>");
	report_add_text(r, text);
	buf_printf(&r->out, " <code>%s</code></p>\n", command);
}

static void
add_action(struct report *r, const struct emit_import *import)
{
	enum text text = import->table->option_field ? TEXT_ACTION_OPTIONS
	    : import->action == ACTION_CREATE	     ? TEXT_ACTION_CREATE
	    : import->action == ACTION_DELETE	     ? TEXT_ACTION_DELETE
	    : import->action == ACTION_LINK	     ? TEXT_ACTION_LINK
						     : TEXT_ACTION_UPDATE;

	report_add_text(r, text);
}

static void
add_file(struct report *r, const struct emit_import *import, size_t number)
{
	report_add(r, "<tbody><tr><th scope=\"row\">");
	report_add_number(r, number);
	if (import->name.len > 0) {
		report_add(r, ". <code>");
		report_add_str(r, import->name);
		report_add(r, "</code>");
	}
	report_add(r, "</th><td>");
	report_add_str(r, import->table->system->name);
	report_add(r, "</td><td>");
	const struct table_def *owner = import->table->option_owner;
	report_add_str(r, owner ? owner->name : import->table->name);
	report_add(r, "</td><td class=\"w\">");
	add_action(r, import);
	if (import->table->option_field || import->renames) {
		report_add(r, "<br><small>");
		report_add_text(r, import->renames ? TEXT_CARD_RENAMES : TEXT_CARD_OPTIONS);
		report_add(r, "</small>");
	}
	report_add(r, "</td><td class=\"n\">");
	report_add_number(r, import->records);
	report_add(r, "</td>");
	report_end_record(r);
}

static void
add_imports(struct report *r)
{
	static const enum text columns[] = { TEXT_FILE, TEXT_SYSTEM, TEXT_TABLE, TEXT_ACTION, TEXT_RECORDS };

	if (r->files.import_count == 0) {
		add_paragraph(r, TEXT_CARD_NOTHING);
		return;
	}
	report_begin_table(r, "card", r->files.has_folder ? TEXT_CARD_IMPORT : TEXT_CARD_WOULD);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		report_add_head(r, columns[i], i == 4 ? "n" : "");
	report_add(r, "</tr></thead>\n");
	for (size_t i = 0; i < r->files.import_count; i++)
		add_file(r, &r->files.imports[i], i + 1);
	report_end_table(r);
	add_paragraph(r, TEXT_CARD_COUNTS);
}

/* Errors and conflicts by code, with what to do about each. */
static void
add_persons(struct report *r)
{
	const struct plan *plan = &r->run->plan;
	uint64_t counts[CODES] = { 0 };

	for (size_t i = 0; i < plan->finding_count; i++)
		if (plan->findings[i].severity <= SEVERITY_CONFLICT)
			counts[plan->findings[i].code]++;
	report_add(r, "<li>");
	report_add_text(r, TEXT_CARD_PERSONS);
	report_add(r, "<ul>\n");
	for (unsigned code = 0; code < CODES; code++) {
		if (counts[code] == 0)
			continue;
		buf_printf(&r->out, "<li><code>%s</code>: ", code_name(code));
		report_add_number(r, counts[code]);
		report_add(r, "<br>");
		report_add_str(r, str_from(report_advice(r->language, code)));
		report_add(r, "</li>\n");
	}
	report_add(r, "</ul>");
	if (plan->candidate_count > 0)
		add_command(r, TEXT_CARD_AMBIGUOUS, "couplet couple --from DIR/ambiguous.csv -o DIR2");
	report_add(r, "</li>\n");
}

static void
add_pending(struct report *r)
{
	report_add(r, "<li>");
	report_add_text(r, TEXT_CARD_PENDING);
	report_add(r, " ");
	report_add_number(r, r->run->plan.pending);
	report_add(r, ". ");
	report_add_text(r, TEXT_CARD_PENDING_2);
	report_add(r, "</li>\n");
}

static void
add_steps(struct report *r)
{
	const struct plan *plan = &r->run->plan;

	report_add(r, "<ol class=\"card\">\n");
	if (!r->files.has_folder) {
		report_add(r, "<li>");
		add_command(r, TEXT_CARD_SYNC, "couplet sync -o DIR");
		report_add(r, "</li>\n");
	}
	report_add(r, "<li>");
	add_imports(r);
	report_add(r, "</li>\n<li>");
	add_command(r, TEXT_CARD_COMMIT, "couplet commit DIR");
	report_add(r, "</li>\n");
	if (r->files.import_count > 0) {
		report_add(r, "<li>");
		add_command(r, TEXT_CARD_PROVE, "couplet verify DIR</code>, <code>couplet preview");
		add_paragraph(r, TEXT_CARD_PROVED);
		report_add(r, "</li>\n");
	}
	if (plan->pending > 0)
		add_pending(r);
	if (emit_count_persons(plan) > 0)
		add_persons(r);
	report_add(r, "</ol>\n");
}

void
report_card(struct report *r)
{
	report_add(r, "<section aria-labelledby=\"card\">\n<h2 id=\"card\">");
	report_add_text(r, TEXT_CARD);
	report_add(r, "</h2>\n");
	if (r->run->plan.status == STATUS_GUARD) {
		report_add(r, "<p>");
		report_add_text(r, TEXT_CARD_REFUSED);
		report_add(r, " <code>--allow</code> ");
		report_add_text(r, TEXT_CARD_LIMIT);
		report_add(r, "</p>\n");
	} else {
		add_steps(r);
	}
	report_add(r, "</section>\n");
}
