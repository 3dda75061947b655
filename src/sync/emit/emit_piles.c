/* emit_piles.c - which import files there are: a pile for each job, side and action (6.5) */
#include <stdlib.h>

#include "sync/emit/emit_import.h"

/* The actions that make import files, in the order of a job's files. */
enum { SLOT_CREATE, SLOT_UPDATE, SLOT_LINK, SLOT_DELETE, SLOTS };

static const enum action slot_actions[SLOTS] = { ACTION_CREATE, ACTION_UPDATE, ACTION_LINK, ACTION_DELETE };

static size_t
pile_of(uint32_t job, enum side side, unsigned slot)
{
	return ((size_t)job * SIDES + (size_t)side) * SLOTS + slot;
}

static size_t
pile_of_change(const struct change *change)
{
	unsigned slot = 0;

	while (slot_actions[slot] != change->action)
		slot++;
	return pile_of(change->job, change->side, slot);
}

static bool
makes_record(const struct change *change)
{
	return action_is_import(change->action) && change->side != NO_SIDE;
}

static void
piles_fill(struct import_piles *piles, const struct plan *plan)
{
	size_t pile_count = plan->job_count * SIDES * SLOTS;
	size_t *next = memory_new(pile_count, sizeof *next);

	piles->begins = memory_new(pile_count + 1, sizeof *piles->begins);
	for (size_t i = 0; i < plan->change_count; i++)
		if (makes_record(&plan->changes[i]))
			piles->begins[pile_of_change(&plan->changes[i]) + 1]++;
	for (size_t i = 0; i < pile_count; i++) {
		piles->begins[i + 1] += piles->begins[i];
		next[i] = piles->begins[i];
	}
	piles->changes = memory_new(piles->begins[pile_count], sizeof *piles->changes);
	for (size_t i = 0; i < plan->change_count; i++)
		if (makes_record(&plan->changes[i]))
			piles->changes[next[pile_of_change(&plan->changes[i])]++] = (uint32_t)i;
	free(next);
}

/* A create, or an update of a record that a delta export does not show. */
static bool
is_unseen_write(const struct change *change)
{
	return change->action == ACTION_CREATE
	    || (change->action == ACTION_UPDATE && change->row == TABLE_NO_ROW);
}

/* Remembers what was written to linked records that no export shows: a link file repeats it. */
static void
piles_find_creates(struct import_piles *piles, const struct run *run)
{
	const struct plan *plan = &run->plan;
	bool has_links = false;

	for (size_t i = 0; i < plan->change_count && !has_links; i++)
		has_links = plan->changes[i].action == ACTION_LINK;
	if (!has_links)
		return;
	piles->creates = memory_new(run->ledger.count, sizeof *piles->creates);
	for (size_t i = 0; i < plan->change_count; i++)
		if (is_unseen_write(&plan->changes[i]) && plan->changes[i].coupling < run->ledger.count)
			piles->creates[plan->changes[i].coupling] = (uint32_t)i + 1;
}

/* The import order of the piles that are not empty. */
static void
piles_order(struct import_piles *piles, size_t job_count)
{
	size_t count = 0;
	size_t all = job_count * SIDES;
	size_t *order = memory_new(all * SLOTS, sizeof *order);

	/* Creates and updates by job; links when everything exists; deletes with children before parents. */
	for (size_t i = 0; i < all; i++)
		for (unsigned slot = SLOT_CREATE; slot <= SLOT_UPDATE; slot++)
			order[count++] = i * SLOTS + slot;
	for (size_t i = 0; i < all; i++)
		order[count++] = i * SLOTS + SLOT_LINK;
	for (size_t i = all; i-- > 0;)
		order[count++] = i * SLOTS + SLOT_DELETE;

	piles->order = order;
	piles->order_count = 0;
	for (size_t i = 0; i < count; i++)
		if (piles->begins[order[i] + 1] > piles->begins[order[i]])
			order[piles->order_count++] = order[i];
}

/*
 * A delete is CSV in every format (6.5), and so are records that get another key
 * (E41) where the format cannot tell which: a person renames them.
 */
static const struct import_format *
format_of_pile(const struct mapping *mapping, const struct table_def *def, enum action action)
{
	const struct import_format *format = import_format_of(def);
	bool is_rename = mapping->is_option_mapping && action == ACTION_UPDATE;

	return action == ACTION_DELETE || (is_rename && format->lacks_uid) ? &import_csv : format;
}

struct import
import_of_pile(const struct run *run, const struct import_piles *piles, size_t pile)
{
	uint32_t job = (uint32_t)(pile / SLOTS / SIDES);
	enum side side = (enum side)(pile / SLOTS % SIDES);
	const struct mapping *mapping = run->plan.jobs[job].mapping;
	const struct table_def *def = mapping->tables[side];
	enum action action = slot_actions[pile % SLOTS];
	const struct import_format *format = format_of_pile(mapping, def, action);
	struct str declared = def->import.format.encoding;

	return (struct import){
		.run = run,
		.job = job,
		.side = side,
		.action = action,
		.mapping = mapping,
		.table = &run->tables[mapping->tables[side]->number],
		.shape = {
			.def = def,
			.format = format,
			.encoding = format->encoding ? str_from(format->encoding) : declared,
			.style = value_style_of(def),
			.is_new = action == ACTION_CREATE,
		},
		.changes = piles->changes + piles->begins[pile],
		.change_count = piles->begins[pile + 1] - piles->begins[pile],
		.creates = pile % SLOTS == SLOT_LINK ? piles->creates : NULL,
	};
}

struct import_piles
import_piles_make(const struct run *run)
{
	struct import_piles piles = { 0 };

	piles_fill(&piles, &run->plan);
	piles_find_creates(&piles, run);
	piles_order(&piles, run->plan.job_count);
	return piles;
}

void
import_piles_release(struct import_piles *piles)
{
	free(piles->begins);
	free(piles->changes);
	free(piles->creates);
	free(piles->order);
}
