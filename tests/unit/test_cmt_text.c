/* test_cmt_text.c - texts of CMT packages: HTML encoding, American dates, GUIDs (part 5, 3.2, 3.3) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/cmt_text.h"

struct pair {
	const char *in;
	const char *out;
};

static void
assert_text(struct buf *out, const char *expected)
{
	buf_add_char(out, '\0');
	assert_string_equal(out->ptr, expected);
	buf_reset(out);
}

/* Once, and what is no reference stays. */
static const struct pair decoded[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "A &amp; B", "A & B" },
	{ "&amp;amp;", "&amp;" },
	{ "&lt;b&gt;&quot;x&quot;&#39;&apos;", "<b>\"x\"''" },
	{ "&#216;&#248;&#xe9;&#XE9;", "\xc3\x98\xc3\xb8\xc3\xa9\xc3\xa9" },
	{ "&Oslash;&nbsp;&euro;&thetasym;", "\xc3\x98\xc2\xa0\xe2\x82\xac\xcf\x91" },
	{ "&#8217;&#x1F600;", "\xe2\x80\x99\xf0\x9f\x98\x80" },
	{ "&#13;&#10;&#9;", "\r\n\t" },
	/* no references */
	{ "&", "&" },
	{ "&;", "&;" },
	{ "&#;&#x;", "&#;&#x;" },
	{ "a & b; c", "a & b; c" },
	{ "&amp", "&amp" },
	{ "&AMP;&nosuch;", "&AMP;&nosuch;" },
	{ "&&amp;", "&&" },
	{ "&#0;&#7;&#xd800;&#x110000;&#99999999999999999999;", "&#0;&#7;&#xd800;&#x110000;&#99999999999999999999;" },
	{ "&averyverylongname;", "&averyverylongname;" },
};

static void
test_decode(void **state)
{
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(decoded); i++) {
		cmt_text_decode(str_from(decoded[i].in), &out);
		assert_true(out.len <= strlen(decoded[i].in));
		assert_text(&out, decoded[i].out);
	}
	buf_release(&out);
}

static const struct pair encoded[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "A & B", "A &amp; B" },
	{ "&amp;", "&amp;amp;" },
	{ "<b>\"it's\"", "&lt;b&gt;&quot;it&#39;s&quot;" },
	/* U+00A0 to U+00FF, and no others */
	{ "\xc2\x9f\xc2\xa0\xc3\xbf\xc4\x80", "\xc2\x9f&#160;&#255;\xc4\x80" },
	{ "S\xc3\xb8ren\xe2\x80\x99s \xf0\x9f\x98\x80", "S&#248;ren\xe2\x80\x99s \xf0\x9f\x98\x80" },
	{ "a\r\nb\t", "a\r\nb\t" },
};

static void
test_encode(void **state)
{
	struct buf out = { 0 };
	struct buf back = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(encoded); i++) {
		cmt_text_encode(str_from(encoded[i].in), &out);
		cmt_text_decode(buf_str(&out), &back);
		assert_text(&back, encoded[i].in);
		assert_text(&out, encoded[i].out);
	}
	buf_release(&out);
	buf_release(&back);
}

static const struct pair dates[] = {
	{ "4/4/2019 7:22:50 PM", "2019-04-04T19:22:50" },
	{ "3/25/2019 12:00:01 AM", "2019-03-25T00:00:01" },
	{ "12/31/2019 12:59:59 PM", "2019-12-31T12:59:59" },
	{ "1/2/2019", "2019-01-02T00:00:00" },
	{ "2019-04-04T19:22:50Z", NULL },
	{ "13/1/2019", NULL },
	{ "1/32/2019", NULL },
	{ "1/2/19", NULL },
	{ "4/4/2019 7:22:50", NULL },
	{ "4/4/2019 13:22:50 PM", NULL },
	{ "4/4/2019 0:22:50 AM", NULL },
	{ "4/4/2019 7:60:50 AM", NULL },
	{ "4/4/2019 7:22:50 PM.", NULL },
	{ "4/4/20190", NULL },
	{ "", NULL },
	{ "text", NULL },
};

static void
test_dates(void **state)
{
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
		assert_int_equal(cmt_date_read(str_from(dates[i].in), &out), dates[i].out != NULL);
		assert_text(&out, dates[i].out ? dates[i].out : "");
	}
	assert_true(cmt_is_american(STR("4/5/2019 8:59:23 AM")));
	assert_false(cmt_is_american(STR("2022-12-01T20:37:21.7774483Z")));
	assert_false(cmt_is_american(STR("")));
	buf_release(&out);
}

static void
test_guids(void **state)
{
	static const char guid[] = "f43c804b-6bc6-e811-A99B-000d3a161343";
	struct str bare;

	(void)state;
	assert_true(cmt_guid_read(str_from(guid), &bare));
	assert_true(cmt_guid_read(STR("{f43c804b-6bc6-e811-A99B-000d3a161343}"), &bare));
	assert_true(str_equal(bare, str_from(guid)));
	assert_false(cmt_guid_read(STR(""), &bare));
	assert_false(cmt_guid_read(STR("f43c804b-6bc6-e811-a99b-000d3a16134"), &bare));
	assert_false(cmt_guid_read(STR("f43c804b-6bc6-e811-a99b-000d3a16134g"), &bare));
	assert_false(cmt_guid_read(STR("f43c804b06bc6-e811-a99b-000d3a161343"), &bare));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_encode),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_guids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
