/* fuzz_spreadsheet.c - any bytes as an XML Spreadsheet 2003 (section 4) */
#include "fuzz_xml_help.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	fuzz_read((struct reader_options){
		.kind = data[0] & 1 ? READER_SPREADSHEET : READER_AUTO,
		.table_name = data[0] & 2 ? STR("account") : STR(""),
		.report_bad_records = data[0] & 16,
	}, (struct str){ (const char *)data + 1, size - 1 });
	return 0;
}
