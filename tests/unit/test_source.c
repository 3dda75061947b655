/* test_source.c - gzip, damaged and cut files, byte order marks and digests below the reader */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <zlib.h>

#include "io/digest.h"
#include "io/source.h"
#include "io_help.h"

static const size_t pieces[] = { 1, 7, 64 * 1024 };

/* One gzip member around the text, appended. */
static void
add_member(struct buf *out, struct str text)
{
	z_stream zip = { 0 };

	assert_int_equal(deflateInit2(&zip, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	size_t room = deflateBound(&zip, text.len) + 64;
	zip.next_out = (unsigned char *)buf_reserve(out, room);
	zip.avail_out = (unsigned)room;
	union { const char *from; unsigned char *in; } at = { text.ptr };
	zip.next_in = at.in;
	zip.avail_in = (unsigned)text.len;
	assert_int_equal(deflate(&zip, Z_FINISH), Z_STREAM_END);
	out->len += room - zip.avail_out;
	deflateEnd(&zip);
}

/* Reads all of a file's text, then "!" and the message if it went wrong. */
static enum status
read_all(const char *path, size_t piece, struct buf *out, struct file_digest *digest)
{
	struct diag diag = { 0 };
	const struct source_options options = { .path = path, .shown_path = STR("f.gz"), .piece = piece };
	struct source *source = source_open(&options, &diag);
	enum source_status status = SOURCE_ERROR;

	buf_reset(out);
	if (source) {
		while ((status = source_read(source, out)) == SOURCE_TEXT)
			;
		*digest = source_digest(source);
	}
	if (status == SOURCE_ERROR) {
		buf_add_char(out, '!');
		help_messages(&diag, out);
	}
	enum status result = diag.status;
	source_close(source);
	diag_release(&diag);
	return result;
}

static void
make_text(struct buf *text, unsigned lines)
{
	for (unsigned i = 0; i < lines; i++)
		buf_printf(text, "%u,line %u,%u\n", i, i * 7919, i * i);
}

static void
test_gzip(void **state)
{
	struct buf text = { 0 };
	struct buf packed = { 0 };
	struct buf read = { 0 };

	make_text(&text, 5000);
	for (unsigned members = 1; members <= 3; members++) {
		size_t share = text.len / members;
		buf_reset(&packed);
		for (unsigned m = 0; m < members; m++)
			add_member(&packed, (struct str){ text.ptr + m * share,
				m + 1 < members ? share : text.len - m * share });
		const char *path = help_write(*state, "f.gz", buf_str(&packed));
		for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
			struct file_digest digest;
			assert_int_equal(read_all(path, pieces[i], &read, &digest), STATUS_OK);
			assert_true(str_equal(buf_str(&read), buf_str(&text)));
			struct file_digest want = digest_bytes(buf_str(&packed));
			assert_memory_equal(&digest, &want, sizeof want);
		}
	}
	buf_release(&text);
	buf_release(&packed);
	buf_release(&read);
}

static void
test_gzip_members_may_be_empty(void **state)
{
	struct buf packed = { 0 };
	struct buf read = { 0 };
	struct file_digest digest;

	add_member(&packed, STR(""));
	add_member(&packed, STR("a,b\n"));
	add_member(&packed, STR(""));
	const char *path = help_write(*state, "f.gz", buf_str(&packed));
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		assert_int_equal(read_all(path, pieces[i], &read, &digest), STATUS_OK);
		assert_true(str_equal(buf_str(&read), STR("a,b\n")));
	}
	buf_release(&packed);
	buf_release(&read);
}

