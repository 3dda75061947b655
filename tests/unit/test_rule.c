/* test_rule.c - rules on text, and chains of them (R84, R85, E46) */
#include "rule_help.h"

static void
upper_and_lower(void **state)
{
	static const struct rule_case upper[] = {
		{ "", "", "" },
		{ "", "abc", "ABC" },
		{ "", " aBc dE IBM ", " ABC DE IBM " },
		{ "", "straße", "STRAßE" },
		{ "", "été œuvre", "ÉTÉ ŒUVRE" },
		{ "", "ıi", "II" },
		{ "", "ÿ", "Ÿ" },
		{ "", "αβγς", "ΑΒΓΣ" },
		{ "", "жук", "ЖУК" },
		{ "", "𐐨", "𐐀" },
		{ "", "ﬁ", "ﬁ" },
		{ "", "日本 1-2", "日本 1-2" },
		{ "culture=da-DK", "æøå", "ÆØÅ" },
	};
	static const struct rule_case lower[] = {
		{ "", "", "" },
		{ "", "ABC", "abc" },
		{ "", " aBc dE IBM ", " abc de ibm " },
		{ "", "STRASSE", "strasse" },
		{ "", "ÉTÉ ŒUVRE", "été œuvre" },
		{ "", "ΑΒΓΣ", "αβγσ" },
		{ "", "ЖУК", "жук" },
		{ "", "I", "i" },
		{ "", "𐐀", "𐐨" },
		{ "", "Å", "å" },
		{ "culture=nl-NL", "IJ", "ij" },
	};

	(void)state;
	CHECK("Uppercase", upper);
	CHECK("Lowercase", lower);
}

/* .NET's ToTitleCase. */
static void
title_case(void **state)
{
	static const struct rule_case cases[] = {
		{ "", "", "" },
		{ "", " aBc dE IBM ", " Abc De IBM " },
		{ "", "war and peace", "War And Peace" },
		{ "", "WAR AND PEACE", "WAR AND PEACE" },
		{ "", "a", "A" },
		{ "", "A", "A" },
		{ "", "aB", "Ab" },
		{ "", "Ab", "Ab" },
		{ "", "ABc", "Abc" },
		{ "", "AB", "AB" },
		{ "", "o'neil", "O'neil" },
		{ "", "O'NEIL", "O'neil" },
		{ "", "o'NEIL", "O'neil" },
		{ "", "DON'T", "DON't" },
		{ "", "rock 'n' roll", "Rock 'N' Roll" },
		{ "", "l'avion de l'ÉTÉ", "L'avion De L'été" },
		{ "", "d''x", "D''x" },
		{ "", "'abc", "'Abc" },
		{ "", "jan-willem", "Jan-Willem" },
		{ "", "a_b", "A_B" },
		{ "", "a.b,c;d", "A.B,C;D" },
		{ "", "(abc) [def]", "(Abc) [Def]" },
		{ "", "abc/def", "Abc/Def" },
		{ "", "abc+def", "Abc+Def" },
		{ "", "1abc", "1Abc" },
		{ "", "a1b2", "A1b2" },
		{ "", "A1B2", "A1B2" },
		{ "", "A1b2", "A1b2" },
		{ "", "3rd street", "3Rd Street" },
		{ "", "tab\tline\nend", "Tab\tLine\nEnd" },
		{ "", "no\xc2\xa0" "break", "No\xc2\xa0" "Break" },
		{ "", "été", "Été" },
		{ "", "éTÉ", "Été" },
		{ "", "straße", "Straße" },
		{ "", "ßa", "ßa" },
		{ "", "ǆ", "ǅ" },
		{ "", "e\xcc\x81t\xcc\x81" "A", "E\xcc\x81t\xcc\x81" "a" },
		{ "", "日本語", "日本語" },
		{ "", "жук ЖУК жУК", "Жук ЖУК Жук" },
		{ "", "ºª", "ºª" },
		{ "", "€abc", "€Abc" },
		{ "", "x²y", "X²y" },
		{ "", "van den BERG-peeters", "Van Den BERG-Peeters" },
		{ "", "mcDonald's", "Mcdonald's" },
		{ "", "\xf0\x90\x90\xa8\xf0\x90\x90\xa8", "\xf0\x90\x90\x80\xf0\x90\x90\xa8" },
		{ "culture=en-US", "ijsland", "Ijsland" },
		{ "culture=nl-NL", "ijsland IJMUIDEN iJ", "IJsland IJMUIDEN IJ" },
		{ "culture=nl-BE", "de ijzer", "De IJzer" },
		{ "culture=nl-BE", "bij", "Bij" },
		{ "culture=nl-BE", "i", "I" },
		{ "culture=nl-BE", "Ijsberg", "IJsberg" },
		{ "culture=de-DE", "größe", "Größe" },
	};

	(void)state;
	CHECK("TitleCase", cases);
}

