/* match.c - which uncoupled ERP record is which CRM row (4.12: E36 to E38) */
#include "sync/match/match.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "sync/match/match_key.h"
#include "sync/match/match_taken.h"
#include "sync/select.h"

enum { SELECT_GRAIN = 4096, KEY_GRAIN = 1024 };

bool
match_has_fields(const struct mapping *mapping)
{
	for (size_t i = 0; i < mapping->field_count; i++)
		if (mapping->fields[i].match)
			return true;
	return false;
}

static struct match_group *
group_of(struct matches *m, uint32_t priority)
{
	size_t at = 0;

	while (at < m->group_count && m->groups[at].priority < priority)
		at++;
	if (at < m->group_count && m->groups[at].priority == priority)
		return &m->groups[at];
	memmove(&m->groups[at + 1], &m->groups[at], (m->group_count++ - at) * sizeof *m->groups);
	m->groups[at] = (struct match_group){ .priority = priority };
	return &m->groups[at];
}

/* R96: whether a field mapping moves values or is disabled does not matter for matching. */
static void
make_groups(struct matches *m)
{
	m->groups = memory_new(m->mapping->field_count + 1, sizeof *m->groups);
	for (size_t i = 0; i < m->mapping->field_count; i++) {
		const struct field_mapping *fm = &m->mapping->fields[i];
		if (!fm->match)
			continue;
		struct match_group *group = group_of(m, fm->match_priority);
		if (group->criterion_count < MATCH_CRITERIA)
			group->criteria[group->criterion_count++] = fm;
	}
}

/* Which records and rows take part: marks by row, then the rows themselves. */
enum { MARK_NONE, MARK_TAKES_PART, MARK_BAD_VALUE };

struct marking {
	const struct matches *m;
	struct match_worker *workers;
	enum side side;
	uint8_t *marks;
};

/* E36: uncoupled and not pending; L4: nor claimed by a pending line. */
static bool
is_free_record(const struct matches *m, uint32_t row)
{
	const struct mapping_state *ms = &m->run->state->mappings[m->mapping->order];
	uint32_t number = ms->coupling_of[ERP][row];

	if (number != INDEX_NONE && m->run->ledger.couplings[number].state <= STATE_PENDING_CRM)
		return false;
	return !ms->claimed[ERP] || !(ms->claimed[ERP][row / 64] >> (row % 64) & 1);
}

static void
mark_range(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct marking *marking = shared;
	const struct matches *m = marking->m;
	struct cell *cells = marking->workers[worker].cells;

	for (uint32_t row = begin; row < end; row++) {
		const struct field *bad;
		marking->marks[row] = MARK_NONE;
		if (marking->side == ERP && !is_free_record(m, row))
			continue;
		marking->marks[row] = MARK_TAKES_PART;
		if (m->mapping->filter_count[marking->side] == 0)
			continue;
		state_unpack(m->run, m->tables[marking->side], row, cells);
		enum filter_result result = passes_filters(m->mapping, marking->side, cells, &bad);
		if (result != FILTER_PASSES)
			marking->marks[row] = result == FILTER_FAILS ? MARK_NONE : MARK_BAD_VALUE;
	}
}

/* The rows of one side that take part, in file order; *marks has all marks, to be freed. */
static struct selection
take_part(const struct matches *m, enum side side, struct match_worker *workers, uint8_t **marks)
{
	uint32_t rows = m->tables[side]->row_count;
	struct marking marking = { m, workers, side, memory_new(rows, sizeof(uint8_t)) };
	struct selection selection = { memory_resize(NULL, rows, sizeof(uint32_t)), 0 };

	parallel_for(m->run->options->threads, rows, SELECT_GRAIN, mark_range, &marking);
	for (uint32_t row = 0; row < rows; row++)
		/* A row whose filter cannot be told is not known to be in the CRM's view. */
		if (marking.marks[row] == MARK_TAKES_PART
			|| (marking.marks[row] == MARK_BAD_VALUE && side == ERP))
			selection.rows[selection.count++] = row;
	*marks = marking.marks;
	return selection;
}

static void
find_records(struct matches *m, struct run *run, struct match_worker *workers)
{
	const struct sync_job order = { .run = run,
		.source = ERP,
		.tables = { m->tables[ERP], m->tables[CRM] } };
	uint8_t *marks;
	struct selection selection = take_part(m, ERP, workers, &marks);

	selection_sort(&order, &selection);
	m->records = memory_new(selection.count, sizeof *m->records);
	m->record_count = selection.count;
	for (uint32_t i = 0; i < selection.count; i++)
		m->records[i] = (struct match_record){
			.erp_row = selection.rows[i],
			.crm_row = TABLE_NO_ROW,
			.group = MATCH_NO_GROUP,
			.reason = marks[selection.rows[i]] == MARK_BAD_VALUE ? CODE_NOT_CONVERTIBLE
									     : CODE_NO_CRITERION,
		};
	selection_release(&selection);
	free(marks);
}

