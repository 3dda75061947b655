/* ledger_export.c - couplings as Business Central's own table has them (3.5) */
#include <stdio.h>
#include <stdlib.h>

#include "model/value.h"
#include "sync/convert/ledger_exchange.h"
#include "sync/emit/crm_records.h"

struct export_job {
	const struct ledger *ledger;
	const struct setup *setup;
	const struct ledger_export_options *options;
	struct ledger_exported *result;
	struct known_table table;
	struct record_file file;
	struct import_value values[CRM_RECORD_FIELDS];
	char guids[SIDES][GUID_LENGTH];
	struct buf scratch;	/* stamps of the record at hand */
	struct diag *diag;
};

static void
put(struct export_job *job, enum crm_record_field field, struct str canonical)
{
	job->values[field] = (struct import_value){ .cell = str_cell(canonical), .is_written = true };
}

static struct str
result_text(unsigned result)
{
	static const struct str ordinals[] = { { "0", 1 }, { "1", 1 }, { "2", 1 } };

	return ordinals[result];
}

static struct str
flag_text(bool flag)
{
	return flag ? STR("true") : STR("false");
}

/* Couplet's own job ids have no place there. */
static struct str
job_text(struct export_job *job, const struct coupling *c, enum side side)
{
	struct str id = ledger_job(job->ledger, c, side);

	if (id.len == 0 || guid_read(id, job->guids[side]))
		return id.len ? (struct str){ job->guids[side], GUID_LENGTH } : id;
	job->result->jobs++;
	return STR("");
}

static void
put_times(struct export_job *job, const struct coupling *c)
{
	buf_reset(&job->scratch);
	stamp_write(c->time[ERP], &job->scratch);
	size_t middle = job->scratch.len;
	stamp_write(c->time[CRM], &job->scratch);
	put(job, CRM_RECORD_ERP_TIME, (struct str){ job->scratch.ptr, middle });
	put(job, CRM_RECORD_CRM_TIME,
		(struct str){ job->scratch.ptr + middle, job->scratch.len - middle });
}

/* What an import kept beside the ledger's own columns. */
static void
put_extra(struct export_job *job, const struct coupling *c)
{
	const struct ledger *ledger = job->ledger;
	const struct coupling_rest *rest = coupling_find_rest(c);

	for (unsigned field = CRM_RECORD_FIRST_EXTRA; field < CRM_RECORD_FIELDS; field++) {
		struct str name = str_from(crm_record_fields[field].name);
		bool is_true = false;
		for (size_t i = 0; rest && rest->extra && i < ledger->extra_count; i++)
			is_true |= str_equal(ledger->extra[i], name)
			    && str_equal(rest->extra[i], STR("true"));
		put(job, field, flag_text(is_true));
	}
}

static bool
add_record(struct export_job *job, const struct coupling *c, struct str table_id)
{
	put(job, CRM_RECORD_CRM_ID, ledger_id(job->ledger, c, CRM));
	put(job, CRM_RECORD_ERP_ID, ledger_id(job->ledger, c, ERP));
	put_times(job, c);
	put(job, CRM_RECORD_TABLE_ID, table_id);
	put(job, CRM_RECORD_ERP_RESULT, result_text(coupling_result(c, ERP)));
	put(job, CRM_RECORD_CRM_RESULT, result_text(coupling_result(c, CRM)));
	put(job, CRM_RECORD_ERP_JOB, job_text(job, c, ERP));
	put(job, CRM_RECORD_CRM_JOB, job_text(job, c, CRM));
	put(job, CRM_RECORD_SKIPPED, flag_text(c->is_skipped));
	put_extra(job, c);
	return record_file_add(&job->file, job->values, job->ledger->path, c->line, job->diag);
}

/* Why a line is no record of the table; NULL when it is one. */
static uint64_t *
reason_against(struct export_job *job, const struct coupling *c)
{
	struct ledger_exported *result = job->result;
	char guid[GUID_LENGTH];

	if (coupling_is_pending(c))
		return &result->pending;
	if (c->state == STATE_REMOVED)
		return &result->removed;
	if (c->state == STATE_FAILED_CREATE)
		return &result->failed_creates;
	if (job->setup->mappings[c->mapping]->is_option_mapping
		|| !guid_read(ledger_id(job->ledger, c, ERP), guid)
		|| !guid_read(ledger_id(job->ledger, c, CRM), guid))
		return &result->without_guid;
	return NULL;
}

static void
count_lost(struct ledger_exported *result, const struct coupling *c)
{
	result->bases += coupling_base_text(c).len != 0;
	for (enum side side = ERP; side <= CRM; side++)
		result->failures += coupling_failure(c, side).len != 0;
}

