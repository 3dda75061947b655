/* test_reread.c - records read once more by their place are the same (io/reread.h) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/reread.h"
#include "reader_help.h"

enum { MOST_RECORDS = 64 };

/* A file as it was read: what each record held, as text, and its place. */
struct seen {
	struct arena arena;
	struct reread *file;
	uint64_t size;
	uint64_t places[MOST_RECORDS];
	struct str texts[MOST_RECORDS];
	uint32_t count;
	uint32_t columns;
};

static struct str
join(struct arena *arena, const struct str *cells, uint32_t columns)
{
	struct buf text = { 0 };

	for (uint32_t i = 0; i < columns; i++) {
		buf_add_char(&text, '|');
		buf_add(&text, cells[i]);
	}
	struct str joined = arena_copy(arena, buf_str(&text));
	buf_release(&text);
	return joined;
}

static struct seen
read_whole(const char *path, size_t piece)
{
	const struct reader_options options = { .path = path, .report_bad_records = true };
	struct diag diag = { 0 };
	struct seen seen = { .size = 0 };
	struct reader *reader = reader_open_tuned(&options, (struct reader_tuning){ .piece = piece }, &diag);
	struct batch batch;

	assert_non_null(reader);
	seen.file = reread_open(reader);
	while (reader_next(reader, &batch) == READ_BATCH)
		for (uint32_t i = 0; i < batch.count; i++) {
			assert_int_equal(batch.places != NULL, seen.file != NULL);
			seen.columns = batch.columns;
			seen.places[seen.count] = batch.places ? batch.places[i] : 0;
			seen.texts[seen.count++] =
				join(&seen.arena, batch.cells + i * batch.columns, batch.columns);
		}
	seen.size = reader_digest(reader).size;
	reader_close(reader);
	diag_release(&diag);
	return seen;
}

static void
forget(struct seen *seen)
{
	reread_close(seen->file);
	arena_release(&seen->arena);
}

/* Each record of [first, last) is as it was, read again in one piece. */
static void
assert_again(struct seen *seen, uint32_t first, uint32_t last)
{
	struct reread_piece piece = { 0 };
	struct diag diag = { 0 };
	uint64_t end = last < seen->count ? seen->places[last] : seen->size;

	assert_true(reread_take(&piece, seen->file, seen->places[first], end, true, &diag));
	for (uint32_t i = first; i < last; i++) {
		const struct str *cells = reread_record(&piece, seen->places[i]);
		assert_true(str_equal(join(&seen->arena, cells, seen->columns), seen->texts[i]));
	}
	reread_release(&piece);
	diag_release(&diag);
}

static void
test_all_records_again(void **state)
{
	static const char *const files[] = {
		"No,Name\n1,a\n2,b\n3,c\n",
		"No,Name\r\n1,a\r\n2,b",
		"\xef\xbb\xbfNo;Name\n1;\"a;b\"\n2;\"c \"\"d\"\" e\"\n",
		"No,Name\n\n\n1,\"two\nlines\"\n\n2,\"three\r\nmore\n\nlines\"\n",
		"No,Name\n1,a\nbad\n2,b\n3,\"c\"x\n4,d\n",
		"No\tName\n1\tK\xc3\xb8" "benhavn\n2\t\xe5\x8c\x97\n",
	};

	for (size_t f = 0; f < ARRAY_LEN(files); f++)
		for (size_t p = 0; p < ARRAY_LEN(pieces); p++) {
			struct seen seen =
				read_whole(help_write(*state, "a.csv", str_from(files[f])), pieces[p]);
			assert_true(seen.count >= 2);
			assert_again(&seen, 0, seen.count);
			for (uint32_t i = seen.count; i-- > 0;)
				assert_again(&seen, i, i + 1);
			forget(&seen);
		}
}

/* A piece that ends within a record has none of it, wherever it ends. */
static void
test_piece_too_short(void **state)
{
	struct seen seen = read_whole(
		help_write(*state, "a.csv", STR("No,Name\n1,\"two\nlines, \"\"so\"\"\"\n2,b\n")), 0);
	struct reread_piece piece = { 0 };
	struct diag diag = { 0 };

	for (uint64_t end = seen.places[0] + 1; end < seen.places[1]; end++) {
		assert_true(reread_take(&piece, seen.file, seen.places[0], end, false, &diag));
		assert_null(reread_record(&piece, seen.places[0]));
	}
	assert_true(reread_take(&piece, seen.file, seen.places[0], seen.places[1], false, &diag));
	assert_non_null(reread_record(&piece, seen.places[0]));
	reread_release(&piece);
	diag_release(&diag);
	forget(&seen);
}

/* Text that is not on disk as it is read has no places. */
static void
test_no_places(void **state)
{
	static const struct str files[] = {
		{ "\xff\xfeN\0o\0,\0A\0\n\0" "1\0,\0b\0\n\0", 20 },
		{ "<?xml version=\"1.0\"?><r><c><No>1</No></c></r>", 45 },
	};

	for (size_t f = 0; f < ARRAY_LEN(files); f++) {
		struct seen seen = read_whole(help_write(*state, "a.csv", files[f]), 0);
		assert_int_equal(seen.count, 1);
		assert_null(seen.file);
		forget(&seen);
	}
}

/* Neither a longer file nor one of the same size that was written since gives any record. */
static void
test_changed_file(void **state)
{
	static const char *const later[] = { "No,Name\n1,a\n2,b\n3,c\n", "No,Name\n1,a\n2,x\n" };

	for (size_t i = 0; i < ARRAY_LEN(later); i++) {
		const char *path = help_write(*state, "a.csv", STR("No,Name\n1,a\n2,b\n"));
		struct seen seen = read_whole(path, 0);
		struct reread_piece piece = { 0 };
		struct diag diag = { 0 };
		const struct timespec times[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };
		help_write(*state, "a.csv", str_from(later[i]));
		assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
		assert_false(reread_take(&piece, seen.file, seen.places[1], seen.size, true, &diag));
		assert_int_equal(diag.status, STATUS_IO);
		assert_non_null(strstr(diag.lines[0].text.ptr, "changed while it was read"));
		reread_release(&piece);
		diag_release(&diag);
		forget(&seen);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_records_again, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_piece_too_short, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_no_places, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_changed_file, help_begin, help_end),
	};

	return cmocka_run_group_tests_name("reread", tests, NULL, NULL);
}
