/* test_emit_xml.c - import files in XML: byte for byte, and read again as they were written (5.0.2, section
 * 4) */
#include "emit_world.h"
#include "io/reader.h"
#include "model/value.h"

#define BOOK_BEGIN "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n" \
	"<?mso-application progid=\"Excel.Sheet\"?>\r\n" \
	"<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" " \
	"xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\r\n" \
	"<Styles><Style ss:ID=\"Default\" ss:Name=\"Normal\"/>" \
	"<Style ss:ID=\"date\"><NumberFormat ss:Format=\"Short Date\"/></Style>" \
	"<Style ss:ID=\"time\"><NumberFormat ss:Format=\"General Date\"/></Style></Styles>\r\n"
#define BOOK_END "</Table>\r\n</Worksheet>\r\n</Workbook>\r\n"
#define S(text) "<Cell><Data ss:Type=\"String\">" text "</Data></Cell>"
#define N(text) "<Cell><Data ss:Type=\"Number\">" text "</Data></Cell>"

static void
value(struct emit_world *w, uint32_t column, const char *new)
{
	plan_add_value(&w->run.plan, (struct change_value){ .column = column, .base = BASE_UNKNOWN,
		.old = str_cell(STR("")), .new = str_cell(str_from(new)) });
}

static void
begin(struct emit_world *w, enum format format)
{
	emit_begin(w);
	w->defs[CRM].import.format.format = format;
	w->defs[CRM].import.format.locale = locale_find(STR(""));
	w->defs[ERP].import.format.format = format;
	w->defs[ERP].import.format.locale = locale_find(STR("nl-BE"));
}

static void
test_spreadsheet(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	begin(&w, FORMAT_SPREADSHEET);
	add_job(&w, TO);
	w.mapped[5].fields[CRM] = w.columns[CRM][SINCE];
	change(&w, 0, ACTION_CREATE, CRM, add_coupling(&w, "", CRM_ID_3, "40000"), TABLE_NO_ROW);
	value(&w, NUMBER, "40000");
	value(&w, CRM_NAME, "<a> & \"b\"\r\n\tc");
	value(&w, LIMIT, "-1234.5");
	value(&w, TYPE_CODE_, "3");
	value(&w, SINCE, "2026-03-01");
	change(&w, 0, ACTION_DELETE, CRM, 0, 0);
	emit_world_write(&w);
	assert_string_equal(output_text(&w, "crm/01-account.create.xml"),
		BOOK_BEGIN
		"<Worksheet ss:Name=\"account\">\r\n<Table>\r\n"
		"<Row>" S("accountid") S("accountnumber") S("name") S("creditlimit") S("customertypecode") S(
			"since") "</Row>\r\n"
				 "<Row>" S(CRM_ID_3) S("40000") S("&lt;a&gt; &amp; \"b\"&#13;&#10;\tc") N(
					 "-1234.5")
					 N("3") "<Cell ss:StyleID=\"date\"><Data ss:Type=\"DateTime\">2026-03-01T00:00:00.000</Data></Cell></Row>\r\n" BOOK_END);
	/* Deletes are CSV in every format. */
	assert_string_equal(output_text(&w, "crm/02-account.delete.csv"),
		"\xef\xbb\xbf"
		"accountid\r\n" CRM_ID_1 "\r\n");
	emit_end(&w);
}

static void
test_xml(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	begin(&w, FORMAT_XML);
	add_job(&w, FROM);
	change(&w, 0, ACTION_UPDATE, ERP, 0, 0);
	value(&w, NAME, "Ad & Co\n");
	change(&w, 0, ACTION_UPDATE, ERP, 1, 1);
	value(&w, NAME, "T");
	emit_world_write(&w);
	assert_string_equal(output_text(&w, "erp/01-Customer_Kl_nt.update.xml"),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CustomerKl\xc3\xa4ntList>\n"
		"  <CustomerKl\xc3\xa4nt>\n    <No>10000</No>\n    <SystemId>" ERP_ID_1 "</SystemId>\n"
		"    <Name>Ad &amp; Co&#10;</Name>\n    <CreditLimit>1234,5</CreditLimit>\n    <Blocked>All</Blocked>\n"
		"  </CustomerKl\xc3\xa4nt>\n"
		"  <CustomerKl\xc3\xa4nt>\n    <No>20000</No>\n    <SystemId>" ERP_ID_2 "</SystemId>\n"
		"    <Name>T</Name>\n    <CreditLimit>veel</CreditLimit>\n    <Blocked> </Blocked>\n"
		"  </CustomerKl\xc3\xa4nt>\n</CustomerKl\xc3\xa4ntList>\n");
	emit_end(&w);
}

