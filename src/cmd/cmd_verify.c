/* cmd_verify.c - proves that an import happened: a folder's changes against the present exports (L5) */
#include "base/json.h"
#include "cmd/cmd_run.h"
#include "cmd/manifest.h"
#include "cmd/show.h"
#include "io/csv_write.h"
#include "io/new_file.h"
#include "sync/emit/emit.h"
#include "sync/prove/verify.h"

static const struct option_row verify_rows[] = {
	{ "output", 'o', "FILE.csv", "the list, one line a field; must not exist", TAKE_TEXT,
		offsetof(struct options, output) },
};

static const struct option_table verify_options = { "Options", verify_rows, ARRAY_LEN(verify_rows) };

/* What is printed from. */
struct proof {
	const struct options *options;
	struct run run;
	struct past past;
	struct manifest manifest;
	struct verification v;
	struct buf out;
};

/* The words of 1.4, also for JSON keys and CSV cells. */
static const char *const landing_words[LANDINGS] = {
	[LANDING_LANDED] = "landed",
	[LANDING_ALTERED] = "altered",
	[LANDING_MISSING] = "missing",
	[LANDING_OVERWRITTEN] = "overwritten",
	[LANDING_TWICE] = "twice",
};

/* `CUSTOMER ERP->CRM 10000: update` (1.4) */
static void
add_subject(struct buf *out, const struct past_change *change)
{
	bool is_to = str_equal(change->direction, str_from(direction_name(TO)));
	struct str id = change->id[ERP].len ? change->id[ERP] : change->id[CRM];
	struct str key = change->erp_key.len ? change->erp_key : id;

	buf_printf(out, "%.*s %s %.*s: %.*s", STR_ARG(change->mapping), direction_arrow(is_to ? TO : FROM),
		STR_ARG(key), STR_ARG(change->action));
}

/* One line for what landed whole, and one for each field that did not. */
static void
add_text_change(struct proof *proof, size_t begin, size_t end)
{
	struct buf *out = &proof->out;
	uint64_t landed = 0;

	for (size_t i = begin; i < end; i++) {
		const struct verified *line = &proof->v.list[i];
		if (line->landing == LANDING_LANDED) {
			landed += line->value != NULL;
			continue;
		}
		add_subject(out, line->change);
		if (line->value)
			buf_printf(out, " %.*s", STR_ARG(line->value->field));
		buf_printf(out, ": %s", landing_name(line->landing));
		if (line->value) {
			buf_add(out, STR("; written "));
			show_quoted(out, line->value->new);
			buf_add(out, STR(", found "));
			show_quoted(out, line->found);
		} else if (line->found.len) {
			buf_printf(out, "; also as %.*s", STR_ARG(line->found));
		}
		buf_add_char(out, '\n');
	}
	if (landed == 0 && proof->v.list[begin].landing != LANDING_LANDED)
		return;
	add_subject(out, proof->v.list[begin].change);
	buf_add(out, STR(": landed"));
	if (landed > 0)
		buf_printf(out, " (%llu field%s)", (unsigned long long)landed, landed == 1 ? "" : "s");
	buf_add_char(out, '\n');
}

/* What to do next: a line for each thing that went otherwise. */
static void
add_text_next(struct proof *proof)
{
	const struct verification *v = &proof->v;
	struct buf *out = &proof->out;
	struct buf folder = { 0 };

	buf_add_word(&folder, str_from(options_argument(proof->options, 0)));
	if (v->counts[LANDING_MISSING] > 0 || v->pending_count > 0)
		buf_printf(out, "next  import what is missing as %.*s/README.txt says, export both systems "
			"again, and verify once more\n", STR_ARG(buf_str(&folder)));
	if (v->counts[LANDING_TWICE] > 0)
		buf_add(out, STR("next  look at what landed twice, and delete the record that is too "
			"many\n"));
	if (v->counts[LANDING_OVERWRITTEN] > 0)
		buf_add(out, STR("next  what was overwritten has been edited since: the next sync takes it "
			"up where its side is a source\n"));
	if (v->counts[LANDING_LANDED] + v->counts[LANDING_ALTERED] == v->count && v->pending_count == 0)
		buf_printf(out, "next  couplet commit %.*s, unless that is done; then couplet preview has "
			"nothing of it left to do\n", STR_ARG(buf_str(&folder)));
	buf_release(&folder);
}

static void
add_text(struct proof *proof)
{
	const struct verification *v = &proof->v;

	for (size_t i = 0, end; i < v->count && !proof->options->quiet; i = end) {
		for (end = i + 1; end < v->count && v->list[end].change == v->list[i].change; end++)
			;
		add_text_change(proof, i, end);
	}
	for (size_t i = 0; i < v->pending_count; i++) {
		const struct coupling *c = v->pending[i];
		struct str id = ledger_id(&proof->run.ledger, c, coupling_has_id(c, ERP) ? ERP : CRM);
		buf_printf(&proof->out, "%.*s %.*s: pending: no export shows the record yet\n",
			STR_ARG(proof->run.setup.mappings[c->mapping]->name),
			STR_ARG(coupling_key(c).len ? coupling_key(c) : id));
	}
	buf_add(&proof->out, STR("total"));
	for (enum landing landing = 0; landing < LANDINGS; landing++)
		buf_printf(&proof->out, "  %s %llu", landing_words[landing],
			(unsigned long long)v->counts[landing]);
	buf_printf(&proof->out, "  pending %zu\n", v->pending_count);
	add_text_next(proof);
}

static void
add_member(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, ",\"%s\":", name);
	json_add_string(out, value);
}

