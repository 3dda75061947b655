/* test_report_html.c - what a report makes of texts: escaping, marking, masking (6.4) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "io/sha256.h"
#include "sync/report/report_diff.h"
#include "sync/report/report_html.h"
#include "sync/report/report_mask.h"

#define HIDDEN(number) "<i class=\"c\">U+" number "</i>"
#define BLANK "<i class=\"c\">\xe2\x90\xa3</i>"
#define END "<i class=\"c\">\xe2\x86\xb5</i>\n"
#define LOST "\xef\xbf\xbd"

static const struct {
	const char *text;
	const char *expected;
	const char *attribute;	/* where it is different */
} escapes[] = {
	{ "", "", NULL },
	{ "Adatum", "Adatum", NULL },
	{ "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", NULL },
	{ "\"'&amp;", "&quot;&#39;&amp;amp;", NULL },
	{ "javascript:alert(1)", "javascript:alert(1)", NULL },
	{ "]]>-->", "]]&gt;--&gt;", NULL },
	{ "a\nb", "a" END "b", "a" LOST "b" },
	{ "a\tb\rc", "a" HIDDEN("0009") "b" HIDDEN("000D") "c", "a" LOST "b" LOST "c" },
	{ "\x01\x1f\x7f", HIDDEN("0001") HIDDEN("001F") HIDDEN("007F"), LOST LOST LOST },
	{ "\xc2\x80\xc2\x9f", HIDDEN("0080") HIDDEN("009F"), LOST LOST },
	{ "a\xe2\x80\xa8" "b", "a" HIDDEN("2028") "b", "a" LOST "b" },
	{ "\xe2\x80\xae" "cod.exe", HIDDEN("202E") "cod.exe", LOST "cod.exe" },
	{ "\xe2\x81\xa6x\xe2\x81\xa9", HIDDEN("2066") "x" HIDDEN("2069"), LOST "x" LOST },
	{ "\xef\xbb\xbf" "a\xe2\x80\x8b", HIDDEN("FEFF") "a" HIDDEN("200B"), LOST "a" LOST },
	{ "\xef\xbf\xbe", HIDDEN("FFFE"), LOST },
	{ "\xf0\x9f\xbf\xbe", HIDDEN("1FFFE"), LOST },
	/* An emoji of several parts, Persian with a non-joiner, and letters stay. */
	{ "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", NULL },
	{ "Sin\xc3\xa9" "ad \xd7\xa9", "Sin\xc3\xa9" "ad \xd7\xa9", NULL },
	/* What is no UTF-8. */
	{ "a\xff" "b\xc3", "a" LOST "b" LOST, NULL },
	{ "\xed\xa0\x80", LOST LOST LOST, NULL },
};

static void
assert_text(struct buf *text, const char *expected)
{
	buf_add_char(text, '\0');
	assert_string_equal(text->ptr, expected);
	buf_release(text);
}

static void
test_escapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(escapes); i++) {
		struct buf out = { 0 };
		html_add(&out, str_from(escapes[i].text));
		assert_text(&out, escapes[i].expected);
		html_add_attribute(&out, str_from(escapes[i].text));
		assert_text(&out, escapes[i].attribute ? escapes[i].attribute : escapes[i].expected);
	}
}

/* Every byte, and every pair of bytes: no tag, no quote, no control gets through. */
static void
test_every_byte(void **state)
{
	(void)state;
	for (unsigned pair = 0; pair < 65536; pair++) {
		char bytes[2] = { (char)(pair >> 8), (char)pair };
		struct buf out = { 0 };
		html_add_attribute(&out, (struct str){ bytes, 2 });
		for (size_t i = 0; i < out.len; i++)
			assert_true((unsigned char)out.ptr[i] >= ' ' && out.ptr[i] != 0x7f
				&& out.ptr[i] != '<' && out.ptr[i] != '>' && out.ptr[i] != '"'
				&& out.ptr[i] != '\'');
		assert_int_equal(utf8_check(buf_str(&out)), out.len);
		buf_release(&out);
	}
}

