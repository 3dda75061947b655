/* couple.c - couplings are made: by matching records, or by hand (4.12: E36 to E40) */
#include "sync/match/couple.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "sync/explain/explain.h"
#include "sync/match/couple_parts.h"
#include "sync/match/match_report.h"

bool
couple_creates(const struct run *run, const struct mapping *mapping)
{
	return (run->options->create_unmatched || mapping->create_new_on_no_match)
	    && job_is_possible(mapping, TO);
}

bool
couple_synchronizes(const struct run *run, const struct mapping *mapping)
{
	return run->options->synch_after || mapping->synch_after_coupling;
}

/*
 * Ends a line that is no coupling of two records that exist: `removed`,
 * `failed-create` (E28, E31), pending (L4), or coupled with a deleted one (E40).
 */
static void
end_line(struct couple_mapping *cm, enum side side, uint32_t row)
{
	uint32_t number = cm->ms->coupling_of[side][row];

	if (number == INDEX_NONE)
		return;
	struct coupling *c = &cm->run->ledger.couplings[number];
	c->is_dropped = true;
	for (enum side at = ERP; at < SIDES; at++)
		if (c->row[at] != TABLE_NO_ROW && cm->ms->coupling_of[at][c->row[at]] == number)
			cm->ms->coupling_of[at][c->row[at]] = INDEX_NONE;
	if (c->state != STATE_PENDING_ERP && c->state != STATE_PENDING_CRM)
		return;
	cm->run->plan.pending--;
	cm->pending_count++;
}

/* E39: never synchronized, so that all groups count as changed on both sides (E10). */
static uint32_t
unsettled_track(const struct mapping_state *ms)
{
	uint32_t track = TRACK_NEVER | TRACK_NEWER(ERP) | TRACK_NEWER(CRM);

	for (enum group group = 0; group < GROUPS; group++)
		track |= ms->scheme.is_empty[group] ? TRACK_KNOWN(group) : TRACK_CHANGED(group);
	return track;
}

/* The new couplings of a mapping, each made from its pair by itself. */
struct making {
	struct couple_mapping *cm;
	uint32_t first;		/* the coupling of the first pair */
	uint32_t track;
	const struct table *tables[SIDES];
};

/* Rows in the order of keys lie anywhere in memory: fetch them while others are made. */
static void
prefetch(const struct making *making, uint32_t at)
{
	enum { TEXT_AHEAD = 6, POINTER_AHEAD = 16 };
	const struct couple_mapping *cm = making->cm;

	for (enum side side = ERP; side < SIDES; side++) {
		const struct table *table = making->tables[side];
		if (at + POINTER_AHEAD < cm->pair_count)
			table_prefetch_row(table, cm->pairs[at + POINTER_AHEAD].rows[side]);
		if (at + TEXT_AHEAD < cm->pair_count)
			table_prefetch_text(table, cm->pairs[at + TEXT_AHEAD].rows[side]);
	}
}

static void
make_range(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct making *making = shared;
	struct couple_mapping *cm = making->cm;

	(void)worker;
	for (uint32_t i = begin; i < end; i++) {
		uint32_t number = making->first + i;
		struct coupling *c = &cm->run->ledger.couplings[number];
		prefetch(making, i);
		for (enum side side = ERP; side < SIDES; side++) {
			c->row[side] = cm->pairs[i].rows[side];
			c->id[side] = packed_of(table_uid(making->tables[side], c->row[side]));
			cm->ms->coupling_of[side][c->row[side]] = number;
		}
		c->key = packed_of(table_key(making->tables[ERP], c->row[ERP]));
		cm->run->state->tracks[number] = making->track;
	}
}

static void
enter_side(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct making *making = shared;

	(void)worker;
	for (uint32_t side = begin; side < end; side++)
		ledger_enter_ids(&making->cm->run->ledger, making->first, (enum side)side);
}

