/* plan.c - everything that one run decided: filling it, and the names of its words */
#include "sync/plan.h"

#include <stdlib.h>

uint32_t
plan_add_job(struct plan *plan, const struct mapping *mapping, enum job_type type, enum direction direction)
{
	plan->jobs = memory_grow(plan->jobs, plan->job_count, &plan->job_capacity, sizeof *plan->jobs);
	plan->jobs[plan->job_count] = (struct job){
		.mapping = mapping, .type = type, .direction = direction
	};
	return (uint32_t)plan->job_count++;
}

/* Where each job's things begin when they are put into job order; counts has one entry a job. */
static void
counts_to_starts(size_t *counts, size_t job_count)
{
	size_t at = 0;

	for (size_t i = 0; i < job_count; i++) {
		size_t count = counts[i];
		counts[i] = at;
		at += count;
	}
}

static void
sort_changes(struct plan *plan)
{
	size_t *starts = memory_new(plan->job_count, sizeof *starts);
	struct change *sorted = memory_resize(NULL, plan->change_count, sizeof *sorted);

	for (size_t i = 0; i < plan->change_count; i++)
		starts[plan->changes[i].job]++;
	counts_to_starts(starts, plan->job_count);
	for (size_t i = 0; i < plan->change_count; i++)
		sorted[starts[plan->changes[i].job]++] = plan->changes[i];
	free(plan->changes);
	plan->changes = sorted;
	plan->change_capacity = plan->change_count;
	free(starts);
}

/* Findings of no job, such as bad records, come first. */
static size_t
finding_place(const struct finding *finding)
{
	return finding->job == PLAN_NO_JOB ? 0 : (size_t)finding->job + 1;
}

static void
sort_findings(struct plan *plan)
{
	size_t places = plan->job_count + 1;
	size_t *starts = memory_new(places, sizeof *starts);
	struct finding *sorted = memory_resize(NULL, plan->finding_count, sizeof *sorted);

	for (size_t i = 0; i < plan->finding_count; i++)
		starts[finding_place(&plan->findings[i])]++;
	counts_to_starts(starts, places);
	for (size_t i = 0; i < plan->finding_count; i++)
		sorted[starts[finding_place(&plan->findings[i])]++] = plan->findings[i];
	free(plan->findings);
	plan->findings = sorted;
	plan->finding_capacity = plan->finding_count;
	free(starts);
}

void
plan_keep_jobs(struct plan *plan, const bool *keep)
{
	uint32_t *numbers = memory_new(plan->job_count, sizeof *numbers);
	uint32_t kept = 0;

	sort_changes(plan);
	sort_findings(plan);
	for (size_t i = 0; i < plan->job_count; i++) {
		numbers[i] = kept;
		if (keep[i])
			plan->jobs[kept++] = plan->jobs[i];
	}
	for (size_t i = 0; i < plan->change_count; i++)
		plan->changes[i].job = numbers[plan->changes[i].job];
	for (size_t i = 0; i < plan->finding_count; i++)
		if (plan->findings[i].job != PLAN_NO_JOB)
			plan->findings[i].job = numbers[plan->findings[i].job];
	plan->job_count = kept;
	free(numbers);
}

struct change *
plan_add_change(struct plan *plan, struct change change)
{
	change.first_value = plan->value_count;
	change.value_count = 0;
	plan->changes = memory_grow(plan->changes, plan->change_count, &plan->change_capacity,
		sizeof *plan->changes);
	plan->changes[plan->change_count] = change;
	return &plan->changes[plan->change_count++];
}

void
plan_add_value(struct plan *plan, struct change_value value)
{
	plan->values = memory_grow(plan->values, plan->value_count, &plan->value_capacity,
		sizeof *plan->values);
	plan->values[plan->value_count++] = value;
	plan->changes[plan->change_count - 1].value_count++;
}

void
plan_add_finding(struct plan *plan, struct finding finding)
{
	plan->findings = memory_grow(plan->findings, plan->finding_count, &plan->finding_capacity,
		sizeof *plan->findings);
	plan->findings[plan->finding_count++] = finding;
}

void
plan_add_candidate(struct plan *plan, struct candidate candidate)
{
	plan->candidates = memory_grow(plan->candidates, plan->candidate_count, &plan->candidate_capacity,
		sizeof *plan->candidates);
	plan->candidates[plan->candidate_count++] = candidate;
}

