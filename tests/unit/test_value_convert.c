/* test_value_convert.c - values of one type as another (E23); the destination's zone is Europe/Brussels */
#include "value_help.h"

#include "model/setup.h"

struct convert_case {
	enum type from;
	enum type to;
	uint32_t length;	/* of the destination */
	const char *value;
	enum convert outcome;
	const char *expected;
};

#define GUID "b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7f8"

/* An Option as source is block_field, as destination state_field. */
static const struct convert_case cases[] = {
	{ TYPE_TEXT, TYPE_TEXT, 0, " as it is ", CONVERT_OK, " as it is " },
	{ TYPE_TEXT, TYPE_TEXT, 5, "abcde", CONVERT_OK, "abcde" },
	{ TYPE_TEXT, TYPE_TEXT, 5, "abcdef", CONVERT_SHORTENED, "abcde" },
	{ TYPE_TEXT, TYPE_TEXT, 3, "\xc3\xa9t\xc3\xa9", CONVERT_OK, "\xc3\xa9t\xc3\xa9" },
	{ TYPE_TEXT, TYPE_TEXT, 2, "\xc3\xa9t\xc3\xa9", CONVERT_SHORTENED, "\xc3\xa9t" },
	{ TYPE_TEXT, TYPE_CODE, 5, " abc ", CONVERT_OK, "ABC" },
	{ TYPE_TEXT, TYPE_CODE, 3, "ABC", CONVERT_OK, "ABC" },
	{ TYPE_TEXT, TYPE_CODE, 3, "ABC ", CONVERT_OK, "ABC" },
	{ TYPE_TEXT, TYPE_CODE, 3, "abcd", CONVERT_TOO_LONG, "" },
	{ TYPE_TEXT, TYPE_CODE, 3, "  ", CONVERT_OK, "" },
	{ TYPE_CODE, TYPE_CODE, 3, "ABCD", CONVERT_TOO_LONG, "" },
	{ TYPE_CODE, TYPE_CODE, 0, "ABCD", CONVERT_OK, "ABCD" },
	{ TYPE_CODE, TYPE_TEXT, 2, "ABCD", CONVERT_SHORTENED, "AB" },
	{ TYPE_TEXT, TYPE_BLOB, 2, "long text", CONVERT_OK, "long text" },
	{ TYPE_BLOB, TYPE_TEXT, 4, "long text", CONVERT_SHORTENED, "long" },
	{ TYPE_TEXT, TYPE_INTEGER, 0, " 042 ", CONVERT_OK, "42" },
	{ TYPE_TEXT, TYPE_INTEGER, 0, "forty", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_TEXT, TYPE_INTEGER, 0, "   ", CONVERT_OK, "" },
	{ TYPE_CODE, TYPE_DECIMAL, 0, "1.50", CONVERT_OK, "1.5" },
	{ TYPE_TEXT, TYPE_DECIMAL, 0, "1,5", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_TEXT, TYPE_BOOLEAN, 0, "True", CONVERT_OK, "true" },
	{ TYPE_TEXT, TYPE_BOOLEAN, 0, "Ja", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_TEXT, TYPE_DATE, 0, "2026-03-01", CONVERT_OK, "2026-03-01" },
	{ TYPE_TEXT, TYPE_DATE, 0, "1/3/2026", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_TEXT, TYPE_DATETIME, 0, "2026-03-01T09:00:00", CONVERT_OK, "2026-03-01T08:00:00Z" },
	{ TYPE_TEXT, TYPE_TIME, 0, "9:30", CONVERT_OK, "09:30:00" },
	{ TYPE_TEXT, TYPE_GUID, 0, "{B3C1F0A2-5D6E-4F70-8192-A3B4C5D6E7F8}", CONVERT_OK, GUID },
	{ TYPE_TEXT, TYPE_GUID, 0, "no guid", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_TEXT, TYPE_DATEFORMULA, 0, "<1m + cm>", CONVERT_OK, "1M+CM" },
	{ TYPE_TEXT, TYPE_DURATION, 0, "PT1S", CONVERT_OK, "1000" },
	{ TYPE_TEXT, TYPE_OPTION, 0, "active", CONVERT_OK, "0" },
	{ TYPE_TEXT, TYPE_OPTION, 0, "3", CONVERT_OK, "3" },
	{ TYPE_TEXT, TYPE_OPTION, 0, "Gone", CONVERT_NO_OPTION, "" },
	{ TYPE_TEXT, TYPE_OPTION, 0, "", CONVERT_OK, "" },
	{ TYPE_INTEGER, TYPE_TEXT, 0, "-42", CONVERT_OK, "-42" },
	{ TYPE_INTEGER, TYPE_TEXT, 2, "1234", CONVERT_SHORTENED, "12" },
	{ TYPE_INTEGER, TYPE_CODE, 2, "1234", CONVERT_TOO_LONG, "" },
	{ TYPE_INTEGER, TYPE_DECIMAL, 0, "42", CONVERT_OK, "42" },
	{ TYPE_INTEGER, TYPE_BOOLEAN, 0, "1", CONVERT_OK, "true" },
	{ TYPE_INTEGER, TYPE_BOOLEAN, 0, "2", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_INTEGER, TYPE_OPTION, 0, "3", CONVERT_OK, "3" },
	{ TYPE_INTEGER, TYPE_OPTION, 0, "4", CONVERT_NO_OPTION, "" },
	{ TYPE_INTEGER, TYPE_DATE, 0, "4", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_INTEGER, TYPE_GUID, 0, "4", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_INTEGER, TYPE_DURATION, 0, "4", CONVERT_OK, "4" },
	{ TYPE_INTEGER, TYPE_DATEFORMULA, 0, "4", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_BIGINTEGER, TYPE_INTEGER, 0, "2147483648", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_DECIMAL, TYPE_INTEGER, 0, "42", CONVERT_OK, "42" },
	{ TYPE_DECIMAL, TYPE_INTEGER, 0, "42.5", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_DECIMAL, TYPE_BIGINTEGER, 0, "99999999999999999999", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_DECIMAL, TYPE_TEXT, 0, "1.5", CONVERT_OK, "1.5" },
	{ TYPE_DECIMAL, TYPE_OPTION, 0, "1.5", CONVERT_NO_OPTION, "" },
	{ TYPE_DURATION, TYPE_DECIMAL, 0, "1000", CONVERT_OK, "1000" },
	{ TYPE_BOOLEAN, TYPE_INTEGER, 0, "true", CONVERT_OK, "1" },
	{ TYPE_BOOLEAN, TYPE_DECIMAL, 0, "false", CONVERT_OK, "0" },
	{ TYPE_BOOLEAN, TYPE_TEXT, 0, "true", CONVERT_OK, "true" },
	{ TYPE_BOOLEAN, TYPE_CODE, 0, "true", CONVERT_OK, "TRUE" },
	{ TYPE_BOOLEAN, TYPE_OPTION, 0, "true", CONVERT_OK, "1" },
	{ TYPE_BOOLEAN, TYPE_DATE, 0, "true", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_DATE, TYPE_DATETIME, 0, "2026-03-01", CONVERT_OK, "2026-02-28T23:00:00Z" },
	{ TYPE_DATE, TYPE_DATETIME, 0, "2026-07-01", CONVERT_OK, "2026-06-30T22:00:00Z" },
	{ TYPE_DATE, TYPE_TIME, 0, "2026-07-01", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_DATE, TYPE_TEXT, 0, "2026-07-01", CONVERT_OK, "2026-07-01" },
	{ TYPE_DATE, TYPE_INTEGER, 0, "2026-07-01", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_DATETIME, TYPE_DATE, 0, "2026-06-30T22:00:00Z", CONVERT_OK, "2026-07-01" },
	{ TYPE_DATETIME, TYPE_DATE, 0, "2026-06-30T21:59:59.999Z", CONVERT_OK, "2026-06-30" },
	{ TYPE_DATETIME, TYPE_DATE, 0, "9999-12-31T23:30:00Z", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_DATETIME, TYPE_DATE, 0, "4500-12-31T23:30:00Z", CONVERT_OK, "" },
	{ TYPE_DATETIME, TYPE_TIME, 0, "2026-06-30T22:00:00.500Z", CONVERT_OK, "00:00:00.500" },
	{ TYPE_DATETIME, TYPE_TEXT, 10, "2026-06-30T22:00:00Z", CONVERT_SHORTENED, "2026-06-30" },
	{ TYPE_DATETIME, TYPE_BOOLEAN, 0, "2026-06-30T22:00:00Z", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_TIME, TYPE_DATETIME, 0, "09:30:00", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_GUID, TYPE_TEXT, 0, GUID, CONVERT_OK, GUID },
	{ TYPE_GUID, TYPE_INTEGER, 0, GUID, CONVERT_IMPOSSIBLE, "" },
	{ TYPE_GUID, TYPE_OPTION, 0, GUID, CONVERT_NO_OPTION, "" },
	{ TYPE_OPTION, TYPE_TEXT, 0, "1", CONVERT_OK, "Ship" },
	{ TYPE_OPTION, TYPE_TEXT, 2, "1", CONVERT_SHORTENED, "Sh" },
	{ TYPE_OPTION, TYPE_TEXT, 0, "0", CONVERT_OK, "" },
	{ TYPE_OPTION, TYPE_CODE, 0, "2", CONVERT_OK, "INVOICE" },
	{ TYPE_OPTION, TYPE_CODE, 3, "2", CONVERT_TOO_LONG, "" },
	{ TYPE_OPTION, TYPE_INTEGER, 0, "2", CONVERT_OK, "2" },
	{ TYPE_OPTION, TYPE_BOOLEAN, 0, "1", CONVERT_OK, "true" },
	{ TYPE_OPTION, TYPE_BOOLEAN, 0, "2", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_OPTION, TYPE_DATE, 0, "2", CONVERT_IMPOSSIBLE, "" },
	{ TYPE_OPTION, TYPE_DATEFORMULA, 0, "1", CONVERT_OK, "SHIP" },
	{ TYPE_OPTION, TYPE_OPTION, 0, "2", CONVERT_OK, "1" },
	{ TYPE_OPTION, TYPE_OPTION, 0, "3", CONVERT_OK, "3" },
	{ TYPE_OPTION, TYPE_OPTION, 0, "-1", CONVERT_NO_OPTION, "" },
	{ TYPE_OPTION, TYPE_OPTION, 0, "0", CONVERT_OK, "" },
	{ TYPE_OPTION, TYPE_OPTION, 0, "", CONVERT_OK, "" },
};

