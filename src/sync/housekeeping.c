/* housekeeping.c - what comes before the first job (E3): jobs of type Confirmation */
#include "sync/housekeeping.h"

#include <stdlib.h>

#include "base/sort.h"
#include "sync/assess.h"
#include "sync/finding.h"
#include "sync/job.h"
#include "sync/load/lean.h"
#include "sync/pending.h"
#include "sync/quiet.h"
#include "sync/transfer.h"

uint32_t
housekeeping_job(struct housekeeping *hk)
{
	hk->ms->has_housekeeping = true;
	return hk->ms->confirmation;
}

void
housekeeping_note(struct housekeeping *hk, uint32_t coupling, enum severity severity, enum code code,
	int rule, enum side source, struct str message)
{
	plan_add_finding(&hk->run->plan,
		finding_about(hk->run, coupling,
			(struct finding){ .job = housekeeping_job(hk),
				.mapping = hk->ms->mapping,
				.severity = severity,
				.code = code,
				.rule = rule,
				.source_side = source,
				.message = message }));
}

bool
record_is_gone(const struct run *run, const struct mapping *mapping, const struct coupling *c, enum side side)
{
	return c->row[side] == TABLE_NO_ROW && run_table(run, mapping, side)->is_full;
}

static bool
is_gone(const struct housekeeping *hk, const struct coupling *c, enum side side)
{
	return record_is_gone(hk->run, hk->ms->mapping, c, side);
}

/* E3: both sides are absent from full exports. */
static void
drop_deleted_both(struct housekeeping *hk, uint32_t number)
{
	struct run *run = hk->run;
	uint32_t job = housekeeping_job(hk);

	run->ledger.couplings[number].is_dropped = true;
	run->plan.jobs[job].counters[COUNT_UNCOUPLED]++;
	housekeeping_note(hk, number, SEVERITY_NOTICE, CODE_DELETED_BOTH, 3, NO_SIDE,
	    STR("both sides are deleted; the coupling is removed"));
	plan_add_change(&run->plan,
		(struct change){ .job = job,
			.action = ACTION_UNCOUPLE,
			.side = NO_SIDE,
			.rule = 3,
			.coupling = number,
			.row = TABLE_NO_ROW,
			.source_row = TABLE_NO_ROW });
}

/* E17: a job in the one direction never sees a pair whose source is gone. */
static void
note_deleted_source(struct housekeeping *hk, uint32_t number)
{
	const struct mapping *mapping = hk->ms->mapping;
	const struct coupling *c = &hk->run->ledger.couplings[number];

	bool has_to = job_is_possible(mapping, TO);

	if (has_to == job_is_possible(mapping, FROM))
		return;
	enum side source = has_to ? ERP : CRM;
	if (is_gone(hk, c, source))
		housekeeping_note(hk, number, SEVERITY_NOTICE, CODE_DELETED_SOURCE, 17, source,
		    STR("the source is deleted and nothing is synchronized back"));
}

/* E28, E31: lines of one side end when its record disappears. */
static void
drop_one_sided(struct housekeeping *hk, struct coupling *c)
{
	if (is_gone(hk, c, coupling_has_id(c, ERP) ? ERP : CRM))
		c->is_dropped = true;
	else if (coupling_is_deleting(c))
		hk->run->plan.pending++;	/* L11: written, and not seen yet */
}

/* The sentence, and the bidirectional fields that differ with both values. */
static struct str
tell_differences(struct housekeeping *hk, const struct coupling *c, const char *sentence)
{
	const struct table *tables[SIDES];
	struct cell *cells[SIDES];
	struct buf scratch = { 0 };
	struct transfer_context tc = { .run = hk->run, .mapping = hk->ms->mapping,
		.arena = &hk->run->plan.arena, .scratch = &scratch };
	struct str text = str_from(sentence);

	for (enum side side = ERP; side < SIDES; side++) {
		tables[side] = run_table(hk->run, hk->ms->mapping, side);
		cells[side] = memory_new(tables[side]->column_count, sizeof(struct cell));
		state_unpack(hk->run, tables[side], c->row[side], cells[side]);
	}
	for (size_t i = 0; i < hk->ms->mapping->field_count; i++) {
		const struct field_mapping *fm = &hk->ms->mapping->fields[i];
		if (!field_is_bidirectional(fm))
			continue;
		struct cell erp = field_cell(fm, ERP, cells[ERP]);
		struct cell crm = field_cell(fm, CRM, cells[CRM]);
		if (!values_are_equal(&tc, fm, TO, erp, crm))
			text = arena_printf(tc.arena,
				"%.*s; %.*s is \"%.*s\" in the ERP and \"%.*s\" in the CRM", STR_ARG(text),
				STR_ARG(fm->fields[ERP]->name), STR_ARG(shown_value(fm->fields[ERP], erp)),
				STR_ARG(shown_value(fm->fields[CRM], crm)));
	}
	for (enum side side = ERP; side < SIDES; side++)
		free(cells[side]);
	buf_release(&scratch);
	return text;
}

static void
keep_coupling(struct housekeeping *hk, uint32_t number)
{
	struct coupling *c = &hk->run->ledger.couplings[number];
	uint32_t track = hk->run->state->tracks[number];

	if (is_gone(hk, c, ERP) && is_gone(hk, c, CRM)) {
		drop_deleted_both(hk, number);
		return;
	}
	note_deleted_source(hk, number);
	for (enum side side = ERP; side < SIDES; side++)
		if (track & TRACK_ALTERED(side))
			housekeeping_note(hk, number, SEVERITY_NOTICE, CODE_ALTERED_BY_DESTINATION, 12, side,
				tell_differences(hk, c,
					"the import kept a value otherwise than it was written; the "
					"base adopts it"));
	if (track & TRACK_UNBASED)
		housekeeping_note(hk, number, SEVERITY_NOTICE, CODE_UNBASED_DIFFERENCE, 27, NO_SIDE,
		    tell_differences(hk, c, "the sides differ and nothing tells which one changed"));
	if (track & (TRACK_IN_FLIGHT(ERP) | TRACK_IN_FLIGHT(CRM)))
		hk->run->plan.pending++;
}

