/* emit_cmt_schema.c - the schema of a Configuration Migration package (part 5, 3.4) */
#include "io/xml_write.h"
#include "model/setup_cmt.h"
#include "sync/emit/emit_cmt.h"

/* What Dataverse calls its own tables by; those of tables that are added differ with every environment. */
static const struct {
	const char *name;
	unsigned code;
} codes[] = {
	{ "account", 1 },
	{ "contact", 2 },
	{ "opportunity", 3 },
	{ "lead", 4 },
	{ "systemuser", 8 },
	{ "team", 9 },
	{ "businessunit", 10 },
	{ "product", 1024 },
	{ "productpricelevel", 1026 },
	{ "pricelevel", 1022 },
	{ "uom", 1055 },
	{ "uomschedule", 1056 },
	{ "quote", 1084 },
	{ "quotedetail", 1085 },
	{ "salesorder", 1088 },
	{ "salesorderdetail", 1089 },
	{ "invoice", 1090 },
	{ "invoicedetail", 1091 },
	{ "transactioncurrency", 9105 },
};

/* The import ignores it, and its place in the file is expected (3.4). */
static void
add_code(const struct table_def *def, struct buf *out)
{
	unsigned code = 0;

	if (def->entity && def->entity->code.len) {
		xml_add_named(out, "etc", def->entity->code);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (str_equal_nocase(str_trim(def->name), str_from(codes[i].name)))
			code = codes[i].code;
	buf_printf(out, " etc=\"%u\"", code);
}

void
cmt_schema_begin(struct buf *out)
{
	buf_add(out, STR("<entities >\n"));
}

void
cmt_schema_end(const struct str *entities, size_t count, struct buf *out)
{
	buf_add(out, STR("  <entityImportOrder>\n"));
	for (size_t i = 0; i < count; i++) {
		buf_add(out, STR("    <entityName>"));
		cmt_add_name(entities[i], out);
		buf_add(out, STR("</entityName>\n"));
	}
	buf_add(out, STR("  </entityImportOrder>\n</entities>\n"));
}

static const struct cmt_field *
find_field(const struct table_def *def, struct str name)
{
	return def->entity ? cmt_entity_find(def->entity, str_trim(name)) : NULL;
}

static struct str
display_name_of(const struct table_def *def, const struct field *field)
{
	const struct cmt_field *known = find_field(def, field->name);

	if (field->display_name.len)
		return field->display_name;
	return known && known->display_name.len ? known->display_name : field->name;
}

void
cmt_schema_entity_begin(const struct table_def *def, struct buf *out)
{
	const struct cmt_entity *entity = def->entity;
	struct str name = entity && entity->display_name.len ? entity->display_name : def->name;

	buf_add(out, STR("  <entity"));
	cmt_add_named("name", def->name, out);
	xml_add_named(out, "displayname", def->display_name.len ? def->display_name : name);
	add_code(def, out);
	cmt_add_named("primaryidfield", def->uid->name, out);
	if (entity && entity->primary_name.len)
		xml_add_named(out, "primarynamefield", entity->primary_name);
	else if (def->name_field)
		cmt_add_named("primarynamefield", def->name_field->name, out);
	else
		cmt_add_named("primarynamefield", def->uid->name, out);
	buf_add(out, STR(" disableplugins=\"false\">\n    <fields>\n      <field"));
	xml_add_named(out, "displayname", display_name_of(def, def->uid));
	cmt_add_named("name", def->uid->name, out);
	/* Rows are told by their id alone, so that names never match by accident (3.5). */
	buf_add(out, STR(" type=\"guid\" primaryKey=\"true\" updateCompare=\"true\" />\n"));
}

void
cmt_schema_entity_end(struct buf *out)
{
	buf_add(out, STR("    </fields>\n  </entity>\n"));
}

/* The options of parentcustomeridtype are the tables that parentcustomerid may refer to. */
static bool
add_declared_tables(const struct table_def *def, const struct import_column *column, struct buf *out)
{
	const struct field *type = NULL;
	struct buf wanted = { 0 };
	bool has_any = false;

	buf_add(&wanted, column->name);
	buf_add(&wanted, STR("type"));
	for (size_t i = 0; i < def->field_count; i++)
		if (str_equal_nocase(def->fields[i]->name, buf_str(&wanted)))
			type = def->fields[i];
	buf_reset(&wanted);
	for (size_t i = 0; type && i < type->option_count; i++) {
		if (str_trim(type->options[i].name).len == 0)
			continue;
		buf_add(&wanted, has_any ? STR("|") : STR(""));
		has_any = cmt_logical_name(type->options[i].name, &wanted) || has_any;
	}
	if (has_any)
		xml_add_named(out, "lookupType", buf_str(&wanted));
	buf_release(&wanted);
	return has_any;
}

/* The tables that a look-up may refer to: as the schema says, or the setup, else those of its references. */
static void
add_lookup_type(const struct table_def *def, const struct import_column *column, struct buf *out)
{
	const struct cmt_field *known = find_field(def, column->field->name);
	const struct field_mapping *writer = column->writer;
	bool has_any = false;

	if (known && known->lookup.len) {
		xml_add_named(out, "lookupType", known->lookup);
		return;
	}
	if (add_declared_tables(def, column, out))
		return;
	for (size_t i = 0; writer && i < writer->reference_count; i++) {
		const struct table_def *table = writer->references[i].mapping->tables[CRM];
		bool is_known = false;
		for (size_t k = 0; k < i; k++)
			is_known |= writer->references[k].mapping->tables[CRM] == table;
		if (is_known)
			continue;
		buf_add(out, has_any ? STR("|") : STR(" lookupType=\""));
		cmt_add_name(table->name, out);
		has_any = true;
	}
	buf_add(out, has_any ? STR("\"") : STR(""));
}

void
cmt_schema_field(const struct table_def *def, const struct import_column *column, struct buf *out)
{
	enum cmt_type type = cmt_column_type(column);
	const struct cmt_field *known = find_field(def, column->field->name);

	buf_add(out, STR("      <field"));
	xml_add_named(out, "displayname", display_name_of(def, column->field));
	xml_add_named(out, "name", column->name);
	xml_add_named(out, "type", str_from(cmt_type_names[type]));
	if (type == CMT_ENTITYREFERENCE)
		add_lookup_type(def, column, out);
	if (known && known->is_custom)
		buf_add(out, STR(" customfield=\"true\""));
	buf_add(out, STR(" />\n"));
}
