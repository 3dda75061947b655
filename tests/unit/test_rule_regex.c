/* test_rule_regex.c - regular expressions of rules: PCRE2's patterns, .NET's replacements (R84, E46) */
#include "rule_help.h"

static void
replaces(void **state)
{
	static const struct rule_case cases[] = {
		{ "find=[a-z]+|replace=#", "Ab1", "#1" },
		{ "find=[A-Z]+|replace=#", "Ab1", "#1" },
		{ "find=[a-z]+|replace=", "Ab1", "1" },
		{ "find=[a-z]+", "Ab1cd", "1" },
		{ "find=x|replace=y", "abc", "abc" },
		{ "find=x|replace=y", "", "" },
		{ "find=NOTPROVIDED|replace=", "NotProvided", "" },
		{ "find=^|replace=>", "ab", ">ab" },
		{ "find=$|replace=<", "ab", "ab<" },
		{ "find=^$|replace=none", "", "none" },
		{ "find=^$|replace=none", "x", "x" },
		/* An empty match is one; the next begins a character on, as in .NET. */
		{ "find=(.*)|replace=<$1>", "ab", "<ab><>" },
		{ "find=x*|replace=-", "abc", "-a-b-c-" },
		{ "find=x*|replace=-", "axb", "-a--b-" },
		{ "find=x*|replace=-", "é😀", "-é-😀-" },
		{ "find=|replace=-", "", "-" },
		{ "find=^(.*)$|replace=NAV $1", "Adatum", "NAV Adatum" },
		{ "find=^(.*)$|replace=NAV $1", "", "NAV " },
		{ "find=^(.*)$|replace=NAV $1", "a\nb", "a\nb" },
		{ "find=(?m)^(.*)$|replace=<$1>", "a\nb", "<a>\n<b>" },
		{ "find=(?s)^(.*)$|replace=<$1>", "a\nb", "<a\nb>" },
		{ "find=b$|replace=X", "ab\n", "aX\n" },
		{ "find=(a)(b)|replace=$2$1", "ab ab", "ba ba" },
		{ "find=(a)(b)|replace=${2}0${1}", "ab", "b0a" },
		{ "find=(?<x>a)(?<y>b)|replace=${y}${x}", "ab", "ba" },
		{ "find=(?<x>a)|replace=${z}", "a", "${z}" },
		{ "find=(a)|replace=$2", "a", "$2" },
		{ "find=(a)|replace=$10", "a", "$10" },
		{ "find=(a)|replace=${1}0", "a", "a0" },
		{ "find=(a)|replace=$1", "A", "A" },
		{ "find=a|replace=$0$0", "ba", "baa" },
		{ "find=a|replace=$&$&", "ba", "baa" },
		{ "find=b|replace=[$`]", "abc", "a[a]c" },
		{ "find=b|replace=[$']", "abc", "a[c]c" },
		{ "find=b|replace=[$_]", "abc", "a[abc]c" },
		{ "find=(a)(b)?|replace=[$+]", "ab a", "[b] []" },
		{ "find=a|replace=[$+]", "a", "[a]" },
		{ "find=a|replace=$$", "a", "$" },
		{ "find=a|replace=$$1", "a", "$1" },
		{ "find=a|replace=$", "a", "$" },
		{ "find=a|replace=x$", "a", "x$" },
		{ "find=a|replace=${", "a", "${" },
		{ "find=a|replace=${}", "a", "${}" },
		{ "find=a|replace=${1", "a", "${1" },
		{ "find=a|replace=$x", "a", "$x" },
		{ "find=a|replace=\\1\\n", "a", "\\1\\n" },
		{ "find=(a)?b|replace=<$1>", "b ab", "<> <a>" },
		{ "find=(?<!x)a|replace=y", "xa a", "xa y" },
		{ "find=(.)\\1|replace=$1", "aabBc", "abc" },
		{ "find=\\d+|replace=#", "a12 ٣", "a# #" },
		{ "find=\\w|replace=.", "aé_1 日-", ".... .-" },
		{ "find=\\bé|replace=E", "été é", "Eté E" },
		{ "find=É|replace=e", "été", "ete" },
		{ "find=straße|replace=x", "STRASSE STRAßE", "STRASSE x" },
		{ "find=cat" BAR "dog|replace=pet", "Cat dog", "pet pet" },
		{ "find=(a)" BAR "(b)|replace=<$1>", "ab", "<a><>" },
		{ "find=\\p{N}|replace=x", "1½a", "xxa" },
		{ "find=.|replace=x", "é😀", "xx" },
		{ "find=(?i)a|replace=x", "A", "x" },
		{ "find=(?-i)a|replace=x", "Aa", "Ax" },
		{ "find=[^a-z0-9]+|replace=-", "A b/C", "A-b-C" },
		{ "find=^(?<street>.*) (?<number>[0-9]+[A-Z]?)$|replace=${number}, ${street}", "Kerkstraat 5a",
			"5a, Kerkstraat" },
		{ "find=\\s+|replace= ", " a \t\n b ", " a b " },
		{ "find=a\\Kb|replace=x", "abab", "axax" },
		{ "find=\\G.|replace=x", "abc", "xxx" },
	};

	(void)state;
	CHECK("RegularExpressionReplace", cases);
}

