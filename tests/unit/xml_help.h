/*
 * xml_help.h - what a reader whose header grows reads, as text that tests compare
 */
#ifndef TESTS_UNIT_XML_HELP_H
#define TESTS_UNIT_XML_HELP_H

#include "io/reader_format.h"
#include "io_help.h"

/*
 * "2:A=x|B=y" for a record that begins on line 2 (an invariant cell is "A#=x",
 * blank ones are left out), then the header as "A|B", "bad 3: message" for
 * records left out, and "end" or the message that ended it.
 */
static inline void
render_records(const struct reader_options *options, struct reader_tuning tuning, struct buf *out)
{
	struct diag diag = { 0 };
	struct batch batch;
	enum read_status result = READ_ERROR;
	struct reader *reader = reader_open_tuned(options, tuning, &diag);
	uint32_t columns = 0;
	size_t bad_count = 0;

	while (reader && (result = reader_next(reader, &batch)) == READ_BATCH) {
		const struct str *header = reader_header(reader, &columns);
		assert_int_equal(columns, batch.columns);
		assert_true(batch.count > 0 && batch.count <= BATCH_RECORDS);
		for (uint32_t row = 0; row < batch.count; row++) {
			const char *mark = "";
			buf_printf(out, "%llu:", (unsigned long long)batch.lines[row]);
			for (uint32_t i = 0; i < columns; i++) {
				size_t at = (size_t)row * columns + i;
				struct str cell = batch.cells[at];
				bool is_invariant = batch.is_invariant && batch.is_invariant[at];
				if (cell.len == 0)
					continue;
				buf_printf(out, "%s%.*s%s=%.*s", mark, STR_ARG(header[i]), is_invariant ? "#" : "",
					STR_ARG(cell));
				mark = "|";
			}
			buf_add_char(out, '\n');
		}
	}
	if (reader) {
		const struct str *header = reader_header(reader, &columns);
		for (uint32_t i = 0; i < columns; i++)
			buf_printf(out, "%s%.*s", i ? "|" : "", STR_ARG(header[i]));
		buf_add_char(out, '\n');
		const struct bad_record *bad = reader_bad_records(reader, &bad_count);
		for (size_t i = 0; i < bad_count; i++)
			buf_printf(out, "bad %llu: %.*s\n", (unsigned long long)bad[i].line,
				STR_ARG(bad[i].message));
	}
	if (result == READ_END)
		buf_add(out, STR("end"));
	else
		help_messages(&diag, out);
	assert_int_equal(result == READ_ERROR, diag.count > 0);
	reader_close(reader);
	diag_release(&diag);
}

/* Reads the file in pieces of several sizes, all of which must give the same. */
static inline void
assert_reads(struct help *help, struct reader_options options, struct str bytes, const char *expected)
{
	static const size_t pieces[] = { 0, 1, 7, 64 };
	struct buf out = { 0 };

	options.path = help_write(help, "f.xml", bytes);
	options.shown_path = STR("f.xml");
	options.report_bad_records = true;
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		buf_reset(&out);
		render_records(&options, (struct reader_tuning){ .piece = pieces[i] }, &out);
		buf_add_char(&out, '\0');
		assert_string_equal(out.ptr, expected);
	}
	buf_release(&out);
}

#endif
