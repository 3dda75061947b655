/* quiet.c - couplings of which both sides are as they were (E7, E10, E27) */
#include "sync/quiet.h"

#include <stdlib.h>

#include "base/parallel.h"
#include "model/value.h"
#include "sync/assess.h"
#include "sync/assess_parts.h"
#include "sync/load/lean.h"

struct listening {
	struct run *run;
	bool *is_quiet;
	struct assessment *workers;	/* whose cells are never looked at */
};

/* E7 b, E10: nothing was edited since, going by the stamp; a side without one goes by its base alone. */
static bool
has_old_stamp(const struct assessment *a, enum side side)
{
	int64_t stamp = table_stamp(run_table(a->run, a->ms->mapping, side), a->coupling->row[side]);
	int64_t time = a->coupling->time[side];

	if (stamp == STAMP_NONE)
		return coupling_base_text(a->coupling).len != 0;
	return time != STAMP_NONE && stamp <= time;
}

/* Whether nothing but values can make a job look at the coupling (E7). */
static bool
is_at_rest(const struct assessment *a)
{
	const struct coupling *c = a->coupling;

	for (enum side side = ERP; side < SIDES; side++)
		if (c->row[side] == TABLE_NO_ROW || coupling_result(c, side) == RESULT_FAILURE ||
			!has_old_stamp(a, side))
			return false;
	return true;
}

/* The present digests of all groups with fields; false where a row was never lean, and keeps none. */
static bool
take_digests(const struct run *run, const struct mapping_state *ms, const struct coupling *c,
	uint64_t *digests)
{
	for (enum group group = 0; group < GROUPS; group++) {
		if (ms->scheme.is_empty[group])
			continue;
		digests[group] = lean_digest(run, ms->mapping, group, c->row[group_side(group)]);
		if (digests[group] == 0)
			return false;
	}
	return true;
}

/* The base says the same of all groups, and nothing else. */
static bool
is_as_based(struct assessment *a, const uint64_t *digests)
{
	const struct coupling_base *base = &a->base;

	arena_reset(&a->arena);
	if (!base_decode(coupling_base_text(a->coupling), &a->ms->scheme, &a->arena, &a->base))
		return false;
	for (enum group group = 0; group < GROUPS; group++)
		if (!a->ms->scheme.is_empty[group] &&
			(!base->known[group] || base->digest[group] != digests[group]))
			return false;
	return base->field_count == 0 && !base->replaced[ERP].is_present && !base->replaced[CRM].is_present
		&& !base->has_pending;
}

/* E27, where equal text means equal values. */
static bool
can_adopt(const struct assessment *a, const uint64_t *digests)
{
	return a->ms->plain[ERP] && digests[GROUP_E_BI] == digests[GROUP_C_BI];
}

/*
 * What a quiet coupling adopts as its base are the digests that its rows were loaded
 * with, of which the bidirectional ones are equal: see struct ledger_bases.
 */
static char *
put_adopted(const void *context, const struct coupling *c, char *to)
{
	const struct run *run = context;
	const struct mapping_state *ms = &run->state->mappings[c->mapping];
	uint64_t digests[GROUPS];

	_Static_assert((int)BASE_GROUPS_ROOM <= (int)LEDGER_BASE_ROOM, "a base of groups fits");
	digests[GROUP_E_BI] = digests[GROUP_C_BI] = lean_digest(run, ms->mapping, GROUP_E_BI, c->row[ERP]);
	digests[GROUP_E_TO] = lean_digest(run, ms->mapping, GROUP_E_TO, c->row[ERP]);
	digests[GROUP_C_FROM] = lean_digest(run, ms->mapping, GROUP_C_FROM, c->row[CRM]);
	return base_put_groups(&ms->scheme, digests, to);
}

/* Whether the coupling is quiet: then it is assessed. */
static bool
listen(struct assessment *a, uint32_t number)
{
	struct run *run = a->run;
	struct coupling *c = &run->ledger.couplings[number];
	uint64_t digests[GROUPS] = { 0 };

	a->coupling = c;
	a->ms = &run->state->mappings[c->mapping];
	a->track = run->state->tracks[number];
	if (!coupling_is_assessed(run, number) || !is_at_rest(a) || !take_digests(run, a->ms, c, digests))
		return false;
	bool has_base = coupling_base_text(c).len != 0;
	if (has_base ? !is_as_based(a, digests) : !can_adopt(a, digests))
		return false;
	assess_erp_key(a, c);
	for (enum group group = 0; group < GROUPS; group++)
		if (has_base || a->ms->scheme.is_empty[group])
			a->track |= TRACK_KNOWN(group);
	if (!has_base)
		coupling_set_base(c, coupling_base_left);
	run->state->tracks[number] = a->track | (has_base ? TRACK_HAS_BASE : TRACK_ADOPT);
	return true;
}

/* Nothing but stamps and digests is looked at, and they lie anywhere. */
static void
prefetch_marks(const struct run *run, const struct coupling *c)
{
	for (enum side side = ERP; side < SIDES; side++)
		table_prefetch_marks(run_table(run, run->setup.mappings[c->mapping], side), c->row[side]);
}

static void
prefetch_adopted(const void *context, const struct coupling *c)
{
	const struct run *run = context;
	const struct mapping_state *ms = &run->state->mappings[c->mapping];

	table_prefetch_marks(run_table(run, ms->mapping, ERP), c->row[ERP]);
	if (ms->lean_at[GROUP_C_FROM] != 0)
		table_prefetch_marks(run_table(run, ms->mapping, CRM), c->row[CRM]);
}

static void
listen_range(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	enum { AHEAD = 16 };
	struct listening *listening = shared;

	for (uint32_t i = begin; i < end; i++) {
		if (i + AHEAD < end)
			prefetch_marks(listening->run, &listening->run->ledger.couplings[i + AHEAD]);
		listening->is_quiet[i] = listen(&listening->workers[worker], i);
	}
}

void
quiet_assess(struct run *run)
{
	unsigned threads = run->options->threads;
	struct listening listening = { .run = run };

	/* An explanation tells of every coupling how it was assessed. */
	if (!run->leans || run->explanation)
		return;
	run->ledger.bases = (struct ledger_bases){ put_adopted, prefetch_adopted, run };
	listening.is_quiet = memory_new(run->ledger.count, sizeof(bool));
	listening.workers = memory_new(threads, sizeof(struct assessment));
	for (unsigned i = 0; i < threads; i++) {
		listening.workers[i].run = run;
		listening.workers[i].lasting = &run->state->workers[i];
	}
	parallel_for(threads, (uint32_t)run->ledger.count, 4096, listen_range, &listening);
	for (unsigned i = 0; i < threads; i++) {
		arena_release(&listening.workers[i].arena);
		buf_release(&listening.workers[i].scratch);
	}
	free(listening.workers);
	run->state->is_quiet = listening.is_quiet;
}
