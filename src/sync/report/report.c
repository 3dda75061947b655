/* report.c - report.html as a document: head, facts, and what comes around its sections (6.4) */
#include "sync/report/report.h"

#include <stdlib.h>

#include "model/value.h"
#include "sync/report/report_parts.h"
#include "sync/state.h"
#include "version.h"

/*
 * The policy forbids everything but the one style and the one script below, by
 * their hashes: whatever slips into the document is neither run nor fetched.
 */
static void
add_head(struct report *r)
{
	buf_printf(&r->out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ",
		language_tag(r->language));
	report_add_hash(report_style(), &r->out);
	report_add(r, "; script-src ");
	report_add_hash(report_script(), &r->out);
	report_add(r, "; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<meta name=\"robots\" content=\"noindex\">\n<title>");
	report_add_text(r, TEXT_TITLE);
	report_add(r, " ");
	report_add_str(r, r->run->plan.run_id);
	report_add(r, "</title>\n<style>");
	buf_add(&r->out, report_style());
	report_add(r, "</style>\n</head>\n");
}

static void
begin_fact(struct report *r, enum text text)
{
	report_add(r, "<dt>");
	report_add_text(r, text);
	report_add(r, "</dt><dd>");
}

static void
end_fact(struct report *r)
{
	report_add(r, "</dd>\n");
}

static void
add_number_fact(struct report *r, enum text text, uint64_t number)
{
	if (number == 0)
		return;
	begin_fact(r, text);
	report_add_number(r, number);
	end_fact(r);
}

/* The file's name alone: where it lies is different on every machine. */
static struct str
file_part(struct str path)
{
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return (struct str){ path.ptr + at, path.len - at };
}

static void
add_systems(struct report *r)
{
	begin_fact(r, TEXT_SYSTEMS);
	for (enum side side = ERP; side < SIDES; side++) {
		report_add(r, side == ERP ? "ERP: " : " · CRM: ");
		report_add_str(r, r->run->setup.systems[side].name);
	}
	end_fact(r);
}

static void
add_records_read(struct report *r)
{
	uint64_t counts[SIDES] = { 0 };

	for (size_t i = 0; i < r->run->setup.table_count; i++)
		counts[r->run->setup.tables[i]->side] += r->run->tables[i].row_count;
	begin_fact(r, TEXT_RECORDS_READ);
	for (enum side side = ERP; side < SIDES; side++) {
		report_add(r, side == ERP ? "ERP: " : " · CRM: ");
		report_add_number(r, counts[side]);
	}
	end_fact(r);
}

static void
add_facts(struct report *r)
{
	const struct run *run = r->run;

	report_add(r, "<dl class=\"facts\">\n");
	begin_fact(r, TEXT_COMMAND);
	buf_printf(&r->out, "<code>couplet %s</code>", run->options->command);
	end_fact(r);
	begin_fact(r, TEXT_METHOD);
	report_add(r, run_method(run->options));
	end_fact(r);
	begin_fact(r, TEXT_RUN);
	report_add(r, "<code>");
	report_add_str(r, run->plan.run_id);
	report_add(r, "</code>");
	end_fact(r);
	begin_fact(r, TEXT_TIME);
	stamp_write(run->plan.now, &r->out);
	end_fact(r);
	begin_fact(r, TEXT_SETUP);
	report_add_str(r, file_part(run->setup.path));
	end_fact(r);
	add_systems(r);
	add_records_read(r);
	add_number_fact(r, TEXT_CONFIRMED, run->plan.confirmed);
	add_number_fact(r, TEXT_IN_FLIGHT, run->plan.pending);
	if (r->mask.is_on) {
		begin_fact(r, TEXT_MASKED);
		report_add_text(r, TEXT_MASKED_NOTE);
		end_fact(r);
	}
	report_add(r, "</dl>\n");
}

