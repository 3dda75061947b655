/* emit_card.c - README.txt: the run card, what a person does with the folder (part 6) */
#include "model/value.h"
#include "sync/emit/emit_parts.h"

static void
add_title(const struct run *run, struct buf *out)
{
	const struct plan *plan = &run->plan;

	buf_printf(out, "Couplet run %.*s, ", STR_ARG(plan->run_id));
	stamp_write(plan->now, out);
	buf_printf(out, " (%s, %s)\n\n", run->options->command, run_method(run->options));
}

/* E41: what a person does with options, and with records that get another key. */
static void
add_options(const struct emit_import *import, struct buf *out)
{
	buf_add(out, STR("       "));
	emit_count(import->records, "option", "options", out);
	buf_printf(out,
		" in %.*s, to be entered by hand\n"
		"       Add the numbers that are new, change the labels of the others, and remove what\n"
		"       has no label; publish; then declare the field's options so in the setup,\n"
		"       <option value=\"...\" name=\"...\"/>.\n",
		STR_ARG(import->table->system->name));
}

/* Part 5, 1.7: above these, Business Central online warns. */
enum { PACKAGE_BYTES = 3 * 1024 * 1024, PACKAGE_RECORDS = 5000 };

/* Which package it is, and what Business Central makes of a large one. */
static void
add_package(const struct emit_import *import, struct buf *out)
{
	buf_printf(out, "       Configuration package %.*s: import it, apply it, and see that it has no\n"
		"       errors, all before the next file; with English (United States) as region.\n",
		STR_ARG(import->package));
	if (import->bytes > PACKAGE_BYTES)
		buf_add(out, STR("       It is larger than 3 MiB: Business Central online warns when it is\n"
			"       imported, and may take long.\n"));
	if (import->records > PACKAGE_RECORDS)
		buf_add(out, STR("       It holds more than 5,000 records: Business Central online warns\n"
			"       when it is applied, and may take long.\n"));
}

/* What to choose in the tool, and what to look at, as it tells nobody what it left out (part 5, 3.5). */
static void
add_migration(struct buf *out)
{
	buf_add(out,
		STR("       Import it as it is with the Configuration Migration tool. The tool leaves out\n"
		    "       what it cannot import and says so in its logs alone: read them.\n"));
}

static void
add_file(const struct emit_import *import, struct buf *out)
{
	if (!import->goes_on)
		buf_printf(out, "   [ ] %.*s\n", STR_ARG(import->name));
	if (!import->goes_on && import->format && import->format->is_package)
		add_migration(out);
	if (import->table->option_field) {
		add_options(import, out);
		return;
	}
	buf_printf(out, "       %s ", action_name(import->action));
	emit_count(import->records, "record", "records", out);
	buf_printf(out, " of %.*s in %.*s\n", STR_ARG(import->table->name),
		STR_ARG(import->table->system->name));
	if (import->package.len > 0)
		add_package(import, out);
	if (import->renames)
		buf_add(out, STR("       The records get another key: the uid tells which. What imports by\n"
			"       key would make new records of them; rename them by hand instead.\n"));
}

static void
add_imports(const struct emit *emit, struct buf *out)
{
	uint64_t records = 0;
	uint64_t files = 0;

	if (emit->import_count == 0) {
		buf_printf(out, "1. IMPORT\n\nNothing is to be imported%s.\n\n",
			emit->run->options->task == TASK_SYNCHRONIZE ? ": both sides already agree" : "");
		return;
	}
	buf_add(out, STR("1. IMPORT these files, in this order\n\n"));
	for (size_t i = 0; i < emit->import_count; i++) {
		add_file(&emit->imports[i], out);
		if (emit->imports[i].table->option_field)
			continue;
		records += emit->imports[i].records;
		files += !emit->imports[i].goes_on;
	}
	buf_add(out, STR("\n"));
	if (files == 0)
		return;
	buf_add(out, STR("   "));
	emit_count(records, "record", "records", out);
	buf_add(out, STR(" in "));
	emit_count(files, "file", "files", out);
	buf_add(out, STR(" in all. After each file compare the number of records that\n"
		"   the system reports with the number given here.\n\n"));
}

