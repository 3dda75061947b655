/* test_reference.c - candidates, link tables, blank-as, options (4.11: E32, E33, E35) and links (E34) */
#include "sync_world.h"

#define SALES "5a1e5000-0000-4000-8000-00000000000"
#define USER "05e20000-0000-4000-8000-00000000000"

#define CANDIDATES "<reference mapping='SALES'/><reference mapping='BUYERS'/>"
#define LINKED(mapping, kind) \
	"<reference mapping='" mapping "' link-table='Relation' link-from='From' link-to='To'>" \
	"<filter field='Kind'>" kind "</filter></reference>"
#define LINKS LINKED("SALES", "Sales") LINKED("BUYERS", "Buyer|Agent")
#define FIELD(name, attributes, content) \
	"<field table-field='" name "' integration-field='" name "' " attributes ">" content "</field>"
#define FIELDS \
	FIELD("Two", "", CANDIDATES) \
	FIELD("Link", "", LINKS) \
	FIELD("LinkClear", "clear-value-on-failed-sync='true'", LINKS) \
	FIELD("LinkAlone", "ignore-record-when-unresolved='true'", LINKS) \
	FIELD("LinkNotNull", "not-null='true'", LINKS) \
	FIELD("Local", "reference='SALES' blank-as=' jo'", "") \
	FIELD("LocalLink", "blank-as='JO'", LINKED("SALES", "Sales")) \
	FIELD("Short", "reference='SALES'", "") \
	FIELD("Terms", "reference='TERMS'", "") \
	FIELD("TermNo", "reference='TERMS'", "") \
	FIELD("Off", "reference='OFF'", "")
#define NAMES ",Two,Link,LinkClear,LinkAlone,LinkNotNull,Local,LocalLink,Short,Terms,TermNo,Off"
#define CODE(name) "<field name='" name "' type='Code' length='10'/>"
#define GUID(name) "<field name='" name "' type='Guid'/>"

static const struct world_spec spec = {
	.fields = FIELDS,
	.erp_fields = CODE("Two") CODE("Link") CODE("LinkClear") CODE("LinkAlone") CODE("LinkNotNull") CODE("Local")
		CODE("LocalLink") "<field name='Short' type='Code' length='2'/>" CODE("Terms") CODE("TermNo") CODE("Off"),
	.erp_columns = NAMES,
	.crm_fields = GUID("Two") GUID("Link") GUID("LinkClear") GUID("LinkAlone") GUID("LinkNotNull") GUID("Local")
		GUID("LocalLink") GUID("Short") "<field name='Terms' type='Option'><option value='0' name='None'/>"
		"<option value='1' name='Net'/><option value='4' name='Cash'/></field>"
		"<field name='TermNo' type='Integer'/>" GUID("Off"),
	.crm_columns = NAMES,
	.erp_tables =
		"<table name='Sales' export='delta'><source path='sales.csv'/><field name='Code' type='Code' role='key'/>"
		"<field name='Id' type='Guid' role='uid'/></table>"
		"<table name='Buyer' export='delta'><source path='buyers.csv'/><field name='Code' type='Code' role='key'/>"
		"</table><table name='Terms'><source path='terms.csv'/><field name='Code' type='Code' role='key'/></table>"
		"<table name='Relation'><source path='relations.csv'/><field name='From' type='Code'/>"
		"<field name='Kind' type='Option'><option value='0' name='Sales'/><option value='1' name='Buyer'/>"
		"<option value='2' name='Agent'/></field><field name='To' type='Code'/></table>",
	.crm_tables = "<table name='user' export='delta'><source path='users.csv'/>"
		"<field name='userid' type='Guid' role='uid'/><field name='fullname'/></table>",
	.more = "<mapping name='SALES' table='Sales' integration-table='user' direction='FromIntegrationTable'>"
		"<field table-field='Code' integration-field='fullname'/></mapping>"
		"<mapping name='BUYERS' table='Buyer' integration-table='user' direction='FromIntegrationTable'>"
		"<field table-field='Code' integration-field='fullname'/></mapping>"
		"<mapping name='OFF' table='Buyer' integration-table='user' direction='FromIntegrationTable' "
		"enabled='false'><field table-field='Code' integration-field='fullname'/></mapping>"
		"<option-mapping name='TERMS' table='Terms' direction='ToIntegrationTable'>"
		"<integration-option table='account' field='Terms'/></option-mapping>",
};

