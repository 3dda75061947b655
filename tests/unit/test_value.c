/* test_value.c - reading cells of every type as canonical values (E21, E22) */
#include "value_help.h"

struct read_case {
	enum type type;
	const char *locale;
	const char *text;
	const char *expected;
};

#define INV "invariant"
#define D38 "12345678901234567890123456789012345678"

static const struct read_case plain_cases[] = {
	{ TYPE_TEXT, INV, "", "" },
	{ TYPE_TEXT, INV, "  a B  ", "  a B  " },
	{ TYPE_TEXT, "nl-BE", "1.234,56", "1.234,56" },
	{ TYPE_BLOB, INV, " \n", " \n" },
	{ TYPE_CODE, INV, "C00010", "C00010" },
	{ TYPE_CODE, INV, "  c00010\t", "C00010" },
	{ TYPE_CODE, INV, "\xc2\xa0" "abc" "\xe2\x80\xaf", "ABC" },
	{ TYPE_CODE, INV, "a long code with Blanks", "A LONG CODE WITH BLANKS" },
	{ TYPE_CODE, INV, "\xc3\xa9t\xc3\xa9 \xc3\x9f i\xc4\xb1", "\xc3\x89T\xc3\x89 \xc3\x9f II" },
	{ TYPE_CODE, INV, "   ", "" },
	{ TYPE_DATEFORMULA, INV, "<30D>", "30D" },
	{ TYPE_DATEFORMULA, INV, " 1m + cm ", "1M+CM" },
	{ TYPE_DATEFORMULA, INV, "< <1D> >", "1D" },
	{ TYPE_DATEFORMULA, INV, "<>", "" },
	{ TYPE_GUID, INV, "b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7f8", "b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7f8" },
	{ TYPE_GUID, INV, " {B3C1F0A2-5D6E-4F70-8192-A3B4C5D6E7F8} ",
	  "b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7f8" },
	{ TYPE_GUID, INV, "00000000-0000-0000-0000-000000000000", "" },
	{ TYPE_GUID, INV, "{00000000-0000-0000-0000-000000000000}", "" },
	{ TYPE_GUID, INV, "", "" },
	{ TYPE_GUID, INV, "{b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7f8", BAD },
	{ TYPE_GUID, INV, "b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7f", BAD },
	{ TYPE_GUID, INV, "b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7fg", BAD },
	{ TYPE_GUID, INV, "b3c1f0a25d6e4f708192a3b4c5d6e7f8", BAD },
	{ TYPE_GUID, INV, "b3c1f0a2x5d6e-4f70-8192-a3b4c5d6e7f8", BAD },
	{ TYPE_GUID, INV, "{ b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7 }", BAD },
	{ TYPE_BOOLEAN, INV, "true", "true" },
	{ TYPE_BOOLEAN, INV, " FALSE ", "false" },
	{ TYPE_BOOLEAN, INV, "1", "true" },
	{ TYPE_BOOLEAN, INV, "0", "false" },
	{ TYPE_BOOLEAN, INV, "", "" },
	{ TYPE_BOOLEAN, INV, "T", BAD },
	{ TYPE_BOOLEAN, INV, "yes", BAD },
	{ TYPE_BOOLEAN, "en-US", "y", BAD },
	{ TYPE_BOOLEAN, INV, "2", BAD },
	{ TYPE_BOOLEAN, INV, "01", BAD },
	{ TYPE_DURATION, INV, "5400000", "5400000" },
	{ TYPE_DURATION, INV, "-1", "-1" },
	{ TYPE_DURATION, INV, "PT1H30M", "5400000" },
	{ TYPE_DURATION, INV, "P1DT0.5S", "86400500" },
	{ TYPE_DURATION, INV, "-P1W", "-604800000" },
	{ TYPE_DURATION, INV, "PT0S", "0" },
	{ TYPE_DURATION, INV, "-PT0S", "0" },
	{ TYPE_DURATION, INV, "PT1.2345678S", "1234" },
	{ TYPE_DURATION, INV, "P1M", BAD },
	{ TYPE_DURATION, INV, "P1Y", BAD },
	{ TYPE_DURATION, INV, "P", BAD },
	{ TYPE_DURATION, INV, "PT", BAD },
	{ TYPE_DURATION, INV, "P1DT", BAD },
	{ TYPE_DURATION, INV, "PT1M1H", BAD },
	{ TYPE_DURATION, INV, "PT1.5H", BAD },
	{ TYPE_DURATION, INV, "P1H", BAD },
	{ TYPE_DURATION, INV, "P999999999999999W", BAD },
	{ TYPE_DURATION, INV, "1 hour", BAD },
	{ TYPE_DURATION, INV, "1.5", BAD },
};

