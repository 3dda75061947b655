/* fuzz_xml_plain.c - any bytes as XML: plain reading tells of it what libxml2 alone does (io/xml_plain.h) */
#include "../unit/xml_told.h"
#include "fuzz_help.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf difference = { 0 };
	struct diag diag = { 0 };

	if (size == 0)
		return 0;
	struct fuzz_file nothing = fuzz_file_make((struct str){ "", 0 });
	struct source_options options = { .path = nothing.path, .shown_path = STR("f.xml") };
	struct source *source = source_open(&options, &diag);
	expect(source != NULL, "an empty file can be opened");
	struct str document = { (const char *)data + 1, size - 1 };
	if (xml_told_differs(source, document, 1 + data[0] % 64, &difference))
		fprintf(stderr, "%.*s", STR_ARG(buf_str(&difference)));
	expect(difference.len == 0, "plain reading tells what libxml2 does");
	source_close(source);
	diag_release(&diag);
	close(nothing.descriptor);
	return 0;
}
