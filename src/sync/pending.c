/* pending.c - creates that no export has shown yet, found again (7: L4) */
#include "sync/pending.h"

#include <stdlib.h>

#include "model/value.h"
#include "sync/transfer.h"

static enum side
created_side(const struct coupling *c)
{
	return c->state == STATE_PENDING_ERP ? ERP : CRM;
}

static bool
is_pending(const struct coupling *c)
{
	return !c->is_dropped && (c->state == STATE_PENDING_ERP || c->state == STATE_PENDING_CRM);
}

static void
claim(struct housekeeping *hk, enum side side, uint32_t row)
{
	if (!hk->ms->claimed[side])
		hk->ms->claimed[side] = memory_new(
			run_table(hk->run, hk->ms->mapping, side)->row_count / 64 + 1, sizeof(uint64_t));
	hk->ms->claimed[side][row / 64] |= UINT64_C(1) << (row % 64);
}

/* Whether a field mapping takes part in finding a created record again; the ERP gave the key by itself. */
static bool
identifies(const struct field_mapping *fm, enum side side, bool by_match)
{
	enum direction direction = side == CRM ? TO : FROM;

	if (!fm->fields[side] || !fm->is_enabled || fm->fields[side]->role == ROLE_KEY)
		return false;
	return by_match ? fm->match : field_moves(fm, direction);
}

static bool
has_match_fields(const struct mapping *mapping, enum side side)
{
	for (size_t i = 0; i < mapping->field_count; i++)
		if (identifies(&mapping->fields[i], side, true))
			return true;
	return false;
}

uint64_t
pending_digest(
	const struct base_scheme *scheme, enum side side, const struct cell *cells, struct buf *scratch)
{
	const struct mapping *mapping = scheme->mapping;
	bool by_match = has_match_fields(mapping, side);

	buf_reset(scratch);
	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		if (!identifies(fm, side, by_match))
			continue;
		struct str value = str_trim(cell_str(field_cell(fm, side, cells)));
		/* By name: how the value came about may change while the record is waited for. */
		buf_add(scratch, fm->fields[side]->name);
		buf_add_char(scratch, '\n');
		text_fold(value_comparable(fm->fields[side]->type, value), false, scratch);
		buf_add_char(scratch, '\n');
	}
	return str_hash(buf_str(scratch));
}

/* Whether a row is coupled or pending; a line `failed-create` or `removed` is no coupling (E28, E31). */
static bool
is_taken(const struct housekeeping *hk, enum side side, uint32_t row)
{
	uint32_t number = hk->ms->coupling_of[side][row];

	return number != INDEX_NONE && hk->run->ledger.couplings[number].state <= STATE_PENDING_CRM;
}

static void
confirm(struct housekeeping *hk, uint32_t number, uint32_t row)
{
	struct run *run = hk->run;
	struct coupling *c = &run->ledger.couplings[number];
	enum side side = created_side(c);
	const struct table *table = run_table(run, hk->ms->mapping, side);
	uint32_t job = housekeeping_job(hk);

	c->state = STATE_COUPLED;
	c->row[side] = row;
	uint32_t ended = hk->ms->coupling_of[side][row];
	if (ended != INDEX_NONE && ended != number)
		run->ledger.couplings[ended].is_dropped = true;
	hk->ms->coupling_of[side][row] = number;
	if (!str_equal(ledger_id(&run->ledger, c, side), table_uid(table, row)))
		ledger_set_id(&run->ledger, number, side, packed_of(table_uid(table, row)));
	run->state->tracks[number] |= TRACK_LANDED(side);
	run->plan.jobs[job].counters[COUNT_COUPLED]++;
	run->plan.confirmed++;
	plan_add_change(&run->plan,
		(struct change){ .job = job,
			.action = ACTION_CONFIRM,
			.side = NO_SIDE,
			.rule = -4,
			.coupling = number,
			.row = TABLE_NO_ROW,
			.source_row = TABLE_NO_ROW });
}

/* (a) by uid; (b) in the ERP, by the assigned or mapped key. */
static bool
confirm_by_identity(struct housekeeping *hk, uint32_t number)
{
	struct coupling *c = &hk->run->ledger.couplings[number];
	enum side side = created_side(c);
	const struct table *table = run_table(hk->run, hk->ms->mapping, side);
	uint32_t row = c->row[side];

	if (row == TABLE_NO_ROW && side == ERP && coupling_key(c).len != 0)
		row = table_find_key(table, coupling_key(c));
	if (row == TABLE_NO_ROW)
		return false;
	if (hk->ms->coupling_of[side][row] != number && is_taken(hk, side, row))
		return false;
	confirm(hk, number, row);
	return true;
}

