/* emit_review.c - the review of a full synchronization, as text and as JSON (E43) */
#include "base/json.h"
#include "sync/emit/emit_parts.h"
#include "sync/review.h"

static void
add_text_side(const struct review_line *line, enum side side, struct buf *out)
{
	buf_add(out, side == ERP ? STR("  ERP ") : STR("  CRM "));
	emit_count(line->records[side], "record", "records", out);
	buf_printf(out, ", %llu uncoupled", (unsigned long long)line->uncoupled[side]);
}

void
emit_review_text(const struct plan *plan, struct buf *out)
{
	for (size_t i = 0; i < plan->review_count; i++) {
		const struct review_line *line = &plan->review[i];
		buf_printf(out, "review  %.*s", STR_ARG(line->mapping->name));
		for (enum side side = ERP; side < SIDES; side++)
			add_text_side(line, side, out);
		for (size_t k = 0; k < line->mapping->depends_on_count; k++)
			buf_printf(out, "%s%.*s", k == 0 ? "  depends on " : ", ",
				STR_ARG(line->mapping->depends_on[k]));
		buf_printf(out, "  %s\n", review_action(line));
	}
}

static void
add_json_line(const struct review_line *line, struct buf *out)
{
	const struct mapping *mapping = line->mapping;

	buf_add(out, STR("{\"mapping\":"));
	json_add_string(out, mapping->name);
	buf_printf(out, ",\"direction\":\"%s\"", direction_name(mapping->direction));
	for (enum side side = ERP; side < SIDES; side++)
		buf_printf(out, ",\"%s_records\":%llu,\"%s_uncoupled\":%llu", side_name(side),
			(unsigned long long)line->records[side], side_name(side),
			(unsigned long long)line->uncoupled[side]);
	buf_add(out, STR(",\"depends_on\":["));
	for (size_t i = 0; i < mapping->depends_on_count; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		json_add_string(out, mapping->depends_on[i]);
	}
	buf_printf(out, "],\"action\":\"%s\"}", review_action(line));
}

void
emit_review_json(const struct plan *plan, struct buf *out)
{
	if (!plan->review)
		return;
	buf_add(out, STR(",\"review\":["));
	for (size_t i = 0; i < plan->review_count; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		add_json_line(&plan->review[i], out);
	}
	buf_add_char(out, ']');
}
