/* known_table.c - a table of Business Central that the program itself knows, out of any file */
#include "sync/load/known_table.h"

#include "io/shown.h"
#include "model/locale.h"

static void
make_options(struct known_table *table, struct field *field, const char *options)
{
	struct str rest = str_from(options);
	size_t count = 1;

	for (size_t i = 0; i < rest.len; i++)
		count += rest.ptr[i] == '|';
	field->options = arena_array(&table->arena, struct option, count);
	for (; field->option_count < count; field->option_count++) {
		struct option *option = &field->options[field->option_count];
		option->captions = arena_new(&table->arena, struct str);
		option->ordinal = arena_printf(&table->arena, "%zu", field->option_count);
		option->name = str_cut(str_cut(rest, '|', &rest), '=', option->captions);
		option->caption_count = option->captions->len > 0;
	}
}

void
known_table_make(struct known_table *table, const char *name, uint32_t id, const struct known_field *fields,
	size_t count, struct system *system)
{
	struct table_def *def = &table->def;

	*table = (struct known_table){ .field_count = count };
	*def = (struct table_def){ .name = str_from(name), .id = id, .system = system, .is_full = true };
	table->fields = arena_array(&table->arena, struct field, count);
	def->fields = arena_array(&table->arena, struct field *, count);
	def->keys = arena_array(&table->arena, struct field *, count);
	def->field_count = count;
	for (size_t i = 0; i < count; i++) {
		struct field *field = def->fields[i] = &table->fields[i];
		*field = (struct field){
			.name = str_from(fields[i].name),
			.type = fields[i].type,
			.role = fields[i].is_key ? ROLE_KEY : ROLE_NONE,
			.is_declared = true,
			.is_used = true,
			.is_mapped = fields[i].is_needed,
		};
		if (fields[i].is_key)
			def->keys[def->key_count++] = field;
		if (fields[i].options)
			make_options(table, field, fields[i].options);
	}
	layout_make(&table->layout, &table->setup, def, &table->arena);
}

/* A file whose header lacks what the table must have is another table's. */
static void
tell_missing(const struct known_table *table, struct diag *diag)
{
	const struct layout *layout = &table->layout;

	for (uint32_t i = 0; table->file.is_bound && i < layout->wanted_count; i++) {
		const struct field *field = layout->wanted[i];
		if (table->file.binding.positions[i] == 0 && (field->is_mapped || field->role == ROLE_KEY))
			diag_add(diag, STATUS_INVALID,
				"%.*s: no column \"%.*s\", which table %.*s (%u) has; export that table with "
				"this field", STR_ARG(table->source_file.shown_path), STR_ARG(field->name),
				STR_ARG(table->def.name), table->def.id);
	}
}

/* Values that are not of their fields' types: all of them. */
static bool
check_values(const struct known_table *table, struct diag *diag)
{
	const struct table *rows = &table->file.rows;
	struct buf text = { 0 };
	bool ok = true;

	for (uint32_t row = 0; row < rows->row_count; row++) {
		for (uint32_t i = 0; i < table->layout.field_columns; i++) {
			struct cell cell = table_cell(rows, row, i);
			if (!cell.is_bad)
				continue;
			buf_reset(&text);
			shown_add(cell_str(cell), &text);
			ok = diag_add(diag, STATUS_INVALID,
				"%.*s:%u: \"%.*s\": \"%.*s\" cannot be read as %s; correct the export",
				STR_ARG(table->source_file.shown_path), rows->lines[row],
				STR_ARG(table->layout.columns[i]->name),
				STR_ARG(buf_str(&text)),
				type_name(table->layout.columns[i]->type));
		}
	}
	buf_release(&text);
	return ok;
}

bool
known_table_read(struct known_table *table, const char *path, struct diag *diag)
{
	table->source = (struct source){ .format = { .quote = '"', .locale = table->def.system->locale } };
	table->source_file = (struct source_file){ .source = &table->source,
		.path = str_from(path),
		.shown_path = str_from(path) };
	table->file.source = &table->source_file;
	table->file.layout = &table->layout;
	load_file_read(&table->file);
	diag_join(diag, &table->file.diag);
	tell_missing(table, diag);
	return (!table->file.is_bound || check_values(table, diag)) && table->file.is_read;
}

uint32_t
known_table_count(const struct known_table *table)
{
	return table->file.rows.row_count;
}

struct str
known_table_text(const struct known_table *table, uint32_t record, unsigned field)
{
	return cell_str(table_cell(&table->file.rows, record, table->fields[field].column));
}

bool
known_table_is_true(const struct known_table *table, uint32_t record, unsigned field)
{
	return str_equal(known_table_text(table, record, field), STR("true"));
}

uint64_t
known_table_number(const struct known_table *table, uint32_t record, unsigned field)
{
	uint64_t number = 0;

	str_to_u64(known_table_text(table, record, field), &number);
	return number;
}

uint32_t
known_table_line(const struct known_table *table, uint32_t record)
{
	return table->file.rows.lines[record];
}

void
known_table_release(struct known_table *table)
{
	load_file_release(&table->file);
	arena_release(&table->arena);
}
