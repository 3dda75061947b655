/* report_sections.c - the contents of report.html, and its sections, which threads write side by side */
#include <stdlib.h>

#include "base/parallel.h"
#include "sync/report/report_parts.h"

static void
add_link(struct report *r, const char *id, enum text text)
{
	buf_printf(&r->out, "<li><a href=\"#%s\">", id);
	report_add_text(r, text);
	report_add(r, "</a></li>\n");
}

/* Whether a section is the first, or the last, one of its mapping. */
static bool
is_border(const struct report *r, size_t section, bool of_begin)
{
	const struct section *items = r->sections.items;
	size_t outermost = of_begin ? 0 : r->sections.count - 1;

	if (section == outermost)
		return true;
	return items[section].mapping != items[of_begin ? section - 1 : section + 1].mapping;
}

static void
add_mapping_name(struct report *r, const struct mapping *mapping)
{
	if (mapping)
		report_add_str(r, mapping->name);
	else
		report_add_text(r, TEXT_ELSEWHERE);
}

/* Addresses within the document are numbers: nothing of the data is in them. */
static unsigned
mapping_id(const struct mapping *mapping)
{
	return mapping ? mapping->order + 1 : 0;
}

void
report_contents(struct report *r)
{
	report_add(r, "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\" tabindex=\"-1\">");
	report_add_text(r, TEXT_CONTENTS);
	report_add(r, "</h2>\n<ul>\n");
	add_link(r, "totals", TEXT_TOTALS);
	if (r->run->plan.guard_count > 0)
		add_link(r, "guards", TEXT_GUARDS);
	if (r->run->plan.review_count > 0)
		add_link(r, "review", TEXT_REVIEW);
	for (size_t i = 0; i < r->sections.count; i++) {
		const struct section *section = &r->sections.items[i];
		if (is_border(r, i, true)) {
			buf_printf(&r->out, "<li><a href=\"#m%u\">", mapping_id(section->mapping));
			add_mapping_name(r, section->mapping);
			report_add(r, "</a>\n<ul>\n");
		}
		buf_printf(&r->out, "<li><a href=\"#s%zu\">", i + 1);
		report_add_title(r, section);
		report_add(r, "</a> ");
		report_add_number(r, section->count);
		report_add(r, is_border(r, i, false) ? "</li>\n</ul></li>\n" : "</li>\n");
	}
	add_link(r, "card", TEXT_CARD);
	report_add(r, "</ul>\n</nav>\n");
}

static void
begin_mapping(struct report *r, const struct mapping *mapping)
{
	unsigned id = mapping_id(mapping);

	buf_printf(&r->out, "<section class=\"mapping\" aria-labelledby=\"m%u\">\n<h2 id=\"m%u\">", id, id);
	add_mapping_name(r, mapping);
	if (mapping) {
		report_add(r, " <small>");
		report_add_str(r, mapping->tables[ERP]->name);
		report_add(r, mapping->direction == BIDIRECTIONAL ? " ↔ "
			: mapping->direction == TO		  ? " → "
								  : " ← ");
		report_add_str(r, mapping->tables[CRM]->name);
		report_add(r, "</small>");
	}
	report_add(r, "</h2>\n");
}

static void
add_section(struct report *r, const struct section *section)
{
	switch (section->kind) {
	case SECTION_CONFLICTS:
		report_conflicts(r, section);
		return;
	case SECTION_AMBIGUOUS:
		report_ambiguous(r, section);
		return;
	case SECTION_FAILED:
	case SECTION_NOTICES:
		report_findings(r, section);
		return;
	default:
		report_changes(r, section);
		return;
	}
}

static void
add_one(struct report *r, size_t number)
{
	const struct section *section = &r->sections.items[number];

	if (is_border(r, number, true))
		begin_mapping(r, section->mapping);
	add_section(r, section);
	if (is_border(r, number, false))
		report_add(r, "</section>\n");
}

/* The writers of sections, a thread each: reports of their own that have no sink. */
struct writers {
	struct report *report;
	struct report *items;
	struct buf *texts;	/* by slot; a section lists REPORT_SHOWN records at most */
};

static struct report
writer_of(const struct report *r)
{
	struct report writer = {
		.run = r->run,
		.files = r->files,
		.language = r->language,
		.mask = r->mask,
		.sections = r->sections,
		.styles = r->styles,
	};

	report_make_room(&writer);
	return writer;
}

static void
make_section(void *shared, uint32_t block, uint32_t slot, unsigned worker)
{
	struct writers *writers = shared;
	struct report *r = &writers->items[worker];

	r->out = writers->texts[slot];
	add_one(r, block);
	writers->texts[slot] = r->out;
	r->out = (struct buf){ 0 };
}

static bool
take_section(void *shared, uint32_t block, uint32_t slot)
{
	struct writers *writers = shared;
	struct report *r = writers->report;

	(void)block;
	r->has_failed = !r->sink(r->context, &writers->texts[slot]);
	buf_reset(&writers->texts[slot]);
	return !r->has_failed;
}

void
report_sections(struct report *r)
{
	unsigned threads = emit_workers(r->run);
	uint32_t count = (uint32_t)r->sections.count;
	uint32_t slots = parallel_slots(threads, count);
	struct writers writers = { r, memory_new(threads, sizeof(struct report)),
		memory_new(slots, sizeof(struct buf)) };

	for (unsigned i = 0; i < threads; i++)
		writers.items[i] = writer_of(r);
	r->has_failed = !r->sink(r->context, &r->out);
	buf_reset(&r->out);
	if (!r->has_failed)
		parallel_in_order(threads, count, make_section, take_section, &writers);
	for (unsigned i = 0; i < threads; i++)
		report_release_room(&writers.items[i]);
	for (uint32_t i = 0; i < slots; i++)
		buf_release(&writers.texts[i]);
	free(writers.items);
	free(writers.texts);
}
