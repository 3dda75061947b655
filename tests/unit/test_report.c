/* test_report.c - report.html of a plan made by hand (6.4) */
#include "emit_world.h"
#include "sync/report/report_text.h"

/* One update with a value of each kind, a create, a delete and what a person must look at. */
static void
fill(struct emit_world *w)
{
	struct plan *plan = &w->run.plan;

	uint32_t to = add_job(w, TO);
	uint32_t from = add_job(w, FROM);
	plan->jobs[to].counters[COUNT_MODIFIED] = 1;
	plan->jobs[to].counters[COUNT_UNCHANGED] = 1234567;
	change(w, to, ACTION_UPDATE, CRM, 0, 0);
	plan_add_value(plan, (struct change_value){ .column = CRM_NAME, .base = BASE_SAME,
		.old = str_cell(STR("Adatum")), .new = str_cell(STR("Adatum & Sons <script>")) });
	plan_add_value(plan, (struct change_value){ .column = LIMIT, .base = BASE_CHANGED,
		.old = str_cell(STR("1234.5")), .new = str_cell(STR("")) });
	change(w, to, ACTION_DELETE, CRM, 1, 1);
	change(w, from, ACTION_UPDATE, ERP, 1, 1);
	plan_add_value(plan, (struct change_value){ .column = CREDIT, .base = BASE_UNKNOWN,
		.old = { "<b>veel", 7, true }, .new = str_cell(STR("1234.5")) });
	plan_add_value(plan, (struct change_value){ .column = BLOCKED, .base = BASE_UNKNOWN,
		.old = str_cell(STR("0")), .new = str_cell(STR("3")) });
	plan_add_finding(plan, (struct finding){ .job = to, .mapping = &w->mapping, .direction = TO,
		.severity = SEVERITY_ERROR, .code = CODE_TOO_LONG, .rule = 23, .source_side = ERP,
		.erp_key = STR("20000"), .erp_id = STR(ERP_ID_2), .crm_id = STR(CRM_ID_2),
		.field = STR("Name"), .message = STR("\"Trey; <Res>\" is too long") });
	plan_add_finding(plan, (struct finding){ .job = PLAN_NO_JOB, .severity = SEVERITY_WARNING,
		.code = CODE_BAD_RECORD, .source_side = NO_SIDE, .message = STR("crm.csv:4: odd quote") });
}

static const char *
report_of(struct emit_world *w)
{
	emit_world_write(w);
	return output_text(w, "report.html");
}

static void
assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("is not in the report: %s", part);
}

static void
assert_has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("is in the report: %s", part);
}

static void
test_sections(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	fill(&w);
	const char *text = report_of(&w);
	assert_has(text, "<!DOCTYPE html>\n<html lang=\"en\">");
	assert_has(text, "default-src 'none'; style-src 'sha256-");
	assert_has(text, "<td class=\"n\">1,234,567</td>");
	assert_has(text, "aria-label=\"Updated 1, Unchanged 1,234,567\"");
	assert_has(text, "<td class=\"v\"><bdi>Adatum</bdi></td><td class=\"v\"><bdi>Adatum<ins>"
		" &amp; Sons &lt;script&gt;</ins></bdi></td>"
		"<td>as agreed</td>");
	assert_has(text, "<td class=\"v\"><bdi><del>1234.5</del></bdi></td>"
		"<td class=\"v\"><i class=\"b\">blank</i></td><td class=\"alarm\">changed since</td>");
	assert_has(text, "<del>&lt;b&gt;veel</del>");
	assert_has(text, "<i class=\"b\">blank</i></td><td class=\"v\"><bdi><ins>All</ins></bdi>");
	assert_has(text, "Deletions \xc2\xb7 ERP \xe2\x86\x92 CRM");
	assert_has(text, "<code>too-long</code><br>Name</td><td class=\"w\">"
		"<bdi>&quot;Trey; &lt;Res&gt;&quot; is too long</bdi></td>");
	assert_has(text, "<bdi>crm.csv:4: odd quote</bdi>");
	assert_has(text, "<p class=\"state look\">1 finding needs a person.</p>");
	assert_has_not(text, "Sons <script>");
	emit_end(&w);
}

static void
test_dutch(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	w.options.report.language = DUTCH;
	fill(&w);
	const char *text = report_of(&w);
	assert_has(text, "<html lang=\"nl\">");
	assert_has(text, "<td class=\"n\">1.234.567</td>");
	assert_has(text, "<p class=\"state look\">1 bevinding vraagt om een mens.</p>");
	assert_has(text, "<td class=\"w\" lang=\"en\"><bdi>&quot;Trey; ");
	assert_has(text, "Kort de waarde in waar ze vandaan komt");
	emit_end(&w);
}