static const struct read_case number_cases[] = {
	{ TYPE_INTEGER, INV, "42", "42" },
	{ TYPE_INTEGER, INV, "  -42 ", "-42" },
	{ TYPE_INTEGER, INV, "+0042", "42" },
	{ TYPE_INTEGER, INV, "42.0", "42" },
	{ TYPE_INTEGER, INV, "42.", "42" },
	{ TYPE_INTEGER, "nl-BE", "42,00", "42" },
	{ TYPE_INTEGER, "nl-BE", "1.042", "1042" },
	{ TYPE_INTEGER, INV, "42.5", BAD },
	{ TYPE_INTEGER, INV, "-0", "0" },
	{ TYPE_INTEGER, INV, "2147483647", "2147483647" },
	{ TYPE_INTEGER, INV, "-2147483648", "-2147483648" },
	{ TYPE_INTEGER, INV, "2147483648", BAD },
	{ TYPE_INTEGER, INV, "-2147483649", BAD },
	{ TYPE_INTEGER, INV, "1e3", BAD },
	{ TYPE_INTEGER, INV, "0x10", BAD },
	{ TYPE_INTEGER, INV, "--1", BAD },
	{ TYPE_INTEGER, INV, "- 1", BAD },
	{ TYPE_INTEGER, INV, "", "" },
	{ TYPE_BIGINTEGER, INV, "9223372036854775807", "9223372036854775807" },
	{ TYPE_BIGINTEGER, INV, "-9223372036854775808", "-9223372036854775808" },
	{ TYPE_BIGINTEGER, INV, "9223372036854775808", BAD },
	{ TYPE_BIGINTEGER, INV, "-9223372036854775809", BAD },
	{ TYPE_BIGINTEGER, INV, "99999999999999999999999", BAD },
	{ TYPE_DECIMAL, INV, "1234.56", "1234.56" },
	{ TYPE_DECIMAL, INV, "+5", "5" },
	{ TYPE_DECIMAL, INV, ".5", "0.5" },
	{ TYPE_DECIMAL, INV, "-.5", "-0.5" },
	{ TYPE_DECIMAL, INV, "5.", "5" },
	{ TYPE_DECIMAL, INV, "-0", "0" },
	{ TYPE_DECIMAL, INV, "-0.000", "0" },
	{ TYPE_DECIMAL, INV, "000.100", "0.1" },
	{ TYPE_DECIMAL, INV, "0.001", "0.001" },
	{ TYPE_DECIMAL, INV, "10000.0000", "10000" },
	{ TYPE_DECIMAL, INV, D38, D38 },
	{ TYPE_DECIMAL, INV, D38 "9", BAD },
	{ TYPE_DECIMAL, INV, "0000" D38 ".0000000000", D38 },
	{ TYPE_DECIMAL, INV, "0." D38, "0." D38 },
	{ TYPE_DECIMAL, INV, "1." D38, BAD },
	{ TYPE_DECIMAL, INV, "0.00000000000000000000000000000000000001",
	  "0.00000000000000000000000000000000000001" },
	{ TYPE_DECIMAL, INV, "0.000000000000000000000000000000000000001", BAD },
	{ TYPE_DECIMAL, INV, ".", BAD },
	{ TYPE_DECIMAL, INV, "-", BAD },
	{ TYPE_DECIMAL, INV, "+", BAD },
	{ TYPE_DECIMAL, INV, "5-", BAD },
	{ TYPE_DECIMAL, INV, "(5)", BAD },
	{ TYPE_DECIMAL, INV, "1,234.56", BAD },
	{ TYPE_DECIMAL, INV, "1 234", BAD },
	{ TYPE_DECIMAL, INV, "1.2.3", BAD },
	{ TYPE_DECIMAL, INV, "1e5", BAD },
	{ TYPE_DECIMAL, INV, "NaN", BAD },
	{ TYPE_DECIMAL, INV, "\xe2\x82\xac 5", BAD },
	{ TYPE_DECIMAL, "en-US", "1,234.56", "1234.56" },
	{ TYPE_DECIMAL, "en-US", "1234.56", "1234.56" },
	{ TYPE_DECIMAL, "en-US", "-1,234,567.890", "-1234567.89" },
	{ TYPE_DECIMAL, "en-US", "1,5", BAD },
	{ TYPE_DECIMAL, "en-US", "1,2345", BAD },
	{ TYPE_DECIMAL, "en-US", "1234,567", BAD },
	{ TYPE_DECIMAL, "en-US", "1,234567", BAD },
	{ TYPE_DECIMAL, "en-US", "1,,234", BAD },
	{ TYPE_DECIMAL, "en-US", ",234", BAD },
	{ TYPE_DECIMAL, "en-US", "1,", BAD },
	{ TYPE_DECIMAL, "en-US", "1.234,567", BAD },
	{ TYPE_DECIMAL, "nl-BE", "0.123", BAD },
	{ TYPE_DECIMAL, "nl-BE", "1.234", "1234" },
	{ TYPE_DECIMAL, "nl-BE", "12.5", BAD },
	{ TYPE_DECIMAL, "fr-FR", "1 234 567,5", "1234567.5" },
	{ TYPE_DECIMAL, "fr-FR", "1\xc2\xa0" "234,56", "1234.56" },
	{ TYPE_DECIMAL, "fr-BE", "-1\xe2\x80\xaf" "234,56", "-1234.56" },
	{ TYPE_DECIMAL, "fr-BE", "1  234,56", BAD },
	{ TYPE_DECIMAL, "fr-BE", "1.234,56", BAD },
	{ TYPE_DECIMAL, "fr-FR", "- 1", BAD },
};

