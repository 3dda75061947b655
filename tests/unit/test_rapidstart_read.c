/* test_rapidstart_read.c - configuration packages (part 5, section 1): what is read, and what is refused */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <zlib.h>

#include "xml_help.h"

#define AGAIN "; export the package again"
#define ID(number) "<TableID>" #number "</TableID>"
#define ONE(records) "<DataList><CustomerList>" ID(18) records "</CustomerList></DataList>"
#define C(fields) "<Customer>" fields "</Customer>"

struct read_case {
	const char *in;
	const char *expected;
	uint32_t id;
	const char *table;	/* null: Customer */
};

static const struct read_case good[] = {
	{ .in = "<DataList Code='A'>\n<CustomerList>\n" ID(18) "\n<PageID>21</PageID>\n"
		C("<No PrimaryKey='1'>1</No><Name ValidateField='1'>A &amp; B</Name>") "\n"
		C("<No>2</No>\n<Name>\r\n   </Name>") "</CustomerList></DataList>",
		"5:No=1|Name=A & B\n6:No=2\nNo|Name\nend", 18 },
	/* by number, whatever the names are; by the records' name, whatever the list's is */
	{ .in = "<DataList><DebiteurList>" ID(18) "<Debiteur><No>1</No></Debiteur></DebiteurList></DataList>",
		"1:No=1\nNo\nend", 18 },
	{ .in = "<DataList><XList>" ID(18) C("<No>1</No>") "</XList></DataList>", "1:No=1\nNo\nend", 0 },
	{ .in = "<DataList><XList>" ID(5) "<Ship_toAddress><Code>1</Code></Ship_toAddress></XList></DataList>",
		"1:Code=1\nCode\nend", 0, "Ship-to Address" },
	/* other tables and other nodes are passed over, several lists of one are joined */
	{ .in = "<DataList><PackageCode>A</PackageCode><VendorList>" ID(23) "<Vendor><No>9</No><x><y/></x></Vendor>"
		"</VendorList><CustomerList>" ID(18) C("<No>1</No>") "</CustomerList><!-- c --><NoId><Customer/>"
		"</NoId><EmptyList/><CustomerList>" ID(18) C("<No>2</No><City>x</City>") "</CustomerList></DataList>",
		"1:No=1\n1:No=2\nNo\nend", 18 },
	/* settings of the table, known or not, before and between the records */
	{ .in = ONE("<DeleteRecsBeforeProcessing>1</DeleteRecsBeforeProcessing><Later>2</Later><Comments/>"
		C("<No>1</No>") "<DataTemplate>X</DataTemplate>" C("<No>2</No>")),
		"1:No=1\n1:No=2\nNo\nend", 18 },
	/* the first record decides the fields; what a later one lacks is blank */
	{ .in = ONE(C("<No>1</No><Name>a</Name>") C("<Name>b</Name><City>c</City><No>2</No>") C("<No>3</No>")),
		"1:No=1|Name=a\n1:No=2|Name=b\n1:No=3\nNo|Name\nend", 18 },
	/* blank throughout is no record: such is the export of an empty table */
	{ .in = ONE(C("<No/><Name>\n </Name>")), "No|Name\nend", 18 },
	{ .in = ONE("<Customer/>" C("<No> </No>") C("<No>1</No>") C("<No/>")), "1:No=1\nNo\nend", 18 },
	{ .in = ONE(""), "\nend", 18 },
	{ .in = ONE(""), "\nend", 0 },
	/* only a text that is nothing but blanks is none */
	{ .in = ONE(C("<No> 1 </No><Name> \t </Name><City>&#32;</City><X>a&#13;&#10;b</X>")),
		"1:No= 1 |X=a\r\nb\nNo|Name|City|X\nend", 18 },
	{ .in = ONE(C("<No>1<![CDATA[<&>]]>2<!-- no -->3</No>")), "1:No=1<&>23\nNo\nend", 18 },
	/* prefixes mean nothing; the declared encoding does not count */
	{ .in = "\xef\xbb\xbf<?xml version='1.0' encoding='UTF-16' standalone='yes'?>\r\n<a:DataList "
		"xmlns:a='u'><a:CustomerList><a:TableID> 18\n</a:TableID>" C("<a:No>\xc3\xa9</a:No>")
		"</a:CustomerList></a:DataList>",
		"3:No=\xc3\xa9\nNo\nend", 18 },
};