/* 6.5: what XML does not have is told, with record and field. */
static void
test_not_carried(void **test_state)
{
	static const struct {
		const char *name;
		const char *character;
	} cases[] = {
		{ "a\x01", "U+0001" },
		{ "\x1f", "U+001F" },
		{ "x\xef\xbf\xbe", "U+FFFE" },
		{ "x\xef\xbf\xbfy", "U+FFFF" },
	};

	(void)test_state;
	for (size_t i = 0; i < ARRAY_LEN(cases) * 2; i++) {
		struct emit_world w;
		char expected[300];
		begin(&w, i % 2 ? FORMAT_XML : FORMAT_SPREADSHEET);
		w.options.threads = 3;
		add_job(&w, TO);
		change(&w, 0, ACTION_CREATE, CRM, add_coupling(&w, "", CRM_ID_3, "40000"), TABLE_NO_ROW);
		value(&w, CRM_NAME, cases[i / 2].name);
		assert_false(emit_folder(&w.run, w.target, &w.diag));
		snprintf(expected, sizeof expected,
			"CUSTOMER ERP->CRM 40000: field \"name\": the character %s cannot "
			"be written in %s, the format of the import files of table account; correct the record, or "
			"declare another format in its <import>",
			cases[i / 2].character, i % 2 ? "XML" : "an XML spreadsheet");
		assert_string_equal(w.diag.lines[0].text.ptr, expected);
		assert_int_equal(w.diag.status, STATUS_INVALID);
		emit_end(&w);
	}
}

/* Values of every type come back as they were, whatever stands in them. */
static const struct {
	enum type type;
	const char *values[6];
} kinds[] = {
	{ TYPE_TEXT, { "a", " b ", "c\nd", "\r\n", "<&>\"'\t]]>", "\xf0\x9f\x98\x80\xc2\xa0" } },
	{ TYPE_CODE, { "A", "A B", "\xc3\x98", "<&>", "1", "" } },
	{ TYPE_INTEGER, { "0", "-1", "2147483647", "-2147483648", "10", "" } },
	{ TYPE_BIGINTEGER,
		{ "9223372036854775807", "-9223372036854775808", "0", "1", "12345678901234567", "" } },
	{ TYPE_DECIMAL, { "0", "-0.05", "1234567890123456789.1234567", "0.1", "1234.56", "" } },
	{ TYPE_BOOLEAN, { "true", "false", "", "true", "false", "" } },
	{ TYPE_DATE, { "2026-03-01", "1900-01-01", "1899-12-31", "0002-01-01", "9999-12-31", "" } },
	{ TYPE_TIME, { "00:00:00", "09:30:00", "23:59:59.999", "", "12:00:00", "" } },
	/* in Brussels, the third is an hour that the clock shows twice */
	{ TYPE_DATETIME,
		{ "2026-03-01T09:30:00Z", "2026-07-01T22:00:00.123Z", "2026-10-25T01:30:00Z",
			"1899-12-31T23:50:00Z", "0500-01-01T00:00:00Z", "" } },
	{ TYPE_DURATION, { "0", "-60000", "86400000", "", "1", "" } },
	{ TYPE_GUID, { CRM_ID_1, ERP_ID_1, "", "", "", "" } },
	{ TYPE_OPTION, { "0", "3", "0", "3", "0", "0" } },
};

