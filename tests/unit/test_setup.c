/* test_setup.c - sound setups: what is loaded, and defaults */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "model/filter.h"
#include "model/locale.h"
#include "model/setup.h"
#include "model/timezone.h"

#define START "<setup xmlns='urn:couplet:setup:1'>"

/* The example of part 2, with the mappings that it names. */
static const char example[] =
	"<setup xmlns=\"urn:couplet:setup:1\">\n"
	"  <ledger path=\"ledger.csv\"/>\n"
	"  <erp name=\"CRONUS BE\" kind=\"business-central\" locale=\"nl-BE\" "
	"time-zone=\"Europe/Brussels\">\n"
	"    <table name=\"Customer\" id=\"18\" export=\"full\">\n"
	"      <source path=\"erp/customers.csv\" format=\"csv\" delimiter=\";\" "
	"encoding=\"windows-1252\"/>\n"
	"      <field name=\"No.\" type=\"Code\" length=\"20\" role=\"key\"/>\n"
	"      <field name=\"Name\" type=\"Text\" length=\"100\" header=\"Naam|Nom\"/>\n"
	"      <field name=\"Credit Limit (LCY)\" type=\"Decimal\"/>\n"
	"      <field name=\"Blocked\" type=\"Option\">\n"
	"        <option value=\"0\" name=\" \"/><option value=\"1\" name=\"Ship\" caption=\"Levering | "
	"Livraison\"/>\n"
	"        <option value=\"2\" name=\"Invoice\"/><option value=\"3\" name=\"All\"/>\n"
	"      </field>\n"
	"      <field name=\"SystemId\" type=\"Guid\" role=\"uid\"/>\n"
	"      <field name=\"SystemModifiedAt\" type=\"DateTime\" role=\"modified\"/>\n"
	"      <number-series field=\"No.\" start=\"C00010\" increment=\"10\"/>\n"
	"      <import format=\"csv\"/>\n"
	"    </table>\n"
	"    <table name=\"Currency\"><source path=\"cur*.csv\" decimal=\".\"/><field name=\"Code\" "
	"role=\"key\"/></table>\n"
	"  </erp>\n"
	"  <crm name=\"Contoso Sales\" kind=\"dataverse\" locale=\"en-US\" time-zone=\"UTC\">\n"
	"    <table name=\"account\" export=\"delta\">\n"
	"      <source path=\"crm/accounts.csv\" format=\"csv\" on-bad-record=\"report\"/>\n"
	"      <field name=\"accountid\" type=\"Guid\" role=\"uid\"/>\n"
	"      <field name=\"accountnumber\" type=\"Text\" length=\"20\"/>\n"
	"      <field name=\"name\" type=\"Text\" length=\"160\" role=\"name\" display-name=\"Account "
	"Name\"/>\n"
	"      <field name=\"statecode\" type=\"Option\"><option value=\"0\" name=\"Active\"/><option "
	"value=\"1\" name=\"Inactive\"/></field>\n"
	"      <field name=\"modifiedon\" type=\"DateTime\" role=\"modified\"/>\n"
	"      <field name=\"_modifiedby_value\" type=\"Guid\" role=\"modified-by\"/>\n"
	"      <field name=\"creditlimit\" type=\"Decimal\"/>\n"
	"    </table>\n"
	"    <table name=\"transactioncurrency\"><source path=\"c\"/><field name=\"transactioncurrencyid\" "
	"type=\"Guid\" role=\"uid\"/></table>\n"
	"  </crm>\n"
	"  <transformation-rule code=\"UPPER\" type=\"Uppercase\"/>\n"
	"  <mapping name=\"CUSTOMER\" table=\"Customer\" integration-table=\"account\" "
	"direction=\"Bidirectional\"\n"
	"           synch-only-coupled-records=\"true\" resolve-update-conflicts=\"None\"\n"
	"           resolve-deletion-conflicts=\"None\" depends-on=\"CURRENCY| salespeople\"\n"
	"           integration-user=\"{AAAAAAAA-0000-0000-0000-00000000000B}\">\n"
	"    <table-filter field=\"Blocked\">' '</table-filter>\n"
	"    <integration-table-filter field=\"statecode\">Active</integration-table-filter>\n"
	"    <field table-field=\"No.\" integration-field=\"accountnumber\" "
	"direction=\"ToIntegrationTable\"/>\n"
	"    <field table-field=\"Name\" integration-field=\"name\"/>\n"
	"    <field table-field=\"Currency Code\" integration-field=\"transactioncurrencyid\" "
	"reference=\"currency\"/>\n"
	"    <field table-field=\"E-Mail\" integration-field=\"emailaddress1\" match=\"true\" "
	"match-priority=\"1\"/>\n"
	"    <field integration-field=\"customertypecode\" constant=\"3\" "
	"direction=\"ToIntegrationTable\"/>\n"
	"    <field integration-field=\"creditlimit\" constant=\"1,250.50\"/>\n"
	"    <field table-field=\"Fax\" integration-field=\"fax\" rule=\"UPPER\" "
	"rule-direction=\"ToIntegrationTable\" status=\"Disabled\"/>\n"
	"    <config-template side=\"erp\" priority=\"2\" include=\"BASE\">\n"
	"      <filter field=\"address1_country\">US</filter>\n"
	"      <set field=\"Gen. Bus. Posting Group\" value=\"EXPORT\"/>\n"
	"    </config-template>\n"
	"    <config-template side=\"erp\" code=\"Base\" priority=\"1\"><set field=\"Credit Limit (LCY)\" "
	"value=\"1,5\"/><set field=\"Gen. Bus. Posting Group\" value=\"HOME\"/></config-template>\n"
	"    <guards max-deletes=\"5\" max-missing=\"2.25%\" both-sided-full=\"allow\"/>\n"
	"  </mapping>\n"
	"  <mapping name=\"CURRENCY\" table=\"Currency\" integration-table=\"transactioncurrency\" "
	"direction=\"ToIntegrationTable\" resolve-update-conflicts=\"MergeFields\">\n"
	"    <field table-field=\"Code\" integration-field=\"isocurrencycode\"/>\n"
	"  </mapping>\n"
	"  <mapping name=\"SALESPEOPLE\" table=\"Customer\" integration-table=\"account\" "
	"direction=\"FromIntegrationTable\" enabled=\"0\"/>\n"
	"  <guards max-creates=\"none\" max-updates=\"50%\" max-deletes=\"0\" max-missing=\"10%\"/>\n"
	"</setup>\n";