static void
begin(struct sync_world *w)
{
	world_begin(w, spec, "", "",
		"SALES," SALES "1," USER "1,JO,coupled,,,,,,,,,,\n"
		"SALES," SALES "2," USER "2,LONG,coupled,,,,,,,,,,\n"
		"BUYERS,BO," USER "3,BO,coupled,,,,,,,,,,\n"
		"BUYERS,JO," USER "4,JO,coupled,,,,,,,,,,\n"
		"TERMS,30D,1,30D,coupled,,,,,,,,,,\n"
		"TERMS,NEW,7,NEW,pending-crm,,,,,,,,,,\n");
	world_write(w, "sales.csv", STR("Code,Id\nJO," SALES "1\n"));
	world_write(w, "buyers.csv", STR("Code\nBO\nJO\n"));
	world_write(w, "terms.csv", STR("Code\n30D\n"));
	world_write(w, "users.csv", STR("userid,fullname\n" USER "1,Jo\n"));
	world_write(w, "relations.csv",
		STR("From,Kind,To\nA,Sales,JO\nB,Buyer,BO\nC,Sales,JO\nC,Sales,LONG\nD,Sales,JO\nD,Buyer,JO\n"
		    "E,?,ZZ\nF,Sales,\nG,Sales,LONG\nG,sales,long\nH,Sales,LONG\nH,Sales,JO\nH,Agent,BO\n,Sales,JO\n"
		    "I,Sales,NOBODY\n"));
	world_load(w);
	state_make(&w->run);
}

static const struct field_mapping *
mapping_of(struct sync_world *w, const char *name)
{
	const struct mapping *mapping = world_mapping(w, "CUSTOMER");

	for (size_t i = 0; i < mapping->field_count; i++)
		if (str_equal(mapping->fields[i].fields[ERP]->name, str_from(name)))
			return &mapping->fields[i];
	fail_msg("no field mapping %s", name);
	return NULL;
}

static void
add_transfer(struct buf *out, const struct transfer *t)
{
	static const char *const names[] = { "", "not carried", "", "left alone", "awaited" };

	buf_reset(out);
	if (t->status == TRANSFER_VALUE)
		buf_printf(out, "%s%.*s", t->is_cleared ? "cleared" : "= ", STR_ARG(t->value));
	else if (t->status == TRANSFER_FAILED)
		buf_printf(out, "%s: %.*s%.*s", code_name(t->code), STR_ARG(t->place), STR_ARG(t->message));
	else
		buf_printf(out, "%s", names[t->status]);
}

#define UNCOUPLED(what, table, value, mapping) \
	what " " table " \"" value "\" must be coupled in mapping " mapping " first"
#define NO_LINK(from, value, to, mapping) \
	"link table Relation leads from " from " \"" value "\" to no " to " for mapping " mapping

