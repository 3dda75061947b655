/*
 * emit_rapidstart.c - import files as RapidStart configuration packages (part 5, section 1)
 *
 * One table a package, in the form in which Business Central exports them:
 * UTF-16 with a mark, packed, CRLF.  The first record decides which fields are in
 * the package and says what is done with them; all others have the same elements.
 * Nothing is in it that Business Central may read in two ways (1.6).
 */
#include "io/element_name.h"
#include "io/xml_write.h"
#include "model/value.h"
#include "sync/emit/emit_format.h"

/* CODE, NAME: characters of a package's code and name.  TEXT: what is longer is cut on import (1.6). */
enum { CODE = 20, NAME = 50, TEXT = 2048, GUID_LENGTH = 36 };

static void
write_guid(struct str canonical, struct buf *out)
{
	buf_add_char(out, '{');
	for (size_t i = 0; i < canonical.len; i++) {
		char c = canonical.ptr[i];
		buf_add_char(out, c >= 'a' && c <= 'f' ? (char)(c - 'a' + 'A') : c);
	}
	buf_add_char(out, '}');
}

/* Three decimals might be taken for thousands by a session of another locale. */
static void
write_decimal(struct str canonical, struct buf *out)
{
	const char *point = memchr(canonical.ptr, '.', canonical.len);

	buf_add(out, canonical);
	if (point && canonical.ptr + canonical.len - point == 4)
		buf_add_char(out, '0');
}

static void
write_part(uint64_t number, char letter, struct buf *out)
{
	if (number == 0)
		return;
	buf_add_u64(out, number);
	buf_add_char(out, letter);
}

/* Milliseconds as ISO 8601 has them, such as P1DT2H30M5.25S. */
static void
write_duration(struct str canonical, struct buf *out)
{
	bool is_negative = str_take(&canonical, '-');
	uint64_t ms = 0;

	if (!str_to_u64(canonical, &ms)) {
		buf_add(out, canonical);
		return;
	}
	buf_add(out, is_negative ? STR("-P") : STR("P"));
	write_part(ms / 86400000, 'D', out);
	uint64_t rest = ms % 86400000;
	if (rest > 0 || ms == 0)
		buf_add_char(out, 'T');
	write_part(rest / 3600000, 'H', out);
	write_part(rest / 60000 % 60, 'M', out);
	rest %= 60000;
	if (rest % 1000 != 0)
		buf_printf(out, "%u.%03uS", (unsigned)(rest / 1000), (unsigned)(rest % 1000));
	else if (rest > 0 || ms == 0)
		buf_printf(out, "%uS", (unsigned)(rest / 1000));
}

static void
write_value(const struct value_style *style, const struct field *field, struct str canonical, struct buf *out)
{
	(void)style;
	switch (field->type) {
	case TYPE_BOOLEAN:
		buf_add_char(out, str_equal(canonical, STR("true")) ? '1' : '0');
		break;
	case TYPE_DECIMAL:
		write_decimal(canonical, out);
		break;
	case TYPE_DATEFORMULA:
		buf_add_char(out, '<');
		buf_add(out, canonical);
		buf_add_char(out, '>');
		break;
	case TYPE_DURATION:
		write_duration(canonical, out);
		break;
	case TYPE_GUID:
		write_guid(canonical, out);
		break;
	default:	/* the other canonical forms are those of XML */
		buf_add(out, canonical);
	}
}

/* An empty element clears texts and dates; of what is never blank nobody knows whether it does. */
static struct str
cleared_value(const struct field *field)
{
	switch (field->type) {
	case TYPE_INTEGER:
	case TYPE_BIGINTEGER:
	case TYPE_DECIMAL:
	case TYPE_BOOLEAN:
		return STR("0");
	case TYPE_DURATION:
		return STR("PT0S");
	case TYPE_GUID:
		return STR("{00000000-0000-0000-0000-000000000000}");
	default:
		return STR("");
	}
}

void
package_make(struct package *package, struct str declared, struct str name, const char *what,
	struct arena *arena)
{
	struct buf code = { 0 };

	declared = str_trim(declared);
	if (declared.len == 0) {
		struct str begin = str_trim(utf8_cut(name, CODE - strlen(what) - 1));
		declared = arena_printf(arena, "%.*s-%s", STR_ARG(begin), what);
	}
	text_upper(declared, &code);
	package->code = arena_copy(arena, buf_str(&code));
	package->name = utf8_cut(arena_printf(arena, "%.*s %s", STR_ARG(name), what), NAME);
	buf_release(&code);
}

/* In the order of Business Central's own export (1.2). */
static void
add_root(const struct record_shape *shape, struct buf *out)
{
	buf_add(out, STR("<DataList"));
	/* So many that no table is ever imported in the background, where errors are hard to find. */
	xml_add_named(out, "MinCountForAsyncImport", STR("2147483647"));
	xml_add_named(out, "ExcludeConfigTables", STR("1"));
	xml_add_named(out, "LanguageID", STR("1033"));
	xml_add_named(out, "ProductVersion", STR(""));
	xml_add_named(out, "PackageName", shape->package.name);
	xml_add_named(out, "Code", shape->package.code);
	buf_add(out, STR(">\r\n"));
}

