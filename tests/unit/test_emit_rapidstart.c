/* test_emit_rapidstart.c - values of configuration packages, and what these cannot carry (part 5, 1.5, 1.6) */
#include "emit_world.h"

#include <zlib.h>

#include "io/reader.h"
#include "model/value.h"
#include "sync/emit/emit_format.h"

static const struct {
	enum type type;
	const char *canonical;
	const char *written;
} values[] = {
	{ TYPE_TEXT, " a\r\nb ", " a\r\nb " },
	{ TYPE_CODE, "ADATUM", "ADATUM" },
	{ TYPE_INTEGER, "-7", "-7" },
	{ TYPE_BIGINTEGER, "9223372036854775807", "9223372036854775807" },
	/* never exactly three decimals: a session of another locale reads them as thousands */
	{ TYPE_DECIMAL, "0", "0" },
	{ TYPE_DECIMAL, "1000", "1000" },
	{ TYPE_DECIMAL, "-12.5", "-12.5" },
	{ TYPE_DECIMAL, "12.34", "12.34" },
	{ TYPE_DECIMAL, "12.345", "12.3450" },
	{ TYPE_DECIMAL, "-0.125", "-0.1250" },
	{ TYPE_DECIMAL, "0.001", "0.0010" },
	{ TYPE_DECIMAL, "1.2345", "1.2345" },
	{ TYPE_DECIMAL, "1234567.123456", "1234567.123456" },
	{ TYPE_BOOLEAN, "true", "1" },
	{ TYPE_BOOLEAN, "false", "0" },
	{ TYPE_DATE, "2026-03-01", "2026-03-01" },
	{ TYPE_TIME, "09:30:00", "09:30:00" },
	{ TYPE_TIME, "09:30:00.125", "09:30:00.125" },
	{ TYPE_DATETIME, "2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z" },
	{ TYPE_DATETIME, "2026-03-01T09:30:00.125Z", "2026-03-01T09:30:00.125Z" },
	{ TYPE_DURATION, "0", "PT0S" },
	{ TYPE_DURATION, "1", "PT0.001S" },
	{ TYPE_DURATION, "60000", "PT1M" },
	{ TYPE_DURATION, "86400000", "P1D" },
	{ TYPE_DURATION, "-93784500", "-P1DT2H3M4.500S" },
	{ TYPE_DURATION, "9223372036854775807", "P106751991167DT7H12M55.807S" },
	{ TYPE_DATEFORMULA, "30D", "<30D>" },
	{ TYPE_DATEFORMULA, "CM+1M", "<CM+1M>" },
	{ TYPE_GUID, "0a1b2c3d-4e5f-4a6b-8c7d-e8f90a1b2c3d", "{0A1B2C3D-4E5F-4A6B-8C7D-E8F90A1B2C3D}" },
	{ TYPE_OPTION, "3", "3" },
	{ TYPE_BLOB, "b2xk", "b2xk" },
};

/* As they are written, and read back as they were. */
static void
test_values(void **test_state)
{
	const struct locale *locale = locale_find(STR(""));
	const struct value_style style = { &import_rapidstart, locale, timezone_utc(), true, ',' };
	struct buf scratch = { 0 };
	struct buf back = { 0 };

	(void)test_state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		const struct field field = { .type = values[i].type };
		struct str text =
			value_style_text(&style, &field, str_from(values[i].canonical), false, &scratch);
		if (!str_equal(text, str_from(values[i].written)))
			fail_msg("%s: %.*s", values[i].written, STR_ARG(text));
		buf_reset(&back);
		assert_true(value_read(&field, locale, timezone_utc(), text, &back));
		assert_true(str_equal(buf_str(&back), str_from(values[i].canonical)));
	}
	buf_release(&scratch);
	buf_release(&back);
}

