/*
 * parallel.h - the one way to use several processors
 *
 * Everything that workers share is const or indexed by item or by worker, so
 * that the number of threads never changes a result.
 */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include <stdbool.h>
#include <stdint.h>

enum { PARALLEL_MAX_THREADS = 256 };

/* For the rare thing that threads change together; one thread holds it at a time, and not twice. */
struct lock;
struct lock *lock_make(void);
void lock_take(struct lock *lock);
void lock_leave(struct lock *lock);
void lock_release(struct lock *lock);	/* NULL is fine */

/* Works on items [begin, end); worker is 0 .. threads-1 and picks scratch space. */
typedef void parallel_fn(void *shared, uint32_t begin, uint32_t end, unsigned worker);

/*
 * Runs fn over 0 .. count-1 in slices of grain on up to `threads` threads and
 * returns when all is done; with one thread it is a plain loop.  A thread that
 * cannot be made is no error: the others take its share.
 */
void parallel_for(unsigned threads, uint32_t count, uint32_t grain, parallel_fn *fn, void *shared);

/* Makes one block into a slot; slots are numbered from 0. */
typedef void parallel_make(void *shared, uint32_t block, uint32_t slot, unsigned worker);

/* Takes a block that was made; false stops.  One at a time, in the order of blocks, on any thread. */
typedef bool parallel_take(void *shared, uint32_t block, uint32_t slot);

/* How many slots parallel_in_order() uses: buffers that the caller provides. */
uint32_t parallel_slots(unsigned threads, uint32_t count);

/*
 * Makes blocks 0 .. count-1 side by side and has them taken in order, while others
 * are made.  False when taking stopped.
 */
bool parallel_in_order(
	unsigned threads, uint32_t count, parallel_make *make, parallel_take *take, void *shared);

#endif
