/* test_csv_write.c - which values are quoted, and that writing and reading is identity */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/csv_write.h"
#include "io/reader.h"
#include "io_help.h"

#define IN(text) { text, sizeof(text) - 1 }
#define LONG "0123456789abcdef0123456789abcdef"

static const struct {
	struct str value;
	char delimiter;
	const char *expected;
} cases[] = {
	{ IN(""), ',', "" },
	{ IN("a"), ',', "a" },
	{ IN("a b"), ',', "a b" },
	{ IN("a,b"), ',', "\"a,b\"" },
	{ IN("a,b"), ';', "a,b" },
	{ IN("a;b"), ';', "\"a;b\"" },
	{ IN("a\tb"), '\t', "\"a\tb\"" },
	{ IN("a\tb"), ',', "a\tb" },
	{ IN("\""), ',', "\"\"\"\"" },
	{ IN("say \"hi\""), ',', "\"say \"\"hi\"\"\"" },
	{ IN("a\nb"), ',', "\"a\nb\"" },
	{ IN("a\rb"), ',', "\"a\rb\"" },
	{ IN("\r\n"), ',', "\"\r\n\"" },
	{ IN(" a"), ',', "\" a\"" },
	{ IN("a "), ',', "\"a \"" },
	{ IN(" "), ',', "\" \"" },
	{ IN("\ta"), ',', "\"\ta\"" },
	{ IN("a\xc2\xa0"), ',', "\"a\xc2\xa0\"" },
	{ IN("\xe2\x80\xaf" "a"), ',', "\"\xe2\x80\xaf" "a\"" },
	{ IN("Zürich €"), ',', "Zürich €" },
	{ IN("éé"), ',', "éé" },
	{ IN("=1+1"), ',', "=1+1" },
	{ IN("-5"), ',', "-5" },
	{ IN("'x'"), ',', "'x'" },
	{ IN(LONG), ',', LONG },
	{ IN(LONG ","), ',', "\"" LONG ",\"" },
	{ IN("," LONG), ',', "\"," LONG "\"" },
	{ IN("0123456789abcde,"), ',', "\"0123456789abcde,\"" },
	{ IN("0123456789abcdef,"), ',', "\"0123456789abcdef,\"" },
	{ IN(LONG "\"" LONG), ',', "\"" LONG "\"\"" LONG "\"" },
};

static void
test_cases(void **state)
{
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&out);
		buf_add(&out, STR("before"));
		csv_add(&out, cases[i].delimiter, cases[i].value);
		buf_add_char(&out, '\0');
		assert_memory_equal(out.ptr, "before", 6);
		assert_string_equal(out.ptr + 6, cases[i].expected);
	}
	buf_release(&out);
}

/* What lies in the buffer behind the value is never looked at: old bytes there do not make quotes. */
static void
test_old_bytes_do_not_count(void **state)
{
	struct buf out = { 0 };

	(void)state;
	memset(buf_reserve(&out, 256), ',', 256);
	for (size_t len = 1; len <= 40; len++) {
		buf_reset(&out);
		memset(out.ptr, ',', 256);
		csv_add(&out, ',', (struct str){ LONG "01234567", len });
		assert_int_equal(out.len, len);
	}
	buf_release(&out);
}

enum { COLUMNS = 3, RECORDS = 400 };

static void
check_records(struct help *help, struct str file, char values[][COLUMNS][8])
{
	struct diag diag = { 0 };
	struct batch batch;
	uint64_t at = 0;
	const struct reader_options options = { .path = help_write(help, "f.csv", file), .delimiter = ';' };
	struct reader *reader = reader_open(&options, &diag);

	assert_non_null(reader);
	while (reader_next(reader, &batch) == READ_BATCH)
		for (uint32_t i = 0; i < batch.count; i++, at++)
			for (uint32_t k = 0; k < COLUMNS; k++)
				assert_true(str_equal(batch.cells[i * COLUMNS + k], str_from(values[at][k])));
	assert_int_equal(at, RECORDS);
	assert_int_equal(diag.count, 0);
	reader_close(reader);
	diag_release(&diag);
}

static void
test_reading_gives_it_back(void **state)
{
	static const char alphabet[] = "ab;,\" \n\r\t";
	static char values[RECORDS][COLUMNS][8];
	uint64_t random = 99;

	for (unsigned round = 0; round < 20; round++) {
		struct buf file = { 0 };
		buf_add(&file, STR("x;y;z\r\n"));
		for (unsigned i = 0; i < RECORDS; i++) {
			for (unsigned k = 0; k < COLUMNS; k++) {
				random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
				size_t len = (random >> 60) % 8;
				for (size_t c = 0; c < len; c++)
					values[i][k][c] = alphabet[(random >> (8 + 4 * c)) % 9];
				values[i][k][len] = '\0';
				csv_add(&file, ';', str_from(values[i][k]));
				buf_add(&file, k + 1 < COLUMNS ? STR(";") : STR("\r\n"));
			}
		}
		check_records(*state, buf_str(&file), values);
		buf_release(&file);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_old_bytes_do_not_count),
		cmocka_unit_test(test_reading_gives_it_back),
	};

	return cmocka_run_group_tests(tests, help_begin, help_end);
}