static void
finish_mapping(struct housekeeping *hk)
{
	for (size_t i = 0; i < hk->count; i++) {
		struct coupling *c = &hk->run->ledger.couplings[hk->numbers[i]];
		if (c->state == STATE_COUPLED)
			keep_coupling(hk, hk->numbers[i]);
		else if (c->state == STATE_FAILED_CREATE || c->state == STATE_REMOVED)
			drop_one_sided(hk, c);
	}
}

static struct str
erp_id_of(const void *context, uint32_t number, char *room)
{
	return packed_text(((const struct ledger *)context)->couplings[number].id[ERP], room);
}

static struct str
crm_id_of(const void *context, uint32_t number, char *room)
{
	return packed_text(((const struct ledger *)context)->couplings[number].id[CRM], room);
}

/* Which couplings a pass of housekeeping looks at. */
typedef bool wanted_fn(const struct run *run, uint32_t number);

static bool
is_pending(const struct run *run, uint32_t number)
{
	enum coupling_state state = run->ledger.couplings[number].state;

	return state == STATE_PENDING_ERP || state == STATE_PENDING_CRM;
}

/* Whether there is more to a coupling than its flags say by themselves. */
static bool
is_notable(const struct run *run, uint32_t number)
{
	const struct coupling *c = &run->ledger.couplings[number];
	uint32_t notable = TRACK_ALTERED(ERP) | TRACK_ALTERED(CRM) | TRACK_UNBASED | TRACK_IN_FLIGHT(ERP)
		| TRACK_IN_FLIGHT(CRM);

	return c->state != STATE_COUPLED || c->row[ERP] == TABLE_NO_ROW || c->row[CRM] == TABLE_NO_ROW ||
	    (run->state->tracks[number] & notable);
}

/* The wanted couplings of every selected mapping, in an order that the ledger's line order does not touch. */
static struct housekeeping *
gather(struct run *run, wanted_fn *wanted)
{
	size_t mappings = run->setup.mapping_count;
	struct housekeeping *all = memory_new(mappings, sizeof *all);

	for (size_t i = 0; i < mappings; i++)
		all[i] = (struct housekeeping){ .run = run, .ms = &run->state->mappings[i] };
	for (uint32_t i = 0; i < run->ledger.count; i++) {
		struct housekeeping *hk = &all[run->ledger.couplings[i].mapping];
		if (!hk->ms->is_selected || !wanted(run, i))
			continue;
		hk->numbers = memory_grow(hk->numbers, hk->count, &hk->capacity, sizeof *hk->numbers);
		hk->numbers[hk->count++] = i;
	}
	for (size_t i = 0; i < mappings; i++) {
		sort_by_text(all[i].numbers, all[i].count, crm_id_of, &run->ledger, run->options->threads);
		sort_by_text(all[i].numbers, all[i].count, erp_id_of, &run->ledger, run->options->threads);
	}
	return all;
}

static void
release(struct run *run, struct housekeeping *all)
{
	for (size_t i = 0; i < run->setup.mapping_count; i++)
		free(all[i].numbers);
	free(all);
}

/* E3: what was brought up to date or adopted makes a Confirmation job, too. */
static void
note_quiet_work(struct run *run, struct housekeeping *all)
{
	for (uint32_t i = 0; i < run->ledger.count; i++)
		if (run->state->tracks[i] & (TRACK_ADOPT | TRACK_REKEYED))
			housekeeping_job(&all[run->ledger.couplings[i].mapping]);
}

/* A job for every mapping, in run order; those that did nothing are taken out again at the end. */
static void
begin_jobs(struct run *run)
{
	for (size_t i = 0; i < run->setup.mapping_count; i++)
		if (run->state->mappings[i].is_selected)
			run->state->mappings[i].confirmation = plan_add_job(
				&run->plan, run->setup.mappings[i], JOB_CONFIRMATION, DIRECTION_NONE);
}

static void
end_jobs(struct run *run)
{
	bool *keep = memory_new(run->plan.job_count, sizeof *keep);

	for (size_t i = 0; i < run->setup.mapping_count; i++)
		if (run->state->mappings[i].is_selected)
			keep[run->state->mappings[i].confirmation] = run->state->mappings[i].has_housekeeping;
	plan_keep_jobs(&run->plan, keep);
	free(keep);
}

bool
housekeeping_run(struct run *run, struct diag *diag)
{
	begin_jobs(run);
	quiet_assess(run);
	if (!lean_fetch_loud(run, diag))
		return false;
	struct housekeeping *pending = gather(run, is_pending);

	for (size_t i = 0; i < run->setup.mapping_count; i++)
		if (pending[i].ms->is_selected)
			pending_confirm(&pending[i]);
	release(run, pending);
	if (!assess_couplings(run, diag))
		return false;
	struct housekeeping *notable = gather(run, is_notable);
	note_quiet_work(run, notable);
	for (size_t i = 0; i < run->setup.mapping_count; i++)
		finish_mapping(&notable[i]);
	release(run, notable);
	end_jobs(run);
	return true;
}
