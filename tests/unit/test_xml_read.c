/* test_xml_read.c - XML of records (5.0.2): what is read of it, and what is refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "xml_help.h"

#define XSI "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
#define PATH_ADVICE "name the path of the record elements in record=\"...\""

struct read_case {
	const char *in;
	const char *expected;
	const char *record;
	const char *encoding;
};

static const struct read_case good[] = {
	{ .in = "<Customers>\n<Customer><No>1</No><Name>A &amp; B</Name></Customer>\n<Customer><Name>C</Name>"
		"<City>Gent</City></Customer></Customers>",
		"2:No=1|Name=A & B\n3:Name=C|City=Gent\nNo|Name|City\nend" },
	{ .in = "<r><x a='1' b=\"2 &quot;&#10;&lt;\"><c>3</c></x></r>", "1:a=1|b=2 \"\n<|c=3\na|b|c\nend" },
	/* a record without fields is one; one whose tag takes lines begins on the first */
	{ .in = "<r>\n<x/>\n\n<x\n  a='1'\n/></r>", "2:\n4:a=1\na\nend" },
	/* no record at all */
	{ .in = "<r/>", "\nend" },
	{ .in = "\n <r>\n</r>\n", "\nend" },
	/* blank in several ways; blanks are data, layout is not */
	{ .in = "<r " XSI
		"><x><a xsi:nil='true'/><b></b><c/><d xsi:nil=\"1\">\n</d><e>\r\n  </e><f>  </f><g> y </g></x></r>",
		"1:f=  |g= y \na|b|c|d|e|f|g\nend" },
	/* the prefix need not be declared: namespaces are ignored */
	{ .in = "<r><x><a xsi:nil='true'/></x></r>", "1:\na\nend" },
	{ .in = "<n:r xmlns:n='u'><n:x n:a='1' xml:lang='nl'><n:b>2</n:b></n:x></n:r>",
		"1:a=1|b=2\na|b\nend" },
	{ .in = "<r><x " XSI " xsi:type='t'><a xsi:type='u' q='1'>1</a></x></r>", "1:a=1\na\nend" },
	/* text in several pieces */
	{ .in = "<r><x><a>1<![CDATA[<&>]]>2<!-- no -->3<?pi no?>4</a></x></r>", "1:a=1<&>234\na\nend" },
	{ .in = "<r><x><a>&lt;&gt;&apos;&quot;&#xe9;&#233;&#x1F600;</a></x></r>",
		"1:a=<>'\"\xc3\xa9\xc3\xa9\xf0\x9f\x98\x80\na\nend" },
	{ .in = "<r><x><a>1\r\n2\r3</a></x></r>", "1:a=1\n2\n3\na\nend" },
	/* the path to the records */
	{ .in = "<d><h>no</h><l><c n='1'/><o n='2'/><c n='3'/></l><l><c n='4'/></l></d>",
		"1:n=1\n1:n=3\n1:n=4\nn\nend",
		.record = "d/l/c" },
	{ .in = "<d><l><c n='1'/></l></d>", "1:n=1\nn\nend", .record = "/d/*/x:c" },
	{ .in = "<c n='1'><m>2</m></c>", "1:n=1|m=2\nn|m\nend", .record = "c" },
	{ .in = "<d><l/></d>", "\nend", .record = "d/l/c" },
	/* other formats, if they are said to be XML */
	{ .in = "<DataList><CustomerList><Customer><No>1</No></Customer></CustomerList></DataList>",
		"1:No=1\nNo\nend",
		.record = "DataList/CustomerList/Customer" },
	/* encodings */
	{ .in = "<?xml version='1.0' encoding='windows-1252'?><r><x><a>\xe9\x80</a></x></r>",
		"1:a=\xc3\xa9\xe2\x82\xac\na\nend" },
	{ .in = "\xef\xbb\xbf<?xml version='1.0' encoding='utf-16'?><r><x><a>\xc3\xa9</a></x></r>",
		"1:a=\xc3\xa9\na\nend" },
	{ .in = "<?xml version='1.0' encoding='UTF-8'?><r><x><a>\xe9</a></x></r>",
		"1:a=\xc3\xa9\na\nend",
		.encoding = "ISO-8859-1" },
};

