/* emit_xml.c - import files as XML of records (5.0.2) */
#include "io/element_name.h"
#include "io/xml_write.h"
#include "model/value.h"
#include "sync/emit/emit_format.h"

static void
write_value(const struct value_style *style, const struct field *field, struct str canonical, struct buf *out)
{
	value_write(field, style->locale, style->zone, style->options_as_ordinal, canonical, out);
}

/* "</" or "<", the table's element, and ">"; the root is called as lists are in packages (part 5, 1.3). */
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
	buf_add(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
	add_tag(shape, "<", "List>\n", out);
}

static void
write_end(const struct record_shape *shape, struct buf *out)
{
	add_tag(shape, "</", "List>\n", out);
}

static bool
write_record(const struct record_shape *shape, size_t number, const struct import_value *values,
	struct buf *scratch, struct buf *out, struct import_fault *fault)
{
	(void)number;
	add_tag(shape, "  <", ">\n", out);
	for (uint32_t i = 0; i < shape->column_count; i++) {
		const struct import_column *column = &shape->columns[i];
		struct cell cell = values[i].cell;
		struct str text = value_style_text(&shape->style, column->field, cell_str(cell), cell.is_bad,
			scratch);
		buf_add(out, STR("    <"));
		buf_add(out, column->name);
		buf_add(out, text.len ? STR(">") : STR("/>\n"));
		size_t carried = xml_add_text(out, text);
		if (carried < text.len) {
			*fault = (struct import_fault){ .column = i,
				.character = { text.ptr + carried, text.len - carried } };
			return false;
		}
		if (text.len == 0)
			continue;
		buf_add(out, STR("</"));
		buf_add(out, column->name);
		buf_add(out, STR(">\n"));
	}
	add_tag(shape, "  </", ">\n", out);
	return true;
}

const struct import_format import_xml = {
	.word = "xml",
	.what = "XML",
	.extension = "xml",
	.encoding = "UTF-8",
	.name_limit = ELEMENT_NAME_MAX,
	.value = write_value,
	.begin = write_begin,
	.end = write_end,
	.record = write_record,
};