#define assert_str_equal(s, literal)                                                                         \
	do {                                                                                                 \
		struct str got_ = (s);                                                                       \
		if (!str_equal(got_, STR(literal)))                                                          \
			fail_msg("found \"%.*s\", expected \"%s\"", STR_ARG(got_), literal);                 \
	} while (0)

static void
write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void
load_path(struct setup *setup, const char *path)
{
	struct diag diag = { 0 };
	bool is_good = setup_load(setup, path, &diag);

	for (size_t i = 0; i < diag.count; i++)
		print_error("%.*s\n", STR_ARG(diag.lines[i].text));
	assert_true(is_good);
	assert_int_equal(diag.status, STATUS_OK);
	diag_release(&diag);
}

static void
load_text(struct setup *setup, const char *text)
{
	write_text("couplet.xml", text);
	load_path(setup, "couplet.xml");
}

static void
test_systems(void **state)
{
	struct setup setup;

	(void)state;
	load_text(&setup, example);
	const struct system *erp = &setup.systems[ERP];
	const struct system *crm = &setup.systems[CRM];
	assert_str_equal(setup.ledger_path, "ledger.csv");
	assert_str_equal(setup.folder, ".");
	assert_str_equal(setup.bytes, example);
	assert_str_equal(erp->name, "CRONUS BE");
	assert_int_equal(erp->kind, KIND_BUSINESS_CENTRAL);
	assert_string_equal(erp->locale->name, "nl-BE");
	assert_str_equal(erp->time_zone, "Europe/Brussels");
	assert_int_equal(timezone_to_utc(erp->zone, 3600000), 0);
	assert_int_equal(crm->kind, KIND_DATAVERSE);
	assert_int_equal(setup.table_count, 4);
	assert_int_equal(setup.tables[2]->number, 2);
	assert_ptr_equal(setup.tables[2], setup_find_table(&setup, CRM, STR(" ACCOUNT")));
	assert_null(setup_find_table(&setup, ERP, STR("account")));
	setup_release(&setup);
	setup_release(&setup);
}