static void
captures(void **state)
{
	static const struct rule_case cases[] = {
		{ "find=([0-9]+)", "a12b34", "1234" },
		{ "find=([0-9]+)", "none", "" },
		{ "find=([0-9]+)", "", "" },
		{ "find=(a)(b)", "ab ab", "abab" },
		{ "find=(a)(b)?", "ab a", "aba" },
		{ "find=((a)b)", "ab", "aba" },
		{ "find=(A)", "a", "a" },
		{ "find=^(.{3})", "éàüx", "éàü" },
		{ "find=(?<n>[A-Z]{2}) ?([0-9.]+)", "be 0123.456", "be0123.456" },
		{ "find=x(.*)y", "xy", "" },
		{ "find=(x*)", "abc", "" },
		{ "find=(.)", "😀é", "😀é" },
		{ "find=(?:a)(b)", "ab", "b" },
		{ "find=(?=(b))", "ab", "b" },
	};

	(void)state;
	CHECK("RegularExpressionMatch", cases);
}

/* Patterns that would try for ever, or deeper than memory, fail; and soon. */
static void
limits(void **state)
{
	static const char *const patterns[] = { "^(a+)+$", "^(a" BAR "aa)+$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$",
		"(x+x+)+y", "(.*)*=(.*)*=", "^(?:(?:a?){20}){20}$b" };
	struct arena arena = { 0 };
	struct buf value = { 0 };
	struct str why;
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < 40; i++)
		buf_add_char(&value, "aaaaaaax"[i % 2 == 0 ? 0 : 1]);
	for (size_t i = 0; i < 40; i++)
		buf_add_char(&value, 'x');
	buf_add(&value, STR("!"));
	buf_add_char(&value, '\0');
	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		struct str attributes = arena_printf(&arena, "find=%s|replace=y", patterns[i]);
		struct rule_program *program =
			make_rule(&arena, "RegularExpressionReplace", attributes.ptr, &why);
		assert_non_null(program);
		struct str result = apply_rule(&arena, program, "invariant", "UTC", value.ptr);
		failed += result.ptr[0] == FAILS[0];
	}
	assert_in_range(failed, 2, ARRAY_LEN(patterns));
	/* Deep, but not long. */
	struct rule_program *deep =
		make_rule(&arena, "RegularExpressionReplace", "find=^(a" BAR "b)*+$|replace=y", &why);
	buf_reset(&value);
	for (size_t i = 0; i < 3000000; i++)
		buf_add_char(&value, 'a');
	buf_add_char(&value, '\0');
	struct str result = apply_rule(&arena, deep, "invariant", "UTC", value.ptr);
	assert_true(result.len > 0);
	buf_release(&value);
	arena_release(&arena);
}

static void
refused(void **state)
{
	static const struct refused_case cases[] = {
		{ "RegularExpressionReplace", "find=(a", "find \"(a\": position 3: missing closing parenthesis" },
		{ "RegularExpressionReplace", "find=é[", "find \"é[\": position 3: missing terminating ] for "
			"character class" },
		{ "RegularExpressionReplace", "find=a{2,1}", "find \"a{2,1}\": position 6: numbers out of order in "
			"{} quantifier" },
		{ "RegularExpressionReplace", "find=*a", "find \"*a\": position 1: quantifier does not follow a "
			"repeatable item" },
		{ "RegularExpressionReplace", "find=\\", "find \"\\\": position 2: \\ at end of pattern" },
		{ "RegularExpressionReplace", "find=a\\C", "find \"a\\C\": position 4: using \\C is disabled by the "
			"application" },
		{ "RegularExpressionReplace", "find=(?<a>x)(?<a>y)", "find \"(?<a>x)(?<a>y)\": position 13: two named "
			"subpatterns have the same name (PCRE2_DUPNAMES not set)" },
		{ "RegularExpressionMatch", "find=[0-9]+", "find \"[0-9]+\" has no group in parentheses, so that "
			"nothing would be left; write ([0-9]+)" },
		{ "RegularExpressionMatch", "find=(?:a)", "find \"(?:a)\" has no group in parentheses, so that "
			"nothing would be left; write ((?:a))" },
	};

	(void)state;
	check_refused(cases, ARRAY_LEN(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaces),
		cmocka_unit_test(captures),
		cmocka_unit_test(limits),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
