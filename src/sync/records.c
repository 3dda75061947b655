/* records.c - the records that --record names (1.2, E9) */
#include "sync/records.h"

#include <stdlib.h>

#include "sync/finding.h"
#include "sync/lookup.h"

/* The partner's row when the named record is not on the source side. */
static uint32_t
partner(const struct run *run, const struct mapping *mapping, enum side side, uint32_t row)
{
	uint32_t number = run->state->mappings[mapping->order].coupling_of[side][row];

	return number == INDEX_NONE ? TABLE_NO_ROW : run->ledger.couplings[number].row[other_side(side)];
}

static bool
find_one(const struct run *run, const struct record_name *name, struct named_record *record,
	struct buf *scratch, struct diag *diag)
{
	enum direction asked = run->options->record_direction;
	const struct mapping *mapping = setup_find_mapping(&run->setup, name->mapping);

	if (!mapping || !mapping->is_enabled)
		return diag_add(diag, STATUS_USAGE, "--record %.*s:%.*s: no %smapping \"%.*s\" in %.*s%.*s",
			STR_ARG(name->mapping), STR_ARG(name->key), mapping ? "enabled " : "",
			STR_ARG(name->mapping), STR_ARG(run->setup.path),
			STR_ARG(mapping ? STR("")
					: setup_near_mapping(
						&run->setup, name->mapping, &run->state->arena)));
	if (asked != DIRECTION_NONE && !(mapping->direction & asked))
		return diag_add(diag, STATUS_USAGE, "--direction: mapping %.*s has no direction %s",
			STR_ARG(mapping->name), direction_name(asked));
	enum side side = ERP;
	uint32_t row = lookup_row(run, mapping, ERP, name->key, scratch);
	if (row == TABLE_NO_ROW) {
		side = CRM;
		row = lookup_row(run, mapping, CRM, name->key, scratch);
	}
	if (row == TABLE_NO_ROW)
		return diag_add(diag, STATUS_USAGE,
			"--record %.*s:%.*s: no such record in %.*s or %.*s; give an ERP key or "
			"uid, or a CRM uid, that is in the exports",
			STR_ARG(name->mapping), STR_ARG(name->key), STR_ARG(mapping->tables[ERP]->name),
			STR_ARG(mapping->tables[CRM]->name));
	record->mapping = mapping;
	record->direction = asked != DIRECTION_NONE ? asked
	    : mapping->direction != BIDIRECTIONAL   ? mapping->direction
	    : side == ERP			    ? TO
						    : FROM;
	record->source_row = source_side(record->direction) == side ? row : partner(run, mapping, side, row);
	if (record->source_row == TABLE_NO_ROW)
		return diag_add(diag, STATUS_USAGE,
			"--record %.*s:%.*s: not coupled to a record that could be the source of "
			"%s",
			STR_ARG(name->mapping), STR_ARG(name->key), direction_arrow(record->direction));
	return true;
}

struct named_record *
records_find(const struct run *run, struct diag *diag)
{
	const struct run_options *options = run->options;
	struct named_record *records = memory_new(options->record_count, sizeof *records);
	struct buf scratch = { 0 };
	bool ok = true;

	for (size_t i = 0; i < options->record_count; i++)
		ok &= find_one(run, &options->records[i], &records[i], &scratch, diag);
	buf_release(&scratch);
	if (ok && options->record_count != 0)
		return records;
	free(records);
	return NULL;
}

void
record_refuse(const struct sync_job *job, uint32_t row, enum code code, int rule, struct str message)
{
	struct finding finding = { .job = job->job,
		.mapping = job->mapping,
		.direction = job->direction,
		.severity = SEVERITY_NOTICE,
		.code = code,
		.rule = rule,
		.source_side = job->source,
		.message = message };
	uint32_t number = job->ms->coupling_of[job->source][row];

	if (number != INDEX_NONE)
		finding = finding_about(job->run, number, finding);
	if (job->source == ERP) {
		finding.erp_key = table_key(job->tables[ERP], row);
		finding.erp_id = table_uid(job->tables[ERP], row);
	} else {
		finding.crm_id = table_uid(job->tables[CRM], row);
	}
	plan_add_finding(&job->run->plan, finding);
}

/* L4: an uncoupled record that may be what an earlier run created. */
static bool
is_claimed(const struct sync_job *job, uint32_t row)
{
	const uint64_t *claimed = job->ms->claimed[job->source];

	return claimed && (claimed[row / 64] >> (row % 64) & 1);
}

static bool
is_accepted(const struct sync_job *job, uint32_t row, struct cell *cells)
{
	uint32_t number = job->ms->coupling_of[job->source][row];
	const struct field *bad;

	if (number != INDEX_NONE) {
		const struct coupling *c = &job->run->ledger.couplings[number];
		if (coupling_is_deleting(c)) {
			record_refuse(job, row, CODE_PENDING, -11,
				STR("deleted in an earlier run, and this export still shows it; not created "
					"again"));
			return false;
		}
		if (coupling_is_pending(c)) {
			record_refuse(job, row, CODE_PENDING, -4,
				STR("created in an earlier run and not seen in an export yet; not "
					"created again"));
			return false;
		}
	}
	if (is_claimed(job, row)) {
		record_refuse(job, row, CODE_PENDING, -4,
			STR("this may be what an earlier run created; not created on the other side before "
				"that is coupled"));
		return false;
	}
	state_unpack(job->run, job->tables[job->source], row, cells);
	if (passes_filters(job->mapping, job->source, cells, &bad) != FILTER_FAILS)
		return true;
	record_refuse(job, row, CODE_FILTERED_OUT, 9,
		STR("the record does not pass the filters of the mapping"));
	return false;
}

struct selection
records_accept(const struct sync_job *job, struct selection all)
{
	struct cell *cells = memory_new(job->tables[job->source]->column_count, sizeof *cells);
	uint32_t previous = TABLE_NO_ROW;
	uint32_t kept = 0;

	selection_sort(job, &all);
	for (uint32_t i = 0; i < all.count; i++) {
		uint32_t row = all.rows[i];
		if (row != previous && is_accepted(job, row, cells))
			all.rows[kept++] = row;
		previous = row;
	}
	all.count = kept;
	free(cells);
	return all;
}

struct selection
records_select(const struct sync_job *job, const struct named_record *records)
{
	size_t count = job->run->options->record_count;
	struct selection all = { memory_resize(NULL, count, sizeof(uint32_t)), 0 };

	for (size_t i = 0; i < count; i++)
		if (records[i].mapping == job->mapping && records[i].direction == job->direction)
			all.rows[all.count++] = records[i].source_row;
	return records_accept(job, all);
}
