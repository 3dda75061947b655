/*
 * rule.h - transformation rules (2.5, E46; R83 to R86): text in, text out
 *
 * A rule is compiled once, when the setup is loaded: patterns, formats and
 * numbers are looked at then, so that what cannot work is told with its line.
 * A compiled rule lives in the setup's arena and is const; any number of
 * threads may apply it at once, each with its own arena and scratch.
 */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "base/buf.h"
#include "base/memory.h"
#include "model/setup.h"

/* A compiled rule with those that follow it through `next`. */
struct rule_program;

/* What a FieldLookup found. */
enum lookup_result {
	LOOKUP_NONE,	/* no record has the value */
	LOOKUP_FOUND,	/* *result is the target field's text, perhaps empty */
	LOOKUP_BAD,	/* the target field's cell is not of its type: *result is the text */
};

/* The text of a lookup's target field in the first record whose source field is the value (R84). */
typedef enum lookup_result rule_lookup_fn(const void *context, const struct lookup_def *lookup,
	struct str value, struct buf *scratch, struct str *result);

/* Is told each rule of a chain, what it read and what it made of it (L7). */
typedef void rule_step_fn(void *context, struct str code, struct str from, struct str to);

/* Where a value comes from: how its side writes numbers and dates, and the clock of stamps without a zone. */
struct rule_source {
	const struct locale *locale;
	const struct timezone_rules *zone;
	rule_lookup_fn *lookup;		/* may be NULL where no rule of the setup looks up */
	const void *lookup_context;
	rule_step_fn *step;		/* or NULL */
	void *step_context;
};

/*
 * The value through the rule and all that follow it.  *result lives in the
 * arena or is part of the value.  False when a rule fails for this value (E46):
 * *result is then why, for a person, naming rule and value.  Input and result
 * are well-formed UTF-8.
 */
bool rule_apply(const struct rule_program *program, const struct rule_source *source, struct str value,
	struct arena *arena, struct buf *scratch, struct str *result);

/*
 * Compiles one rule without those that follow it; NULL when it cannot work, for
 * what `rule` says and other than that *why is set.  The attributes are those that
 * the type needs and allows.
 */
struct rule_program *rule_compile(struct arena *arena, const struct transformation_rule *rule,
	const struct lookup_def *lookup, struct str *why);

/* The rule that is applied to the result; no cycles. */
void rule_set_next(struct rule_program *program, const struct rule_program *next);

/* The lookup of a FieldLookup; NULL for all other rules. */
const struct lookup_def *rule_lookup(const struct rule_program *program);
const struct rule_program *rule_next(const struct rule_program *program);

/* An attribute of a rule, without blanks taken off; a null pointer where it is not given. */
struct str rule_attribute_text(const struct transformation_rule *rule, const char *name);

#endif
