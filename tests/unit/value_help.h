/* value_help.h - what the tests of the value layer share: fields, zones and one call from text to text */
#ifndef TESTS_VALUE_HELP_H
#define TESTS_VALUE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/value.h"

#define BAD NULL	/* the expected result where a cell is not of its type */

/* An option field like those of real tables: blank, plain names, captions, a name that looks like an ordinal. */
static struct str block_captions[] = { { "Verzending", 10 }, { " Exp\xc3\xa9" "dition ", 13 } };
static struct option block_options[] = {
	{ .ordinal = { "0", 1 }, .name = { " ", 1 } },
	{ .ordinal = { "1", 1 }, .name = { "Ship", 4 }, .captions = block_captions, .caption_count = 2 },
	{ .ordinal = { "2", 1 }, .name = { " Invoice", 8 } },
	{ .ordinal = { "3", 1 }, .name = { "\xc3\x89t\xc3\xa9", 5 } },
	{ .ordinal = { "-1", 2 }, .name = { "None", 4 } },
	{ .ordinal = { "7", 1 }, .name = { "2", 1 } },
};
static const struct field block_field = { .type = TYPE_OPTION, .options = block_options, .option_count = 6 };

static struct option state_options[] = {
	{ .ordinal = { "0", 1 }, .name = { "Active", 6 } },
	{ .ordinal = { "1", 1 }, .name = { "INVOICE", 7 } },
	{ .ordinal = { "3", 1 }, .name = { "Retired", 7 } },
};
static const struct field state_field = { .type = TYPE_OPTION, .options = state_options, .option_count = 3 };

static inline const struct locale *
test_locale(const char *name)
{
	const struct locale *locale = locale_find(str_from(name));

	assert_non_null(locale);
	return locale;
}

/* The canonical form with a NUL in `out`, or BAD. */
static inline const char *
test_read(const struct field *field, const char *locale, const struct timezone_rules *zone, struct str text,
	struct buf *out)
{
	out->len = 0;
	if (!value_read(field, test_locale(locale), zone, text, out)) {
		assert_int_equal(out->len, 0);
		return BAD;
	}
	buf_add_char(out, 0);
	return out->ptr;
}

static inline void
test_same(const char *what, const char *input, const char *got, const char *expected)
{
	bool is_same = got && expected ? strcmp(got, expected) == 0 : got == expected;

	if (!is_same)
		fail_msg("%s \"%s\": got %s%s%s, expected %s%s%s", what, input, got ? "\"" : "", got ? got : "bad",
			got ? "\"" : "", expected ? "\"" : "", expected ? expected : "bad",
			expected ? "\"" : "");
}

#endif
