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

enum { BLOCKS_A_THREAD = 8 };

/*
 * Blocks in the making.  Each thread, again and again, takes the next block if it
 * is made and nobody is taking one, else makes one if a slot is free, else waits:
 * so nobody waits for a slower thread while there is anything to do.
 */
struct line {
	parallel_make *make;
	parallel_take *take;
	void *shared;
	uint32_t count;
	uint32_t slots;
	pthread_mutex_t mutex;		/* over all that follows */
	pthread_cond_t moved;
	bool *is_made;			/* by slot */
	uint32_t next_made;
	uint32_t next_taken;
	bool is_taking;
	bool goes_on;
};

static void
take_next(struct line *line)
{
	uint32_t block = line->next_taken;

	line->is_taking = true;
	pthread_mutex_unlock(&line->mutex);
	bool goes_on = line->take(line->shared, block, block % line->slots);
	pthread_mutex_lock(&line->mutex);
	line->is_made[block % line->slots] = false;
	line->next_taken++;
	line->is_taking = false;
	line->goes_on = goes_on;
	pthread_cond_broadcast(&line->moved);
}

static void
make_next(struct line *line, unsigned worker)
{
	uint32_t block = line->next_made++;

	pthread_mutex_unlock(&line->mutex);
	line->make(line->shared, block, block % line->slots, worker);
	pthread_mutex_lock(&line->mutex);
	line->is_made[block % line->slots] = true;
	pthread_cond_broadcast(&line->moved);
}

static void
work_along(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct line *line = shared;

	(void)begin;
	(void)end;
	pthread_mutex_lock(&line->mutex);
	while (line->goes_on && line->next_taken < line->count) {
		if (!line->is_taking && line->is_made[line->next_taken % line->slots])
			take_next(line);
		else if (line->next_made < line->count && line->next_made - line->next_taken < line->slots)
			make_next(line, worker);
		else
			pthread_cond_wait(&line->moved, &line->mutex);
	}
	pthread_mutex_unlock(&line->mutex);
}

uint32_t
parallel_slots(unsigned threads, uint32_t count)
{
	uint32_t slots = threads > 1 ? threads * BLOCKS_A_THREAD : 1;

	return slots < count ? slots : count ? count : 1;
}

bool
parallel_in_order(unsigned threads, uint32_t count, parallel_make *make, parallel_take *take, void *shared)
{
	struct line line = { .make = make, .take = take, .shared = shared, .count = count,
		.slots = parallel_slots(threads, count), .goes_on = true };

	line.is_made = memory_new(line.slots, sizeof *line.is_made);
	pthread_mutex_init(&line.mutex, NULL);
	pthread_cond_init(&line.moved, NULL);
	parallel_for(threads, threads ? threads : 1, 1, work_along, &line);
	pthread_cond_destroy(&line.moved);
	pthread_mutex_destroy(&line.mutex);
	free(line.is_made);
	return line.goes_on;
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
