/* report_plan.c - which sections a report has, and how many records each of them lists (6.4) */
#include <stdlib.h>

#include "sync/finding.h"
#include "sync/report/report_parts.h"
#include "sync/state.h"

/*
 * Every section that could be: of each job, of each mapping (what belongs to
 * none of its jobs, or to several), and of the run.
 */
struct slots {
	const struct run *run;
	struct section *items;
};

static size_t
slot_count(const struct run *run)
{
	return run->plan.job_count + run->setup.mapping_count + 1;
}

static void
count_one(struct slots *slots, size_t place, enum section_kind kind, const struct mapping *mapping,
	uint32_t job, size_t item)
{
	struct section *section = &slots->items[place * SECTIONS + (size_t)kind];

	if (section->count++ == 0)
		*section = (struct section){ kind, mapping, job, item, 1 };
}

enum section_kind
section_of_change(const struct change *change)
{
	switch (change->action) {
	case ACTION_CREATE:
		return SECTION_CREATE;
	case ACTION_UPDATE:
		return SECTION_UPDATE;
	case ACTION_DELETE:
		return SECTION_DELETE;
	case ACTION_COUPLE:
		return SECTION_COUPLE;
	case ACTION_UNCOUPLE:
		return SECTION_UNCOUPLE;
	case ACTION_CONFIRM:
		return SECTION_CONFIRM;
	case ACTION_LINK:
		return SECTION_LINK;
	case ACTION_LOST_EDIT:
		return SECTION_LOST;
	case ACTION_SHORTENED:
		return SECTION_SHORTENED;
	}
	return SECTIONS;
}

enum section_kind
section_of_finding(const struct run *run, const struct finding *finding)
{
	const struct plan *plan = &run->plan;
	bool is_coupling = finding->job != PLAN_NO_JOB && plan->jobs[finding->job].type == JOB_COUPLING;

	/* These are listed as guards and as changes. */
	if (finding->code == CODE_GUARD_LIFTED || finding->code == CODE_LOST_EDIT
		|| finding->code == CODE_SHORTENED)
		return SECTIONS;
	if (finding->code == CODE_UPDATE_CONFLICT && finding->severity == SEVERITY_CONFLICT)
		return SECTION_CONFLICTS;
	/* E38: one with its candidates. */
	if (is_coupling && finding->erp_id.len != 0 && plan->candidate_count > 0)
		return SECTION_AMBIGUOUS;
	return finding->severity <= SEVERITY_CONFLICT ? SECTION_FAILED : SECTION_NOTICES;
}

bool
conflict_is_first(const struct run *run, struct conflicts_seen *seen, const struct finding *finding)
{
	const struct mapping *mapping = finding->mapping;
	const struct table *table = &run->tables[mapping->tables[ERP]->number];
	uint32_t row = finding_row(run, finding, ERP);

	if (seen->mapping != mapping) {
		free(seen->rows);
		seen->mapping = mapping;
		seen->rows = memory_new(table->row_count / 64 + 1, sizeof *seen->rows);
	}
	if (row == TABLE_NO_ROW)
		return true;
	uint64_t bit = UINT64_C(1) << row % 64;
	bool is_first = (seen->rows[row / 64] & bit) == 0;
	seen->rows[row / 64] |= bit;
	return is_first;
}

static void
count_findings(struct slots *slots)
{
	const struct plan *plan = &slots->run->plan;
	struct conflicts_seen seen = { 0 };

	for (size_t i = 0; i < plan->finding_count; i++) {
		const struct finding *finding = &plan->findings[i];
		enum section_kind kind = section_of_finding(slots->run, finding);
		bool is_of_job = finding->job != PLAN_NO_JOB && kind != SECTION_CONFLICTS;
		if (kind == SECTIONS || kind == SECTION_AMBIGUOUS)
			continue;
		if (kind == SECTION_CONFLICTS && !conflict_is_first(slots->run, &seen, finding))
			continue;
		size_t place = is_of_job ? finding->job
		    : finding->mapping	 ? plan->job_count + 1 + finding->mapping->order
					 : plan->job_count;
		count_one(slots, place, kind, finding->mapping, is_of_job ? finding->job : PLAN_NO_JOB, i);
	}
	free(seen.rows);
}

/* A record is a line for each of its candidates; the lines follow each other. */
static void
count_candidates(struct slots *slots)
{
	const struct plan *plan = &slots->run->plan;

	for (size_t i = 0; i < plan->candidate_count; i++) {
		const struct candidate *line = &plan->candidates[i];
		if (candidate_is_first(plan, i))
			count_one(slots, plan->job_count + 1 + line->mapping->order, SECTION_AMBIGUOUS,
				line->mapping, PLAN_NO_JOB, i);
	}
}

bool
candidate_is_first(const struct plan *plan, size_t i)
{
	const struct candidate *line = &plan->candidates[i];

	return i == 0 || line[-1].mapping != line->mapping || line[-1].erp_row != line->erp_row;
}

static int
compare_sections(const void *left, const void *right)
{
	const struct section *a = left;
	const struct section *b = right;
	uint64_t order[2] = { a->mapping ? a->mapping->order + UINT64_C(1) : 0,
		b->mapping ? b->mapping->order + UINT64_C(1) : 0 };

	if (order[0] != order[1])
		return order[0] < order[1] ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->job < b->job ? -1 : a->job > b->job;
}

struct section_list
report_plan(const struct run *run)
{
	const struct plan *plan = &run->plan;
	size_t count = slot_count(run) * SECTIONS;
	struct slots slots = { run, memory_new(count, sizeof(struct section)) };
	struct section_list list = { 0 };

	for (size_t i = 0; i < plan->change_count; i++) {
		uint32_t job = plan->changes[i].job;
		count_one(&slots, job, section_of_change(&plan->changes[i]), plan->jobs[job].mapping, job, i);
	}
	count_findings(&slots);
	count_candidates(&slots);
	for (size_t i = 0; i < count; i++) {
		if (slots.items[i].count == 0)
			continue;
		list.items = memory_grow(list.items, list.count, &list.capacity, sizeof *list.items);
		list.items[list.count++] = slots.items[i];
	}
	if (list.count > 0)
		qsort(list.items, list.count, sizeof *list.items, compare_sections);
	free(slots.items);
	return list;
}
