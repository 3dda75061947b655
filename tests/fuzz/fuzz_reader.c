/* fuzz_reader.c - any bytes as an export file, read as a whole and in small pieces (5.0.1) */
#include "fuzz_help.h"
#include "io/reader_format.h"

/* Three bits of the first byte each. */
static const char delimiters[8] = { 0, ',', ';', '\t', '|', ':', ' ', '^' };
static const struct str encodings[8] = { { "", 0 }, { "UTF-8", 5 }, { "windows-1252", 12 }, { "UTF-16", 6 },
	{ "UTF-16LE", 8 }, { "SHIFT_JIS", 9 }, { "UTF-32BE", 8 }, { "ISO-8859-15", 11 } };

static void
print_cell(struct str cell, struct buf *out)
{
	expect(utf8_check(cell) == cell.len, "cells are well-formed UTF-8");
	buf_add_u64(out, cell.len);
	buf_add_char(out, ':');
	buf_add(out, cell);
}

static void
print_batch(const struct batch *batch, uint32_t columns, uint64_t *line, struct buf *out)
{
	expect(batch->count > 0 && batch->count <= BATCH_RECORDS, "batches are neither empty nor too large");
	for (uint32_t row = 0; row < batch->count; row++) {
		expect(batch->lines[row] > *line, "records begin in later and later lines");
		*line = batch->lines[row];
		buf_printf(out, "\n%llu ", (unsigned long long)*line);
		for (uint32_t i = 0; i < columns; i++)
			print_cell(batch->cells[(size_t)row * columns + i], out);
	}
}

/* The rest of what a reader tells after all records; which of two faults of a record it tells may differ. */
static void
print_end(const struct reader *reader, const struct reader_options *options, struct buf *out)
{
	size_t count;
	const struct bad_record *bad = reader_bad_records(reader, &count);
	struct file_digest digest = reader_digest(reader);

	expect(options->report_bad_records || count == 0, "bad records end the reading, or are told");
	for (size_t i = 0; i < count; i++)
		expect(bad[i].line > 0 && bad[i].message.len > 0, "bad records have a place and a reason");
	buf_printf(out, "\nbad %zu, empty %llu, bytes %llu %llx %llx", count,
		(unsigned long long)reader_empty_lines(reader),
		(unsigned long long)digest.size, (unsigned long long)digest.hash[0],
		(unsigned long long)digest.hash[1]);
}

/* All that the reader tells; nothing of a file that it refuses, as what is found first may differ. */
static bool
read_all(const struct reader_options *options, struct reader_tuning tuning, struct buf *out)
{
	struct diag diag = { 0 };
	struct reader *reader = reader_open_tuned(options, tuning, &diag);
	enum read_status status = reader ? READ_BATCH : READ_ERROR;
	struct batch batch;
	uint32_t columns = 0;
	uint64_t line = 0;

	const struct str *header = reader ? reader_header(reader, &columns) : NULL;
	for (uint32_t i = 0; i < columns; i++)
		print_cell(header[i], out);
	while (status == READ_BATCH && (status = reader_next(reader, &batch)) == READ_BATCH)
		print_batch(&batch, columns, &line, out);
	if (status == READ_END)
		print_end(reader, options, out);
	else
		buf_reset(out);
	expect_reason(status == READ_END, &diag);
	reader_close(reader);
	diag_release(&diag);
	return status == READ_END;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = { 0 };
	struct buf pieces = { 0 };

	if (size == 0)
		return 0;
	struct fuzz_file file = fuzz_file_make((struct str){ (const char *)data + 1, size - 1 });
	const struct reader_options options = {
		.path = file.path,
		.shown_path = STR("erp.csv"),
		.kind = READER_CSV,
		.delimiter = delimiters[data[0] & 7],
		.encoding = encodings[data[0] >> 3 & 7],
		.quote = data[0] & 64 ? '\'' : 0,
		.report_bad_records = data[0] & 128,
	};
	bool is_good = read_all(&options, (struct reader_tuning){ 0 }, &whole);
	bool is_good_again = read_all(&options, (struct reader_tuning){ .piece = 1 + size % 7 }, &pieces);
	expect(is_good == is_good_again, "small pieces are as good as large ones");
	expect(str_equal(buf_str(&whole), buf_str(&pieces)), "small pieces give the same records");
	buf_reset(&pieces);
	read_all(&options, (struct reader_tuning){ .piece = 16, .text_limit = 16 }, &pieces);
	buf_release(&whole);
	buf_release(&pieces);
	close(file.descriptor);
	return 0;
}
