/*
 * setup_rules.c - transformation rules as the setup declares them (2.5, E46)
 *
 * All rules are checked, used or not: needed attributes, cultures, patterns,
 * chains.  The predefined codes of R86 follow the declared ones, unless the
 * setup declares the code itself.
 */
#include "model/locale.h"
#include "model/rule.h"
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

bool
rule_is_predefined(struct str code)
{
	for (size_t i = 0; i < ARRAY_LEN(predefined); i++)
		if (name_equal(str_from(predefined[i].code), code))
			return true;
	return false;
}

struct transformation_rule *
find_rule(const struct setup *setup, struct str code)
{
	for (size_t i = 0; i < setup->rule_count; i++)
		if (name_equal(setup->rules[i].code, code))
			return &setup->rules[i];
	return NULL;
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
		if (rule_attribute_text(rule, arena_copy(&load->setup->arena, name).ptr).len == 0)
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

/* The table of a FieldLookup is one of the ERP system, as in the reference, or of the CRM system. */
static void
resolve_lookup(struct load *load, struct transformation_rule *rule)
{
	struct setup *setup = load->setup;
	struct str place = arena_printf(&setup->arena, "transformation rule %.*s", STR_ARG(rule->code));
	struct str name = rule_attribute_text(rule, "table");
	struct str source = rule_attribute_text(rule, "source-field");
	struct str target = rule_attribute_text(rule, "target-field");
	enum side side =
		setup_find_table(setup, CRM, name) && !setup_find_table(setup, ERP, name) ? CRM : ERP;
	struct lookup_def *lookup = &setup->lookups[setup->lookup_count];

	if (name.len == 0 || source.len == 0 || target.len == 0)
		return;
	*lookup = (struct lookup_def){ .number = (uint32_t)setup->lookup_count++ };
	lookup->table = resolve_table(load, side, name, rule->line, place);
	lookup->source_field = resolve_field(load, lookup->table, source, rule->line, place);
	lookup->target_field = resolve_field(load, lookup->table, target, rule->line, place);
	if (lookup->source_field == lookup->target_field)
		load_error(load, rule->line,
			"transformation rule %.*s: source-field and target-field are both \"%.*s\"; the "
			"target is the field whose value is fetched",
			STR_ARG(rule->code), STR_ARG(source));
	rule->lookup = lookup;
}

static void
check_culture(struct load *load, const struct transformation_rule *rule)
{
	struct str culture = rule_attribute_text(rule, "culture");

	if (culture.len > 0 && !locale_find(culture))
		load_error(load, rule->line,
			"transformation rule %.*s: culture \"%.*s\" is not known; write one of %s",
			STR_ARG(rule->code), STR_ARG(culture), locale_names());
}

/* What an attribute's own form cannot tell: pattern, formats, precision (E46). */
static void
compile(struct load *load, struct transformation_rule *rule, bool is_complete)
{
	struct str why;

	rule->program = is_complete ? rule_compile(&load->setup->arena, rule, rule->lookup, &why) : NULL;
	if (is_complete && !rule->program && why.len > 0)
		load_error(load, rule->line, "transformation rule %.*s: %.*s", STR_ARG(rule->code),
			STR_ARG(why));
}

static void
check_rule(struct load *load, struct transformation_rule *rule)
{
	const struct rule_type *type = NULL;
	size_t findings = load->finding_count;

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
	if (str_equal(rule->type, STR("FieldLookup")))
		resolve_lookup(load, rule);
	if (str_starts(rule->type, STR("Date")) && rule_attribute_text(rule, "format").len == 0 &&
		rule_attribute_text(rule, "culture").len == 0)
		load_error(load, rule->line,
			"transformation rule %.*s: type %s needs attribute \"format\" or \"culture\"",
			STR_ARG(rule->code), type->name);
	/* R84: a position and a text exclude each other. */
	if ((rule_attribute_text(rule, "start-position").len > 0 &&
		    rule_attribute_text(rule, "starting-text").len > 0) ||
		(rule_attribute_text(rule, "length").len > 0 &&
			rule_attribute_text(rule, "ending-text").len > 0))
		load_error(load, rule->line,
			"transformation rule %.*s: start-position excludes starting-text, and length "
			"ending-text; keep one of each",
			STR_ARG(rule->code));
	compile(load, rule, load->finding_count == findings);
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
static bool
check_cycles(struct load *load)
{
	const struct setup *setup = load->setup;
	size_t count = setup->rule_count;
	size_t *next = arena_array(&load->setup->arena, size_t, count);
	size_t *seen_from = arena_array(&load->setup->arena, size_t, count);
	bool ok = true;

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
		ok = false;
		struct str members = setup->rules[at].code;
		for (size_t i = next[at]; i != at; i = next[i])
			members = arena_printf(&load->setup->arena, "%.*s, %.*s", STR_ARG(members),
				STR_ARG(setup->rules[i].code));
		load_error(load, setup->rules[at].line,
			"transformation rules follow each other in a cycle: %.*s; take one \"next\" away",
			STR_ARG(members));
	}
	return ok;
}

/* Chains of compiled rules; not where one has no end. */
static void
link_rules(struct setup *setup)
{
	for (size_t i = 0; i < setup->rule_count; i++) {
		size_t next = next_rule(setup, i);
		if (next != SIZE_MAX && setup->rules[i].program)
			rule_set_next(setup->rules[i].program, setup->rules[next].program);
	}
}

void
check_rules(struct load *load)
{
	struct setup *setup = load->setup;

	setup->lookups = arena_array(&setup->arena, struct lookup_def, setup->rule_count);
	for (size_t i = 0; i < setup->rule_count; i++) {
		check_rule(load, &setup->rules[i]);
		check_next(load, &setup->rules[i]);
	}
	if (check_cycles(load))
		link_rules(setup);
}
