/* load_options.c - how a reader is to open an export file */
#include "sync/load/load_file.h"

static const enum reader_kind kinds[] = {
	[FORMAT_AUTO] = READER_AUTO,
	[FORMAT_CSV] = READER_CSV,
	[FORMAT_XML] = READER_XML,
	[FORMAT_RAPIDSTART] = READER_RAPIDSTART,
	[FORMAT_CMT] = READER_CMT,
	[FORMAT_SPREADSHEET] = READER_SPREADSHEET,
};

struct reader_options
load_file_options(const struct source_file *file, const struct table_def *def)
{
	const struct file_format *format = &file->source->format;

	return (struct reader_options){
		.path = file->path.ptr,
		.shown_path = file->shown_path,
		.member = file->member,
		.kind = kinds[format->format],
		.record = format->record,
		.table_name = def->name,
		.table_id = def->id,
		.delimiter = format->delimiter,
		.quote = format->quote,
		.encoding = format->encoding,
		.report_bad_records = true,
		.tells_lookup_types = true,
	};
}