static void
find_rows(struct matches *m, struct match_worker *workers)
{
	uint8_t *marks;
	struct selection selection = take_part(m, CRM, workers, &marks);

	m->rows = selection.rows;
	m->row_count = selection.count;
	free(marks);
}

/* One group at work. */
struct round {
	struct matches *m;
	struct match_group *group;
	struct match_worker *workers;
	struct match_key *record_keys;	/* by place in group->records */
	uint64_t *masks;
	struct match_key *row_keys;	/* by place in m->rows; for one mask */
	uint64_t mask;
};

static void
make_record_keys(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct round *round = shared;

	for (uint32_t i = begin; i < end; i++) {
		const struct match_record *record = &round->m->records[round->group->records[i]];
		struct match_hit *hit = &round->group->hits[i];
		enum criterion is = match_record_key(round->m, round->group, record->erp_row,
			&round->workers[worker], &round->masks[i], &round->record_keys[i]);
		*hit = (struct match_hit){ .list = is == CRITERION_UNUSABLE ? MATCH_UNUSABLE
			    : is == CRITERION_IMPOSSIBLE		    ? MATCH_IMPOSSIBLE
									    : MATCH_BAD_VALUE };
		if (is != CRITERION_USABLE)
			round->masks[i] = 0;
	}
}

static void
make_row_keys(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct round *round = shared;

	for (uint32_t i = begin; i < end; i++) {
		uint32_t row = round->m->rows[i];
		bool has_key = match_row_key(round->m, round->group, round->mask, row,
			&round->workers[worker], &round->row_keys[i]);
		round->row_keys[i].item = has_key ? row : MATCH_NO_ITEM;
	}
}

/* All records of the group whose usable criteria are those of the mask. */
static void
join_mask(struct round *round)
{
	struct match_group *group = round->group;
	unsigned threads = round->m->run->options->threads;
	struct match_found *found = memory_new(group->record_count, sizeof *found);
	uint32_t *rows = memory_resize(NULL, round->m->row_count, sizeof *rows);

	parallel_for(threads, round->m->row_count, KEY_GRAIN, make_row_keys, round);
	for (uint32_t i = 0; i < group->record_count; i++)
		round->record_keys[i].item = round->masks[i] == round->mask ? i : MATCH_NO_ITEM;
	match_join(&(struct match_join){ threads, round->row_keys, round->m->row_count, round->record_keys,
		group->record_count, rows, found });
	for (uint32_t i = 0; i < group->record_count; i++)
		if (round->masks[i] == round->mask)
			group->hits[i] =
				(struct match_hit){ (uint32_t)group->list_count, found[i] };
	group->lists = memory_grow(
		group->lists, group->list_count, &group->list_capacity, sizeof *group->lists);
	group->lists[group->list_count++] = rows;
	free(found);
}

/* Each mask that occurs, in the order of the records; few do. */
static void
join_masks(struct round *round)
{
	uint64_t *done = NULL;
	size_t done_count = 0;
	size_t capacity = 0;

	for (uint32_t i = 0; i < round->group->record_count; i++) {
		bool is_new = round->masks[i] != 0;
		for (size_t k = done_count; is_new && k > 0; k--)
			is_new = done[k - 1] != round->masks[i];
		if (!is_new)
			continue;
		done = memory_grow(done, done_count, &capacity, sizeof *done);
		done[done_count++] = round->mask = round->masks[i];
		join_mask(round);
	}
	free(done);
}

static uint32_t
hit_row(const struct match_group *group, const struct match_hit *hit)
{
	return group->lists[hit->list][hit->found.begin];
}

static bool
bit_of(const uint64_t *bits, uint32_t row)
{
	return bits[row / 64] >> (row % 64) & 1;
}

/* Rows that are the one hit of several records of the group (E37). */
static uint64_t *
find_shared(const struct matches *m, const struct match_group *group)
{
	size_t words = m->tables[CRM]->row_count / 64 + 1;
	uint64_t *once = memory_new(words, sizeof *once);
	uint64_t *shared = memory_new(words, sizeof *shared);

	for (uint32_t i = 0; i < group->record_count; i++) {
		if (group->hits[i].found.count != 1)
			continue;
		uint32_t row = hit_row(group, &group->hits[i]);
		uint64_t bit = UINT64_C(1) << (row % 64);
		shared[row / 64] |= once[row / 64] & bit;
		once[row / 64] |= bit;
	}
	free(once);
	return shared;
}

/*
 * E38: the last group with candidates tells why a record is not coupled; where
 * none has any, a bad value does, then that nothing was found, then that there
 * was nothing to look for.
 */
