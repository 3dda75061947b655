/* ledger.c - the coupling ledger in memory: finding, adding, changing (part 3) */
#include "model/ledger.h"

#include <assert.h>
#include <stdlib.h>

#include "model/ledger_parts.h"
#include "model/table.h"
#include "model/value.h"

const struct str ledger_column_names[LEDGER_COLUMNS] = {
	[COLUMN_MAPPING] = { "mapping", 7 },
	[COLUMN_ERP_ID] = { "erp_id", 6 },
	[COLUMN_CRM_ID] = { "crm_id", 6 },
	[COLUMN_ERP_KEY] = { "erp_key", 7 },
	[COLUMN_STATE] = { "state", 5 },
	[COLUMN_ERP_TIME] = { "erp_modified_on", 15 },
	[COLUMN_CRM_TIME] = { "crm_modified_on", 15 },
	[COLUMN_ERP_RESULT] = { "erp_result", 10 },
	[COLUMN_CRM_RESULT] = { "crm_result", 10 },
	[COLUMN_SKIPPED] = { "skipped", 7 },
	[COLUMN_ERP_FAILURE] = { "erp_failure", 11 },
	[COLUMN_CRM_FAILURE] = { "crm_failure", 11 },
	[COLUMN_ERP_JOB] = { "erp_job", 7 },
	[COLUMN_CRM_JOB] = { "crm_job", 7 },
	[COLUMN_BASE] = { "base", 4 },
};

const struct str ledger_state_names[LEDGER_STATES] = {
	[STATE_COUPLED] = { "coupled", 7 },
	[STATE_PENDING_ERP] = { "pending-erp", 11 },
	[STATE_PENDING_CRM] = { "pending-crm", 11 },
	[STATE_FAILED_CREATE] = { "failed-create", 13 },
	[STATE_REMOVED] = { "removed", 7 },
	[STATE_WATERMARK] = { "watermark", 9 },
	[STATE_SERIES] = { "series", 6 },
};

const struct str ledger_result_names[] = {
	[RESULT_NONE] = { "", 0 },
	[RESULT_SUCCESS] = { "Success", 7 },
	[RESULT_FAILURE] = { "Failure", 7 },
};

const unsigned char coupling_base_left[] = { 0 };

const char *
coupling_state_name(enum coupling_state state)
{
	return ledger_state_names[state].ptr;
}

void
ledger_find_columns(const struct str *columns, size_t count, uint32_t at[LEDGER_COLUMNS])
{
	for (unsigned c = 0; c < LEDGER_COLUMNS; c++) {
		at[c] = UINT32_MAX;
		for (size_t i = count; i-- > 0;)
			if (str_equal_nocase(columns[i], ledger_column_names[c]))
				at[c] = (uint32_t)i;
	}
}

/* What the uid of an option is: its number, whether the setup declares it or not (E41). */
static const struct field option_number = { .name = { "the number of an option", 23 }, .type = TYPE_INTEGER };

const struct field *
ledger_uid_field(const struct mapping *mapping, enum side side)
{
	const struct table_def *table = mapping->tables[side];

	if (mapping->is_option_mapping && side == CRM)
		return &option_number;
	if (!table || (!table->uid && table->key_count != 1))
		return NULL;
	return table->uid ? table->uid : table->keys[0];
}

void
ledger_make(struct ledger *ledger, const struct setup *setup, struct str path)
{
	*ledger = (struct ledger){ 0 };
	ledger->path = arena_copy(&ledger->arena, path);
	ledger->watermarks = arena_array(&ledger->arena, struct ledger_watermark, setup->mapping_count);
	for (size_t i = 0; i < setup->mapping_count; i++)
		for (enum side side = ERP; side <= CRM; side++)
			ledger->watermarks[i].time[side] = STAMP_NONE;
}

uint32_t
ledger_find(const struct ledger *ledger, uint32_t mapping_order, enum side side, struct str uid)
{
	if (uid.len == 0)
		return INDEX_NONE;
	struct index_walk walk = index_find(&ledger->ids[side], ledger_hash(mapping_order, uid));
	uint32_t number;
	while ((number = index_next(&walk)) != INDEX_NONE) {
		const struct coupling *c = &ledger->couplings[number];
		if (c->mapping == mapping_order && !c->is_dropped && packed_is(c->id[side], uid))
			return number;
	}
	return INDEX_NONE;
}

void
ledger_reserve(struct ledger *ledger, size_t count)
{
	if (count <= ledger->capacity)
		return;
	ledger->couplings = memory_resize(ledger->couplings, count, sizeof *ledger->couplings);
	ledger->capacity = count;
}

uint32_t
ledger_add(struct ledger *ledger, uint32_t mapping_order)
{
	assert(mapping_order >> COUPLING_MAPPING_BITS == 0);
	/* Where there is room, nothing is touched that others may be reading. */
	if (ledger->count == ledger->capacity)
		ledger->couplings = memory_grow(ledger->couplings, ledger->count, &ledger->capacity,
			sizeof *ledger->couplings);
	ledger->couplings[ledger->count] = (struct coupling){
		.mapping = mapping_order & ((1u << COUPLING_MAPPING_BITS) - 1),
		.time = { STAMP_NONE, STAMP_NONE },
		.row = { TABLE_NO_ROW, TABLE_NO_ROW },
	};
	return (uint32_t)ledger->count++;
}