/* Indent, "</" or "<", the table's element with or without "List", and ">". */
static void
add_tag(const struct record_shape *shape, const char *before, const char *after, struct buf *out)
{
	buf_add(out, str_from(before));
	element_name_add(shape->def->name, ELEMENT_NAME_MAX, out);
	buf_add(out, str_from(after));
}

static void
write_begin(const struct record_shape *shape, struct buf *out)
{
	buf_add(out, STR("\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-16\" standalone=\"yes\"?>\r\n"));
	add_root(shape, out);
	add_tag(shape, "  <", "List>\r\n", out);
	buf_printf(out, "    <TableID>%u</TableID>\r\n", shape->def->id);
}

static void
write_end(const struct record_shape *shape, struct buf *out)
{
	add_tag(shape, "  </", "List>\r\n", out);
	buf_add(out, STR("</DataList>"));
}

static bool
is_key(const struct record_shape *shape, const struct field *field)
{
	const struct table_def *def = shape->def;

	for (size_t i = 0; i < def->key_count; i++)
		if (def->keys[i] == field)
			return true;
	return false;
}

static void
add_field_attributes(const struct record_shape *shape, uint32_t number, struct buf *out)
{
	const struct import_column *column = &shape->columns[number];

	if (is_key(shape, column->field))
		xml_add_named(out, "PrimaryKey", STR("1"));
	if (column->is_validated)
		xml_add_named(out, "ValidateField", STR("1"));
	buf_printf(out, " ProcessingOrder=\"%u\"", number + 1);
}

static struct str
text_of(const struct record_shape *shape, const struct field *field, const struct import_value *value,
	struct buf *scratch)
{
	struct str text = cell_str(value->cell);

	if (text.len == 0 && value->is_written && !shape->is_new && !is_key(shape, field))
		return value_style_cleared(&shape->style, field);
	return value_style_text(&shape->style, field, text, false, scratch);
}

/* False, with the fault, when the value cannot be carried. */
static bool
add_text(const struct field *field, struct cell cell, struct str text, struct import_fault *fault,
	struct buf *out)
{
	if (cell.is_bad) {
		fault->reason = "the value that the export shows is not of the field's type, so that it "
			"cannot be written in a configuration package; correct the record";
		return false;
	}
	if (field->type != TYPE_BLOB && text.len > TEXT && utf8_count(text) > TEXT) {
		fault->reason = "a text of more than 2048 characters would be cut by the import of a "
			"configuration package; shorten it, or use another format";
		return false;
	}
	size_t carried = xml_add_text(out, text);
	fault->character = (struct str){ text.ptr + carried, text.len - carried };
	return carried == text.len;
}

/* A record without key would be a new one; what is new may leave it to Business Central. */
static bool
has_key(const struct record_shape *shape, const struct import_value *values)
{
	bool has_key = shape->is_new;

	for (uint32_t i = 0; i < shape->column_count && !has_key; i++)
		has_key = values[i].cell.len > 0 && is_key(shape, shape->columns[i].field);
	return has_key;
}

static bool
write_record(const struct record_shape *shape, size_t number, const struct import_value *values,
	struct buf *scratch, struct buf *out, struct import_fault *fault)
{
	if (!has_key(shape, values)) {
		*fault = (struct import_fault){ .reason = "the key of the record is not known, without which "
			"a configuration package would make a new one; export the table with this record" };
		return false;
	}
	add_tag(shape, "    <", ">\r\n", out);
	for (uint32_t i = 0; i < shape->column_count; i++) {
		const struct import_column *column = &shape->columns[i];
		struct str text = text_of(shape, column->field, &values[i], scratch);
		buf_add(out, STR("      <"));
		buf_add(out, column->name);
		if (number == 0)
			add_field_attributes(shape, i, out);
		buf_add(out, text.len ? STR(">") : STR("/>\r\n"));
		*fault = (struct import_fault){ .column = i };
		if (!add_text(column->field, values[i].cell, text, fault, out))
			return false;
		if (text.len == 0)
			continue;
		buf_add(out, STR("</"));
		buf_add(out, column->name);
		buf_add(out, STR(">\r\n"));
	}
	add_tag(shape, "    </", ">\r\n", out);
	return true;
}

const struct import_format import_rapidstart = {
	.word = "rapidstart",
	.what = "a configuration package",
	.extension = "rapidstart",
	.encoding = "UTF-16LE",
	.name_limit = ELEMENT_NAME_FIELD_MAX,
	.is_packed = true,
	.lacks_uid = true,
	.is_invariant = true,
	.drops_blanks = true,
	.has_ordinals = true,
	.value = write_value,
	.cleared = cleared_value,
	.begin = write_begin,
	.end = write_end,
	.record = write_record,
};
