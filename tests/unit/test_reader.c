/* test_reader.c - every form of CSV that is read, every fault with its message */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader_help.h"

struct read_case {
	struct str input;
	const char *expected;
	char delimiter;
	char quote;
	const char *encoding;
	bool report;
};

#define IN(text) .input = { text, sizeof(text) - 1 }

static const struct read_case accepted[] = {
	{ IN("a,b\n1,2\n3,4\n"), "a|b\n2:1|2\n3:3|4\nend" },
	{ IN("a,b\r\n1,2\r\n3,4\r\n"), "a|b\n2:1|2\n3:3|4\nend" },
	{ IN("a,b\r1,2\r3,4\r"), "a|b\n2:1|2\n3:3|4\nend" },
	{ IN("a,b\r1,2\n3,4\r\n5,6"), "a|b\n2:1|2\n3:3|4\n4:5|6\nend" },
	{ IN("a,b"), "a|b\nend" },
	{ IN("a,b\n"), "a|b\nend" },
	{ IN("a,b\n1,2"), "a|b\n2:1|2\nend" },
	{ IN("a,b\n1,"), "a|b\n2:1|\nend" },
	{ IN("a,b\n1,\"2\""), "a|b\n2:1|2\nend" },
	{ IN("a,b\n1,2\r"), "a|b\n2:1|2\nend" },
	{ IN("a\n1\n"), "a\n2:1\nend" },
	{ IN("a\n\"\"\nx\n"), "a\n2:\n3:x\nend" },
	/* empty lines are skipped, and counted as lines */
	{ IN("\n\r\n\ra,b\n\n\n1,2\n\n"), "a|b\n7:1|2\nend" },
	{ IN("a,b\r\n\r\n\r\n1,2\r\n"), "a|b\n4:1|2\nend" },
	{ IN("a,b\r\r1,2"), "a|b\n3:1|2\nend" },
	{ IN("\xef\xbb\xbf\n\na,b\n"), "a|b\nend" },
	/* quotes */
	{ IN("a,b\n\"1\",\"2\"\n"), "a|b\n2:1|2\nend" },
	{ IN("a,b\n\"1,1\",\"2\n2\"\n3,4\n"), "a|b\n2:1,1|2\n2\n4:3|4\nend" },
	{ IN("a,b\n\"x\r\ny\rz\n\n\",2\n3,4\n"), "a|b\n2:x\r\ny\rz\n\n|2\n7:3|4\nend" },
	{ IN("a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n"), "a|b\n2:say \"hi\"|\"\nend" },
	{ IN("a,b\n\"\"\"\"\"\",\"\"\"x\"\n"), "a|b\n2:\"\"|\"x\nend" },
	{ IN("a,b\n\"\",\"\"\n,\n"), "a|b\n2:|\n3:|\nend" },
	/* blanks are data, except around headers */
	{ IN(" a ,\tb\t\n 1 , 2\n"), "a|b\n2: 1 | 2\nend", .delimiter = ',' },
	{ IN("\" a \",\"b\n\"\n1,2\n"), "a|b\n3:1|2\nend" },
	{ IN("(Do Not Modify) Account,b\n1,2\n"), "(Do Not Modify) Account|b\n2:1|2\nend" },
	{ IN("a,,b\n1,2,3\n"), "a||b\n2:1|2|3\nend" },
	{ IN("a\n \n"), "a\n2: \nend" },
	/* delimiter and quote */
	{ IN("a;b\n1,5;2\n"), "a|b\n2:1,5|2\nend" },
	{ IN("a\tb\n1\t2\n"), "a|b\n2:1|2\nend" },
	{ IN("a|b\n1|2\n"), "a|b\n2:1|2\nend" },
	{ IN("a;b,c\n1;2,3\n"), "a;b|c\n2:1;2|3\nend" },
	{ IN("a;b,c\n1;2,3\n"), "a|b,c\n2:1|2,3\nend", .delimiter = ';' },
	{ IN("a:b\n'1:1':2\"\n"), "a|b\n2:1:1|2\"\nend", .delimiter = ':', .quote = '\'' },
	/* encodings */
	{ IN("\xef\xbb\xbf" "a,b\nZ\xc3\xbcrich,\xe2\x82\xac\n"), "a|b\n2:Zürich|€\nend" },
	{ IN("\xef\xbb\xbf" "a,b\nZ\xc3\xbcrich,2\n"), "a|b\n2:Zürich|2\nend", .encoding = "windows-1252" },
	{ IN("\xef\xbb\xbf\"a\",b\n1,2\n"), "a|b\n2:1|2\nend" },
	{ IN("\xff\xfe" "a\0,\0b\0\n\0\xfc\0,\0\xac\x20\n\0"), "a|b\n2:ü|€\nend" },
	{ IN("\xfe\xff\0a\0,\0b\0\n\0\xfc\0,\x20\xac\0\n"), "a|b\n2:ü|€\nend" },
	{ IN("\xff\xfe" "a\0\n\0\x3d\xd8\x00\xde\n\0"), "a\n2:\xf0\x9f\x98\x80\nend" },
	{ IN("a\0,\0b\0\n\0" "1\0,\0" "2\0"), "a|b\n2:1|2\nend", .encoding = "UTF-16LE" },
	{ IN("a,b\nZ\xfcrich,\x80\n"), "a|b\n2:Zürich|€\nend", .encoding = "windows-1252" },
	{ IN("a,b\nabcdefghij\xfcklmnopqrstuvwxyz,\x80\n"), "a|b\n2:abcdefghijüklmnopqrstuvwxyz|€\nend",
		.encoding = "CP1252" },
	{ IN("a,b\nZ\x81rich,\x9c\n"), "a|b\n2:Zürich|£\nend", .encoding = "CP850" },
	{ IN("a,b\n\xa4,2\n"), "a|b\n2:€|2\nend", .encoding = "ISO-8859-15" },
	{ IN("a,b\n\xb3,2\n"), "a|b\n2:ł|2\nend", .encoding = "windows-1250" },
	{ IN("a,b\n\x83n,\x93\xfa\x96\x7b\n"), "a|b\n2:ハ|日本\nend", .encoding = "SHIFT_JIS" },
	{ IN("a,b\nZ\xc3\xbcrich,2\n"), "a|b\n2:Zürich|2\nend", .encoding = "utf8" },
	{ IN("\xff\xfe\0\0a\0\0\0\n\0\0\0\xac\x20\0\0"), "a\n2:€\nend", .encoding = "UTF-32LE" },
};