/* As the ledger is written: by mapping in run order, then by uids. */
static int
compare_couplings(const void *a, const void *b, void *context)
{
	const struct ledger *ledger = context;
	const struct coupling *left = &ledger->couplings[*(const uint32_t *)a];
	const struct coupling *right = &ledger->couplings[*(const uint32_t *)b];

	if (left->mapping != right->mapping)
		return left->mapping < right->mapping ? -1 : 1;
	int order = str_compare(ledger_id(ledger, left, ERP), ledger_id(ledger, right, ERP));
	return order ? order : str_compare(ledger_id(ledger, left, CRM), ledger_id(ledger, right, CRM));
}

static bool
write_couplings(struct export_job *job)
{
	const struct ledger *ledger = job->ledger;
	uint32_t *order = memory_new(ledger->count, sizeof *order);
	bool ok = true;

	for (uint32_t i = 0; i < ledger->count; i++)
		order[i] = i;
	if (ledger->count > 0)
		qsort_r(order, ledger->count, sizeof *order, compare_couplings, (void *)(uintptr_t)ledger);
	for (size_t i = 0; ok && i < ledger->count; i++) {
		const struct coupling *c = &ledger->couplings[order[i]];
		uint64_t *reason = reason_against(job, c);
		char text[16];
		if (reason) {
			++*reason;
			continue;
		}
		uint32_t id = job->setup->mappings[c->mapping]->tables[ERP]->id;
		snprintf(text, sizeof text, "%u", id);
		ok = add_record(job, c, str_from(text));
		count_lost(job->result, c);
		job->result->records++;
	}
	free(order);
	return ok;
}

/* Each table of a coupling needs its number. */
static bool
check_numbers(const struct export_job *job)
{
	const struct setup *setup = job->setup;
	bool *is_told = memory_new(setup->table_count, sizeof *is_told);
	bool ok = true;

	for (size_t i = 0; i < job->ledger->count; i++) {
		const struct mapping *mapping = setup->mappings[job->ledger->couplings[i].mapping];
		const struct table_def *def = mapping->tables[ERP];
		if (mapping->is_option_mapping || def->id != 0 || is_told[def->number])
			continue;
		is_told[def->number] = true;
		ok = diag_add(job->diag, STATUS_INVALID,
			"%.*s:%u: table %.*s: couplings need its number in Business Central; add id=\"...\"",
			STR_ARG(setup->path), def->line, STR_ARG(def->name));
	}
	free(is_told);
	return ok;
}

static void
make_shape(struct export_job *job)
{
	struct record_shape *shape = &job->file.shape;
	const struct import_format *format = job->options->format;
	struct arena *arena = &job->table.arena;

	*shape = (struct record_shape){
		.def = &job->table.def,
		.format = format,
		.encoding = str_from(format->encoding),
		.style = value_style_for(&job->table.def, format),
		.columns = arena_array(arena, struct import_column, CRM_RECORD_FIELDS),
		.column_count = CRM_RECORD_FIELDS,
	};
	for (uint32_t i = 0; i < CRM_RECORD_FIELDS; i++)
		shape->columns[i] = (struct import_column){
			.field = &job->table.fields[i],
			.name = job->table.fields[i].name,
			.column = i,
			.part = crm_record_fields[i].is_key ? IMPORT_KEY : IMPORT_FIELD,
		};
	shape_name_elements(shape, arena);
	if (format == &import_rapidstart)
		package_make(&shape->package, STR("COUPLINGS"), job->table.def.name, "export", arena);
}

static void
count_others(struct export_job *job)
{
	const struct ledger *ledger = job->ledger;

	job->result->foreign = ledger->kept_count;
	job->result->series = ledger->series_count;
	for (size_t i = 0; i < job->setup->mapping_count; i++)
		job->result->watermarks += ledger->watermarks[i].is_present;
}

bool
ledger_export(const struct ledger *ledger, struct setup *setup, const struct ledger_export_options *options,
	struct ledger_exported *result, struct diag *diag)
{
	struct export_job job = { .ledger = ledger,
		.setup = setup,
		.options = options,
		.result = result,
		.file = { .sink = options->sink,
			.context = options->context,
			.shown_path = options->shown_out },
		.diag = diag };

	*result = (struct ledger_exported){ 0 };
	crm_records_make(&job.table, setup);
	make_shape(&job);
	count_others(&job);
	bool ok = check_numbers(&job) && record_file_begin(&job.file, options->is_packed, diag)
	    && write_couplings(&job) && record_file_end(&job.file, diag);
	record_file_release(&job.file);
	known_table_release(&job.table);
	buf_release(&job.scratch);
	return ok;
}