static void
check_case(const struct convert_case *c, const struct timezone_rules *zone)
{
	struct field plain_from = { .type = c->from };
	struct field plain_to = { .type = c->to, .length = c->length };
	const struct field *from = c->from == TYPE_OPTION ? &block_field : &plain_from;
	const struct field *to = c->to == TYPE_OPTION ? &state_field : &plain_to;
	struct buf scratch = { 0 };
	struct str result;

	buf_add(&scratch, STR("kept"));
	enum convert outcome = value_convert(from, to, zone, str_from(c->value), &scratch, &result);
	if (outcome != c->outcome || !str_equal(result, str_from(c->expected)))
		fail_msg("%d to %d, \"%s\": outcome %d, \"%.*s\"", c->from, c->to, c->value, outcome,
			STR_ARG(result));
	assert_memory_equal(scratch.ptr, "kept", 4);
	buf_release(&scratch);
}

static void
test_cases(void **state)
{
	struct arena arena = { 0 };
	const struct timezone_rules *zone = timezone_load(&arena, STR("Europe/Brussels"));

	(void)state;
	assert_non_null(zone);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		check_case(&cases[i], zone);
	arena_release(&arena);
}

/* A blank is a blank in every type; to an Option it is the option named blank. */
static void
test_blanks(void **state)
{
	struct buf scratch = { 0 };
	struct str result;

	(void)state;
	for (int from = 0; from < TYPES; from++)
		for (int to = 0; to < TYPES; to++) {
			struct field source = { .type = (enum type)from };
			struct field target = { .type = (enum type)to };
			const struct field *field = to == TYPE_OPTION ? &state_field : &target;
			enum convert outcome =
				value_convert(&source, field, timezone_utc(), STR(""), &scratch, &result);
			assert_int_equal(outcome, CONVERT_OK);
			assert_int_equal(result.len, 0);
			if (to != TYPE_OPTION)
				continue;
			outcome = value_convert(&source, &block_field, timezone_utc(), STR(""), &scratch,
				&result);
			assert_int_equal(outcome, CONVERT_OK);
			assert_true(str_equal(result, STR("0")));
		}
	buf_release(&scratch);
}

/* Nothing is copied where nothing changes. */
static void
test_no_copy(void **state)
{
	static const struct field text = { .type = TYPE_TEXT, .length = 100 };
	static const struct field code = { .type = TYPE_CODE, .length = 20 };
	struct buf scratch = { 0 };
	struct str value = STR("C00010");
	struct str result;

	(void)state;
	assert_int_equal(value_convert(&text, &text, timezone_utc(), value, &scratch, &result), CONVERT_OK);
	assert_ptr_equal(result.ptr, value.ptr);
	assert_int_equal(value_convert(&text, &code, timezone_utc(), value, &scratch, &result), CONVERT_OK);
	assert_ptr_equal(result.ptr, value.ptr);
	assert_int_equal(value_convert(&block_field, &block_field, timezone_utc(), value, &scratch, &result),
		CONVERT_OK);
	assert_ptr_equal(result.ptr, value.ptr);
	assert_int_equal(scratch.len, 0);
	buf_release(&scratch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_blanks),
		cmocka_unit_test(test_no_copy),
	};

	return cmocka_run_group_tests_name("value_convert", tests, NULL, NULL);
}