#define ADVICE_FEW "; complete the record, or quote a line break that belongs to a value"
#define ADVICE_MANY "; quote values that hold the delimiter"
#define ADVICE_STRAY "; quote the whole value and double the quotes in it"
#define ADVICE_AFTER "; double the quotes that belong to the value"
#define ADVICE_OPEN "; close it, or double it if it belongs to the value"
#define ADVICE_NUL "; declare encoding=\"UTF-16LE\" if the file is UTF-16, else export it again"
#define ADVICE_UTF8 "; declare the file's encoding, such as windows-1252"
#define ADVICE_ENCODING "; declare the encoding in which the file was written"
#define STRAY "quote within a value that does not begin with one"

static const struct read_case refused[] = {
	{ IN("a,b,c\n1,2,3\n4,5\n6,7,8\n"),
		"a|b|c\n2:1|2|3\nf.csv:3: column 3 \"c\": no value, the record has 2 of 3 values \"4,5\""
			ADVICE_FEW },
	{ IN("a,b\n1\n"),
		"a|b\nf.csv:2: column 2 \"b\": no value, the record has 1 of 2 values \"1\"" ADVICE_FEW },
	{ IN("a,b\n1,2,3,4\n"),
		"a|b\nf.csv:2: column 3: the record has 4 values, the header only 2 \"3\"" ADVICE_MANY },
	{ IN("a\n\"x\ny\",\"z\n\",w\n"),
		"a\nf.csv:3: column 2: the record has 3 values, the header only 1 \"z\\n\""
		ADVICE_MANY " (the record begins on line 2)", .delimiter = ',' },
	{ IN("a,b\n1,12\" pipe\n3,4\n"),
		"a|b\nf.csv:2: column 2 \"b\": " STRAY " \"12\" pipe\"" ADVICE_STRAY },
	{ IN("a,b\n \"1\",2\n"), "a|b\nf.csv:2: column 1 \"a\": " STRAY " \" \"1\",2\"" ADVICE_STRAY },
	{ IN("a,b\n\"1\" ,2\n"),
		"a|b\nf.csv:2: column 1 \"a\": text after the closing quote \"\"1\" ,2\"" ADVICE_AFTER },
	{ IN("a,b\n1,\"x\ny\nz\"w\n"),
		"a|b\nf.csv:4: column 2 \"b\": text after the closing quote \"\"x\\ny\\nz\"w\""
		ADVICE_AFTER " (the record begins on line 2)" },
	{ IN("a,b\n1,\"x\n3,4\n5,6\n"),
		"a|b\nf.csv:2: column 2 \"b\": quote that is never closed \"\"x\"" ADVICE_OPEN },
	{ IN("a,b\n\"1\n\",\"x\n"),
		"a|b\nf.csv:3: column 2 \"b\": quote that is never closed \"\"x\"" ADVICE_OPEN
		" (the record begins on line 2)" },
	{ IN("a,b\n1,\""), "a|b\nf.csv:2: column 2 \"b\": quote that is never closed \"\"\"" ADVICE_OPEN },
	{ IN("a,b\n1,Z\xfcrich\n"),
		"a|b\nf.csv:2: column 2 \"b\": bytes that are not UTF-8 \"Z\\xfcrich\"" ADVICE_UTF8 },
	{ IN("a,b\n\"1\n\",Z\xfcrich\n"),
		"a|b\nf.csv:3: column 2 \"b\": bytes that are not UTF-8 \"Z\\xfcrich\""
		ADVICE_UTF8 " (the record begins on line 2)" },
	{ IN("a,b\n\xe2\x82,2\n"),
		"a|b\nf.csv:2: column 1 \"a\": bytes that are not UTF-8 \"\\xe2\\x82,2\"" ADVICE_UTF8 },
	{ IN("a,b\n\xed\xa0\x80,2\n"), /* a surrogate */
		"a|b\nf.csv:2: column 1 \"a\": bytes that are not UTF-8 \"\\xed\\xa0\\x80,2\"" ADVICE_UTF8 },
	{ IN("a,b\n\xc0\xaf,2\n"), /* not the shortest form */
		"a|b\nf.csv:2: column 1 \"a\": bytes that are not UTF-8 \"\\xc0\\xaf,2\"" ADVICE_UTF8 },
	{ IN("a,b\n\x80,2\n"),
		"a|b\nf.csv:2: column 1 \"a\": bytes that are not UTF-8 \"\\x80,2\"" ADVICE_UTF8 },
	{ IN("a,b\n1,\xe2\x82"),
		"a|b\nf.csv:2: column 2 \"b\": bytes that are not UTF-8 \"\\xe2\\x82\"" ADVICE_UTF8 },
	{ IN("a,b\n1,x\0y\n"), "a|b\nf.csv:2: column 2 \"b\": NUL byte \"x\\x00y\"" ADVICE_NUL },
	{ IN("a\0,\0b\0\n\0"), "f.csv:1: column 1: NUL byte \"a\\x00,\\x00b\\x00\"" ADVICE_NUL },
	{ IN("\"\0a\0\"\0,\0"), "f.csv:1: column 1: NUL byte \"\"\\x00a\\x00\"\\x00,\\x00\"" ADVICE_NUL },
	{ IN("a,b\n1,Z\x81\n"), "a|b\nf.csv:2: column 2 \"b\": bytes that are not windows-1252 \"Z\\x81\""
		ADVICE_ENCODING, .encoding = "windows-1252" },
	{ IN("\xff\xfe" "a\0\n\0x\0\0\xd8y\0\n\0"),
		"a\nf.csv:2: column 1 \"a\": bytes that are not UTF-16LE \"x\\x00\\xd8y\"" ADVICE_ENCODING },
	{ IN("\xff\xfe" "a\0\n\0x\0y"),
		"a\nf.csv:2: column 1 \"a\": bytes that are not UTF-16LE \"x\\x79\"" ADVICE_ENCODING },
	{ IN("a\n\x93\xfa\x96"),
		"a\nf.csv:2: column 1 \"a\": bytes that are not SHIFT_JIS \"日\\x96\"" ADVICE_ENCODING,
		.encoding = "SHIFT_JIS" },
	/* long texts are cut around the fault, at characters */
	{ IN("a,b\n1,0123456789012345678901234567890123456789 \"q\" 0123456789012345678901234567890\n"),
		"a|b\nf.csv:2: column 2 \"b\": " STRAY " \"...123456789012345678"
		"9 \"q\" 0123456789012345...\"" ADVICE_STRAY },
	{ IN("a,b\nääääääääääääääääääääääääääääääääää\n"),
		"a|b\nf.csv:2: column 2 \"b\": no value, the record has 1 of 2 "
		"values \"ääääääääääääääääääää...\"" ADVICE_FEW },
	/* the header */
	{ IN(""), "f.csv: the file is empty, not even a header line; export it with headers" },
	{ IN("\xef\xbb\xbf"), "f.csv: the file is empty, not even a header line; export it with headers" },
	{ IN("\r\n\n"), "f.csv: the file is empty, not even a header line; export it with headers" },
	{ IN("a,b\"c\n"), "f.csv:1: column 2: " STRAY " \"b\"c\"" ADVICE_STRAY },
	{ IN("a,\"b\n"),
		"f.csv:1: column 2: quote that is never closed \"\"b\"" ADVICE_OPEN, .report = true },
	{ IN("a,\xff\n"), "f.csv:1: column 2: bytes that are not UTF-8 \"\\xff\"" ADVICE_UTF8 },
	/* other things than CSV */
	{ IN("PK\3\4\x14\0\0\0"),
		"f.csv: is a zip archive; unpack it: only exports are read from archives" },
	{ IN("PK\5\6\0\0\0\0"),
		"f.csv: is an empty zip archive; export it again" },
	{ IN("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "f.csv: is a workbook (xls); save the sheet as CSV" },
	/* options */
	{ IN("a,b\n"),
		"f.csv: unknown encoding \"nonesuch\"; use a name that `iconv --list` prints, such as "
		"UTF-8 or windows-1252", .encoding = "nonesuch" },
	{ IN("a,b\n"),
		"f.csv: unknown encoding \"ASCII//IGNORE\"; use a name that `iconv --list` prints, such as "
		"UTF-8 or windows-1252", .encoding = "ASCII//IGNORE" },
	{ IN("a,b\n"),
		"f.csv: delimiter and quote must differ from each other and from line ends",
		.delimiter = '"' },
	{ IN("a,b\n"),
		"f.csv: delimiter and quote must differ from each other and from line ends",
		.delimiter = '\n' },
};

/* report_bad_records: what is left out, and that nothing behind it is. */
static const struct read_case reported[] = {
	{ IN("a,b\n1,2\n3\n4,5\n6,7,8\n9,0\n"), "a|b\n2:1|2\n4:4|5\n6:9|0\n"
		"bad 3: column 2 \"b\": no value, the record has 1 of 2 values \"3\"" ADVICE_FEW "\n"
		"bad 5: column 3: the record has 3 values, the header only 2 \"8\""
			ADVICE_MANY "\nend", .report = true },
	{ IN("a,b\n1,\"x\n3,4\n5,6\n"), "a|b\n3:3|4\n4:5|6\n"
		"bad 2: column 2 \"b\": quote that is never closed \"\"x\""
			ADVICE_OPEN "\nend", .report = true },
	{ IN("a,b\n1,\"x\r3,4\r5,6"), "a|b\n3:3|4\n4:5|6\n"
		"bad 2: column 2 \"b\": quote that is never closed \"\"x\""
			ADVICE_OPEN "\nend", .report = true },
	{ IN("a,b\n1,\"x\n3,4\n5,\"y\"\n7,8\n"), "a|b\n3:3|4\n4:5|y\n5:7|8\n"
		"bad 4: column 2 \"b\": text after the closing quote \"\"x\\n3,4\\n5,\"y\"\"" ADVICE_AFTER
		" (the record begins on line 2)\nend", .report = true },
	{ IN("a,b\n1,x\"y\r\n3,4\r\n"),
		"a|b\n3:3|4\nbad 2: column 2 \"b\": " STRAY " \"x\"y\"" ADVICE_STRAY "\nend",
		.report = true },
	{ IN("a,b\n1,x\"y"),
		"a|b\nbad 2: column 2 \"b\": " STRAY " \"x\"y\"" ADVICE_STRAY "\nend", .report = true },
	{ IN("a,b\n1,\""),
		"a|b\nbad 2: column 2 \"b\": quote that is never closed \"\"\"" ADVICE_OPEN "\nend",
		.report = true },
	{ IN("a,b\n\"x\"y,2\n\n3,4\n"), "a|b\n4:3|4\n"
		"bad 2: column 1 \"a\": text after the closing quote \"\"x\"y,2\""
			ADVICE_AFTER "\nend", .report = true },
	{ IN("a,b\n1,\xff\n\"3\n3\",x\0\n5,6\n"), "a|b\n5:5|6\n"
		"bad 2: column 2 \"b\": bytes that are not UTF-8 \"\\xff\"" ADVICE_UTF8 "\n"
		"bad 4: column 2 \"b\": NUL byte \"x\\x00\"" ADVICE_NUL " (the record begins on line 3)\nend",
		.report = true },
	{ IN("a,b\n1,\x81\n3,4\n"), "a|b\n3:3|4\n"
		"bad 2: column 2 \"b\": bytes that are not CP1252 \"\\x81\"" ADVICE_ENCODING "\nend",
		.report = true, .encoding = "CP1252" },
	{ IN("a,b\n\"1\"\"\",2\n\"3\"\"\",4,5\n\"6\"\"\",7\n"), "a|b\n2:1\"|2\n4:6\"|7\n"
		"bad 3: column 3: the record has 3 values, the header only 2 \"5\""
			ADVICE_MANY "\nend", .report = true },
};

static void
check_case(struct help *help, const struct read_case *c, enum status expected_status)
{
	const char *path = help_write(help, "f.csv", c->input);
	struct buf text = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		const struct reader_options options = {
			.path = path,
			.shown_path = STR("f.csv"),
			.delimiter = c->delimiter,
			.quote = c->quote,
			.encoding = str_from(c->encoding),
			.report_bad_records = c->report,
		};
		enum status status;
		buf_reset(&text);
		render(&options, (struct reader_tuning){ pieces[i], 0 }, &text, &status);
		buf_add_char(&text, '\0');
		assert_string_equal(text.ptr, c->expected);
		assert_int_equal(status, expected_status);
	}
	buf_release(&text);
}

static void
test_accepted(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(accepted); i++)
		check_case(*state, &accepted[i], STATUS_OK);
}

static void
test_refused(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		check_case(*state, &refused[i], STATUS_INVALID);
}

static void
test_reported(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(reported); i++)
		check_case(*state, &reported[i], STATUS_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_reported),
	};

	return cmocka_run_group_tests(tests, help_begin, help_end);
}
