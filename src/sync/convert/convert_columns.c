/* convert_columns.c - which field is in which column, and how the new file has it */
#include "model/locale.h"
#include "model/setup_cmt.h"
#include "sync/convert/convert_parts.h"

static struct field *
text_field(struct conversion *c, struct str name)
{
	struct field *field = arena_new(&c->arena, struct field);
	const struct cmt_entity *entity = c->options->def ? c->options->def->entity : NULL;
	const struct cmt_field *known = entity ? cmt_entity_find(entity, name) : NULL;

	field->name = name;
	field->schema_type = known ? known->type : CMT_UNKNOWN;
	return field;
}

/* A table without any knowledge: what writers ask of it has its defaults. */
static const struct table_def *
make_def(struct conversion *c)
{
	c->system = (struct system){ .kind = KIND_GENERIC, .locale = locale_find(STR("")) };
	c->def = (struct table_def){ .name = c->options->name, .system = &c->system };
	return &c->def;
}

/* By column of the file; a column that is not declared is text under its own header. */
static bool
find_fields(struct conversion *c, const struct field **fields)
{
	const struct convert_options *options = c->options;
	struct layout layout;
	struct binding binding = { .has_element_names = c->has_element_names };

	for (uint32_t i = 0; i < c->header_count; i++)
		fields[i] = NULL;
	if (options->def) {
		for (size_t i = 0; i < options->def->field_count; i++) {
			options->def->fields[i]->is_used = true;
			options->def->fields[i]->is_stamp_only = false;
		}
		layout_make(&layout, options->setup, options->def, &c->arena);
		if (!layout_bind(&layout, options->in.shown_path, c->headers, c->header_count, &c->arena,
			&binding, c->diag))
			return false;
		for (uint32_t i = 0; i < layout.wanted_count; i++)
			if (binding.positions[i] != 0)
				fields[binding.positions[i] - 1] = layout.wanted[i];
	}
	for (uint32_t i = 0; i < c->header_count; i++)
		if (!fields[i])
			fields[i] = text_field(c, c->headers[i]);
	return true;
}

/* Section 4: the wizard updates rows by these columns of a static export, as they are. */
static bool
is_static(const struct conversion *c, uint32_t at)
{
	return c->options->format->is_for_wizard && str_starts(c->headers[at], STR("(Do Not Modify) "));
}

/* The uid that a format cannot carry, and what it would not import. */
static bool
is_left_out(const struct record_shape *shape, const struct field *field)
{
	if (shape->format->is_for_wizard)	/* section 4: read-only columns are left out */
		return cmt_is_set_by_system(field, field->name);
	if (shape->format->is_package)
		return cmt_find_obstacle(field, false) != NULL;
	if (!shape->format->lacks_uid)
		return false;
	return field_is_system(field) || (field == shape->def->uid && field->role == ROLE_UID);
}

static bool
is_key(const struct table_def *def, const struct field *field)
{
	for (size_t i = 0; i < def->key_count; i++)
		if (def->keys[i] == field)
			return true;
	return false;
}

/* What a field refers to, its field mapping knows. */
static const struct field_mapping *
find_writer(const struct setup *setup, const struct field *field)
{
	for (size_t i = 0; setup && i < setup->mapping_count; i++)
		for (size_t k = 0; k < setup->mappings[i]->field_count; k++)
			if (setup->mappings[i]->fields[k].fields[CRM] == field)
				return &setup->mappings[i]->fields[k];
	return NULL;
}

/* One sentence, however many they are. */
static void
tell_left_out(const struct conversion *c, struct str names, uint32_t count)
{
	const struct record_shape *shape = &c->file.shape;
	const char *are = count == 1 ? "is" : "are";
	const char *them = count == 1 ? "it" : "them";

	if (count == 0)
		return;
	if (shape->format->is_for_wizard)
		diag_notice(c->diag, "%.*s: table %.*s: field%s %.*s %s left out: Dataverse sets %s itself",
			STR_ARG(c->options->shown_out), STR_ARG(shape->def->name), count == 1 ? "" : "s",
			STR_ARG(names), are, them);
	else
		diag_notice(c->diag, "%.*s: table %.*s: field%s %.*s %s left out: %s cannot carry %s",
			STR_ARG(c->options->shown_out), STR_ARG(shape->def->name), count == 1 ? "" : "s",
			STR_ARG(names), are, shape->format->what, them);
}