static void
test_table(void **state)
{
	struct setup setup;

	(void)state;
	load_text(&setup, example);
	const struct table_def *table = setup_find_table(&setup, ERP, STR("customer"));
	const struct field *blocked = table_def_find_field(table, STR("blocked"));
	assert_int_equal(table->id, 18);
	assert_true(table->is_full && table->is_used);
	assert_int_equal(table->line, 4);
	assert_int_equal(table->key_count, 1);
	assert_str_equal(table->keys[0]->name, "No.");
	assert_str_equal(table->uid->name, "SystemId");
	assert_str_equal(table->modified->name, "SystemModifiedAt");
	assert_null(table->name_field);
	assert_ptr_equal(table->series.field, table->keys[0]);
	assert_str_equal(table->series.start, "C00010");
	assert_int_equal(table->series.increment, 10);
	assert_int_equal(table->keys[0]->length, 20);
	assert_int_equal(table->fields[1]->header_count, 2);
	assert_str_equal(table->fields[1]->headers[1], "Nom");
	assert_int_equal(blocked->option_count, 4);
	assert_str_equal(blocked->options[0].name, " ");
	assert_str_equal(blocked->options[1].ordinal, "1");
	assert_int_equal(blocked->options[1].caption_count, 2);
	assert_str_equal(blocked->options[1].captions[0], "Levering");
	assert_str_equal(blocked->options[1].captions[1], "Livraison");
	assert_true(blocked->is_used && !blocked->is_mapped);
	assert_false(table_def_find_field(table, STR("SystemId"))->is_mapped == false);
	assert_false(table_def_find_field(table, STR("Credit Limit (LCY)"))->is_mapped);
	setup_release(&setup);
}

static void
test_files(void **state)
{
	struct setup setup;

	(void)state;
	load_text(&setup, example);
	const struct source *customers = setup.tables[0]->sources;
	const struct source *currencies = setup.tables[1]->sources;
	const struct source *accounts = setup.tables[2]->sources;
	assert_int_equal(customers->format.format, FORMAT_CSV);
	assert_int_equal(customers->format.delimiter, ';');
	assert_int_equal(customers->format.quote, '"');
	assert_str_equal(customers->format.encoding, "windows-1252");
	assert_ptr_equal(customers->format.locale, setup.systems[ERP].locale);
	assert_int_equal(currencies->format.format, FORMAT_AUTO);
	assert_int_equal(currencies->format.delimiter, 0);
	/* nl-BE groups by points: with a point as decimal mark nothing groups. */
	assert_int_equal(currencies->format.locale->decimal, '.');
	assert_int_equal(currencies->format.locale->thousands, 0);
	assert_true(accounts->report_bad_records && !customers->report_bad_records);
	assert_int_equal(setup.tables[0]->import.line, 16);
	assert_int_equal(setup.tables[2]->import.line, 0);
	assert_int_equal(setup.tables[2]->import.format.format, FORMAT_CSV);
	assert_string_equal(setup.tables[2]->import.format.locale->name, "en-US");
	assert_false(setup.tables[2]->is_full);
	assert_int_equal(setup.tables[2]->key_count, 1);
	assert_ptr_equal(setup.tables[2]->keys[0], setup.tables[2]->uid);
	assert_str_equal(setup.tables[2]->name_field->display_name, "Account Name");
	setup_release(&setup);
}

