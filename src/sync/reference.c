/* reference.c - foreign keys translated through the ledger (4.11: E32, E33) */
#include "sync/reference.h"

#include "model/value.h"
#include "sync/state.h"

/* The value in another field's type, in the arena; empty when it has no form there. */
static struct str
convert(const struct transfer_context *tc, const struct field *from, const struct field *to,
	enum side to_side, struct str value)
{
	struct str result;

	buf_reset(tc->scratch);
	enum convert how =
		value_convert(from, to, tc->run->setup.systems[to_side].zone, value, tc->scratch, &result);
	if (how != CONVERT_OK && how != CONVERT_SHORTENED)
		return (struct str){ NULL, 0 };
	return arena_copy(tc->arena, result);
}

/* The field that identifies a record of the table for references: its one key, or the uid. */
static const struct field *
reference_field(const struct mapping *mapping, enum side side)
{
	const struct table_def *def = mapping->tables[side];

	if (side == CRM)
		return def->uid ? def->uid : def->keys[0];
	return def->keys[0];
}

/* A coupling that can resolve: coupled, or pending with the wanted identity known. */
static bool
resolves(const struct coupling *coupling)
{
	return !coupling->is_dropped
		&& (coupling->state == STATE_COUPLED || coupling->state == STATE_PENDING_ERP
			|| coupling->state == STATE_PENDING_CRM);
}

/* E32, To: by the record with that key in its export, else by the key that the ledger remembers. */
static const struct coupling *
find_by_erp_key(const struct run *run, const struct mapping *mapping, struct str key)
{
	const struct table *table = run_table(run, mapping, ERP);
	const struct mapping_state *ms = &run->state->mappings[mapping->order];
	uint32_t row = table_find_key(table, key);

	if (row != TABLE_NO_ROW && ms->coupling_of[ERP]) {
		uint32_t number = ms->coupling_of[ERP][row];
		return number == INDEX_NONE ? NULL : &run->ledger.couplings[number];
	}
	struct index_walk walk = index_find(&ms->erp_keys, str_hash(key));
	for (uint32_t number; (number = index_next(&walk)) != INDEX_NONE;) {
		const struct coupling *coupling = &run->ledger.couplings[number];
		if (resolves(coupling) && str_equal(coupling->erp_key, key))
			return coupling;
	}
	return NULL;
}

static const struct coupling *
find_by_crm_uid(const struct run *run, const struct mapping *mapping, struct str uid)
{
	uint32_t number = ledger_find(&run->ledger, mapping->order, CRM, uid);

	return number == INDEX_NONE ? NULL : &run->ledger.couplings[number];
}

/* The ERP key of a coupling: the export's, else the one that the ledger remembers. */
static struct str
coupling_erp_key(const struct run *run, const struct mapping *mapping, const struct coupling *coupling)
{
	if (coupling->row[ERP] != TABLE_NO_ROW)
		return table_key(run_table(run, mapping, ERP), coupling->row[ERP]);
	return coupling->erp_key;
}

bool
reference_resolve(const struct transfer_context *tc, const struct field_mapping *fm, enum direction direction,
	struct str value, struct str *result, struct str *message)
{
	const struct mapping *mapping = fm->references[0].mapping;
	enum side from = source_side(direction);
	enum side to = other_side(from);
	*result = (struct str){ NULL, 0 };

	if (mapping && mapping->is_enabled) {
		struct str wanted =
			convert(tc, fm->fields[from], reference_field(mapping, from), from, value);
		const struct coupling *coupling = wanted.len == 0 ? NULL
		    : from == ERP ? find_by_erp_key(tc->run, mapping, wanted)
				  : find_by_crm_uid(tc->run, mapping, wanted);
		if (coupling && resolves(coupling)) {
			struct str found =
				to == CRM ? coupling->id[CRM] : coupling_erp_key(tc->run, mapping, coupling);
			*result = found.len == 0
				? found
				: convert(tc, reference_field(mapping, to), fm->fields[to], to, found);
		}
	}
	if (result->len != 0)
		return true;
	*message = arena_printf(tc->arena, "%s %.*s \"%.*s\" must be coupled in mapping %.*s first",
		from == ERP ? "record" : "row", STR_ARG(mapping ? mapping->tables[from]->name : STR("?")),
		STR_ARG(value), STR_ARG(fm->references[0].mapping_name));
	return false;
}
