/* init_from.c - a setup made from Business Central's own mappings */
#include "cmd/init_from.h"

#include <stdlib.h>

#include "base/base64.h"
#include "cmd/mapping_tables.h"
#include "model/locale.h"
#include "model/stored_view.h"
#include "model/timezone.h"

struct taking {
	struct arena arena;
	struct system system;
	struct known_table tables;	/* 5335 */
	struct known_table fields;	/* 5336 */
	uint32_t record;		/* at hand, of tables or fields */
	struct adapted_mapping *mappings;
	size_t mapping_count;
	struct default_row *rows;
	size_t row_count;
	size_t row_capacity;
	struct str *comments;
	size_t comment_count;
	size_t comment_capacity;
	struct diag *diag;
};

static void
add_text(struct str **list, size_t *count, size_t *capacity, struct str text)
{
	*list = memory_grow(*list, *count, capacity, sizeof **list);
	(*list)[(*count)++] = text;
}

/* Kept as a comment in the mapping, and told. */
static void
leave(struct taking *t, struct adapted_mapping *mapping, struct str what)
{
	add_text(&mapping->comments, &mapping->comment_count, &mapping->comment_capacity, what);
	diag_notice(t->diag, "mapping %.*s: %.*s", STR_ARG(mapping->name), STR_ARG(what));
}

static enum direction
direction_of(uint64_t number)
{
	return number == 1 ? TO : number == 2 ? FROM : BIDIRECTIONAL;
}

static struct str
known_table_name(enum side side, uint32_t id)
{
	struct standard_field field;

	for (size_t at = 0; standard_next_field(&at, &field);)
		if (field.side == side && field.table_id == id)
			return field.table;
	return STR("");
}

static struct str
known_field_name(enum side side, uint32_t id, uint64_t number)
{
	struct standard_field field;

	for (size_t at = 0; number != 0 && standard_next_field(&at, &field);)
		if (field.side == side && field.table_id == id && field.number == number)
			return field.name;
	return STR("");
}

static struct str
text_at(const struct taking *t, const struct known_table *table, unsigned field)
{
	return known_table_text(table, t->record, field);
}

static uint64_t
number_at(const struct taking *t, const struct known_table *table, unsigned field)
{
	return known_table_number(table, t->record, field);
}

static bool
flag_at(const struct taking *t, const struct known_table *table, unsigned field)
{
	return known_table_is_true(table, t->record, field);
}

/* A view is the text of a Blob: in packages base64 of its bytes (1.6). */
static struct str
view_text(struct taking *t, struct str blob)
{
	struct buf bytes = { 0 };

	if (str_starts(str_trim(blob), STR("VERSION(")) || blob.len == 0)
		return str_trim(blob);
	if (!base64_decode(blob, &bytes))
		return blob;
	/* Texts may end with a NUL, and have one beside each letter in UTF-16. */
	size_t len = 0;
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.ptr[i] != '\0' && (unsigned char)bytes.ptr[i] < 0xf8)
			bytes.ptr[len++] = bytes.ptr[i];
	struct str text = arena_copy(&t->arena, str_trim((struct str){ bytes.ptr, len }));
	buf_release(&bytes);
	return text;
}

/* A filter that is not wholly known would select other records: then nothing is synchronized. */
static void
leave_filter(struct taking *t, struct adapted_mapping *mapping, enum side side, struct str what)
{
	mapping->is_disabled = true;
	leave(t, mapping,
		arena_printf(&t->arena,
			"the %s cannot be taken over: %.*s; write it as a filter, then "
			"enable the mapping",
			side == ERP ? "table filter" : "integration table filter", STR_ARG(what)));
}