static const struct read_case left_out[] = {
	{ .in = ONE(C("<No>1</No>") "\n" C("<No>2</No><No>3</No>") C("<No>4</No>")),
		"1:No=1\n2:No=4\nNo\nbad 2: element \"No\" is given twice in one record" AGAIN "\nend", 18 },
	{ .in = ONE(C("<No>1<b/>2</No><Name>3</Name>") C("<No>4</No>")),
		"1:No=4\nNo|Name\nbad 1: element \"b\" within the value of a field" AGAIN "\nend", 18 },
	{ .in = ONE(C("<No>1</No>x") C("<No>4</No>")),
		"1:No=4\nNo\nbad 1: text between the fields of a record" AGAIN "\nend", 18 },
	{ .in = ONE(C("x<No>1</No>") C("<No>4</No>")),
		"1:No=4\nNo\nbad 1: text between the fields of a record" AGAIN "\nend", 18 },
	{ .in = ONE(C("<No>1</No>") "<Vendor><No>2</No></Vendor>"),
		"1:No=1\nNo\nbad 1: element \"Vendor\" among the records \"Customer\" of one table" AGAIN "\nend",
		18 },
};

#define UNCLEAR(list) "f.xml:1: element \"" list "\" does not begin with a TableID that is a number, so that " \
	"Business Central would pass it over; make <TableID> its first element"
#define MISSING "f.xml: the configuration package does not hold table Customer"

static const struct read_case refused[] = {
	{ .in = "<DataList><CustomerList><PageID>21</PageID>" ID(18) C("<No>1</No>") "</CustomerList></DataList>",
		"\n" UNCLEAR("CustomerList"), 18 },
	{ .in = "<DataList><XList><PageID>21</PageID>" ID(18) "<X><No>1</No></X></XList></DataList>",
		"\n" UNCLEAR("XList"), 18 },
	{ .in = "<DataList><XList>" C("<No>1</No>") "</XList></DataList>", "\n" UNCLEAR("XList"), 18 },
	{ .in = "<DataList><XList><TableID>18a</TableID>" C("<No>1</No>") "</XList></DataList>",
		"\n" UNCLEAR("XList"), 0 },
	{ .in = "<DataList><XList><TableID>-18</TableID>" C("<No>1</No>") "</XList></DataList>",
		"\n" UNCLEAR("XList"), 0 },
	{ .in = "<DataList><XList><TableID>00000000000000000000000000000000000000018</TableID>" C("<No>1</No>")
		"</XList></DataList>", "\n" UNCLEAR("XList"), 18 },
	/* the table is not there */
	{ .in = "<DataList/>", "\n" MISSING " (18), nor any other; export it with this table, or correct the "
		"table's id in the setup", 18 },
	{ .in = "<DataList><VendorList>" ID(23) "<Vendor><No>1</No></Vendor></VendorList>"
		"<KlantList>" ID(19) C("<No>1</No>") "</KlantList><NoneList><a/></NoneList></DataList>",
		"\n" MISSING " (18), but Vendor (23), Customer (19), None (without TableID); export it with this "
		"table, or correct the table's id in the setup", 18 },
	{ .in = "<DataList><VendorList>" ID(23) "</VendorList></DataList>",
		"\n" MISSING ", but Vendor (23); export it with this table, or declare the table's id in the setup",
		0 },
	/* not XML to its end */
	{ .in = "<DataList><CustomerList>" ID(18) C("<No>1</No>") "<Customer><No>2",
		"1:No=1\nNo\nf.xml:1: column 91: not well-formed XML: the file ends too early, or something stands "
		"behind its end; it is not whole, copy or export it again", 18 },
	{ .in = "<!DOCTYPE DataList [<!ENTITY a 'b'>]><DataList/>",
		"f.xml: is declared as format \"rapidstart\", but holds XML; export it in that format, or declare "
		"format=\"xml\"", 18 },
};

static struct reader_options
options_of(const struct read_case *c)
{
	return (struct reader_options){ .kind = READER_RAPIDSTART, .table_id = c->id,
		.table_name = str_from(c->table ? c->table : "Customer") };
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
		assert_reads(*state, options_of(&left_out[i]), str_from(left_out[i].in), left_out[i].expected);
}

static void
test_refused(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		assert_reads(*state, options_of(&refused[i]), str_from(refused[i].in), refused[i].expected);
}