static void
add_state(struct report *r)
{
	uint64_t persons = emit_count_persons(&r->run->plan);
	bool is_refused = r->run->plan.status == STATUS_GUARD;

	report_add(r, is_refused || persons > 0 ? "<p class=\"state look\">" : "<p class=\"state\">");
	if (is_refused)
		report_add_text(r, TEXT_STATE_REFUSED);
	else if (persons == 0)
		report_add_text(r, TEXT_STATE_GOOD);
	else
		report_add_counted(r, persons == 1 ? TEXT_STATE_PERSON_ONE : TEXT_STATE_PERSONS, persons, 0);
	report_add(r, "</p>\n");
}

static void
add_header(struct report *r)
{
	report_add(r, "<body>\n<a class=\"skip\" href=\"#main\">");
	report_add_text(r, TEXT_SKIP_LINK);
	report_add(r, "</a>\n<header>\n<h1>");
	report_add_text(r, r->files.has_folder ? TEXT_HEADING_FOLDER : TEXT_HEADING_PREVIEW);
	report_add(r, "</h1>\n");
	add_state(r);
	add_facts(r);
	report_add(r, "</header>\n");
}

/* Shown by the script, which it needs. */
static void
add_search(struct report *r)
{
	report_add(r, "<div class=\"find\" id=\"find\" role=\"search\" hidden>\n<label for=\"query\">");
	report_add_text(r, TEXT_SEARCH);
	report_add(r, "</label>\n"
		"<input id=\"query\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\">\n"
		"<output id=\"told\" for=\"query\" aria-live=\"polite\" data-found=\"");
	html_add_attribute(&r->out, str_from(report_text(r->language, TEXT_FOUND)));
	report_add(r, "\" data-one=\"");
	html_add_attribute(&r->out, str_from(report_text(r->language, TEXT_FOUND_ONE)));
	report_add(r, "\"></output>\n<a href=\"#contents\">");
	report_add_text(r, TEXT_TO_TOP);
	report_add(r, "</a>\n</div>\n");
}

static void
add_main(struct report *r)
{
	report_add(r, "<main id=\"main\" tabindex=\"-1\">\n");
	report_totals(r);
	report_guards(r);
	report_review(r);
	report_sections(r);
	report_card(r);
	report_add(r, "</main>\n");
}

static void
add_foot(struct report *r)
{
	report_add(r, "<footer><p>Couplet " COUPLET_VERSION ". ");
	report_add_text(r, TEXT_FOOT);
	report_add(r, "</p></footer>\n<script>");
	buf_add(&r->out, report_script());
	report_add(r, "</script>\n</body>\n</html>\n");
}

void
report_make_room(struct report *r)
{
	r->room = copied_room_make(r->run);
	for (enum side side = ERP; side < SIDES; side++)
		r->cells[side] = memory_new(run_widest(r->run), sizeof(struct cell));
}

void
report_release_room(struct report *r)
{
	copied_room_release(&r->room);
	for (enum side side = ERP; side < SIDES; side++)
		free(r->cells[side]);
	buf_release(&r->out);
	buf_release(&r->scratch);
	buf_release(&r->scratch_2);
	arena_release(&r->record);
}

static void
begin(struct report *r)
{
	const struct run *run = r->run;

	r->language = run->options->report.language;
	r->mask = mask_of(run);
	r->sections = report_plan(run);
	r->styles = arena_array(&r->arena, struct value_style, run->setup.table_count);
	for (size_t i = 0; i < run->setup.table_count; i++)
		r->styles[run->setup.tables[i]->number] = value_style_of(run->setup.tables[i]);
	report_make_room(r);
}

bool
report_write(const struct run *run, struct report_files files, report_sink *sink, void *context)
{
	struct report r = { .run = run, .files = files, .sink = sink, .context = context };

	begin(&r);
	add_head(&r);
	add_header(&r);
	report_contents(&r);
	add_search(&r);
	add_main(&r);
	add_foot(&r);
	bool ok = !r.has_failed && sink(context, &r.out);
	report_release_room(&r);
	free(r.sections.items);
	arena_release(&r.arena);
	return ok;
}
