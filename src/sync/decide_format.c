/* decide_format.c - what the format of the import files has a say in (6.5) */
#include "sync/decide_format.h"

#include "model/setup_cmt.h"
#include "sync/decide_parts.h"
#include "sync/emit/emit_format.h"

bool
format_cannot_clear(const struct table_def *def, const struct field *field, struct str value)
{
	const struct import_format *format = import_format_of(def);

	return format->lacks_blanks && (value.len == 0 || str_equal(value, field_blank(field))) &&
	       (!format->cleared || format->cleared(field).len == 0);
}

bool
format_tells_elsewhere(const struct table_def *def, const struct field *field)
{
	return import_format_of(def)->is_package && cmt_lookup_of(def, field);
}

void
outcome_hold(struct decider *d, struct outcome *outcome, size_t field, struct cell old)
{
	const struct sync_job *job = d->job;
	const struct field *to = job->mapping->fields[field].fields[job->destination];
	const struct import_format *format = import_format_of(job->tables[job->destination]->def);

	if (!outcome->held)
		outcome->held = arena_array(&d->lists, uint32_t, job->mapping->field_count);
	outcome->held[outcome->held_count++] = (uint32_t)field;
	outcome_note(d, outcome,
		(struct note){ .severity = SEVERITY_WARNING,
			.code = CODE_NOT_CARRIED,
			.rule = 23,
			.field = to->name,
			.message = arena_printf(d->arena,
				"\"%.*s\" is to be cleared, which %s cannot do: left as it is, and "
				"tried in every run",
				STR_ARG(shown_value(to, old)), format->what) });
}

static bool
has_value(const struct value_list *list, const struct field *field)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (list->values[i].column == field->column && list->values[i].new.len != 0)
			return true;
	return false;
}

void
outcome_drop_untold(struct decider *d, struct outcome *outcome)
{
	const struct table *table = d->job->tables[d->job->destination];

	if (!import_format_of(table->def)->is_package)
		return;
	for (uint32_t i = outcome->written.count; i-- > 0;) {
		uint32_t column = outcome->written.values[i].column;
		const struct field *lookup = cmt_lookup_of(table->def, table->columns[column]);
		if (lookup && !has_value(&outcome->written, lookup) && !has_value(&outcome->linked, lookup))
			value_list_remove(&outcome->written, column);
	}
}
