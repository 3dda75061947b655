/* test_emit_logs.c - logs, run card, manifest and summary, byte for byte (1.4, 6.1, 6.2) */
#include "emit_world.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

static void
test_logs(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	uint32_t confirmation = plan_add_job(&w.run.plan, &w.mapping, JOB_CONFIRMATION, DIRECTION_NONE);
	uint32_t to = add_job(&w, TO);
	w.run.plan.jobs[confirmation].counters[COUNT_COUPLED] = 3;
	w.run.plan.jobs[to].counters[COUNT_FAILED] = 1;
	w.run.plan.jobs[to].message = STR("a, b");
	plan_add_finding(&w.run.plan, (struct finding){ .job = PLAN_NO_JOB, .severity = SEVERITY_WARNING,
		.code = CODE_BAD_RECORD, .source_side = NO_SIDE, .message = STR("crm.csv:4: odd quote") });
	plan_add_finding(&w.run.plan, (struct finding){ .job = to, .mapping = &w.mapping, .direction = TO,
		.severity = SEVERITY_CONFLICT, .code = CODE_UPDATE_CONFLICT, .rule = 16, .source_side = ERP,
		.erp_key = STR("10000"), .erp_id = STR(ERP_ID_1), .crm_id = STR(CRM_ID_1),
		.field = STR("Name"),
		.message = STR("\"A\" and \"B\"") });
	emit_world_write(&w);
	assert_string_equal(output_text(&w, "jobs.csv"),
		"id,start,finish,mapping,type,direction,inserted,modified,deleted,unchanged,skipped,failed,"
		"coupled,"
		"uncoupled,message\n"
		"1a2b3c4d-01,2026-03-01T09:00:00Z,2026-03-01T09:00:00Z,CUSTOMER,Confirmation,,0,0,0,0,0,0,"
		"3,0,\n"
		"1a2b3c4d-02,2026-03-01T09:00:00Z,2026-03-01T09:00:00Z,CUSTOMER,Synchronization,"
		"ToIntegrationTable,"
		"0,0,0,0,0,1,0,0,\"a, b\"\n");
	assert_string_equal(output_text(&w, "errors.csv"),
		"no,job_id,mapping,direction,severity,code,rule,source_side,erp_key,erp_id,crm_id,field,"
		"message,"
		"advice\n"
		"1,,,,warning,bad-record,,,,,,,crm.csv:4: odd quote,"
		"\"Correct the record in the export, or export the table again.\"\n"
		"2,1a2b3c4d-02,CUSTOMER,ToIntegrationTable,conflict,update-conflict,E16,erp,10000," ERP_ID_1
		"," CRM_ID_1 ",Name,\"\"\"A\"\" and \"\"B\"\"\","
		"\"Make both sides equal in these fields, let one side win with couplet resolve --send or "
		"--get, or choose a strategy with resolve-update-conflicts.\"\n");
	assert_non_null(strstr(output_text(&w, "README.txt"),
		"NEEDS A PERSON: 1 finding, each in errors.csv\n\n   update-conflict: 1\n"));
	emit_end(&w);
}

static void
test_card(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	add_job(&w, TO);
	change(&w, 0, ACTION_UPDATE, CRM, 0, 0);
	w.run.plan.pending = 2;
	emit_world_write(&w);
	const char *card = output_text(&w, "README.txt");
	assert_non_null(strstr(card, "Couplet run 1a2b3c4d, 2026-03-01T09:00:00Z (sync, modified)\n\n"
		"1. IMPORT these files, in this order\n\n   [ ] crm/01-account.update.csv\n"
		"       update 1 record of account in Contoso\n\n   1 record in 1 file in all."));
	assert_non_null(strstr(card, "\n   couplet commit DIR\n"));
	assert_non_null(strstr(card, "PENDING\n\n   2 records were written"));
	assert_null(strstr(card, w.folder));
	emit_end(&w);

	emit_begin(&w);
	add_job(&w, TO);
	emit_world_write(&w);
	assert_non_null(strstr(output_text(&w, "README.txt"), "Nothing is to be imported"));
	emit_end(&w);
}

/* Not valid against the schema: the validator says why on standard error. */
static bool
is_valid(const char *path)
{
	xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt("schemas/manifest.xsd");
	xmlSchema *schema = xmlSchemaParse(parser);
	xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt(schema);
	int result = xmlSchemaValidateFile(validator, path, 0);

	xmlSchemaFreeValidCtxt(validator);
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(parser);
	xmlCleanupParser();
	return result == 0;
}