static void
test_outer_blanks(void **state)
{
	struct buf out = { 0 };

	(void)state;
	html_add_value(&out, STR("  a b "), true, true);
	assert_text(&out, BLANK BLANK "a b" BLANK);
	html_add_value(&out, STR("   "), true, true);
	assert_text(&out, BLANK BLANK BLANK);
	html_add_value(&out, STR(" a "), false, false);
	assert_text(&out, " a ");
}

/* Where the two differ is between [ and ]. */
static const struct {
	const char *old;
	const char *new;
} differences[] = {
	{ "[]", "[]" },
	{ "Adatum[]", "Adatum[]" },
	{ "[]", "[Adatum]" },
	{ "Adatum[]", "Adatum[ Corporation]" },
	{ "[]tum", "[Ada]tum" },
	{ "305-555-01[31]", "305-555-01[88]" },
	{ "PARIS Guest Chair, [black]", "PARIS Guest Chair, [anthracite]" },
	{ "aa[]", "aa[a]" },
	{ "[British ]Pound", "[]Pound" },
	/* e with a combining accent is one character, on both sides. */
	{ "caf[e]", "caf[e\xcc\x81]" },
	{ "caf[e\xcc\x80]s", "caf[e\xcc\x81]s" },
	/* So is a character of several bytes of which the first are the same, */
	{ "[\xc3\xa9]", "[\xc3\xa8]" },
	/* a woman with a profession, */
	{ "[\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb]", "[\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xa7]" },
	{ "[\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x94\xa7]", "[\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xa7]" },
	/* a flag: Belgium, the Netherlands */
	{ "x[\xf0\x9f\x87\xa7\xf0\x9f\x87\xaa]", "x[\xf0\x9f\x87\xb3\xf0\x9f\x87\xb1]" },
	{ "[\xf0\x9f\x87\xa7\xf0\x9f\x87\xaa]", "[\xf0\x9f\x87\xa7\xf0\x9f\x87\xac]" },
	/* and a line end of two characters. */
	{ "a[\r\n]b", "a[\n]b" },
};

static struct str
without_marks(const char *marked, struct buf *text, size_t *begin, size_t *end)
{
	buf_reset(text);
	for (; *marked; marked++) {
		if (*marked == '[')
			*begin = text->len;
		else if (*marked == ']')
			*end = text->len;
		else
			buf_add_char(text, *marked);
	}
	return buf_str(text);
}

static void
test_differences(void **state)
{
	struct buf texts[2] = { { 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(differences); i++) {
		size_t begin[2] = { 0 };
		size_t end[2] = { 0 };
		struct str old = without_marks(differences[i].old, &texts[0], &begin[0], &end[0]);
		struct str new = without_marks(differences[i].new, &texts[1], &begin[1], &end[1]);
		struct difference d = difference_find(old, new);
		if (d.begin != begin[0] || d.end[0] != end[0] || d.end[1] != end[1])
			fail_msg("%s to %s: %zu to %zu and %zu", differences[i].old, differences[i].new,
				d.begin, d.end[0], d.end[1]);
	}
	buf_release(&texts[0]);
	buf_release(&texts[1]);
}

/* Outside of the difference both are the same, and it begins and ends at characters. */
static void
test_any_difference(void **state)
{
	static const char *const parts[] = { "a", "b", "e", "\xcc\x81", "\xc3\xa9", "\xe2\x80\x8d", "\r", "\n",
		"\xf0\x9f\x91\xa9", "\xf0\x9f\x87\xa7", "\xe0\xa4\x95\xe0\xa5\x8d" };
	uint32_t random = 7;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		struct buf texts[2] = { { 0 } };
		for (unsigned i = 0; i < 12; i++) {
			random = random * 1664525 + 1013904223;
			buf_add(&texts[random >> 31], str_from(parts[(random >> 16) % ARRAY_LEN(parts)]));
			if (random >> 29 & 1)
				buf_add(&texts[0], STR("e")), buf_add(&texts[1], STR("e"));
		}
		struct str a = buf_str(&texts[0]);
		struct str b = buf_str(&texts[1]);
		struct difference d = difference_find(a, b);
		assert_true(d.begin <= d.end[0] && d.end[0] <= a.len);
		assert_true(d.begin <= d.end[1] && d.end[1] <= b.len);
		assert_true(str_equal((struct str){ a.ptr, d.begin }, (struct str){ b.ptr, d.begin }));
		assert_true(str_equal((struct str){ a.ptr + d.end[0], a.len - d.end[0] },
			(struct str){ b.ptr + d.end[1], b.len - d.end[1] }));
		assert_int_equal(utf8_check((struct str){ a.ptr, d.begin }), d.begin);
		assert_int_equal(utf8_check((struct str){ b.ptr, d.end[1] }), d.end[1]);
		buf_release(&texts[0]);
		buf_release(&texts[1]);
	}
}

