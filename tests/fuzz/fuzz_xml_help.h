/*
 * fuzz_xml_help.h - what the fuzzers of readers in XML share
 */
#ifndef TESTS_FUZZ_XML_HELP_H
#define TESTS_FUZZ_XML_HELP_H

#include "fuzz_help.h"
#include "io/reader_format.h"

static inline void
print_cell(struct str cell, struct buf *out)
{
	expect(utf8_check(cell) == cell.len, "cells are well-formed UTF-8");
	expect(cell.len == 0 || !memchr(cell.ptr, '\0', cell.len), "cells hold no NUL");
	buf_add_u64(out, cell.len);
	buf_add_char(out, ':');
	buf_add(out, cell);
}

/* Blank cells are left out: how many there are depends on when the header grew. */
static inline void
print_batch(const struct batch *batch, uint64_t *line, struct buf *out)
{
	expect(batch->count > 0 && batch->count <= BATCH_RECORDS, "batches are neither empty nor too large");
	for (uint32_t row = 0; row < batch->count; row++) {
		expect(batch->lines[row] >= *line && batch->lines[row] > 0, "records come in the order of lines");
		*line = batch->lines[row];
		buf_printf(out, "\n%llu ", (unsigned long long)*line);
		for (uint32_t i = 0; i < batch->columns; i++) {
			size_t at = (size_t)row * batch->columns + i;
			if (batch->cells[at].len == 0)
				continue;
			buf_printf(out, " %u%s=", i, batch->is_invariant && batch->is_invariant[at] ? "#" : "");
			print_cell(batch->cells[at], out);
		}
	}
}

static inline void
print_end(const struct reader *reader, const struct reader_options *options, struct buf *out)
{
	uint32_t columns;
	size_t count;
	const struct str *header = reader_header(reader, &columns);
	const struct bad_record *bad = reader_bad_records(reader, &count);
	struct file_digest digest = reader_digest(reader);

	expect(columns <= READER_MAX_COLUMNS, "columns have a limit");
	expect(options->report_bad_records || count == 0, "bad records end the reading, or are told");
	for (uint32_t i = 0; i < columns; i++)
		print_cell(header[i], out);
	for (size_t i = 0; i < count; i++) {
		expect(bad[i].line > 0 && bad[i].message.len > 0, "bad records have a place and a reason");
		buf_printf(out, "\nbad %llu", (unsigned long long)bad[i].line);
	}
	buf_printf(out, "\nempty %llu, bytes %llu %llx", (unsigned long long)reader_empty_lines(reader),
		(unsigned long long)digest.size, (unsigned long long)digest.hash[0]);
}

/* All that the reader tells; nothing of a file that it refuses. */
static inline bool
read_all(const struct reader_options *options, struct reader_tuning tuning, struct buf *out)
{
	struct diag diag = { 0 };
	struct reader *reader = reader_open_tuned(options, tuning, &diag);
	enum read_status status = reader ? READ_BATCH : READ_ERROR;
	struct batch batch;
	uint64_t line = 0;

	while (status == READ_BATCH && (status = reader_next(reader, &batch)) == READ_BATCH)
		print_batch(&batch, &line, out);
	if (status == READ_END)
		print_end(reader, options, out);
	else
		buf_reset(out);
	expect_reason(status == READ_END, &diag);
	reader_close(reader);
	diag_release(&diag);
	return status == READ_END;
}

/* Reads the text whole, in small pieces, and with little room for a record. */
static inline void
fuzz_read(struct reader_options options, struct str text)
{
	struct fuzz_file file = fuzz_file_make(text);
	struct buf whole = { 0 };
	struct buf pieces = { 0 };

	options.path = file.path;
	options.shown_path = STR("erp.xml");
	bool is_good = read_all(&options, (struct reader_tuning){ 0 }, &whole);
	bool is_good_again = read_all(&options, (struct reader_tuning){ .piece = 1 + text.len % 7 }, &pieces);
	expect(is_good == is_good_again, "small pieces are as good as large ones");
	expect(str_equal(buf_str(&whole), buf_str(&pieces)), "small pieces give the same records");
	buf_reset(&pieces);
	read_all(&options, (struct reader_tuning){ .piece = 16, .text_limit = 16 }, &pieces);
	buf_release(&whole);
	buf_release(&pieces);
	close(file.descriptor);
}

#endif
