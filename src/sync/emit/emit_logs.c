/* emit_logs.c - jobs.csv and errors.csv: the job and error log (6.2) */
#include "io/csv_write.h"
#include "model/value.h"
#include "sync/emit/emit_parts.h"

struct logs {
	const struct emit *emit;
	struct str now;
};

static void
add_cell(struct buf *out, struct str value)
{
	csv_add(out, ',', value);
	buf_add_char(out, ',');
}

static uint32_t
format_job(void *context, size_t item, unsigned worker, struct buf *out)
{
	const struct logs *logs = context;
	const struct job *job = &logs->emit->run->plan.jobs[item];

	(void)worker;
	add_cell(out, logs->emit->job_ids[item]);
	add_cell(out, logs->now);
	add_cell(out, logs->now);
	add_cell(out, job->mapping->name);
	add_cell(out, str_from(job_type_name(job->type)));
	add_cell(out, emit_direction(job->direction));
	for (unsigned c = 0; c < COUNTERS; c++) {
		buf_add_u64(out, job->counters[c]);
		buf_add_char(out, ',');
	}
	csv_add(out, ',', job->message);
	buf_add_char(out, '\n');
	return 1;
}

/* Texts of a finding are those of its coupling or row, which lie anywhere. */
static void
fetch_finding(const struct finding *finding)
{
	memory_prefetch(finding->erp_key.ptr);
	memory_prefetch(finding->erp_id.ptr);
	memory_prefetch(finding->crm_id.ptr);
	memory_prefetch(finding->field.ptr);
	memory_prefetch(finding->message.ptr);
}

static uint32_t
format_finding(void *context, size_t item, unsigned worker, struct buf *out)
{
	enum { AHEAD = 8 };
	const struct logs *logs = context;
	const struct plan *plan = &logs->emit->run->plan;
	const struct finding *finding = &plan->findings[item];

	(void)worker;
	if (item + AHEAD < plan->finding_count)
		fetch_finding(finding + AHEAD);
	buf_add_u64(out, item + 1);
	buf_add_char(out, ',');
	add_cell(out, finding->job == PLAN_NO_JOB ? STR("") : logs->emit->job_ids[finding->job]);
	add_cell(out, finding->mapping ? finding->mapping->name : STR(""));
	add_cell(out, emit_direction(finding->direction));
	add_cell(out, str_from(severity_name(finding->severity)));
	add_cell(out, str_from(code_name(finding->code)));
	emit_rule(finding->rule, out);
	buf_add_char(out, ',');
	add_cell(out, emit_side(finding->source_side));
	add_cell(out, finding->erp_key);
	add_cell(out, finding->erp_id);
	add_cell(out, finding->crm_id);
	add_cell(out, finding->field);
	add_cell(out, finding->message);
	csv_add(out, ',', str_from(code_advice(finding->code)));
	buf_add_char(out, '\n');
	return 1;
}

bool
emit_logs(struct emit *emit)
{
	const struct plan *plan = &emit->run->plan;
	struct buf now = { 0 };

	stamp_write(plan->now, &now);
	struct logs logs = { .emit = emit, .now = arena_copy(&emit->arena, buf_str(&now)) };
	buf_release(&now);
	return emit_csv(emit, STR("jobs.csv"),
		STR("id,start,finish,mapping,type,direction,inserted,modified,deleted,unchanged,skipped,"
		    "failed,coupled,uncoupled,message"),
		plan->job_count, format_job, &logs)
	    && emit_csv(emit, STR("errors.csv"),
		STR("no,job_id,mapping,direction,severity,code,rule,source_side,erp_key,erp_id,crm_id,field,"
		    "message,advice"),
		plan->finding_count, format_finding, &logs);
}