static const struct {
	const char *field;
	enum direction direction;
	const char *value;
	const char *expected;
} cases[] = {
	/* E32: the first candidate that resolves */
	{ "Two", TO, "JO", "= " USER "1" },
	{ "Two", TO, "BO", "= " USER "3" },
	{ "Two", TO, "LONG", "= " USER "2" },
	{ "Two", TO, "", "= " },
	{ "Two", TO, "XX", "unresolved-reference: " UNCOUPLED("record", "Sales", "XX", "SALES") "; or "
		UNCOUPLED("record", "Buyer", "XX", "BUYERS") },
	{ "Two", FROM, USER "1", "= JO" },
	{ "Two", FROM, USER "4", "= JO" },
	{ "Two", FROM, USER "3", "= BO" },
	{ "Two", FROM, "", "= " },
	{ "Two", FROM, USER "9", "unresolved-reference: " UNCOUPLED("row", "user", USER "9", "SALES") "; or "
		UNCOUPLED("row", "user", USER "9", "BUYERS") },
	/* Link tables: by the filters, the same result twice, several, none, blank, bad */
	{ "Link", TO, "A", "= " USER "1" },
	{ "Link", TO, "B", "= " USER "3" },
	{ "Link", TO, "C", "several-links: link table Relation leads from From \"C\" to several values of To: "
		"\"JO\" and \"LONG\"; or " NO_LINK("From", "C", "To", "BUYERS") },
	{ "Link", TO, "D", "= " USER "1" },
	{ "Link", TO, "E", "not-convertible: relations.csv:8: column 2 \"Kind\": \"?\" is no Option, so link table "
		"Relation cannot be used" },
	{ "Link", TO, "F", "unresolved-reference: " NO_LINK("From", "F", "To", "SALES") "; or "
		NO_LINK("From", "F", "To", "BUYERS") },
	{ "Link", TO, "G", "= " USER "2" },
	{ "Link", TO, "H", "= " USER "3" },
	{ "Link", TO, "I", "unresolved-reference: " UNCOUPLED("record", "Sales", "NOBODY", "SALES") "; or "
		NO_LINK("From", "I", "To", "BUYERS") },
	{ "Link", FROM, USER "3", "several-links: " UNCOUPLED("row", "user", USER "3", "SALES")
		"; or link table Relation leads from To \"BO\" to several values of From: \"B\" and \"H\"" },
	{ "Link", FROM, USER "4", "= D" },
	{ "LinkClear", TO, "C", "cleared" },
	{ "LinkClear", TO, "E", "cleared" },
	{ "LinkAlone", TO, "C", "left alone" },
	{ "LinkAlone", TO, "E", "not-convertible: relations.csv:8: column 2 \"Kind\": \"?\" is no Option, so link "
		"table Relation cannot be used" },
	{ "LinkNotNull", TO, "C", "not carried" },
	{ "LinkNotNull", TO, "", "not carried" },
	/* blank-as */
	{ "Local", TO, "", "= " USER "1" },
	{ "Local", TO, "JO", "= " USER "1" },
	{ "Local", FROM, USER "1", "= " },
	{ "Local", FROM, USER "2", "= LONG" },
	{ "Local", FROM, "", "= " },
	{ "LocalLink", TO, "", "= " USER "1" },
	{ "LocalLink", FROM, USER "1", "= " },
	{ "Short", FROM, USER "1", "= JO" },
	{ "Short", FROM, USER "2", "not-convertible: \"LONG\" has no form in field \"Short\"" },
	/* E35: options by number, 0 is blank, also one that nobody has declared yet */
	{ "Terms", TO, "30D", "= 1" },
	{ "Terms", TO, "NEW", "= 7" },
	{ "Terms", TO, "", "= 0" },
	{ "Terms", TO, "CM", "unresolved-reference: " UNCOUPLED("record", "Terms", "CM", "TERMS") },
	{ "Terms", FROM, "1", "= 30D" },
	{ "Terms", FROM, "0", "= " },
	{ "Terms", FROM, "", "= " },
	{ "Terms", FROM, "4", "unresolved-reference: " UNCOUPLED("option", "account.Terms", "Cash", "TERMS") },
	{ "TermNo", TO, "30D", "= 1" },
	{ "TermNo", FROM, "1", "= 30D" },
	{ "TermNo", FROM, "0", "= " },
	{ "Off", TO, "BO", "unresolved-reference: mapping OFF, which is to translate it, is disabled; enable it, or "
		"disable the field mapping" },
};

/* E32, E33, E35: outside of jobs; what comes back through E24 is asked there, too. */
static void
e32_to_e35_resolved(void **state)
{
	struct sync_world w;
	struct arena arena = { 0 };
	struct buf scratch = { 0 };

	(void)state;
	begin(&w);
	struct transfer_context tc = { .run = &w.run, .mapping = world_mapping(&w, "CUSTOMER"),
		.arena = &arena, .scratch = &scratch };
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char name[80];
		snprintf(name, sizeof name, "%s %s \"%.40s\"", cases[i].field, direction_arrow(cases[i].direction),
			cases[i].value);
		struct transfer t = transfer_field(&tc, mapping_of(&w, cases[i].field), cases[i].direction,
			str_cell(str_from(cases[i].value)));
		add_transfer(&w.text, &t);
		expect(&w, name, buf_str(&w.text), cases[i].expected);
	}
	buf_release(&scratch);
	arena_release(&arena);
	world_end(&w);
}

/* Customers whom others pay for, and contacts that a later mapping makes. */
static const struct world_spec cycle = {
	.mapping = "direction='Bidirectional' synch-only-coupled-records='false' "
		"resolve-update-conflicts='SendUpdateToIntegration'",
	.fields = "<field table-field='Name' integration-field='name'/>"
		"<field table-field='Payer' integration-field='payer' reference='CUSTOMER'/>"
		"<field table-field='Person' integration-field='person' reference='PERSON'/>",
	.erp_fields = "<field name='Payer' type='Code' length='20'/><field name='Person' type='Code' length='20'/>"
		"<number-series field='No.' start='N1' increment='1'/>",
	.erp_columns = ",Payer,Person",
	.crm_fields = "<field name='payer' type='Guid'/><field name='person' type='Guid'/>",
	.crm_columns = ",payer,person",
	.erp_tables = "<table name='Person'><source path='persons.csv'/><field name='No.' type='Code' length='20' "
		"role='key'/><field name='Name'/><field name='Company' type='Code' length='20'/>"
		"<number-series field='No.' start='P1' increment='1'/></table>",
	.crm_tables = "<table name='person'><source path='people.csv'/><field name='personid' type='Guid' role='uid'/>"
		"<field name='name'/><field name='company' type='Guid'/></table>",
	.more = "<mapping name='PERSON' table='Person' integration-table='person' direction='Bidirectional' "
		"synch-only-coupled-records='false'><integration-table-filter field='name'>&lt;&gt;bad"
		"</integration-table-filter><table-filter field='Name'>&lt;&gt;bad</table-filter>"
		"<field table-field='Name' integration-field='name'/>"
		"<field table-field='Company' integration-field='company' reference='CUSTOMER'/></mapping>",
};

