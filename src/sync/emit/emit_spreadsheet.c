/*
 * emit_spreadsheet.c - import files as XML Spreadsheet 2003 (section 4)
 *
 * Cells are typed: numbers and times are the same in every language there, so
 * that the import wizard does not read them by somebody's own settings.  What a
 * spreadsheet has no type for is text.
 */
#include "io/xml_write.h"
#include "model/value.h"
#include "sync/emit/emit_format.h"

/*
 * Dataverse's import wizard takes files below 8 MB.  Spreadsheets know no time
 * before 1900, and their worksheets have short names.
 */
enum { PART_LIMIT = 8000000, TIME_LENGTH = 23, NAME_CHARACTERS = 31 };

static bool
is_number(const struct value_style *style, enum type type)
{
	return type == TYPE_INTEGER || type == TYPE_BIGINTEGER || type == TYPE_DECIMAL ||
	       type == TYPE_DURATION || (type == TYPE_OPTION && style->options_as_ordinal);
}

/* The text of a typed cell, or of one without type, by its length. */
static void
write_time(const struct value_style *style, const struct field *field, struct str canonical, struct buf *out)
{
	size_t begin = out->len;
	bool is_known = canonical.len >= 4 && memcmp(canonical.ptr, "1900", 4) >= 0;

	if (field->type == TYPE_DATE && is_known) {
		buf_add(out, canonical);
		buf_add(out, STR("T00:00:00.000"));
	} else if (field->type == TYPE_DATETIME && is_known) {
		if (!value_write_wall(style->zone, canonical, out) || memcmp(out->ptr + begin, "1900", 4) < 0)
			out->len = begin;
	}
	if (out->len == begin)
		buf_add(out, canonical);
}

static void
write_value(const struct value_style *style, const struct field *field, struct str canonical, struct buf *out)
{
	if (field->type == TYPE_DATE || field->type == TYPE_DATETIME)
		write_time(style, field, canonical, out);
	else if (is_number(style, field->type))
		buf_add(out, canonical);
	else
		value_write(field, style->locale, style->zone, style->options_as_ordinal, canonical, out);
}

/* The table's name, without what a worksheet's name cannot have. */
static void
add_worksheet_name(struct str name, struct buf *out)
{
	struct buf safe = { 0 };

	buf_add(&safe, utf8_cut(name, NAME_CHARACTERS));
	for (size_t i = 0; i < safe.len; i++)
		if (strchr("\\/?*[]:", safe.ptr[i]))
			safe.ptr[i] = '_';
	xml_add_attribute(out, buf_str(&safe));
	buf_release(&safe);
}

/* False when XML does not have a character of the text; *rest is then what begins with it. */
static bool
add_cell(const char *type, const char *style, struct str text, struct str *rest, struct buf *out)
{
	buf_printf(out, "<Cell%s><Data ss:Type=\"%s\">", style, type);
	size_t carried = xml_add_text(out, text);
	*rest = (struct str){ text.ptr + carried, text.len - carried };
	buf_add(out, STR("</Data></Cell>"));
	return rest->len == 0;
}

static void
write_begin(const struct record_shape *shape, struct buf *out)
{
	struct str rest;

	buf_add(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
		"<?mso-application progid=\"Excel.Sheet\"?>\r\n"
		"<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "
		"xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\r\n"
		"<Styles><Style ss:ID=\"Default\" ss:Name=\"Normal\"/>"
		"<Style ss:ID=\"date\"><NumberFormat ss:Format=\"Short Date\"/></Style>"
		"<Style ss:ID=\"time\"><NumberFormat ss:Format=\"General Date\"/></Style></Styles>\r\n"
		"<Worksheet ss:Name=\""));
	add_worksheet_name(shape->def->name, out);
	buf_add(out, STR("\">\r\n<Table>\r\n<Row>"));
	for (uint32_t i = 0; i < shape->column_count; i++)
		add_cell("String", "", shape->columns[i].name, &rest, out);
	buf_add(out, STR("</Row>\r\n"));
}

static void
write_end(const struct record_shape *shape, struct buf *out)
{
	(void)shape;
	buf_add(out, STR("</Table>\r\n</Worksheet>\r\n</Workbook>\r\n"));
}

static bool
add_value(const struct record_shape *shape, const struct field *field, struct cell cell, struct buf *scratch,
	struct str *rest, struct buf *out)
{
	struct str text = value_style_text(&shape->style, field, cell_str(cell), cell.is_bad, scratch);

	if (cell.is_bad || text.len == 0)
		return add_cell("String", "", text, rest, out);
	if (is_number(&shape->style, field->type))
		return add_cell("Number", "", text, rest, out);
	if (field->type == TYPE_DATE && text.len == TIME_LENGTH)
		return add_cell("DateTime", " ss:StyleID=\"date\"", text, rest, out);
	if (field->type == TYPE_DATETIME && text.len == TIME_LENGTH)
		return add_cell("DateTime", " ss:StyleID=\"time\"", text, rest, out);
	return add_cell("String", "", text, rest, out);
}

static bool
write_record(const struct record_shape *shape, size_t number, const struct import_value *values,
	struct buf *scratch, struct buf *out, struct import_fault *fault)
{
	(void)number;
	buf_add(out, STR("<Row>"));
	for (uint32_t i = 0; i < shape->column_count; i++) {
		*fault = (struct import_fault){ .column = i };
		if (!add_value(shape, shape->columns[i].field, values[i].cell, scratch, &fault->character,
			    out))
			return false;
	}
	buf_add(out, STR("</Row>\r\n"));
	return true;
}

const struct import_format import_spreadsheet = {
	.word = "spreadsheet",
	.what = "an XML spreadsheet",
	.extension = "xml",
	.encoding = "UTF-8",
	.part_limit = PART_LIMIT,
	.value = write_value,
	.begin = write_begin,
	.end = write_end,
	.record = write_record,
};