static void
add_commit(const struct emit *emit, struct buf *out)
{
	buf_add(out, STR("2. COMMIT\n\n   couplet commit DIR\n\n"
		"   where DIR is this folder: its ledger.csv becomes the current ledger."));
	buf_add(out, emit->import_count > 0
		? STR(" Do it\n   once the files are imported; else the next run decides it all again.\n\n")
		: STR("\n\n"));
	if (emit->import_count == 0)
		return;
	buf_add(out, STR("3. PROVE\n\n   Export the tables again and run\n\n"
		"   couplet verify DIR\n   couplet preview\n\n"
		"   The first tells of each value of this folder whether it landed. The second confirms\n"
		"   what landed; what did not is still pending, and nothing else is left.\n\n"));
}

static void
add_pending(const struct plan *plan, struct buf *out)
{
	if (plan->pending == 0)
		return;
	buf_add(out, STR("PENDING\n\n   "));
	emit_count(plan->pending, "record was", "records were", out);
	buf_add(out, STR(" written by this run or an earlier one and not yet seen in an\n"
		"   export. An export made after the import settles that; until then nothing of it\n"
		"   is written again.\n\n"));
}

static void
add_lifted(const struct plan *plan, struct buf *out)
{
	bool has_title = false;

	for (size_t i = 0; i < plan->guard_count; i++) {
		const struct guard_result *guard = &plan->guards[i];
		if (!guard->is_lifted)
			continue;
		if (!has_title)
			buf_add(out, STR("LIFTED GUARDS: look twice before you import\n\n"));
		has_title = true;
		buf_printf(out, "   %s", guard_name(guard->guard));
		if (guard->mapping)
			buf_printf(out, " %.*s", STR_ARG(guard->mapping->name));
		buf_printf(out, ": %.*s, limit %.*s\n", STR_ARG(guard->value), STR_ARG(guard->limit));
	}
	if (has_title)
		buf_add_char(out, '\n');
}

/* Errors and conflicts by code, with what to do about each. */
static void
add_persons(const struct plan *plan, struct buf *out)
{
	size_t counts[CODES] = { 0 };
	size_t total = emit_count_persons(plan);

	if (total == 0)
		return;
	for (size_t i = 0; i < plan->finding_count; i++)
		if (plan->findings[i].severity <= SEVERITY_CONFLICT)
			counts[plan->findings[i].code]++;
	buf_add(out, STR("NEEDS A PERSON: "));
	emit_count(total, "finding", "findings", out);
	buf_add(out, STR(", each in errors.csv\n\n"));
	for (unsigned code = 0; code < CODES; code++)
		if (counts[code] > 0)
			buf_printf(out, "   %s: %zu\n       %s\n", code_name(code), counts[code],
				code_advice(code));
	buf_add_char(out, '\n');
}

/* E38: the answer to unmatched records is a file. */
static void
add_candidates(const struct plan *plan, struct buf *out)
{
	if (plan->candidate_count == 0)
		return;
	buf_add(out, STR("   ambiguous.csv holds the unmatched records with every candidate. Write couple\n"
		"   in its column decision beside the right ones; once this ledger is committed,\n\n"
		"   couplet couple --from DIR/ambiguous.csv -o DIR2\n\n"));
}

bool
emit_card(struct emit *emit)
{
	const struct plan *plan = &emit->run->plan;
	struct buf card = { 0 };

	add_title(emit->run, &card);
	add_imports(emit, &card);
	add_commit(emit, &card);
	add_pending(plan, &card);
	add_lifted(plan, &card);
	add_persons(plan, &card);
	add_candidates(plan, &card);
	buf_add(&card, STR("FILES\n\n"
		"   report.html   every change with old and new value, to be read in a browser\n"
		"   changes.csv   every change, one line a field\n"
		"   jobs.csv      what each job did\n"
		"   errors.csv    what went wrong or needs attention\n"
		"   ledger.csv    the updated ledger\n"
		"   manifest.xml  what went in and came out, with digests\n"));
	if (plan->candidate_count > 0)
		buf_add(&card, STR("   ambiguous.csv unmatched records and their candidates\n"));
	bool ok = emit_text(emit, STR("README.txt"), buf_str(&card), 0);
	buf_release(&card);
	return ok;
}
