/* fuzz_rapidstart.c - any bytes as a configuration package (part 5, section 1) */
#include "fuzz_xml_help.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	fuzz_read((struct reader_options){
		.kind = data[0] & 1 ? READER_RAPIDSTART : READER_AUTO,
		.table_name = data[0] & 2 ? STR("Gen. Journal Line") : STR("Customer"),
		.table_id = data[0] & 4 ? 18 : 0,
		.report_bad_records = data[0] & 16,
	}, (struct str){ (const char *)data + 1, size - 1 });
	return 0;
}
