/*
 * match_join.h - which of two sets of keys are equal, for match-based coupling (E36)
 *
 * A key stands for the values that are compared: 96 bits of a digest.  Keys are
 * dealt into partitions that fit the cache, and those are joined side by side.
 * Any number of equal keys costs no more than as many different ones.
 */
#ifndef SYNC_MATCH_JOIN_H
#define SYNC_MATCH_JOIN_H

#include <stdint.h>

struct match_key {
	uint64_t hash;
	uint32_t tag;
	uint32_t item;		/* what has the key; MATCH_NO_ITEM: it has none and takes no part */
};

#define MATCH_NO_ITEM UINT32_MAX

/* What one wanted key found: rows[begin] to rows[begin + count - 1] of the join. */
struct match_found {
	uint32_t begin;
	uint32_t count;
};

struct match_join {
	unsigned threads;
	const struct match_key *keys;	/* that are looked among; items are rows of a table */
	uint32_t key_count;
	const struct match_key *wanted;	/* items are places in `found` */
	uint32_t wanted_count;
	uint32_t *rows;			/* room for key_count: rows with equal keys come to lie together */
	struct match_found *found;	/* by the items of wanted */
};

void match_join(const struct match_join *join);

#endif