static const struct read_case date_cases[] = {
	{ TYPE_DATE, INV, "2026-03-01", "2026-03-01" },
	{ TYPE_DATE, "nl-NL", "2026-03-01", "2026-03-01" },
	{ TYPE_DATE, "en-US", " 2026-12-31 ", "2026-12-31" },
	{ TYPE_DATE, INV, "2026/3/1", "2026-03-01" },
	{ TYPE_DATE, "nl-BE", "2026-3-1", BAD },
	{ TYPE_DATE, INV, "26-03-01", BAD },
	{ TYPE_DATE, "en-US", "3/1/2026", "2026-03-01" },
	{ TYPE_DATE, "en-US", "03-01-26", "2026-03-01" },
	{ TYPE_DATE, "en-US", "13/1/2026", BAD },
	{ TYPE_DATE, "nl-BE", "13/1/2026", "2026-01-13" },
	{ TYPE_DATE, "nl-BE", "01.03.2026", "2026-03-01" },
	{ TYPE_DATE, "nl-BE", "1-3-49", "2049-03-01" },
	{ TYPE_DATE, "nl-BE", "1-3-50", "1950-03-01" },
	{ TYPE_DATE, "nl-BE", "1-3-00", "2000-03-01" },
	{ TYPE_DATE, "nl-BE", "1-3-99", "1999-03-01" },
	{ TYPE_DATE, "nl-BE", "1-3-126", BAD },
	{ TYPE_DATE, "nl-BE", "1-3-9", BAD },
	{ TYPE_DATE, "nl-BE", "1/3-2026", BAD },
	{ TYPE_DATE, "nl-BE", "1 3 2026", BAD },
	{ TYPE_DATE, "nl-BE", "001/3/2026", BAD },
	{ TYPE_DATE, "nl-BE", "29/02/2024", "2024-02-29" },
	{ TYPE_DATE, "nl-BE", "29/02/2026", BAD },
	{ TYPE_DATE, "nl-BE", "29/02/1900", BAD },
	{ TYPE_DATE, INV, "2000-02-29", "2000-02-29" },
	{ TYPE_DATE, INV, "2026-04-31", BAD },
	{ TYPE_DATE, INV, "2026-00-01", BAD },
	{ TYPE_DATE, INV, "2026-01-00", BAD },
	{ TYPE_DATE, INV, "0000-01-01", BAD },
	{ TYPE_DATE, INV, "9999-12-31", "9999-12-31" },
	{ TYPE_DATE, INV, "10000-01-01", BAD },
	{ TYPE_DATE, INV, "20260301", BAD },
	{ TYPE_DATE, INV, "46082", BAD },
	{ TYPE_DATE, INV, "2026-03-01T23:59:59Z", "2026-03-01" },
	{ TYPE_DATE, INV, "2026-03-01T00:00:00.0000000", "2026-03-01" },
	{ TYPE_DATE, "en-US", "3/1/2026 12:00:00 AM", "2026-03-01" },
	{ TYPE_DATE, INV, "2026-03-01 25:00", BAD },
	{ TYPE_DATE, INV, "2026-03-01x", BAD },
	{ TYPE_DATE, INV, "0001-01-01", "" },
	{ TYPE_DATE, INV, "1753-01-01", "" },
	{ TYPE_DATE, "nl-BE", "1/01/4501", "" },
	{ TYPE_DATE, INV, "0001-01-01T00:00:00Z", "" },
	{ TYPE_DATE, INV, "0001-01-02", "0001-01-02" },
	{ TYPE_TIME, INV, "9:30", "09:30:00" },
	{ TYPE_TIME, INV, "09:30:00", "09:30:00" },
	{ TYPE_TIME, INV, "09:30:00.5", "09:30:00.500" },
	{ TYPE_TIME, INV, "09:30:00.000", "09:30:00" },
	{ TYPE_TIME, INV, "23:59:59.9999999", "23:59:59.999" },
	{ TYPE_TIME, INV, "23:59:59.99999999", BAD },
	{ TYPE_TIME, "nl-BE", "9:30:00,25", "09:30:00.250" },
	{ TYPE_TIME, "en-US", "9:30:00 AM", "09:30:00" },
	{ TYPE_TIME, "en-US", "9:30 pm", "21:30:00" },
	{ TYPE_TIME, "en-US", "12:00:00 AM", "00:00:00" },
	{ TYPE_TIME, "en-US", "12:00:00 PM", "12:00:00" },
	{ TYPE_TIME, "en-US", "9:30:00\xe2\x80\xafPM", "21:30:00" },
	{ TYPE_TIME, "en-US", "13:00 PM", BAD },
	{ TYPE_TIME, "en-US", "0:30 AM", BAD },
	{ TYPE_TIME, INV, "24:00:00", BAD },
	{ TYPE_TIME, INV, "23:60", BAD },
	{ TYPE_TIME, INV, "23:59:60", BAD },
	{ TYPE_TIME, INV, "9", BAD },
	{ TYPE_TIME, INV, "9:3", BAD },
	{ TYPE_TIME, INV, "9:30:0", BAD },
	{ TYPE_TIME, INV, "9:30:00.", BAD },
	{ TYPE_TIME, INV, "9:30 XM", BAD },
};

