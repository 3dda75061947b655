/* emit_manifest.c - manifest.xml: what went in and what came out (6.1); schemas/manifest.xsd */
#include "io/digest.h"
#include "model/value.h"
#include "sync/emit/emit_parts.h"
#include "sync/review.h"
#include "version.h"

/* Text inside an attribute's quotes; what XML cannot hold becomes U+FFFD. */
static void
add_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (c == '&')
			buf_add(out, STR("&amp;"));
		else if (c == '<')
			buf_add(out, STR("&lt;"));
		else if (c == '>')
			buf_add(out, STR("&gt;"));
		else if (c == '"')
			buf_add(out, STR("&quot;"));
		else if (c == '\t' || c == '\n' || c == '\r')
			buf_printf(out, "&#%u;", c);
		else if (c < ' ')
			buf_add(out, STR("\xef\xbf\xbd"));
		else
			buf_add_char(out, (char)c);
	}
}

static void
add_attribute(struct buf *out, const char *name, struct str value)
{
	buf_add_char(out, ' ');
	buf_add(out, str_from(name));
	buf_add(out, STR("=\""));
	add_escaped(out, value);
	buf_add_char(out, '"');
}

static void
add_number(struct buf *out, const char *name, uint64_t value)
{
	buf_printf(out, " %s=\"%llu\"", name, (unsigned long long)value);
}

static void
add_digest(struct buf *out, const char *name, struct file_digest digest)
{
	buf_printf(out, " %s=\"", name);
	digest_write(digest, out);
	buf_add_char(out, '"');
}

static void
add_stamp(struct buf *out, const char *name, int64_t stamp)
{
	buf_printf(out, " %s=\"", name);
	stamp_write(stamp, out);
	buf_add_char(out, '"');
}

static struct str
file_part(struct str path)
{
	struct str name = path;

	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] == '/')
			name = (struct str){ path.ptr + i + 1, path.len - i - 1 };
	return name;
}

/*
 * The ledger's path relative to the setup's folder; where it lies elsewhere, as
 * the setup has it, or without its folder where the command line named it, so
 * that the output does not tell one machine from another.
 */
static struct str
ledger_path(const struct run *run)
{
	struct str path = run->ledger.path;
	struct str folder = run->setup.folder;
	bool is_inside = folder.len > 0 && path.len > folder.len && str_starts(path, folder)
	    && path.ptr[folder.len] == '/';

	if (is_inside)
		return (struct str){ path.ptr + folder.len + 1, path.len - folder.len - 1 };
	return run->options->ledger_path ? file_part(path) : path;
}

static void
add_input_exports(const struct run *run, struct buf *out)
{
	for (size_t i = 0; i < run->setup.table_count; i++) {
		const struct table_def *def = run->setup.tables[i];
		const struct table *table = &run->tables[def->number];
		for (size_t k = 0; k < table->file_count; k++) {
			const struct table_file *file = &table->files[k];
			struct file_digest digest = { file->size, { file->hash[0], file->hash[1] } };
			buf_add(out, STR("    <input role=\"export\""));
			add_attribute(out, "side", emit_side(def->side));
			add_attribute(out, "table", def->name);
			add_attribute(out, "path", file->archive.len ? file->archive : file->shown_path);
			if (file->member.len)
				add_attribute(out, "member", file->member);
			add_number(out, "size", file->size);
			add_number(out, "records", file->records);
			add_digest(out, "digest", digest);
			buf_add(out, STR("/>\n"));
		}
	}
}

static void
add_inputs(const struct run *run, struct buf *out)
{
	buf_add(out, STR("  <inputs>\n    <input role=\"setup\""));
	add_attribute(out, "path", file_part(run->setup.path));
	add_number(out, "size", run->setup.bytes.len);
	add_digest(out, "digest", digest_bytes(run->setup.bytes));
	buf_add(out, STR("/>\n"));
	if (!run->ledger.is_new) {
		buf_add(out, STR("    <input role=\"ledger\""));
		add_attribute(out, "path", ledger_path(run));
		add_number(out, "size", run->ledger.digest.size);
		add_number(out, "records", run->ledger.records);
		add_digest(out, "digest", run->ledger.digest);
		buf_add(out, STR("/>\n"));
	}
	add_input_exports(run, out);
	if (run->from.is_read) {
		buf_add(out, STR("    <input role=\"decisions\""));
		add_attribute(out, "path", file_part(run->from.path));
		add_number(out, "size", run->from.digest.size);
		add_number(out, "records", run->from.records);
		add_digest(out, "digest", run->from.digest);
		buf_add(out, STR("/>\n"));
	}
	buf_add(out, STR("  </inputs>\n"));
}

/* What commit compares (L3): the ledger that went in ("none" without a file) and the one that came out. */
static void
add_ledger(const struct emit *emit, struct buf *out)
{
	const struct ledger *ledger = &emit->run->ledger;

	buf_add(out, STR("  <ledger"));
	if (ledger->is_new)
		add_attribute(out, "in", STR("none"));
	else
		add_digest(out, "in", ledger->digest);
	for (size_t i = 0; i < emit->out->file_count; i++)
		if (str_equal(emit->out->files[i].name, STR("ledger.csv")))
			add_digest(out, "out", emit->out->files[i].digest);
	buf_add(out, STR("/>\n"));
}