/* Long texts take time by their length, not by its square. */
static void
test_long_difference(void **state)
{
	enum { LENGTH = 4000000 };
	char *a = malloc(LENGTH);
	char *b = malloc(LENGTH);

	(void)state;
	memset(a, 'x', LENGTH);
	memset(b, 'x', LENGTH);
	b[LENGTH / 2] = 'y';
	struct difference d = difference_find((struct str){ a, LENGTH }, (struct str){ b, LENGTH });
	assert_int_equal(d.begin, LENGTH / 2);
	assert_int_equal(d.end[0], LENGTH / 2 + 1);
	free(a);
	free(b);
}

static void
assert_hash(const unsigned char *hash, const char *expected)
{
	char text[SHA256_BYTES * 2 + 1];

	for (unsigned i = 0; i < SHA256_BYTES; i++)
		snprintf(text + i * 2, 3, "%02x", hash[i]);
	assert_string_equal(text, expected);
}

/* FIPS 180-4 and RFC 4231. */
static void
test_sha256(void **state)
{
	unsigned char hash[SHA256_BYTES];
	char key[131];

	(void)state;
	sha256(STR("abc"), hash);
	assert_hash(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256(STR(""), hash);
	assert_hash(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	sha256_keyed(STR("Jefe"), STR("what do ya want for nothing?"), hash);
	assert_hash(hash, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof key);
	sha256_keyed((struct str){ key, sizeof key },
		STR("Test Using Larger Than Block-Size Key - Hash Key First"), hash);
	assert_hash(hash, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void
add_token(const struct run_options *options, const char *run_id, const char *value, struct buf *out)
{
	struct run run = { .options = options, .plan.run_id = str_from(run_id) };
	struct mask mask = mask_of(&run);

	buf_reset(out);
	mask_add(&mask, str_from(value), out);
	assert_int_equal(out->len, MASK_TOKEN);
}

/* Equal values have equal tokens: with a key in all runs, without one in runs of the same inputs. */
static void
test_masks(void **state)
{
	struct run_options keyed = { .report = { .is_masked = true, .mask_key = STR("0123456789abcdef") } };
	struct run_options other = { .report = { .is_masked = true, .mask_key = STR("0123456789abcdeg") } };
	struct run_options bare = { .report = { .is_masked = true } };
	struct buf a = { 0 };
	struct buf b = { 0 };

	(void)state;
	add_token(&keyed, "1", "Adatum", &a);
	add_token(&keyed, "2", "Adatum", &b);
	assert_true(str_equal(buf_str(&a), buf_str(&b)));
	add_token(&keyed, "1", "adatum", &b);
	assert_false(str_equal(buf_str(&a), buf_str(&b)));
	add_token(&other, "1", "Adatum", &b);
	assert_false(str_equal(buf_str(&a), buf_str(&b)));
	add_token(&bare, "1", "Adatum", &a);
	add_token(&bare, "1", "Adatum", &b);
	assert_true(str_equal(buf_str(&a), buf_str(&b)));
	add_token(&bare, "2", "Adatum", &b);
	assert_false(str_equal(buf_str(&a), buf_str(&b)));
	buf_release(&a);
	buf_release(&b);
}

static void
test_mask_covers(void **state)
{
	struct mask on = { .is_on = true };
	struct mask off = { .is_on = false };

	(void)state;
	for (unsigned type = 0; type < TYPES; type++) {
		struct field field = { .type = (enum type)type };
		assert_int_equal(mask_covers(&on, &field), type != TYPE_OPTION && type != TYPE_BOOLEAN);
		assert_false(mask_covers(&off, &field));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_outer_blanks),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_any_difference),
		cmocka_unit_test(test_long_difference),
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_mask_covers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
