/* emit_records.c - the records of an import file: their order and their text (6.5) */
#include "base/sort.h"
#include "model/value.h"
#include "sync/emit/emit_import.h"
#include "sync/state.h"

/* The key of an ERP record (joined if it has several parts), the id of a CRM row without uid field. */
static struct str
record_key(const struct import *import, const struct change *change, char *room)
{
	const struct coupling *coupling = emit_coupling(import->run, change);

	if (import->side == CRM)
		return packed_text(coupling->id[CRM], room);
	return change->key ? packed_str(change->key) : coupling_key(coupling);
}

struct str
import_order_key(const struct import *import, const struct change *change, char *room)
{
	if (import->side == CRM && import->action == ACTION_CREATE)
		return coupling_key(emit_coupling(import->run, change));
	return record_key(import, change, room);
}

/* Texts are asked for in the order of changes, but these name couplings, and texts, that lie anywhere. */
static void
fetch_order_text(const struct import *import, uint32_t number)
{
	enum { TEXT_AHEAD = 16, COUPLING_AHEAD = 32 };
	const struct run *run = import->run;
	bool by_uid = import->side == CRM && import->action != ACTION_CREATE;

	if ((size_t)number + COUPLING_AHEAD >= run->plan.change_count)
		return;
	uint32_t far = run->plan.changes[number + COUPLING_AHEAD].coupling;
	uint32_t near = run->plan.changes[number + TEXT_AHEAD].coupling;
	if (far < run->ledger.count)
		state_fetch_coupling(run, far);
	if (near < run->ledger.count)
		memory_prefetch(by_uid ? run->ledger.couplings[near].id[CRM]
				       : run->ledger.couplings[near].key);
}

static struct str
order_text(const void *context, uint32_t number, char *room)
{
	const struct import *import = context;

	fetch_order_text(import, number);
	return import_order_key(import, &import->run->plan.changes[number], room);
}

/* Records without a key stay in the order in which they were decided. */
void
import_sort(struct import *import)
{
	sort_by_text(import->changes, import->change_count, order_text, import, emit_workers(import->run));
}

/* One part of a key whose parts are joined by commas; blank where they cannot be told apart. */
static struct str
key_part(struct str key, size_t parts, uint32_t number)
{
	struct str part = key;
	struct str rest = key;
	size_t commas = 0;

	if (parts == 1)
		return key;
	for (size_t i = 0; i < key.len; i++)
		commas += key.ptr[i] == ',';
	if (commas + 1 != parts)
		return STR("");
	for (uint32_t i = 0; i <= number; i++)
		part = str_cut(rest, ',', &rest);
	return part;
}

/* The uid of a record, or a part of its key. */
static struct cell
identity_cell(const struct import *import, const struct change *change, struct import_worker *worker,
	uint32_t slot)
{
	const struct import_column *column = &import->shape.columns[slot];
	const struct change_value *value = worker->values[slot];
	bool is_seen = change->row != TABLE_NO_ROW;

	if (column->part == IMPORT_UID) {
		struct str uid = packed_text(
			emit_coupling(import->run, change)->id[import->side], worker->identity);
		return uid.len == 0 && is_seen ? worker->cells[column->column] : str_cell(uid);
	}
	/* E19: a From field mapping never changes the key of a record that exists; E41 does. */
	bool may_name = import->action == ACTION_CREATE || import->mapping->is_option_mapping;
	if (is_seen)
		return worker->cells[column->column];
	if (value && value->new.len != 0 && may_name)
		return value->new;
	return str_cell(key_part(record_key(import, change, worker->identity),
		import->table->def->key_count, column->key_number));
}

/* Enters what a change says about the import's columns. */
static void
take_values(const struct import *import, const struct change *change, struct import_worker *worker)
{
	const struct change_value *values = change_values(import->run, change, &worker->room);

	for (uint32_t i = 0; i < change->value_count; i++) {
		uint32_t slot = import->slots[values[i].column];
		if (slot != TABLE_NO_COLUMN)
			worker->values[slot] = &values[i];
	}
}

