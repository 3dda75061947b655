/* test_locale.c - the table of locales (2.1): what is read, what is written, and there and back */
#include "value_help.h"

struct cell_case {
	const char *locale;
	enum type type;
	const char *written;
	const char *canonical;
};

/* Exactly what the table shows: written so, and read back; DateTimes are in Europe/Brussels. */
static const struct cell_case written_cases[] = {
	{ "invariant", TYPE_DECIMAL, "1234.56", "1234.56" },
	{ "invariant", TYPE_DATE, "2026-03-01", "2026-03-01" },
	{ "invariant", TYPE_DATETIME, "2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z" },
	{ "invariant", TYPE_TIME, "09:30:00", "09:30:00" },
	{ "invariant", TYPE_BOOLEAN, "true", "true" },
	{ "invariant", TYPE_BOOLEAN, "false", "false" },
	{ "en-US", TYPE_DECIMAL, "1234.56", "1234.56" },
	{ "en-US", TYPE_DATE, "3/1/2026", "2026-03-01" },
	{ "en-US", TYPE_DATE, "12/31/2026", "2026-12-31" },
	{ "en-US", TYPE_TIME, "9:30:00 AM", "09:30:00" },
	{ "en-US", TYPE_TIME, "12:00:00 AM", "00:00:00" },
	{ "en-US", TYPE_TIME, "12:30:00 PM", "12:30:00" },
	{ "en-US", TYPE_TIME, "11:59:59.999 PM", "23:59:59.999" },
	{ "en-US", TYPE_DATETIME, "3/1/2026 9:30:00 AM", "2026-03-01T08:30:00Z" },
	{ "en-US", TYPE_BOOLEAN, "Yes", "true" },
	{ "en-US", TYPE_BOOLEAN, "No", "false" },
	{ "en-GB", TYPE_DECIMAL, "-1234.56", "-1234.56" },
	{ "en-GB", TYPE_DATE, "01/03/2026", "2026-03-01" },
	{ "en-GB", TYPE_TIME, "09:30:00", "09:30:00" },
	{ "en-GB", TYPE_DATETIME, "01/03/2026 09:30:00", "2026-03-01T08:30:00Z" },
	{ "en-GB", TYPE_BOOLEAN, "Yes", "true" },
	{ "en-GB", TYPE_BOOLEAN, "No", "false" },
	{ "nl-BE", TYPE_DECIMAL, "1234,56", "1234.56" },
	{ "nl-BE", TYPE_DATE, "1/03/2026", "2026-03-01" },
	{ "nl-BE", TYPE_DATETIME, "1/07/2026 09:30:00.250", "2026-07-01T07:30:00.250Z" },
	{ "nl-BE", TYPE_BOOLEAN, "Ja", "true" },
	{ "nl-BE", TYPE_BOOLEAN, "Nee", "false" },
	{ "nl-NL", TYPE_DECIMAL, "1234,56", "1234.56" },
	{ "nl-NL", TYPE_DATE, "1-3-2026", "2026-03-01" },
	{ "nl-NL", TYPE_BOOLEAN, "Ja", "true" },
	{ "nl-NL", TYPE_BOOLEAN, "Nee", "false" },
	{ "fr-BE", TYPE_DECIMAL, "1234,56", "1234.56" },
	{ "fr-BE", TYPE_DATE, "1/03/2026", "2026-03-01" },
	{ "fr-BE", TYPE_BOOLEAN, "Oui", "true" },
	{ "fr-BE", TYPE_BOOLEAN, "Non", "false" },
	{ "fr-FR", TYPE_DECIMAL, "1234,56", "1234.56" },
	{ "fr-FR", TYPE_DATE, "01/03/2026", "2026-03-01" },
	{ "fr-FR", TYPE_BOOLEAN, "Oui", "true" },
	{ "fr-FR", TYPE_BOOLEAN, "Non", "false" },
	{ "de-DE", TYPE_DECIMAL, "1234,56", "1234.56" },
	{ "de-DE", TYPE_DATE, "01.03.2026", "2026-03-01" },
	{ "de-DE", TYPE_BOOLEAN, "Ja", "true" },
	{ "de-DE", TYPE_BOOLEAN, "Nein", "false" },
	{ "da-DK", TYPE_DECIMAL, "1234,56", "1234.56" },
	{ "da-DK", TYPE_DATE, "01-03-2026", "2026-03-01" },
	{ "da-DK", TYPE_BOOLEAN, "Ja", "true" },
	{ "da-DK", TYPE_BOOLEAN, "Nej", "false" },
	{ "nl-BE", TYPE_INTEGER, "-1234", "-1234" },
	{ "nl-BE", TYPE_DURATION, "1000", "1000" },
	{ "nl-BE", TYPE_DATEFORMULA, "1M+CM", "1M+CM" },
	{ "nl-BE", TYPE_TEXT, " 1.5 ", " 1.5 " },
	{ "nl-BE", TYPE_GUID, "b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7f8",
	  "b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7f8" },
	/* On 25 October the clock shows the hour from two to three twice: the second is told in UTC. */
	{ "nl-BE", TYPE_DATETIME, "25/10/2026 02:30:00", "2026-10-25T00:30:00Z" },
	{ "nl-BE", TYPE_DATETIME, "2026-10-25T01:30:00Z", "2026-10-25T01:30:00Z" },
	{ "nl-BE", TYPE_DATETIME, "9999-12-31T23:30:00Z", "9999-12-31T23:30:00Z" },
};

