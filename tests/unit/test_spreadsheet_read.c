/* test_spreadsheet_read.c - XML Spreadsheet 2003 (section 4): what is read of it, and what is refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "xml_help.h"

#define BOOK "<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet' " \
	"xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'>"
#define SHEET(name) "<Worksheet ss:Name='" name "'><Table>"
#define END "</Table></Worksheet></Workbook>"
#define S(text) "<Cell><Data ss:Type='String'>" text "</Data></Cell>"
#define T(type, text) "<Cell><Data ss:Type='" type "'>" text "</Data></Cell>"
#define AT(index, text) "<Cell ss:Index='" index "'><Data ss:Type='String'>" text "</Data></Cell>"
#define HEADER "<Row>" S("a") S("b") S("c") "</Row>\n"
#define ONE(rows) BOOK SHEET("Sheet1") HEADER rows END

struct read_case {
	const char *in;
	const char *expected;
	const char *table;
};

static const struct read_case cases[] = {
	{ .in = ONE("<Row>" S("1") S(" 2 ") S("&lt;3&gt;") "</Row>"), "2:a=1|b= 2 |c=<3>\na|b|c\nend" },
	/* gaps: of cells by their index, of rows by theirs; merged cells take room */
	{ .in = ONE("<Row>" AT("2", "x") S("y") "</Row>\n<Row ss:Index='9'>" AT("3", "z") "</Row>"),
		"2:b=x|c=y\n3:c=z\na|b|c\nend" },
	{ .in = ONE("<Row><Cell ss:MergeAcross='1'><Data ss:Type='String'>x</Data></Cell>" S("y") "</Row>"),
		"2:a=x|c=y\na|b|c\nend" },
	{ .in = ONE("<Row><Cell ss:StyleID='s1'/>" S("x") "<Cell/></Row>"), "2:b=x\na|b|c\nend" },
	/* empty rows are skipped, also before the header */
	{ .in = BOOK SHEET("t") "<Column ss:Width='9'/><Row/>\n<Row><Cell/></Row>\n" HEADER
				"<Row/><Row>" S("") "</Row>\n<Row>" S("1") "</Row>" END,
		"5:a=1\na|b|c\nend" },
	{ .in = BOOK SHEET("t") HEADER END, "a|b|c\nend" },
	/* a heading is trimmed, and may be missing */
	{ .in = BOOK SHEET("t") "<Row>" S(" a ") AT("3", "c") "</Row><Row>" S("1") S("2") S("3") "</Row>" END,
		"1:a=1|=2|c=3\na||c\nend" },
	/* types */
	{ .in = ONE("<Row>" T("Number", "1.5E+3") T("Boolean", "1")
			  T("DateTime", "2026-03-01T00:00:00.000") "</Row>"),
		"2:a#=1500|b#=1|c#=2026-03-01T00:00:00.000\na|b|c\nend" },
	{ .in = ONE("<Row>" T("Number", "0.10000000000000001") S("1")
			  T("DateTime", "1899-12-31T09:30:00.000") "</Row>"),
		"2:a#=0.1|b=1|c#=09:30:00.000\na|b|c\nend" },
	{ .in = ONE("<Row><Cell ss:Formula='=1+1'><Data ss:Type='Number'>2</Data></Cell><Cell><Data>x</Data>"
		    "</Cell></Row>"),
		"2:a#=2|b=x\na|b|c\nend" },
	/* the look of text, and what belongs to a cell besides its value */
	{ .in = ONE(
		  "<Row><Cell><ss:Data ss:Type='String' xmlns='http://www.w3.org/TR/REC-html40'>1<B>2<I>3</I></B>"
		  "4</ss:Data><Comment><ss:Data>no</ss:Data></Comment><NamedCell ss:Name='n'/></Cell></Row>"),
		"2:a=1234\na|b|c\nend" },
	/* the worksheet that is named as the table, else the first */
	{ .in = BOOK SHEET("x") "<Row>" S("no") "</Row></Table></Worksheet>" SHEET("ACCOUNT") HEADER
		"<Row>" S("1") "</Row>" END,
		"2:a=1\na|b|c\nend",
		.table = "account" },
	{ .in = BOOK SHEET("x") HEADER
		"<Row>" S("1") "</Row></Table></Worksheet>" SHEET("y") "<Row>" S("no") "</Row>" END,
		"2:a=1\na|b|c\nend",
		.table = "account" },
	{ .in = BOOK SHEET("x") "</Table></Worksheet>" SHEET("G_L Account_ the one that is lo") HEADER END,
		"a|b|c\nend",
		.table = "G/L Account: the one that is long" },
	{ .in = BOOK SHEET("x") "</Table></Worksheet>" SHEET("G/L Account, the one that is lo") HEADER END,
		"a|b|c\nend",
		.table = "G/L Account, the one that is longer" },
	/* what is wrong with a row leaves it out */
	{ .in = ONE("<Row>" S("1") S("2") S("3") "<Cell/>" S("4") "</Row><Row>" S("5") "</Row>"),
		"2:a=5\na|b|c\n"
		"bad 2: column 5: the value \"4\" has no heading; give the column one, or take the value out\n"
		"end" },
	{ .in = ONE("<Row>" S("1") S("2") S("3") S("") "</Row>"), "2:a=1|b=2|c=3\na|b|c\nend" },
	{ .in = ONE("<Row>" AT("2", "1") AT("2", "2") "</Row>"),
		"a|b|c\n"
		"bad 2: column 2 \"b\": the cell comes behind one that is farther to the right; export the "
		"worksheet again\nend" },
	{ .in = ONE("<Row>" AT("0", "1") "</Row>"),
		"a|b|c\n"
		"bad 2: column 1 \"a\": the cell comes behind one that is farther to the right; export the "
		"worksheet again\nend" },
	{ .in = ONE("<Row>" AT("4097", "1") "</Row>"),
		"a|b|c\nbad 2: column 4097: more than 4096 columns; export "
		"fewer\nend" },
	{ .in = ONE("<Row>" S("1") T("Error", "#N/A") "</Row>"),
		"a|b|c\nbad 2: column 2 \"b\": the error \"#N/A\" "
		"stands there in place of a value; correct the worksheet\nend" },
	{ .in = ONE("<Row><Cell><Data>1</Data><Data>2</Data></Cell></Row>"),
		"a|b|c\nbad 2: column 1 \"a\": a cell "
		"with two values; export the worksheet again\nend" },
	/* no header at all */
	{ .in = BOOK SHEET("t") END,
		"f.xml: the worksheet holds nothing, not even a header row; export it with "
		"headers" },
	{ .in = BOOK "</Workbook>",
		"f.xml: the worksheet holds nothing, not even a header row; export it with "
		"headers" },
	{ .in = BOOK SHEET("t") "<Row>" T("Error", "#REF!") "</Row>" END,
		"f.xml:1: column 1: the error \"#REF!\" "
		"stands there in place of a value; correct the worksheet" },
};

static void
test_cases(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_reads(*state, (struct reader_options){ .table_name = str_from(cases[i].table) },
			str_from(cases[i].in), cases[i].expected);
}

/* Rows before a fault of the document are handed out. */
static void
test_malformed(void **state)
{
	assert_reads(*state, (struct reader_options){ 0 },
		STR(BOOK SHEET("t") HEADER "<Row>" S("1") "</Row>\n<Row></Cell>"),
		"2:a=1\na|b|c\n"
		"f.xml:3: column 13: not well-formed XML: element \"Row\" is closed by another name; export the "
		"file again");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cases, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_malformed, help_begin, help_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
