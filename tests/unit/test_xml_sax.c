/* test_xml_sax.c - where XML is cut for the parser, and what of hostile documents is refused in time */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <zlib.h>

#include "io/xml_sax.h"
#include "io/xml_slice.h"
#include "io_help.h"

static const struct {
	const char *text;
	size_t len;
	size_t values;
} slices[] = {
	{ "", 0, 0 },
	{ "abc", 3, 0 },
	/* before the last < */
	{ "<a>b</a", 4, 0 },
	{ "<a b='1'><c d='2", 9, 0 },
	{ "x<", 1, 0 },
	/* a tag at the begin must be whole, and > in a value does not end it */
	{ "<", 0, 0 },
	{ "<a", 0, 0 },
	{ "<a b='1' c=\"2\" d='3", 0, 2 },
	{ "<a b='>", 0, 0 },
	{ "<a b='>' c=\"'>\"", 0, 2 },
	{ "<a b='>'>text", 13, 1 },
	{ "</a> ", 5, 0 },
	/* comments and instructions end by themselves, and what is no tag is part of one */
	{ "<!-- '", 6, 0 },
	{ "<?x '", 5, 0 },
	{ "< 'x", 4, 0 },
	/* a comment that begins like an end must be whole, if it is one */
	{ "<!", 0, 0 },
	{ "<!--", 0, 0 },
	{ "<!---", 0, 0 },
	{ "<!-->c --", 0, 0 },
	{ "<!--->c <a>", 0, 0 },
	{ "<!-->c -->d", 11, 0 },
	{ "<!--->c <a> -->d", 16, 0 },
	{ "<!--->c <a> --><d>", 15, 0 },
	{ "<a><!-->c", 3, 0 },
	{ "a!<!-->c --><b>!<!--->", 12, 0 },
	/* characters stay whole */
	{ "a\xc3", 1, 0 },
	{ "a\xc3\xa9", 3, 0 },
	{ "\xf0\x9f\x98", 0, 0 },
	{ "<a>\xe2\x82", 3, 0 },
	{ "\x80\x80\x80\x80\x80", 5, 0 },
};

static void
test_slices(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(slices); i++) {
		struct xml_slice slice = xml_slice_find(str_from(slices[i].text));
		if (slice.len != slices[i].len || slice.values != slices[i].values)
			fail_msg("\"%s\": %zu bytes, %zu values", slices[i].text, slice.len, slice.values);
	}
}

/* One gzip file of parts that repeat, so that large documents are small files. */
struct part {
	const char *text;
	size_t times;
};

static const char *
write_parts(struct help *help, const struct part *parts, size_t count)
{
	const char *path = help_path(help, "f.xml");
	gzFile file = gzopen(path, "wb1");

	assert_non_null(file);
	for (size_t i = 0; i < count; i++) {
		struct buf text = { 0 };
		size_t len = strlen(parts[i].text);
		for (size_t k = 0; k < parts[i].times; k++) {
			buf_add(&text, (struct str){ parts[i].text, len });
			if (text.len < 1024 * 1024 && k + 1 < parts[i].times)
				continue;
			assert_int_equal(gzwrite(file, text.ptr, (unsigned)text.len), (int)text.len);
			buf_reset(&text);
		}
		buf_release(&text);
	}
	assert_int_equal(gzclose(file), Z_OK);
	return path;
}

struct counts {
	size_t tags;
	size_t ends;
	size_t values;	/* bytes of attributes */
	size_t text;
};

static void
on_begin(void *context, const struct xml_tag *tag)
{
	struct counts *counts = context;

	counts->tags++;
	for (uint32_t i = 0; i < tag->attribute_count; i++)
		counts->values += xml_tag_attribute(tag, i).value.len;
}

static void
on_end(void *context, const char *name)
{
	(void)name;
	((struct counts *)context)->ends++;
}

static void
on_text(void *context, struct str piece)
{
	((struct counts *)context)->text += piece.len;
}