/* Read as well: grouping marks, other separators, spreadsheet words, and what is read in every locale. */
static const struct cell_case read_cases[] = {
	{ "en-US", TYPE_DECIMAL, "1,234.56", "1234.56" },
	{ "en-GB", TYPE_DECIMAL, "1,234.56", "1234.56" },
	{ "nl-BE", TYPE_DECIMAL, "1.234,56", "1234.56" },
	{ "nl-NL", TYPE_DECIMAL, "1.234,56", "1234.56" },
	{ "fr-BE", TYPE_DECIMAL, "1 234,56", "1234.56" },
	{ "fr-FR", TYPE_DECIMAL, "1\xe2\x80\xaf" "234,56", "1234.56" },
	{ "de-DE", TYPE_DECIMAL, "1.234,56", "1234.56" },
	{ "da-DK", TYPE_DECIMAL, "1.234,56", "1234.56" },
	{ "invariant", TYPE_DECIMAL, "1,234.56", BAD },
	{ "de-DE", TYPE_DECIMAL, "1234.56", BAD },
	{ "en-GB", TYPE_DATE, "1.3.2026", "2026-03-01" },
	{ "en-US", TYPE_DATE, "03-01-2026", "2026-03-01" },
	{ "nl-NL", TYPE_DATE, "01/03/2026", "2026-03-01" },
	{ "fr-BE", TYPE_DATE, "01/03/2026", "2026-03-01" },
	{ "de-DE", TYPE_DATE, "1.3.26", "2026-03-01" },
	{ "da-DK", TYPE_DATE, "1/3/2026", "2026-03-01" },
	{ "de-DE", TYPE_DATE, "2026-03-01", "2026-03-01" },
	{ "nl-BE", TYPE_BOOLEAN, "WAAR", "true" },
	{ "nl-NL", TYPE_BOOLEAN, "onwaar", "false" },
	{ "fr-BE", TYPE_BOOLEAN, "VRAI", "true" },
	{ "fr-FR", TYPE_BOOLEAN, "Faux", "false" },
	{ "de-DE", TYPE_BOOLEAN, "WAHR", "true" },
	{ "de-DE", TYPE_BOOLEAN, "FALSCH", "false" },
	{ "da-DK", TYPE_BOOLEAN, "SAND", "true" },
	{ "da-DK", TYPE_BOOLEAN, "FALSK", "false" },
	{ "da-DK", TYPE_BOOLEAN, "ja", "true" },
	{ "de-DE", TYPE_BOOLEAN, "TRUE", "true" },
	{ "fr-FR", TYPE_BOOLEAN, "0", "false" },
	{ "fr-FR", TYPE_BOOLEAN, "Ja", BAD },
	{ "en-US", TYPE_BOOLEAN, "Oui", BAD },
	{ "nl-BE", TYPE_BOOLEAN, "J", BAD },
	{ "en-GB", TYPE_BOOLEAN, "no", "false" },
};

