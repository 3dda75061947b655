/* test_xml_plain.c - plain XML is told as libxml2 tells it: tags, values, text, lines, and what is wrong */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/xml_mark.h"
#include "io/xml_reference.h"
#include "io_help.h"
#include "xml_told.h"

static const struct {
	const char *text;
	const char *character;	/* null: it is none */
	size_t len;
} references[] = {
	{ "&amp;x", "&", 5 }, { "&lt;", "<", 4 }, { "&gt;", ">", 4 }, { "&quot;", "\"", 6 }, { "&apos;", "'", 6 },
	{ "&#9;", "\t", 4 }, { "&#x9;", "\t", 5 }, { "&#xA;", "\n", 5 }, { "&#65;", "A", 5 }, { "&#x41;", "A", 6 },
	{ "&#233;", "\xc3\xa9", 6 }, { "&#x20AC;", "\xe2\x82\xac", 8 }, { "&#x20ac;", "\xe2\x82\xac", 8 },
	{ "&#128512;", "\xf0\x9f\x98\x80", 9 }, { "&#x10FFFF;", "\xf4\x8f\xbf\xbf", 10 },
	{ "&#00000065;", "A", 11 },
	{ "&", NULL, 0 }, { "&;", NULL, 0 }, { "&amp", NULL, 0 }, { "&AMP;", NULL, 0 }, { "&nbsp;", NULL, 0 },
	{ "&#;", NULL, 0 }, { "&#x;", NULL, 0 }, { "&#X41;", NULL, 0 }, { "&#4 1;", NULL, 0 }, { "&#a;", NULL, 0 },
	{ "&#0;", NULL, 0 }, { "&#8;", NULL, 0 }, { "&#xD800;", NULL, 0 }, { "&#xFFFE;", NULL, 0 },
	{ "&#x110000;", NULL, 0 }, { "&#99999999999999999999;", NULL, 0 },
};

static void
test_references(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(references); i++) {
		struct buf out = { 0 };
		const char *end = xml_reference_read(references[i].text, &out);
		const char *wanted = references[i].character;
		if ((end != NULL) != (wanted != NULL) || !str_equal(buf_str(&out), str_from(wanted)) ||
			(end && end != references[i].text + references[i].len))
			fail_msg("%s", references[i].text);
		buf_release(&out);
	}
}

/* The vectors find what plain C finds, wherever it lies. */
static void
test_marks(void **state)
{
	static const struct xml_marks marks[] = { { ']', '\n' }, { '"', ' ' }, { '\'', ' ' } };
	char text[96] = { 0 };

	(void)state;
	for (unsigned c = 0; c < 256; c++)
		for (size_t at = 0; at < 40; at++) {
			memset(text, 'x', 80);
			text[at] = (char)c;
			for (size_t i = 0; i < ARRAY_LEN(marks); i++)
				assert_ptr_equal(
					xml_next_mark(text, marks[i]), xml_next_mark_plain(text, marks[i]));
			for (enum xml_countable what = XML_LINE_ENDS; what <= XML_FURTHER_BYTES; what++)
				assert_int_equal(xml_count(what, text, 80 - at),
					xml_count_plain(what, text, 80 - at));
		}
	struct buf lines = { 0 };
	for (size_t i = 0; i < 10000; i++)
		buf_add_char(&lines, '\n');
	assert_int_equal(xml_count(XML_LINE_ENDS, lines.ptr, lines.len), 10000);
	buf_release(&lines);
}

static void
compare(struct source *source, struct str document, size_t slice)
{
	struct buf difference = { 0 };

	if (xml_told_differs(source, document, slice, &difference))
		fail_msg("%.*s", STR_ARG(buf_str(&difference)));
}

