/* ledger_import.c - couplings out of Business Central's own table (3.5) */
#include <stdlib.h>

#include "model/value.h"
#include "sync/convert/ledger_exchange.h"
#include "sync/emit/crm_records.h"

/* What one table number leads to. */
struct target {
	uint32_t id;
	const struct mapping *mapping;	/* NULL: none, or not one */
	uint64_t records;		/* of it */
};

struct import_job {
	struct ledger *ledger;
	const struct setup *setup;
	const struct str *mappings;	/* names that decide between several */
	size_t mapping_count;
	struct known_table table;
	struct target *targets;
	size_t target_count;
	size_t target_capacity;
	uint32_t record;		/* at hand */
	uint64_t blank_ids;		/* records without one of the two ids */
	struct ledger_imported *result;
	struct diag *diag;
	bool is_bad;
};

static struct str
text_of(const struct import_job *job, enum crm_record_field field)
{
	return known_table_text(&job->table, job->record, field);
}

/* A finding about the record at hand. */
static void
refuse(struct import_job *job, struct str what)
{
	job->is_bad = true;
	diag_add(job->diag, STATUS_INVALID, "%.*s:%u: %.*s", STR_ARG(job->table.source_file.shown_path),
		known_table_line(&job->table, job->record), STR_ARG(what));
}

static bool
is_named(const struct import_job *job, const struct mapping *mapping)
{
	for (size_t i = 0; i < job->mapping_count; i++)
		if (str_equal_nocase(job->mappings[i], mapping->name))
			return true;
	return false;
}

enum choice { CHOOSE_ANY, CHOOSE_ENABLED, CHOOSE_NAMED, CHOICES };

/* Options have a table of their own in Business Central. */
static bool
is_candidate(const struct import_job *job, const struct mapping *mapping, uint32_t id, enum choice choice)
{
	if (mapping->is_option_mapping || !mapping->tables[ERP] || mapping->tables[ERP]->id != id)
		return false;
	return choice == CHOOSE_ANY
		|| (choice == CHOOSE_ENABLED ? mapping->is_enabled : is_named(job, mapping));
}

static size_t
count_candidates(const struct import_job *job, uint32_t id, enum choice choice, const struct mapping **one)
{
	size_t count = 0;

	for (size_t i = 0; i < job->setup->mapping_count; i++) {
		if (!is_candidate(job, job->setup->mappings[i], id, choice))
			continue;
		*one = job->setup->mappings[i];
		count++;
	}
	return count;
}

static void
refuse_several(struct import_job *job, uint32_t id, enum choice choice)
{
	struct buf names = { 0 };

	for (size_t i = 0; i < job->setup->mapping_count; i++)
		if (is_candidate(job, job->setup->mappings[i], id, choice))
			buf_printf(&names, "%s%.*s", names.len ? ", " : "",
				STR_ARG(job->setup->mappings[i]->name));
	job->is_bad = true;
	diag_add(job->diag, STATUS_INVALID,
		"%.*s: table %u belongs to several mappings of %.*s (%.*s); name the one whose couplings "
		"these are with --mapping",
		STR_ARG(job->table.source_file.shown_path), id, STR_ARG(job->setup->path),
		STR_ARG(buf_str(&names)));
	buf_release(&names);
}

/* The ledger names a record by its uid: Integration ID is one only where that is the SystemId. */
static bool
has_uid(struct import_job *job, const struct mapping *mapping)
{
	const struct table_def *def = mapping->tables[ERP];

	if (def->uid && def->uid->type == TYPE_GUID)
		return true;
	job->is_bad = true;
	return diag_add(job->diag, STATUS_INVALID,
		"%.*s:%u: table %.*s: Business Central couples records by SystemId, and no field of type "
		"Guid has role=\"uid\"; declare it, and export it",
		STR_ARG(job->setup->path), def->line, STR_ARG(def->name));
}

static const struct mapping *
resolve(struct import_job *job, uint32_t id)
{
	const struct mapping *mapping = NULL;

	for (enum choice choice = CHOICES; choice-- > CHOOSE_ANY;) {
		size_t count = count_candidates(job, id, choice, &mapping);
		if (count > 1) {
			refuse_several(job, id, choice);
			return NULL;
		}
		if (count == 1)
			return has_uid(job, mapping) ? mapping : NULL;
	}
	return NULL;
}

static struct target *
find_target(struct import_job *job, uint32_t id)
{
	for (size_t i = 0; i < job->target_count; i++)
		if (job->targets[i].id == id)
			return &job->targets[i];
	job->targets =
		memory_grow(job->targets, job->target_count, &job->target_capacity, sizeof *job->targets);
	job->targets[job->target_count] = (struct target){ .id = id, .mapping = resolve(job, id) };
	return &job->targets[job->target_count++];
}

/* 3.1: a record is coupled once in a mapping, and a row too. */
static bool
check_once(struct import_job *job, const struct mapping *mapping)
{
	static const enum crm_record_field ids[SIDES] = { CRM_RECORD_ERP_ID, CRM_RECORD_CRM_ID };
	struct buf what = { 0 };

	for (enum side side = ERP; side <= CRM; side++) {
		struct str uid = text_of(job, ids[side]);
		uint32_t twin = ledger_find(job->ledger, mapping->order, side, uid);
		if (twin == INDEX_NONE)
			continue;
		buf_printf(&what, "%s%s \"%.*s\" is coupled in line %u already", what.len ? ", and " : "",
			crm_record_fields[ids[side]].name, STR_ARG(uid), job->ledger->couplings[twin].line);
	}
	bool ok = what.len == 0;
	if (!ok) {
		buf_printf(&what, "; take one of them out (mapping %.*s)", STR_ARG(mapping->name));
		refuse(job, buf_str(&what));
	}
	buf_release(&what);
	return ok;
}

