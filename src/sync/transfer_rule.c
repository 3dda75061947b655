/* transfer_rule.c - a source value through the transformation rules of its field mapping (E20, R83) */
#include "sync/transfer_rule.h"

#include "model/rule.h"
#include "model/value.h"
#include "sync/explain/trace.h"
#include "sync/load/field_lookup.h"

/* One value under way. */
struct ruling {
	const struct transfer_context *tc;
	const struct field_mapping *fm;
	enum side from;
	const struct field *field;	/* of the source */
	const struct field *to;
	struct rule_source source;
	const struct transformation_rule *rule;	/* that is applied */
	struct str text;		/* what it reads */
	struct ruled ruled;
};

/* R83: rules read the value's text: an option's name. */
static struct str
text_of(const struct ruling *r, struct str value)
{
	static const struct field text_field = { .type = TYPE_TEXT };
	struct str text = value;

	if (r->field->type != TYPE_OPTION)
		return value;
	buf_reset(r->tc->scratch);
	value_convert(r->field, &text_field, r->source.zone, value, r->tc->scratch, &text);
	return arena_copy(r->tc->arena, text);
}

static bool
refuse(struct ruling *r, enum code code, struct str message)
{
	r->ruled = (struct ruled){ .status = RULED_FAILED, .code = code, .message = message };
	return false;
}

/* As everybody can write it, as rules do; else as the source's side writes. */
static bool
read_as(const struct ruling *r, const struct field *field, struct str text, struct str *value)
{
	struct buf *scratch = r->tc->scratch;

	buf_reset(scratch);
	if (!value_read(field, locale_find(STR("")), r->source.zone, text, scratch) &&
		!value_read(field, r->source.locale, r->source.zone, text, scratch))
		return false;
	*value = str_equal(buf_str(scratch), text) ? text : arena_copy(r->tc->arena, buf_str(scratch));
	return true;
}

/* `"NAV x", which the rule makes of "x"`, or the value alone where the rule leaves it as it is. */
static struct str
tell(const struct ruling *r, struct str result)
{
	if (str_equal(result, r->text))
		return arena_printf(r->tc->arena, "\"%.*s\"", STR_ARG(result));
	return arena_printf(r->tc->arena, "\"%.*s\", which rule %.*s makes of \"%.*s\",", STR_ARG(result),
		STR_ARG(r->rule->code), STR_ARG(r->text));
}

/* R83: the result is put in the place of the source's value, so it must be one. */
static bool
fit(struct ruling *r, struct str result)
{
	const struct field *field = r->field;
	struct arena *arena = r->tc->arena;
	struct str value;

	if (!read_as(r, field, result, &value))
		return refuse(r, CODE_NOT_CONVERTIBLE,
			arena_printf(arena, "%.*s is no %s, which field \"%.*s\" is",
				STR_ARG(tell(r, result)), type_name(field->type), STR_ARG(field->name)));
	bool is_limited = field->length > 0 && (field->type == TYPE_TEXT || field->type == TYPE_CODE);
	if (is_limited && value.len > field->length && utf8_count(value) > field->length)
		return refuse(r, CODE_TOO_LONG,
			arena_printf(arena, "%.*s has more than the %u characters of field \"%.*s\"",
				STR_ARG(tell(r, result)), field->length, STR_ARG(field->name)));
	r->ruled = (struct ruled){ .status = RULED_SOURCE, .value = value };
	r->text = text_of(r, value);
	return true;
}

/* A stamp's day is that of the side that holds it (E23); a date begins its day where it goes. */
static bool
convert_time(const struct ruling *r, struct str result, struct str *value)
{
	static const struct field stamp_field = { .type = TYPE_DATETIME };
	static const struct field date_field = { .type = TYPE_DATE };
	bool has_time = result.len > 0 && memchr(result.ptr, ':', result.len);
	const struct field *as = has_time && r->to->type == TYPE_DATETIME ? &stamp_field : &date_field;
	struct str read = result;

	if (stamp_read(result) != STAMP_NONE)
		as = &stamp_field;
	else if (!read_as(r, as, result, &read))
		return false;
	enum side zone_side = as == &stamp_field ? r->from : other_side(r->from);
	buf_reset(r->tc->scratch);
	const struct timezone_rules *zone = r->tc->run->setup.systems[zone_side].zone;
	if (value_convert(as, r->to, zone, read, r->tc->scratch, value) != CONVERT_OK)
		return false;
	*value = arena_copy(r->tc->arena, *value);
	return true;
}

/* R83: what goes to a date or time is read as such. */
static bool
fit_time(struct ruling *r, struct str result)
{
	struct str value;

	if (!convert_time(r, result, &value))
		return refuse(r, CODE_NOT_CONVERTIBLE,
			arena_printf(r->tc->arena, "%.*s is no %s, which field \"%.*s\" is",
				STR_ARG(tell(r, result)), type_name(r->to->type), STR_ARG(r->to->name)));
	r->ruled = (struct ruled){ .status = RULED_TARGET, .value = value };
	return true;
}

static bool
goes_to_time(const struct ruling *r)
{
	return (r->to->type == TYPE_DATE || r->to->type == TYPE_DATETIME) && !r->fm->value_map &&
	       r->fm->reference_count == 0;
}

/* False when the rule is the own one and fails. */
static bool
use(struct ruling *r, const struct rule_use *rule)
{
	struct ruled before = r->ruled;
	bool is_own = rule->owner == r->fm;
	struct str result;
	bool ok;

	r->rule = rule->owner->rule;
	if (!rule_apply(rule->program, &r->source, r->text, r->tc->arena, r->tc->scratch, &result))
		ok = refuse(r, CODE_NOT_CONVERTIBLE, result);
	else if (is_own && goes_to_time(r))
		ok = fit_time(r, result);
	else
		ok = str_equal(result, r->text) || fit(r, result);
	if (!ok && !is_own)
		r->ruled = before;
	return ok || !is_own;
}

static void
trace_rule(void *trace, struct str code, struct str from, struct str to)
{
	trace_step(trace, (struct step){ .kind = STEP_RULE, .name = code, .from = from, .to = to });
}

struct ruled
transfer_rules(const struct transfer_context *tc, const struct field_mapping *fm, enum direction direction,
	struct str value)
{
	enum side from = source_side(direction);
	const struct system *system = &tc->run->setup.systems[from];
	struct ruling r = {
		.tc = tc,
		.fm = fm,
		.from = from,
		.field = fm->fields[from],
		.to = fm->fields[other_side(from)],
		.source = { system->locale, system->zone, field_lookup_find, tc->run,
			tc->trace ? trace_rule : NULL, tc->trace },
		.ruled = { .status = RULED_SOURCE, .value = value },
	};

	r.text = text_of(&r, value);
	for (size_t i = 0; i < fm->rule_count[from]; i++)
		if (!use(&r, &fm->rules[from][i]))
			break;
	return r.ruled;
}
