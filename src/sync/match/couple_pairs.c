/* couple_pairs.c - couplings by hand: what they name, and whether it may be coupled (E40) */
#include <stdlib.h>

#include "base/sort.h"
#include "sync/lookup.h"
#include "sync/match/couple_parts.h"

enum { NEAR_LIMIT = 10 };	/* a search through all keys each */

/* All pairs of one run being looked up. */
struct pairing {
	struct run *run;
	struct couple_mapping *mappings;
	uint32_t **named[SIDES]; /* by mapping order and row: number of the pair plus 1 that names it */
	struct diag *diag;
	struct buf scratch;
	unsigned near_count;
};

/* `pairs.csv:12`, or the command. */
static struct str
place(struct pairing *p, const struct pair_name *name)
{
	if (name->line != 0)
		return arena_printf(&p->diag->arena, "%.*s:%llu", STR_ARG(p->run->from.path),
			(unsigned long long)name->line);
	return arena_printf(&p->diag->arena, "couple %.*s %.*s %.*s", STR_ARG(name->mapping),
		STR_ARG(name->erp_key), STR_ARG(name->crm_id));
}

static const struct mapping *
find_mapping(struct pairing *p, const struct pair_name *name)
{
	const struct mapping *mapping = setup_find_mapping(&p->run->setup, name->mapping);

	if (mapping && mapping->is_enabled)
		return mapping;
	diag_add(p->diag, STATUS_USAGE, "%.*s: no %smapping \"%.*s\" in %.*s%.*s", STR_ARG(place(p, name)),
		mapping ? "enabled " : "", STR_ARG(name->mapping), STR_ARG(p->run->setup.path),
		STR_ARG(mapping ? STR("")
				: setup_near_mapping(&p->run->setup, name->mapping, &p->diag->arena)));
	return NULL;
}

static bool
find_erp(struct pairing *p, const struct pair_name *name, const struct mapping *mapping, uint32_t *row)
{
	struct str key = name->erp_id.len ? name->erp_id : name->erp_key;
	struct str near = STR("");

	*row = lookup_row(p->run, mapping, ERP, key, &p->scratch);
	if (*row == TABLE_NO_ROW) {
		if (p->near_count++ < NEAR_LIMIT)
			near = lookup_near(p->run, mapping, key);
		return diag_add(p->diag, STATUS_USAGE,
			"%.*s: no record \"%.*s\" in table %.*s%.*s; give a key or uid that is in the export",
			STR_ARG(place(p, name)), STR_ARG(key), STR_ARG(mapping->tables[ERP]->name),
			STR_ARG(near));
	}
	if (name->erp_id.len == 0 || name->erp_key.len == 0
		|| lookup_row(p->run, mapping, ERP, name->erp_key, &p->scratch) == *row)
		return true;
	return diag_add(p->diag, STATUS_USAGE,
		"%.*s: erp_id is that of record %.*s, erp_key is \"%.*s\"; leave one of them blank",
		STR_ARG(place(p, name)), STR_ARG(table_key(run_table(p->run, mapping, ERP), *row)),
		STR_ARG(name->erp_key));
}

static bool
find_crm(struct pairing *p, const struct pair_name *name, const struct mapping *mapping, uint32_t *row)
{
	*row = lookup_row(p->run, mapping, CRM, name->crm_id, &p->scratch);
	if (*row != TABLE_NO_ROW)
		return true;
	return diag_add(p->diag, STATUS_USAGE,
		"%.*s: no row \"%.*s\" in table %.*s; give a uid that is in the export",
		STR_ARG(place(p, name)), STR_ARG(name->crm_id), STR_ARG(mapping->tables[CRM]->name));
}

/* `record 10000 "Adatum"`, `row c000... "Adatum"`: by what the export knows. */
static struct str
describe_row(struct pairing *p, const struct mapping *mapping, enum side side, uint32_t row)
{
	const struct table *table = run_table(p->run, mapping, side);
	struct arena *arena = &p->diag->arena;
	struct str id = side == ERP ? table_key(table, row) : table_uid(table, row);
	struct str name = table_name(table, row);
	struct str text = arena_printf(arena, "%s %.*s", side == ERP ? "record" : "row", STR_ARG(id));

	return name.len == 0 ? text
			     : arena_printf(arena, "%.*s \"%.*s\"", STR_ARG(text), STR_ARG(name));
}

/* The same of a coupling's record, which the ledger alone may know. */
static struct str
describe(struct pairing *p, const struct mapping *mapping, enum side side, const struct coupling *c)
{
	struct str key = coupling_key(c);

	if (c->row[side] != TABLE_NO_ROW)
		return describe_row(p, mapping, side, c->row[side]);
	if (side == CRM)
		return arena_printf(&p->diag->arena, "row %.*s", STR_ARG(ledger_id(&p->run->ledger, c, CRM)));
	return arena_printf(
		&p->diag->arena, "record %.*s", STR_ARG(key.len ? key : ledger_id(&p->run->ledger, c, ERP)));
}

/*
 * E40: uncoupled in this mapping.  Lines that are no couplings end when their
 * record is coupled, and one whose other side is deleted may be replaced.
 */