static const struct read_case left_out[] = {
	{ .in = "<r>\n<x><a>1</a>\n<a>2</a></x>\n<x><a>3</a></x></r>",
		"4:a=3\na\n"
		"bad 3: column \"a\": given twice in one record; export it once, or " PATH_ADVICE "\nend" },
	{ .in = "<r><x a='1'><a/></x></r>",
		"a\n"
		"bad 1: column \"a\": given twice in one record; export it once, or " PATH_ADVICE "\nend" },
	{ .in = "<l><c>\n<x><No>1</No>\n</x><x><No>2</No></x></c><c>t</c><c a='5'/></l>",
		"3:a=5\nx|a\n"
		"bad 2: column \"x\": holds element \"No\", where only text is a value; export flat records, or " PATH_ADVICE
		"\n"
		"bad 3: text \"t\" between the fields of a record; export each value in its own element, or "
			PATH_ADVICE "\nend" },
	{ .in = "<r><x><a>1<b/>2</a><c>3</c></x><x><a>4</a></x></r>",
		"1:a=4\na|c\n"
		"bad 1: column \"a\": holds element \"b\", where only text is a value; export flat records, or " PATH_ADVICE
		"\nend" },
	{ .in = "<r><x>\nloose<a>1</a></x><x><a>4</a></x></r>",
		"2:a=4\na\n"
		"bad 2: text \"loose\" between the fields of a record; export each value in its own element, or "
			PATH_ADVICE "\nend" },
	{ .in = "<r " XSI "><x><a xsi:nil='true'>1</a></x></r>",
		"a\n"
		"bad 1: column \"a\": is nil, and holds \"1\"; export one of the two\nend" },
};

static const struct read_case refused[] = {
	{ .in = "<r><x><a>1</a>", "\nf.xml:1: column 15: not well-formed XML: the file ends" },
	{ .in = "<r>\n<x></y></r>", "\nf.xml:2: column 8: not well-formed XML: element" },
	{ .in = "<r>\n<x>\n<a>&foo;</a></x></r>",
		"\nf.xml:3: column 9: not well-formed XML: entity &foo; is not known; the "
		"character itself must be written" },
	{ .in = "<r><x>1 & 2</x></r>", "\nf.xml:1: column 10: not well-formed XML: an & or < that belongs" },
	{ .in = "<!DOCTYPE r>\n<r/>",
		"\nf.xml:1: a document type (<!DOCTYPE>) is refused; export the file without it" },
	{ .in = "<!DOCTYPE r [<!ENTITY a 'b'>]>\n<r>&a;</r>",
		"\nf.xml:1: a document type (<!DOCTYPE>) is refused" },
	{ .in = "<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>",
		"\nf.xml:1: a document type (<!DOCTYPE>) is refused" },
	{ .in = "<r/><r/>",
		"\nf.xml:1: column 5: not well-formed XML: the file ends too early, or something stands" },
	{ .in = "<r><x><a>\x01</a></x></r>",
		"\nf.xml:1: column 10: not well-formed XML: a character that XML does not allow" },
	{ .in = "<r><x><a>&#1;</a></x></r>",
		"\nf.xml:1: column 14: not well-formed XML: a character that XML does not allow" },
	{ .in = "<r><x><a>\xe9</a></x></r>",
		"\nf.xml:1: column 10: not well-formed XML: bytes that are not" },
	{ .in = "<r><x><a>\x81</a></x></r>",
		"\nf.xml:1: column 10: not well-formed XML: bytes that are not",
		.encoding = "windows-1252" },
	{ .in = "<r>\n<x/></r>",
		"\nf.xml:1: the root element is \"r\", and not \"d\" as record=\"d/x\" has it; name the path "
		"from the root to the record elements",
		.record = "d/x" },
	{ .in = "<d>\n<x/></d>",
		"\nf.xml: no element \"l\" was found where record=\"d/l/x\" has it; name the path from the "
		"root to the record elements",
		.record = "d/l/x" },
	{ .in = "<d/>",
		"f.xml: record is no path of element names; write it as record=\"Customers/Customer\"",
		.record = "d//x" },
	{ .in = "<d/>", "f.xml: record is no path", .record = "d/x[1]" },
	{ .in = "<d/>", "f.xml: record is no path", .record = "d/../x" },
	{ .in = "a,b\n",
		"f.xml: is declared as format \"xml\", but holds no XML; export it in that format, or declare "
		"format=\"csv\"" },
};

static struct reader_options
options_of(const struct read_case *c)
{
	return (struct reader_options){
		.kind = READER_XML,
		.record = str_from(c->record),
		.encoding = str_from(c->encoding),
	};
}

static void
test_good(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_reads(*state, options_of(&good[i]), str_from(good[i].in), good[i].expected);
}

