/*
 * setup_rules.c - transformation rules as the setup declares them (2.5, E46)
 *
 * All rules are checked, used or not: needed attributes, cultures, patterns,
 * chains.  The predefined codes of R86 follow the declared ones, unless the
 * setup declares the code itself.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "model/locale.h"
#include "model/setup_load.h"

/* Names separated by vertical bars; a blank attribute counts as not given, but for `replace`. */
struct rule_type {
	const char *name;
	const char *needed;
	const char *allowed;
};

static const struct rule_type types[] = {
	{ "Uppercase", "", "culture" },
	{ "Lowercase", "", "culture" },
	{ "TitleCase", "", "culture" },
	{ "Trim", "", "" },
	{ "Substring", "", "start-position|length|starting-text|ending-text" },
	{ "Replace", "find", "replace" },
	{ "RegularExpressionReplace", "find", "replace" },
	{ "RegularExpressionMatch", "find", "" },
	{ "RemoveNonAlphanumeric", "", "" },
	{ "DateFormatting", "", "format|culture" },
	{ "DateTimeFormatting", "", "format|culture" },
	{ "DecimalFormatting", "", "format|culture" },
	{ "FieldLookup", "table|source-field|target-field", "mode" },
	{ "Round", "precision|round", "" },
	{ "ExtractFromDate", "part", "" },
	{ "Unixtimestamp", "", "" },
	{ "Prefix", "text", "" },
	{ "Suffix", "text", "" },
};

/* Sorted, as rule_attribute wants them. */
static const char *const attribute_names[] = { "culture", "ending-text", "find", "format", "length", "mode",
	"part", "precision", "replace", "round", "source-field", "start-position", "starting-text", "table",
	"target-field", "text" };

/* R86 */
static const struct predefined {
	const char *code;
	const char *type;
	struct rule_attribute attributes[2];
	size_t attribute_count;
} predefined[] = {
	{ "UPPERCASE", "Uppercase", { { 0 } }, 0 },
	{ "LOWERCASE", "Lowercase", { { 0 } }, 0 },
	{ "TITLECASE", "TitleCase", { { 0 } }, 0 },
	{ "TRIM", "Trim", { { 0 } }, 0 },
	{ "FOURTH_TO_SIXTH_CHAR", "Substring", { { "length", { "3", 1 } }, { "start-position", { "4", 1 } } },
		2 },
	{ "YYYYMMDD_DATE", "DateFormatting", { { "format", { "yyyyMMdd", 8 } } }, 1 },
	{ "YYYYMMDDHHMMSS_FMT", "DateTimeFormatting", { { "format", { "yyyyMMddHHmmss", 14 } } }, 1 },
	{ "ALPHANUMERIC_ONLY", "RemoveNonAlphanumeric", { { 0 } }, 0 },
	{ "DK_DECIMAL_FORMAT", "DecimalFormatting", { { "culture", { "da-DK", 5 } } }, 1 },
	{ "US_DATE_FORMAT", "DateFormatting", { { "culture", { "en-US", 5 } } }, 1 },
	{ "US_DATETIME_FORMAT", "DateTimeFormatting", { { "culture", { "en-US", 5 } } }, 1 },
	{ "UNIXTIMESTAMP", "Unixtimestamp", { { 0 } }, 0 },
	{ "DELETE_NOTPROVIDED", "RegularExpressionReplace",
		{ { "find", { "NOTPROVIDED", 11 } }, { "replace", { "", 0 } } }, 2 },
};

struct transformation_rule *
find_rule(const struct setup *setup, struct str code)
{
	for (size_t i = 0; i < setup->rule_count; i++)
		if (name_equal(setup->rules[i].code, code))
			return &setup->rules[i];
	return NULL;
}

static struct str
attribute(const struct transformation_rule *rule, const char *name)
{
	for (size_t i = 0; i < rule->attribute_count; i++)
		if (strcmp(rule->attributes[i].name, name) == 0)
			return rule->attributes[i].value;
	return (struct str){ NULL, 0 };
}