/* All with Europe/Brussels as the declared zone. */
static const struct read_case stamp_cases[] = {
	{ TYPE_DATETIME, INV, "2024-01-02T03:04:05.123Z", "2024-01-02T03:04:05.123Z" },
	{ TYPE_DATETIME, INV, "2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z" },
	{ TYPE_DATETIME, INV, "2024-01-02T03:04:05.000Z", "2024-01-02T03:04:05Z" },
	{ TYPE_DATETIME, INV, "2024-02-29T03:04:05.100Z", "2024-02-29T03:04:05.100Z" },
	{ TYPE_DATETIME, INV, "2023-02-29T03:04:05.100Z", BAD },
	{ TYPE_DATETIME, INV, "2024-01-02T03:04:05.1239999Z", "2024-01-02T03:04:05.123Z" },
	{ TYPE_DATETIME, INV, "2024-01-02t03:04:05z", "2024-01-02T03:04:05Z" },
	{ TYPE_DATETIME, INV, "2024-01-02T03:04:05+01:00", "2024-01-02T02:04:05Z" },
	{ TYPE_DATETIME, INV, "2024-01-02T03:04:05.5-0530", "2024-01-02T08:34:05.500Z" },
	{ TYPE_DATETIME, INV, "2024-01-02 03:04:05 +01", "2024-01-02T02:04:05Z" },
	{ TYPE_DATETIME, INV, "2024-01-02T03:04:05", "2024-01-02T02:04:05Z" },
	{ TYPE_DATETIME, INV, "2024-07-02T03:04", "2024-07-02T01:04:00Z" },
	{ TYPE_DATETIME, INV, "2024-07-02", "2024-07-01T22:00:00Z" },
	{ TYPE_DATETIME, "nl-BE", "2/07/2024 03:04:05", "2024-07-02T01:04:05Z" },
	{ TYPE_DATETIME, "nl-BE", "2/07/2024", "2024-07-01T22:00:00Z" },
	{ TYPE_DATETIME, "de-DE", "02.07.2024, 3:04", "2024-07-02T01:04:00Z" },
	{ TYPE_DATETIME, "de-DE", "02.07.2024T03:04", "2024-07-02T01:04:00Z" },
	{ TYPE_DATETIME, "en-US", "7/2/2024 3:04:05 PM", "2024-07-02T13:04:05Z" },
	{ TYPE_DATETIME, "en-US", "7/2/2024   3:04 PM", "2024-07-02T13:04:00Z" },
	{ TYPE_DATETIME, "en-US", "7/2/2024 3:04:05 PM Z", "2024-07-02T15:04:05Z" },
	{ TYPE_DATETIME, INV, "2026-03-29T02:30:00", "2026-03-29T01:30:00Z" },
	{ TYPE_DATETIME, INV, "2026-10-25T02:30:00", "2026-10-25T00:30:00Z" },
	{ TYPE_DATETIME, INV, "0001-01-01T00:00:00Z", "" },
	{ TYPE_DATETIME, INV, "0001-01-01T00:00:00.000Z", "" },
	{ TYPE_DATETIME, INV, "0001-01-01T00:00:00", "" },
	{ TYPE_DATETIME, INV, "0001-01-01", "" },
	{ TYPE_DATETIME, "nl-BE", "1/01/1753 00:00:00", "" },
	{ TYPE_DATETIME, INV, "1753-01-01T00:00:00Z", "" },
	{ TYPE_DATETIME, INV, "4501-01-01T00:00:00.0000000Z", "" },
	{ TYPE_DATETIME, INV, "4501-01-01T01:00:00+01:00", "" },
	{ TYPE_DATETIME, INV, "1753-01-01T00:00:01Z", "1753-01-01T00:00:01Z" },
	{ TYPE_DATETIME, INV, "1753-01-02T00:00:00Z", "1753-01-02T00:00:00Z" },
	{ TYPE_DATETIME, INV, "0001-01-01T00:00:01+01:00", BAD },
	{ TYPE_DATETIME, INV, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z" },
	{ TYPE_DATETIME, INV, "9999-12-31T23:59:59-01:00", BAD },
	{ TYPE_DATETIME, INV, "2024-01-02T24:00:00Z", BAD },
	{ TYPE_DATETIME, INV, "2024-01-02T23:60:00Z", BAD },
	{ TYPE_DATETIME, INV, "2024-01-02T23:59:60Z", BAD },
	{ TYPE_DATETIME, INV, "2024-13-02T23:59:00Z", BAD },
	{ TYPE_DATETIME, INV, "2024-01-02T03:04:05+25:00", BAD },
	{ TYPE_DATETIME, INV, "2024-01-02T03:04:05+1:00", BAD },
	{ TYPE_DATETIME, INV, "2024-01-02T03:04:05X", BAD },
	{ TYPE_DATETIME, INV, "2024-01-02T", BAD },
	{ TYPE_DATETIME, INV, "2024-01-02T03", BAD },
	{ TYPE_DATETIME, INV, "T03:04", BAD },
	{ TYPE_DATETIME, INV, "2024-01-0203:04:05.123ZZ", BAD },
	{ TYPE_DATETIME, INV, "", "" },
};

static const struct read_case option_cases[] = {
	{ TYPE_OPTION, INV, "", "0" },
	{ TYPE_OPTION, INV, "   ", "0" },
	{ TYPE_OPTION, INV, "Ship", "1" },
	{ TYPE_OPTION, INV, " sHIP ", "1" },
	{ TYPE_OPTION, INV, "1", "1" },
	{ TYPE_OPTION, INV, "01", "1" },
	{ TYPE_OPTION, INV, "VERZENDING", "1" },
	{ TYPE_OPTION, INV, "exp\xc3\x89" "dition", "1" },
	{ TYPE_OPTION, INV, "invoice", "2" },
	{ TYPE_OPTION, INV, "\xc3\xa9T\xc3\x89", "3" },
	{ TYPE_OPTION, INV, "-1", "-1" },
	{ TYPE_OPTION, INV, "2", "7" },
	{ TYPE_OPTION, INV, "7", "7" },
	{ TYPE_OPTION, INV, "5", BAD },
	{ TYPE_OPTION, INV, "Shipping", BAD },
	{ TYPE_OPTION, INV, "1.5", BAD },
};

static void
check_cases(const struct read_case *cases, size_t count, const char *zone_name)
{
	struct arena arena = { 0 };
	struct buf out = { 0 };
	const struct timezone_rules *zone = timezone_load(&arena, str_from(zone_name));

	assert_non_null(zone);
	for (size_t i = 0; i < count; i++) {
		struct field plain = { .type = cases[i].type };
		const struct field *field = plain.type == TYPE_OPTION ? &block_field : &plain;
		const char *got = test_read(field, cases[i].locale, zone, str_from(cases[i].text), &out);
		test_same(cases[i].locale, cases[i].text, got, cases[i].expected);
		/* A canonical value is its own canonical form, wherever it is read. */
		if (!got || field == &block_field)
			continue;
		char *canonical = strdup(got);
		got = test_read(field, INV, zone, str_from(canonical), &out);
		test_same("again", canonical, got, canonical);
		free(canonical);
	}
	buf_release(&out);
	arena_release(&arena);
}

static void
test_plain(void **state)
{
	(void)state;
	check_cases(plain_cases, ARRAY_LEN(plain_cases), "UTC");
}

static void
test_numbers(void **state)
{
	(void)state;
	check_cases(number_cases, ARRAY_LEN(number_cases), "UTC");
}

static void
test_dates(void **state)
{
	(void)state;
	check_cases(date_cases, ARRAY_LEN(date_cases), "America/New_York");
}

static void
test_stamps(void **state)
{
	(void)state;
	check_cases(stamp_cases, ARRAY_LEN(stamp_cases), "Europe/Brussels");
}

static void
test_options(void **state)
{
	static const struct field without = { .type = TYPE_OPTION };
	struct buf out = { 0 };

	(void)state;
	check_cases(option_cases, ARRAY_LEN(option_cases), "UTC");
	test_same("no blank option", "", test_read(&state_field, INV, timezone_utc(), STR(" "), &out), "");
	test_same("ordinal", "3", test_read(&state_field, INV, timezone_utc(), STR("3"), &out), "3");
	test_same("ordinal", "2", test_read(&state_field, INV, timezone_utc(), STR("2"), &out), BAD);
	test_same("undeclared", "007", test_read(&without, INV, timezone_utc(), STR("007"), &out), "7");
	test_same("undeclared", "Ship", test_read(&without, INV, timezone_utc(), STR("Ship"), &out), BAD);
	test_same("undeclared", "", test_read(&without, INV, timezone_utc(), STR(""), &out), "");
	buf_release(&out);
}

/* Reading appends; what was there stays, also after a failure. */
static void
test_appends(void **state)
{
	static const struct field fields[] = { { .type = TYPE_CODE }, { .type = TYPE_DATETIME },
		{ .type = TYPE_DECIMAL }, { .type = TYPE_OPTION } };
	const struct locale *locale = test_locale(INV);
	struct buf out = { 0 };

	(void)state;
	buf_add(&out, STR("x"));
	assert_true(value_read(&fields[0], locale, timezone_utc(), STR("a"), &out));
	assert_true(value_read(&fields[1], locale, timezone_utc(), STR("2024-01-02T03:04:05Z"), &out));
	assert_false(value_read(&fields[2], locale, timezone_utc(), STR("1x"), &out));
	assert_false(value_read(&fields[3], locale, timezone_utc(), STR("99999999999999999999"), &out));
	assert_true(value_read(&fields[2], locale, timezone_utc(), STR("1.50"), &out));
	buf_add_char(&out, 0);
	assert_string_equal(out.ptr, "xA2024-01-02T03:04:05Z1.5");
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_appends),
	};

	return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