static const char *const names[] = { "invariant", "en-US", "en-GB", "nl-BE", "nl-NL", "fr-BE", "fr-FR",
	"de-DE", "da-DK" };

static const char *
write_value(const struct field *field, const char *locale, const struct timezone_rules *zone,
	const char *canonical, struct buf *out)
{
	out->len = 0;
	value_write(field, test_locale(locale), zone, false, str_from(canonical), out);
	buf_add_char(out, 0);
	return out->ptr;
}

static void
test_find(void **state)
{
	struct str rest = str_from(locale_names());

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_true(str_equal(str_trim(str_cut(rest, ',', &rest)), str_from(names[i])));
		assert_string_equal(test_locale(names[i])->name, names[i]);
	}
	assert_int_equal(rest.len, 0);
	assert_string_equal(test_locale("")->name, "invariant");
	assert_string_equal(test_locale("NL-be")->name, "nl-BE");
	assert_null(locale_find(STR("nl")));
	assert_null(locale_find(STR("nl-BEL")));
	assert_null(locale_find(STR("xx-XX")));
}

static void
test_table(void **state)
{
	struct arena arena = { 0 };
	struct buf out = { 0 };
	const struct timezone_rules *zone = timezone_load(&arena, STR("Europe/Brussels"));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(written_cases); i++) {
		const struct cell_case *c = &written_cases[i];
		struct field field = { .type = c->type };
		test_same(c->locale, c->canonical, write_value(&field, c->locale, zone, c->canonical, &out),
			c->written);
		test_same(c->locale, c->written,
			test_read(&field, c->locale, zone, str_from(c->written), &out), c->canonical);
		assert_string_equal(write_value(&field, c->locale, zone, "", &out), "");
	}
	for (size_t i = 0; i < ARRAY_LEN(read_cases); i++) {
		const struct cell_case *c = &read_cases[i];
		struct field field = { .type = c->type };
		test_same(c->locale, c->written,
			test_read(&field, c->locale, zone, str_from(c->written), &out), c->canonical);
	}
	buf_release(&out);
	arena_release(&arena);
}