/* The form of Business Central itself, as far as a test can make it. */
static struct buf
pack(struct str text, int level)
{
	z_stream zip = { 0 };
	struct buf out = { 0 };

	assert_int_equal(deflateInit2(&zip, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	zip.next_in = (unsigned char *)(uintptr_t)text.ptr;
	zip.avail_in = (unsigned)text.len;
	size_t room = deflateBound(&zip, (unsigned long)text.len);
	zip.next_out = (unsigned char *)buf_reserve(&out, room);
	zip.avail_out = (unsigned)room;
	assert_int_equal(deflate(&zip, Z_FINISH), Z_STREAM_END);
	out.len = zip.total_out;
	deflateEnd(&zip);
	return out;
}

static void
widen(const char *text, struct buf *out)
{
	buf_add(out, STR("\xff\xfe"));
	for (; *text; text++)
		buf_add(out, (struct str){ (const char[]){ *text, '\0' }, 2 });
}

/* Found when the file is opened, or later, as the pieces are. */
static void
assert_damaged(struct help *help, struct reader_options options, struct str bytes, const char *expected)
{
	struct buf out = { 0 };

	options.path = help_write(help, "f.xml", bytes);
	options.shown_path = STR("f.xml");
	for (size_t piece = 1; piece < 100; piece += 7) {
		buf_reset(&out);
		render_records(&options, (struct reader_tuning){ .piece = piece }, &out);
		buf_add_char(&out, '\0');
		assert_non_null(strstr(out.ptr, expected));
	}
	buf_release(&out);
}

static void
test_packed(void **state)
{
	struct reader_options options = { .table_name = STR("Customer"), .table_id = 18 };
	struct buf wide = { 0 };

	widen("<?xml version=\"1.0\" encoding=\"UTF-16\" standalone=\"yes\"?>\r\n" ONE(C("<No>1</No>")), &wide);
	struct buf packed = pack(buf_str(&wide), 6);
	assert_reads(*state, options, buf_str(&wide), "2:No=1\nNo\nend");
	assert_reads(*state, options, buf_str(&packed), "2:No=1\nNo\nend");
	assert_reads(*state, options, (struct str){ wide.ptr + 2, wide.len - 2 },
		"f.xml: looks like XML in UTF-16 without a byte order mark; declare encoding=\"UTF-16LE\" (or "
		"UTF-16BE), or export it with a mark");
	packed.ptr[packed.len - 6] ^= 1;	/* of the check sum */
	assert_damaged(*state, options, buf_str(&packed),
		"f.xml: the gzip data is damaged; copy or export the file again");
	packed.ptr[packed.len - 6] ^= 1;
	for (packed.len--; packed.len > 20; packed.len -= 5)
		assert_damaged(*state, options, buf_str(&packed),
			"f.xml: the gzip data ends too early; the file is not whole: copy or export it again");
	buf_release(&wide);
	buf_release(&packed);
}

/* What unpacks to far more than any export does is given up early. */
static void
test_bomb(void **state)
{
	struct reader_options options = { .path = NULL, .shown_path = STR("f.gz"), .kind = READER_RAPIDSTART,
		.table_name = STR("Customer"), .table_id = 18 };
	struct buf text = { 0 };
	struct buf out = { 0 };

	buf_add(&text, STR(ONE(C("<No>1</No>"))));
	size_t room = 320u * 1024 * 1024;
	memset(buf_reserve(&text, room), ' ', room);
	text.len += room;
	struct buf packed = pack(buf_str(&text), 9);
	assert_true(packed.len < 1024 * 1024);
	options.path = help_write(*state, "f.gz", buf_str(&packed));
	render_records(&options, (struct reader_tuning){ 0 }, &out);
	buf_add_char(&out, '\0');
	assert_string_equal(out.ptr, "1:No=1\nNo\nf.gz: unpacks to more than 500 times its size, as no export does; "
		"look at it before you unpack it by hand");
	buf_release(&text);
	buf_release(&packed);
	buf_release(&out);
}

/* A record that is too long is left out; elements inside each other end at some depth. */
static void
test_limits(void **state)
{
	struct reader_options options = { .shown_path = STR("f.xml"), .report_bad_records = true,
		.table_name = STR("Customer"), .table_id = 18 };
	struct buf out = { 0 };
	struct buf deep = { 0 };

	options.path = help_write(*state, "f.xml",
		STR(ONE(C("<No>1</No>") C("<No>12345678901234567</No>") C("<No>3</No>"))));
	render_records(&options, (struct reader_tuning){ .text_limit = 16 }, &out);
	buf_add_char(&out, '\0');
	assert_string_equal(out.ptr, "1:No=1\n1:No=3\nNo\nbad 1: a record of more than 16 bytes; leave fields of "
		"that size out of the package\nend");
	buf_add(&deep, STR("<DataList><VendorList>" ID(23) "<Vendor>"));
	for (int i = 0; i < 300; i++)
		buf_add(&deep, STR("<a>"));
	assert_reads(*state, options, buf_str(&deep),
		"\nf.xml:1: elements are more than 256 deep inside each other; export flat records");
	buf_release(&deep);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_good, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_left_out, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_refused, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_packed, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_bomb, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_limits, help_begin, help_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
