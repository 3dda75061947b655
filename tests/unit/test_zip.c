/* test_zip.c - zip archives: what is written, byte by byte, and that it is read back (part 5, 3.1) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/zip_file.h"
#include "io/zip_write.h"
#include "io_help.h"

/* Text that does not fit into one piece, and does not pack away. */
static void
make_noise(size_t len, struct buf *out)
{
	uint64_t seed = 42;

	while (out->len < len) {
		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		buf_add_char(out, (char)(' ' + (seed >> 60)));
	}
}

static void
add(struct zip_writer *writer, const char *name, struct str text, size_t piece)
{
	zip_writer_begin(writer, str_from(name));
	for (size_t at = 0; at < text.len; at += piece) {
		size_t len = text.len - at < piece ? text.len - at : piece;
		zip_writer_add(writer, (struct str){ text.ptr + at, len });
	}
	zip_writer_end(writer);
}

static void
assert_member(const struct zip_file *zip, const char *name, struct str text, size_t piece)
{
	struct buf out = { 0 };
	size_t before;
	const struct zip_member *member = zip_find(zip, str_from(name));

	assert_non_null(member);
	struct zip_stream *stream = zip_stream_open(zip, member);
	assert_non_null(stream);
	do {
		before = out.len;
		assert_true(zip_stream_read(stream, piece, &out));
	} while (out.len > before);
	assert_true(str_equal(buf_str(&out), text));
	zip_stream_close(stream);
	buf_release(&out);
}

static void
test_there_and_back(void **state)
{
	static const size_t pieces[] = { 1, 100, 65536, 1 << 20 };
	struct zip_writer *first = zip_writer_open();
	struct buf noise = { 0 };
	struct diag diag = { 0 };
	struct zip_file zip;
	struct str expected;

	make_noise(300000, &noise);
	add(first, "a.csv", STR("a,b\n"), 1);
	add(first, "folder/b.xml", buf_str(&noise), noise.len);
	add(first, "leer \xc3\xb8.txt", STR(""), 1);
	assert_true(zip_writer_finish(first, &expected));
	/* the same bytes, however it is handed over */
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		struct zip_writer *writer = zip_writer_open();
		struct str archive;
		add(writer, "a.csv", STR("a,b\n"), 2);
		add(writer, "folder/b.xml", buf_str(&noise), pieces[i]);
		add(writer, "leer \xc3\xb8.txt", STR(""), 1);
		assert_true(zip_writer_finish(writer, &archive));
		assert_true(str_equal(archive, expected));
		zip_writer_close(writer);
	}
	assert_true(zip_open(&zip, help_write(*state, "a.zip", expected), STR("a.zip"), &diag));
	assert_int_equal(zip.member_count, 3);
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		assert_member(&zip, "a.csv", STR("a,b\n"), pieces[i]);
		assert_member(&zip, "folder/b.xml", buf_str(&noise), pieces[i]);
		assert_member(&zip, "leer \xc3\xb8.txt", STR(""), pieces[i]);
	}
	assert_null(zip_find(&zip, STR("b.xml")));
	zip_close(&zip);
	zip_writer_close(first);
	buf_release(&noise);
	diag_release(&diag);
}

/* No time, no rights, sizes and checksum before the data. */
static void
test_bytes(void **state)
{
	struct zip_writer *writer = zip_writer_open();
	struct str archive;

	(void)state;
	add(writer, "a", STR("a"), 1);
	assert_true(zip_writer_finish(writer, &archive));
	static const char expected[] =
		"PK\3\4\x14\0\0\0\x08\0\0\0\x21\0\x43\xbe\xb7\xe8\x03\0\0\0\x01\0\0\0\x01\0\0\0a" "K\4\0"
		"PK\1\2\x14\0\x14\0\0\0\x08\0\0\0\x21\0\x43\xbe\xb7\xe8\x03\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0"
		"\0\0\0\0\0\0\0\0a"
		"PK\5\6\0\0\0\0\x01\0\x01\0\x2f\0\0\0\x22\0\0\0\0\0";
	assert_int_equal(archive.len, sizeof expected - 1);
	assert_memory_equal(archive.ptr, expected, archive.len);
	zip_writer_close(writer);
}

static void
test_is_archive(void **state)
{
	assert_true(zip_is_archive(help_write(*state, "a", STR("PK\3\4"))));
	assert_true(zip_is_archive(help_write(*state, "a", STR("PK\5\6..."))));
	assert_false(zip_is_archive(help_write(*state, "a", STR("PK\3"))));
	assert_false(zip_is_archive(help_write(*state, "a", STR("a,b\n1,2\n"))));
	assert_false(zip_is_archive(help_path(*state, "none")));
}

/* Damage anywhere is found, or changes nothing: each byte turned over. */
static void
test_damage(void **state)
{
	struct zip_writer *writer = zip_writer_open();
	struct buf bytes = { 0 };
	struct buf out = { 0 };
	struct str archive;

	add(writer, "account.csv", STR("accountid,name\n1,Adatum\n"), 100);
	assert_true(zip_writer_finish(writer, &archive));
	for (size_t i = 0; i < archive.len; i++) {
		struct diag diag = { 0 };
		struct zip_file zip;
		buf_reset(&bytes);
		buf_add(&bytes, archive);
		bytes.ptr[i] = (char)~bytes.ptr[i];
		buf_reset(&out);
		bool ok = zip_open(&zip, help_write(*state, "a.zip", buf_str(&bytes)), STR("a.zip"), &diag);
		const struct zip_member *member = ok ? zip_find(&zip, STR("account.csv")) : NULL;
		struct zip_stream *stream = member ? zip_stream_open(&zip, member) : NULL;
		bool is_read = stream && zip_stream_read(stream, 1000, &out);
		if (is_read && out.len)
			assert_true(str_equal(buf_str(&out), STR("accountid,name\n1,Adatum\n")));
		if (ok && member && !is_read)
			assert_int_equal(diag.status, STATUS_INVALID);
		zip_stream_close(stream);
		zip_close(&zip);
		diag_release(&diag);
	}
	buf_release(&bytes);
	buf_release(&out);
	zip_writer_close(writer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_there_and_back, help_begin, help_end),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test_setup_teardown(test_is_archive, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_damage, help_begin, help_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
