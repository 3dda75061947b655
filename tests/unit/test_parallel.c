/* test_parallel.c - work on several threads gives what one thread gives */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/parallel.h"

enum { BLOCKS = 1000, STOP_NEVER = BLOCKS };

/* Blocks are numbers; what is taken is the sum in order. */
struct line {
	uint32_t *slots;
	uint32_t slot_count;
	uint32_t taken;
	uint32_t stop;		/* the block whose taking fails */
	unsigned threads;
};

static void
make_number(void *shared, uint32_t block, uint32_t slot, unsigned worker)
{
	struct line *line = shared;
	volatile unsigned work = block * 7919 % 500;	/* blocks take different times */

	while (work > 0)
		work--;
	assert_true(worker < line->threads && slot < line->slot_count);
	line->slots[slot] = block * 3;
}

static bool
take_number(void *shared, uint32_t block, uint32_t slot)
{
	struct line *line = shared;

	assert_int_equal(block, line->taken);
	assert_int_equal(line->slots[slot], block * 3);
	if (block == line->stop)
		return false;
	line->taken++;
	return true;
}

static void
check_line(unsigned threads, uint32_t count, uint32_t stop)
{
	struct line line = { .slot_count = parallel_slots(threads, count), .stop = stop, .threads = threads };

	line.slots = calloc(line.slot_count, sizeof *line.slots);
	bool whole = parallel_in_order(threads, count, make_number, take_number, &line);
	assert_int_equal(whole, stop >= count);
	assert_int_equal(line.taken, stop < count ? stop : count);
	free(line.slots);
}

static void
test_blocks_are_taken_in_order(void **state)
{
	static const unsigned threads[] = { 1, 2, 3, 8 };

	(void)state;
	for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
		check_line(threads[i], 0, STOP_NEVER);
		check_line(threads[i], 1, STOP_NEVER);
		check_line(threads[i], 5, STOP_NEVER);
		check_line(threads[i], BLOCKS, STOP_NEVER);
		check_line(threads[i], BLOCKS, 0);
		check_line(threads[i], BLOCKS, BLOCKS / 2);
		check_line(threads[i], BLOCKS, BLOCKS - 1);
	}
}

static void
count_items(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	unsigned char *seen = shared;

	(void)worker;
	for (uint32_t i = begin; i < end; i++)
		seen[i]++;
}

static void
test_each_item_is_worked_on_once(void **state)
{
	(void)state;
	for (unsigned threads = 0; threads < 5; threads++)
		for (uint32_t grain = 0; grain < 300; grain += 99) {
			unsigned char seen[BLOCKS] = { 0 };
			parallel_for(threads, BLOCKS, grain, count_items, seen);
			for (uint32_t i = 0; i < BLOCKS; i++)
				assert_int_equal(seen[i], 1);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks_are_taken_in_order),
		cmocka_unit_test(test_each_item_is_worked_on_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