/* Nothing of the rows is in it, but the option. */
/* What findings say, in Dutch; NULL where the table does not know the sentence. */
static void
test_messages(void **test_state)
{
	static const struct {
		const char *message;
		const char *dutch;
	} table[] = {
		{ "coupled to a row of account that is deleted",
			"gekoppeld aan een rij van account die verwijderd is" },
		{ "both sides were edited: Name is \"a; b\" in the ERP and \"\" in the CRM; City is \"x\" in the "
		  "ERP and \"y\" in the CRM",
			"beide kanten zijn bewerkt: Name is \"a; b\" in de ERP en \"\" in de CRM; City is \"x\" in "
			"de ERP en \"y\" in de CRM" },
		{ "record Item \"1\" must be coupled in mapping ITEM first; or row x \"2\" must be coupled in "
		  "mapping Y first",
			"record Item \"1\" moet eerst gekoppeld zijn in toewijzing ITEM; of rij x \"2\" moet eerst "
			"gekoppeld zijn in toewijzing Y" },
		{ "e/c.csv:3: column 4 \"Amount\": \"x\" is no Decimal",
			"e/c.csv:3: kolom 4 \"Amount\": \"x\" is geen Decimal" },
		{ "\"\" is no option of field \"\"", "\"\" is geen optie van veld \"\"" },
		{ "", NULL },
		{ "something else", NULL },
		{ "coupled to a row of account that is deleted now", NULL },
	};
	struct buf out = { 0 };

	(void)test_state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct str message = str_from(table[i].message);
		assert_false(report_message(ENGLISH, message, &out));
		assert_int_equal(report_message(DUTCH, message, &out), table[i].dutch != NULL);
		if (table[i].dutch)
			assert_true(str_equal(buf_str(&out), str_from(table[i].dutch)));
	}
	buf_release(&out);
}

static void
test_masked(void **test_state)
{
	static const char *const data[] = { "Adatum", "Sons", "1234", "1,234.5", "veel", "10000", "20000", "Trey",
		"odd quote", "11111111-", "22222222-", "99999999-", "88888888-" };
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	w.options.report.is_masked = true;
	w.run.ledger.digest.size = 1;
	fill(&w);
	w.run.plan.jobs[0].counters[COUNT_UNCHANGED] = 0;
	const char *text = report_of(&w);
	for (size_t i = 0; i < ARRAY_LEN(data); i++)
		assert_has_not(text, data[i]);
	assert_has(text, "<bdi><ins>All</ins></bdi>");
	assert_has(text, "left out by --mask");
	assert_has(output_text(&w, "changes.csv"), "Adatum & Sons");
	emit_end(&w);
}

static size_t
count_parts(const char *text, const char *part)
{
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
		count++;
	return count;
}

/* The first 1,000 of a section, and where the rest is. */
static void
test_limit(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	for (unsigned more = 0; more < 2; more++) {
		emit_begin(&w);
		uint32_t to = add_job(&w, TO);
		for (unsigned i = 0; i < 1000 + more; i++)
			change(&w, to, ACTION_COUPLE, NO_SIDE, i % 2, TABLE_NO_ROW);
		const char *text = report_of(&w);
		assert_has(text, more ? "<caption>The first 1,000 of 1,001 records; all of them are in "
			"<code>changes.csv</code>.</caption>" : "<caption>1,000 records.</caption>");
		assert_int_equal(count_parts(text, "<td><bdi>11111111-"), 500);
		assert_int_equal(count_parts(text, "<td><bdi>22222222-"), 500);
		emit_end(&w);
	}
}

/* What is too long to be shown whole is cut around what differs, and says how long it is. */
static void
test_long_value(void **test_state)
{
	static char old[3001];
	static char new[3001];
	struct emit_world w;

	(void)test_state;
	memset(old, 'x', 3000);
	memset(new, 'x', 3000);
	new[1500] = 'y';
	emit_begin(&w);
	uint32_t to = add_job(&w, TO);
	change(&w, to, ACTION_UPDATE, CRM, 0, 0);
	plan_add_value(&w.run.plan, (struct change_value){ .column = CRM_NAME,
		.old = str_cell(str_from(old)), .new = str_cell(str_from(new)) });
	const char *text = report_of(&w);
	assert_has(text, "<bdi>\xe2\x80\xa6xxxx");
	assert_has(text, "x<ins>y</ins>x");
	assert_has(text, "x\xe2\x80\xa6</bdi> <small>(3,000 characters)</small></td>");
	assert_true(strlen(text) < 30000);
	emit_end(&w);
}

/* preview writes the same, but for the names of import files (L1); and never over another file. */
static void
test_preview(void **test_state)
{
	struct emit_world w;
	char path[100];

	(void)test_state;
	emit_begin(&w);
	fill(&w);
	snprintf(path, sizeof path, "%s/report.html", w.folder);
	assert_true(emit_report_file(&w.run, path, &w.diag));
	snprintf(w.target, sizeof w.target, "%s", w.folder);
	const char *text = output_text(&w, "report.html");
	assert_has(text, "What a synchronization would change");
	assert_has(text, "couplet sync -o DIR");
	assert_has(text, "Adatum<ins>");
	assert_false(emit_report_file(&w.run, path, &w.diag));
	assert_int_equal(w.diag.status, STATUS_USAGE);
	emit_end(&w);
}

static void
test_guards(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	w.run.plan.guards = memory_new(1, sizeof *w.run.plan.guards);
	w.run.plan.guards[w.run.plan.guard_count++] = (struct guard_result){ GUARD_MISSING, &w.mapping,
		STR("14%"), STR("10%"), true, STR("guard max-missing: CUSTOMER: 14% <are> missing") };
	const char *text = report_of(&w);
	assert_has(text, "<code>max-missing</code></th><td>CUSTOMER</td>");
	assert_has(text, "lifted for this run");
	assert_has(text, "14% &lt;are&gt; missing");
	assert_has(text, "There is nothing to do: no job ran.");
	emit_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_dutch),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_masked),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_long_value),
		cmocka_unit_test(test_preview),
		cmocka_unit_test(test_guards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