/* Packages have options by number, though one may be called as another's number. */
static void
test_options(void **test_state)
{
	static struct option options[] = { { .ordinal = { "0", 1 }, .name = { " ", 1 } },
		{ .ordinal = { "1", 1 }, .name = { "2", 1 } }, { .ordinal = { "2", 1 }, .name = { "1", 1 } } };
	static const struct {
		const char *text;
		const char *package;	/* null: no option */
		const char *other;
	} cases[] = {
		{ "1", "1", "2" },
		{ "2", "2", "1" },
		{ "0", "0", "0" },
		{ "", "0", "0" },
		{ "3", NULL, NULL },
		{ "x", NULL, NULL },
	};
	const struct field field = { .type = TYPE_OPTION, .options = options, .option_count = 3 };
	struct buf out = { 0 };

	(void)test_state;
	for (size_t i = 0; i < ARRAY_LEN(cases) * 2; i++) {
		bool is_package = i % 2;
		const char *expected = is_package ? cases[i / 2].package : cases[i / 2].other;
		buf_reset(&out);
		bool ok = value_read(&field, is_package ? locale_of_packages() : locale_find(STR("")),
			timezone_utc(), str_from(cases[i / 2].text), &out);
		assert_int_equal(ok, expected != NULL);
		assert_true(str_equal(buf_str(&out), str_from(expected)));
	}
	buf_release(&out);
}

/* What takes the place of a value: what an importer might take for "leave it" is said. */
static void
test_cleared(void **test_state)
{
	static const char *const texts[TYPES] = { [TYPE_INTEGER] = "0", [TYPE_BIGINTEGER] = "0",
		[TYPE_DECIMAL] = "0", [TYPE_BOOLEAN] = "0", [TYPE_DURATION] = "PT0S",
		[TYPE_GUID] = "{00000000-0000-0000-0000-000000000000}" };

	(void)test_state;
	for (enum type type = TYPE_TEXT; type < TYPES; type++) {
		const struct field field = { .type = type };
		struct str cleared = import_rapidstart.cleared(&field);
		assert_true(str_equal(cleared, str_from(texts[type] ? texts[type] : "")));
	}
}

static void
test_package_names(void **test_state)
{
	static const struct {
		const char *declared;
		const char *name;
		const char *code;
		const char *package;
	} cases[] = {
		{ "", "CUSTOMER", "CUSTOMER-CREATE", "CUSTOMER create" },
		{ "  ", "Postal Address of Ko", "POSTAL ADDRES-CREATE", "Postal Address of Ko create" },
		{ " weekly ", "CUSTOMER", "WEEKLY", "CUSTOMER create" },
		{ "", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
			"\xc3\xa9\xc3\xa9", "\xc3\x89\xc3\x89\xc3\x89\xc3\x89\xc3\x89\xc3\x89\xc3\x89 \xc3\x89\xc3\x89"
			"\xc3\x89\xc3\x89\xc3\x89-CREATE", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 "
			"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 create" },
	};
	struct arena arena = { 0 };

	(void)test_state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct package package;
		package_make(&package, str_from(cases[i].declared), str_from(cases[i].name), "create", &arena);
		assert_true(str_equal(package.code, str_from(cases[i].code)));
		assert_true(str_equal(package.name, str_from(cases[i].package)));
	}
	arena_release(&arena);
}

/* The text of a package of the output folder, byte for byte, without its mark and the zeros of UTF-16. */
static void
unpack(struct emit_world *w, const char *name, struct buf *out)
{
	unsigned char wide[16384];
	z_stream zip = { 0 };

	output_text(w, name);
	assert_memory_equal(w->text.ptr, "\x1f\x8b\x08\0\0\0\0\0\0\0", 10);
	assert_int_equal(inflateInit2(&zip, 15 + 16), Z_OK);
	zip.next_in = (unsigned char *)w->text.ptr;
	zip.avail_in = (unsigned)w->text.len - 1;
	zip.next_out = wide;
	zip.avail_out = sizeof wide;
	assert_int_equal(inflate(&zip, Z_FINISH), Z_STREAM_END);
	assert_int_equal(zip.avail_in, 0);
	assert_memory_equal(wide, "\xff\xfe", 2);
	for (size_t i = 2; i < zip.total_out; i += 2)
		buf_add_char(out, wide[i + 1] == 0 ? (char)wide[i] : '?');
	buf_add_char(out, '\0');
	inflateEnd(&zip);
}

