/* lookup.c - the record that a person names: by ERP key, ERP uid or CRM uid */
#include "sync/lookup.h"

#include "model/value.h"

/* KEY as the canonical value of a field; empty when it is none. */
static struct str
canonical(
	const struct run *run, const struct field *field, enum side side, struct str key, struct buf *scratch)
{
	const struct system *system = &run->setup.systems[side];

	if (!field)
		return key;
	buf_reset(scratch);
	if (!value_read(field, locale_find(STR("invariant")), system->zone, key, scratch))
		return (struct str){ NULL, 0 };
	return buf_str(scratch);
}

static struct str
canonical_uid(const struct run *run, const struct mapping *mapping, enum side side, struct str key,
	struct buf *scratch)
{
	const struct table *table = run_table(run, mapping, side);

	return canonical(run, table->columns[table->uid_column], side, key, scratch);
}

static struct str
canonical_key(const struct run *run, const struct mapping *mapping, struct str key, struct buf *scratch)
{
	const struct table *table = run_table(run, mapping, ERP);

	return canonical(run, table->columns[table->key_column], ERP, key, scratch);
}

uint32_t
lookup_row(const struct run *run, const struct mapping *mapping, enum side side, struct str key,
	struct buf *scratch)
{
	const struct table *table = run_table(run, mapping, side);
	uint32_t row = TABLE_NO_ROW;

	if (side == ERP)
		row = table_find_key(table, canonical_key(run, mapping, key, scratch));
	if (row == TABLE_NO_ROW)
		row = table_find_uid(table, canonical_uid(run, mapping, side, key, scratch));
	return row;
}

/* Of several lines with one key the first in the ledger's order: the file may hold them in any. */
static bool
comes_before(const struct ledger *ledger, const struct coupling *a, const struct coupling *b)
{
	int order = str_compare(ledger_id(ledger, a, ERP), ledger_id(ledger, b, ERP));

	return order != 0 ? order < 0 : str_compare(ledger_id(ledger, a, CRM), ledger_id(ledger, b, CRM)) < 0;
}

static uint32_t
find_by_erp_key(const struct run *run, const struct mapping *mapping, struct str erp_key)
{
	const struct mapping_state *ms = &run->state->mappings[mapping->order];
	struct index_walk walk = index_find(&ms->erp_keys, str_hash(erp_key));
	uint32_t best = INDEX_NONE;

	for (uint32_t number; erp_key.len != 0 && (number = index_next(&walk)) != INDEX_NONE;) {
		const struct coupling *c = &run->ledger.couplings[number];
		if (!c->is_dropped && str_equal(coupling_key(c), erp_key)
			&& (best == INDEX_NONE
				|| comes_before(&run->ledger, c, &run->ledger.couplings[best])))
			best = number;
	}
	return best;
}

/* The line of a record that no export shows. */
static uint32_t
find_line(const struct run *run, const struct mapping *mapping, struct str key, struct buf *scratch,
	enum side *side)
{
	uint32_t found = find_by_erp_key(run, mapping, canonical_key(run, mapping, key, scratch));

	*side = ERP;
	if (found != INDEX_NONE)
		return found;
	for (enum side at = ERP; at < SIDES; at++) {
		found = ledger_find(&run->ledger, mapping->order, at,
			canonical_uid(run, mapping, at, key, scratch));
		*side = at;
		if (found != INDEX_NONE)
			return found;
	}
	return INDEX_NONE;
}

bool
lookup_record(const struct run *run, const struct mapping *mapping, struct str key, struct buf *scratch,
	struct lookup *found)
{
	const struct mapping_state *ms = &run->state->mappings[mapping->order];

	*found = (struct lookup){ .row = { TABLE_NO_ROW, TABLE_NO_ROW }, .coupling = INDEX_NONE };
	for (enum side side = ERP; side < SIDES; side++) {
		uint32_t row = lookup_row(run, mapping, side, key, scratch);
		if (row == TABLE_NO_ROW)
			continue;
		found->side = side;
		found->row[side] = row;
		found->coupling = ms->coupling_of[side][row];
		if (found->coupling != INDEX_NONE)
			memcpy(found->row, run->ledger.couplings[found->coupling].row, sizeof found->row);
		return true;
	}
	found->coupling = find_line(run, mapping, key, scratch, &found->side);
	if (found->coupling == INDEX_NONE)
		return false;
	memcpy(found->row, run->ledger.couplings[found->coupling].row, sizeof found->row);
	return true;
}

/* The nearest text; of several equally near the first in byte order, so that no row order shows. */
static void
offer(struct str wanted, struct str candidate, struct str *best, unsigned *distance)
{
	unsigned far = str_distance(wanted, candidate);

	if (candidate.len == 0 || far > *distance)
		return;
	if (far == *distance && best->len != 0 && str_compare(candidate, *best) >= 0)
		return;
	*best = candidate;
	*distance = far;
}

struct str
lookup_near(const struct run *run, const struct mapping *mapping, struct str key)
{
	const struct table *erp = run_table(run, mapping, ERP);
	struct str best = { NULL, 0 };
	unsigned distance = (unsigned)(key.len + 2) / 3;	/* more is another key */

	for (uint32_t row = 0; row < erp->row_count; row++)
		offer(key, table_key(erp, row), &best, &distance);
	for (uint32_t i = 0; i < run->ledger.count; i++)
		if (run->ledger.couplings[i].mapping == mapping->order)
			offer(key, coupling_key(&run->ledger.couplings[i]), &best, &distance);
	if (best.len == 0)
		return STR("");
	return arena_printf(&run->state->arena, " (did you mean \"%.*s\"?)", STR_ARG(best));
}
