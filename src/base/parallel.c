/* parallel.c - the one way to use several processors */
#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

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