/* Reads the document to its end, or to the message. */
static void
run(struct help *help, const struct part *parts, size_t count, struct counts *counts, struct diag *diag)
{
	static const struct xml_handler handler = { on_begin, on_end, on_text };
	struct source_options options = { .path = write_parts(help, parts, count),
		.shown_path = STR("f.xml") };
	struct source *source = source_open(&options, diag);

	assert_non_null(source);
	*counts = (struct counts){ 0 };
	const struct xml_input input = { .source = source, .shown_path = STR("f.xml"), .diag = diag };
	struct xml_sax *sax = xml_sax_open(&input, &handler, counts);
	enum xml_step step = XML_STEP_MORE;
	while (step == XML_STEP_MORE)
		step = xml_sax_step(sax);
	assert_int_equal(step == XML_STEP_FAILED, diag->count > 0);
	assert_int_equal(xml_sax_step(sax) == XML_STEP_FAILED, diag->status != STATUS_OK);
	xml_sax_close(sax);
	source_close(source);
}

enum { MIB = 1024 * 1024, PARTS = 3 };

static const struct {
	struct part parts[PARTS];
	const char *message;	/* null: it is read */
	struct counts counts;
} hostile[] = {
	{ { { "<a>", 257 } },
		"f.xml:1: elements are more than 256 deep inside each other; export flat records", { 0 } },
	{ { { "<a>", 256 }, { "</a>", 256 } }, NULL, { .tags = 256, .ends = 256 } },
	/* a value as large as pictures get, and one that is larger than anything */
	{ { { "<a b='", 1 }, { "xxxxxxxx", 4 * MIB }, { "'/>", 1 } }, NULL,
		{ .tags = 1, .ends = 1, .values = 32 * MIB } },
	{ { { "<a b='", 1 }, { "xxxxxxxx", 13 * MIB }, { "'/>", 1 } },
		"f.xml:1: a tag of more than 64 MiB; leave such values out of the export", { 0 } },
	{ { { "<a><!--", 1 }, { "xxxxxxxx", 33 * MIB }, { "--></a>", 1 } },
		"f.xml:1: a comment or CDATA section of more than 64 MiB; leave such values out of the export",
		{ 0 } },
	/* text has no limit here */
	{ { { "<a>", 1 }, { "x>\"'&lt;x", 8 * MIB }, { "</a>", 1 } }, NULL,
		{ .tags = 1, .ends = 1, .text = 48 * MIB } },
	{ { { "<a ", 1 }, { "b='1' ", MIB }, { "/>", 1 } },
		"f.xml:1: more than 4096 attributes in one tag; export fewer fields", { 0 } },
	{ { { "<a>\n<b", 1 }, { " c:d='1'", 5000 }, { "/></a>", 1 } },
		"f.xml:2: column 40003: not well-formed XML: ", { 0 } },
	{ { { "<a>&#1", 1 }, { "1", 3 * MIB }, { ";</a>", 1 } }, "f.xml:1: column ", { 0 } },
};

static void
test_hostile(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		struct diag diag = { 0 };
		struct counts counts;
		size_t parts = PARTS;
		while (!hostile[i].parts[parts - 1].text)
			parts--;
		run(*state, hostile[i].parts, parts, &counts, &diag);
		if (hostile[i].message) {
			assert_int_equal(diag.count, 1);
			assert_int_equal(diag.status, STATUS_INVALID);
			if (!str_starts(diag.lines[0].text, str_from(hostile[i].message)))
				assert_string_equal(diag.lines[0].text.ptr, hostile[i].message);
		} else {
			diag_print(&diag, 10, false);
			assert_int_equal(diag.count, 0);
			assert_memory_equal(&counts, &hostile[i].counts, sizeof counts);
		}
		diag_release(&diag);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slices),
		cmocka_unit_test_setup_teardown(test_hostile, help_begin, help_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
