/* test_spreadsheet_cell.c - numbers and times of a spreadsheet as a person writes them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/spreadsheet_cell.h"

static const struct {
	const char *in;
	const char *expected;
} numbers[] = {
	{ "0", "0" },
	{ "-0", "0" },
	{ "0.00", "0" },
	{ "12", "12" },
	{ " 1234.56\n", "1234.56" },
	{ "-1234.50", "-1234.5" },
	{ "007", "7" },
	{ "0.001", "0.001" },
	{ ".5", "0.5" },
	{ "5.", "5" },
	{ "100", "100" },
	{ "1.5E+3", "1500" },
	{ "1.5e3", "1500" },
	{ "-1.5E-5", "-0.000015" },
	{ "1E+20", "100000000000000000000" },
	{ "1E-05", "0.00001" },
	{ "12.5E1", "125" },
	{ "0.05E2", "5" },
	{ "0E+10", "0" },
	/* what binary numbers make of decimal ones */
	{ "1234.5599999999999", "1234.56" },
	{ "0.10000000000000001", "0.1" },
	{ "12.550000000000001", "12.55" },
	{ "0.30000000000000004", "0.3" },
	{ "9999.9999999999991", "10000" },
	{ "-99999.989999999991", "-99999.99" },
	{ "1.0000000000000001E-5", "0.00001" },
	/* digits that are no noise stay: whole numbers, few zeros, many digits */
	{ "12345678901234567", "12345678901234567" },
	{ "1234567890.1234567", "1234567890.1234567" },
	{ "0.123456789012345678", "0.123456789012345678" },
	{ "1.2345678901234999", "1.2345678901234999" },
	/* what is no number stays as it is */
	{ "", "" },
	{ "-", "-" },
	{ ".", "." },
	{ "1E", "1E" },
	{ "1E+", "1E+" },
	{ "1E999", "1E999" },
	{ "1,5", "1,5" },
	{ "NaN", "NaN" },
	{ "1 2", "1 2" },
	{ "--1", "--1" },
	{ "11111111111111111111111111111111111111111111111111111111111111111",
		"11111111111111111111111111111111111111111111111111111111111111111" },
};

static void
test_numbers(void **state)
{
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		buf_reset(&out);
		spreadsheet_number(str_from(numbers[i].in), &out);
		buf_add_char(&out, '\0');
		assert_string_equal(out.ptr, numbers[i].expected);
	}
	buf_release(&out);
}

static void
test_times(void **state)
{
	(void)state;
	assert_true(str_equal(spreadsheet_time(STR(" 1899-12-31T09:30:00.000")), STR("09:30:00.000")));
	assert_true(str_equal(spreadsheet_time(STR("1899-12-30T00:00:00.000")), STR("00:00:00.000")));
	assert_true(
		str_equal(spreadsheet_time(STR("2026-03-01T09:30:00.000")), STR("2026-03-01T09:30:00.000")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