/* The plan's changes: "link N1 person=P1". */
static void
tell_plan(struct sync_world *w)
{
	const struct plan *plan = &w->run.plan;

	buf_reset(&w->text);
	for (size_t i = 0; i < plan->change_count; i++) {
		const struct change *change = &plan->changes[i];
		const struct mapping *mapping = plan->jobs[change->job].mapping;
		buf_printf(&w->text, "%s %.*s", action_name(change->action),
			STR_ARG(coupling_key(&w->run.ledger.couplings[change->coupling])));
		for (uint32_t v = 0; change->side != NO_SIDE && v < change->value_count; v++) {
			const struct change_value *value = &plan->values[change->first_value + v];
			const struct table *table = run_table(&w->run, mapping, change->side);
			if (value->new.len != 0)
				buf_printf(&w->text, " %.*s=%.*s", STR_ARG(table->columns[value->column]->name),
					STR_ARG(cell_str(value->new)));
		}
		buf_add_char(&w->text, '\n');
	}
	for (size_t i = 0; i < plan->finding_count; i++)
		buf_printf(&w->text, "%s %.*s%.*s\n", code_name(plan->findings[i].code),
			STR_ARG(plan->findings[i].erp_key), STR_ARG(plan->findings[i].crm_id));
}

#define CRM_ROW(n, name, payer, person) C(n) ",," name ",,,," T1 ",," payer "," person "\n"
#define PERSON_ID(n) "b0000000-0000-4000-8000-00000000000" #n

static void
play(const char *name, const char *crm, const char *people, const char *expected, bool is_full)
{
	for (unsigned threads = 1; threads <= 2; threads++) {
		struct sync_world w;
		world_begin(&w, cycle, "", crm, "");
		w.options.threads = threads;
		w.options.is_full = is_full;
		world_write(&w, "persons.csv", STR("No.,Name,Company\n"));
		buf_reset(&w.text);
		buf_printf(&w.text, "personid,name,company\n%s", people);
		world_write(&w, "people.csv", buf_str(&w.text));
		world_run(&w);
		tell_plan(&w);
		expect(&w, name, buf_str(&w.text), expected);
		world_end(&w);
	}
}

/* E34: what is made in the same run, and what waits in vain; the numbers of what fails are given to others. */
static void
e34_links(void **state)
{
	(void)state;
	play("a cycle", CRM_ROW(1, "A", C(2), PERSON_ID(1)) CRM_ROW(2, "B", "", ""),
		PERSON_ID(1) ",Pia," C(1) "\n",
		"create N1 Name=A No.=N1\nlink N1 Payer=N2 Person=P1\ncreate N2 Name=B No.=N2\n"
		"create P1 Name=Pia Company=N1 No.=P1\n", false);
	play("the same in a full run", CRM_ROW(1, "A", C(2), PERSON_ID(1)) CRM_ROW(2, "B", "", ""),
		PERSON_ID(1) ",Pia," C(1) "\n",
		"create N1 Name=A No.=N1\nlink N1 Payer=N2 Person=P1\ncreate N2 Name=B No.=N2\n"
		"create P1 Name=Pia Company=N1 No.=P1\n", true);
	play("in vain, with followers",
		CRM_ROW(1, "A", C(2), "") CRM_ROW(2, "B", "", PERSON_ID(1)) CRM_ROW(3, "C", "", PERSON_ID(2)),
		PERSON_ID(1) ",bad,\n" PERSON_ID(2) ",Pia," C(1) "\n" PERSON_ID(3) ",Pit,\n",
		"create P1 Name=Pit No.=P1\n"
		"unresolved-reference " C(1) "\nunresolved-reference " C(2) "\nunresolved-reference " C(3) "\n"
		"unresolved-reference " PERSON_ID(2) "\n", false);
	play("one is left", CRM_ROW(1, "A", "", PERSON_ID(1)) CRM_ROW(2, "B", C(2), PERSON_ID(2)),
		PERSON_ID(1) ",bad,\n" PERSON_ID(2) ",Pia," C(2) "\n",
		"create N1 Name=B No.=N1\nlink N1 Payer=N1 Person=P1\ncreate P1 Name=Pia Company=N1 No.=P1\n"
		"unresolved-reference " C(1) "\n", false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(e32_to_e35_resolved),
		cmocka_unit_test(e34_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
