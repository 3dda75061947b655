/* emit_summary.c - what preview and sync tell on standard output, as text and as JSON (1.4) */
#include "base/json.h"
#include "model/value.h"
#include "sync/emit/emit.h"
#include "sync/emit/emit_parts.h"

static void
add_text_counters(const uint64_t counters[COUNTERS], struct buf *out)
{
	static const char *const words[COUNTERS] = {
		[COUNT_INSERTED] = "created",
		[COUNT_MODIFIED] = "updated",
		[COUNT_DELETED] = "deleted",
		[COUNT_UNCHANGED] = "unchanged",
		[COUNT_SKIPPED] = "skipped",
		[COUNT_FAILED] = "failed",
		[COUNT_COUPLED] = "coupled",
		[COUNT_UNCOUPLED] = "uncoupled",
	};
	bool has_any = false;

	for (unsigned c = 0; c < COUNTERS; c++) {
		if (counters[c] == 0)
			continue;
		buf_printf(out, "  %s %llu", words[c], (unsigned long long)counters[c]);
		has_any = true;
	}
	if (!has_any)
		buf_add(out, STR("  nothing to do"));
	buf_add_char(out, '\n');
}

/* An arrow for what moves records; any other job tells its type. */
static void
add_text_job(const struct job *job, struct buf *out)
{
	buf_add(out, job->mapping->name);
	buf_add(out, STR("  "));
	if (job->type == JOB_SYNCHRONIZATION) {
		buf_add(out, str_from(direction_arrow(job->direction)));
	} else {
		const char *type = job_type_name(job->type);
		buf_add_char(out, (char)(type[0] - 'A' + 'a'));
		buf_add(out, str_from(type + 1));
		if (job->direction == TO || job->direction == FROM)
			buf_printf(out, " %s", direction_arrow(job->direction));
	}
	add_text_counters(job->counters, out);
}

static void
add_text_guards(const struct plan *plan, struct buf *out)
{
	for (size_t i = 0; i < plan->guard_count; i++) {
		const struct guard_result *guard = &plan->guards[i];
		buf_printf(out, "guard  %s", guard_name(guard->guard));
		if (guard->mapping)
			buf_printf(out, "  %.*s", STR_ARG(guard->mapping->name));
		buf_printf(out, "  %.*s, limit %.*s  %s", STR_ARG(guard->value), STR_ARG(guard->limit),
			guard->is_lifted ? "lifted" : "refused");
		if (guard->message.len)
			buf_printf(out, ": %.*s", STR_ARG(guard->message));
		buf_add_char(out, '\n');
	}
}

static bool
has_imports(const struct plan *plan)
{
	for (size_t i = 0; i < plan->change_count; i++)
		if (action_is_import(plan->changes[i].action))
			return true;
	return false;
}

/* What the import files do, by the side that they are for. */
static void
add_text_imports(const struct plan *plan, struct buf *out)
{
	static const struct {
		enum action action;
		const char *word;
	} words[] = { { ACTION_CREATE, "created" }, { ACTION_UPDATE, "updated" }, { ACTION_LINK, "linked" },
		{ ACTION_DELETE, "deleted" } };
	uint64_t counts[SIDES][ACTION_SHORTENED + 1] = { { 0 } };

	for (size_t i = 0; i < plan->change_count; i++)
		if (action_is_import(plan->changes[i].action))
			counts[plan->changes[i].side][plan->changes[i].action]++;
	for (enum side side = ERP; side < SIDES; side++) {
		const char *before = side == ERP ? "import  into the ERP: " : "import  into the CRM: ";
		for (size_t i = 0; i < ARRAY_LEN(words); i++) {
			uint64_t count = counts[side][words[i].action];
			if (count == 0)
				continue;
			buf_printf(out, "%s%llu %s", before, (unsigned long long)count, words[i].word);
			before = ", ";
		}
		if (before[0] == ',')
			buf_add_char(out, '\n');
	}
}

/* How often each code needs a person: ` (2 update-conflict, 1 deleted-destination)`. */
static void
add_text_codes(const struct plan *plan, struct buf *out)
{
	size_t counts[CODES] = { 0 };
	const char *before = " (";

	for (size_t i = 0; i < plan->finding_count; i++)
		if (plan->findings[i].severity <= SEVERITY_CONFLICT)
			counts[plan->findings[i].code]++;
	for (unsigned code = 0; code < CODES; code++) {
		if (counts[code] == 0)
			continue;
		buf_printf(out, "%s%zu %s", before, counts[code], code_name(code));
		before = ", ";
	}
	buf_add_char(out, ')');
}

/* What a person must look at; the preview has no errors.csv yet. */
static void
add_text_persons(const struct plan *plan, const char *target, struct buf *out)
{
	size_t persons = emit_count_persons(plan);

	if (persons == 0 || plan->status == STATUS_GUARD)
		return;
	buf_add(out, STR("next  "));
	emit_count(persons, "finding needs", "findings need", out);
	buf_add(out, STR(" a person"));
	add_text_codes(plan, out);
	if (target)
		buf_printf(out, ": see %s/errors.csv\n", target);
	else
		buf_add(out, STR(": sync lists them in errors.csv\n"));
	if (target && plan->candidate_count > 0)
		buf_printf(out,
			"next  write couple beside the right candidates in %s/ambiguous.csv; after the "
			"commit, couplet couple --from %s/ambiguous.csv -o DIR couples them\n",
			target, target);
}