void
ledger_set_id(struct ledger *ledger, uint32_t coupling, enum side side, const unsigned char *uid)
{
	struct coupling *c = &ledger->couplings[coupling];
	char room[GUID_LENGTH];

	/* A former uid stays in the index; ledger_find() sees that it is no longer the coupling's. */
	c->id[side] = uid;
	if (uid && !(ledger->indexes_rowless && c->row[side] != TABLE_NO_ROW))
		index_add(&ledger->ids[side], ledger_hash(c->mapping, packed_text(uid, room)), coupling);
}

void
ledger_index_rowless(struct ledger *ledger)
{
	ledger->indexes_rowless = true;
	for (enum side side = ERP; side < SIDES; side++)
		index_release(&ledger->ids[side]);
	for (uint32_t i = 0; i < ledger->count; i++)
		for (enum side side = ERP; side < SIDES; side++)
			if (ledger->couplings[i].row[side] == TABLE_NO_ROW)
				ledger_set_id(ledger, i, side, ledger->couplings[i].id[side]);
}

void
ledger_prefetch_id(const struct ledger *ledger, uint32_t mapping_order, enum side side, struct str uid)
{
	index_prefetch(&ledger->ids[side], ledger_hash(mapping_order, uid));
}

void
ledger_enter_ids(struct ledger *ledger, uint32_t first, enum side side)
{
	enum { AHEAD = 64 };
	struct index *ids = &ledger->ids[side];
	uint64_t hashes[AHEAD];

	index_reserve(ids, ids->count + ledger->count - first);
	for (size_t begin = first; begin < ledger->count; begin += AHEAD) {
		size_t end = begin + AHEAD < ledger->count ? begin + AHEAD : ledger->count;
		for (size_t i = begin; i < end; i++) {
			char room[GUID_LENGTH];
			const struct coupling *c = &ledger->couplings[i];
			hashes[i - begin] = ledger_hash(c->mapping, packed_text(c->id[side], room));
			index_prefetch(ids, hashes[i - begin]);
		}
		for (size_t i = begin; i < end; i++)
			if (ledger->couplings[i].id[side])
				index_add(ids, hashes[i - begin], (uint32_t)i);
	}
}

uint32_t
ledger_enter_job(struct ledger *ledger, struct str id)
{
	uint64_t hash = str_hash(id);
	struct index_walk walk = index_find(&ledger->jobs_index, hash);

	if (id.len == 0)
		return 0;
	for (uint32_t number; (number = index_next(&walk)) != INDEX_NONE;)
		if (str_equal(ledger->jobs[number], id))
			return number + 1;
	ledger->jobs = memory_grow(ledger->jobs, ledger->job_count, &ledger->job_capacity,
		sizeof *ledger->jobs);
	index_add(&ledger->jobs_index, hash, (uint32_t)ledger->job_count);
	ledger->jobs[ledger->job_count++] = arena_copy(&ledger->arena, id);
	return (uint32_t)ledger->job_count;
}

struct coupling_rest *
ledger_rest(struct ledger *ledger, uint32_t coupling)
{
	struct coupling *c = &ledger->couplings[coupling];

	if (!c->has_rest) {
		struct coupling_rest *rest = arena_new(&ledger->arena, struct coupling_rest);
		rest->base = c->more.base;
		c->more.rest = rest;
		c->has_rest = true;
	}
	return c->more.rest;
}

static struct ledger_series *
find_series(const struct ledger *ledger, struct str table)
{
	for (size_t i = 0; i < ledger->series_count; i++)
		if (str_equal_nocase(str_trim(ledger->series[i].table), str_trim(table)))
			return &ledger->series[i];
	return NULL;
}

void
ledger_set_series(struct ledger *ledger, struct str table, struct str last)
{
	struct ledger_series *series = find_series(ledger, table);

	if (!series) {
		ledger->series = memory_grow(ledger->series, ledger->series_count, &ledger->series_capacity,
			sizeof *ledger->series);
		series = &ledger->series[ledger->series_count++];
		*series = (struct ledger_series){ .table = arena_copy(&ledger->arena, table) };
	}
	series->last = arena_copy(&ledger->arena, last);
}

struct str
ledger_find_series(const struct ledger *ledger, struct str table)
{
	const struct ledger_series *series = find_series(ledger, table);

	return series ? series->last : (struct str){ NULL, 0 };
}

void
ledger_release(struct ledger *ledger)
{
	free(ledger->couplings);
	free(ledger->jobs);
	index_release(&ledger->jobs_index);
	arena_release(&ledger->id_texts);
	arena_release(&ledger->key_texts);
	free(ledger->kept);
	free(ledger->series);
	index_release(&ledger->ids[ERP]);
	index_release(&ledger->ids[CRM]);
	arena_release(&ledger->arena);
	*ledger = (struct ledger){ 0 };
}