static void
test_mapping(void **state)
{
	struct setup setup;

	(void)state;
	load_text(&setup, example);
	const struct mapping *mapping = setup_find_mapping(&setup, STR("customer"));
	assert_ptr_equal(mapping->tables[ERP], setup.tables[0]);
	assert_ptr_equal(mapping->tables[CRM], setup.tables[2]);
	assert_int_equal(mapping->direction, BIDIRECTIONAL);
	assert_true(mapping->synch_only_coupled_records && mapping->is_enabled);
	assert_false(
		mapping->base_by_field || mapping->synch_after_coupling || mapping->create_new_on_no_match);
	assert_int_equal(mapping->depends_on_count, 2);
	assert_str_equal(mapping->depends_on[1], "salespeople");
	assert_str_equal(mapping->integration_user, "aaaaaaaa-0000-0000-0000-00000000000b");
	assert_int_equal(mapping->line, 34);
	/* CUSTOMER comes after both that it depends on. */
	assert_str_equal(setup.mappings[0]->name, "CURRENCY");
	assert_str_equal(setup.mappings[1]->name, "SALESPEOPLE");
	assert_int_equal(mapping->order, 2);
	assert_true(setup.mappings[0]->base_by_field);
	assert_int_equal(mapping->filter_count[ERP], 1);
	assert_true(filter_match(mapping->filters[ERP][0].filter, STR("0")));
	assert_false(filter_match(mapping->filters[ERP][0].filter, STR("3")));
	assert_true(filter_match(mapping->filters[CRM][0].filter, STR("0")));
	assert_int_equal(mapping->filters[CRM][0].line, 39);
	setup_release(&setup);
}

static void
test_fields(void **state)
{
	struct setup setup;

	(void)state;
	load_text(&setup, example);
	const struct mapping *mapping = setup_find_mapping(&setup, STR("CUSTOMER"));
	const struct field_mapping *fields = mapping->fields;
	assert_int_equal(mapping->field_count, 7);
	assert_int_equal(fields[0].direction, TO);
	assert_int_equal(fields[1].direction, BIDIRECTIONAL);
	assert_int_equal(setup.mappings[0]->fields[0].direction, TO);
	assert_int_equal(fields[2].reference_count, 1);
	assert_ptr_equal(fields[2].references[0].mapping, setup.mappings[0]);
	assert_true(fields[3].match);
	assert_int_equal(fields[3].match_priority, 1);
	assert_true(fields[4].has_constant);
	assert_null(fields[4].fields[ERP]);
	assert_str_equal(fields[4].constant_value, "3");
	assert_int_equal(fields[5].direction, TO);
	assert_str_equal(fields[5].constant_value, "1250.5");
	assert_false(fields[6].is_enabled);
	assert_str_equal(fields[6].rule->code, "UPPER");
	assert_int_equal(fields[6].rule_direction, TO);
	/* Named but not declared: Text, to be found in the export. */
	const struct field *mail = table_def_find_field(mapping->tables[ERP], STR("e-mail"));
	assert_false(mail->is_declared);
	assert_int_equal(mail->type, TYPE_TEXT);
	assert_int_equal(mail->line, 43);
	assert_true(mail->is_used && mail->is_mapped);
	assert_str_equal(mail->first_use, "mapping CUSTOMER");
	assert_false(table_def_find_field(mapping->tables[ERP], STR("Fax"))->is_used);
	setup_release(&setup);
}

