/* test_digest.c - XXH3-128 of bytes, pieces and files, and version 5 UUIDs */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/digest.h"
#include "io_help.h"

/* As the xxh128sum program prints them. */
static const struct {
	const char *bytes;
	const char *expected;
} known[] = {
	{ "", "xxh3-128:99aa06d3014798d86001c324468d497f" },
	{ "a", "xxh3-128:a96faf705af16834e6c632b61e964e1f" },
};

static void
test_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct buf text = { 0 };
		struct file_digest digest = digest_bytes(str_from(known[i].bytes));
		digest_write(digest, &text);
		buf_add_char(&text, '\0');
		assert_string_equal(text.ptr, known[i].expected);
		assert_int_equal(digest.size, strlen(known[i].bytes));
		buf_release(&text);
	}
}

/* Whole, in pieces and from a file: the same. */
static void
test_ways_agree(void **state)
{
	struct buf bytes = { 0 };
	struct diag diag = { 0 };

	for (unsigned i = 0; i < 100000; i++)
		buf_printf(&bytes, "%u\n", i);
	struct file_digest want = digest_bytes(buf_str(&bytes));
	struct digest_stream *stream = digest_begin();
	for (size_t at = 0, step = 0; at < bytes.len; at += step) {
		step = step * 2 + 1 < bytes.len - at ? step * 2 + 1 : bytes.len - at;
		digest_add(stream, bytes.ptr + at, step);
		digest_add(stream, NULL, 0);
	}
	struct file_digest streamed = digest_so_far(stream);
	assert_memory_equal(&streamed, &want, sizeof want);
	digest_end(stream);

	struct file_digest read;
	assert_true(digest_file(help_write(*state, "bytes", buf_str(&bytes)), &read, &diag));
	assert_memory_equal(&read, &want, sizeof want);
	buf_release(&bytes);
	diag_release(&diag);
}

static void
test_file_failures(void **state)
{
	struct diag diag = { 0 };
	struct file_digest digest;

	assert_false(digest_file(help_path(*state, "absent"), &digest, &diag));
	assert_false(digest_file(help_path(*state, "."), &digest, &diag));
	assert_int_equal(diag.status, STATUS_IO);
	assert_int_equal(diag.count, 2);
	assert_non_null(strstr(diag.lines[0].text.ptr, "absent: cannot be opened: No such file or "));
	assert_non_null(strstr(diag.lines[1].text.ptr, ": cannot be read: Is a directory; "));
	diag_release(&diag);
}

/*
 * By Python: uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, "urn:couplet:records"), name).
 * Were one of them to change, records would be created a second time.
 */
static const struct {
	const char *name;
	const char *expected;
} uuids[] = {
	{ "", "eededc6b-20bc-538a-9200-e2d6810f9a1c" },
	{ "CUSTOMER|{00000000-0000-0000-0000-000000000001}", "0df19818-4bb2-5c26-b30c-0339d506d653" },
	{ "Zürich €", "09806405-0b06-57ed-88e7-68a627aeb77c" },
};

static void
test_uuid5(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(uuids); i++) {
		char uuid[36];
		uuid5(str_from(uuids[i].name), uuid);
		assert_memory_equal(uuid, uuids[i].expected, sizeof uuid);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_ways_agree),
		cmocka_unit_test(test_file_failures),
		cmocka_unit_test(test_uuid5),
	};

	return cmocka_run_group_tests(tests, help_begin, help_end);
}