static enum result
result_of(const struct import_job *job, enum crm_record_field field)
{
	return (enum result)known_table_number(&job->table, job->record, field);
}

/* What the ledger has no column for is kept in one of its own, where it says anything. */
static void
keep_extra(struct import_job *job, uint32_t coupling)
{
	struct ledger *ledger = job->ledger;
	struct str *extra = NULL;

	for (size_t i = 0; i < ledger->extra_count; i++) {
		for (unsigned field = CRM_RECORD_FIRST_EXTRA; field < CRM_RECORD_FIELDS; field++) {
			if (!str_equal(ledger->extra[i], str_from(crm_record_fields[field].name))
				|| !known_table_is_true(&job->table, job->record, field))
				continue;
			if (!extra)
				extra = arena_array(&ledger->arena, struct str, ledger->extra_count);
			extra[i] = STR("true");
		}
	}
	if (extra)
		ledger_rest(ledger, coupling)->extra = extra;
}

static void
add_coupling(struct import_job *job, const struct mapping *mapping)
{
	struct ledger *ledger = job->ledger;
	uint32_t number = ledger_add(ledger, mapping->order);
	struct coupling *c = &ledger->couplings[number];

	c->line = known_table_line(&job->table, job->record);
	c->time[ERP] = stamp_read(text_of(job, CRM_RECORD_ERP_TIME));
	c->time[CRM] = stamp_read(text_of(job, CRM_RECORD_CRM_TIME));
	coupling_set_result(c, ERP, result_of(job, CRM_RECORD_ERP_RESULT));
	coupling_set_result(c, CRM, result_of(job, CRM_RECORD_CRM_RESULT));
	c->job[ERP] = ledger_enter_job(ledger, text_of(job, CRM_RECORD_ERP_JOB));
	c->job[CRM] = ledger_enter_job(ledger, text_of(job, CRM_RECORD_CRM_JOB));
	c->is_skipped = known_table_is_true(&job->table, job->record, CRM_RECORD_SKIPPED);
	ledger_set_id(ledger, number, ERP, packed_copy(&ledger->arena, text_of(job, CRM_RECORD_ERP_ID)));
	ledger_set_id(ledger, number, CRM, packed_copy(&ledger->arena, text_of(job, CRM_RECORD_CRM_ID)));
	keep_extra(job, number);
	job->result->couplings++;
}

static void
take_record(struct import_job *job)
{
	uint64_t id = known_table_number(&job->table, job->record, CRM_RECORD_TABLE_ID);

	if (text_of(job, CRM_RECORD_ERP_ID).len == 0 || text_of(job, CRM_RECORD_CRM_ID).len == 0) {
		job->blank_ids++;
		return;
	}
	struct target *target = find_target(job, id <= UINT32_MAX ? (uint32_t)id : 0);
	target->records++;
	if (target->mapping && check_once(job, target->mapping))
		add_coupling(job, target->mapping);
}

/* Columns for those flags that some record has. */
static void
find_extra(struct import_job *job)
{
	struct ledger *ledger = job->ledger;

	ledger->extra = arena_array(&ledger->arena, struct str, CRM_RECORD_FIELDS);
	for (unsigned field = CRM_RECORD_FIRST_EXTRA; field < CRM_RECORD_FIELDS; field++) {
		bool is_any = false;
		for (uint32_t i = 0; !is_any && i < known_table_count(&job->table); i++)
			is_any = known_table_is_true(&job->table, i, field);
		if (is_any)
			ledger->extra[ledger->extra_count++] = str_from(crm_record_fields[field].name);
	}
}

/* Nothing is left out silently. */
static void
tell_left_out(struct import_job *job)
{
	struct str path = job->table.source_file.shown_path;

	job->result->left_out = job->blank_ids;
	if (job->blank_ids > 0)
		diag_notice(job->diag, "%.*s: records left out, as CRM ID or Integration ID is blank: %llu",
			STR_ARG(path), (unsigned long long)job->blank_ids);
	for (size_t i = 0; i < job->target_count; i++) {
		const struct target *target = &job->targets[i];
		if (target->mapping)
			continue;
		job->result->left_out += target->records;
		if (target->id == 0)
			diag_notice(job->diag,
				"%.*s: records left out, as they have no Table ID: %llu; synchronize once in "
				"Business Central, which repairs them, and export again", STR_ARG(path),
				(unsigned long long)target->records);
		else
			diag_notice(job->diag,
				"%.*s: records of table %u left out, as no mapping of %.*s has a table with "
				"this id: %llu", STR_ARG(path), target->id, STR_ARG(job->setup->path),
				(unsigned long long)target->records);
	}
}

bool
ledger_import(struct ledger *ledger, struct setup *setup, const char *path, const struct str *mappings,
	size_t mapping_count, struct ledger_imported *result, struct diag *diag)
{
	struct import_job job = { .ledger = ledger,
		.setup = setup,
		.mappings = mappings,
		.mapping_count = mapping_count,
		.result = result,
		.diag = diag };

	*result = (struct ledger_imported){ 0 };
	ledger_make(ledger, setup, STR(""));
	crm_records_make(&job.table, setup);
	bool ok = known_table_read(&job.table, path, diag);
	if (ok) {
		find_extra(&job);
		for (; job.record < known_table_count(&job.table); job.record++)
			take_record(&job);
		ok = !job.is_bad;
	}
	if (ok)
		tell_left_out(&job);
	known_table_release(&job.table);
	free(job.targets);
	return ok;
}