static void
take_reason(struct match_record *record, const struct match_hit *hit, uint32_t group, bool is_taken)
{
	if (hit->found.count > 0) {
		record->group = group;
		record->reason = hit->found.count > 1 ? CODE_SEVERAL_MATCHES
		    : is_taken			      ? CODE_MATCH_TAKEN
						      : CODE_SHARED_MATCH;
		return;
	}
	bool has_candidates = record->reason == CODE_SEVERAL_MATCHES || record->reason == CODE_MATCH_TAKEN
	    || record->reason == CODE_SHARED_MATCH;
	if (has_candidates || hit->list == MATCH_UNUSABLE || record->reason == CODE_NOT_CONVERTIBLE)
		return;
	record->group = group;
	record->reason = hit->list == MATCH_BAD_VALUE ? CODE_NOT_CONVERTIBLE : CODE_NO_MATCH;
}

/* E37: couples what is the one hit of one record, and tells why not the others. */
static void
decide_group(struct matches *m, uint32_t number)
{
	struct match_group *group = &m->groups[number];
	uint64_t *shared = find_shared(m, group);

	for (uint32_t i = 0; i < group->record_count; i++) {
		struct match_record *record = &m->records[group->records[i]];
		const struct match_hit *hit = &group->hits[i];
		uint32_t row = hit->found.count == 1 ? hit_row(group, hit) : TABLE_NO_ROW;
		if (row != TABLE_NO_ROW && !bit_of(m->taken, row) && !bit_of(shared, row)) {
			record->crm_row = row;
			record->group = number;
		} else {
			take_reason(record, hit, number, row != TABLE_NO_ROW && bit_of(m->taken, row));
		}
	}
	for (uint32_t i = 0; i < group->record_count; i++) {
		uint32_t row = m->records[group->records[i]].crm_row;
		if (row != TABLE_NO_ROW)
			m->taken[row / 64] |= UINT64_C(1) << (row % 64);
	}
	free(shared);
}

/* The records that no group before coupled; those whose filter cannot be told are no one's. */
static void
open_group(struct matches *m, uint32_t number)
{
	struct match_group *group = &m->groups[number];

	group->records = memory_resize(NULL, m->record_count, sizeof *group->records);
	for (uint32_t i = 0; i < m->record_count; i++) {
		const struct match_record *record = &m->records[i];
		bool has_bad_filter =
			record->reason == CODE_NOT_CONVERTIBLE && record->group == MATCH_NO_GROUP;
		if (record->crm_row == TABLE_NO_ROW && !has_bad_filter)
			group->records[group->record_count++] = i;
	}
	group->records = memory_resize(group->records, group->record_count, sizeof *group->records);
	group->hits = memory_new(group->record_count, sizeof *group->hits);
}

static void
match_group(struct matches *m, uint32_t number, struct match_worker *workers, struct match_key *row_keys)
{
	struct match_group *group = &m->groups[number];

	open_group(m, number);
	struct round round = { .m = m, .group = group, .workers = workers, .row_keys = row_keys,
		.record_keys = memory_resize(NULL, group->record_count, sizeof(struct match_key)),
		.masks = memory_resize(NULL, group->record_count, sizeof(uint64_t)) };
	parallel_for(m->run->options->threads, group->record_count, KEY_GRAIN, make_record_keys, &round);
	join_masks(&round);
	decide_group(m, number);
	free(round.record_keys);
	free(round.masks);
}

void
match_find(struct matches *m, struct run *run, const struct mapping *mapping)
{
	struct match_worker *workers = match_workers_make(run);

	*m = (struct matches){ .run = run, .mapping = mapping,
		.tables = { run_table(run, mapping, ERP), run_table(run, mapping, CRM) } };
	make_groups(m);
	m->taken = match_taken(run, mapping);
	find_records(m, run, workers);
	if (m->record_count > 0)
		find_rows(m, workers);
	struct match_key *row_keys = memory_resize(NULL, m->row_count, sizeof *row_keys);
	for (uint32_t i = 0; m->record_count > 0 && i < m->group_count; i++)
		match_group(m, i, workers, row_keys);
	free(row_keys);
	match_workers_release(run, workers);
}

const struct match_hit *
match_hit_of(const struct match_group *group, uint32_t record)
{
	uint32_t low = 0;
	uint32_t high = group->record_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (group->records[middle] < record)
			low = middle + 1;
		else
			high = middle;
	}
	return low < group->record_count && group->records[low] == record ? &group->hits[low] : NULL;
}

void
match_release(struct matches *m)
{
	for (size_t i = 0; i < m->group_count; i++) {
		for (size_t k = 0; k < m->groups[i].list_count; k++)
			free(m->groups[i].lists[k]);
		free(m->groups[i].lists);
		free(m->groups[i].records);
		free(m->groups[i].hits);
	}
	free(m->groups);
	free(m->records);
	free(m->rows);
	free(m->taken);
	*m = (struct matches){ 0 };
}
