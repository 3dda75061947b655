/* test_fact.c - facts as JSON and as lines for people */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/fact.h"

/* A tree with one of everything. */
static struct fact *
make_tree(struct arena *arena)
{
	struct fact *root = fact_add(arena, NULL, FACT_OBJECT, NULL);
	struct fact *mapping = fact_text(arena, root, "mapping", STR("CUSTOMER"));
	struct fact *silent = fact_add(arena, root, FACT_LIST, "jobs");
	struct fact *job = fact_add(arena, silent, FACT_OBJECT, NULL);
	struct fact *fields = fact_add(arena, job, FACT_LIST, "fields");
	struct fact *name = fact_text(arena, fields, NULL, STR("a\"b"));
	struct fact *city = fact_text(arena, fields, NULL, STR("c"));
	struct fact *last = fact_text(arena, root, "note", STR(""));

	fact_show(arena, mapping, "CUSTOMER", "%d", 10000);
	fact_flag(arena, job, "selected", true);
	fact_show(arena, job, "ERP->CRM", "job %s", "1a2b3c4d-01");
	fact_show(arena, fields, "fields", "%s", "");
	fact_show(arena, name, "Naam é", "line\nend\x1b[31m");
	fact_show(arena, city, "Stad en land", "c");
	fact_show(arena, last, "note", "last");
	return root;
}

static void
a_tree_is_one_json_value(void **state)
{
	struct arena arena = { 0 };
	struct buf out = { 0 };
	static const char expected[] = "{\"mapping\":\"CUSTOMER\",\"jobs\":[{\"fields\":[\"a\\\"b\",\"c\"],"
				       "\"selected\":true}],\"note\":\"\"}";

	(void)state;
	fact_write_json(make_tree(&arena), &out);
	assert_int_equal(out.len, sizeof expected - 1);
	assert_memory_equal(out.ptr, expected, out.len);
	buf_release(&out);
	arena_release(&arena);
}

/* Texts begin in one column, by characters; sections are parted; nothing controls the terminal. */
static void
lines_are_aligned(void **state)
{
	struct arena arena = { 0 };
	struct buf out = { 0 };
	static const char expected[] = "CUSTOMER  10000\n"
				       "\n"
				       "ERP->CRM  job 1a2b3c4d-01\n"
				       "  fields\n"
				       "    Naam \xc3\xa9        line end [31m\n"
				       "    Stad en land  c\n"
				       "\n"
				       "note      last\n";

	(void)state;
	fact_write_lines(make_tree(&arena), &out);
	assert_int_equal(out.len, sizeof expected - 1);
	assert_memory_equal(out.ptr, expected, out.len);
	buf_release(&out);
	arena_release(&arena);
}

static void
hidden_facts_are_in_json_alone(void **state)
{
	struct arena arena = { 0 };
	struct buf lines = { 0 };
	struct buf json = { 0 };
	struct fact *root = make_tree(&arena);

	(void)state;
	for (struct fact *child = root->first; child; child = child->next)
		fact_hide(child);
	fact_write_lines(root, &lines);
	fact_write_json(root, &json);
	assert_int_equal(lines.len, 0);
	assert_true(json.len > 0);
	buf_release(&lines);
	buf_release(&json);
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_is_one_json_value),
		cmocka_unit_test(lines_are_aligned),
		cmocka_unit_test(hidden_facts_are_in_json_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
