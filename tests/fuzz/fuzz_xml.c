/* fuzz_xml.c - any bytes as XML of records (5.0.2) */
#include "fuzz_xml_help.h"

/* Chosen by bits of the first byte. */
static const struct str paths[4] = { { "", 0 }, { "r/l/x", 5 }, { "*", 1 }, { "*/*/*/*", 7 } };
static const struct str encodings[4] = { { "", 0 }, { "windows-1252", 12 }, { "UTF-16LE", 8 }, { "UTF-8", 5 } };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	fuzz_read((struct reader_options){
		.kind = READER_XML,
		.record = paths[data[0] & 3],
		.encoding = encodings[data[0] >> 2 & 3],
		.report_bad_records = data[0] & 16,
	}, (struct str){ (const char *)data + 1, size - 1 });
	return 0;
}
