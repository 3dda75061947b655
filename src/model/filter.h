/*
 * filter.h - Business Central filter expressions for one field (E45, R127)
 *
 * Parsed once against the field's type, then tested on canonical values.
 */
#ifndef MODEL_FILTER_H
#define MODEL_FILTER_H

#include "base/memory.h"
#include "base/str.h"
#include "model/setup.h"

struct filter;

struct filter_error {
	size_t position;	/* character of the expression, counted from 1 */
	struct str message;	/* what is wrong and what was expected; in the arena */
};

/* NULL on an error; everything lives in the arena. */
struct filter *filter_parse(
	struct str expression, const struct field *field, struct arena *arena, struct filter_error *error);

/* Whether a canonical value of that field passes.  Safe from any thread. */
bool filter_match(const struct filter *filter, struct str canonical);

#endif