/* The To field mapping that carries the ERP key into the CRM, or NULL (L4 b). */
static const struct field_mapping *
key_mapping(const struct mapping *mapping)
{
	const struct table_def *erp = mapping->tables[ERP];

	for (size_t i = 0; erp->key_count == 1 && i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		if (field_moves(fm, TO) && fm->fields[ERP] == erp->keys[0] && fm->fields[CRM]
			&& fm->reference_count == 0)
			return fm;
	}
	return NULL;
}

/* A row that a line could be: not coupled yet, and not older than the line. */
static bool
is_candidate(const struct housekeeping *hk, enum side side, uint32_t row, int64_t since, bool needs_stamp)
{
	int64_t stamp = table_stamp(run_table(hk->run, hk->ms->mapping, side), row);

	if (is_taken(hk, side, row))
		return false;
	if (stamp == STAMP_NONE || since == STAMP_NONE)
		return !needs_stamp;
	return needs_stamp ? stamp > since : stamp >= since;
}

/* Candidates of pending lines: rows by the digest of what they are found by. */
struct search {
	struct housekeeping *hk;
	enum side side;
	bool needs_stamp;
	struct index index;
	uint64_t *digests;	/* of each row */
	uint32_t *claims;	/* lines that found each row */
	uint32_t *found;	/* for each of hk->numbers: the one row, or TABLE_NO_ROW */
	uint32_t *hits;		/* and how many there were */
};

static void
count_hits(struct search *search, size_t at, uint64_t digest)
{
	const struct coupling *c = &search->hk->run->ledger.couplings[search->hk->numbers[at]];
	struct index_walk walk = index_find(&search->index, digest);

	for (uint32_t row; (row = index_next(&walk)) != INDEX_NONE;) {
		if (search->digests[row] != digest ||
		    !is_candidate(search->hk, search->side, row, c->time[search->side], search->needs_stamp))
			continue;
		search->found[at] = row;
		search->hits[at]++;
		search->claims[row]++;
	}
}

static void
tell_several(struct search *search, size_t at, uint64_t digest)
{
	struct housekeeping *hk = search->hk;
	uint32_t number = hk->numbers[at];
	int64_t since = hk->run->ledger.couplings[number].time[search->side];
	struct index_walk walk = index_find(&search->index, digest);

	for (uint32_t row; (row = index_next(&walk)) != INDEX_NONE;)
		if (search->digests[row] == digest
			&& is_candidate(hk, search->side, row, since, search->needs_stamp))
			claim(hk, search->side, row);
	housekeeping_note(hk, number, SEVERITY_ERROR, CODE_SEVERAL_MATCHES, -4, other_side(search->side),
	    arena_printf(&hk->run->plan.arena,
		"created in an earlier run, and %s in this export could be it; couple the right one by hand",
		search->hits[at] > 1 ? "several records" : "a record that several pending lines fit"));
}

/* One candidate for one line is it; everything else is told, and claimed. */
static void
settle_search(struct search *search, const uint64_t *wanted)
{
	struct housekeeping *hk = search->hk;

	for (size_t i = 0; i < hk->count; i++)
		if (search->hits[i] == 1 && search->claims[search->found[i]] == 1)
			confirm(hk, hk->numbers[i], search->found[i]);
	for (size_t i = 0; i < hk->count; i++)
		if (search->hits[i] != 0 && is_pending(&hk->run->ledger.couplings[hk->numbers[i]]))
			tell_several(search, i, wanted[i]);
}

static void
search_begin(struct search *search)
{
	uint32_t rows = run_table(search->hk->run, search->hk->ms->mapping, search->side)->row_count;

	search->digests = memory_new(rows, sizeof(uint64_t));
	search->claims = memory_new(rows, sizeof(uint32_t));
	search->found = memory_new(search->hk->count, sizeof(uint32_t));
	search->hits = memory_new(search->hk->count, sizeof(uint32_t));
}

static void
search_end(struct search *search)
{
	index_release(&search->index);
	free(search->digests);
	free(search->claims);
	free(search->found);
	free(search->hits);
}

/* The value under which a CRM row carries the ERP key, as it is compared. */
static uint64_t
key_digest(const struct field *field, struct str value, struct buf *scratch)
{
	buf_reset(scratch);
	text_fold(value_comparable(field->type, str_trim(value)), false, scratch);
	return str_hash(buf_str(scratch));
}

/* E20: the key as the field mapping writes it into the CRM; empty where it has no form there. */
static struct str
written_key(struct housekeeping *hk, const struct field_mapping *fm, struct str key, struct arena *arena,
	struct buf *scratch)
{
	struct transfer_context tc = { .run = hk->run, .mapping = hk->ms->mapping,
		.arena = arena, .scratch = scratch };
	struct transfer t = transfer_field(&tc, fm, TO, str_cell(key));