static void
add_json_line(struct buf *out, const struct verified *line)
{
	const struct past_change *change = line->change;

	buf_add(out, STR("{\"mapping\":"));
	json_add_string(out, change->mapping);
	add_member(out, "direction", change->direction);
	add_member(out, "action", change->action);
	add_member(out, "side", change->side);
	add_member(out, "erp_key", change->erp_key);
	add_member(out, "erp_id", change->id[ERP]);
	add_member(out, "crm_id", change->id[CRM]);
	add_member(out, "field", line->value ? line->value->field : STR(""));
	add_member(out, "result", str_from(landing_words[line->landing]));
	add_member(out, "written", line->value ? line->value->new : STR(""));
	add_member(out, "found", line->found);
	buf_add_char(out, '}');
}

static void
add_json(struct proof *proof, enum status status)
{
	const struct verification *v = &proof->v;
	struct buf *out = &proof->out;

	buf_add(out, STR("{\"schema\":\"couplet/verify/1\""));
	add_member(out, "run", proof->manifest.run);
	for (enum landing landing = 0; landing < LANDINGS; landing++)
		buf_printf(
			out, ",\"%s\":%llu", landing_words[landing], (unsigned long long)v->counts[landing]);
	buf_printf(out, ",\"pending\":%zu,\"changes\":[", v->pending_count);
	for (size_t i = 0; i < v->count; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		add_json_line(out, &v->list[i]);
	}
	buf_add(out, STR("],\"waiting\":["));
	for (size_t i = 0; i < v->pending_count; i++) {
		const struct coupling *c = v->pending[i];
		buf_add(out, i > 0 ? STR(",{\"mapping\":") : STR("{\"mapping\":"));
		json_add_string(out, proof->run.setup.mappings[c->mapping]->name);
		add_member(out, "erp_key", coupling_key(c));
		add_member(out, "erp_id", ledger_id(&proof->run.ledger, c, ERP));
		add_member(out, "crm_id", ledger_id(&proof->run.ledger, c, CRM));
		buf_add_char(out, '}');
	}
	buf_printf(out, "],\"status\":%d}\n", (int)status);
}

static bool
write_list(const struct proof *proof, struct diag *diag)
{
	struct buf text = { 0 };

	buf_add(&text,
		STR("mapping,direction,action,side,erp_key,erp_id,crm_id,field,result,written,found\n"));
	for (size_t i = 0; i < proof->v.count; i++) {
		const struct verified *line = &proof->v.list[i];
		const struct past_change *change = line->change;
		const struct str cells[] = { change->mapping, change->direction, change->action, change->side,
			change->erp_key, change->id[ERP], change->id[CRM],
			line->value ? line->value->field : STR(""), str_from(landing_words[line->landing]),
			line->value ? line->value->new : STR(""), line->found };
		for (size_t k = 0; k < ARRAY_LEN(cells); k++) {
			if (k > 0)
				buf_add_char(&text, ',');
			csv_add(&text, ',', cells[k]);
		}
		buf_add_char(&text, '\n');
	}
	bool ok = new_file_write(proof->options->output, buf_str(&text), diag);
	buf_release(&text);
	return ok;
}

static bool
has_all_landed(const struct verification *v)
{
	return v->counts[LANDING_LANDED] == v->count;
}

static enum status
tell(struct proof *proof, struct diag *diag)
{
	enum status status = has_all_landed(&proof->v) ? STATUS_OK : STATUS_DIFFERENT;

	/* What is told is made first: once the list is there nothing may need memory. */
	if (proof->options->format == OUTPUT_JSON)
		add_json(proof, status);
	else
		add_text(proof);
	if (proof->options->output && !write_list(proof, diag))
		return diag->status;
	fwrite(proof->out.ptr, 1, proof->out.len, stdout);
	return status;
}

static enum status
run_verify(const struct options *options, struct diag *diag)
{
	struct proof proof = { .options = options };
	struct run_options run_options;
	struct arena arena = { 0 };
	enum status status = STATUS_OK;
	const char *folder = options_argument(options, 0);

	bool ok = run_options_read(&run_options, options, "verify", diag)
	    && manifest_read(&proof.manifest, folder, diag) && manifest_check(&proof.manifest, folder, diag)
	    && past_read(&proof.past, folder, diag);
	run_options.task = TASK_VERIFY;
	if (ok && !options->ledger)
		run_options.ledger_path = arena_printf(&arena, "%s/ledger.csv", folder).ptr;
	if (ok && run_read(&proof.run, &run_options, options, diag)
		&& run_decide(&proof.run, options, diag)
		&& verify(&proof.run, &proof.past, proof.manifest.now, &proof.v, diag))
		status = tell(&proof, diag);
	verification_release(&proof.v);
	run_release(&proof.run);
	past_release(&proof.past);
	manifest_release(&proof.manifest);
	buf_release(&proof.out);
	arena_release(&arena);
	return status;
}

const struct command command_verify = {
	.name = "verify",
	.synopsis = "DIR [-o FILE.csv]",
	.summary = "proves that a folder's import files were imported",
	.example = "  couplet verify out\n"
		   "  couplet verify out --format json\n",
	.text = "Export both systems again after the import, then compare: for each change of DIR, field\n"
		"by field, whether it landed, landed altered (shortened, other case), is missing, was\n"
		"overwritten since, or landed twice. Names the records that are still pending. Exits with 0\n"
		"when everything landed, else with 1.\n",
	.tables = { &verify_options },
	.argument = "DIR, an output folder",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run_verify,
};
