/* test_filter_limits.c - filter expressions that are deep, long or hostile (E45) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "model/filter.h"

static struct filter *
parse_nested(struct arena *arena, size_t depth, struct filter_error *error)
{
	struct buf text = { 0 };
	struct field field = { .name = STR("Field"), .type = TYPE_TEXT };

	for (size_t i = 0; i < depth; i++)
		buf_add_char(&text, '(');
	buf_add_char(&text, 'a');
	for (size_t i = 0; i < depth; i++)
		buf_add_char(&text, ')');
	struct str expression = arena_copy(arena, buf_str(&text));
	buf_release(&text);
	return filter_parse(expression, &field, arena, error);
}

static void
test_depth_is_limited(void **state)
{
	struct arena arena = { 0 };
	struct filter_error error = { 0 };
	const struct filter *filter = parse_nested(&arena, 64, &error);

	(void)state;
	assert_non_null(filter);
	assert_true(filter_match(filter, STR("a")));
	assert_null(parse_nested(&arena, 65, &error));
	assert_int_equal(error.position, 65);
	assert_non_null(strstr(error.message.ptr, "at most 64 parentheses"));
	assert_null(parse_nested(&arena, 1000000, &error));
	arena_release(&arena);
}

/* A list of Guids as other programs write it, of which every third is looked for. */
static void
test_long_list(void **state)
{
	enum { COUNT = 20000 };
	struct arena arena = { 0 };
	struct buf text = { 0 };
	struct filter_error error = { 0 };
	struct field field = { .name = STR("Field"), .type = TYPE_GUID };
	char guid[40];

	(void)state;
	for (unsigned i = 0; i < COUNT; i += 3)
		buf_printf(&text, "%s{%08X-1111-2222-3333-444444444444}", i ? "|\n" : "", i * 2654435761u);
	const struct filter *filter = filter_parse(buf_str(&text), &field, &arena, &error);
	assert_non_null(filter);
	for (unsigned i = 0; i < COUNT; i++) {
		int len = snprintf(guid, sizeof guid, "%08x-1111-2222-3333-444444444444", i * 2654435761u);
		assert_int_equal(filter_match(filter, (struct str){ guid, (size_t)len }), i % 3 == 0);
	}
	buf_release(&text);
	arena_release(&arena);
}

/* Patterns on which a backtracking matcher takes for ever. */
static void
test_hostile_patterns(void **state)
{
	struct buf value = { 0 };
	struct arena arena = { 0 };
	struct filter_error error = { 0 };
	struct field field = { .name = STR("Field"), .type = TYPE_TEXT };

	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_add_char(&value, 'a');
	struct str text = buf_str(&value);
	struct filter *filter = filter_parse(STR("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"), &field, &arena, &error);
	assert_false(filter_match(filter, text));
	filter = filter_parse(STR("@*a?*A?a*a?a*A?a*a?a*a?a*a?a*a?b*"), &field, &arena, &error);
	assert_false(filter_match(filter, text));
	filter = filter_parse(STR("@*A?*a*???A*a"), &field, &arena, &error);
	assert_true(filter_match(filter, text));
	buf_release(&value);
	arena_release(&arena);
}

/* Longer than the buffer for folding, and not ASCII. */
static void
test_folding_long_values(void **state)
{
	struct buf value = { 0 };
	struct arena arena = { 0 };
	struct filter_error error = { 0 };
	struct field field = { .name = STR("Field"), .type = TYPE_TEXT };
	struct filter *filter = filter_parse(STR("@e*e&@*B*|@x"), &field, &arena, &error);

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_add(&value, STR("\xc3\x89"));
	assert_false(filter_match(filter, buf_str(&value)));
	buf_add(&value, STR("b\xc3\xa9"));
	assert_true(filter_match(filter, buf_str(&value)));
	buf_release(&value);
	for (int i = 0; i < 256; i++)
		buf_add_char(&value, 'E');
	assert_false(filter_match(filter, buf_str(&value)));
	value.ptr[100] = 'b';
	assert_true(filter_match(filter, buf_str(&value)));
	assert_true(filter_match(filter, (struct str){ value.ptr, 255 }));
	buf_add_char(&value, 'e');
	assert_true(filter_match(filter, buf_str(&value)));
	buf_release(&value);
	arena_release(&arena);
}

/* The wildcards' meaning in its plainest form: ? is one character, * any number. */
static bool
plainly_matches(const char *pattern, const char *value)
{
	if (*pattern == '\0')
		return *value == '\0';
	if (*pattern == '*')
		return plainly_matches(pattern + 1, value) || (*value && plainly_matches(pattern, value + 1));
	return *value && (*pattern == '?' || *pattern == *value) && plainly_matches(pattern + 1, value + 1);
}

/* Text of `length` characters of the alphabet, as `number` says; 'b' becomes U+00E9 in `wide`. */
static void
spell(const char *alphabet, unsigned number, unsigned length, char *narrow, struct buf *wide)
{
	unsigned letters = (unsigned)strlen(alphabet);

	buf_reset(wide);
	for (unsigned i = 0; i < length; i++) {
		narrow[i] = alphabet[number % letters];
		number /= letters;
		if (narrow[i] == 'b')
			buf_add(wide, STR("\xc3\xa9"));
		else
			buf_add_char(wide, narrow[i]);
	}
	narrow[length] = '\0';
}

/* Every pattern of up to five characters, on every value of up to five. */
static void
test_all_short_patterns(void **state)
{
	enum { LONGEST = 5, VALUES = 1 << LONGEST, PATTERNS = 1 << (2 * LONGEST) };
	struct buf pattern_text = { 0 };
	struct buf value_text = { 0 };
	struct field field = { .name = STR("Field"), .type = TYPE_TEXT };
	struct arena arena = { 0 };
	struct filter_error error = { 0 };
	char pattern[LONGEST + 1];
	char value[LONGEST + 1];

	(void)state;
	for (unsigned i = 0; i < LONGEST * PATTERNS; i++) {
		spell("ab*?", i / LONGEST, i % LONGEST + 1, pattern, &pattern_text);
		arena_reset(&arena);
		const struct filter *filter = filter_parse(buf_str(&pattern_text), &field, &arena, &error);
		assert_non_null(filter);
		for (unsigned j = 0; j < (LONGEST + 1) * VALUES; j += 1 + i % 3) {
			spell("ab", j / (LONGEST + 1), j % (LONGEST + 1), value, &value_text);
			if (filter_match(filter, buf_str(&value_text)) != plainly_matches(pattern, value))
				fail_msg("pattern %s, value %s", pattern, value);
		}
	}
	buf_release(&pattern_text);
	buf_release(&value_text);
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depth_is_limited),
		cmocka_unit_test(test_long_list),
		cmocka_unit_test(test_hostile_patterns),
		cmocka_unit_test(test_folding_long_values),
		cmocka_unit_test(test_all_short_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