static void
read_rule(struct load *load, const xmlNode *node, struct transformation_rule *rule)
{
	struct setup *setup = load->setup;
	const struct transformation_rule *old;

	rule->code = node_attribute(load, node, "code");
	rule->type = node_attribute(load, node, "type");
	rule->next = str_trim(node_attribute(load, node, "next"));
	rule->line = node_line(node);
	rule->attributes = arena_array(&setup->arena, struct rule_attribute, ARRAY_LEN(attribute_names));
	for (size_t i = 0; i < ARRAY_LEN(attribute_names); i++) {
		struct str value = node_attribute(load, node, attribute_names[i]);
		if (value.ptr)
			rule->attributes[rule->attribute_count++] =
				(struct rule_attribute){ attribute_names[i], value };
	}
	old = find_rule(setup, rule->code);
	if (old)
		load_error(load, rule->line, "transformation rule %.*s is declared twice, first in line %u",
			STR_ARG(rule->code), old->line);
}

void
read_rules(struct load *load, const xmlNode *root)
{
	struct setup *setup = load->setup;
	size_t count = node_count(root, "transformation-rule");
	struct arena *arena = &setup->arena;

	setup->rules = arena_array(arena, struct transformation_rule, count + ARRAY_LEN(predefined));
	for (const xmlNode *at = node_first(root, "transformation-rule"); at;
		at = node_next(at, "transformation-rule")) {
		read_rule(load, at, &setup->rules[setup->rule_count]);
		setup->rule_count++;
	}
	for (size_t i = 0; i < ARRAY_LEN(predefined); i++) {
		const struct predefined *own = &predefined[i];
		if (find_rule(setup, str_from(own->code)))
			continue;
		struct rule_attribute *attributes =
			arena_array(arena, struct rule_attribute, own->attribute_count);
		for (size_t a = 0; a < own->attribute_count; a++)
			attributes[a] = own->attributes[a];
		setup->rules[setup->rule_count++] = (struct transformation_rule){ .code = str_from(own->code),
			.type = str_from(own->type),
			.attributes = attributes,
			.attribute_count = own->attribute_count };
	}
}

static bool
is_listed(const char *list, const char *name)
{
	struct str rest = str_from(list);

	while (rest.len > 0)
		if (str_equal(str_cut(rest, '|', &rest), str_from(name)))
			return true;
	return false;
}

static void
check_attributes(struct load *load, const struct transformation_rule *rule, const struct rule_type *type)
{
	struct str rest = str_from(type->needed);

	while (rest.len > 0) {
		struct str name = str_cut(rest, '|', &rest);
		if (attribute(rule, arena_copy(&load->setup->arena, name).ptr).len == 0)
			load_error(load, rule->line,
				"transformation rule %.*s: type %s needs attribute \"%.*s\"",
				STR_ARG(rule->code), type->name, STR_ARG(name));
	}
	for (size_t i = 0; i < rule->attribute_count; i++) {
		const char *name = rule->attributes[i].name;
		if (!is_listed(type->needed, name) && !is_listed(type->allowed, name))
			load_error(load, rule->line,
				"transformation rule %.*s: attribute \"%s\" means nothing for type %s",
				STR_ARG(rule->code), name, type->name);
	}
}

/* A pattern that does not compile is a setup error, with the place in it. */
static void
check_pattern(struct load *load, const struct transformation_rule *rule)
{
	struct str pattern = attribute(rule, "find");
	int error = 0;
	PCRE2_SIZE offset = 0;
	PCRE2_UCHAR message[256] = { 0 };

	pcre2_code *code = pcre2_compile(
		(PCRE2_SPTR)pattern.ptr, pattern.len, PCRE2_UTF | PCRE2_CASELESS, &error, &offset, NULL);
	if (!code) {
		pcre2_get_error_message(error, message, sizeof message);
		size_t characters =
			utf8_count((struct str){ pattern.ptr, offset < pattern.len ? offset : pattern.len });
		load_error(load, rule->line, "transformation rule %.*s: find \"%.*s\": position %zu: %s",
			STR_ARG(rule->code), STR_ARG(pattern), characters + 1, (const char *)message);
	}
	pcre2_code_free(code);
}

/* The table of a FieldLookup is one of the ERP system, as in the reference, or of the CRM system. */
static void
check_lookup(struct load *load, const struct transformation_rule *rule)
{
	struct str place = arena_printf(&load->setup->arena, "transformation rule %.*s", STR_ARG(rule->code));
	struct str name = attribute(rule, "table");
	enum side side = setup_find_table(load->setup, CRM, name) && !setup_find_table(load->setup, ERP, name)
				 ? CRM
				 : ERP;

	if (name.len == 0 || attribute(rule, "source-field").len == 0 ||
		attribute(rule, "target-field").len == 0)
		return;
	struct table_def *table = resolve_table(load, side, name, rule->line, place);
	resolve_field(load, table, attribute(rule, "source-field"), rule->line, place);
	resolve_field(load, table, attribute(rule, "target-field"), rule->line, place);
}

