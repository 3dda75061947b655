/* parallel.c - the one way to use several processors */
#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

struct crew {
	parallel_fn *fn;
	void *shared;
	uint32_t count;
	uint32_t grain;
	atomic_uint_fast64_t next;
};

struct member {
	struct crew *crew;
	pthread_t thread;
	unsigned worker;
	bool started;
};

static void *
work(void *arg)
{
	struct member *me = arg;
	struct crew *crew = me->crew;
	uint64_t begin;

	while ((begin = atomic_fetch_add(&crew->next, crew->grain)) < crew->count) {
		uint64_t end = begin + crew->grain < crew->count ? begin + crew->grain : crew->count;
		crew->fn(crew->shared, (uint32_t)begin, (uint32_t)end, me->worker);
	}
	return NULL;
}

void
parallel_for(unsigned threads, uint32_t count, uint32_t grain, parallel_fn *fn, void *shared)
{
	struct crew crew = { .fn = fn, .shared = shared, .count = count, .grain = grain ? grain : 1 };
	struct member members[PARALLEL_MAX_THREADS];

	if (threads > PARALLEL_MAX_THREADS)
		threads = PARALLEL_MAX_THREADS;
	if (threads > (uint64_t)count / crew.grain + 1)
		threads = (unsigned)(count / crew.grain + 1);
	if (threads == 0)
		threads = 1;
	for (unsigned i = 0; i < threads; i++)
		members[i] = (struct member){ .crew = &crew, .worker = i };
	for (unsigned i = 1; i < threads; i++)
		members[i].started = pthread_create(&members[i].thread, NULL, work, &members[i]) == 0;
	work(&members[0]);
	for (unsigned i = 1; i < threads; i++)
		if (members[i].started)
			pthread_join(members[i].thread, NULL);
}

enum { BLOCKS_A_THREAD = 4 };

/* Two waves: one being made, and the one before it, being taken. */
struct waves {
	parallel_make *make;
	parallel_take *take;
	void *shared;
	uint32_t width;		/* blocks of a wave */
	uint32_t first;		/* block of the wave that is made */
	uint32_t taken_end;	/* blocks before this one are taken, those from it to `first` are made */
	uint32_t slots;
	bool goes_on;
};

static void
take_wave(struct waves *w)
{
	for (; w->goes_on && w->taken_end < w->first; w->taken_end++)
		w->goes_on = w->take(w->shared, w->taken_end, w->taken_end % w->slots);
}

/* Item 0 takes the wave before; the others make one block each. */
static void
make_or_take(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct waves *w = shared;

	for (uint32_t item = begin; item < end; item++) {
		uint32_t block = w->first + item - 1;
		if (item == 0)
			take_wave(w);
		else
			w->make(w->shared, block, block % w->slots, worker);
	}
}

static uint32_t
wave_width(unsigned threads, uint32_t count)
{
	uint32_t width = threads > 1 ? threads * BLOCKS_A_THREAD : 1;

	return width < count ? width : count ? count : 1;
}

uint32_t
parallel_slots(unsigned threads, uint32_t count)
{
	return wave_width(threads, count) * 2;
}

bool
parallel_in_order(unsigned threads, uint32_t count, parallel_make *make, parallel_take *take, void *shared)
{
	struct waves w = { .make = make, .take = take, .shared = shared, .width = wave_width(threads, count),
		.slots = parallel_slots(threads, count), .goes_on = true };

	while (w.goes_on && w.first < count) {
		uint32_t now = count - w.first < w.width ? count - w.first : w.width;
		parallel_for(threads, now + 1, 1, make_or_take, &w);
		w.first += now;
	}
	take_wave(&w);
	return w.goes_on;
}

struct lock {
	pthread_mutex_t mutex;
};

struct lock *
lock_make(void)
{
	struct lock *lock = memory_new(1, sizeof *lock);

	pthread_mutex_init(&lock->mutex, NULL);
	return lock;
}

void
lock_take(struct lock *lock)
{
	pthread_mutex_lock(&lock->mutex);
}

void
lock_leave(struct lock *lock)
{
	pthread_mutex_unlock(&lock->mutex);
}

void
lock_release(struct lock *lock)
{
	if (lock)
		pthread_mutex_destroy(&lock->mutex);
	free(lock);
}