static void
test_left_out(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(left_out); i++)
		assert_reads(
			*state, options_of(&left_out[i]), str_from(left_out[i].in), left_out[i].expected);
}

/* What was read before the fault is handed out; then the message, of which the begin is compared. */
static void
test_refused(void **state)
{
	struct help *help = *state;
	struct buf out = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct reader_options options = options_of(&refused[i]);
		options.path = help_write(help, "f.xml", str_from(refused[i].in));
		options.shown_path = STR("f.xml");
		buf_reset(&out);
		render_records(&options, (struct reader_tuning){ 0 }, &out);
		const char *line = memchr(out.ptr, '\n', out.len);
		struct str told =
			line ? (struct str){ line, (size_t)(out.ptr + out.len - line) } : buf_str(&out);
		buf_add_char(&out, '\0');
		if (!str_starts(told, str_from(refused[i].expected)))
			assert_string_equal(out.ptr, refused[i].expected);
	}
	buf_release(&out);
}

/* By content alone (5.0). */
static void
test_recognised(void **state)
{
	static const struct {
		const char *in;
		enum reader_kind kind;
		const char *expected;
		const char *record;
	} cases[] = {
		{ "<r><x a='1'/></r>", READER_AUTO, "1:a=1\na\nend", NULL },
		{ "\n<!-- <entities> --><?pi?><r><x a='1'/></r>", READER_AUTO, "2:a=1\na\nend", NULL },
		{ "<Workbook><x a='1'/></Workbook>", READER_AUTO, "1:a=1\na\nend", NULL },
		{ "<entities><x a='1'/></entities>", READER_AUTO, "1:a=1\na\nend", "entities/x" },
		{ "<r/>", READER_CSV,
			"f.xml: is declared as format \"csv\", but holds XML; export it in that "
			"format, or declare format=\"xml\"",
			NULL },
		{ "<r/>", READER_RAPIDSTART,
			"f.xml: is declared as format \"rapidstart\", but holds XML; export it "
			"in that format, or declare format=\"xml\"",
			NULL },
		{ "a,b\n1,2\n", READER_SPREADSHEET,
			"f.xml: is declared as format \"spreadsheet\", but holds no "
			"XML; export it in that format, or declare format=\"csv\"",
			NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_reads(*state, (struct reader_options){ .kind = cases[i].kind,
			.record = str_from(cases[i].record) }, str_from(cases[i].in), cases[i].expected);
}

/* Two bytes a character, with a mark, declared, and neither. */
static void
test_utf16(void **state)
{
	static const char text[] = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><r><x><a>1</a></x></r>";
	static const char *const unmarked =
		"f.xml: looks like XML in UTF-16 without a byte order mark; declare "
		"encoding=\"UTF-16LE\" (or UTF-16BE), or export it with a mark";
	struct reader_options declared = { .kind = READER_XML, .encoding = STR("UTF-16LE") };
	struct reader_options plain = { .kind = READER_AUTO };
	struct buf little = { 0 };
	struct buf big = { 0 };

	buf_add(&little, STR("\xff\xfe"));
	for (size_t i = 0; i + 1 < sizeof text; i++) {
		buf_add(&little, (struct str){ (const char[]){ text[i], '\0' }, 2 });
		buf_add(&big, (struct str){ (const char[]){ '\0', text[i] }, 2 });
	}
	struct str bare = { little.ptr + 2, little.len - 2 };
	assert_reads(*state, plain, buf_str(&little), "1:a=1\na\nend");
	assert_reads(*state, declared, bare, "1:a=1\na\nend");
	assert_reads(*state, plain, bare, unmarked);
	assert_reads(*state, plain, buf_str(&big), unmarked);
	buf_release(&little);
	buf_release(&big);
}

/* Lines count on beyond 65,535. */
static void
test_lines(void **state)
{
	struct buf text = { 0 };

	buf_add(&text, STR("<r>"));
	for (unsigned i = 0; i < 100000; i++)
		buf_add_char(&text, '\n');
	buf_add(&text, STR("<x\na='1'/>\n<x><a/><a/></x></r>"));
	assert_reads(*state, (struct reader_options){ .kind = READER_XML }, buf_str(&text),
		"100001:a=1\na\n"
		"bad 100003: column \"a\": given twice in one record; export it once, or " PATH_ADVICE
		"\nend");
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_good, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_left_out, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_refused, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_recognised, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_utf16, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_lines, help_begin, help_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
