/* emit_csv.c - import files as CSV (5.0.1, section 4) */
#include "io/csv_write.h"
#include "model/value.h"
#include "sync/emit/emit_encode.h"
#include "sync/emit/emit_format.h"

/* Dataverse's import wizard takes files below 8 MB (5, section 4), and archives below 32 MB. */
enum { PART_LIMIT = 8000000 };

static void
write_value(const struct value_style *style, const struct field *field, struct str canonical, struct buf *out)
{
	value_write(field, style->locale, style->zone, style->options_as_ordinal, canonical, out);
}

/* The byte order mark (5.0.1: for Dataverse) and the header line. */
static void
write_begin(const struct record_shape *shape, struct buf *out)
{
	const struct table_def *def = shape->def;

	if (encoding_needs_mark(shape->encoding) || shape->format->is_for_wizard
	    || (def->system->kind == KIND_DATAVERSE && encoding_is_unicode(shape->encoding)))
		buf_add(out, STR("\xef\xbb\xbf"));
	for (uint32_t i = 0; i < shape->column_count; i++) {
		if (i > 0)
			buf_add_char(out, shape->style.delimiter);
		csv_add(out, shape->style.delimiter, shape->columns[i].name);
	}
	buf_add(out, STR("\r\n"));
}

static bool
write_record(const struct record_shape *shape, size_t number, const struct import_value *values,
	struct buf *scratch, struct buf *out, struct import_fault *fault)
{
	char delimiter = shape->style.delimiter;
	size_t begin = out->len;

	(void)number;
	(void)fault;
	for (uint32_t i = 0; i < shape->column_count; i++) {
		struct cell cell = values[i].cell;
		struct str text = value_style_text(&shape->style, shape->columns[i].field, cell_str(cell),
			cell.is_bad, scratch);
		char *to = buf_reserve(out, text.len * 2 + CSV_ROOM);
		if (i > 0)
			*to++ = delimiter;
		out->len = (size_t)(csv_put(to, delimiter, text) - out->ptr);
	}
	if (out->len == begin)	/* an empty line is no record (5.0.1) */
		buf_add(out, STR("\"\""));
	buf_add(out, STR("\r\n"));
	return true;
}

const struct import_format import_csv = {
	.word = "csv",
	.what = "CSV",
	.extension = "csv",
	.part_limit = PART_LIMIT,
	.value = write_value,
	.begin = write_begin,
	.record = write_record,
};

/* The same, always UTF-8 with a byte order mark, for the members of archives (section 4). */
const struct import_format import_wizard = {
	.word = "wizard",
	.what = "the import wizard",
	.extension = "zip",
	.encoding = "UTF-8",
	.part_limit = PART_LIMIT,
	.is_for_wizard = true,
	.value = write_value,
	.begin = write_begin,
	.record = write_record,
};