static void
trim(void **state)
{
	static const struct rule_case cases[] = {
		{ "", "", "" },
		{ "", " ", "" },
		{ "", "   ", "" },
		{ "", "a", "a" },
		{ "", " a", "a" },
		{ "", "a ", "a" },
		{ "", "  a  b  ", "a  b" },
		{ "", "\ta ", "\ta" },
		{ "", "\n a \n", "\n a \n" },
		{ "", "\xc2\xa0" "a\xc2\xa0", "\xc2\xa0" "a\xc2\xa0" },
		{ "", " é ", "é" },
	};

	(void)state;
	CHECK("Trim", cases);
}

static void
substring(void **state)
{
	static const struct rule_case cases[] = {
		{ "", "abc", "abc" },
		{ "start-position=1", "abc", "abc" },
		{ "start-position=2", "abc", "bc" },
		{ "start-position=3", "abc", "c" },
		{ "start-position=4", "abc", "" },
		{ "start-position=5", "abc", "" },
		{ "start-position=999999999", "abc", "" },
		{ "length=2", "abc", "ab" },
		{ "length=3", "abc", "abc" },
		{ "length=4", "abc", "abc" },
		{ "start-position=4|length=3", "VAT0123456", "012" },
		{ "start-position=4|length=3", "VAT01", "01" },
		{ "start-position=4|length=3", "VAT", "" },
		{ "start-position=4|length=3", "", "" },
		{ "start-position=2|length=1", "éàü", "à" },
		{ "start-position=2", "😀é", "é" },
		{ "starting-text=:|ending-text=;", "X:42;rest", "42" },
		{ "starting-text=:|ending-text=;", "X:42", "" },
		{ "starting-text=:|ending-text=;", "42;rest", "" },
		{ "starting-text=:|ending-text=;", ":;", "" },
		{ "starting-text=:|ending-text=;", ";:;", "" },
		{ "starting-text=:|ending-text=;", ";:a;", "a" },
		{ "starting-text=:|ending-text=;", ":a:b;c;", "a:b" },
		{ "starting-text=:|ending-text=;", "", "" },
		{ "starting-text=:", "a:b", "b" },
		{ "starting-text=:", "a:", "" },
		{ "starting-text=:", "ab", "" },
		{ "starting-text=ab", "xabab", "ab" },
		{ "starting-text=AB", "xabab", "" },
		{ "starting-text=:|length=2", "a:bcd", "bc" },
		{ "starting-text=:|length=9", "a:bcd", "bcd" },
		{ "ending-text=-", "VIP-BE", "VIP" },
		{ "ending-text=-", "VIP", "" },
		{ "ending-text=-", "-BE", "" },
		{ "start-position=3|ending-text=-", "a-bc-d", "bc" },
		{ "start-position=9|ending-text=-", "a-bc-d", "" },
		{ "ending-text=' '", "New York City", "New" },
		{ "ending-text=\" \"", "New York City", "New" },
		{ "starting-text=' '", "New York City", "York City" },
		{ "starting-text='''", "it's", "s" },
		{ "starting-text='", "it's", "s" },
		{ "starting-text='a", "x'ab", "b" },
		{ "starting-text='a\"", "x'a\"b", "b" },
		{ "starting-text=€|ending-text=€", "1€é€2", "é" },
	};

	(void)state;
	CHECK("Substring", cases);
}

