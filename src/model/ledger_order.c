/* ledger_order.c - the couplings of a ledger in another order */
#include "base/parallel.h"
#include "model/ledger.h"

/* What is moved or numbered anew side by side. */
enum { PART_COUPLINGS, PART_ERP_IDS, PART_CRM_IDS, PARTS };

struct reordering {
	struct ledger *ledger;
	uint32_t *order;
	const uint32_t *places;
};

static void
prefetch(const struct coupling *c)
{
	__builtin_prefetch(c);
	__builtin_prefetch((const char *)c + sizeof *c - 1);
}

/*
 * A circle of couplings, each of which takes the place of the one before: they
 * are moved where they are, as two arrays of them would need twice the memory.
 * Done places are those that name themselves.  What comes later is fetched ahead.
 */
static void
move_circle(struct coupling *couplings, uint32_t *order, uint32_t first)
{
	enum { AHEAD = 12 };
	struct coupling held = couplings[first];
	uint32_t at = first;
	uint32_t ahead = first;

	for (unsigned i = 0; i < AHEAD; i++)
		ahead = order[ahead];
	while (order[at] != first) {
		uint32_t from = order[at];
		ahead = order[ahead];
		prefetch(&couplings[ahead]);
		couplings[at] = couplings[from];
		order[at] = at;
		at = from;
	}
	couplings[at] = held;
	order[at] = at;
}

static void
reorder_part(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct reordering *r = shared;

	(void)worker;
	for (uint32_t part = begin; part < end; part++) {
		if (part == PART_COUPLINGS) {
			for (uint32_t i = 0; i < r->ledger->count; i++)
				if (r->order[i] != i)
					move_circle(r->ledger->couplings, r->order, i);
		} else {
			index_renumber(&r->ledger->ids[part == PART_ERP_IDS ? ERP : CRM], r->places);
		}
	}
}

void
ledger_reorder(struct ledger *ledger, uint32_t *order, uint32_t *places, unsigned threads)
{
	struct reordering r = { ledger, order, places };

	for (uint32_t i = 0; i < ledger->count; i++)
		places[order[i]] = i;
	parallel_for(threads, PARTS, 1, reorder_part, &r);
}