static void
test_manifest(void **test_state)
{
	struct emit_world w;
	struct table_file file = { .path = STR("erp/a&b.csv"), .shown_path = STR("erp/a&b.csv"), .records = 2,
		.size = 99, .hash = { 1, 2 } };
	struct guard_result guard = { .guard = GUARD_CREATES, .mapping = &w.mapping, .value = STR("120"),
		.limit = STR("100"), .is_lifted = true };
	char path[100];

	(void)test_state;
	emit_begin(&w);
	w.data[ERP].files = &file;
	w.data[ERP].file_count = 1;
	w.run.ledger.records = 7;
	w.run.ledger.digest = (struct file_digest){ 500, { 3, 4 } };
	w.run.plan.guards = &guard;
	w.run.plan.guard_count = 1;
	w.run.plan.pending = 12;
	w.run.plan.status = STATUS_FINDINGS;
	add_job(&w, TO);
	w.run.plan.jobs[0].counters[COUNT_UNCHANGED] = 940;
	emit_world_write(&w);
	const char *xml = output_text(&w, "manifest.xml");
	assert_non_null(strstr(xml, "<manifest xmlns=\"urn:couplet:manifest:1\" version=\"0.1.0\" "
		"command=\"sync\""
		" method=\"modified\" run=\"1a2b3c4d\" now=\"2026-03-01T09:00:00Z\">\n  <inputs>\n"
		"    <input role=\"setup\" path=\"couplet.xml\" size=\"8\" digest=\"xxh3-128:"));
	assert_non_null(strstr(xml, "    <input role=\"ledger\" path=\"ledger.csv\" size=\"500\" "
		"records=\"7\""
		" digest=\"xxh3-128:00000000000000030000000000000004\"/>\n"
		"    <input role=\"export\" side=\"erp\" table=\"Customer/Kl\xc3\xa4nt\" "
		"path=\"erp/a&amp;b.csv\""
		" size=\"99\" records=\"2\" digest=\"xxh3-128:00000000000000010000000000000002\"/>\n  "
		"</inputs>\n"
		"  <ledger in=\"xxh3-128:00000000000000030000000000000004\" out=\"xxh3-128:"));
	assert_non_null(strstr(xml, "<summary confirmed=\"0\" pending=\"12\" status=\"4\">\n"
		"    <job id=\"1a2b3c4d-01\" mapping=\"CUSTOMER\" type=\"Synchronization\""
		" direction=\"ToIntegrationTable\" inserted=\"0\" modified=\"0\" deleted=\"0\" "
		"unchanged=\"940\""));
	assert_non_null(strstr(xml, "<guard name=\"max-creates\" mapping=\"CUSTOMER\" value=\"120\" "
		"limit=\"100\""
		" lifted=\"true\"/>"));
	assert_null(strstr(xml, "manifest.xml"));
	assert_null(strstr(xml, w.folder));
	snprintf(path, sizeof path, "%s/manifest.xml", w.target);
	assert_true(is_valid(path));
	w.run.plan.guards = NULL;
	emit_end(&w);
}

/* L2: the folder that is written holds no input. */
static void
test_input_inside(void **test_state)
{
	struct emit_world w;
	char path[100];

	(void)test_state;
	emit_begin(&w);
	snprintf(path, sizeof path, "%s/erp.csv", w.target);
	struct table_file file = { .path = str_from(path) };
	w.data[ERP].files = &file;
	w.data[ERP].file_count = 1;
	assert_int_equal(mkdir(w.target, 0777), 0);
	assert_false(emit_folder(&w.run, w.target, &w.diag));
	assert_int_equal(w.diag.status, STATUS_USAGE);
	emit_end(&w);
}

static void
fill_summary(struct emit_world *w, struct guard_result *guard)
{
	struct plan *plan = &w->run.plan;

	uint32_t confirmation = plan_add_job(plan, &w->mapping, JOB_CONFIRMATION, DIRECTION_NONE);
	uint32_t to = add_job(w, TO);
	add_job(w, FROM);
	plan->jobs[confirmation].counters[COUNT_COUPLED] = 3;
	plan->jobs[to].counters[COUNT_INSERTED] = 12;
	plan->jobs[to].counters[COUNT_MODIFIED] = 31;
	plan->jobs[to].counters[COUNT_UNCHANGED] = 940;
	plan->jobs[to].counters[COUNT_SKIPPED] = 2;
	plan->jobs[to].counters[COUNT_FAILED] = 1;
	plan->pending = 12;
	*guard = (struct guard_result){ .guard = GUARD_MISSING, .mapping = &w->mapping, .value = STR("14%"),
		.limit = STR("10%"), .message = STR("141 of 1000 are absent") };
	plan->guards = guard;
	plan->guard_count = 1;
	plan->status = STATUS_GUARD;
}