/* Reads the file's column of that field and compares. */
static void
assert_reads_again(struct emit_world *w, const char *name, const struct field *field,
	const char *const values[6], const struct locale *locale, const struct timezone_rules *zone)
{
	char path[200];
	struct diag diag = { 0 };
	struct batch batch;
	struct buf text = { 0 };
	uint32_t columns;
	uint32_t column = 0;

	snprintf(path, sizeof path, "%s/%s", w->target, name);
	struct reader *reader = reader_open(&(struct reader_options){ .path = path }, &diag);
	assert_non_null(reader);
	assert_int_equal(reader_next(reader, &batch), READ_BATCH);
	const struct str *header = reader_header(reader, &columns);
	while (column < columns && !str_equal(header[column], field->name))
		column++;
	assert_true(column < columns);
	assert_int_equal(batch.count, 6);
	for (uint32_t row = 0; row < 6; row++) {
		size_t at = (size_t)row * batch.columns + column;
		bool is_invariant = batch.is_invariant && batch.is_invariant[at];
		buf_reset(&text);
		assert_true(value_read(
			field, is_invariant ? locale_find(STR("")) : locale, zone, batch.cells[at], &text));
		bool is_same = value_equal(field->type, buf_str(&text), str_from(values[row]));
		if (!is_same)
			fail_msg("%s: wrote %s, read %.*s", name, values[row], STR_ARG(buf_str(&text)));
	}
	buf_release(&text);
	reader_close(reader);
	diag_release(&diag);
}

static void
test_read_again(void **test_state)
{
	static const enum format formats[] = { FORMAT_XML, FORMAT_SPREADSHEET };
	static struct locale words;

	(void)test_state;
	/* As loading a setup makes it: what is left of a locale are its words. */
	words = *locale_find(STR(""));
	words.yes = "Ja";
	words.no = "Nee";
	for (size_t i = 0; i < ARRAY_LEN(kinds) * 2; i++) {
		struct emit_world w;
		const struct locale *declared = locale_find(STR("nl-BE"));
		begin(&w, formats[i % 2]);
		const struct timezone_rules *zone = timezone_load(&w.run.plan.arena, STR("Europe/Brussels"));
		assert_non_null(zone);
		w.run.setup.systems[CRM].zone = zone;
		w.defs[CRM].import.format.locale = i % 2 ? &words : declared;
		w.defs[CRM].import.options_as_ordinal = i % 4 == 3;
		struct field *field = &w.fields[CRM][CRM_NAME];
		field->type = kinds[i / 2].type;
		field->options = blocked_options;
		field->option_count = ARRAY_LEN(blocked_options);
		add_job(&w, TO);
		for (unsigned k = 0; k < 6; k++) {
			char key[2] = { (char)('1' + k), '\0' };
			struct str copy = arena_copy(&w.run.plan.arena, str_from(key));
			change(&w, 0, ACTION_CREATE, CRM, add_coupling(&w, "", CRM_ID_3, copy.ptr),
				TABLE_NO_ROW);
			value(&w, CRM_NAME, kinds[i / 2].values[k]);
		}
		emit_world_write(&w);
		assert_reads_again(
			&w, "crm/01-account.create.xml", field, kinds[i / 2].values, declared, zone);
		emit_end(&w);
	}
}

/* Parts stay below 8 MB and are each a whole document. */
static void
test_parts(void **test_state)
{
	static char name[100001];
	struct emit_world w;
	size_t total = 0;

	(void)test_state;
	begin(&w, FORMAT_SPREADSHEET);
	add_job(&w, TO);
	memset(name, '<', sizeof name - 1);
	for (unsigned i = 0; i < 50; i++) {
		struct str key = arena_printf(&w.run.plan.arena, "%05u", i);
		change(&w, 0, ACTION_CREATE, CRM, add_coupling(&w, "", CRM_ID_3, key.ptr), TABLE_NO_ROW);
		value(&w, NUMBER, key.ptr);
		value(&w, CRM_NAME, name);
	}
	emit_world_write(&w);
	for (unsigned part = 1; part <= 3; part++) {
		char path[60];
		snprintf(path, sizeof path, "crm/01-account.create.%u.xml", part);
		output_text(&w, path);
		assert_true(w.text.len - 1 < 8000000);
		assert_memory_equal(w.text.ptr, BOOK_BEGIN, sizeof BOOK_BEGIN - 1);
		assert_string_equal(w.text.ptr + w.text.len - sizeof BOOK_END, BOOK_END);
		total += w.text.len;
	}
	assert_true(total > 20000000);
	emit_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spreadsheet),
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_not_carried),
		cmocka_unit_test(test_read_again),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
