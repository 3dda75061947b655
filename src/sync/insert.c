/* insert.c - the identity of new records (4.7: E18, E19; 6.5; number series 2.1) */
#include "sync/insert.h"

#include <stdlib.h>

#include "io/digest.h"
#include "model/value.h"
#include "sync/decide_parts.h"
#include "sync/load/option_set.h"

static bool
fail(struct decider *d, struct outcome *outcome, enum code code, struct str field, struct str message)
{
	transfer_drop(outcome);
	outcome_fail(d, outcome,
		(struct note){ .severity = SEVERITY_ERROR,
			.code = code,
			.rule = code == CODE_KEY_IN_USE && outcome->rule == 17 ? 17
				: d->job->destination == CRM		       ? 19
									       : 18,
			.field = field,
			.message = message });
	return false;
}

static bool
fail_in_use(struct decider *d, struct outcome *outcome, struct str key)
{
	const struct table_def *def = d->job->tables[ERP]->def;

	return fail(d, outcome, CODE_KEY_IN_USE, def->keys[0]->name,
		arena_printf(d->arena, "key \"%.*s\" is in use in table %.*s", STR_ARG(key),
			STR_ARG(def->name)));
}

/* Where the last of the longest runs of digits begins; its length is 0 without any digit. */
static struct str
counting_part(struct str number)
{
	struct str best = { number.ptr, 0 };

	for (size_t i = 0; i < number.len;) {
		size_t end = i;
		while (end < number.len && number.ptr[end] >= '0' && number.ptr[end] <= '9')
			end++;
		if (end - i >= best.len && end > i)
			best = (struct str){ number.ptr + i, end - i };
		i = end > i ? end : i + 1;
	}
	return best;
}

/* The next number of a series, in the arena; empty when its width is used up. */
static struct str
next_number(struct arena *arena, struct str number, uint64_t increment)
{
	struct str copy = arena_copy(arena, number);
	struct str part = counting_part(copy);
	char *digits = arena_bytes(arena, copy.len);
	size_t at = (size_t)(part.ptr - copy.ptr);
	uint64_t carry = increment;

	memcpy(digits, copy.ptr, copy.len);
	for (size_t i = part.len; i > 0 && carry > 0; i--) {
		carry += (uint64_t)(digits[at + i - 1] - '0');
		digits[at + i - 1] = (char)('0' + carry % 10);
		carry /= 10;
	}
	return carry > 0 ? (struct str){ NULL, 0 } : (struct str){ digits, copy.len };
}

static bool
is_created_key(const struct created_keys *created, struct str key)
{
	struct index_walk walk = index_find(&created->index, str_hash(key));

	for (uint32_t i; (i = index_next(&walk)) != INDEX_NONE;)
		if (str_equal(created->keys[i], key))
			return true;
	return false;
}

static void
add_created_key(struct created_keys *created, struct str key)
{
	created->keys = memory_grow(created->keys, created->count, &created->capacity, sizeof *created->keys);
	index_add(&created->index, str_hash(key), (uint32_t)created->count);
	created->keys[created->count++] = key;
}

/*
 * L4, L11: a create of an earlier run holds its key though no export shows the
 * record yet; `own` is the line of the record that asks, or INDEX_NONE.
 */
static bool
is_pending_key(const struct run *run, const struct table_def *def, struct str key, uint32_t own)
{
	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct mapping_state *ms = &run->state->mappings[i];
		if (!ms->mapping->is_enabled || ms->mapping->tables[ERP] != def)
			continue;
		struct index_walk walk = index_find(&ms->erp_keys, str_hash(key));
		for (uint32_t number; (number = index_next(&walk)) != INDEX_NONE;) {
			const struct coupling *c = &run->ledger.couplings[number];
			if (number != own && !c->is_dropped && c->state == STATE_PENDING_ERP
				&& str_equal(coupling_key(c), key))
				return true;
		}
	}
	return false;
}

static bool
key_is_taken(const struct sync_job *job, struct str key, uint32_t own)
{
	const struct table *table = job->tables[ERP];
	uint32_t holder = table_find_key(table, key);
	bool is_own = own != INDEX_NONE && holder == job->run->ledger.couplings[own].row[ERP];

	return (holder != TABLE_NO_ROW && !is_own) ||
	    is_created_key(&job->run->state->created[table->def->number], key) ||
	    is_pending_key(job->run, table->def, key, own);
}