static void
gather_record(const struct import *import, const struct change *change, struct import_worker *worker)
{
	for (uint32_t i = 0; i < import->shape.column_count; i++)
		worker->values[i] = NULL;
	/* A link of a record that this run creates repeats what its create says of the linked fields. */
	bool is_new = change->row == TABLE_NO_ROW && change->coupling < import->run->ledger.count;
	uint32_t create = import->creates && is_new ? import->creates[change->coupling] : 0;
	if (create != 0)
		take_values(import, &import->run->plan.changes[create - 1], worker);
	take_values(import, change, worker);
	/* What link files set is not there yet when an update is imported (E34). */
	if (change->row != TABLE_NO_ROW && change->action == ACTION_UPDATE)
		state_unpack_at(import->run, import->table, change->row, change->job, worker->cells);
	else if (change->row != TABLE_NO_ROW)
		state_unpack(import->run, import->table, change->row, worker->cells);
}

/*
 * Where a record holds only what is changed (6.5), what an earlier run wrote and no
 * export shows yet (E11) goes along: else a moved stamp would leave nobody able
 * to tell, had that run's files never been imported.
 */
static bool
is_in_flight(const struct import *import, const struct change *change, const struct import_worker *worker,
	uint32_t slot)
{
	const struct import_column *column = &import->shape.columns[slot];

	if (!import->shape.format->is_package || change->row == TABLE_NO_ROW)
		return false;
	struct cell cell = worker->cells[column->column];
	struct cell shown = table_cell(import->table, change->row, column->column);
	return !cell.is_bad && !cell_is_awaited(cell) &&
	       !value_equal(column->field->type, cell_str(cell), cell_str(shown));
}

void
import_build_row(const struct import *import, size_t item, struct import_worker *worker)
{
	const struct change *change = &import->run->plan.changes[import->changes[item]];

	gather_record(import, change, worker);
	for (uint32_t i = 0; i < import->shape.column_count; i++) {
		const struct import_column *column = &import->shape.columns[i];
		struct import_value *to = &worker->row[i];
		to->is_written = true;
		if (column->part != IMPORT_FIELD) {
			to->cell = identity_cell(import, change, worker, i);
		} else if (worker->values[i]) {
			to->cell = worker->values[i]->new;
		} else {
			to->cell = change->row == TABLE_NO_ROW ? (struct cell){ 0 }
							       : worker->cells[column->column];
			to->is_written = is_in_flight(import, change, worker, i);
		}
	}
}

static void
fail(struct import_worker *worker, size_t item, struct record_failure failure)
{
	if (worker->has_failed)
		return;
	worker->has_failed = true;
	worker->failed_item = item;
	worker->failure = failure;
}

void
import_fail(struct import_worker *worker, size_t item, const struct import_column *column,
	const struct import_fault *fault)
{
	struct record_failure failure;

	record_failure_make(&failure, column, fault);
	fail(worker, item, failure);
}

/* Records are in another order than all that they are made of: changes, couplings and rows. */
static void
fetch_ahead(const struct import *import, size_t item)
{
	enum { TEXTS_AHEAD = 8, PLACES_AHEAD = 16, CHANGES_AHEAD = 32 };
	const struct run *run = import->run;
	const struct change *changes = run->plan.changes;

	if (item + CHANGES_AHEAD < import->change_count) {
		const struct change *change = &changes[import->changes[item + CHANGES_AHEAD]];
		memory_prefetch(change);
		memory_prefetch(change + 1);
	}
	if (item + PLACES_AHEAD < import->change_count) {
		const struct change *change = &changes[import->changes[item + PLACES_AHEAD]];
		change_fetch(run, change);
		table_prefetch_pointer(import->table, change->row);
		overlay_prefetch(run, import->table, change->row);
	}
	if (item + TEXTS_AHEAD < import->change_count) {
		const struct change *change = &changes[import->changes[item + TEXTS_AHEAD]];
		change_fetch_texts(run, change);
		table_prefetch_text(import->table, change->row);
		if (change->row != TABLE_NO_ROW)
			memory_prefetch(overlay_newest(run, import->table, change->row));
	}
}

uint32_t
import_write_record(void *context, size_t item, unsigned worker_number, struct buf *out)
{
	const struct import *import = context;
	struct import_worker *worker = &import->workers[worker_number];
	struct record_failure failure;

	fetch_ahead(import, item);
	import_build_row(import, item, worker);
	if (!record_write(&import->shape, &worker->writer, item, worker->row, out, &failure))
		fail(worker, item, failure);
	return 1;
}
