/* emit_cmt.c - the data of a Configuration Migration package (part 5, 3.2 and 3.3) */
#include "sync/emit/emit_cmt.h"

#include "io/cmt_text.h"
#include "io/xml_write.h"
#include "model/setup_cmt.h"
#include "model/value.h"
#include "sync/transfer.h"

/* Seconds of a stamp end here; behind them come a point and three digits, if not Z. */
enum { TO_SECONDS = 19 };

const struct str cmt_content_types = {
	"\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?>"
	"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
	"<Default Extension=\"xml\" ContentType=\"application/octet-stream\" /></Types>",
	191,
};

enum cmt_type
cmt_column_type(const struct import_column *column)
{
	return cmt_type_of(column->field, column->writer && field_mapping_is_lookup(column->writer));
}

/* A canonical stamp with the seven digits that .NET writes. */
static void
add_stamp(struct str canonical, struct buf *out)
{
	if (canonical.len <= TO_SECONDS) {
		buf_add(out, canonical);
		return;
	}
	buf_add(out, (struct str){ canonical.ptr, TO_SECONDS });
	buf_add_char(out, '.');
	bool has_fraction = canonical.ptr[TO_SECONDS] == '.';
	buf_add(out, has_fraction ? (struct str){ canonical.ptr + TO_SECONDS + 1, 3 } : STR("000"));
	buf_add(out, STR("0000Z"));
}

/* A Boolean, also where the setup calls its values options: 1, yes and the like are read as false (3.3). */
static void
add_bool(struct str canonical, struct buf *out)
{
	if (str_equal(canonical, STR("true")) || str_equal(canonical, STR("1")))
		buf_add(out, STR("True"));
	else if (str_equal(canonical, STR("false")) || str_equal(canonical, STR("0")))
		buf_add(out, STR("False"));
	else
		buf_add(out, canonical);
}

static bool
is_option(enum cmt_type type)
{
	return type == CMT_OPTIONSETVALUE || type == CMT_STATE || type == CMT_STATUS;
}

static void
write_value(const struct value_style *style, const struct field *field, struct str canonical, struct buf *out)
{
	(void)style;
	if (field->type == TYPE_BOOLEAN && is_option(field->schema_type)) {
		buf_add_char(out, str_equal(canonical, STR("true")) ? '1' : '0');
	} else if (field->type == TYPE_BOOLEAN
		|| (field->type == TYPE_OPTION && field->schema_type == CMT_BOOL)) {
		add_bool(canonical, out);
	} else if (field->type == TYPE_DATE) { /* date-only columns know no zone */
		buf_add(out, canonical);
		buf_add(out, STR("T00:00:00.0000000"));
	} else if (field->type == TYPE_DATETIME) {
		add_stamp(canonical, out);
	} else { /* the other canonical forms are those of packages */
		buf_add(out, canonical);
	}
}

/* A blank number or Boolean is 0 or false (E21), and can be written so; nothing else can be cleared. */
static struct str
cleared_value(const struct field *field)
{
	switch (field->type) {
	case TYPE_INTEGER:
	case TYPE_BIGINTEGER:
	case TYPE_DECIMAL:
	case TYPE_DURATION:
		return STR("0");
	case TYPE_BOOLEAN:
		return is_option(field->schema_type) ? STR("0") : STR("False");
	default:
		return STR("");
	}
}

void
cmt_add_name(struct str name, struct buf *out)
{
	cmt_logical_name(name, out);
}

void
cmt_add_named(const char *attribute, struct str name, struct buf *out)
{
	buf_printf(out, " %s=\"", attribute);
	cmt_add_name(name, out);
	buf_add_char(out, '"');
}

static struct str
display_name_of(const struct table_def *def)
{
	if (def->display_name.len)
		return def->display_name;
	return def->entity && def->entity->display_name.len ? def->entity->display_name : def->name;
}

