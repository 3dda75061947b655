/* test_sort.c - sorting numbers by the texts of things */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/sort.h"

enum { RANDOM_KEYS = 10000 };

struct keys {
	struct arena arena;
	struct str *texts;
	size_t count;
	uint64_t seed;
};

static uint64_t
next(struct keys *k)
{
	k->seed ^= k->seed << 13;
	k->seed ^= k->seed >> 7;
	k->seed ^= k->seed << 17;
	return k->seed;
}

typedef struct str make_fn(struct keys *k);

/* Any bytes, zeros too, of length 0 to 20. */
static struct str
any_bytes(struct keys *k)
{
	size_t len = next(k) % 21;
	char *p = arena_bytes(&k->arena, len + 1);

	for (size_t i = 0; i < len; i++)
		p[i] = (char)(next(k) % 4 == 0 ? 0 : next(k));
	return (struct str){ p, len };
}

/* Many that are equal, differ only in length, or only in trailing zero bytes. */
static struct str
few_zeros(struct keys *k)
{
	char *p = arena_bytes(&k->arena, 40);

	memset(p, next(k) % 8 == 0 ? 'a' : 0, 40);
	return (struct str){ p, next(k) % 40 };
}

static struct str
guid(struct keys *k)
{
	return arena_printf(&k->arena, "%08x-0000-4000-8000-%012llx", (unsigned)next(k),
		(unsigned long long)(next(k) & 0xffffffffffff));
}

static struct str
shared_prefix(struct keys *k)
{
	return arena_printf(&k->arena, "CUSTOMER-OF-A-LONG-NAME-%05u", (unsigned)(next(k) % 3000));
}

/* All with the prefix of the others before them: each level of sorting leaves one behind. */
static struct str
staircase(struct keys *k)
{
	static const char step[] = "0123456789abcdef";
	size_t len = next(k) % 600;
	char *p = arena_bytes(&k->arena, len + 1);

	for (size_t i = 0; i < len; i++)
		p[i] = step[i % 16];
	return (struct str){ p, len };
}

static struct str
all_equal(struct keys *k)
{
	(void)k;
	return STR("the same long text for all of them, whichever it is");
}

static struct str
ascending(struct keys *k)
{
	return arena_printf(&k->arena, "%07zu", k->count / 2);
}

/* Most begin alike, but some come before or behind these, or are no more than this beginning. */
static struct str
few_others(struct keys *k)
{
	switch (next(k) % 400) {
	case 0:
		return arena_printf(&k->arena, "C%u", (unsigned)(next(k) % 5));
	case 1:
		return arena_printf(&k->arena, "D%017u", (unsigned)(next(k) % 5));
	case 2:
		return STR("CUSTOMER-");
	case 3:
		return any_bytes(k);
	default:
		return arena_printf(&k->arena, "CUSTOMER-%09u", (unsigned)(next(k) % 3000));
	}
}

/* Some texts lie nowhere before they are asked for. */
static struct str
text_of(const void *context, uint32_t number, char *room)
{
	const struct keys *k = context;
	struct str text = k->texts[number];

	if (number % 3 != 0 || text.len > SORT_ROOM)
		return text;
	if (text.len != 0)
		memcpy(room, text.ptr, text.len);
	return (struct str){ room, text.len };
}

static void
expect_sorted(const struct keys *k, const uint32_t *numbers)
{
	char *seen = memory_new(k->count, 1);

	for (size_t i = 0; i < k->count; i++) {
		assert_true(numbers[i] < k->count && !seen[numbers[i]]);
		seen[numbers[i]] = 1;
		if (i == 0)
			continue;
		int order = str_compare(k->texts[numbers[i - 1]], k->texts[numbers[i]]);
		assert_true(order < 0 || (order == 0 && numbers[i - 1] < numbers[i]));
	}
	free(seen);
}

static void
check(make_fn *make, size_t count, unsigned threads)
{
	struct keys k = { .seed = 88172645463325252u };
	uint32_t *numbers = memory_new(count, sizeof *numbers);

	k.texts = memory_new(count, sizeof *k.texts);
	for (; k.count < count; k.count++) {
		k.texts[k.count] = make(&k);
		numbers[k.count] = (uint32_t)k.count;
	}
	sort_by_text(numbers, count, text_of, &k, threads);
	expect_sorted(&k, numbers);
	free(numbers);
	free(k.texts);
	arena_release(&k.arena);
}

static void
test_kinds(void **state)
{
	static make_fn *const makes[] = { any_bytes, few_zeros, guid, shared_prefix, staircase, all_equal,
		ascending, few_others };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(makes); i++)
		for (unsigned threads = 1; threads <= 3; threads++)
			check(makes[i], RANDOM_KEYS, threads);
}

static void
test_sizes(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 15, 16, 17, 18, 100, 8191, 8192, 8193 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		check(any_bytes, sizes[i], 2);
		check(few_zeros, sizes[i], 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