static bool
check_free(struct pairing *p, const struct pair_name *name, const struct mapping *mapping, enum side side,
	const uint32_t rows[SIDES])
{
	uint32_t number = p->mappings[mapping->order].ms->coupling_of[side][rows[side]];
	enum side other = other_side(side);

	if (number == INDEX_NONE)
		return true;
	const struct coupling *c = &p->run->ledger.couplings[number];
	if (c->state != STATE_COUPLED
		|| (c->row[other] == TABLE_NO_ROW && run_table(p->run, mapping, other)->is_full))
		return true;
	if (c->row[other] == rows[other])
		return side == CRM	/* told once */
		    || diag_add(p->diag, STATUS_USAGE, "%.*s: %.*s and %.*s are coupled already",
			    STR_ARG(place(p, name)), STR_ARG(describe(p, mapping, ERP, c)),
			    STR_ARG(describe(p, mapping, CRM, c)));
	return diag_add(p->diag, STATUS_USAGE, "%.*s: %.*s is coupled already with %.*s; uncouple them first",
		STR_ARG(place(p, name)), STR_ARG(describe(p, mapping, side, c)),
		STR_ARG(describe(p, mapping, other, c)));
}

/* A record or row that another line of the file couples, too; the same pair twice is one. */
static bool
check_named(struct pairing *p, uint32_t number, const struct mapping *mapping, const uint32_t rows[SIDES],
	bool *is_repeated)
{
	const struct pair_name *name = &p->run->pairs[number];
	uint32_t before[SIDES];

	for (enum side side = ERP; side < SIDES; side++) {
		uint32_t **named = &p->named[side][mapping->order];
		if (!*named)
			*named = memory_new(run_table(p->run, mapping, side)->row_count, sizeof **named);
		before[side] = (*named)[rows[side]];
	}
	*is_repeated = before[ERP] != 0 && before[ERP] == before[CRM];
	if (*is_repeated)
		return true;
	for (enum side side = ERP; side < SIDES; side++) {
		if (before[side] != 0)
			return diag_add(p->diag, STATUS_USAGE,
				"%.*s: %.*s is coupled by line %llu already; take one of the two lines out",
				STR_ARG(place(p, name)),
				STR_ARG(describe_row(p, mapping, side, rows[side])),
				(unsigned long long)p->run->pairs[before[side] - 1].line);
		p->named[side][mapping->order][rows[side]] = number + 1;
	}
	return true;
}

static bool
find_pair(struct pairing *p, uint32_t number)
{
	const struct pair_name *name = &p->run->pairs[number];
	const struct mapping *mapping = find_mapping(p, name);
	struct couple_pair pair;
	bool is_repeated;

	if (!mapping)
		return false;
	bool has_erp = find_erp(p, name, mapping, &pair.rows[ERP]);
	if (!find_crm(p, name, mapping, &pair.rows[CRM]) || !has_erp)
		return false;
	bool is_free = check_free(p, name, mapping, ERP, pair.rows);
	if (!check_free(p, name, mapping, CRM, pair.rows) || !is_free
		|| !check_named(p, number, mapping, pair.rows, &is_repeated))
		return false;
	struct couple_mapping *cm = &p->mappings[mapping->order];
	if (!is_repeated) {
		if (!cm->pairs)
			cm->pairs = memory_resize(NULL, p->run->pair_count, sizeof *cm->pairs);
		cm->pairs[cm->pair_count++] = pair;
	}
	return true;
}

static struct str
key_of(const void *context, uint32_t number, char *room)
{
	const struct couple_mapping *cm = context;

	(void)room;
	return table_key(run_table(cm->run, cm->mapping, ERP), cm->pairs[number].rows[ERP]);
}

static struct str
uid_of(const void *context, uint32_t number, char *room)
{
	const struct couple_mapping *cm = context;

	(void)room;
	return table_uid(run_table(cm->run, cm->mapping, ERP), cm->pairs[number].rows[ERP]);
}

/* In the order of ERP keys, as jobs have it (E9): the order of the file decides nothing. */
static void
sort_pairs(struct couple_mapping *cm)
{
	uint32_t *numbers = memory_resize(NULL, cm->pair_count, sizeof *numbers);
	struct couple_pair *sorted = memory_resize(NULL, cm->pair_count, sizeof *sorted);

	for (uint32_t i = 0; i < cm->pair_count; i++)
		numbers[i] = i;
	sort_by_text(numbers, cm->pair_count, uid_of, cm, cm->run->options->threads);
	sort_by_text(numbers, cm->pair_count, key_of, cm, cm->run->options->threads);
	for (uint32_t i = 0; i < cm->pair_count; i++)
		sorted[i] = cm->pairs[numbers[i]];
	free(cm->pairs);
	free(numbers);
	cm->pairs = sorted;
}

bool
couple_find_pairs(struct run *run, struct couple_mapping *mappings, struct diag *diag)
{
	struct pairing p = { .run = run, .mappings = mappings, .diag = diag };
	bool ok = true;

	for (enum side side = ERP; side < SIDES; side++)
		p.named[side] = memory_new(run->setup.mapping_count, sizeof *p.named[side]);
	for (uint32_t i = 0; i < run->pair_count; i++)
		ok = find_pair(&p, i) && ok;
	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		for (enum side side = ERP; side < SIDES; side++)
			free(p.named[side][i]);
		if (ok && mappings[i].pair_count > 0)
			sort_pairs(&mappings[i]);
	}
	free(p.named[ERP]);
	free(p.named[CRM]);
	buf_release(&p.scratch);
	return ok;
}