/* Cut at any byte, or with any byte changed in the trailer: an error, never a shorter text. */
static void
test_gzip_damaged(void **state)
{
	struct buf text = { 0 };
	struct buf packed = { 0 };
	struct buf read = { 0 };
	struct file_digest digest;

	make_text(&text, 20);
	add_member(&packed, buf_str(&text));
	for (size_t len = 2; len < packed.len; len++) {
		const char *path = help_write(*state, "f.gz", (struct str){ packed.ptr, len });
		assert_int_equal(read_all(path, pieces[len % 3], &read, &digest), STATUS_INVALID);
		buf_add_char(&read, '\0');
		assert_string_equal(strchr(read.ptr, '!'), "!f.gz: the gzip data ends too early; the file is "
			"not whole: copy or export it again");
	}
	for (size_t at = packed.len - 8; at < packed.len; at++) {
		packed.ptr[at] ^= 1;
		const char *path = help_write(*state, "f.gz", buf_str(&packed));
		assert_int_equal(read_all(path, pieces[at % 3], &read, &digest), STATUS_INVALID);
		buf_add_char(&read, '\0');
		assert_string_equal(strchr(read.ptr, '!'), "!f.gz: the gzip data is damaged; copy or export "
			"the file again");
		packed.ptr[at] ^= 1;
	}
	/* Something else behind the last member, and the begin of another. */
	static const struct str behind[] = { { "a,b\n", 4 }, { "\0", 1 }, { "\x1f\x8b", 2 } };
	for (size_t i = 0; i < ARRAY_LEN(behind); i++) {
		size_t len = packed.len;
		buf_add(&packed, behind[i]);
		const char *path = help_write(*state, "f.gz", buf_str(&packed));
		assert_int_equal(read_all(path, 0, &read, &digest), STATUS_INVALID);
		packed.len = len;
	}
	buf_release(&text);
	buf_release(&packed);
	buf_release(&read);
}

static void
test_gzip_around_other_things(void **state)
{
	static const struct {
		struct str inner;
		const char *expected;
	} cases[] = {
		{ { "\xff\xfe" "a\0\xe9\0", 6 }, "aé" },
		{ { "\xef\xbb\xbf" "a\xc3\xa9", 6 }, "aé" },
		{ { "PK\3\4....", 8 }, "!f.gz: is a zip archive; unpack it: only exports are read from archives" },
		{ { "PK\3\4 [Content_Types].xml PK\3\4 xl/workbook.xml", 45 },
			"!f.gz: is a workbook (xlsx), which is not read; export a RapidStart configuration "
			"package instead, or save the sheet as CSV" },
		{ { "<?xml version='1.0' encoding = \"windows-1252\" ?><a>\xe9</a>", 57 },
			"<?xml version='1.0' encoding = \"windows-1252\" ?><a>é</a>" },
		{ { "<?xml version='1.0' encoding='UTF-16'?><a>\xc3\xa9</a>", 48 },
			"<?xml version='1.0' encoding='UTF-16'?><a>é</a>" },
	};
	struct buf packed = { 0 };
	struct buf read = { 0 };
	struct file_digest digest;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&packed);
		add_member(&packed, cases[i].inner);
		const char *path = help_write(*state, "f.gz", buf_str(&packed));
		for (size_t k = 0; k < ARRAY_LEN(pieces); k++) {
			read_all(path, pieces[k], &read, &digest);
			buf_add_char(&read, '\0');
			assert_string_equal(read.ptr, cases[i].expected);
		}
	}
	buf_release(&packed);
	buf_release(&read);
}

/* Only the first is a mark; U+FEFF elsewhere is text. */
static void
test_one_mark_is_stripped(void **state)
{
	struct buf read = { 0 };
	struct file_digest digest;
	const char *path = help_write(*state, "f.csv", STR("\xef\xbb\xbf\xef\xbb\xbf" "a\xef\xbb\xbf"));

	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		assert_int_equal(read_all(path, pieces[i], &read, &digest), STATUS_OK);
		assert_true(str_equal(buf_str(&read), STR("\xef\xbb\xbf" "a\xef\xbb\xbf")));
		assert_int_equal(digest.size, 10);
	}
	buf_release(&read);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gzip),
		cmocka_unit_test(test_gzip_members_may_be_empty),
		cmocka_unit_test(test_gzip_damaged),
		cmocka_unit_test(test_gzip_around_other_things),
		cmocka_unit_test(test_one_mark_is_stripped),
	};

	return cmocka_run_group_tests(tests, help_begin, help_end);
}
