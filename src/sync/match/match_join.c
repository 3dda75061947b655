/* match_join.c - which of two sets of keys are equal, for match-based coupling (E36) */
#include "sync/match/match_join.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"

enum { PARTITION_KEYS = 4096, MAX_PARTITION_BITS = 12 };

/* Keys of one set, dealt into partitions by the upper bits of their hashes. */
struct dealt {
	struct match_key *keys;
	uint32_t *starts;	/* of each partition, and the end of the last */
};

/* One worker's table of the different keys of a partition. */
struct join_worker {
	uint32_t *slots;	/* number of a class of equal keys, plus 1; 0 = free */
	size_t slot_count;	/* a power of two */
	uint32_t *first;	/* by class: its first key within the partition */
	uint32_t *ends;		/* by class: counts, then where the class ends in the partition */
	uint32_t *class_of;	/* by key of the partition */
	size_t capacity;	/* keys */
	uint32_t class_count;
};

struct joining {
	const struct match_join *join;
	unsigned bits;
	struct dealt keys;
	struct dealt wanted;
	struct join_worker *workers;
};

static uint32_t
partition_of(const struct joining *joining, const struct match_key *key)
{
	return joining->bits ? (uint32_t)(key->hash >> (64 - joining->bits)) : 0;
}

static struct dealt
deal(const struct joining *joining, const struct match_key *keys, uint32_t count)
{
	uint32_t partitions = 1u << joining->bits;
	struct dealt dealt = { memory_resize(NULL, count, sizeof *keys),
		memory_new(partitions + 2, sizeof(uint32_t)) };
	/* While dealing, the entry behind a partition's is where its next key goes. */
	uint32_t *next = dealt.starts + 1;

	for (uint32_t i = 0; i < count; i++)
		if (keys[i].item != MATCH_NO_ITEM)
			next[partition_of(joining, &keys[i]) + 1]++;
	for (uint32_t p = 0; p < partitions; p++)
		next[p + 1] += next[p];
	for (uint32_t i = 0; i < count; i++)
		if (keys[i].item != MATCH_NO_ITEM)
			dealt.keys[next[partition_of(joining, &keys[i])]++] = keys[i];
	return dealt;
}

static void
reserve(struct join_worker *worker, uint32_t keys)
{
	size_t slots = 16;

	while (slots < (size_t)keys * 2)
		slots *= 2;
	if (keys > worker->capacity || !worker->slots) {
		worker->first = memory_resize(worker->first, keys, sizeof(uint32_t));
		worker->ends = memory_resize(worker->ends, keys, sizeof(uint32_t));
		worker->class_of = memory_resize(worker->class_of, keys, sizeof(uint32_t));
		worker->slots = memory_resize(worker->slots, slots, sizeof(uint32_t));
		worker->capacity = keys;
	}
	worker->slot_count = slots;
	worker->class_count = 0;
	memset(worker->slots, 0, slots * sizeof(uint32_t));
}

/* The slot of a key's class, or the free one where it would be. */
static uint32_t *
find_slot(const struct join_worker *worker, const struct match_key *keys, const struct match_key *key)
{
	size_t at = (size_t)key->hash & (worker->slot_count - 1);

	for (;; at = (at + 1) & (worker->slot_count - 1)) {
		uint32_t number = worker->slots[at];
		if (number == 0)
			return &worker->slots[at];
		const struct match_key *other = &keys[worker->first[number - 1]];
		if (other->hash == key->hash && other->tag == key->tag)
			return &worker->slots[at];
	}
}

static void
classify(struct join_worker *worker, const struct match_key *keys, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t *slot = find_slot(worker, keys, &keys[i]);
		if (*slot == 0) {
			worker->first[worker->class_count] = i;
			worker->ends[worker->class_count] = 0;
			*slot = ++worker->class_count;
		}
		worker->class_of[i] = *slot - 1;
		worker->ends[*slot - 1]++;
	}
}

/* Lays the rows of each class side by side; ends then tell where each class ends. */
static void
lay_out(struct join_worker *worker, const struct match_key *keys, uint32_t count, uint32_t *rows)
{
	uint32_t at = 0;

	for (uint32_t class = 0; class < worker->class_count; class++) {
		uint32_t size = worker->ends[class];
		worker->ends[class] = at;
		at += size;
	}
	for (uint32_t i = 0; i < count; i++)
		rows[worker->ends[worker->class_of[i]]++] = keys[i].item;
}

static void
join_partition(const struct joining *joining, uint32_t partition, struct join_worker *worker)
{
	const struct match_join *join = joining->join;
	uint32_t begin = joining->keys.starts[partition];
	uint32_t count = joining->keys.starts[partition + 1] - begin;
	const struct match_key *keys = joining->keys.keys + begin;

	reserve(worker, count);
	classify(worker, keys, count);
	lay_out(worker, keys, count, join->rows + begin);
	for (uint32_t i = joining->wanted.starts[partition]; i < joining->wanted.starts[partition + 1]; i++) {
		const struct match_key *wanted = &joining->wanted.keys[i];
		uint32_t class = *find_slot(worker, keys, wanted);
		if (class == 0)
			continue;
		uint32_t first = class == 1 ? 0 : worker->ends[class - 2];
		join->found[wanted->item] =
			(struct match_found){ begin + first, worker->ends[class - 1] - first };
	}
}

static void
join_range(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	const struct joining *joining = shared;

	for (uint32_t partition = begin; partition < end; partition++)
		join_partition(joining, partition, &joining->workers[worker]);
}

void
match_join(const struct match_join *join)
{
	struct joining joining = { .join = join };

	while (joining.bits < MAX_PARTITION_BITS && join->key_count >> joining.bits > PARTITION_KEYS)
		joining.bits++;
	joining.keys = deal(&joining, join->keys, join->key_count);
	joining.wanted = deal(&joining, join->wanted, join->wanted_count);
	joining.workers = memory_new(join->threads, sizeof *joining.workers);
	for (uint32_t i = 0; i < join->wanted_count; i++)
		if (join->wanted[i].item != MATCH_NO_ITEM)
			join->found[join->wanted[i].item] = (struct match_found){ 0 };
	parallel_for(join->threads, 1u << joining.bits, 1, join_range, &joining);
	for (unsigned i = 0; i < join->threads; i++) {
		free(joining.workers[i].slots);
		free(joining.workers[i].first);
		free(joining.workers[i].ends);
		free(joining.workers[i].class_of);
	}
	free(joining.workers);
	free(joining.keys.keys);
	free(joining.keys.starts);
	free(joining.wanted.keys);
	free(joining.wanted.starts);
}
