/* assess.c - what changed on each side of a coupling (4.3: E10 to E13, E27) */
#include "sync/assess.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "model/value.h"
#include "sync/assess_parts.h"
#include "sync/explain/explain.h"
#include "sync/load/lean.h"
#include "sync/quiet.h"

#define TRACK_BAD_BASE (1u << 28)

static const enum group bi_group[SIDES] = { GROUP_E_BI, GROUP_C_BI };

struct transfer_context
assessment_context(struct assessment *a)
{
	return (struct transfer_context){
		.run = a->run, .mapping = a->ms->mapping, .arena = &a->arena, .scratch = &a->scratch
	};
}

int64_t
side_stamp(const struct assessment *a, enum side side)
{
	return table_stamp(run_table(a->run, a->ms->mapping, side), a->coupling->row[side]);
}

/* E13: the last edit of a CRM row without base was Couplet's own. */
static bool
is_own_echo(const struct assessment *a)
{
	const struct mapping *mapping = a->ms->mapping;
	const struct field *by = mapping->tables[CRM]->modified_by;

	if (mapping->integration_user.len == 0 || mapping->direction != BIDIRECTIONAL || !by ||
	    (a->track & TRACK_HAS_BASE))
		return false;
	for (size_t i = 0; i < mapping->field_count; i++)
		if (mapping->fields[i].is_enabled && mapping->fields[i].direction == FROM
			&& mapping->fields[i].fields[CRM])
			return false;
	struct cell cell = a->cells[CRM][by->column];
	char guid[36];
	return guid_read(cell_str(cell), guid)
		&& str_equal((struct str){ guid, 36 }, mapping->integration_user);
}

enum stamp_test
stamp_says(const struct assessment *a, enum side side)
{
	int64_t stamp = side_stamp(a, side);
	int64_t time = a->coupling->time[side];

	if (a->track & TRACK_LANDED(side))
		return STAMP_LANDED;
	if (side == CRM && is_own_echo(a))
		return STAMP_ECHO;
	if (time == STAMP_NONE || stamp == STAMP_NONE)
		return time == STAMP_NONE ? STAMP_NO_TIME : STAMP_ABSENT;
	return stamp_is_newer(stamp, time) ? STAMP_NEWER : STAMP_OLD;
}

struct cell
assessed_cell(const struct assessment *a, size_t field, enum side side)
{
	return field_cell(&a->ms->mapping->fields[field], side, a->cells[side]);
}

uint64_t
assessed_digest(struct assessment *a, enum group group)
{
	enum side side = group_side(group);
	bool is_shared = a->is_same && group == bi_group[side];

	if (is_shared && a->has_same_digest)
		return a->same_digest;
	uint64_t digest =
		a->is_effective ? 0 : lean_digest(a->run, a->ms->mapping, group, a->coupling->row[side]);
	if (digest == 0)
		digest = group_digest(&a->ms->scheme, group, a->cells[side], &a->scratch);
	if (is_shared) {
		a->same_digest = digest;
		a->has_same_digest = true;
	}
	return digest;
}

static void
assess_by_stamp(struct assessment *a, enum group group)
{
	enum side side = group_side(group);

	a->tests.stamp[side] = stamp_says(a, side);
	if (a->tests.stamp[side] >= STAMP_NO_TIME)
		a->track |= TRACK_CHANGED(group);
}

/* 3.2: constants are bound to the group of their direction; digests by field do not tell of them. */
static bool
has_constant(const struct mapping *mapping, enum group group)
{
	enum direction direction = group == GROUP_E_TO ? TO : FROM;

	for (size_t i = 0; i < mapping->field_count; i++)
		if (mapping->fields[i].is_enabled && mapping->fields[i].has_constant
			&& mapping->fields[i].direction == direction)
			return group == GROUP_E_TO || group == GROUP_C_FROM;
	return false;
}

/* E10 by field: for a base that knows fields, and for what is not in flight (E11). */
static void
assess_by_field(struct assessment *a, enum group group)
{
	enum side side = group_side(group);
	const struct mapping *mapping = a->ms->mapping;
	bool all_known = true;

	for (size_t i = 0; i < mapping->field_count; i++) {
		if (!group_has_field(group, &mapping->fields[i]))
			continue;
		const struct base_field *known = base_find_field(&a->base, i);
		if (is_in_flight(a, side, i))
			continue;
		if (!known || !known->has[side])
			all_known = false;
		else if (!base_digest_equal(known->digest[side],
			     cell_digest(mapping->fields[i].fields[side], assessed_cell(a, i, side))))
			a->track |= TRACK_CHANGED(group);
	}
	a->tests.group[group] = all_known ? TEST_FIELDS : TEST_FIELDS_STAMP;
	if (!all_known)
		assess_by_stamp(a, group);
	else if (!has_constant(mapping, group))
		a->track |= TRACK_KNOWN(group);
}

