/* fuzz_run.c - any texts as both exports and the ledger of a whole run, which must end the same twice (L1) */
#include "fuzz_help.h"
#include "sync/emit/emit.h"
#include "sync/run.h"

/* Fields of every group and several types, a reference of the mapping to itself, filters, templates. */
static const char setup_text[] =
	"<setup xmlns='urn:couplet:setup:1'><ledger path='ledger.csv'/>\n"
	"<erp name='E' locale='nl-BE' time-zone='Europe/Brussels'>"
	"<table name='Customer' export='full'><source path='erp.csv' format='csv' on-bad-record='report'/>"
	"<field name='No.' type='Code' length='20' role='key'/><field name='Name' length='9' role='name'/>"
	"<field name='Phone' length='20'/><field name='Credit' type='Decimal'/>"
	"<field name='Home' length='50'/>"
	"<field name='Parent' type='Code' length='20'/><field name='Blocked' type='Option'>"
	"<option value='0' name=' '/><option value='1' name='Ship'/></field>"
	"<field name='SystemId' type='Guid' role='uid'/>"
	"<field name='Changed' type='DateTime' role='modified'/>"
	"<number-series field='No.' start='C0010' increment='10'/></table></erp>\n"
	"<crm name='C'><table name='account' export='%s'><source path='crm.csv' format='csv'/>"
	"<field name='accountid' type='Guid' role='uid'/><field name='number' length='20'/>"
	"<field name='name' length='30' role='name'/><field name='phone' length='10'/>"
	"<field name='credit' type='Decimal'/><field name='home' length='50'/>"
	"<field name='parentid' type='Guid'/>"
	"<field name='statecode' type='Option'><option value='0' name='Active'/>"
	"<option value='1' name='Inactive'/>"
	"</field><field name='modifiedon' type='DateTime' role='modified'/>"
	"<field name='modifiedby' type='Guid' role='modified-by'/></table></crm>\n"
	"<mapping name='CUSTOMER' table='Customer' integration-table='account' direction='Bidirectional' %s "
	"integration-user='5e000000-0000-4000-8000-0000000000ff' resolve-deletion-conflicts='%s' "
	"synch-only-coupled-records='false'>"
	"<table-filter field='Blocked'>' '</table-filter>"
	"<field table-field='No.' integration-field='number' direction='ToIntegrationTable' match='true'/>"
	"<field table-field='Name' integration-field='name'/>"
	"<field table-field='Phone' integration-field='phone'/>"
	"<field table-field='Credit' integration-field='credit' direction='ToIntegrationTable'/>"
	"<field table-field='Home' integration-field='home' direction='FromIntegrationTable'/>"
	"<field table-field='Parent' integration-field='parentid' reference='CUSTOMER'/>"
	"<field integration-field='statecode' constant='0' direction='ToIntegrationTable'/>"
	"<config-template side='erp' code='NEW'><set field='Credit' value='2500'/></config-template>"
	"</mapping><guards max-deletes='%s' max-missing='none'/></setup>\n";

enum input { INPUT_ERP, INPUT_CRM, INPUT_LEDGER, INPUT_SETUP, INPUTS };
static const char *const names[INPUTS] = { "erp.csv", "crm.csv", "ledger.csv", "couplet.xml" };

/* A folder for all inputs of this process, removed at its end. */
static char folder[64];

static void
input_path(enum input input, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", folder, names[input]);
}

static void
remove_folder(void)
{
	char path[128];

	for (enum input input = 0; input < INPUTS; input++) {
		input_path(input, path, sizeof path);
		unlink(path);
	}
	rmdir(folder);
}

static void
make_folder(void)
{
	const char *parent = getenv("TMPDIR");

	if (folder[0])
		return;
	snprintf(folder, sizeof folder, "%s/couplet-fuzz-XXXXXX",
		parent && strlen(parent) < 40 ? parent : "/tmp");
	expect(mkdtemp(folder) != NULL, "a folder for the inputs");
	atexit(remove_folder);
}

static void
put(enum input input, struct str text)
{
	char path[128];

	input_path(input, path, sizeof path);
	FILE *file = fopen(path, "wbe");
	expect(file && fwrite(text.len ? text.ptr : "", 1, text.len, file) == text.len && fclose(file) == 0,
		"room for the inputs");
}

/* The bits of the first byte say what the run is asked for, and how. */
static void
put_setup(uint8_t choice)
{
	static const char *const strategies[4] = { "", "resolve-update-conflicts='GetUpdateFromIntegration'",
		"resolve-update-conflicts='MergeFields'", "base='fields'" };
	static const char *const deletions[2] = { "RemoveCoupling", "RestoreRecords" };
	struct buf text = { 0 };

	buf_printf(&text, setup_text, choice & 1 ? "full" : "delta", strategies[choice >> 1 & 3],
		deletions[choice >> 3 & 1], choice & 16 ? "none" : "0");
	put(INPUT_SETUP, buf_str(&text));
	buf_release(&text);
}

/* Loads and plans; what the plan comes to goes to out. */
static void
run_once(uint8_t choice, unsigned threads, struct buf *out)
{
	char setup[128];
	struct run_options options = { .command = "sync", .threads = threads, .is_full = choice & 32,
		.setup_path = setup };
	struct run run = { 0 };
	struct diag diag = { 0 };

	input_path(INPUT_SETUP, setup, sizeof setup);
	bool is_good = run_load(&run, &options, &diag);
	expect(is_good || run.setup.mapping_count == 1, "the setup of this fuzzer is sound");
	if (is_good && (is_good = run_plan(&run, &diag)))
		emit_summary_json(&run, out);
	expect_reason(is_good, &diag);
	fuzz_messages(&diag, out);
	for (size_t i = 0; i < run.plan.finding_count; i++)
		buf_printf(out, "%s %.*s\n", code_name(run.plan.findings[i].code),
			STR_ARG(run.plan.findings[i].message));
	run_release(&run);
	diag_release(&diag);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf first = { 0 };
	struct buf second = { 0 };

	if (size == 0)
		return 0;
	make_folder();
	put_setup(data[0]);
	struct str rest = { (const char *)data + 1, size - 1 };
	put(INPUT_ERP, str_cut(rest, '\0', &rest));
	put(INPUT_CRM, str_cut(rest, '\0', &rest));
	put(INPUT_LEDGER, rest);
	run_once(data[0], 1, &first);
	run_once(data[0], 1 + (data[0] >> 6 & 1), &second);
	expect(str_equal(buf_str(&first), buf_str(&second)),
		"a run ends the same, with any number of threads");
	buf_release(&first);
	buf_release(&second);
	return 0;
}