void
cmt_data_begin(int64_t timestamp, struct buf *out)
{
	char text[STAMP_LENGTH];

	buf_add(out, STR("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		"<entities xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""
		" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""));
	size_t len = (size_t)(stamp_put(text, timestamp) - text);
	if (len > 0) {
		buf_add(out, STR(" timestamp=\""));
		add_stamp((struct str){ text, len }, out);
		buf_add_char(out, '"');
	}
	buf_add(out, STR(">\n"));
}

void
cmt_data_end(struct buf *out)
{
	buf_add(out, STR("</entities>\n"));
}

void
cmt_entity_begin(const struct table_def *def, struct buf *out)
{
	buf_add(out, STR("  <entity"));
	cmt_add_named("name", def->name, out);
	xml_add_named(out, "displayname", display_name_of(def));
	buf_add(out, STR(">\n    <records>\n"));
}

void
cmt_entity_end(struct buf *out)
{
	buf_add(out, STR("    </records>\n    <m2mrelationships />\n  </entity>\n"));
}

void
cmt_record_begin(const struct table_def *def, struct str id, struct buf *out)
{
	buf_add(out, STR("      <record"));
	xml_add_named(out, "id", id);
	buf_add(out, STR(">\n        <field"));
	cmt_add_named("name", def->uid->name, out);
	xml_add_named(out, "value", id);
	buf_add(out, STR(" />\n"));
}

void
cmt_record_end(struct buf *out)
{
	buf_add(out, STR("      </record>\n"));
}

/* Nobody knows the row: its table is what the schema or the reference says, its name its id. */
static struct import_lookup
guess_lookup(const struct import_column *column, const struct table_def *def, struct str id)
{
	const struct cmt_field *field =
		def->entity ? cmt_entity_find(def->entity, str_trim(column->field->name)) : NULL;
	struct str rest;
	struct str entity = field && field->lookup.len ? str_cut(field->lookup, '|', &rest) : STR("");

	if (entity.len == 0 && column->writer && column->writer->reference_count > 0)
		entity = column->writer->references[0].mapping->tables[CRM]->name;
	if (entity.len == 0)
		entity = cmt_column_type(column) == CMT_OWNER ? STR("systemuser") : def->name;
	return (struct import_lookup){ entity, id };
}

/* Both attributes, or the look-up is passed over without a word (3.3). */
static void
add_lookup(const struct record_shape *shape, const struct import_column *column, struct str id,
	struct buf *out)
{
	struct import_lookup found = guess_lookup(column, shape->def, id);

	if (shape->find_lookup)
		shape->find_lookup(shape->lookups, column, id, &found);
	cmt_add_named("lookupentity", found.entity, out);
	xml_add_named(out, "lookupentityname", found.name);
}

static bool
is_html(enum cmt_type type)
{
	return type == CMT_STRING || type == CMT_UNKNOWN;
}

static bool
add_field(const struct record_shape *shape, const struct import_column *column, struct cell cell,
	struct buf *scratch, struct buf *out, struct str *rest)
{
	struct str text =
		value_style_text(&shape->style, column->field, cell_str(cell), cell.is_bad, scratch);
	enum cmt_type type = cmt_column_type(column);
	struct buf encoded = { 0 };

	/* Encoding makes no character that XML lacks, so that the text itself tells whether there is one. */
	size_t begin = out->len;
	size_t carried = xml_add_attribute(out, text);
	*rest = (struct str){ text.ptr + carried, text.len - carried };
	out->len = begin;
	if (is_html(type)) {
		cmt_text_encode(text, &encoded);
		text = buf_str(&encoded);
	}
	buf_add(out, STR("        <field"));
	xml_add_named(out, "name", column->name);
	xml_add_named(out, "value", text);
	if (type == CMT_ENTITYREFERENCE || type == CMT_OWNER)
		add_lookup(shape, column, text, out);
	buf_add(out, STR(" />\n"));
	buf_release(&encoded);
	return rest->len == 0;
}

bool
cmt_add_fields(const struct record_shape *shape, const struct import_value *values, const bool *is_left_out,
	struct buf *scratch, struct buf *out, struct import_fault *fault)
{
	for (uint32_t i = 0; i < shape->column_count; i++) {
		const struct import_column *column = &shape->columns[i];
		struct cell cell = values[i].cell;
		/* Where a blank takes a value's place, what stands for it (cleared_value()) is written. */
		struct str cleared = cell.len == 0 && !shape->is_new ? cleared_value(column->field) : STR("");
		/* A blank option is none, whatever number the setup gives it. */
		if (column->field->type == TYPE_OPTION &&
		    str_equal(cell_str(cell), field_blank(column->field)))
			continue;
		if (!values[i].is_written || column->is_lookup_type || column->field == shape->def->uid ||
		    (is_left_out && is_left_out[i]) || (cell.len == 0 && cleared.len == 0))
			continue;
		if (cell.len == 0)
			cell = (struct cell){ cleared.ptr, (uint32_t)cleared.len, true };
		*fault = (struct import_fault){ .column = i };
		if (!add_field(shape, column, cell, scratch, out, &fault->character))
			return false;
	}
	return true;
}

/* A file of one table, as convert makes it; packages are put together from the parts (emit_package.c). */
static void
write_begin(const struct record_shape *shape, struct buf *out)
{
	cmt_data_begin(STAMP_NONE, out);
	cmt_entity_begin(shape->def, out);
}

static void
write_end(const struct record_shape *shape, struct buf *out)
{
	(void)shape;
	cmt_entity_end(out);
	cmt_data_end(out);
}

static bool
write_record(const struct record_shape *shape, size_t number, const struct import_value *values,
	struct buf *scratch, struct buf *out, struct import_fault *fault)
{
	struct str id = { NULL, 0 };

	(void)number;
	for (uint32_t i = 0; i < shape->column_count; i++)
		if (shape->columns[i].field == shape->def->uid) {
			id = cell_str(values[i].cell);
			*fault = (struct import_fault){ .column = i };
		}
	if (id.len == 0) {
		fault->reason =
			"a row is named by its id, which this record does not have; correct the record";
		return false;
	}
	cmt_record_begin(shape->def, id, out);
	bool ok = cmt_add_fields(shape, values, NULL, scratch, out, fault);
	cmt_record_end(out);
	return ok;
}

const struct import_format import_cmt = {
	.word = "cmt",
	.what = "a Configuration Migration package",
	.extension = "zip",
	.encoding = "UTF-8",
	.is_package = true,
	.lacks_blanks = true,
	.is_invariant = true,
	.has_ordinals = true,
	.value = write_value,
	.cleared = cleared_value,
	.begin = write_begin,
	.end = write_end,
	.record = write_record,
};