static void
add_outputs(const struct output *output, struct buf *out)
{
	buf_add(out, STR("  <outputs>\n"));
	for (size_t i = 0; i < output->file_count; i++) {
		const struct output_file *file = &output->files[i];
		buf_add(out, STR("    <output"));
		add_attribute(out, "path", file->name);
		add_number(out, "size", file->digest.size);
		add_number(out, "records", file->records);
		add_digest(out, "digest", file->digest);
		buf_add(out, STR("/>\n"));
	}
	buf_add(out, STR("  </outputs>\n"));
}

static void
add_counters(struct buf *out, const uint64_t counters[COUNTERS])
{
	for (unsigned c = 0; c < COUNTERS; c++)
		add_number(out, counter_name(c), counters[c]);
	buf_add(out, STR("/>\n"));
}

static void
add_guards(const struct plan *plan, struct buf *out)
{
	for (size_t i = 0; i < plan->guard_count; i++) {
		const struct guard_result *guard = &plan->guards[i];
		buf_add(out, STR("    <guard"));
		add_attribute(out, "name", str_from(guard_name(guard->guard)));
		if (guard->mapping)
			add_attribute(out, "mapping", guard->mapping->name);
		add_attribute(out, "value", guard->value);
		add_attribute(out, "limit", guard->limit);
		add_attribute(out, "lifted", guard->is_lifted ? STR("true") : STR("false"));
		buf_add(out, STR("/>\n"));
	}
}

/* E43 */
static void
add_review(const struct emit *emit, struct buf *out)
{
	const struct plan *plan = &emit->run->plan;

	for (size_t i = 0; i < plan->review_count; i++) {
		const struct review_line *line = &plan->review[i];
		buf_add(out, STR("    <review"));
		add_attribute(out, "mapping", line->mapping->name);
		add_attribute(out, "direction", emit_direction(line->mapping->direction));
		add_number(out, "erp-records", line->records[ERP]);
		add_number(out, "erp-uncoupled", line->uncoupled[ERP]);
		add_number(out, "crm-records", line->records[CRM]);
		add_number(out, "crm-uncoupled", line->uncoupled[CRM]);
		for (size_t k = 0; k < line->mapping->depends_on_count; k++) {
			buf_add(out, k == 0 ? STR(" depends-on=\"") : STR("|"));
			add_escaped(out, line->mapping->depends_on[k]);
		}
		buf_add(out, line->mapping->depends_on_count > 0 ? STR("\"") : STR(""));
		add_attribute(out, "action", str_from(review_action(line)));
		buf_add(out, STR("/>\n"));
	}
}

/* What the summary of preview tells, too (L1). */
static void
add_summary(const struct emit *emit, struct buf *out)
{
	const struct plan *plan = &emit->run->plan;
	uint64_t totals[COUNTERS];

	buf_add(out, STR("  <summary"));
	add_number(out, "confirmed", plan->confirmed);
	add_number(out, "pending", plan->pending);
	add_number(out, "status", (uint64_t)plan->status);
	buf_add(out, STR(">\n"));
	for (size_t i = 0; i < plan->job_count; i++) {
		const struct job *job = &plan->jobs[i];
		buf_add(out, STR("    <job"));
		add_attribute(out, "id", emit->job_ids[i]);
		add_attribute(out, "mapping", job->mapping->name);
		add_attribute(out, "type", str_from(job_type_name(job->type)));
		if (job->direction != DIRECTION_NONE)
			add_attribute(out, "direction", emit_direction(job->direction));
		add_counters(out, job->counters);
	}
	emit_totals(plan, totals);
	buf_add(out, STR("    <totals"));
	add_counters(out, totals);
	add_guards(plan, out);
	add_review(emit, out);
	buf_add(out, STR("  </summary>\n"));
}

bool
emit_manifest(struct emit *emit)
{
	const struct run *run = emit->run;
	struct buf xml = { 0 };

	buf_add(&xml, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<manifest xmlns=\"urn:couplet:manifest:1\""));
	add_attribute(&xml, "version", STR(COUPLET_VERSION));
	add_attribute(&xml, "command", str_from(run->options->command));
	add_attribute(&xml, "method", str_from(run_method(run->options)));
	add_attribute(&xml, "run", run->plan.run_id);
	add_stamp(&xml, "now", run->plan.now);
	buf_add(&xml, STR(">\n"));
	add_inputs(run, &xml);
	add_ledger(emit, &xml);
	add_outputs(emit->out, &xml);
	add_summary(emit, &xml);
	buf_add(&xml, STR("</manifest>\n"));
	bool ok = emit_text(emit, STR("manifest.xml"), buf_str(&xml), 0);
	buf_release(&xml);
	return ok;
}