static void
replace(void **state)
{
	static const struct rule_case cases[] = {
		{ "find=a|replace=b", "banana", "bbnbnb" },
		{ "find=A|replace=b", "banana", "banana" },
		{ "find=a", "banana", "bnn" },
		{ "find=a|replace=", "aaa", "" },
		{ "find=aa|replace=b", "aaaaa", "bba" },
		{ "find=aa|replace=a", "aaaa", "aa" },
		{ "find=.|replace=-", "a.b", "a-b" },
		{ "find=$1|replace=$&", "x$1", "x$&" },
		{ "find=x|replace=yx", "xx", "yxyx" },
		{ "find=abc|replace=d", "ab", "ab" },
		{ "find=abc|replace=d", "", "" },
		{ "find=é|replace=e", "été", "ete" },
		{ "find=e|replace=é", "ete", "été" },
		{ "find= |replace=", " a b ", "ab" },
		{ "find=\n|replace= ", "a\nb", "a b" },
	};

	(void)state;
	CHECK("Replace", cases);
}

static void
alphanumeric(void **state)
{
	static const struct rule_case cases[] = {
		{ "", "", "" },
		{ "", "A-1 b!", "A1b" },
		{ "", "a_b__c", "abc" },
		{ "", "Café №5", "Café5" },
		{ "", "½²Ⅷ", "" },
		{ "", "٣५", "٣५" },
		{ "", "日本 (Tōkyō)", "日本Tōkyō" },
		{ "", "e\xcc\x81-", "e\xcc\x81" },
		{ "", "a\xe2\x80\xbf" "b", "a\xe2\x80\xbf" "b" },
		{ "", "a\xc2\xa0" "b\xe2\x80\x8d" "c", "abc" },
		{ "", "€100,00", "10000" },
		{ "", "ªºʰ", "ªºʰ" },
		{ "", "😀", "" },
		{ "", "+32 (0)2", "3202" },
	};

	(void)state;
	CHECK("RemoveNonAlphanumeric", cases);
}

static void
prefix_and_suffix(void **state)
{
	static const struct rule_case prefix[] = {
		{ "text=NAV ", "Adatum", "NAV Adatum" },
		{ "text=NAV ", "", "NAV " },
		{ "text=é", "é", "éé" },
		{ "text=$1", "x", "$1x" },
	};
	static const struct rule_case suffix[] = {
		{ "text=.be", "www", "www.be" },
		{ "text=.be", "", ".be" },
		{ "text= ", "x", "x " },
	};

	(void)state;
	CHECK("Prefix", prefix);
	CHECK("Suffix", suffix);
}

/* R85: each rule reads what the one before it made; the first that fails ends the chain. */
static void
chains(void **state)
{
	static const struct {
		const char *types[3];
		const char *attributes[3];
		const char *value;
		const char *expected;
	} cases[] = {
		{ { "Trim", "Uppercase" }, { "", "" }, " a b ", "A B" },
		{ { "Trim", "Prefix", "Lowercase" }, { "", "text=NAV ", "" }, " A ", "nav a" },
		{ { "RemoveNonAlphanumeric", "Substring", "Suffix" }, { "", "start-position=2|length=2", "text=!" },
			"a-b-c-d", "bc!" },
		{ { "DecimalFormatting", "Round", "Suffix" }, { "culture=da-DK", "precision=0.1|round=Nearest",
			"text= kr" }, "1.234,56", "1234.6 kr" },
		{ { "DateFormatting", "ExtractFromDate" }, { "format=yyyyMMdd", "part=Year" }, "20260301", "2026" },
		{ { "DateFormatting", "ExtractFromDate" }, { "format=yyyyMMdd", "part=Year" }, "soon",
			FAILS "is no date" },
		{ { "Replace", "Round", "Suffix" }, { "find=x", "precision=1|round=Up", "text=!" }, "x",
			"!" },
		{ { "Uppercase", "Uppercase", "Uppercase" }, { "", "", "" }, "ABC", "ABC" },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct rule_program *programs[3] = { NULL };
		struct str why;
		for (size_t r = 0; r < 3 && cases[i].types[r]; r++) {
			programs[r] = make_rule(&arena, cases[i].types[r], cases[i].attributes[r], &why);
			assert_non_null(programs[r]);
			if (r > 0)
				rule_set_next(programs[r - 1], programs[r]);
		}
		assert_ptr_equal(rule_next(programs[0]), programs[1]);
		struct str result = apply_rule(&arena, programs[0], "invariant", "UTC", cases[i].value);
		if (!str_equal(result, str_from(cases[i].expected)))
			fail_msg("chain %zu: %.*s", i, STR_ARG(result));
	}
	arena_release(&arena);
}

