/* parallel.c - the one way to use several processors */
#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

/* What threads work at together. */
struct crew {
	parallel_fn *fn;
	void *shared;
	uint32_t count;
	uint32_t grain;
	atomic_uint_fast64_t next;
	unsigned busy;		/* hands that are at it */
	pthread_cond_t all_done;
};

/*
 * A thread that waits to be called, to the end of the program: to make one takes as
 * long as a small part of the work.
 */
struct hand {
	struct hand *next;		/* of those that wait */
	struct crew *crew;		/* that called it, until it begins */
	unsigned worker;
	pthread_cond_t called;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;	/* over hands and over crew.busy */
static struct hand *waiting;

static void
work(struct crew *crew, unsigned worker)
{
	uint64_t begin;

	while ((begin = atomic_fetch_add(&crew->next, crew->grain)) < crew->count) {
		uint64_t end = begin + crew->grain < crew->count ? begin + crew->grain : crew->count;
		crew->fn(crew->shared, (uint32_t)begin, (uint32_t)end, worker);
	}
}

static void
put_back(struct hand *hand)
{
	hand->crew = NULL;
	hand->next = waiting;
	waiting = hand;
}

static void *
help(void *arg)
{
	struct hand *me = arg;

	pthread_mutex_lock(&mutex);
	for (;;) {
		while (!me->crew)
			pthread_cond_wait(&me->called, &mutex);
		struct crew *crew = me->crew;
		me->crew = NULL;
		pthread_mutex_unlock(&mutex);
		work(crew, me->worker);
		pthread_mutex_lock(&mutex);
		put_back(me);
		if (--crew->busy == 0)
			pthread_cond_signal(&crew->all_done);
	}
	return NULL;
}

static struct hand *
make_hand(void)
{
	struct hand *hand = memory_new(1, sizeof *hand);
	pthread_t thread;

	pthread_cond_init(&hand->called, NULL);
	if (pthread_create(&thread, NULL, help, hand) != 0) {
		pthread_cond_destroy(&hand->called);
		free(hand);
		return NULL;
	}
	pthread_detach(thread);
	return hand;
}

/* NULL where no thread can be made. */
static struct hand *
call_hand(struct crew *crew, unsigned worker)
{
	struct hand *hand = waiting;

	if (hand)
		waiting = hand->next;
	else
		hand = make_hand();
	if (!hand)
		return NULL;
	hand->crew = crew;
	hand->worker = worker;
	crew->busy++;
	pthread_cond_signal(&hand->called);
	return hand;
}

/* Who has not begun need not. */
static void
let_go(struct crew *crew, struct hand **hands, unsigned count)
{
	pthread_mutex_lock(&mutex);
	for (unsigned i = 0; i < count; i++) {
		if (!hands[i] || hands[i]->crew != crew)
			continue;
		put_back(hands[i]);
		crew->busy--;
	}
	while (crew->busy > 0)
		pthread_cond_wait(&crew->all_done, &mutex);
	pthread_mutex_unlock(&mutex);
}

static unsigned
useful_threads(unsigned threads, uint32_t count, uint32_t grain)
{
	if (threads > PARALLEL_MAX_THREADS)
		threads = PARALLEL_MAX_THREADS;
	if (threads > (uint64_t)count / grain + 1)
		threads = (unsigned)(count / grain + 1);
	return threads ? threads : 1;
}

void
parallel_for(unsigned threads, uint32_t count, uint32_t grain, parallel_fn *fn, void *shared)
{
	struct crew crew = { .fn = fn, .shared = shared, .count = count, .grain = grain ? grain : 1,
		.all_done = PTHREAD_COND_INITIALIZER };
	struct hand *hands[PARALLEL_MAX_THREADS];

	threads = useful_threads(threads, count, crew.grain);
	if (threads == 1) {
		work(&crew, 0);
		return;
	}
	pthread_mutex_lock(&mutex);
	for (unsigned i = 1; i < threads; i++)
		hands[i - 1] = call_hand(&crew, i);
	pthread_mutex_unlock(&mutex);
	work(&crew, 0);
	let_go(&crew, hands, threads - 1);
	pthread_cond_destroy(&crew.all_done);
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
