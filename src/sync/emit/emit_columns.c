/* emit_columns.c - which columns an import file has (6.5) */
#include "sync/emit/emit_import.h"

/* The field's column in the loaded table; a field that is not loaded has none. */
static uint32_t
column_of(const struct table *table, const struct field *field)
{
	bool is_loaded = field && field->column < table->column_count
	    && table->columns[field->column] == field;

	return is_loaded ? field->column : TABLE_NO_COLUMN;
}

/* Adds a column once; the first reason to add it counts. */
static void
add_column(struct import *import, const struct field *field, enum import_part part, uint32_t key_number)
{
	uint32_t column = column_of(import->table, field);

	if (column == TABLE_NO_COLUMN || import->slots[column] != TABLE_NO_COLUMN)
		return;
	import->slots[column] = import->shape.column_count;
	import->shape.columns[import->shape.column_count++] = (struct import_column){
		.field = field, .column = column, .part = part, .key_number = key_number
	};
}

/*
 * A record of the CRM is named by its uid, one of the ERP by its key, and by its
 * uid besides as soon as it has one.
 */
static void
add_identity(struct import *import)
{
	const struct table_def *def = import->table->def;

	if (import->side == ERP || !def->uid)
		for (size_t i = 0; i < def->key_count; i++)
			add_column(import, def->keys[i], IMPORT_KEY, (uint32_t)i);
	bool has_uid = def->uid && !import->shape.format->lacks_uid;
	if (has_uid && (import->side == CRM || import->action != ACTION_CREATE))
		add_column(import, def->uid, IMPORT_UID, 0);
}

/* What enabled field mappings and constants write in this direction, in the order of the setup. */
static void
add_mapped(struct import *import)
{
	enum direction direction = import->side == CRM ? TO : FROM;

	for (size_t i = 0; i < import->mapping->field_count; i++) {
		const struct field_mapping *field = &import->mapping->fields[i];
		if (field->is_enabled && (field->direction & direction))
			add_column(import, field->fields[import->side], IMPORT_FIELD, 0);
	}
}

static void
add_templates(struct import *import)
{
	for (size_t i = 0; i < import->mapping->template_count; i++) {
		const struct config_template *template = &import->mapping->templates[i];
		for (size_t k = 0; template->side == import->side && k < template->set_count; k++)
			add_column(import, template->sets[k].field, IMPORT_FIELD, 0);
	}
}

/* A link has only the fields that some record of the file links, in the order of the setup. */
static void
add_linked(struct import *import, struct arena *arena)
{
	const struct plan *plan = &import->run->plan;
	bool *is_linked = arena_array(arena, bool, import->table->column_count);

	for (size_t i = 0; i < import->change_count; i++) {
		const struct change *change = &plan->changes[import->changes[i]];
		for (uint32_t k = 0; k < change->value_count; k++)
			is_linked[plan->values[change->first_value + k].column] = true;
	}
	for (size_t i = 0; i < import->mapping->field_count; i++) {
		const struct field *field = import->mapping->fields[i].fields[import->side];
		uint32_t column = column_of(import->table, field);
		if (column != TABLE_NO_COLUMN && is_linked[column])
			add_column(import, field, IMPORT_FIELD, 0);
	}
}

/* 2.3: as the field mapping says that writes the field. */
static void
note_validation(struct import *import)
{
	enum direction direction = import->side == CRM ? TO : FROM;

	for (size_t i = import->mapping->field_count; i-- > 0;) {
		const struct field_mapping *mapping = &import->mapping->fields[i];
		uint32_t column = column_of(import->table, mapping->fields[import->side]);
		if (!mapping->is_enabled || (mapping->direction & direction) == 0)
			continue;
		if (column == TABLE_NO_COLUMN || import->slots[column] == TABLE_NO_COLUMN)
			continue;
		import->shape.columns[import->slots[column]].is_validated = mapping->validate[import->side];
		import->shape.columns[import->slots[column]].writer = mapping;
	}
}

/* CSV has the names under which the export carried the fields (6.5), elements and packages those of the
 * fields. */
static void
name_columns(struct import *import, struct arena *arena)
{
	struct record_shape *shape = &import->shape;

	for (uint32_t i = 0; i < shape->column_count; i++)
		shape->columns[i].name = table_header(import->table, shape->columns[i].column);
	shape_name_elements(shape, arena);
}

static bool
check_names(const struct import *import, struct diag *diag)
{
	const struct import_column *clash[2];

	if (!shape_find_clash(&import->shape, clash))
		return true;
	return diag_add(diag, STATUS_INVALID,
		"import file of table %.*s: fields \"%.*s\" and \"%.*s\" have the same element name %.*s; "
		"map one of them alone, or declare another format in <import>",
		STR_ARG(import->table->def->name), STR_ARG(clash[0]->field->name),
		STR_ARG(clash[1]->field->name), STR_ARG(clash[0]->name));
}

bool
import_choose_columns(struct import *import, struct arena *arena, struct diag *diag)
{
	uint32_t count = import->table->column_count;

	import->shape.columns = arena_array(arena, struct import_column, count);
	import->shape.column_count = 0;
	import->slots = arena_array(arena, uint32_t, count);
	for (uint32_t i = 0; i < count; i++)
		import->slots[i] = TABLE_NO_COLUMN;
	add_identity(import);
	if (import->action == ACTION_LINK)
		add_linked(import, arena);
	if (import->action == ACTION_CREATE || import->action == ACTION_UPDATE)
		add_mapped(import);
	if (import->action == ACTION_CREATE) {
		add_column(import, import->table->def->series.field, IMPORT_FIELD, 0);
		add_templates(import);
	}
	note_validation(import);
	name_columns(import, arena);
	if (import->shape.format == &import_rapidstart)
		package_make(&import->shape.package, import->table->def->import.package,
			import->mapping->name, action_name(import->action), arena);
	return check_names(import, diag);
}