/* A lookup that is not there is a value that is not found; what fails is told with the place. */
static enum lookup_result
look_up(const void *context, const struct lookup_def *lookup, struct str value, struct buf *scratch,
	struct str *result)
{
	(void)context;
	(void)lookup;
	buf_add(scratch, STR("left over"));
	*result = str_equal(value, STR("bad")) ? STR("x") : str_equal(value, STR("blank")) ? STR("") : STR("found");
	return str_equal(value, STR("bad"))    ? LOOKUP_BAD
	       : str_equal(value, STR("none")) ? LOOKUP_NONE
					       : LOOKUP_FOUND;
}

static void
lookups(void **state)
{
	static const struct {
		const char *mode;
		const char *value;
		const char *expected;
	} cases[] = {
		{ "", "a", "found" },
		{ "", "none", "" },
		{ "", "blank", "" },
		{ "Target", "blank", "" },
		{ "OriginalIfTargetIsBlank", "a", "found" },
		{ "OriginalIfTargetIsBlank", "none", "" },
		{ "OriginalIfTargetIsBlank", "blank", "blank" },
		{ "", "bad",
			"transformation rule R: \"bad\" leads to \"x\" in field \"Since\" of table Countries, which "
			"is no Date" },
	};
	struct table_def table = { .name = STR("Countries") };
	struct field target = { .name = STR("Since"), .type = TYPE_DATE };
	struct lookup_def def = { .table = &table, .target_field = &target };
	struct arena arena = { 0 };
	struct buf scratch = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct rule_attribute mode = { "mode", str_from(cases[i].mode) };
		struct transformation_rule rule = { .code = STR("R"), .type = STR("FieldLookup"),
			.attributes = &mode, .attribute_count = 1 };
		struct rule_source source = { .locale = locale_find(STR("")), .zone = timezone_utc(),
			.lookup = look_up };
		struct str why;
		struct str result;
		struct rule_program *program = rule_compile(&arena, &rule, &def, &why);
		assert_non_null(program);
		assert_ptr_equal(rule_lookup(program), &def);
		rule_apply(program, &source, str_from(cases[i].value), &arena, &scratch, &result);
		if (!str_equal(result, str_from(cases[i].expected)))
			fail_msg("lookup %zu: %.*s", i, STR_ARG(result));
	}
	buf_release(&scratch);
	arena_release(&arena);
}

static void
refused(void **state)
{
	static const struct refused_case cases[] = {
		{ "Substring", "starting-text=''", "starting-text \"''\" is empty and is found nowhere" },
		{ "Substring", "ending-text=\"\"", "ending-text \"\"\"\" is empty and is found nowhere" },
		{ "Custom", "", "" },
		{ "Uppercase", "culture=xx", "" },
		{ "FieldLookup", "", "" },
		{ "ExtractFromDate", "part=Week", "" },
		{ "Round", "precision=1|round=Sideways", "" },
	};

	(void)state;
	check_refused(cases, ARRAY_LEN(cases));
}

/* No replacement fills the memory. */
static void
too_large(void **state)
{
	struct arena arena = { 0 };
	struct buf value = { 0 };
	struct str why;
	char attributes[2100];

	(void)state;
	for (size_t i = 0; i < 50000; i++)
		buf_add_char(&value, 'x');
	buf_add_char(&value, '\0');
	memset(attributes, 'y', sizeof attributes);
	memcpy(attributes, "find=x|replace=", 15);
	attributes[sizeof attributes - 1] = '\0';
	struct rule_program *program = make_rule(&arena, "Replace", attributes, &why);
	struct str result = apply_rule(&arena, program, "invariant", "UTC", value.ptr);
	assert_int_equal(result.ptr[0], FAILS[0]);
	assert_true(result.len < 300);
	program = make_rule(&arena, "RegularExpressionReplace", "find=x|replace=$_", &why);
	result = apply_rule(&arena, program, "invariant", "UTC", value.ptr);
	assert_int_equal(result.ptr[0], FAILS[0]);
	buf_release(&value);
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(upper_and_lower),
		cmocka_unit_test(title_case),
		cmocka_unit_test(trim),
		cmocka_unit_test(substring),
		cmocka_unit_test(replace),
		cmocka_unit_test(alphanumeric),
		cmocka_unit_test(prefix_and_suffix),
		cmocka_unit_test(chains),
		cmocka_unit_test(lookups),
		cmocka_unit_test(refused),
		cmocka_unit_test(too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
