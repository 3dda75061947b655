/* reader_help.h - what a reader reads, as text that tests compare */
#ifndef TESTS_UNIT_READER_HELP_H
#define TESTS_UNIT_READER_HELP_H

#include "io/reader_format.h"
#include "io_help.h"

static const size_t pieces[] = { 1, 7, 64 * 1024 };

/*
 * What was read, as text: "a|b" for the header, "2:x|y" for a record that
 * begins on line 2, "bad 3: message" for those left out, then "end" or the
 * message that ended it.
 */
static inline void
render(const struct reader_options *options, struct reader_tuning tuning, struct buf *out,
	enum status *status)
{
	struct diag diag = { 0 };
	struct batch batch;
	enum read_status result = READ_ERROR;
	struct reader *reader = reader_open_tuned(options, tuning, &diag);
	uint32_t columns = 0;
	size_t bad_count = 0;

	if (reader) {
		const struct str *header = reader_header(reader, &columns);
		for (uint32_t i = 0; i < columns; i++)
			buf_printf(out, "%s%.*s", i ? "|" : "", STR_ARG(header[i]));
		buf_add_char(out, '\n');
		while ((result = reader_next(reader, &batch)) == READ_BATCH) {
			assert_true(batch.count > 0 && batch.count <= BATCH_RECORDS);
			for (uint32_t i = 0; i < batch.count * columns; i++) {
				if (i % columns == 0)
					buf_printf(out, "%s%llu:", i ? "\n" : "",
						(unsigned long long)batch.lines[i / columns]);
				buf_printf(out, "%s%.*s", i % columns ? "|" : "", STR_ARG(batch.cells[i]));
			}
			buf_add_char(out, '\n');
		}
		assert_int_equal(reader_next(reader, &batch), result);
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
	*status = diag.status;
	reader_close(reader);
	diag_release(&diag);
}

#endif