static void
add_columns(struct conversion *c, const struct field **fields)
{
	struct record_shape *shape = &c->file.shape;
	struct buf left_out = { 0 };
	uint32_t left_count = 0;

	shape->columns = arena_array(&c->arena, struct import_column, c->header_count);
	c->from = arena_array(&c->arena, uint32_t, c->header_count);
	for (uint32_t i = 0; i < c->header_count; i++) {
		if (!is_static(c, i) && is_left_out(shape, fields[i])) {
			buf_printf(&left_out, "%s\"%.*s\"", left_count++ ? ", " : "",
				STR_ARG(fields[i]->name));
			continue;
		}
		c->from[shape->column_count] = i;
		shape->columns[shape->column_count++] = (struct import_column){
			.field = fields[i],
			.name = fields[i]->name,
			.column = i,
			.part = is_key(shape->def, fields[i]) ? IMPORT_KEY : IMPORT_FIELD,
			.writer = find_writer(c->options->setup, fields[i]),
		};
	}
	tell_left_out(c, buf_str(&left_out), left_count);
	buf_release(&left_out);
}

/* Section 4: headings are what people see, so that the wizard finds the columns by itself. */
static void
name_headings(struct conversion *c)
{
	struct record_shape *shape = &c->file.shape;

	for (uint32_t i = 0; i < shape->column_count; i++) {
		struct import_column *column = &shape->columns[i];
		const struct cmt_entity *entity = shape->def->entity;
		const struct cmt_field *known = entity ? cmt_entity_find(entity, column->field->name) : NULL;
		if (is_static(c, c->from[i]))
			column->name = c->headers[c->from[i]];
		else if (column->field->display_name.len)
			column->name = column->field->display_name;
		else if (known && known->display_name.len)
			column->name = known->display_name;
	}
	shape->style.delimiter = ',';
}

/* The first line has no quotes and no line breaks, and no heading twice. */
static bool
check_headings(struct conversion *c)
{
	const struct record_shape *shape = &c->file.shape;
	bool ok = true;

	for (uint32_t i = 0; i < shape->column_count; i++) {
		struct str name = shape->columns[i].name;
		bool is_twice = false;
		for (uint32_t k = 0; k < i; k++)
			is_twice |= str_equal_nocase(shape->columns[k].name, name);
		bool is_plain = true;
		for (size_t k = 0; k < name.len; k++)
			is_plain = is_plain && !strchr(",\"\r\n", name.ptr[k]);
		if (!is_plain || is_twice)
			ok = diag_add(c->diag, STATUS_INVALID, "%.*s: the heading \"%.*s\" %s; give the "
				"field another display-name", STR_ARG(c->options->shown_out), STR_ARG(name),
				is_twice ? "is there twice" : "would need quotes, which the import wizard "
				"does not take in the first line");
	}
	return ok;
}

static bool
check_clash(struct conversion *c)
{
	const struct import_column *clash[2];

	if (!shape_find_clash(&c->file.shape, clash))
		return true;
	return diag_add(c->diag, STATUS_INVALID,
		"%.*s: fields \"%.*s\" and \"%.*s\" have the same element name %.*s; rename one of them, or "
		"use another format", STR_ARG(c->options->in.shown_path), STR_ARG(clash[0]->field->name),
		STR_ARG(clash[1]->field->name), STR_ARG(clash[0]->name));
}