static void
test_templates_and_guards(void **state)
{
	struct setup setup;

	(void)state;
	load_text(&setup, example);
	const struct mapping *mapping = setup_find_mapping(&setup, STR("CUSTOMER"));
	const struct config_template *templates = mapping->templates;
	assert_int_equal(mapping->template_count, 2);
	assert_str_equal(templates[0].code, "Base");
	assert_str_equal(templates[0].sets[0].canonical, "1.5");
	assert_int_equal(templates[1].filter_count, 1);
	assert_str_equal(templates[1].filters[0].field->name, "address1_country");
	/* The included values first, overwritten by its own. */
	assert_int_equal(templates[1].set_count, 2);
	assert_str_equal(templates[1].sets[0].canonical, "1.5");
	assert_str_equal(templates[1].sets[1].canonical, "EXPORT");
	assert_int_equal(setup.guards[GUARD_CREATES].kind, LIMIT_NONE);
	assert_int_equal(setup.guards[GUARD_UPDATES].value, 50000);
	assert_int_equal(setup.guards[GUARD_BLANKED].kind, LIMIT_PERCENT);
	assert_int_equal(setup.guards[GUARD_BLANKED].value, 10000);
	assert_int_equal(setup.guards[GUARD_BOTH_FULL].kind, LIMIT_COUNT);
	assert_int_equal(setup.guards[GUARD_ALL_CHANGED].value, 90000);
	assert_int_equal(mapping->guards[GUARD_UPDATES].value, 50000);
	assert_int_equal(mapping->guards[GUARD_DELETES].kind, LIMIT_COUNT);
	assert_int_equal(mapping->guards[GUARD_DELETES].value, 5);
	assert_int_equal(mapping->guards[GUARD_MISSING].value, 2250);
	assert_str_equal(mapping->guards[GUARD_MISSING].text, "2.25%");
	assert_int_equal(mapping->guards[GUARD_BOTH_FULL].kind, LIMIT_NONE);
	assert_int_equal(setup.mappings[0]->guards[GUARD_MISSING].value, 10000);
	setup_release(&setup);
}

static void
test_defaults(void **state)
{
	struct setup setup;

	(void)state;
	load_text(&setup, START "<guards/><erp/><crm/></setup>");
	assert_int_equal(setup.ledger_path.len, 0);
	assert_int_equal(setup.systems[ERP].kind, KIND_GENERIC);
	assert_string_equal(setup.systems[ERP].locale->name, "invariant");
	assert_int_equal(timezone_to_utc(setup.systems[CRM].zone, 5), 5);
	assert_int_equal(setup.guards[GUARD_DELETES].kind, LIMIT_COUNT);
	assert_int_equal(setup.guards[GUARD_DELETES].value, 0);
	assert_int_equal(setup.mapping_count, 0);
	assert_int_equal(setup.rule_count, 13);
	assert_int_equal(setup.rules[0].line, 0);
	setup_release(&setup);
}

static void
test_paths(void **state)
{
	static const struct {
		const char *path;
		const char *ledger;
		const char *folder;
		const char *joined;
	} cases[] = {
		{ "couplet.xml", "l.csv", ".", "l.csv" },
		{ "./couplet.xml", "sub/l.csv", ".", "sub/l.csv" },
		{ "deep/er/couplet.xml", "l.csv", "deep/er", "deep/er/l.csv" },
		{ "deep//couplet.xml", "../l.csv", "deep", "deep/../l.csv" },
		{ "deep/couplet.xml", "/l.csv", "deep", "/l.csv" },
	};

	(void)state;
	mkdir("deep", 0700);
	mkdir("deep/er", 0700);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct setup setup;
		char text[256];
		snprintf(text, sizeof text, START "<erp/><crm/><ledger path='%s'/></setup>", cases[i].ledger);
		write_text(cases[i].path, text);
		load_path(&setup, cases[i].path);
		assert_true(str_equal(setup.folder, str_from(cases[i].folder)));
		assert_true(str_equal(setup.ledger_path, str_from(cases[i].joined)));
		setup_release(&setup);
		unlink(cases[i].path);
	}
	rmdir("deep/er");
	rmdir("deep");
}

