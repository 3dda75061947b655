/* emit_format.c - the formats that import files are written in (2.1, 6.5) */
#include "sync/emit/emit_format.h"

static const struct import_format *const formats[] = {
	[FORMAT_CSV] = &import_csv,
	[FORMAT_XML] = &import_xml,
	[FORMAT_RAPIDSTART] = &import_rapidstart,
	[FORMAT_SPREADSHEET] = &import_spreadsheet,
	[FORMAT_CMT] = &import_cmt,
	[FORMAT_WIZARD] = &import_wizard,
};

const struct import_format *
import_format_find(enum format format)
{
	return format < ARRAY_LEN(formats) ? formats[format] : NULL;
}

/* Every format that a setup can declare is written. */
const struct import_format *
import_format_of(const struct table_def *table)
{
	const struct import_format *format = import_format_find(table->import.format.format);

	return format ? format : &import_csv;
}