static void
take_filters(struct taking *t, struct adapted_mapping *mapping, enum side side, uint32_t id)
{
	struct str view = view_text(t, text_at(t, &t->tables, side == ERP ? TM_FILTER : TM_CRM_FILTER));
	struct stored_view parsed;

	if (!stored_view_parse(view, &t->arena, &parsed)) {
		stored_view_release(&parsed);
		leave_filter(t, mapping, side, view);
		return;
	}
	for (size_t i = 0; i < parsed.count; i++) {
		const struct view_condition *condition = &parsed.conditions[i];
		struct str name =
			condition->number ? known_field_name(side, id, condition->number) : condition->field;
		if (name.len == 0) {
			leave_filter(t, mapping, side, arena_printf(&t->arena, "%.*s = %.*s",
				STR_ARG(condition->field), STR_ARG(condition->expression)));
			continue;
		}
		mapping->filters[side] = memory_grow(mapping->filters[side], mapping->filter_count[side],
			&mapping->filter_capacity[side], sizeof *mapping->filters[side]);
		mapping->filters[side][mapping->filter_count[side]++] =
			(struct adapted_filter){ name, condition->expression };
	}
	stored_view_release(&parsed);
}

/* One field of a row, by its number; 0 is none.  False when nobody knows it. */
static bool
take_name(struct adapted_field *field, enum side side, uint32_t id, uint64_t number)
{
	field->names[side] = known_field_name(side, id, number);
	return number == 0 || field->names[side].len > 0;
}

static void
take_rule(struct taking *t, struct adapted_mapping *mapping, struct adapted_field *field)
{
	struct str code = text_at(t, &t->fields, FM_RULE);

	field->rule_direction = number_at(t, &t->fields, FM_RULE_DIRECTION) == 1 ? FROM : TO;
	if (code.len == 0)
		return;
	if (rule_is_predefined(code)) {
		field->rule = code;
		return;
	}
	field->is_disabled = true;
	leave(t, mapping,
		arena_printf(&t->arena,
			"field \"%.*s\": transformation rule %.*s is not in these tables; "
			"declare it, give the field mapping rule=\"%.*s\", then enable it",
			STR_ARG(field->names[ERP]), STR_ARG(code), STR_ARG(code)));
}

static void
take_row(struct taking *t, struct adapted_mapping *mapping, const uint32_t ids[SIDES])
{
	const struct known_table *rows = &t->fields;
	struct adapted_field field = {
		.direction = direction_of(number_at(t, rows, FM_DIRECTION)),
		.validate = { flag_at(t, rows, FM_VALIDATE), flag_at(t, rows, FM_CRM_VALIDATE) },
		.clear_value_on_failed_sync = flag_at(t, rows, FM_CLEAR),
		.not_null = flag_at(t, rows, FM_NOT_NULL),
		.is_disabled = number_at(t, rows, FM_STATUS) == 1,
		.match = flag_at(t, rows, FM_MATCH),
		.match_case_sensitive = flag_at(t, rows, FM_MATCH_CASE),
		.match_priority = number_at(t, rows, FM_MATCH_PRIORITY),
	};
	uint64_t erp = number_at(t, rows, FM_FIELD);
	uint64_t crm = number_at(t, rows, FM_CRM_FIELD);

	bool is_known = take_name(&field, ERP, ids[ERP], erp) && take_name(&field, CRM, ids[CRM], crm);
	if (!is_known || (erp == 0 && crm == 0)) {
		leave(t, mapping,
			arena_printf(&t->arena,
				"field mapping %llu of field %llu and integration field %llu: "
				"no name is known for these numbers; write it by hand",
				(unsigned long long)number_at(t, rows, FM_NUMBER), (unsigned long long)erp,
				(unsigned long long)crm));
		return;
	}
	/* R71: a constant stands for a source field that there is not. */
	if (erp == 0 || crm == 0)
		field.constant = text_at(t, rows, FM_CONSTANT);
	take_rule(t, mapping, &field);
	mapping->fields = memory_grow(mapping->fields, mapping->field_count, &mapping->field_capacity,
		sizeof *mapping->fields);
	mapping->fields[mapping->field_count++] = field;
}

