/* report_changes.c - what is written, field by field: old and new side by side (6.3, 6.4) */
#include "sync/report/report_parts.h"
#include "sync/state.h"
#include "sync/transfer.h"

enum { MAX_COLUMNS = 5 };

/* The columns of each kind of section, up to the first TEXT_TITLE. */
static const enum text columns[SECTIONS][MAX_COLUMNS] = {
	[SECTION_CREATE] = { TEXT_RECORD, TEXT_FIELD, TEXT_VALUE },
	[SECTION_UPDATE] = { TEXT_RECORD, TEXT_FIELD, TEXT_OLD, TEXT_NEW, TEXT_BASE },
	[SECTION_LINK] = { TEXT_RECORD, TEXT_FIELD, TEXT_OLD, TEXT_NEW },
	[SECTION_LOST] = { TEXT_RECORD, TEXT_FIELD, TEXT_LOST_VALUE, TEXT_NEW, TEXT_BASE },
	[SECTION_SHORTENED] = { TEXT_RECORD, TEXT_FIELD, TEXT_LONG_VALUE, TEXT_NEW },
	[SECTION_DELETE] = { TEXT_RECORD, TEXT_ERP_ID, TEXT_CRM_ID },
	[SECTION_COUPLE] = { TEXT_RECORD, TEXT_ERP_ID, TEXT_CRM_ID },
	[SECTION_UNCOUPLE] = { TEXT_RECORD, TEXT_ERP_ID, TEXT_CRM_ID },
	[SECTION_CONFIRM] = { TEXT_RECORD, TEXT_ERP_ID, TEXT_CRM_ID },
};

static size_t
count_columns(enum section_kind kind)
{
	size_t count = 0;

	while (count < MAX_COLUMNS && columns[kind][count] != TEXT_TITLE)
		count++;
	return count;
}

enum text
report_base_text(enum base_mark mark)
{
	static const enum text texts[] = {
		[BASE_UNKNOWN] = TEXT_BASE_UNKNOWN,
		[BASE_SAME] = TEXT_BASE_SAME,
		[BASE_CHANGED] = TEXT_BASE_CHANGED,
	};

	return texts[mark];
}

static void
add_base(struct report *r, enum base_mark mark)
{
	report_add(r, mark == BASE_CHANGED ? "<td class=\"alarm\">" : "<td>");
	report_add_text(r, report_base_text(mark));
	report_add(r, "</td>");
}

static void
add_field(struct report *r, const struct field *field)
{
	report_add(r, "<td>");
	report_add_str(r, field->name);
	report_add(r, "</td>");
}

static void
add_pair(struct report *r, const struct shown values[2])
{
	report_add(r, "<td class=\"v\">");
	report_add_marked(r, values, 0, "del");
	report_add(r, "</td><td class=\"v\">");
	report_add_marked(r, values, 1, "ins");
	report_add(r, "</td>");
}

/*
 * The text that was cut (E23): the source's value of the field mapping that
 * writes the column.  False where a template or a row that is not there gives none.
 */
static bool
find_whole(struct report *r, const struct change *change, uint32_t column, struct shown *whole)
{
	const struct mapping *mapping = r->run->plan.jobs[change->job].mapping;
	enum side source = other_side(change->side);
	const struct table *table = run_table(r->run, mapping, source);

	for (size_t i = 0; i < mapping->field_count && change->source_row != TABLE_NO_ROW; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		const struct field *to = fm->fields[change->side];
		if (!fm->is_enabled || !fm->fields[source] || !to || to->column != column)
			continue;
		struct cell cell = state_cell(r->run, table, change->source_row, fm->fields[source]->column);
		*whole = shown_of(r, table->def, fm->fields[source], cell, &r->scratch_2);
		return true;
	}
	return false;
}

static void
add_value_cells(struct report *r, const struct section *section, const struct change *change,
	const struct change_value *value)
{
	const struct table *table = run_table(r->run, section->mapping, change->side);
	const struct field *field = table->columns[value->column];
	struct shown values[2];

	add_field(r, field);
	values[1] = shown_of(r, table->def, field, value->new, &r->scratch);
	if (section->kind == SECTION_CREATE) {
		report_add(r, "<td class=\"v\">");
		report_add_value(r, values[1]);
		report_add(r, "</td>");
		return;
	}
	if (section->kind != SECTION_SHORTENED || !find_whole(r, change, value->column, &values[0]))
		values[0] = shown_of(r, table->def, field, value->old, &r->scratch_2);
	add_pair(r, values);
	if (section->kind == SECTION_UPDATE || section->kind == SECTION_LOST)
		add_base(r, value->base);
}

/* Couplings and deletes have no values: the uids of both sides. */
static void
add_ids(struct report *r, const struct change *change)
{
	const struct coupling *coupling = emit_coupling(r->run, change);

	for (enum side side = ERP; side < SIDES; side++) {
		report_add(r, "<td>");
		if (coupling_has_id(coupling, side))
			report_add_datum(r, ledger_id(&r->run->ledger, coupling, side));
		report_add(r, "</td>");
	}
}

/* As changes.csv lists it: of a create what is not blank. */
static bool
is_listed(const struct change *change, const struct change_value *value)
{
	return change->action != ACTION_CREATE || value->new.len > 0;
}

static void
add_change(struct report *r, const struct section *section, const struct change *change)
{
	const struct change_value *values = change_values(r->run, change, &r->room);
	struct record_label label = label_of_change(r, change);
	bool has_ids = columns[section->kind][1] == TEXT_ERP_ID;
	uint64_t lines = 0;
	bool has_any = false;

	for (uint32_t i = 0; !has_ids && change->side != NO_SIDE && i < change->value_count; i++)
		lines += is_listed(change, &values[i]);
	report_begin_record(r, &label, lines);
	if (has_ids)
		add_ids(r, change);
	for (uint32_t i = 0; lines > 0 && i < change->value_count; i++) {
		if (!is_listed(change, &values[i]))
			continue;
		report_add(r, has_any ? "</tr>\n<tr>" : "");
		add_value_cells(r, section, change, &values[i]);
		has_any = true;
	}
	if (!has_ids && !has_any)
		buf_printf(&r->out, "<td colspan=\"%zu\"></td>", count_columns(section->kind) - 1);
	report_end_record(r);
}

void
report_changes(struct report *r, const struct section *section)
{
	const struct plan *plan = &r->run->plan;
	uint64_t shown = 0;

	report_begin_section(r, section, columns[section->kind], count_columns(section->kind));
	for (size_t i = section->first; shown < section->count && shown < REPORT_SHOWN; i++) {
		const struct change *change = &plan->changes[i];
		if (change->job != section->job || section_of_change(change) != section->kind)
			continue;
		add_change(r, section, change);
		shown++;
	}
	report_end_section(r);
}