/* 2.1: where a series gives a part of the key, numbers of the export are in use whatever its rest is. */
static void
enter_numbers(const struct sync_job *job)
{
	const struct table *table = job->tables[ERP];
	struct created_keys *created = &job->run->state->created[table->def->number];

	if (created->has_numbers)
		return;
	created->has_numbers = true;
	for (uint32_t row = 0; row < table->row_count; row++) {
		struct str number = cell_str(table_cell(table, row, table->def->series.field->column));
		if (number.len != 0 && !is_created_key(created, number))
			add_created_key(created, arena_copy(&job->run->state->arena, number));
	}
}

/* E21: a number as its field holds it: in capital letters in a Code; empty when it is none of its type. */
static struct str
canonical_number(struct decider *d, const struct table_def *def, struct str number)
{
	buf_reset(&d->scratch);
	if (number.len == 0
		|| !value_read(def->series.field, locale_find(STR("invariant")), def->system->zone, number,
			&d->scratch))
		return (struct str){ NULL, 0 };
	return arena_copy(d->arena, buf_str(&d->scratch));
}

/* The number that the series of the table gives next, passing over those in use; empty when it is full. */
static struct str
series_number(struct decider *d, const struct table_def *def)
{
	struct run *run = d->job->run;
	struct str last = ledger_find_series(&run->ledger, def->name);
	struct str number = last.len ? next_number(d->arena, last, def->series.increment) : def->series.start;
	struct str key = canonical_number(d, def, number);

	if (def->key_count != 1 || def->keys[0] != def->series.field)
		enter_numbers(d->job);
	while (key.len != 0 && key_is_taken(d->job, key, INDEX_NONE)) {
		number = next_number(d->arena, number, def->series.increment);
		key = canonical_number(d, def, number);
	}
	/* The series counts on in its width, which an Integer has not. */
	if (key.len != 0)
		ledger_set_series(&run->ledger, def->name, key.len == number.len ? key : number);
	return key;
}

static struct str
written_to(const struct outcome *outcome, uint32_t column)
{
	for (uint32_t i = 0; i < outcome->written.count; i++)
		if (outcome->written.values[i].column == column)
			return cell_str(outcome->written.values[i].new);
	return (struct str){ NULL, 0 };
}

static void
write_key_part(struct decider *d, struct outcome *outcome, const struct field *field, struct str value)
{
	value_list_set(d, &outcome->written,
		(struct change_value){ .column = field->column, .new = str_cell(value) });
}

/* E17: the parts of the former key, as the ledger joined them. */
static void
write_former_key(struct decider *d, struct outcome *outcome, struct str key)
{
	const struct table_def *def = d->job->tables[ERP]->def;
	struct str rest = key;

	for (size_t i = 0; i < def->key_count; i++) {
		struct str part = def->key_count == 1 ? rest : str_cut(rest, ',', &rest);
		write_key_part(d, outcome, def->keys[i], part);
	}
}

/* Joins the written key parts; blank when all are; false (E18 `blank-key`) when only some are. */
static bool
join_key(struct decider *d, struct outcome *outcome, struct str *key)
{
	const struct table_def *def = d->job->tables[ERP]->def;
	const struct field *blank = NULL;
	struct str joined = { NULL, 0 };
	size_t given = 0;

	for (size_t i = 0; i < def->key_count; i++) {
		struct str part = written_to(outcome, def->keys[i]->column);
		if (part.len == 0)
			blank = def->keys[i];
		given += part.len != 0;
		joined = i == 0 ? part : arena_printf(d->arena, "%.*s,%.*s", STR_ARG(joined), STR_ARG(part));
	}
	*key = given == def->key_count ? joined : (struct str){ NULL, 0 };
	if (given == 0 || given == def->key_count)
		return true;
	return fail(d, outcome, CODE_BLANK_KEY, blank->name,
	    arena_printf(d->arena, "key field \"%.*s\" is blank and the table has no number series for it",
		STR_ARG(blank->name)));
}

static bool
identify_erp(struct decider *d, struct outcome *outcome, struct identity *identity)
{
	const struct sync_job *job = d->job;
	const struct table_def *def = job->tables[ERP]->def;
	const struct field *series = def->series.field;

	if (outcome->kind == OUTCOME_RESTORE)
		write_former_key(d, outcome, coupling_key(&job->run->ledger.couplings[outcome->coupling]));
	else if (series && written_to(outcome, series->column).len == 0) {
		struct str number = series_number(d, def);
		if (number.len == 0)
			return fail(d, outcome, CODE_NUMBER_SERIES_FULL, series->name,
				arena_printf(d->arena, "the number series of %.*s has no number left",
					STR_ARG(def->name)));
		write_key_part(d, outcome, series, number);
	}
	if (!join_key(d, outcome, &identity->key))
		return false;
	if (identity->key.len == 0)
		return true;
	if (key_is_taken(job, identity->key, outcome->coupling))
		return fail_in_use(d, outcome, identity->key);
	add_created_key(&job->run->state->created[def->number], identity->key);
	if (!def->uid)
		identity->uid = identity->key;
	return true;
}

