/* test_index.c - many numbers entered at once are found as if entered one by one (base/index.h) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/index.h"
#include "base/memory.h"

/* Number n is the thing things[n]; equal things have equal tags, other things may have. */
static bool
is_same(const void *context, uint32_t first, uint32_t number)
{
	const uint32_t *things = context;

	return things[first] == things[number];
}

static uint32_t
find(const struct index *ix, const uint32_t *things, uint32_t tag, uint32_t thing)
{
	struct index_walk walk = index_find(ix, (uint64_t)tag << 32);
	uint32_t number;

	while ((number = index_next(&walk)) != INDEX_NONE && things[number] != thing)
		;
	return number;
}

/* Many parts and one, few and many twins, tags that crowd at the end of the index and all alike. */
static void
test_filled_as_one_by_one(void **state)
{
	static const struct {
		uint32_t count;
		uint32_t different;
		uint32_t factor;	/* of a thing's tag */
	} cases[] = {
		{ 0, 1, 1 }, { 1, 1, 1 }, { 1000, 1000, 2654435761u }, { 1000, 10, 2654435761u }, { 50, 50, 0 },
		{ 300000, 300000, 2654435761u }, { 300000, 200000, 40503 }, { 300000, 150000, 1 },
	};

	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
		uint32_t count = cases[c].count;
		uint32_t *things = memory_new(count, sizeof *things);
		uint32_t *firsts = memory_new(cases[c].different, sizeof *firsts);
		struct index_entry *entries = memory_new(count, sizeof *entries);
		struct index ix = { 0 };
		struct index_twin *twins;
		size_t told = 0;

		for (uint32_t n = 0; n < count; n++) {
			things[n] = (uint32_t)((uint64_t)n * 7919 % cases[c].different);
			entries[n] = (struct index_entry){ things[n] * cases[c].factor, n };
		}
		size_t twin_count = index_fill(&ix, entries, count, is_same, things, &twins);
		for (uint32_t n = 0; n < count; n++) {
			uint32_t *first = &firsts[things[n]];
			if (*first == 0) {
				*first = n + 1;
				assert_int_equal(find(&ix, things, things[n] * cases[c].factor, things[n]), n);
				continue;
			}
			assert_true(told < twin_count);
			assert_int_equal(twins[told].number, n);
			assert_int_equal(twins[told++].first, *first - 1);
		}
		assert_int_equal(told, twin_count);
		assert_int_equal(ix.count, count - twin_count);
		index_release(&ix);
		free(twins);
		free(firsts);
		free(things);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_filled_as_one_by_one) };

	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