/* The rows of a mapping, in the order of their numbers (R12). */
static void
take_rows(struct taking *t, struct adapted_mapping *mapping, const uint32_t ids[SIDES])
{
	uint32_t kept = t->record;
	uint64_t last = 0;
	uint32_t next;

	do {
		uint64_t lowest = UINT64_MAX;
		next = TABLE_NO_ROW;
		for (uint32_t i = 0; i < known_table_count(&t->fields); i++) {
			uint64_t number = known_table_number(&t->fields, i, FM_NUMBER);
			if (number <= last || number >= lowest
				|| !str_equal(known_table_text(&t->fields, i, FM_MAPPING), mapping->name))
				continue;
			lowest = number;
			next = i;
		}
		t->record = next;
		if (next != TABLE_NO_ROW)
			take_row(t, mapping, ids);
		last = lowest;
	} while (next != TABLE_NO_ROW);
	t->record = kept;
}

/* Copies that synchronizing made for itself (R1). */
static bool
is_temporary(const struct taking *t)
{
	return flag_at(t, &t->tables, TM_DELETE_AFTER) || text_at(t, &t->tables, TM_PARENT).len > 0;
}

static bool
take_tables(struct taking *t, struct adapted_mapping *mapping, const uint32_t ids[SIDES])
{
	for (enum side side = ERP; side <= CRM; side++)
		mapping->tables[side] = known_table_name(side, ids[side]);
	if (mapping->tables[ERP].len > 0 && mapping->tables[CRM].len > 0)
		return true;
	struct str what = arena_printf(&t->arena,
		"mapping %.*s of table %u and integration table %u: the default "
		"setup does not know both; declare them, and write the mapping by hand",
		STR_ARG(mapping->name), ids[ERP], ids[CRM]);
	add_text(&t->comments, &t->comment_count, &t->comment_capacity, what);
	diag_notice(t->diag, "%.*s", STR_ARG(what));
	return false;
}

static void
take_mapping(struct taking *t)
{
	const struct known_table *tables = &t->tables;
	const uint32_t ids[SIDES] = { (uint32_t)number_at(t, tables, TM_TABLE),
		(uint32_t)number_at(t, tables, TM_CRM_TABLE) };
	bool is_option = number_at(t, tables, TM_UID_TYPE) == OPTION_TYPE;
	struct adapted_mapping mapping = {
		.name = text_at(t, tables, TM_NAME),
		.direction = direction_of(number_at(t, tables, TM_DIRECTION)),
		.synch_only_coupled_records = flag_at(t, tables, TM_ONLY_COUPLED),
		.synch_after_coupling = flag_at(t, tables, TM_AFTER_COUPLING),
		.create_new_on_no_match = flag_at(t, tables, TM_CREATE_NEW),
		.resolve_update_conflicts = number_at(t, tables, TM_UPDATE) == 1 ? UPDATE_SEND
		    : number_at(t, tables, TM_UPDATE) == 2 ? UPDATE_GET : UPDATE_NONE,
		.resolve_deletion_conflicts = number_at(t, tables, TM_DELETION) == 1 ? DELETION_RESTORE
		    : number_at(t, tables, TM_DELETION) == 2 ? DELETION_REMOVE : DELETION_NONE,
		.depends_on = text_at(t, tables, TM_DEPENDS_ON),
	};

	if (is_temporary(t) || !take_tables(t, &mapping, ids))
		return;
	if (is_option)
		mapping.option_field = known_field_name(CRM, ids[CRM], number_at(t, tables, TM_UID_FIELD));
	take_filters(t, &mapping, ERP, ids[ERP]);
	take_filters(t, &mapping, CRM, ids[CRM]);
	take_rows(t, &mapping, ids);
	t->mappings[t->mapping_count++] = mapping;
}

