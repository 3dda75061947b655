/* test_reader_limits.c - many records, limits, and what must hold for any CSV file */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader_help.h"

static void
read_as(struct help *help, const char *name, struct reader_tuning tuning, struct buf *text,
	enum status *status)
{
	struct reader_options options = { .path = help_path(help, name), .shown_path = str_from(name) };

	buf_reset(text);
	render(&options, tuning, text, status);
}

static void
test_not_readable(void **state)
{
	static const struct {
		const char *name;
		const char *expected;
	} cases[] = {
		{ "absent.csv", "absent.csv: cannot be opened: No such file or directory; check the path, "
			"its permissions and the disk" },
		{ ".", ".: cannot be read: Is a directory; check the path, its permissions and the disk" },
	};
	struct buf text = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		enum status status;
		read_as(*state, cases[i].name, (struct reader_tuning){ 0 }, &text, &status);
		assert_true(str_equal(buf_str(&text), str_from(cases[i].expected)));
		assert_int_equal(status, STATUS_IO);
	}
	buf_release(&text);
}

/* More records than a batch and a piece hold: all of them, in order, with lines and digest. */
static void
test_many_records(void **state)
{
	enum { RECORDS = 20000 };
	struct buf file = { 0 };
	struct diag diag = { 0 };
	struct batch batch;
	uint64_t at = 0;
	enum read_status status;

	buf_add(&file, STR("No,Name\n"));
	for (unsigned i = 0; i < RECORDS; i++)
		buf_printf(&file, i % 3 ? "%u,name %u\n" : "%u,\"na\nme\"\"%u\"\n", i, i);
	const char *path = help_write(*state, "many.csv", buf_str(&file));
	struct reader *reader = reader_open(&(struct reader_options){ .path = path }, &diag);
	assert_non_null(reader);
	uint64_t line = 2;
	while ((status = reader_next(reader, &batch)) == READ_BATCH) {
		for (uint32_t i = 0; i < batch.count; i++, at++) {
			char want[32];
			uint64_t number;
			assert_true(str_to_u64(batch.cells[(size_t)i * 2], &number) && number == at);
			snprintf(want, sizeof want, at % 3 ? "name %u" : "na\nme\"%u", (unsigned)at);
			assert_true(str_equal(batch.cells[(size_t)i * 2 + 1], str_from(want)));
			assert_int_equal(batch.lines[i], line);
			line += at % 3 ? 1 : 2;
		}
	}
	assert_int_equal(status, READ_END);
	assert_int_equal(at, RECORDS);
	assert_int_equal(reader_digest(reader).size, file.len);
	reader_close(reader);
	buf_release(&file);
	diag_release(&diag);
}

static void
test_empty_lines_are_counted(void **state)
{
	struct diag diag = { 0 };
	struct batch batch;

	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		const char *path = help_write(*state, "f.csv", STR("\na\r\n\r\n\r\n1\r\n\r\n2\r\n\r\n"));
		struct reader *reader = reader_open_tuned(&(struct reader_options){ .path = path },
			(struct reader_tuning){ pieces[i], 0 }, &diag);
		while (reader_next(reader, &batch) == READ_BATCH)
			;
		assert_int_equal(reader_empty_lines(reader), 5);
		reader_close(reader);
	}
	diag_release(&diag);
}

static void
test_column_limit(void **state)
{
	struct buf file = { 0 };
	struct buf text = { 0 };
	enum status status;

	for (unsigned i = 0; i < READER_MAX_COLUMNS; i++)
		buf_printf(&file, "%sc%u", i ? "," : "", i);
	size_t header = file.len;
	buf_add_char(&file, '\n');
	for (unsigned i = 0; i < READER_MAX_COLUMNS; i++)
		buf_printf(&file, "%s%u", i ? "," : "", i);
	help_write(*state, "f.csv", buf_str(&file));
	read_as(*state, "f.csv", (struct reader_tuning){ 0 }, &text, &status);
	assert_int_equal(status, STATUS_OK);

	file.len = header;
	buf_add(&file, STR(",\"one\"\"\",two\n"));
	help_write(*state, "f.csv", buf_str(&file));
	read_as(*state, "f.csv", (struct reader_tuning){ 0 }, &text, &status);
	assert_int_equal(status, STATUS_INVALID);
	assert_true(str_equal(buf_str(&text), STR("f.csv:1: column 4097: the header has 4098 columns, "
		"4096 are the limit \"one\"\"\"; export fewer columns")));
	buf_release(&file);
	buf_release(&text);
}

/* A record over the limit is refused before memory runs out; told and passed over where its line ends. */
static void
test_text_limit(void **state)
{
	static const struct reader_tuning tuning = { 512, 4096 };
	struct buf file = { 0 };
	struct buf text = { 0 };
	enum status status;

	buf_add(&file, STR("a,b\n1,\"x\n3,4\n5,"));
	for (unsigned i = 0; i < 1000; i++)
		buf_add(&file, STR("0123456789"));
	const char *path = help_write(*state, "f.csv", buf_str(&file));
	struct reader_options options = { .path = path, .shown_path = STR("f.csv") };
	render(&options, tuning, &text, &status);
	assert_true(str_equal(buf_str(&text), STR("a|b\nf.csv:2: column 2 \"b\": value or record too long "
		"to be held \"\"x\"; values of 1 GiB are not read; look for a quote that is not closed")));
	assert_int_equal(status, STATUS_INVALID);

	buf_reset(&text);
	options.report_bad_records = true;
	render(&options, tuning, &text, &status);
	assert_int_equal(status, STATUS_INVALID);
	assert_true(str_starts(buf_str(&text),
		STR("a|b\n3:3|4\nbad 2: column 2 \"b\": value or record too long")));
	const struct str second = STR("\nf.csv:4: column 2 \"b\": value or record too long to be held \"01");
	assert_non_null(memmem(text.ptr, text.len, second.ptr, second.len));

	file.len = 0;
	for (unsigned i = 0; i < 10000; i++)
		buf_add_char(&file, 'x');
	help_write(*state, "f.csv", buf_str(&file));
	read_as(*state, "f.csv", tuning, &text, &status);
	assert_true(str_equal(buf_str(&text),
		STR("f.csv:1: the header line has no end; is this a CSV file?")));
	buf_release(&file);
	buf_release(&text);
}