/* What is written is read back as the same value, for every type, locale and zone. */
static void
test_there_and_back(void **state)
{
	static const char *const zones[] = { "UTC", "Europe/Brussels", "America/New_York", "Asia/Kolkata",
		"Australia/Lord_Howe", "Pacific/Apia", "America/Nuuk" };
	static const struct {
		enum type type;
		const char *value;
	} values[] = {
		{ TYPE_DECIMAL, "0" },
		{ TYPE_DECIMAL, "-0.001" },
		{ TYPE_DECIMAL, "1234567.891" },
		{ TYPE_DECIMAL, "12345678901234567890123456789012345678" },
		{ TYPE_DECIMAL, "-0.12345678901234567890123456789012345678" },
		{ TYPE_INTEGER, "-2147483648" },
		{ TYPE_BIGINTEGER, "9223372036854775807" },
		{ TYPE_DURATION, "-1" },
		{ TYPE_BOOLEAN, "true" },
		{ TYPE_BOOLEAN, "false" },
		{ TYPE_DATE, "0001-01-02" },
		{ TYPE_DATE, "0099-12-31" },
		{ TYPE_DATE, "1949-10-09" },
		{ TYPE_DATE, "2024-02-29" },
		{ TYPE_DATE, "9999-12-31" },
		{ TYPE_TIME, "00:00:00" },
		{ TYPE_TIME, "00:59:59.001" },
		{ TYPE_TIME, "11:00:00" },
		{ TYPE_TIME, "12:00:00" },
		{ TYPE_TIME, "13:05:09.100" },
		{ TYPE_TIME, "23:59:59.999" },
		{ TYPE_DATETIME, "0001-01-01T00:00:01Z" },
		{ TYPE_DATETIME, "0001-01-01T12:00:00Z" },
		{ TYPE_DATETIME, "1752-12-31T23:42:30Z" },
		{ TYPE_DATETIME, "1753-01-01T05:00:00Z" },
		{ TYPE_DATETIME, "1900-01-01T00:00:00Z" },
		{ TYPE_DATETIME, "1969-12-31T23:59:59.999Z" },
		{ TYPE_DATETIME, "2011-12-30T10:00:00Z" },
		{ TYPE_DATETIME, "2026-03-29T01:00:00Z" },
		{ TYPE_DATETIME, "2026-10-25T00:59:59.999Z" },
		{ TYPE_DATETIME, "2026-10-25T01:00:00Z" },
		{ TYPE_DATETIME, "2026-11-01T05:30:00Z" },
		{ TYPE_DATETIME, "2026-11-01T06:30:00Z" },
		{ TYPE_DATETIME, "4500-12-31T23:00:00Z" },
		{ TYPE_DATETIME, "9999-12-31T23:59:59.999Z" },
		{ TYPE_GUID, "b3c1f0a2-5d6e-4f70-8192-a3b4c5d6e7f8" },
		{ TYPE_DATEFORMULA, "1M+CM" },
		{ TYPE_CODE, "\xc3\x89T\xc3\x89 1.5" },
		{ TYPE_TEXT, " true " },
	};
	struct arena arena = { 0 };
	struct buf text = { 0 };
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(zones) * ARRAY_LEN(names) * ARRAY_LEN(values); i++) {
		const char *locale = names[i % ARRAY_LEN(names)];
		const char *value = values[i / ARRAY_LEN(names) % ARRAY_LEN(values)].value;
		struct field field = { .type = values[i / ARRAY_LEN(names) % ARRAY_LEN(values)].type };
		const char *zone_name = zones[i / ARRAY_LEN(names) / ARRAY_LEN(values)];
		const struct timezone_rules *zone = timezone_load(&arena, str_from(zone_name));
		assert_non_null(zone);
		const char *written = write_value(&field, locale, zone, value, &text);
		test_same(locale, written, test_read(&field, locale, zone, str_from(written), &out), value);
	}
	buf_release(&text);
	buf_release(&out);
	arena_release(&arena);
}

static void
test_options(void **state)
{
	struct option twins[] = { { .ordinal = STR("0"), .name = STR("Open") },
		{ .ordinal = STR("1"), .name = STR("Open") } };
	struct field twin_field = { .type = TYPE_OPTION, .options = twins, .option_count = 2 };
	struct buf text = { 0 };
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < block_field.option_count; i++) {
		const char *ordinal = block_options[i].ordinal.ptr;
		const char *written = write_value(&block_field, "nl-BE", timezone_utc(), ordinal, &text);
		assert_true(str_equal(str_from(written), block_options[i].name));
		test_same("option", written,
			test_read(&block_field, "nl-BE", timezone_utc(), str_from(written), &out), ordinal);
	}
	text.len = 0;
	value_write(&block_field, test_locale("nl-BE"), timezone_utc(), true, STR("1"), &text);
	assert_true(str_equal(buf_str(&text), STR("1")));
	assert_string_equal(write_value(&block_field, "nl-BE", timezone_utc(), "", &text), "");
	assert_string_equal(write_value(&twin_field, "nl-BE", timezone_utc(), "0", &text), "Open");
	assert_string_equal(write_value(&twin_field, "nl-BE", timezone_utc(), "1", &text), "1");
	buf_release(&text);
	buf_release(&out);
}

/* A source may have marks of its own. */
static void
test_own_marks(void **state)
{
	static const struct field field = { .type = TYPE_DECIMAL };
	struct locale swiss = *test_locale("de-DE");
	struct buf out = { 0 };

	(void)state;
	swiss.decimal = '.';
	swiss.thousands = '\'';
	assert_true(value_read(&field, &swiss, timezone_utc(), STR("1'234.50"), &out));
	assert_false(value_read(&field, &swiss, timezone_utc(), STR("1.234,50"), &out));
	value_write(&field, &swiss, timezone_utc(), false, STR("1234.5"), &out);
	assert_true(str_equal(buf_str(&out), STR("1234.51234.5")));
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_own_marks),
	};

	return cmocka_run_group_tests_name("locale", tests, NULL, NULL);
}