bool
insert_is_coupled(const struct sync_job *job, enum side side, uint32_t row)
{
	const struct run *run = job->run;

	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		const struct mapping_state *ms = &run->state->mappings[i];
		if (!ms->coupling_of[side] || run_table(run, ms->mapping, side) != job->tables[side])
			continue;
		uint32_t number = ms->coupling_of[side][row];
		if (number != INDEX_NONE && run->ledger.couplings[number].state <= STATE_PENDING_CRM)
			return true;
	}
	return false;
}

/* Of the mapping's name and the source's uid; the number of an option is given by option_identify(). */
struct str
insert_crm_uid(struct decider *d, uint32_t source_row)
{
	if (d->job->mapping->is_option_mapping)
		return (struct str){ NULL, 0 };
	/* A packed text: the ledger takes it as it lies there. */
	char *uid =
		(char *)put_number((unsigned char *)arena_bytes(d->arena, 1 + GUID_LENGTH), GUID_LENGTH << 1);
	buf_reset(&d->scratch);
	text_upper(d->job->mapping->name, &d->scratch);
	buf_add_char(&d->scratch, '/');
	buf_add(&d->scratch, table_uid(d->job->tables[ERP], source_row));
	uuid5(buf_str(&d->scratch), uid);
	return (struct str){ uid, GUID_LENGTH };
}

void
insert_find_rows(const struct sync_job *job, struct outcome *outcomes, uint32_t count)
{
	struct str uids[TABLE_BATCH];
	uint32_t rows[TABLE_BATCH];
	uint32_t places[TABLE_BATCH];
	uint32_t found = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (outcomes[i].new_uid.len != 0) {
			uids[found] = outcomes[i].new_uid;
			places[found++] = i;
		}
		if (found < TABLE_BATCH && i + 1 < count)
			continue;
		table_find_uids(job->tables[CRM], uids, found, rows, NULL);
		while (found > 0) {
			found--;
			outcomes[places[found]].new_row = rows[found];
		}
	}
}

static bool
identify_crm(struct decider *d, struct outcome *outcome, struct identity *identity)
{
	const struct sync_job *job = d->job;

	if (outcome->kind == OUTCOME_RESTORE) {
		identity->uid =
			ledger_id(&job->run->ledger, &job->run->ledger.couplings[outcome->coupling], CRM);
		return true;
	}
	identity->uid = outcome->new_uid;
	uint32_t row = outcome->new_row;
	if (row == TABLE_NO_ROW)
		return true;
	if (insert_is_coupled(job, CRM, row))
		return fail(d, outcome, CODE_KEY_IN_USE, STR(""),
			arena_printf(d->arena,
				"row %.*s, which the new row would be, is coupled to another record",
				STR_ARG(identity->uid)));
	identity->adopted_row = row;
	return true;
}

bool
insert_identify(struct decider *d, struct outcome *outcome, struct identity *identity)
{
	*identity = (struct identity){ .adopted_row = TABLE_NO_ROW };
	if (d->job->destination == ERP)
		return identify_erp(d, outcome, identity);
	return d->job->mapping->is_option_mapping ? option_identify(d, outcome, identity)
						  : identify_crm(d, outcome, identity);
}

/* E41, From: the key that a renamed option gives its record. */
static bool
rename_record(struct decider *d, struct outcome *outcome)
{
	const struct table_def *def = d->job->tables[ERP]->def;
	struct str key = written_to(outcome, def->keys[0]->column);

	if (key.len == 0)
		return true;
	if (key_is_taken(d->job, key, outcome->coupling))
		return fail_in_use(d, outcome, key);
	add_created_key(&d->job->run->state->created[def->number], key);
	return true;
}

bool
insert_rename(struct decider *d, struct outcome *outcome)
{
	if (!d->job->mapping->is_option_mapping)
		return true;
	return d->job->destination == ERP ? rename_record(d, outcome) : option_rename(d, outcome);
}
