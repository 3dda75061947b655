/* fuzz_filter.c - any text as a filter expression of every type, and values against it (E45) */
#include <stdlib.h>

#include "base/memory.h"
#include "model/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct option options[] = {
	{ { "0", 1 }, { " ", 1 }, NULL, 0 },
	{ { "1", 1 }, { "Ship", 4 }, NULL, 0 },
	{ { "2", 1 }, { "In & Out", 8 }, NULL, 0 },
};

static const struct str values[TYPES][2] = {
	[TYPE_TEXT] = { { "abc", 3 }, { "A \xc3\xa9\xf0\x9f\x98\x80*", 9 } },
	[TYPE_CODE] = { { "ABC", 3 }, { "\xc3\x89|'", 4 } },
	[TYPE_INTEGER] = { { "5", 1 }, { "-120", 4 } },
	[TYPE_BIGINTEGER] = { { "9007199254740993", 16 }, { "0", 1 } },
	[TYPE_DECIMAL] = { { "0.25", 4 }, { "-1234567890123456789.5", 22 } },
	[TYPE_BOOLEAN] = { { "true", 4 }, { "false", 5 } },
	[TYPE_DATE] = { { "2026-03-01", 10 }, { "1999-12-31", 10 } },
	[TYPE_TIME] = { { "09:30:00", 8 }, { "23:59:59.999", 12 } },
	[TYPE_DATETIME] = { { "2026-03-01T09:30:00Z", 20 }, { "2026-03-01T00:00:00.5Z", 22 } },
	[TYPE_DURATION] = { { "60000", 5 }, { "-1", 2 } },
	[TYPE_DATEFORMULA] = { { "1M+CM", 5 }, { "-1D", 3 } },
	[TYPE_GUID] = { { "6ba7b810-9dad-11d1-80b4-00c04fd430c8", 36 }, { "", 0 } },
	[TYPE_OPTION] = { { "0", 1 }, { "2", 1 } },
	[TYPE_BLOB] = { { "abc", 3 }, { "{\"a\": 1}", 8 } },
};

static void
check_type(struct str text, enum type type, struct arena *arena)
{
	struct field field = { .name = STR("Field"), .type = type };
	struct filter_error error = { 0 };

	if (type == TYPE_OPTION) {
		field.options = options;
		field.option_count = ARRAY_LEN(options);
	}
	const struct filter *filter = filter_parse(text, &field, arena, &error);
	if (!filter) {
		if (error.position < 1 || error.position > text.len + 1 || error.message.len == 0)
			abort();
		return;
	}
	filter_match(filter, STR(""));
	for (size_t i = 0; i < ARRAY_LEN(values[type]); i++)
		if (filter_match(filter, values[type][i]) != filter_match(filter, values[type][i]))
			abort();
	/* A text against itself: every way to walk a pattern along a value. */
	if (type == TYPE_TEXT || type == TYPE_CODE || type == TYPE_BLOB)
		filter_match(filter, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct str text = { (const char *)data, size };

	for (int type = 0; type < TYPES; type++)
		check_type(text, (enum type)type, &arena);
	arena_release(&arena);
	return 0;
}