	return t.status == TRANSFER_VALUE ? t.value : (struct str){ NULL, 0 };
}

/* (b) in the CRM: the field into which the source's key is mapped. */
static void
search_by_key(struct housekeeping *hk, const uint32_t *waiting, size_t waiting_count)
{
	const struct field_mapping *fm = key_mapping(hk->ms->mapping);
	const struct table *crm = run_table(hk->run, hk->ms->mapping, CRM);
	struct search search = { .hk = hk, .side = CRM };
	struct arena arena = { 0 };
	struct buf scratch = { 0 };

	if (!fm || waiting_count == 0)
		return;
	uint64_t *wanted = memory_new(hk->count, sizeof *wanted);
	search_begin(&search);
	for (uint32_t row = 0; row < crm->row_count; row++) {
		struct cell cell = table_cell(crm, row, fm->fields[CRM]->column);
		if (cell.len == 0 || is_taken(hk, CRM, row))
			continue;
		search.digests[row] = key_digest(fm->fields[CRM], cell_str(cell), &scratch);
		index_add(&search.index, search.digests[row], row);
	}
	for (size_t i = 0; i < waiting_count; i++) {
		const struct coupling *c = &hk->run->ledger.couplings[hk->numbers[waiting[i]]];
		if (c->state != STATE_PENDING_CRM || coupling_key(c).len == 0)
			continue;
		arena_reset(&arena);
		struct str written = written_key(hk, fm, coupling_key(c), &arena, &scratch);
		if (written.len == 0)
			continue;
		wanted[waiting[i]] = key_digest(fm->fields[CRM], written, &scratch);
		count_hits(&search, waiting[i], wanted[waiting[i]]);
	}
	settle_search(&search, wanted);
	search_end(&search);
	free(wanted);
	arena_release(&arena);
	buf_release(&scratch);
}

/* (c) in the ERP, where the key was left to the ERP: among records with a later stamp. */
static void
search_by_values(struct housekeeping *hk, const uint32_t *waiting, size_t waiting_count)
{
	const struct table *erp = run_table(hk->run, hk->ms->mapping, ERP);
	struct search search = { .hk = hk, .side = ERP, .needs_stamp = true };
	struct arena arena = { 0 };
	struct buf scratch = { 0 };
	struct coupling_base base;

	if (waiting_count == 0 || !erp->has_stamps)
		return;
	uint64_t *wanted = memory_new(hk->count, sizeof *wanted);
	struct cell *cells = memory_new(erp->column_count, sizeof *cells);
	search_begin(&search);
	for (uint32_t row = 0; row < erp->row_count; row++) {
		if (is_taken(hk, ERP, row))
			continue;
		table_unpack(erp, row, cells);
		search.digests[row] = pending_digest(&hk->ms->scheme, ERP, cells, &scratch);
		index_add(&search.index, search.digests[row], row);
	}
	for (size_t i = 0; i < waiting_count; i++) {
		const struct coupling *c = &hk->run->ledger.couplings[hk->numbers[waiting[i]]];
		if (c->state != STATE_PENDING_ERP || coupling_key(c).len != 0 ||
		    !base_decode(coupling_base_text(c), &hk->ms->scheme, &arena, &base) || !base.has_pending)
			continue;
		wanted[waiting[i]] = base.pending;
		count_hits(&search, waiting[i], base.pending);
	}
	settle_search(&search, wanted);
	search_end(&search);
	free(cells);
	free(wanted);
	arena_release(&arena);
	buf_release(&scratch);
}

/* What stays pending is counted; one whose source is gone is told with advice. */
static void
count_pending(struct housekeeping *hk)
{
	for (size_t i = 0; i < hk->count; i++) {
		const struct coupling *c = &hk->run->ledger.couplings[hk->numbers[i]];
		if (!is_pending(c))
			continue;
		hk->run->plan.pending++;
		enum side source = other_side(created_side(c));
		if (c->row[source] == TABLE_NO_ROW && run_table(hk->run, hk->ms->mapping, source)->is_full)
			housekeeping_note(hk, hk->numbers[i], SEVERITY_WARNING, CODE_PENDING, -4, source,
			    STR("created in an earlier run and not seen since, and its source is gone"));
	}
}

void
pending_confirm(struct housekeeping *hk)
{
	uint32_t *waiting = memory_new(hk->count, sizeof *waiting);
	size_t waiting_count = 0;

	for (size_t i = 0; i < hk->count; i++)
		if (is_pending(&hk->run->ledger.couplings[hk->numbers[i]])
			&& !confirm_by_identity(hk, hk->numbers[i]))
			waiting[waiting_count++] = (uint32_t)i;
	search_by_key(hk, waiting, waiting_count);
	search_by_values(hk, waiting, waiting_count);
	count_pending(hk);
	free(waiting);
}