static void
make_couplings(struct couple_mapping *cm, int rule)
{
	struct run *run = cm->run;
	struct making making = { cm, (uint32_t)run->ledger.count, unsettled_track(cm->ms),
		{ run_table(run, cm->mapping, ERP), run_table(run, cm->mapping, CRM) } };

	for (uint32_t i = 0; i < cm->pair_count; i++) {
		for (enum side side = ERP; side < SIDES; side++)
			end_line(cm, side, cm->pairs[i].rows[side]);
		state_track_new(run, ledger_add(&run->ledger, cm->mapping->order));
		plan_add_change(&run->plan,
			(struct change){ .job = cm->job,
				.action = ACTION_COUPLE,
				.side = NO_SIDE,
				.rule = rule,
				.coupling = making.first + i,
				.row = TABLE_NO_ROW,
				.source_row = TABLE_NO_ROW });
	}
	parallel_for(run->options->threads, cm->pair_count, 4096, make_range, &making);
	parallel_for(run->options->threads, SIDES, 1, enter_side, &making);
	run->plan.jobs[cm->job].counters[COUNT_COUPLED] += cm->pair_count;
	/* L4: what an earlier run created is waited for no more. */
	if (cm->pending_count > 0)
		run->plan.jobs[cm->job].message = arena_printf(&run->plan.arena,
			"pending lines replaced: %u; what was created for them and is not imported yet must "
			"not be imported",
			cm->pending_count);
}

/* E38: a mapping without match fields is one error (R96). */
static void
fail_without_fields(struct couple_mapping *cm)
{
	cm->run->plan.jobs[cm->job].counters[COUNT_FAILED]++;
	plan_add_finding(&cm->run->plan,
		(struct finding){ .job = cm->job,
			.mapping = cm->mapping,
			.severity = SEVERITY_ERROR,
			.code = CODE_NO_CRITERION,
			.rule = 38,
			.source_side = NO_SIDE,
			.message = STR("the mapping has no match fields, so nothing can be matched") });
}

/* What the matches say: pairs to couple, and records to create. */
static void
take_matches(struct couple_mapping *cm, const struct matches *m, bool creates)
{
	cm->pairs = memory_resize(NULL, m->record_count, sizeof *cm->pairs);
	cm->created = memory_resize(NULL, creates ? m->record_count : 0, sizeof *cm->created);
	for (uint32_t i = 0; i < m->record_count; i++) {
		const struct match_record *record = &m->records[i];
		if (record->crm_row != TABLE_NO_ROW)
			cm->pairs[cm->pair_count++] =
				(struct couple_pair){ { record->erp_row, record->crm_row } };
		else if (creates && match_is_created(m, i))
			cm->created[cm->created_count++] = record->erp_row;
	}
}

static void
couple_by_match(struct couple_mapping *cm)
{
	bool creates = couple_creates(cm->run, cm->mapping);
	struct matches m;

	if (!match_has_fields(cm->mapping)) {
		fail_without_fields(cm);
		return;
	}
	match_find(&m, cm->run, cm->mapping);
	take_matches(cm, &m, creates);
	make_couplings(cm, 37);
	cm->run->plan.jobs[cm->job].counters[COUNT_FAILED] += match_report(&m, cm->run, cm->job, creates);
	if (cm->run->explanation)
		explain_matches(cm->run, &m, cm->job);
	match_release(&m);
}

/* 1.3: creating needs the direction To, where the command line asks for it. */
static bool
check_creating(const struct run *run, struct diag *diag)
{
	bool ok = true;

	for (size_t i = 0; run->options->create_unmatched && i < run->setup.mapping_count; i++) {
		const struct mapping *mapping = run->setup.mappings[i];
		if (run->state->mappings[i].is_selected && !job_is_possible(mapping, TO))
			ok = diag_add(diag, STATUS_USAGE,
				"--create-unmatched: mapping %.*s has no direction %s",
				STR_ARG(mapping->name), direction_arrow(TO));
	}
	return ok;
}

static void
run_mappings(struct run *run, struct couple_mapping *mappings)
{
	bool by_hand = run->pair_count > 0 || run->from.is_read;

	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		struct couple_mapping *cm = &mappings[i];
		if (!cm->ms->is_selected)
			continue;
		cm->job = plan_add_job(&run->plan, cm->mapping, JOB_COUPLING, DIRECTION_NONE);
		if (by_hand)
			make_couplings(cm, 40);
		else
			couple_by_match(cm);
	}
	/* All couplings are there before values go over, so that references find them. */
	couple_synchronize(run, mappings);
}

bool
couple_run(struct run *run, struct diag *diag)
{
	struct couple_mapping *mappings = memory_new(run->setup.mapping_count, sizeof *mappings);

	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		mappings[i].run = run;
		mappings[i].mapping = run->setup.mappings[i];
		mappings[i].ms = &run->state->mappings[i];
	}
	bool ok = couple_find_pairs(run, mappings, diag) && check_creating(run, diag);
	if (ok)
		run_mappings(run, mappings);
	for (size_t i = 0; i < run->setup.mapping_count; i++) {
		free(mappings[i].pairs);
		free(mappings[i].created);
	}
	free(mappings);
	return ok;
}
