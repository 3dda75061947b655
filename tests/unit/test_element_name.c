/* test_element_name.c - names of fields and tables as names of elements (part 5, 1.4) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/element_name.h"

static const struct {
	const char *name;
	const char *element;
} cases[] = {
	/* the examples of 1.4 */
	{ "No.", "No" },
	{ "E-Mail", "E_Mail" },
	{ "Country/Region Code", "CountryRegionCode" },
	{ "Credit Limit (LCY)", "CreditLimitLCY" },
	{ "Bill-to Customer No.", "Bill_toCustomerNo" },
	{ "Prepayment %", "Prepayment" },
	{ "% Discount", "_Discount" },
	{ "10 Days", "_10Days" },
	{ "Gen. Journal Line", "GenJournalLine" },
	/* letters beyond ASCII survive; other characters do not */
	{ "Vægt i øre", "Vægtiøre" },
	{ "Größe (€)", "Größe€" },
	{ "Breite × Höhe", "BreiteHöhe" },
	{ "Ελλάδα", "Ελλάδα" },
	{ "日本 語", "日本語" },
	{ "a\xf0\x9f\x98\x80" "b", "a\xf0\x9f\x98\x80" "b" },
	{ "Don't ask?`", "Dontask" },
	{ "a<b>c,d\\e+f&g:h", "abcdefgh" },
	{ "_x·y", "_x·y" },
	{ "-x", "__x" },
	{ ".x", "_x" },
	{ ":1", "_1" },
	{ "(LCY)", "_LCY" },
	{ "?", "_" },
	{ "×", "_" },
	{ "", "_" },
};

static void
test_examples(void **state)
{
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&out);
		element_name_add(str_from(cases[i].name), ELEMENT_NAME_MAX, &out);
		buf_add_char(&out, '\0');
		assert_string_equal(out.ptr, cases[i].element);
	}
	buf_release(&out);
}

/* A longer name is cut, by characters. */
static void
test_length(void **state)
{
	struct buf out = { 0 };

	(void)state;
	element_name_add(STR("% Ø Amount"), 3, &out);
	assert_true(str_equal(buf_str(&out), STR("_ØA")));
	buf_reset(&out);
	element_name_add(STR("1 Amount"), 1, &out);
	assert_true(str_equal(buf_str(&out), STR("_")));
	buf_release(&out);
}

/* What comes out is a name, and is its own name. */
static void
test_is_its_own_name(void **state)
{
	struct buf once = { 0 };
	struct buf twice = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&once);
		buf_reset(&twice);
		element_name_add(str_from(cases[i].name), ELEMENT_NAME_MAX, &once);
		element_name_add(buf_str(&once), ELEMENT_NAME_MAX, &twice);
		assert_true(str_equal(buf_str(&once), buf_str(&twice)));
	}
	buf_release(&once);
	buf_release(&twice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_is_its_own_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
