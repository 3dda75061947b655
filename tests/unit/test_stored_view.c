/* test_stored_view.c - filters of stored views (R126), and the base64 that they come in */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/base64.h"
#include "model/stored_view.h"

static const struct {
	const char *view;
	const char *conditions;	/* "field number expression;" each; NULL: it is no view */
} cases[] = {
	{ "", "" },
	{ "VERSION(1) SORTING(Field1)", "" },
	{ "VERSION(1) SORTING(Field1) WHERE(Field39=1(0))", "Field39 39 0;" },
	{ "VERSION(1) SORTING(Field1,Field2) ORDER(Descending) WHERE(Field54=1(0),Field202=1({A}|{B}))",
		"Field54 54 0;Field202 202 {A}|{B};" },
	{ "SORTING(No.) WHERE(No.=FILTER(10000..20000), Name = FILTER(<>''))", "No. 0 10000..20000;Name 0 <>'';" },
	{ "WHERE(\"Country/Region Code\"=CONST(BE))", "Country/Region Code 0 BE;" },
	{ "WHERE(\"a\"\"b\"=CONST(x))", "a\"b 0 x;" },
	/* a constant means itself */
	{ "WHERE(Name=CONST(A*|B))", "Name 0 'A*|B';" },
	{ "WHERE(Name=CONST(it's))", "Name 0 'it''s';" },
	{ "WHERE(Name=CONST())", "Name 0 '';" },
	{ "WHERE(Field5=0({0A}))", "Field5 5 {0A};" },
	/* brackets and commas within values */
	{ "WHERE(Name=FILTER((A|B)&C),City=FILTER('),('))", "Name 0 (A|B)&C;City 0 '),(';" },
	{ "WHERE(Field=1(x),Field1x=1(y),Fieldless=1(z))", "Field 0 x;Field1x 0 y;Fieldless 0 z;" },
	{ "WHERE()", "" },
	/* a quote that stands alone; whether the expression is one, the setup tells */
	{ "WHERE(Name=FILTER('a))", "Name 0 'a;" },
	/* no views */
	{ "Blocked", NULL },
	{ "WHERE(Field1=1(0)", NULL },
	{ "WHERE(Field1=2(0))", NULL },
	{ "WHERE(Field1)", NULL },
	{ "WHERE(=1(0))", NULL },
	{ "WHERE(Field1=1(0) Field2=1(0))", NULL },
	{ "WHERE(\"Field1=1(0))", NULL },
};

static void
test_views(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena arena = { 0 };
		struct stored_view view;
		struct buf out = { 0 };
		bool ok = stored_view_parse(str_from(cases[i].view), &arena, &view);
		for (size_t k = 0; k < view.count; k++)
			buf_printf(&out, "%.*s %u %.*s;", STR_ARG(view.conditions[k].field),
				view.conditions[k].number, STR_ARG(view.conditions[k].expression));
		buf_add_char(&out, '\0');
		if (ok != (cases[i].conditions != NULL))
			fail_msg("%s", cases[i].view);
		if (ok)
			assert_string_equal(out.ptr, cases[i].conditions);
		stored_view_release(&view);
		buf_release(&out);
		arena_release(&arena);
	}
}

static const struct {
	const char *text;
	const char *bytes;	/* NULL: it is none */
} texts[] = {
	{ "", "" },
	{ "Zg==", "f" },
	{ "Zm8=", "fo" },
	{ "Zm9v", "foo" },
	{ "Zm9v\r\n Zm9v", "foofoo" },
	{ "+/+/", "\xfb\xff\xbf" },
	{ "Zg", NULL },
	{ "Zg=", NULL },
	{ "Z===", NULL },
	{ "Zg==Zg==", NULL },
	{ "Zm9v!", NULL },
};

static void
test_base64(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct buf out = { 0 };
		bool ok = base64_decode(str_from(texts[i].text), &out);
		assert_int_equal(ok, texts[i].bytes != NULL);
		struct str wanted = str_from(texts[i].bytes ? texts[i].bytes : "");
		assert_int_equal(out.len, wanted.len);
		assert_true(str_equal(buf_str(&out), wanted));
		buf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