static void
test_too_many_bad_records(void **state)
{
	struct buf file = { 0 };
	struct diag diag = { 0 };
	struct batch batch;
	enum read_status status;
	size_t count;

	buf_add(&file, STR("a,b\n"));
	for (unsigned i = 0; i < 100001; i++)
		buf_add(&file, STR("1\n"));
	const char *path = help_write(*state, "f.csv", buf_str(&file));
	const struct reader_options options = {
		.path = path,
		.shown_path = STR("f.csv"),
		.report_bad_records = true,
	};
	struct reader *reader = reader_open(&options, &diag);
	while ((status = reader_next(reader, &batch)) == READ_BATCH)
		;
	assert_int_equal(status, READ_ERROR);
	reader_bad_records(reader, &count);
	assert_int_equal(count, 100000);
	assert_int_equal(diag.count, 1);
	assert_true(str_starts(diag.lines[0].text, STR("f.csv:100002: too many bad records; ")));
	reader_close(reader);
	buf_release(&file);
	diag_release(&diag);
}

/* Wherever the pieces of a file end, the same is read. */
static void
test_pieces_change_nothing(void **state)
{
	static const char alphabet[] = "ab,,\"\"\n\n\r \xff\0\xc3\xa9";
	uint64_t random = 7;
	struct buf texts[2] = { { 0 }, { 0 } };

	for (unsigned n = 0; n < 1500; n++) {
		char bytes[48] = "a,b\n";
		size_t len = 4 + (random >> 40) % 44;
		for (size_t i = 4; i < len; i++) {
			random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
			bytes[i] = alphabet[(random >> 33) % (n % 2 ? sizeof alphabet - 1 : 9)];
		}
		const char *path = help_write(*state, "f.csv", (struct str){ bytes, len });
		const struct reader_options options = { .path = path, .report_bad_records = n % 3 != 0 };
		for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
			enum status status;
			struct buf *text = &texts[i > 0];
			buf_reset(text);
			render(&options, (struct reader_tuning){ pieces[i], 0 }, text, &status);
			assert_true(str_equal(buf_str(&texts[i > 0]), buf_str(&texts[0])));
		}
	}
	buf_release(&texts[0]);
	buf_release(&texts[1]);
}

/* Whatever is bad in one line, the good records around it are all there. */
static void
test_no_good_record_is_swallowed(void **state)
{
	static const char *const bad_lines[] = { "1", "1,2,3", "x\"y,2", "\"x\"y,2", "1,\"", "\"", "1,\xff",
		"\"1,2", "\"\"\",2", "1,2,\"", ",\",", "\xe2\x82,2", "a,\"b\"\"", " \"1\",2" };
	static const char *const ends[] = { "\n", "\r\n", "\r" };
	struct buf file = { 0 };
	struct buf text = { 0 };
	struct buf want = { 0 };

	for (size_t n = 0; n < ARRAY_LEN(bad_lines) * ARRAY_LEN(ends); n++) {
		const char *end = ends[n % ARRAY_LEN(ends)];
		enum status status;
		buf_reset(&file);
		buf_reset(&text);
		buf_reset(&want);
		buf_printf(&file, "a,b%s", end);
		buf_add(&want, STR("a|b\n"));
		for (unsigned i = 2; i < 40; i++) {
			if (i == 7) {
				buf_printf(&file, "%s%s", bad_lines[n / ARRAY_LEN(ends)], end);
			} else {
				buf_printf(&file, "%u,y%s", i, end);
				buf_printf(&want, "%u:%u|y\n", i, i);
			}
		}
		const char *path = help_write(*state, "f.csv", buf_str(&file));
		const struct reader_options options = { .path = path, .report_bad_records = true };
		render(&options, (struct reader_tuning){ 0 }, &text, &status);
		assert_true(str_starts(buf_str(&text), buf_str(&want)));
		const struct str rest = { text.ptr + want.len, text.len - want.len };
		assert_true(str_starts(rest, STR("bad 7: ")));
	}
	buf_release(&file);
	buf_release(&text);
	buf_release(&want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_not_readable),
		cmocka_unit_test(test_many_records),
		cmocka_unit_test(test_empty_lines_are_counted),
		cmocka_unit_test(test_column_limit),
		cmocka_unit_test(test_text_limit),
		cmocka_unit_test(test_too_many_bad_records),
		cmocka_unit_test(test_pieces_change_nothing),
		cmocka_unit_test(test_no_good_record_is_swallowed),
	};

	return cmocka_run_group_tests(tests, help_begin, help_end);
}