/* 6.6: each code's word, and one sentence on what to do. */
static const struct {
	const char *name;
	const char *advice;
} codes[CODES] = {
	[CODE_UPDATE_CONFLICT] = { "update-conflict",
		"Make both sides equal in these fields, let one side win with couplet resolve --send or "
		"--get, or choose a strategy with resolve-update-conflicts." },
	[CODE_DELETED_DESTINATION] = { "deleted-destination",
		"Answer with couplet resolve --restore, --delete or --uncouple, or choose a strategy with "
		"resolve-deletion-conflicts." },
	[CODE_DELETED_SOURCE] = { "deleted-source",
		"Restore the deleted record, or end the coupling with couplet uncouple --deleted." },
	[CODE_DELETED_BOTH] = { "deleted-both",
		"Nothing to do: both records are gone and their coupling with them." },
	[CODE_UNBASED_DIFFERENCE] = { "unbased-difference",
		"Make both sides equal, or name the record with --record and --direction." },
	[CODE_UNRESOLVED_REFERENCE] = { "unresolved-reference",
		"Couple or create the record that is referred to, then run again." },
	[CODE_SEVERAL_LINKS] = { "several-links",
		"Leave one link of this record in the link table, or add a filter to the reference." },
	[CODE_KEY_IN_USE] = { "key-in-use",
		"Couple the record that holds this key, or give this one another key." },
	[CODE_GROWING_VALUE] = { "growing-value",
		"Give the transformation rule one direction, or make it leave its own result unchanged." },
	[CODE_UNKNOWN_OPTION] = { "unknown-option",
		"Declare the option in the setup, or correct the value where it comes from." },
	[CODE_NOT_CONVERTIBLE] = { "not-convertible",
		"Correct the value where it comes from, or the type of the field in the setup." },
	[CODE_TOO_LONG] = { "too-long",
		"Shorten the value where it comes from, or correct the length of the field in the setup." },
	[CODE_BLANK_KEY] = { "blank-key",
		"Fill the key where it comes from, map it, or declare a number series for the table." },
	[CODE_NUMBER_SERIES_FULL] = { "number-series-full",
		"Give the number series a start with more digits." },
	[CODE_NOT_MAPPED] = { "not-mapped", "Add the value to the value map, or give the map a default." },
	[CODE_NO_MATCH] = { "no-match",
		"Couple the record by hand, let it be created, or correct its match fields." },
	[CODE_SEVERAL_MATCHES] = { "several-matches",
		"Couple the right one by hand: couplet couple MAPPING ERPKEY CRMUID." },
	[CODE_MATCH_TAKEN] = { "match-taken",
		"Uncouple the other one first if it is wrong; else couple another row by hand." },
	[CODE_SHARED_MATCH] = { "shared-match",
		"Couple the right one by hand: couplet couple MAPPING ERPKEY CRMUID." },
	[CODE_NO_CRITERION] = { "no-criterion",
		"Fill the match fields of the record, or mark other fields for matching in the setup." },
	[CODE_BAD_RECORD] = { "bad-record", "Correct the record in the export, or export the table again." },
	[CODE_FILTERED_OUT] = { "filtered-out",
		"Change the record or the table filter if it is to be synchronized." },
	[CODE_REPEATED_FAILURE] = { "repeated-failure",
		"Remove the cause, then take the record back with couplet resolve --retry." },
	[CODE_GUARD_LIFTED] = { "guard-lifted",
		"Make sure before importing that so many changes are meant." },
	[CODE_ALTERED_BY_DESTINATION] = { "altered-by-destination",
		"Nothing to do; if the difference matters, correct the value in the destination." },
	[CODE_NOT_CARRIED] = { "not-carried",
		"Change the value in the destination by hand if both sides must be the same." },
	[CODE_LOST_EDIT] = { "lost-edit", "Enter the overwritten value again if it was the right one." },
	[CODE_SHORTENED] = { "shortened",
		"Shorten the value where it comes from, or lengthen the field, if the rest matters." },
	[CODE_PENDING] = { "pending",
		"Import its file and export again; if that is lost, couplet resolve --retry writes it again, "
		"and couplet uncouple forgets it." },
	[CODE_KEPT] = { "kept",
		"Nothing to do; if the old state is wanted all the same, restore it by hand." },
};

const char *
code_name(enum code code)
{
	return codes[code].name;
}

const char *
code_advice(enum code code)
{
	return codes[code].advice;
}

const char *
action_name(enum action action)
{
	static const char *const names[] = {
		[ACTION_CREATE] = "create",
		[ACTION_UPDATE] = "update",
		[ACTION_DELETE] = "delete",
		[ACTION_COUPLE] = "couple",
		[ACTION_UNCOUPLE] = "uncouple",
		[ACTION_CONFIRM] = "confirm",
		[ACTION_LINK] = "link",
		[ACTION_LOST_EDIT] = "lost-edit",
		[ACTION_SHORTENED] = "shortened",
	};

	return names[action];
}

const char *
severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_ERROR] = "error",
		[SEVERITY_CONFLICT] = "conflict",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_NOTICE] = "notice",
	};

	return names[severity];
}

const char *
job_type_name(enum job_type type)
{
	static const char *const names[] = {
		[JOB_CONFIRMATION] = "Confirmation",
		[JOB_SYNCHRONIZATION] = "Synchronization",
		[JOB_COUPLING] = "Coupling",
		[JOB_UNCOUPLING] = "Uncoupling",
		[JOB_DELETION] = "Deletion",
	};

	return names[type];
}

const char *
counter_name(enum counter counter)
{
	static const char *const names[COUNTERS] = {
		[COUNT_INSERTED] = "inserted",
		[COUNT_MODIFIED] = "modified",
		[COUNT_DELETED] = "deleted",
		[COUNT_UNCHANGED] = "unchanged",
		[COUNT_SKIPPED] = "skipped",
		[COUNT_FAILED] = "failed",
		[COUNT_COUPLED] = "coupled",
		[COUNT_UNCOUPLED] = "uncoupled",
	};

	return names[counter];
}

struct str
plan_job_id(struct plan *plan, uint32_t job)
{
	return arena_printf(&plan->arena, "%.*s-%02u", STR_ARG(plan->run_id), job + 1);
}

void
plan_release(struct plan *plan)
{
	free(plan->jobs);
	free(plan->changes);
	free(plan->values);
	free(plan->findings);
	free(plan->candidates);
	free(plan->guards);
	arena_release(&plan->arena);
	*plan = (struct plan){ 0 };
}
