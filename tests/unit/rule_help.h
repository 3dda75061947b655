/*
 * rule_help.h - transformation rules applied to one text, for the tests of the rules
 *
 * A rule is written as in a setup: a type, and attributes as `name=value`
 * separated by bars; BAR stands for a bar in one.  To be included once by a test.
 */
#ifndef UNIT_RULE_HELP_H
#define UNIT_RULE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "model/locale.h"
#include "model/rule.h"
#include "model/timezone.h"

#define BAR "\x02"
#define FAILS "\x01"	/* before the words that follow the value: "is no number" */

struct rule_case {
	const char *attributes;
	const char *value;
	const char *expected;
};

static struct rule_program *
make_rule(struct arena *arena, const char *type, const char *attributes, struct str *why)
{
	struct transformation_rule *rule = arena_new(arena, struct transformation_rule);
	struct str rest = str_from(attributes);

	rule->code = STR("R");
	rule->type = str_from(type);
	rule->attributes = arena_array(arena, struct rule_attribute, 8);
	while (rest.len > 0) {
		struct str value;
		struct str name = str_cut(str_cut(rest, '|', &rest), '=', &value);
		char *text = arena_bytes(arena, value.len + 1);
		for (size_t i = 0; i < value.len; i++)
			text[i] = value.ptr[i] == BAR[0] ? '|' : value.ptr[i];
		rule->attributes[rule->attribute_count++] =
			(struct rule_attribute){ arena_copy(arena, name).ptr, { text, value.len } };
	}
	return rule_compile(arena, rule, NULL, why);
}

/* The result, or FAILS and why; in the arena. */
static struct str
apply_rule(struct arena *arena, const struct rule_program *program, const char *locale, const char *zone,
	const char *value)
{
	struct rule_source source = { .locale = locale_find(str_from(locale)),
		.zone = timezone_load(arena, str_from(zone)) };
	struct buf scratch = { 0 };
	struct str result;

	assert_non_null(source.locale);
	assert_non_null(source.zone);
	if (!rule_apply(program, &source, str_from(value), arena, &scratch, &result)) {
		/* transformation rule R: "value" why */
		struct str shown = arena_printf(arena, "transformation rule R: \"%s\" ", value);
		bool is_shown = str_starts(result, shown);
		struct str why = { result.ptr + shown.len, result.len - shown.len };
		result = arena_printf(arena, FAILS "%.*s", STR_ARG(is_shown ? why : result));
	}
	result = arena_copy(arena, result);
	buf_release(&scratch);
	return result;
}

static inline void
check_cases(const char *type, const struct rule_case *cases, size_t count, const char *locale,
	const char *zone)
{
	struct arena arena = { 0 };
	unsigned failures = 0;

	for (size_t i = 0; i < count; i++) {
		struct str why = { NULL, 0 };
		struct rule_program *program = make_rule(&arena, type, cases[i].attributes, &why);
		if (!program) {
			print_error("%s %s: %.*s\n", type, cases[i].attributes, STR_ARG(why));
			failures++;
			continue;
		}
		struct str result = apply_rule(&arena, program, locale, zone, cases[i].value);
		if (str_equal(result, str_from(cases[i].expected)))
			continue;
		print_error("%s %s: \"%s\":\n is       \"%.*s\"\n expected \"%s\"\n", type, cases[i].attributes,
			cases[i].value, STR_ARG(result), cases[i].expected);
		failures++;
	}
	arena_release(&arena);
	assert_int_equal(failures, 0);
}

#define CHECK(type, cases) check_cases(type, cases, ARRAY_LEN(cases), "invariant", "UTC")

/* Rules that cannot work, and what is said. */
struct refused_case {
	const char *type;
	const char *attributes;
	const char *why;
};

static inline void
check_refused(const struct refused_case *cases, size_t count)
{
	struct arena arena = { 0 };
	unsigned failures = 0;

	for (size_t i = 0; i < count; i++) {
		struct str why = { NULL, 0 };
		bool is_made = make_rule(&arena, cases[i].type, cases[i].attributes, &why) != NULL;
		if (!is_made && str_equal(why, str_from(cases[i].why)))
			continue;
		print_error("%s %s: %s\n is       %.*s\n expected %s\n", cases[i].type, cases[i].attributes,
			is_made ? "was made" : "refused", STR_ARG(why), cases[i].why);
		failures++;
	}
	arena_release(&arena);
	assert_int_equal(failures, 0);
}

#endif
