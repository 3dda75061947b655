/*
 * fuzz_rule.c - any text as pattern, format and text of every kind of rule, and values through them (E46)
 *
 * An input is one byte that says which rule, culture and source, then lines:
 * the attributes that the rule knows, in its order, and behind them the value.
 */
#include "fuzz_help.h"
#include "model/rule.h"
#include "model/timezone.h"
#include "model/value.h"

enum { MOST_ATTRIBUTES = 4, LONGEST = 2000 };

static const struct {
	const char *type;
	const char *attributes[MOST_ATTRIBUTES];
} kinds[] = {
	{ "Uppercase", { NULL } },
	{ "Lowercase", { NULL } },
	{ "TitleCase", { NULL } },
	{ "Trim", { NULL } },
	{ "Substring", { "start-position", "length" } },
	{ "Substring", { "starting-text", "ending-text" } },
	{ "Replace", { "find", "replace" } },
	{ "RegularExpressionReplace", { "find", "replace" } },
	{ "RegularExpressionMatch", { "find" } },
	{ "RemoveNonAlphanumeric", { NULL } },
	{ "DateFormatting", { "format" } },
	{ "DateTimeFormatting", { "format" } },
	{ "DecimalFormatting", { "format" } },
	{ "Round", { "precision" } },
	{ "ExtractFromDate", { NULL } },
	{ "Unixtimestamp", { NULL } },
	{ "Prefix", { "text" } },
	{ "Suffix", { "text" } },
};

static const char *const cultures[] = { "", "en-US", "nl-BE", "fr-FR", "de-DE", "da-DK" };
static const char *const zones[] = { "UTC", "Europe/Brussels", "Asia/Kathmandu" };

static struct rule_program *
make(struct arena *arena, size_t kind, const char *culture, struct str *rest)
{
	struct transformation_rule *rule = arena_new(arena, struct transformation_rule);
	struct str why = { NULL, 0 };
	size_t count = 0;

	rule->code = STR("FUZZ");
	rule->type = str_from(kinds[kind].type);
	rule->attributes = arena_array(arena, struct rule_attribute, MOST_ATTRIBUTES + 3);
	for (size_t i = 0; i < MOST_ATTRIBUTES && kinds[kind].attributes[i]; i++)
		rule->attributes[count++] =
			(struct rule_attribute){ kinds[kind].attributes[i], str_cut(*rest, '\n', rest) };
	rule->attributes[count++] = (struct rule_attribute){ "culture", str_from(culture) };
	rule->attributes[count++] = (struct rule_attribute){ "round", STR("Nearest") };
	rule->attributes[count++] = (struct rule_attribute){ "part", STR("Month") };
	rule->attribute_count = count;
	struct rule_program *program = rule_compile(arena, rule, NULL, &why);
	expect(program || why.len > 0, "what cannot work is told");
	expect(utf8_check(why) == why.len, "a message is well-formed");
	return program;
}

/* Dates are read by a format or by a culture: without either there is no such rule (2.5). */
static bool
is_possible(size_t kind, const char *culture, struct str rest)
{
	bool is_date = str_starts(str_from(kinds[kind].type), STR("Date"));

	return !is_date || *culture || str_cut(rest, '\n', &rest).len > 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct buf scratch = { 0 };
	struct str rest = { (const char *)data + 1, size - 1 };
	struct str results[2];
	bool ok[2];

	if (size < 1 || size > LONGEST || utf8_check(rest) != rest.len)
		return 0;
	size_t kind = *data % ARRAY_LEN(kinds);
	size_t choice = *data / ARRAY_LEN(kinds);
	const char *culture = cultures[choice % ARRAY_LEN(cultures)];
	struct rule_source source = { .locale = locale_find(str_from(culture)) };
	source.zone = timezone_load(&arena, str_from(zones[choice % ARRAY_LEN(zones)]));
	if (!source.zone)
		source.zone = timezone_utc();
	struct rule_program *program =
		is_possible(kind, culture, rest) ? make(&arena, kind, culture, &rest) : NULL;
	for (size_t i = 0; program && i < 2; i++) {
		ok[i] = rule_apply(program, &source, rest, &arena, &scratch, &results[i]);
		expect(utf8_check(results[i]) == results[i].len, "a result is well-formed");
	}
	expect(!program || (ok[0] == ok[1] && str_equal(results[0], results[1])), "twice the same");
	buf_release(&scratch);
	arena_release(&arena);
	return 0;
}
