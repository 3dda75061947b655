/* test_value_compare.c - equal, ordered and nearly equal values, stamps and letter case (E12, E21, E45) */
#include "value_help.h"

#include "model/value_date.h"

#define SMILE "\xf0\x9f\x98\x80"

struct pair_case {
	enum type type;
	const char *a;
	const char *b;
	int expected;	/* order, or whether it is equal */
};

static const struct pair_case order_cases[] = {
	{ TYPE_INTEGER, "9", "10", -1 },
	{ TYPE_INTEGER, "-9", "-10", 1 },
	{ TYPE_INTEGER, "", "0", 0 },
	{ TYPE_INTEGER, "", "-1", 1 },
	{ TYPE_DECIMAL, "1.5", "1.45", 1 },
	{ TYPE_DECIMAL, "1.5", "1.50001", -1 },
	{ TYPE_DECIMAL, "-1.5", "1", -1 },
	{ TYPE_DECIMAL, "0.1", "0.09", 1 },
	{ TYPE_DECIMAL, "0.01", "0", 1 },
	{ TYPE_DECIMAL, "12345678901234567890123456789012345678",
	  "12345678901234567890123456789012345679", -1 },
	{ TYPE_DURATION, "", "5", -1 },
	{ TYPE_OPTION, "10", "9", 1 },
	{ TYPE_OPTION, "-1", "0", -1 },
	{ TYPE_OPTION, "", "-1", -1 },
	{ TYPE_BOOLEAN, "false", "true", -1 },
	{ TYPE_BOOLEAN, "", "false", 0 },
	{ TYPE_TEXT, "Z", "a", -1 },
	{ TYPE_TEXT, "a", "ab", -1 },
	{ TYPE_TEXT, "\xef\xbf\xbd", "\xf0\x9f\x98\x80", -1 },
	{ TYPE_CODE, "A", "A", 0 },
	{ TYPE_DATE, "", "0001-01-02", -1 },
	{ TYPE_DATE, "2026-03-01", "2026-02-28", 1 },
	{ TYPE_TIME, "09:30:00", "09:30:00.100", -1 },
	{ TYPE_DATETIME, "2026-03-01T00:00:00Z", "2026-03-01T00:00:00.100Z", -1 },
	{ TYPE_DATETIME, "2026-03-01T00:00:00.200Z", "2026-03-01T00:00:00.100Z", 1 },
	{ TYPE_DATETIME, "2026-03-01T00:00:00.999Z", "2026-03-01T00:00:01Z", -1 },
	{ TYPE_DATETIME, "", "2026-03-01T00:00:01Z", -1 },
};

static const struct pair_case nearly_cases[] = {
	{ TYPE_TEXT, "Contoso", "contoso ", 1 },
	{ TYPE_TEXT, "Contoso Ltd", "Contoso", 1 },
	{ TYPE_TEXT, "Contoso", "Contoso Ltd", 0 },
	{ TYPE_TEXT, "Contoso", "", 0 },
	{ TYPE_TEXT, "Contoso", "  ", 0 },
	{ TYPE_TEXT, "  ", "", 1 },
	{ TYPE_TEXT, "\xc3\x89t\xc3\xa9", "\xc3\xa9T", 1 },
	{ TYPE_TEXT, "stra\xc3\x9f" "e", "STRASSE", 0 },
	{ TYPE_TEXT, "Contoso", "Fabrikam", 0 },
	{ TYPE_CODE, "ABC", "AB", 1 },
	{ TYPE_DECIMAL, "1.2345", "1.23", 1 },
	{ TYPE_DECIMAL, "1.2355", "1.236", 1 },
	{ TYPE_DECIMAL, "1.2355", "1.235", 1 },
	{ TYPE_DECIMAL, "1.2354", "1.236", 0 },
	{ TYPE_DECIMAL, "1.999", "2", 1 },
	{ TYPE_DECIMAL, "1.999", "1", 1 },
	{ TYPE_DECIMAL, "1.999", "3", 0 },
	{ TYPE_DECIMAL, "99.96", "100", 1 },
	{ TYPE_DECIMAL, "-1.25", "-1.3", 1 },
	{ TYPE_DECIMAL, "-1.25", "1.3", 0 },
	{ TYPE_DECIMAL, "0.004", "0", 1 },
	{ TYPE_DECIMAL, "-0.004", "", 1 },
	{ TYPE_DECIMAL, "0.96", "1", 1 },
	{ TYPE_DECIMAL, "0.06", "0.1", 1 },
	{ TYPE_DECIMAL, "5", "4", 0 },
	{ TYPE_DECIMAL, "1.2", "1.23", 0 },
	{ TYPE_INTEGER, "12", "1", 0 },
	{ TYPE_INTEGER, "0", "", 1 },
	{ TYPE_DATE, "2026-03-01", "2026-03", 0 },
	{ TYPE_GUID, "b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7f8", "B3C1F0A2-5D6E-4F70-8192-A3B4C5D6E7F8", 0 },
};

