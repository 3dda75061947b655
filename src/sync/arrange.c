/* arrange.c - couplings in the order of their records in the ERP */
#include "sync/arrange.h"

#include <stdlib.h>

/* Into order[]: the number that each place's coupling has now. */
static void
find_order(const struct run *run, uint32_t *order)
{
	size_t count = 0;

	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct mapping_state *ms = &run->state->mappings[i];
		uint32_t rows = ms->coupling_of[ERP] ? run_table(run, ms->mapping, ERP)->row_count : 0;
		for (uint32_t row = 0; row < rows; row++)
			if (ms->coupling_of[ERP][row] != INDEX_NONE)
				order[count++] = ms->coupling_of[ERP][row];
	}
	for (uint32_t i = 0; i < run->ledger.count; i++)
		if (run->ledger.couplings[i].row[ERP] == TABLE_NO_ROW)
			order[count++] = i;
}

static void
renumber_rows(struct run *run, const uint32_t *places)
{
	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		struct mapping_state *ms = &run->state->mappings[i];
		for (enum side side = ERP; side < SIDES; side++) {
			uint32_t *numbers = ms->coupling_of[side];
			uint32_t rows = numbers ? run_table(run, ms->mapping, side)->row_count : 0;
			for (uint32_t row = 0; row < rows; row++)
				if (numbers[row] != INDEX_NONE)
					numbers[row] = places[numbers[row]];
		}
	}
}

void
couplings_arrange(struct run *run)
{
	uint32_t *order = memory_resize(NULL, run->ledger.count, sizeof *order);
	uint32_t *places = memory_resize(NULL, run->ledger.count, sizeof *places);

	find_order(run, order);
	ledger_reorder(&run->ledger, order, places, run->options->threads);
	renumber_rows(run, places);
	free(order);
	free(places);
}
