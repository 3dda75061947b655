/*
 * parallel.h - the one way to use several processors
 *
 * Everything that workers share is const or indexed by item or by worker, so
 * that the number of threads never changes a result.
 */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include <stdint.h>

enum { PARALLEL_MAX_THREADS = 256 };

/* Works on items [begin, end); worker is 0 .. threads-1 and picks scratch space. */
typedef void parallel_fn(void *shared, uint32_t begin, uint32_t end, unsigned worker);

/*
 * Runs fn over 0 .. count-1 in slices of grain on up to `threads` threads and
 * returns when all is done; with one thread it is a plain loop.  A thread that
 * cannot be made is no error: the others take its share.
 */
void parallel_for(unsigned threads, uint32_t count, uint32_t grain, parallel_fn *fn, void *shared);

#endif
