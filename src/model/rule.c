/* rule.c - a value through a transformation rule and those that follow it (E46, R85) */
#include "model/rule.h"

#include "model/rule_parts.h"
#include "model/value.h"

/* A lookup's result; a target cell that is not of its type is a bad value, which fails (E22). */
static bool
look_up(const struct rule_program *program, const struct rule_source *source, struct str value,
	struct arena *arena, struct buf *out, const char **why)
{
	struct str found = { NULL, 0 };
	enum lookup_result result = LOOKUP_NONE;

	if (source->lookup)
		result = source->lookup(source->lookup_context, program->lookup, value, out, &found);
	/* The search may have used the buffer; what was found does not live there. */
	out->len = 0;
	if (result == LOOKUP_BAD) {
		const struct field *target = program->lookup->target_field;
		struct str text = arena_printf(arena,
			"leads to \"%.*s\" in field \"%.*s\" of table %.*s, which is no %s",
			STR_ARG(found), STR_ARG(target->name), STR_ARG(program->lookup->table->name),
			type_name(target->type));
		*why = text.ptr;
		return false;
	}
	if (result == LOOKUP_FOUND)
		buf_add(out, found.len == 0 && program->original_if_blank ? value : found);
	return true;
}

/* One rule; the result is appended to the empty buffer. */
static bool
apply(const struct rule_program *program, const struct rule_source *source, struct str value,
	struct arena *arena, struct buf *out, const char **why)
{
	bool is_dutch;

	switch (program->type) {
	case RULE_UPPERCASE:
		text_upper(value, out);
		return true;
	case RULE_LOWERCASE:
		text_lower(value, out);
		return true;
	case RULE_TITLE_CASE:
		is_dutch = program->culture && strncmp(program->culture->name, "nl-", 3) == 0;
		rule_title_case(value, is_dutch, out);
		return true;
	case RULE_TRIM:
		rule_trim(value, out);
		return true;
	case RULE_SUBSTRING:
		rule_substring(&program->substring, value, out);
		return true;
	case RULE_REPLACE:
		return rule_replace(program->find, program->text, value, out, why);
	case RULE_REGEX_REPLACE:
		return regex_replace(program->regex, value, out, why);
	case RULE_REGEX_MATCH:
		return regex_captures(program->regex, value, out, why);
	case RULE_ALPHANUMERIC:
		rule_alphanumeric(value, out);
		return true;
	case RULE_DATE:
	case RULE_DATETIME:
		rule_date(program, source, value, out);
		return true;
	case RULE_DECIMAL:
		return rule_decimal(program->culture, program->number_format, value, out, why);
	case RULE_LOOKUP:
		return look_up(program, source, value, arena, out, why);
	case RULE_ROUND:
		return rule_round(&program->precision, source->locale, value, out, why);
	case RULE_EXTRACT:
		return rule_extract(program->part, source, value, out, why);
	case RULE_UNIXTIME:
		rule_unixtime(value, out);
		return true;
	case RULE_PREFIX:
		buf_add(out, program->text);
		buf_add(out, value);
		return true;
	case RULE_SUFFIX:
		buf_add(out, value);
		buf_add(out, program->text);
		return true;
	default:
		return true;
	}
}

enum { SHOWN_CHARACTERS = 80 };

bool
rule_apply(const struct rule_program *program, const struct rule_source *source, struct str value,
	struct arena *arena, struct buf *scratch, struct str *result)
{
	if (!value.ptr)
		value = STR("");	/* rules walk along it */
	for (; program; program = program->next) {
		const char *why = rule_too_large;
		buf_reset(scratch);
		bool ok = apply(program, source, value, arena, scratch, &why);
		if (!ok || scratch->len > 2 * RULE_LARGEST) {
			struct str shown = utf8_cut(value, SHOWN_CHARACTERS);
			const char *more = shown.len < value.len ? "..." : "";
			*result = arena_printf(arena, "transformation rule %.*s: \"%.*s%s\" %s",
				STR_ARG(program->code), STR_ARG(shown), more, why);
			return false;
		}
		if (source->step)
			source->step(source->step_context, program->code, value, buf_str(scratch));
		/* What a rule leaves as it is needs no copy. */
		if (!str_equal(buf_str(scratch), value))
			value = arena_copy(arena, buf_str(scratch));
	}
	*result = value;
	return true;
}

void
rule_set_next(struct rule_program *program, const struct rule_program *next)
{
	program->next = next;
}

const struct rule_program *
rule_next(const struct rule_program *program)
{
	return program->next;
}

const struct lookup_def *
rule_lookup(const struct rule_program *program)
{
	return program->lookup;
}