static void
test_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(order_cases); i++) {
		const struct pair_case *c = &order_cases[i];
		int order = value_compare(c->type, str_from(c->a), str_from(c->b));
		int back = value_compare(c->type, str_from(c->b), str_from(c->a));
		order = (order > 0) - (order < 0);
		back = (back > 0) - (back < 0);
		if (order != c->expected || back != -c->expected)
			fail_msg("\"%s\" and \"%s\": order %d, back %d", c->a, c->b, order, back);
		assert_int_equal(value_equal(c->type, str_from(c->a), str_from(c->b)), c->expected == 0);
	}
}

static void
test_nearly(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(nearly_cases); i++) {
		const struct pair_case *c = &nearly_cases[i];
		if (value_nearly_equal(c->type, str_from(c->a), str_from(c->b)) != (c->expected == 1))
			fail_msg("\"%s\" shown as \"%s\": not %d", c->a, c->b, c->expected);
	}
}

static void
test_stamps(void **state)
{
	static const struct {
		const char *text;
		int64_t stamp;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01T00:00:00.001Z", 1 },
		{ "1969-12-31T23:59:59.999Z", -1 },
		{ "2000-02-29T12:34:56.789Z", INT64_C(951827696789) },
		{ "2026-03-01T00:00:00Z", INT64_C(1772323200000) },
		{ "0001-01-01T00:00:00Z", INT64_C(-62135596800000) },
		{ "9999-12-31T23:59:59.999Z", INT64_C(253402300799999) },
		{ "1900-03-01T00:00:00Z", INT64_C(-2203891200000) },
	};
	static const char *const bad[] = { "", "2026-03-01", "2026-03-01T00:00:00", "2026-03-01T00:00:00.1Z",
		"2026-02-29T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01 00:00:00Z",
		"2026-03-01T00:00:00.12xZ", "0000-03-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-20-01T00:00:00Z", "2026-03-00T00:00:00Z",
		"2026-03-32T00:00:00Z", "2026-03-40T00:00:00Z", "2026-04-31T00:00:00Z",
		"2026-03-01T30:00:00Z", "2026-03-01T00:60:00Z", "2026-03-01T00:00:60Z",
		"2026-03-01T00:60:00.000Z", "2026-03-01T00:00:60.000Z", "2026-03-01T00:00:00.000z",
		"2026/03/01T00:00:00Z", "202\xb6-03-01T00:00:00Z", "2026-03-01T00:00:00:000Z" };
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(stamp_read(str_from(cases[i].text)), cases[i].stamp);
		out.len = 0;
		stamp_write(cases[i].stamp, &out);
		assert_true(str_equal(buf_str(&out), str_from(cases[i].text)));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_true(stamp_read(str_from(bad[i])) == STAMP_NONE);
	out.len = 0;
	stamp_write(STAMP_NONE, &out);
	stamp_write(INT64_C(253402300800000), &out);
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

static void
test_rfc3339(void **state)
{
	static const struct {
		const char *text;
		int64_t stamp;
	} cases[] = {
		{ "2026-03-01T00:00:00Z", INT64_C(1772323200000) },
		{ "2026-03-01 00:00:00z", INT64_C(1772323200000) },
		{ "2026-03-01T01:00:00.123456789+01:00", INT64_C(1772323200123) },
		{ "2026-02-28T19:00:00-05:00", INT64_C(1772323200000) },
	};
	static const char *const bad[] = { "2026-03-01", "2026-03-01T00:00Z", "2026-03-01T00:00:00",
		"2026-03-01T00:00:60Z", "2026-03-01T00:00:00+0100", "2026-03-01T00:00:00 Z",
		"2026-3-1  00:00:00Z",
		"2026-03-01T09:00:00 AM Z", "2026/03/01T00:00:00Z", "", "2026-03-01T00:00:00,5Z" };
	int64_t stamp;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_true(stamp_parse(str_from(cases[i].text), &stamp));
		assert_int_equal(stamp, cases[i].stamp);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (stamp_parse(str_from(bad[i]), &stamp))
			fail_msg("\"%s\" was taken for a time", bad[i]);
}

static void
test_letter_case(void **state)
{
	static const struct {
		const char *text;
		const char *upper;
		const char *lower;
		const char *folded;
		const char *plain;	/* folded without accents */
	} cases[] = {
		{ "", "", "", "", "" },
		{ "aZ@[`{09", "AZ@[`{09", "az@[`{09", "az@[`{09", "az@[`{09" },
		{ "Hello World, eight", "HELLO WORLD, EIGHT", "hello world, eight", "hello world, eight",
		  "hello world, eight" },
		{ "\xc3\x89t\xc3\xa9 \xc3\xb1", "\xc3\x89T\xc3\x89 \xc3\x91", "\xc3\xa9t\xc3\xa9 \xc3\xb1",
		  "\xc3\xa9t\xc3\xa9 \xc3\xb1", "ete n" },
		{ "e\xcc\x81", "E\xcc\x81", "e\xcc\x81", "e\xcc\x81", "e" },
		{ "\xc3\x98\xc3\x86\xc3\x9f", "\xc3\x98\xc3\x86\xc3\x9f", "\xc3\xb8\xc3\xa6\xc3\x9f",
		  "\xc3\xb8\xc3\xa6\xc3\x9f", "\xc3\xb8\xc3\xa6\xc3\x9f" },
		{ "\xc4\xb0", "\xc4\xb0", "i", "\xc4\xb0", "i" },
		{ "\xcf\x82", "\xce\xa3", "\xcf\x82", "\xcf\x83", "\xcf\x83" },
		{ "\xc9\x90", "\xe2\xb1\xaf", "\xc9\x90", "\xc9\x90", "\xc9\x90" },
		{ "\xea\xb0\x81", "\xea\xb0\x81", "\xea\xb0\x81", "\xea\xb0\x81", "\xea\xb0\x81" },
		{ SMILE, SMILE, SMILE, SMILE, SMILE },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str text = str_from(cases[i].text);
		out.len = 0;
		text_upper(text, &out);
		assert_true(str_equal(buf_str(&out), str_from(cases[i].upper)));
		out.len = 0;
		text_lower(text, &out);
		assert_true(str_equal(buf_str(&out), str_from(cases[i].lower)));
		out.len = 0;
		text_fold(text, false, &out);
		assert_true(str_equal(buf_str(&out), str_from(cases[i].folded)));
		out.len = 0;
		text_fold(text, true, &out);
		assert_true(str_equal(buf_str(&out), str_from(cases[i].plain)));
	}
	buf_release(&out);
}

/* Days one after the other by the calendar: both ways, and in stamps. */
static void
test_days(void **state)
{
	struct civil date = { -400, 1, 1 };
	int64_t days = civil_to_days(date);
	char text[STAMP_LENGTH];

	(void)state;
	for (; date.year < 10400; days++) {
		struct civil got = civil_from_days(days);
		if (civil_to_days(date) != days || got.year != date.year || got.month != date.month ||
			got.day != date.day)
			fail_msg("%lld-%d-%d is day %lld", (long long)date.year, date.month, date.day,
				(long long)days);
		if (date.year >= 1 && date.year <= 9999) {
			int64_t stamp = days * DAY_MS + (days * INT64_C(7919) % DAY_MS + DAY_MS) % DAY_MS;
			size_t len = (size_t)(stamp_put(text, stamp) - text);
			assert_int_equal(stamp_read((struct str){ text, len }), stamp);
			assert_true(civil_read((struct str){ text, 10 }, &got) && got.day == date.day);
		}
		if (++date.day > civil_month_length(date.year, date.month)) {
			date.day = 1;
			date.month = date.month % 12 + 1;
			date.year += date.month == 1;
		}
	}
	assert_int_equal(civil_to_days((struct civil){ 1970, 1, 1 }), 0);
	assert_int_equal(civil_to_days(civil_from_days(INT64_C(1000000000000))), INT64_C(1000000000000));
	assert_int_equal(civil_to_days(civil_from_days(-INT64_C(1000000000000))), -INT64_C(1000000000000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_nearly),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_rfc3339),
		cmocka_unit_test(test_letter_case),
	};

	return cmocka_run_group_tests_name("value_compare", tests, NULL, NULL);
}