static void
check_culture(struct load *load, const struct transformation_rule *rule)
{
	struct str culture = attribute(rule, "culture");

	if (culture.len > 0 && !locale_find(culture))
		load_error(load, rule->line,
			"transformation rule %.*s: culture \"%.*s\" is not known; write one of %s",
			STR_ARG(rule->code), STR_ARG(culture), locale_names());
}

static void
check_rule(struct load *load, const struct transformation_rule *rule)
{
	const struct rule_type *type = NULL;

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_equal(rule->type, str_from(types[i].name)))
			type = &types[i];
	if (!type) {
		load_error(load, rule->line, "transformation rule %.*s: unknown type \"%.*s\"",
			STR_ARG(rule->code), STR_ARG(rule->type));
		return;
	}
	check_attributes(load, rule, type);
	check_culture(load, rule);
	if (str_starts(rule->type, STR("RegularExpression")) && attribute(rule, "find").len > 0)
		check_pattern(load, rule);
	if (str_equal(rule->type, STR("FieldLookup")))
		check_lookup(load, rule);
	if (str_starts(rule->type, STR("Date")) && attribute(rule, "format").len == 0 &&
		attribute(rule, "culture").len == 0)
		load_error(load, rule->line,
			"transformation rule %.*s: type %s needs attribute \"format\" or \"culture\"",
			STR_ARG(rule->code), type->name);
	/* R84: a position and a text exclude each other. */
	if ((attribute(rule, "start-position").len > 0 && attribute(rule, "starting-text").len > 0) ||
		(attribute(rule, "length").len > 0 && attribute(rule, "ending-text").len > 0))
		load_error(load, rule->line,
			"transformation rule %.*s: start-position excludes starting-text, and length "
			"ending-text; keep one of each",
			STR_ARG(rule->code));
}

static void
check_next(struct load *load, const struct transformation_rule *rule)
{
	const struct setup *setup = load->setup;
	struct nearest nearest = { .wanted = rule->next };

	if (rule->next.len == 0 || find_rule(setup, rule->next))
		return;
	for (size_t i = 0; i < setup->rule_count; i++)
		nearest_offer(&nearest, setup->rules[i].code);
	load_error(load, rule->line,
		"transformation rule %.*s: next \"%.*s\": no such transformation rule%.*s",
		STR_ARG(rule->code), STR_ARG(rule->next),
		STR_ARG(nearest_text(&load->setup->arena, &nearest)));
}

/* The rule that follows, by number; SIZE_MAX = none. */
static size_t
next_rule(const struct setup *setup, size_t number)
{
	const struct transformation_rule *rule = &setup->rules[number];
	const struct transformation_rule *next = rule->next.len ? find_rule(setup, rule->next) : NULL;

	return next ? (size_t)(next - setup->rules) : SIZE_MAX;
}

/* R85: each rule has one follower, so walking on from a rule comes back to it or does not. */
static void
check_cycles(struct load *load)
{
	const struct setup *setup = load->setup;
	size_t count = setup->rule_count;
	size_t *next = arena_array(&load->setup->arena, size_t, count);
	size_t *seen_from = arena_array(&load->setup->arena, size_t, count);

	for (size_t i = 0; i < count; i++)
		next[i] = next_rule(setup, i);
	for (size_t start = 0; start < count; start++) {
		size_t at = start;
		while (at != SIZE_MAX && seen_from[at] == 0) {
			seen_from[at] = start + 1;
			at = next[at];
		}
		if (at == SIZE_MAX || seen_from[at] != start + 1)
			continue;
		struct str members = setup->rules[at].code;
		for (size_t i = next[at]; i != at; i = next[i])
			members = arena_printf(&load->setup->arena, "%.*s, %.*s", STR_ARG(members),
				STR_ARG(setup->rules[i].code));
		load_error(load, setup->rules[at].line,
			"transformation rules follow each other in a cycle: %.*s; take one \"next\" away",
			STR_ARG(members));
	}
}

void
check_rules(struct load *load)
{
	const struct setup *setup = load->setup;

	for (size_t i = 0; i < setup->rule_count; i++) {
		check_rule(load, &setup->rules[i]);
		check_next(load, &setup->rules[i]);
	}
	check_cycles(load);
}