/* What to do next; target is NULL where no folder was asked for. */
static void
add_text_next(const struct plan *plan, const char *target, struct buf *out)
{
	if (plan->status == STATUS_GUARD) {
		buf_add(out, STR("next  nothing was written; look into what the guards say, then lift one "
			"for one run with --allow GUARD, or change its limit in the setup\n"));
		return;
	}
	if (!target) {
		buf_add(out, has_imports(plan)
			? STR("next  couplet sync with the same options and -o DIR writes the import files\n")
			: STR("next  nothing is to be imported\n"));
		return;
	}
	if (has_imports(plan))
		buf_printf(out,
			"next  import the files of %s as its README.txt says, then couplet commit %s\n",
			target, target);
	else
		buf_printf(out, "next  nothing is to be imported; couplet commit %s updates the ledger\n",
			target);
}

void
emit_summary_text(const struct run *run, const char *folder, struct buf *out)
{
	const struct plan *plan = &run->plan;
	const char *target = NULL;
	uint64_t totals[COUNTERS];
	struct buf word = { 0 };

	if (folder) {
		buf_add_word(&word, str_from(folder));	/* for commands that are copied */
		buf_add_char(&word, '\0');
		target = word.ptr;
	}

	if (!target)
		emit_review_text(plan, out);
	for (size_t i = 0; i < plan->job_count; i++)
		add_text_job(&plan->jobs[i], out);
	emit_totals(plan, totals);
	buf_add(out, STR("total"));
	add_text_counters(totals, out);
	if (plan->status != STATUS_GUARD)
		add_text_imports(plan, out);
	if (plan->pending > 0) {
		buf_add(out, STR("pending  "));
		emit_count(plan->pending, "record waits", "records wait", out);
		buf_add(out, STR(" for an export that shows what is written\n"));
	}
	add_text_guards(plan, out);
	add_text_persons(plan, target, out);
	add_text_next(plan, target, out);
	buf_release(&word);
}

static void
add_json_member(struct buf *out, const char *name, struct str value)
{
	json_add_string(out, str_from(name));
	buf_add_char(out, ':');
	json_add_string(out, value);
}

static void
add_json_counters(struct buf *out, const uint64_t counters[COUNTERS])
{
	for (unsigned c = 0; c < COUNTERS; c++)
		buf_printf(out, "%s\"%s\":%llu", c > 0 ? "," : "", counter_name(c),
			(unsigned long long)counters[c]);
}

static void
add_json_job(const struct job *job, struct buf *out)
{
	buf_add_char(out, '{');
	add_json_member(out, "mapping", job->mapping->name);
	buf_add_char(out, ',');
	add_json_member(out, "type", str_from(job_type_name(job->type)));
	buf_add_char(out, ',');
	add_json_member(out, "direction", emit_direction(job->direction));
	buf_add_char(out, ',');
	add_json_counters(out, job->counters);
	buf_add_char(out, '}');
}

static void
add_json_guard(const struct guard_result *guard, struct buf *out)
{
	buf_add_char(out, '{');
	add_json_member(out, "guard", str_from(guard_name(guard->guard)));
	if (guard->mapping) {
		buf_add_char(out, ',');
		add_json_member(out, "mapping", guard->mapping->name);
	} else {
		buf_add(out, STR(",\"mapping\":null"));	/* max-deletes counts the run */
	}
	buf_add_char(out, ',');
	add_json_member(out, "value", guard->value);
	buf_add_char(out, ',');
	add_json_member(out, "limit", guard->limit);
	buf_printf(out, ",\"lifted\":%s}", guard->is_lifted ? "true" : "false");
}

void
emit_summary_json(const struct run *run, struct buf *out)
{
	const struct plan *plan = &run->plan;
	uint64_t totals[COUNTERS];

	buf_add(out, STR("{\"schema\":\"couplet/summary/1\","));
	add_json_member(out, "command", str_from(run->options->command));
	buf_add_char(out, ',');
	add_json_member(out, "method", str_from(run_method(run->options)));
	buf_add_char(out, ',');
	add_json_member(out, "run", plan->run_id);
	buf_add(out, STR(",\"now\":\""));
	stamp_write(plan->now, out);
	buf_add(out, STR("\",\"jobs\":["));
	for (size_t i = 0; i < plan->job_count; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		add_json_job(&plan->jobs[i], out);
	}
	emit_totals(plan, totals);
	buf_add(out, STR("],\"totals\":{"));
	add_json_counters(out, totals);
	buf_printf(out, "},\"confirmed\":%llu,\"pending\":%llu,\"guards\":[",
		(unsigned long long)plan->confirmed, (unsigned long long)plan->pending);
	for (size_t i = 0; i < plan->guard_count; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		add_json_guard(&plan->guards[i], out);
	}
	buf_add_char(out, ']');
	emit_review_json(plan, out);
	buf_printf(out, ",\"status\":%d}\n", (int)plan->status);
}
