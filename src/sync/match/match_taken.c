/* match_taken.c - which CRM rows are no one's to be coupled with (E37, L4) */
#include "sync/match/match_taken.h"

#include "model/value.h"

static void
set_bit(uint64_t *bits, uint32_t row)
{
	bits[row / 64] |= UINT64_C(1) << (row % 64);
}

static bool
is_claimed(const struct mapping_state *ms, uint32_t row)
{
	return ms->claimed[CRM] && (ms->claimed[CRM][row / 64] >> (row % 64) & 1);
}

/* Couplings and pending lines; one that is `removed` or `failed-create` holds no row. */
static void
take_coupled(const struct run *run, const struct table *table, uint64_t *taken)
{
	for (size_t i = 0; i < run->ledger.count; i++) {
		const struct coupling *c = &run->ledger.couplings[i];
		if (!c->is_dropped && c->state <= STATE_PENDING_CRM && c->row[CRM] != TABLE_NO_ROW
			&& run_table(run, run->setup.mappings[c->mapping], CRM) == table)
			set_bit(taken, c->row[CRM]);
	}
}

/* L4: what an unsettled pending line claims is not matched. */
static void
take_claimed(const struct run *run, const struct table *table, uint64_t *taken)
{
	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct mapping_state *ms = &run->state->mappings[i];
		if (!ms->claimed[CRM] || run_table(run, ms->mapping, CRM) != table)
			continue;
		for (uint32_t word = 0; word < table->row_count / 64 + 1; word++)
			taken[word] |= ms->claimed[CRM][word];
	}
}

static size_t
find_column(const struct ledger *ledger, struct str name)
{
	size_t at = 0;

	while (at < ledger->column_count && !str_equal_nocase(ledger->columns[at], name))
		at++;
	return at;
}

/* The row that a kept line of a disabled mapping couples, or TABLE_NO_ROW. */
static uint32_t
kept_row(const struct run *run, const struct table *table, const struct ledger_kept *line, size_t id,
	size_t state)
{
	const struct field *field = table->columns[table->uid_column];
	struct buf uid = { 0 };
	uint32_t row = TABLE_NO_ROW;

	if (!str_equal(line->values[state], str_from(coupling_state_name(STATE_COUPLED)))
		&& !str_equal(line->values[state], str_from(coupling_state_name(STATE_PENDING_ERP)))
		&& !str_equal(line->values[state], str_from(coupling_state_name(STATE_PENDING_CRM))))
		return TABLE_NO_ROW;
	if (field
		&& value_read(field, locale_find(STR("invariant")), run->setup.systems[CRM].zone,
			line->values[id], &uid))
		row = table_find_uid(table, buf_str(&uid));
	buf_release(&uid);
	return row;
}

static void
take_kept(const struct run *run, const struct table *table, uint64_t *taken)
{
	size_t id = find_column(&run->ledger, STR("crm_id"));
	size_t state = find_column(&run->ledger, STR("state"));

	for (size_t i = 0; i < run->ledger.kept_count; i++) {
		const struct ledger_kept *line = &run->ledger.kept[i];
		if (line->order == UINT32_MAX
			|| run_table(run, run->setup.mappings[line->order], CRM) != table)
			continue;
		uint32_t row = kept_row(run, table, line, id, state);
		if (row != TABLE_NO_ROW)
			set_bit(taken, row);
	}
}

uint64_t *
match_taken(const struct run *run, const struct mapping *mapping)
{
	const struct table *table = run_table(run, mapping, CRM);
	uint64_t *taken = memory_new(table->row_count / 64 + 1, sizeof *taken);

	take_coupled(run, table, taken);
	take_claimed(run, table, taken);
	take_kept(run, table, taken);
	return taken;
}

struct str
match_taker(const struct run *run, const struct mapping *mapping, uint32_t crm_row, struct arena *arena)
{
	const struct table *table = run_table(run, mapping, CRM);

	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct mapping_state *ms = &run->state->mappings[i];
		if (!ms->coupling_of[CRM] || run_table(run, ms->mapping, CRM) != table)
			continue;
		uint32_t number = ms->coupling_of[CRM][crm_row];
		if (number != INDEX_NONE && run->ledger.couplings[number].state <= STATE_PENDING_CRM) {
			const struct coupling *c = &run->ledger.couplings[number];
			struct str key =
				coupling_key(c).len ? coupling_key(c) : ledger_id(&run->ledger, c, ERP);
			if (key.len == 0)
				return arena_printf(arena, "a record that mapping %.*s created",
					STR_ARG(ms->mapping->name));
			return arena_printf(arena, "record \"%.*s\" in mapping %.*s", STR_ARG(key),
				STR_ARG(ms->mapping->name));
		}
		if (is_claimed(ms, crm_row))
			return arena_printf(arena, "a pending line of mapping %.*s",
				STR_ARG(ms->mapping->name));
	}
	return STR("a record of a mapping that is disabled");
}
