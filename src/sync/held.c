/* held.c - values that a job wants to write and the destination's format cannot carry */
#include "sync/held.h"

#include <stdlib.h>

#include "sync/state.h"

static uint64_t
hash_of(uint32_t coupling)
{
	return str_hash((struct str){ (const char *)&coupling, sizeof coupling });
}

void
held_add(struct run *run, uint32_t coupling, uint32_t field)
{
	struct held *held = &run->state->held;

	held->list = memory_grow(held->list, held->count, &held->capacity, sizeof *held->list);
	index_add(&held->couplings, hash_of(coupling), (uint32_t)held->count);
	held->list[held->count++] = (struct held_field){ coupling, field };
}

bool
held_has(const struct run *run, uint32_t coupling, size_t field)
{
	const struct held *held = &run->state->held;

	if (held->count == 0)
		return false;
	struct index_walk walk = index_find(&held->couplings, hash_of(coupling));
	for (uint32_t i; (i = index_next(&walk)) != INDEX_NONE;)
		if (held->list[i].coupling == coupling && held->list[i].field == field)
			return true;
	return false;
}

bool
held_has_any(
	const struct run *run, uint32_t coupling, const struct mapping *mapping, enum direction direction)
{
	const struct held *held = &run->state->held;

	if (held->count == 0)
		return false;
	struct index_walk walk = index_find(&held->couplings, hash_of(coupling));
	for (uint32_t i; (i = index_next(&walk)) != INDEX_NONE;)
		if (held->list[i].coupling == coupling &&
		    mapping->fields[held->list[i].field].direction == direction &&
		    !mapping->fields[held->list[i].field].has_constant)
			return true;
	return false;
}

void
held_reset(struct held *held)
{
	index_release(&held->couplings);
	held->couplings = (struct index){ 0 };
	held->count = 0;
}

void
held_release(struct held *held)
{
	free(held->list);
	index_release(&held->couplings);
	*held = (struct held){ 0 };
}