/* E11: whether the export does not show the group's values as they were written. */
static bool
group_in_flight(struct assessment *a, enum group group)
{
	const struct mapping *mapping = a->ms->mapping;
	enum side side = group_side(group);

	for (size_t i = 0; (a->track & TRACK_IN_FLIGHT(side)) && i < mapping->field_count; i++)
		if (group_has_field(group, &mapping->fields[i]) && is_in_flight(a, side, i))
			return true;
	return false;
}

static void
assess_group(struct assessment *a, enum group group)
{
	enum side side = group_side(group);
	bool is_bi = group == bi_group[side];
	bool knows_fields = a->base.field_count != 0 && (is_bi || a->ms->mapping->base_by_field);

	if (a->ms->scheme.is_empty[group]) {
		a->tests.group[group] = TEST_EMPTY;
		a->track |= TRACK_KNOWN(group);
	} else if (knows_fields && (!a->base.known[group] || group_in_flight(a, group))) {
		assess_by_field(a, group);
	} else if (a->base.known[group]) {
		a->tests.group[group] = TEST_DIGEST;
		a->track |= TRACK_KNOWN(group);
		if (a->base.digest[group] != assessed_digest(a, group))
			a->track |= TRACK_CHANGED(group);
	} else {
		a->tests.group[group] = TEST_STAMP;
		assess_by_stamp(a, group);
	}
}

/*
 * E41: an option is what it is called, so a label that differs from its record's
 * key is always a change of the source, whichever side the edit was on.
 */
static void
assess_label(struct assessment *a)
{
	const struct mapping *mapping = a->ms->mapping;
	enum side source = source_side(mapping->direction);
	enum side destination = other_side(source);
	struct transfer_context tc = assessment_context(a);

	if (mapping->is_option_mapping && !is_in_flight(a, destination, 0)
		&& !values_are_equal(&tc, &mapping->fields[0], mapping->direction,
			assessed_cell(a, 0, source), assessed_cell(a, 0, destination)))
		a->track |= TRACK_CHANGED(source == ERP ? GROUP_E_TO : GROUP_C_FROM);
}

void
assess_erp_key(struct assessment *a, struct coupling *c)
{
	struct str key = table_key(run_table(a->run, a->ms->mapping, ERP), c->row[ERP]);

	if (str_equal(key, coupling_key(c)))
		return;
	c->key = packed_of(key);
	a->track |= TRACK_REKEYED;
}

static void
assess_one(struct assessment *a, uint32_t number)
{
	struct run *run = a->run;
	struct coupling *c = &run->ledger.couplings[number];

	a->coupling = c;
	a->number = number;
	a->ms = &run->state->mappings[c->mapping];
	a->track = run->state->tracks[number];
	a->tests = (struct assess_tests){ 0 };
	arena_reset(&a->arena);
	if (!base_decode(coupling_base_text(c), &a->ms->scheme, &a->arena, &a->base)) {
		run->state->tracks[number] |= TRACK_BAD_BASE;
		return;
	}
	if (coupling_base_text(c).len != 0)
		a->track |= TRACK_HAS_BASE;
	else if (c->time[ERP] == STAMP_NONE && c->time[CRM] == STAMP_NONE)
		a->track |= TRACK_NEVER;
	if (c->row[ERP] != TABLE_NO_ROW)
		assess_erp_key(a, c);
	for (enum side side = ERP; side < SIDES; side++) {
		if (c->row[side] == TABLE_NO_ROW)
			continue;
		table_unpack_beside(run_table(run, a->ms->mapping, side), c->row[side],
			side == CRM ? c->row[ERP] : TABLE_NO_ROW, a->cells[ERP], a->cells[side]);
		/* E7 b knows no tolerance: that is for the test of E10 alone. */
		int64_t stamp = side_stamp(a, side);
		if (stamp != STAMP_NONE && (c->time[side] == STAMP_NONE || stamp > c->time[side]))
			a->track |= TRACK_NEWER(side);
	}
	a->has_same_digest = a->is_effective = false;
	a->is_same = c->row[ERP] != TABLE_NO_ROW && c->row[CRM] != TABLE_NO_ROW &&
		!lean_pair_differs(run, a->ms->mapping, c->row) &&
		pair_is_same(a->ms, a->cells[ERP], a->cells[CRM]);
	for (enum side side = ERP; side < SIDES; side++)
		if (c->row[side] != TABLE_NO_ROW && a->base.replaced[side].is_present)
			assess_flight(a, side);
	for (enum group group = 0; group < GROUPS; group++)
		if (c->row[group_side(group)] != TABLE_NO_ROW)
			assess_group(a, group);
	if (c->row[ERP] != TABLE_NO_ROW && c->row[CRM] != TABLE_NO_ROW) {
		assess_label(a);
		assess_altered(a, ERP);
		assess_altered(a, CRM);
		if (!(a->track & (TRACK_IN_FLIGHT(ERP) | TRACK_IN_FLIGHT(CRM))))
			assess_adoption(a);
	}
	run->state->tracks[number] = a->track;
	if (run->explanation)
		explain_assessed(run->explanation, a);
}