static const char *const documents[] = {
	"<?xml version=\"1.0\"?>\n<!-- c -->\n<l>\n  <r>\n    <a>1</a>\n    <b/>\n    <c></c>\n  </r>\n"
	"  <r><a>2</a><b x='1' y=\"2\"/></r>\n</l>\n",
	"<l xmlns='urn:a' xmlns:p='urn:p'><r><p:a p:b='1' b='2' xml:space='preserve' q:c='3'>x</p:a><b/></r><r/></l>",
	"<l><r xmlns='urn:a'><a xmlns=''><b/></a></r><r><a/><p:b/></r><r xmlns:p='urn:p'><p:b p:c=''/></r></l>",
	"<l><a>1 &amp; 2 &lt;&#x20AC;&#10;]] > ] ]</a><a b='&quot;&#9;&amp;&apos;'>\xc3\xa9\xe2\x82\xac</a><a/></l>",
	"<l><a>one\r\ntwo\rthree\n\tfour</a>\r\n<a b='1\n2\t3' c='\xc3\xa9'/></l>",
	"<l><a><![CDATA[ <b> ]]></a><a>2</a><!-- <c> --><a>3</a><?x y?><a>4</a><!---><a>5</a>--><a>6</a></l>",
	"<l><a b = '1' c='2' ></a ><a\nb='1'\nc='2'\n/><\xc3\xa9 \xc3\xa8='1'/><\xc3\xa9 \xc3\xa8='2'/><a.b-c_d1/></l>",
	"<l><a>1</a>\n<a>2]]>3</a></l>", "<l><a/>\n<a b='<'/></l>", "<l><a/>\n<a b='1' b='2'/></l>",
	"<l xmlns:p='u' xmlns:q='u'><a/><a p:b='1' q:b='2'/></l>", "<l><a/><a>&nbsp;</a></l>",
	"<l><a/>\n<a>&#0;</a></l>", "<l><a/>\n\n<b></a></l>", "<l><a/>\n<a>\x01</a></l>", "<l><a/>\n<a>\xff</a></l>",
	"<l><a/>\n<a b='\x01'/></l>", "<l><a/>\n<a b='\xef\xbf\xbf'/></l>", "<l><a/>\n<a>\xef\xbf\xbe</a></l>",
	"<l><a/>\n<a b='1'c='2'/></l>", "<l><a/><1/></l>", "<l><a/><:a/><a:/><a:b:c/></l>", "<l><a/></l><l/>", "<l><a/><a>",
	"<l><:\xc3\xa9/><:\xc3\xa9/><\xc3\xa9:/><\xc3\xa9:/><a:b:\xc3\xa9/><a:b:\xc3\xa9/></l>",
	"<l><a/><a b='1", "<l><a/><a b", "<l><a/>text", "<l><a/>", "<l><a/></", "<l><a/><", "<l><a/></l>text", "<l><a/></l>\n<!-- e -->\n",
};

static struct source *
open_nothing(struct help *help, struct diag *diag)
{
	struct source_options options = { .path = help_write(help, "nothing", (struct str){ "", 0 }),
		.shown_path = STR("f.xml") };
	struct source *source = source_open(&options, diag);

	assert_non_null(source);
	return source;
}

static void
compare_slices(struct source *source, struct str document)
{
	for (size_t slice = 1; slice < 80; slice += slice < 20 ? 1 : 13)
		compare(source, document, slice);
}

static void
test_documents(void **state)
{
	struct diag diag = { 0 };
	struct source *source = open_nothing(*state, &diag);

	for (size_t i = 0; i < ARRAY_LEN(documents); i++)
		compare_slices(source, str_from(documents[i]));
	source_close(source);
	diag_release(&diag);
}

static uint64_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

/* A document with some bytes changed, put in, taken out, or pieces of it said twice. */
static void
mutate(struct buf *document, uint64_t *seed)
{
	static const char signs[] = "<>/&;'\"=!-[]?: \n\r\t#x1ab\xc3\xa9\xef\xbf\x01";

	for (uint64_t changes = next_random(seed) % 4; changes > 0 && document->len > 2; changes--) {
		size_t at = next_random(seed) % document->len;
		size_t len = next_random(seed) % 12;
		len = len < document->len - at ? len : document->len - at;
		switch (next_random(seed) % 4) {
		case 0:
			document->ptr[at] = signs[next_random(seed) % (sizeof signs - 1)];
			break;
		case 1:
			memmove(document->ptr + at, document->ptr + at + len, document->len - at - len);
			document->len -= len;
			break;
		default:
			buf_reserve(document, len);
			memmove(document->ptr + at + len, document->ptr + at, document->len - at);
			document->len += len;
		}
	}
}

static void
test_mutations(void **state)
{
	enum { TIMES = 30000 };
	struct diag diag = { 0 };
	struct source *source = open_nothing(*state, &diag);
	uint64_t seed = 20260301;

	for (size_t i = 0; i < TIMES; i++) {
		struct buf document = { 0 };
		buf_add(&document, str_from(documents[next_random(&seed) % ARRAY_LEN(documents)]));
		mutate(&document, &seed);
		compare(source, buf_str(&document), 1 + next_random(&seed) % 64);
		buf_release(&document);
	}
	source_close(source);
	diag_release(&diag);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_marks),
		cmocka_unit_test_setup_teardown(test_documents, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_mutations, help_begin, help_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
