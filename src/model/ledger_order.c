/* ledger_order.c - the couplings of a ledger in another order */
#include <stdlib.h>

#include "base/parallel.h"
#include "model/ledger.h"

struct reordering {
	const struct coupling *from;
	struct coupling *to;
	const uint32_t *order;
};

static void
prefetch(const struct coupling *c)
{
	memory_prefetch(c);
	memory_prefetch((const char *)c + sizeof *c - 1);
}

static void
move_range(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	enum { AHEAD = 12 };
	const struct reordering *r = shared;

	(void)worker;
	for (uint32_t i = begin; i < end; i++) {
		if (end - i > AHEAD)
			prefetch(&r->from[r->order[i + AHEAD]]);
		r->to[i] = r->from[r->order[i]];
	}
}

/* While they are moved there are two of them: less than what is read and planned later. */
void
ledger_reorder(struct ledger *ledger, const uint32_t *order, uint32_t *places, unsigned threads)
{
	struct reordering r = { ledger->couplings, memory_resize(NULL, ledger->capacity, sizeof *r.to),
		order };

	parallel_for(threads, (uint32_t)ledger->count, 8192, move_range, &r);
	free(ledger->couplings);
	ledger->couplings = r.to;
	for (uint32_t i = 0; i < ledger->count; i++)
		places[order[i]] = i;
	for (enum side side = ERP; side < SIDES; side++)
		index_renumber(&ledger->ids[side], places);
}