/* The importer finds records by their keys (part 5, 1.5). */
static bool
check_package(struct conversion *c)
{
	const struct record_shape *shape = &c->file.shape;
	const struct table_def *def = shape->def;
	bool ok = true;

	if (!c->options->def)
		return diag_add(c->diag, STATUS_USAGE,
			"convert: a configuration package needs the number and the key of the table; name "
			"the setup that declares them with --setup couplet.xml, and the table with --table");
	if (def->id == 0)
		ok = diag_add(c->diag, STATUS_INVALID,
			"%.*s:%u: table %.*s: a configuration package needs its number in Business Central; "
			"add id=\"...\"", STR_ARG(c->options->setup->path), def->line, STR_ARG(def->name));
	if (table_is_refused_in_packages(def->id))
		diag_notice(c->diag, "%.*s: Business Central does not import table %u from a configuration "
			"package", STR_ARG(c->options->shown_out), def->id);
	for (size_t k = 0; k < def->key_count; k++) {
		bool is_there = false;
		for (uint32_t i = 0; i < shape->column_count; i++)
			is_there |= shape->columns[i].field == def->keys[k];
		if (!is_there)
			ok = diag_add(c->diag, STATUS_INVALID,
				"%.*s: table %.*s: key field \"%.*s\" is not in the file, and a "
				"configuration package needs it; export it too",
				STR_ARG(c->options->in.shown_path),
				STR_ARG(def->name), STR_ARG(def->keys[k]->name));
	}
	return ok;
}

/* A row is told by its id alone (part 5, 3.2). */
static bool
check_cmt(struct conversion *c)
{
	const struct record_shape *shape = &c->file.shape;
	const struct table_def *def = c->options->def;
	struct buf name = { 0 };
	bool has_uid = false;

	if (!def)
		return diag_add(c->diag, STATUS_USAGE,
			"convert: a Configuration Migration package needs the primary id and the types of "
			"the table; name the setup that declares them with --setup couplet.xml, and the "
			"table with --table");
	bool is_named = cmt_logical_name(def->name, &name);
	buf_release(&name);
	if (!is_named || !def->uid || def->uid->type != TYPE_GUID)
		return diag_add(c->diag, STATUS_INVALID,
			"%.*s:%u: table %.*s: a Configuration Migration package holds tables of Dataverse, "
			"whose primary id is declared with type=\"Guid\" role=\"uid\"",
			STR_ARG(c->options->setup->path), def->line, STR_ARG(def->name));
	for (uint32_t i = 0; i < shape->column_count; i++)
		has_uid |= shape->columns[i].field == def->uid;
	return has_uid ||
	       diag_add(c->diag, STATUS_INVALID,
		       "%.*s: table %.*s: the primary id \"%.*s\" is not in the file, and a Configuration "
		       "Migration package needs it; export it too", STR_ARG(c->options->in.shown_path),
		       STR_ARG(def->name), STR_ARG(def->uid->name));
}

/* Records that name their fields themselves tell nothing where there are none: then the table does. */
static bool
check_header(struct conversion *c)
{
	const struct table_def *def = c->options->def;

	if (c->header_count != 0)
		return true;
	if (!def)
		return diag_add(c->diag, STATUS_INVALID,
			"%.*s: holds no record, so that nobody knows its fields; name the setup that "
			"declares them with --setup couplet.xml, and the table with --table",
			STR_ARG(c->options->in.shown_path));
	c->headers = arena_array(&c->arena, struct str, def->field_count);
	for (size_t i = 0; i < def->field_count; i++)
		if (def->fields[i]->is_declared)
			c->headers[c->header_count++] = def->fields[i]->name;
	return true;
}

bool
convert_choose_columns(struct conversion *c)
{
	if (!check_header(c))
		return false;

	const struct convert_options *options = c->options;
	const struct field **fields = arena_array(&c->arena, const struct field *, c->header_count);
	struct record_shape *shape = &c->file.shape;
	const struct table_def *def = options->def ? options->def : make_def(c);
	const struct import_format *format = options->format;

	if (!find_fields(c, fields))
		return false;
	*shape = (struct record_shape){
		.def = def,
		.format = format,
		.encoding = format->encoding ? str_from(format->encoding) : def->import.format.encoding,
		.style = value_style_for(def, format),
		.is_new = true,
	};
	add_columns(c, fields);
	shape_name_elements(shape, &c->arena);
	if (format->is_for_wizard) {
		name_headings(c);
		if (!check_headings(c))
			return false;
	}
	if (format->is_package && !check_cmt(c))
		return false;
	if (format == &import_rapidstart) {
		if (!check_package(c))
			return false;
		package_make(&shape->package, def->import.package, def->name, "convert", &c->arena);
	}
	return check_clash(c);
}