bool
coupling_is_assessed(const struct run *run, uint32_t number)
{
	const struct coupling *c = &run->ledger.couplings[number];

	return c->state == STATE_COUPLED && !c->is_dropped && run->state->mappings[c->mapping].is_selected;
}

struct assessors {
	struct run *run;
	struct assessment *workers;
};

static void
assess_range(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	enum { TEXTS_AHEAD = 6, ROWS_AHEAD = 16 };
	struct assessors *assessors = shared;

	for (uint32_t i = begin; i < end; i++) {
		if (i + ROWS_AHEAD < end && !coupling_is_quiet(assessors->run->state, i + ROWS_AHEAD))
			state_fetch_rows(assessors->run, i + ROWS_AHEAD);
		if (i + TEXTS_AHEAD < end && !coupling_is_quiet(assessors->run->state, i + TEXTS_AHEAD))
			state_fetch_texts(assessors->run, i + TEXTS_AHEAD);
		if (!coupling_is_quiet(assessors->run->state, i) && coupling_is_assessed(assessors->run, i))
			assess_one(&assessors->workers[worker], i);
	}
}

static int
compare_lines(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* In the order of the ledger's lines. */
static bool
report_bad_bases(const struct run *run, struct diag *diag)
{
	uint32_t *lines = NULL;
	size_t count = 0;
	size_t capacity = 0;

	for (uint32_t i = 0; i < run->ledger.count; i++) {
		if (!(run->state->tracks[i] & TRACK_BAD_BASE))
			continue;
		lines = memory_grow(lines, count, &capacity, sizeof *lines);
		lines[count++] = run->ledger.couplings[i].line;
	}
	if (count != 0)
		qsort(lines, count, sizeof *lines, compare_lines);
	for (size_t i = 0; i < count; i++)
		diag_add(diag, STATUS_INVALID,
			"%.*s:%u: column 15 \"base\": cannot be read: it is damaged; "
			"restore the line from an "
			"earlier ledger, or empty the value and compare both sides by hand",
			STR_ARG(run->ledger.path), lines[i]);
	free(lines);
	return count == 0;
}

static bool
has_flight(const struct run *run, uint32_t number)
{
	return (run->state->tracks[number] & (TRACK_IN_FLIGHT(ERP) | TRACK_IN_FLIGHT(CRM)))
		&& coupling_is_assessed(run, number);
}

/* E11, E27: what is in flight is equal where it is as it was written, so the base is adopted from that. */
static void
adopt_effective(struct assessment *a, uint32_t number)
{
	uint32_t known = TRACK_KNOWN(GROUP_E_BI) | TRACK_KNOWN(GROUP_C_BI);
	const struct coupling *c = &a->run->ledger.couplings[number];

	if ((a->run->state->tracks[number] & known) == known || c->row[ERP] == TABLE_NO_ROW
		|| c->row[CRM] == TABLE_NO_ROW)
		return;
	assess_one(a, number);
	for (enum side side = ERP; side < SIDES; side++)
		state_lay_over(a->run, run_table(a->run, a->ms->mapping, side), c->row[side], a->cells[side]);
	a->is_effective = true;
	a->is_same = a->has_same_digest = false;
	assess_adoption(a);
	a->run->state->tracks[number] = a->track;
}

/* E11: what lies over the exports, one coupling after the other; then what is to be seen with it. */
static void
finish_serially(struct assessment *a)
{
	struct run *run = a->run;

	for (uint32_t i = 0; i < run->ledger.count; i++) {
		if (!has_flight(run, i))
			continue;
		assess_one(a, i);
		for (enum side side = ERP; side < SIDES; side++)
			if (a->track & TRACK_IN_FLIGHT(side))
				lay_in_flight(a, side);
	}
	for (uint32_t i = 0; i < run->ledger.count; i++)
		if (has_flight(run, i))
			adopt_effective(a, i);
}

bool
assess_couplings(struct run *run, struct diag *diag)
{
	unsigned threads = run->options->threads;
	struct assessment *workers = memory_new(threads, sizeof *workers);
	struct assessors assessors = { run, workers };

	for (unsigned i = 0; i < threads; i++) {
		workers[i].run = run;
		workers[i].lasting = &run->state->workers[i];
		for (enum side side = ERP; side < SIDES; side++)
			workers[i].cells[side] = memory_new(run_widest(run), sizeof(struct cell));
	}
	parallel_for(threads, (uint32_t)run->ledger.count, 1024, assess_range, &assessors);
	finish_serially(&workers[0]);
	bool ok = report_bad_bases(run, diag);
	for (unsigned i = 0; i < threads; i++) {
		for (enum side side = ERP; side < SIDES; side++)
			free(workers[i].cells[side]);
		arena_release(&workers[i].arena);
		buf_release(&workers[i].scratch);
	}
	free(workers);
	return ok;
}