static void
test_package(void **test_state)
{
	struct emit_world w;
	struct buf text = { 0 };

	(void)test_state;
	emit_begin(&w);
	w.defs[ERP].id = 18;
	w.defs[ERP].import.format.format = FORMAT_RAPIDSTART;
	w.defs[ERP].import.format.locale = locale_find(STR("nl-BE"));
	w.mapped[1].validate[ERP] = true;
	add_job(&w, FROM);
	change(&w, 0, ACTION_UPDATE, ERP, 0, 0);
	plan_add_value(&w.run.plan, (struct change_value){ .column = NAME, .base = BASE_UNKNOWN,
		.old = str_cell(STR("x")), .new = str_cell(STR("Ad & Co\n")) });
	emit_world_write(&w);
	unpack(&w, "erp/01-Customer_Kl_nt.update.rapidstart", &text);
	assert_string_equal(text.ptr,
		"<?xml version=\"1.0\" encoding=\"UTF-16\" standalone=\"yes\"?>\r\n"
		"<DataList MinCountForAsyncImport=\"2147483647\" ExcludeConfigTables=\"1\" LanguageID=\"1033\" "
		"ProductVersion=\"\" PackageName=\"CUSTOMER update\" Code=\"CUSTOMER-UPDATE\">\r\n"
		"  <CustomerKl\xe4ntList>\r\n"
		"    <TableID>18</TableID>\r\n"
		"    <CustomerKl\xe4nt>\r\n"
		"      <No PrimaryKey=\"1\" ProcessingOrder=\"1\">10000</No>\r\n"
		"      <Name ValidateField=\"1\" ProcessingOrder=\"2\">Ad &amp; Co&#10;</Name>\r\n"
		"      <CreditLimit ProcessingOrder=\"3\">1234.5</CreditLimit>\r\n"
		"      <Blocked ProcessingOrder=\"4\">3</Blocked>\r\n"
		"    </CustomerKl\xe4nt>\r\n"
		"  </CustomerKl\xe4ntList>\r\n"
		"</DataList>");
	buf_release(&text);
	emit_end(&w);
}

/* 1.7: what Business Central online warns of is told beside the file. */
static void
test_large(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	w.defs[ERP].id = 18;
	w.defs[ERP].import.format.format = FORMAT_RAPIDSTART;
	add_job(&w, FROM);
	for (int i = 0; i < 5001; i++)
		change(&w, 0, ACTION_UPDATE, ERP, 0, 0);
	emit_world_write(&w);
	assert_non_null(strstr(output_text(&w, "README.txt"),
		"       update 5001 records of Customer/Kl\xc3\xa4nt in CRONUS\n"
		"       Configuration package CUSTOMER-UPDATE: import it, apply it, and see that it has no\n"
		"       errors, all before the next file; with English (United States) as region.\n"
		"       It holds more than 5,000 records: Business Central online warns\n"
		"       when it is applied, and may take long.\n"));
	assert_null(strstr(w.text.ptr, "3 MiB"));
	emit_end(&w);
}

/* What an import would cut, lose or misread is told, with record and field. */
static void
test_not_carried(void **test_state)
{
	static char longest[2049 + 1];
	static const struct {
		const char *name;
		const char *expected;
		uint32_t row;
	} cases[] = {
		{ "a\x01", "10000: field \"Name\": the character U+0001 cannot be written in a configuration package, the format of the "
			"import files of table Customer/Kl\xc3\xa4nt; correct the record, or declare another format "
			"in its <import>", 0 },
		{ longest, "10000: field \"Name\": a text of more than 2048 characters would be cut by the import of a configuration "
			"package; shorten it, or use another format", 0 },
		{ "a", "20000: field \"Credit Limit\": the value that the export shows is not of the field's type, "
			"so that it cannot be written in a configuration package; correct the record", 1 },
	};

	(void)test_state;
	memset(longest, 'x', sizeof longest - 1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct emit_world w;
		char expected[400];
		emit_begin(&w);
		w.defs[ERP].id = 18;
		w.defs[ERP].import.format.format = FORMAT_RAPIDSTART;
		add_job(&w, FROM);
		change(&w, 0, ACTION_UPDATE, ERP, cases[i].row, cases[i].row);
		plan_add_value(&w.run.plan, (struct change_value){ .column = NAME, .base = BASE_UNKNOWN,
			.old = str_cell(STR("")), .new = str_cell(str_from(cases[i].name)) });
		assert_false(emit_folder(&w.run, w.target, &w.diag));
		snprintf(expected, sizeof expected, "CUSTOMER CRM->ERP %s", cases[i].expected);
		assert_string_equal(w.diag.lines[0].text.ptr, expected);
		emit_end(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_cleared),
		cmocka_unit_test(test_package_names),
		cmocka_unit_test(test_package),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_not_carried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
