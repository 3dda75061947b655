/* rule_compile.c - a declared transformation rule as a program, or why it cannot work (2.5, E46) */
#include "model/rule_parts.h"

/* By enum rule_type. */
static const char *const type_names[RULE_TYPES] = { "Uppercase", "Lowercase", "TitleCase", "Trim",
	"Substring", "Replace", "RegularExpressionReplace", "RegularExpressionMatch", "RemoveNonAlphanumeric",
	"DateFormatting", "DateTimeFormatting", "DecimalFormatting", "FieldLookup", "Round",
	"ExtractFromDate", "Unixtimestamp", "Prefix", "Suffix" };
static const char *const roundings[] = { "Nearest", "Up", "Down" };
static const char *const parts[] = { "Day", "Month", "Year" };

/* What one rule is compiled from, and where its finding goes. */
struct compiling {
	struct arena *arena;
	const struct transformation_rule *rule;
	struct rule_program *program;
	struct str *why;
};

struct str
rule_attribute_text(const struct transformation_rule *rule, const char *name)
{
	for (size_t i = 0; i < rule->attribute_count; i++)
		if (strcmp(rule->attributes[i].name, name) == 0)
			return rule->attributes[i].value;
	return (struct str){ NULL, 0 };
}

static struct str
get(const struct compiling *c, const char *name)
{
	return rule_attribute_text(c->rule, name);
}

static unsigned
index_of(struct str name, const char *const *names, unsigned count)
{
	unsigned at = 0;

	while (at < count && !str_equal(name, str_from(names[at])))
		at++;
	return at;
}

/* A pair of quotes around a text, which keeps its blanks visible, is no part of it (R84). */
static bool
unquote(const struct compiling *c, const char *name, struct str *text)
{
	struct str given = get(c, name);

	*text = given;
	if (given.len >= 2 && (*given.ptr == '\'' || *given.ptr == '"') &&
		given.ptr[given.len - 1] == *given.ptr)
		*text = (struct str){ given.ptr + 1, given.len - 2 };
	if (given.len == 0 || text->len > 0)
		return true;
	*c->why = arena_printf(c->arena, "%s \"%.*s\" is empty and is found nowhere", name, STR_ARG(given));
	return false;
}

static bool
compile_substring(const struct compiling *c)
{
	struct substring *substring = &c->program->substring;

	str_to_u64(str_trim(get(c, "start-position")), &substring->start);
	str_to_u64(str_trim(get(c, "length")), &substring->length);
	return unquote(c, "starting-text", &substring->after) &&
	       unquote(c, "ending-text", &substring->before);
}

static bool
compile_regex(const struct compiling *c)
{
	bool wants_groups = c->program->type == RULE_REGEX_MATCH;

	c->program->regex = regex_compile(c->arena, get(c, "find"), get(c, "replace"), wants_groups, c->why);
	return c->program->regex != NULL;
}

/* Without a culture the format reads; with one it means nothing, but must not be wrong (R84). */
static bool
compile_date(const struct compiling *c)
{
	struct str format = get(c, "format");

	if (format.len == 0)
		return true;
	c->program->date_format = date_format_compile(c->arena, format, c->why);
	return c->program->date_format != NULL;
}

static bool
compile_decimal(const struct compiling *c)
{
	struct str format = get(c, "format");

	if (!c->program->culture)
		c->program->culture = locale_find(STR(""));
	if (format.len == 0)
		return true;
	c->program->number_format = number_format_compile(c->arena, format, c->why);
	return c->program->number_format != NULL;
}

static bool
compile_round(const struct compiling *c)
{
	struct str precision = get(c, "precision");
	unsigned rounding = index_of(get(c, "round"), roundings, ARRAY_LEN(roundings));
	struct str why;

	if (!precision_compile(precision, &c->program->precision, &why)) {
		*c->why = arena_printf(c->arena, "precision \"%.*s\" %.*s", STR_ARG(precision), STR_ARG(why));
		return false;
	}
	c->program->precision.rounding = (enum rounding)rounding;
	return rounding < ARRAY_LEN(roundings);
}

static bool
compile_type(const struct compiling *c)
{
	struct rule_program *program = c->program;

	switch (program->type) {
	case RULE_SUBSTRING:
		return compile_substring(c);
	case RULE_REPLACE:
		program->find = get(c, "find");
		program->text = get(c, "replace");
		return true;
	case RULE_REGEX_REPLACE:
	case RULE_REGEX_MATCH:
		return compile_regex(c);
	case RULE_DATE:
	case RULE_DATETIME:
		return compile_date(c);
	case RULE_DECIMAL:
		return compile_decimal(c);
	case RULE_LOOKUP:
		program->original_if_blank = str_equal(get(c, "mode"), STR("OriginalIfTargetIsBlank"));
		return program->lookup != NULL;
	case RULE_ROUND:
		return compile_round(c);
	case RULE_EXTRACT:
		program->part = (enum date_part)index_of(get(c, "part"), parts, ARRAY_LEN(parts));
		return (size_t)program->part < ARRAY_LEN(parts);
	default:
		program->text = get(c, "text");
		return true;
	}
}

struct rule_program *
rule_compile(struct arena *arena, const struct transformation_rule *rule, const struct lookup_def *lookup,
	struct str *why)
{
	struct rule_program *program = arena_new(arena, struct rule_program);
	struct compiling c = { arena, rule, program, why };
	unsigned type = index_of(rule->type, type_names, RULE_TYPES);
	struct str culture = rule_attribute_text(rule, "culture");

	*why = (struct str){ NULL, 0 };
	*program = (struct rule_program){
		.code = rule->code, .type = (enum rule_type)type, .lookup = lookup
	};
	if (culture.len > 0)
		program->culture = locale_find(culture);
	return type < RULE_TYPES && (culture.len == 0 || program->culture) && compile_type(&c) ? program
											      : NULL;
}