/* What is off is not acted on, and so not refused. */
static void
test_disabled_features(void **state)
{
	struct setup setup;

	(void)state;
	load_text(&setup, START
		"<erp><table name='E'><source path='e'/><field name='k' role='key'/></table><table "
		"name='X'><source path='x' format='spreadsheet'/></table></erp><crm><table name='C'><source "
		"path='c'/><import format='cmt'/><field name='u' role='uid'/><field name='o' "
		"type='Option'><option value='-5' name='A'/></field></table></crm><mapping name='A' "
		"table='E' integration-table='C' direction='FromIntegrationTable'><field table-field='k' "
		"integration-field='n'/><field table-field='j' integration-field='o' reference='O' "
		"status='Disabled'/></mapping><mapping name='B' table='X' integration-table='C' "
		"direction='ToIntegrationTable' enabled='false'><field table-field='j' integration-field='o' "
		"blank-as='EUR' reference='O'/></mapping><option-mapping name='O' table='E' "
		"direction='FromIntegrationTable' enabled='false' depends-on='A'><integration-option "
		"table='C' field='o'/><table-filter field='k'>A*</table-filter></option-mapping></setup>");
	const struct mapping *options = setup_find_mapping(&setup, STR("O"));
	assert_true(options->is_option_mapping);
	assert_str_equal(options->tables[CRM]->option_field->name, "o");
	assert_str_equal(options->tables[CRM]->option_field->options[0].ordinal, "-5");
	assert_ptr_equal(setup_find_mapping(&setup, STR("A"))->fields[1].references[0].mapping, options);
	assert_false(setup_find_table(&setup, ERP, STR("X"))->is_used);
	setup_release(&setup);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(direction_name(BIDIRECTIONAL), "Bidirectional");
	assert_string_equal(direction_name(FROM), "FromIntegrationTable");
	assert_string_equal(direction_name(DIRECTION_NONE), "");
	assert_string_equal(direction_arrow(TO), "ERP->CRM");
	assert_string_equal(direction_arrow(FROM), "CRM->ERP");
	assert_string_equal(side_name(CRM), "crm");
	assert_string_equal(side_name(NO_SIDE), "");
	assert_string_equal(type_name(TYPE_TEXT), "Text");
	assert_string_equal(type_name(TYPE_BLOB), "Blob");
	assert_string_equal(guard_name(GUARD_CREATES), "max-creates");
	assert_string_equal(guard_name(GUARD_ALL_CHANGED), "max-all-changed");
}

/* Encodings, editors' hints, comments, CDATA and prefixes are no one's business. */
static void
test_document_forms(void **state)
{
	struct setup setup;

	(void)state;
	load_text(&setup,
		"<?xml version='1.0' encoding='ISO-8859-1'?><!-- x --><s:setup xmlns:s='urn:couplet:setup:1' "
		"xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='urn:x "
		"http://192.0.2.1/x.xsd'><s:erp name='\xe9'> <s:table name='PR\xc9NOM'><!-- y --><s:source "
		"path='&quot;&#233;'> </s:source><s:field name='k' "
		"role='key'/></s:table></s:erp><s:crm><s:table name='C'><s:source path='c'/><s:field "
		"name='u' role='uid'/></s:table></s:crm><s:mapping name='A' table='pr\xe9nom' "
		"integration-table='C' direction='ToIntegrationTable'><s:table-filter "
		"field='k'><![CDATA[<>A]]></s:table-filter><s:field table-field='k' "
		"integration-field='n'/></s:mapping></s:setup>");
	assert_str_equal(setup.systems[ERP].name, "\xc3\xa9");
	assert_str_equal(setup.tables[0]->sources[0].path, "\"\xc3\xa9");
	assert_ptr_equal(setup.mappings[0]->tables[ERP], setup.tables[0]);
	assert_str_equal(setup.mappings[0]->filters[ERP][0].expression, "<>A");
	setup_release(&setup);
}

/* libxml2 by itself counts lines to 65535. */
static void
test_many_lines(void **state)
{
	enum { LINES = 70000 };
	struct setup setup;
	struct buf text = { 0 };

	(void)state;
	buf_add(&text, STR(START "<erp/>"));
	for (size_t i = 1; i < LINES; i++)
		buf_add_char(&text, '\n');
	buf_add(&text, STR("<crm>\n<table\n name='C'/></crm></setup>"));
	buf_add_char(&text, '\0');
	load_text(&setup, text.ptr);
	assert_int_equal(setup.tables[0]->line, LINES + 1);
	setup_release(&setup);
	buf_release(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_systems),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_mapping),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_templates_and_guards),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_disabled_features),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_document_forms),
		cmocka_unit_test(test_many_lines),
	};
	char folder[] = "/tmp/test_setup.XXXXXX";

	if (!mkdtemp(folder) || chdir(folder) != 0)
		return 1;
	int failed = cmocka_run_group_tests_name("setup", tests, NULL, NULL);
	unlink("couplet.xml");
	if (chdir("/") == 0)
		rmdir(folder);
	return failed;
}