/* What depends on a mapping that is not taken depends on nothing there. */
static void
take_dependencies(struct taking *t)
{
	for (size_t i = 0; i < t->mapping_count; i++) {
		struct str rest = t->mappings[i].depends_on;
		struct buf names = { 0 };
		while (rest.len > 0) {
			struct str name = str_trim(str_cut(rest, '|', &rest));
			bool is_there = false;
			for (size_t k = 0; k < t->mapping_count; k++)
				is_there |= str_equal_nocase(t->mappings[k].name, name);
			if (is_there)
				buf_printf(&names, "%s%.*s", names.len ? "|" : "", STR_ARG(name));
		}
		t->mappings[i].depends_on = arena_copy(&t->arena, buf_str(&names));
		buf_release(&names);
	}
}

/* Out of the first file that has it; why each of the others has not is told when none has. */
static bool
read_table(struct known_table *table, const char *name, uint32_t id, const struct known_field *fields,
	size_t count, struct taking *t, const struct text_list *paths)
{
	struct diag why = { 0 };
	bool ok = false;

	for (size_t i = 0; !ok && i < paths->count; i++) {
		known_table_release(table);
		known_table_make(table, name, id, fields, count, &t->system);
		ok = known_table_read(table, paths->items[i].ptr, &why);
	}
	if (!ok)
		diag_join(t->diag, &why);
	diag_release(&why);
	return ok;
}

static void
take_default_rows(struct taking *t)
{
	struct default_row row;

	for (size_t at = 0; standard_next_row(&at, &row);) {
		t->rows = memory_grow(t->rows, t->row_count, &t->row_capacity, sizeof *t->rows);
		t->rows[t->row_count++] = row;
	}
}

/* Whose the records are: with owners, Business Central synchronizes salespeople. */
static enum ownership
ownership_of(const struct taking *t, unsigned chosen)
{
	if (chosen)
		return chosen == OWNER_TEAM ? OWNED_BY_TEAM : OWNED_BY_PERSON;
	for (size_t i = 0; i < t->mapping_count; i++)
		if (str_equal_nocase(t->mappings[i].name, STR("SALESPEOPLE")))
			return OWNED_BY_PERSON;
	return OWNED_BY_TEAM;
}

static void
write_setup(struct taking *t, unsigned ownership, struct buf *out)
{
	struct buf setup = { 0 };

	take_default_rows(t);
	standard_setup(ownership_of(t, ownership), &setup);
	const struct adaptation adaptation = { .setup = buf_str(&setup),
		.mappings = t->mappings,
		.mapping_count = t->mapping_count,
		.rows = t->rows,
		.row_count = t->row_count,
		.comments = t->comments,
		.comment_count = t->comment_count };
	buf_add(out, setup_adapt(&adaptation, &t->arena));
	buf_release(&setup);
}

static void
release(struct taking *t)
{
	for (size_t i = 0; i < t->mapping_count; i++) {
		for (enum side side = ERP; side <= CRM; side++)
			free(t->mappings[i].filters[side]);
		free(t->mappings[i].fields);
		free(t->mappings[i].comments);
	}
	free(t->mappings);
	free(t->rows);
	free(t->comments);
	known_table_release(&t->tables);
	known_table_release(&t->fields);
	arena_release(&t->arena);
}

bool
init_from_files(const struct text_list *paths, unsigned ownership, struct buf *out, struct diag *diag)
{
	struct taking t = { .diag = diag,
		.system = { .locale = locale_find(STR("")), .zone = timezone_utc() } };

	bool ok = read_table(&t.tables, "Integration Table Mapping", TABLE_MAPPINGS, table_mapping_fields,
		TM_FIELDS, &t, paths);
	/* A file that cannot be read at all is told once. */
	if (diag->status != STATUS_IO)
		ok = read_table(&t.fields, "Integration Field Mapping", FIELD_MAPPINGS, field_mapping_fields,
			     FM_FIELDS, &t, paths)
			&& ok;
	if (ok) {
		t.mappings = memory_new(known_table_count(&t.tables) + 1, sizeof *t.mappings);
		for (; t.record < known_table_count(&t.tables); t.record++)
			take_mapping(&t);
		take_dependencies(&t);
		write_setup(&t, ownership, out);
	}
	release(&t);
	return ok;
}