static void
test_summary_text(void **test_state)
{
	static const char head[] =
		"CUSTOMER  confirmation  coupled 3\n"
		"CUSTOMER  ERP->CRM  created 12  updated 31  unchanged 940  skipped 2  failed 1\n"
		"CUSTOMER  CRM->ERP  nothing to do\n"
		"total  created 12  updated 31  unchanged 940  skipped 2  failed 1  coupled 3\n";
	static const char tail[] =
		"pending  12 records wait for an export that shows what is written\n"
		"guard  max-missing  CUSTOMER  14%, limit 10%  ";
	struct emit_world w;
	struct guard_result guard;
	struct buf out = { 0 };

	(void)test_state;
	emit_begin(&w);
	fill_summary(&w, &guard);
	emit_summary_text(&w.run, NULL, &out);
	buf_add_char(&out, '\0');
	assert_memory_equal(out.ptr, head, sizeof head - 1);
	assert_memory_equal(out.ptr + sizeof head - 1, tail, sizeof tail - 1);
	assert_non_null(strstr(out.ptr, "  refused: 141 of 1000 are absent\nnext  nothing was written"));

	buf_reset(&out);
	guard.is_lifted = true;
	guard.message.len = 0;
	w.run.plan.status = STATUS_OK;
	change(&w, 0, ACTION_UPDATE, CRM, 0, 0);
	emit_summary_text(&w.run, "out", &out);
	buf_add_char(&out, '\0');
	assert_memory_equal(out.ptr, head, sizeof head - 1);
	assert_non_null(strstr(out.ptr, "import  into the CRM: 1 updated\npending  12 records wait"));
	assert_non_null(strstr(out.ptr, "lifted\n"
		"next  import the files of out as its README.txt says, then couplet commit out\n"));
	buf_release(&out);
	w.run.plan.guards = NULL;
	emit_end(&w);
}

static void
test_summary_json(void **test_state)
{
	struct emit_world w;
	struct guard_result guard;
	struct buf out = { 0 };

	(void)test_state;
	emit_begin(&w);
	fill_summary(&w, &guard);
	w.mapping.name = STR("A\"\\\n\xc3\xa9");
	w.run.plan.jobs[1].mapping = &w.mapping;
	emit_summary_json(&w.run, &out);
	buf_add_char(&out, '\0');
#define NAME_JSON "\"mapping\":\"A\\\"\\\\\\u000a\xc3\xa9\","
	assert_string_equal(out.ptr,
		"{\"schema\":\"couplet/summary/1\",\"command\":\"sync\",\"method\":\"modified\","
		"\"run\":\"1a2b3c4d\","
		"\"now\":\"2026-03-01T09:00:00Z\",\"jobs\":[{" NAME_JSON "\"type\":\"Confirmation\","
		"\"direction\":\"\","
		"\"inserted\":0,\"modified\":0,\"deleted\":0,\"unchanged\":0,\"skipped\":0,\"failed\":0,"
		"\"coupled\":3,"
		"\"uncoupled\":0},{" NAME_JSON "\"type\":\"Synchronization\","
		"\"direction\":\"ToIntegrationTable\","
		"\"inserted\":12,\"modified\":31,\"deleted\":0,\"unchanged\":940,\"skipped\":2,\"failed\":1,"
		"\"coupled\":0,\"uncoupled\":0},{" NAME_JSON "\"type\":\"Synchronization\","
		"\"direction\":\"FromIntegrationTable\",\"inserted\":0,\"modified\":0,\"deleted\":0,"
		"\"unchanged\":0,"
		"\"skipped\":0,\"failed\":0,\"coupled\":0,\"uncoupled\":0}],\"totals\":{\"inserted\":12,"
		"\"modified\":31,\"deleted\":0,\"unchanged\":940,\"skipped\":2,\"failed\":1,\"coupled\":3,"
		"\"uncoupled\":0},\"confirmed\":0,\"pending\":12,\"guards\":[{\"guard\":\"max-missing\","
		NAME_JSON
		"\"value\":\"14%\",\"limit\":\"10%\",\"lifted\":false}],\"status\":5}\n");
	buf_release(&out);
	w.run.plan.guards = NULL;
	emit_end(&w);
}

/* Every code has a name and an advice; 6.6 gives their order. */
static void
test_codes(void **test_state)
{
	(void)test_state;
	for (unsigned code = 0; code < CODES; code++) {
		assert_non_null(code_name(code));
		assert_true(strlen(code_advice(code)) > 20);
	}
	assert_string_equal(code_name(CODE_UPDATE_CONFLICT), "update-conflict");
	assert_string_equal(code_name(CODE_PENDING), "pending");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_card),
		cmocka_unit_test(test_manifest),
		cmocka_unit_test(test_input_inside),
		cmocka_unit_test(test_summary_text),
		cmocka_unit_test(test_summary_json),
		cmocka_unit_test(test_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
