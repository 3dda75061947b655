/* test_transfer.c - one value to the other side, and when two are equal (4.8: E20 to E25, 4.11: E32, E33) */
#include "sync_world.h"

#define SALES "5a1e5000-0000-4000-8000-00000000000"
#define USER "05e20000-0000-4000-8000-00000000000"

/* A field mapping and its two fields, named A to Z: types and lengths on both sides, and attributes. */
#define TYPES \
	X("Cut", "type='Text' length='30'", "type='Text' length='5'", "") \
	X("CutTo", "type='Text' length='30'", "type='Text' length='5'", "direction='ToIntegrationTable'") \
	X("CutFrom", "type='Text' length='30'", "type='Text' length='5'", "direction='FromIntegrationTable'") \
	X("Code", "type='Text'", "type='Code' length='5'", "") \
	X("CodeClear", "type='Text'", "type='Code' length='5'", "clear-value-on-failed-sync='true'") \
	X("Count", "type='Text'", "type='Integer'", "") \
	X("CountClear", "type='Text'", "type='Integer'", "clear-value-on-failed-sync='true'") \
	X("Money", "type='Decimal'", "type='Integer'", "") \
	X("Same", "type='Decimal'", "type='Decimal'", "") \
	X("Flag", "type='Boolean'", "type='Boolean'", "") \
	X("Day", "type='Date'", "type='DateTime'", "") \
	X("Kind", "type='Option'>" OPTIONS, "type='Text' length='6'", "") \
	X("Kinds", "type='Option'>" OPTIONS, "type='Option'>" OTHERS, "") \
	X("KindsClear", "type='Option'>" OPTIONS, "type='Option'>" OTHERS, \
		"clear-value-on-failed-sync='true'") \
	X("Guid", "type='Guid'", "type='Guid'", "not-null='true'") \
	X("Map", "type='Option'>" OPTIONS, "type='Integer'", "value-map='M'") \
	X("MapClear", "type='Decimal'", "type='Text'", "value-map='N' clear-value-on-failed-sync='true'") \
	X("MapGuid", "type='Code'", "type='Guid'", "value-map='G' not-null='true'") \
	X("Ref", "type='Code' length='10'", "type='Guid'", "reference='SALES'") \
	X("RefClear", "type='Code' length='10'", "type='Guid'", \
		"reference='SALES' clear-value-on-failed-sync='true'") \
	X("RefAlone", "type='Code' length='10'", "type='Guid'", \
		"reference='SALES' ignore-record-when-unresolved='true'") \
	X("RefNotNull", "type='Code' length='10'", "type='Guid'", "reference='SALES' not-null='true'") \
	X("RefText", "type='Text'", "type='Text'", "reference='SALES'")

/* Without their last character: they stand where attributes of a field do. */
#define OPTIONS "<option value='0' name=' '/><option value='1' name='Ship'/><option value='3' name='All things'/"
#define OTHERS "<option value='7' name='ship'/><option value='3' name='Other'/"
#define MAPS \
	"<value-map code='M'><value erp='Ship' crm='007'/><value erp='1' crm='8'/><value erp=' ' crm='1'/>" \
	"<value erp='*' crm='9'/></value-map>" \
	"<value-map code='N'><value erp='1.50' crm='one and a half'/><value erp='2' crm='*'/>" \
	"<value erp='0' crm=''/></value-map>" \
	"<value-map code='G'><value erp='X' crm='{" USER "9}'/><value erp='Y' crm=''/></value-map>"
#define SALES_TABLE \
	"<table name='Sales' export='delta'><source path='sales.csv' format='csv'/>" \
	"<field name='Code' type='Code' length='10' role='key'/><field name='Id' type='Guid' role='uid'/></table>"
#define USER_TABLE \
	"<table name='user' export='delta'><source path='users.csv' format='csv'/>" \
	"<field name='userid' type='Guid' role='uid'/><field name='fullname'/></table>"
#define SALES_MAPPING \
	"<mapping name='SALES' table='Sales' integration-table='user' direction='FromIntegrationTable'>" \
	"<field table-field='Code' integration-field='fullname'/></mapping>"
#define SALES_LINE(erp, crm, key, state) \
	"SALES," erp "," crm "," key "," state ",,,,,,,,,,\n"

static const struct world_spec spec = {
#define X(name, erp, crm, attributes) "<field name='" name "' " erp "></field>"
	.erp_fields = TYPES "<field name='Extra' type='Integer'/>",
#undef X
#define X(name, erp, crm, attributes) "," name
	.erp_columns = TYPES ",Extra",
	.crm_columns = TYPES ",Rank",
#undef X
#define X(name, erp, crm, attributes) "<field name='" name "' " crm "></field>"
	.crm_fields = TYPES "<field name='Rank' type='Option'>" OTHERS "></field>",
#undef X
#define X(name, erp, crm, attributes) "<field table-field='" name "' integration-field='" name "' " attributes "/>"
	.fields = TYPES "<field integration-field='Rank' constant='SHIP' direction='ToIntegrationTable'/>"
		"<field table-field='Extra' constant='+007' direction='FromIntegrationTable'/>",
#undef X
	.erp_tables = SALES_TABLE, .crm_tables = USER_TABLE, .more = SALES_MAPPING MAPS,
};

static void
begin(struct sync_world *w)
{
	world_begin(w, spec, "", "",
		SALES_LINE(SALES "1", USER "1", "JO", "coupled") SALES_LINE(SALES "2", USER "2", "NEW", "pending-crm")
		SALES_LINE("", USER "4", "MADE", "pending-erp") SALES_LINE("", USER "5", "", "pending-erp")
		SALES_LINE(SALES "6", "", "GONE", "removed")
		SALES_LINE(SALES "7", USER "7", "OLD", "coupled") SALES_LINE(SALES "8", "", "BAD", "failed-create"));
	/* "JO" was renamed; the ledger does not know it yet. */
	world_write(w, "sales.csv",
		STR("Code,Id\nJIM," SALES "1\nNEW," SALES "2\nFREE," SALES "9\nGONE," SALES "6\n"));
	world_write(w, "users.csv", STR("userid,fullname\n" USER "1,Jim\n"));
	world_load(w);
	state_make(&w->run);
}

static const struct field_mapping *
mapping_of(struct sync_world *w, const char *name)
{
	const struct mapping *mapping = world_mapping(w, "CUSTOMER");

	for (size_t i = 0; i < mapping->field_count; i++)
		for (enum side side = ERP; side < SIDES; side++)
			if (mapping->fields[i].fields[side] &&
				str_equal(mapping->fields[i].fields[side]->name, str_from(name)))
				return &mapping->fields[i];
	fail_msg("no field mapping %s", name);
	return NULL;
}

/* A cell: "!" before a bad one. */
static struct cell
cell(const char *text)
{
	struct cell cell = str_cell(str_from(*text == '!' ? text + 1 : text));

	cell.is_bad = *text == '!';
	return cell;
}

static void
add_transfer(struct buf *out, const struct transfer *t)
{
	if (t->status == TRANSFER_VALUE)
		buf_printf(out, "%s%.*s", t->is_cleared ? "cleared" : t->is_shortened ? "cut " : "= ",
			STR_ARG(t->value));
	else if (t->status == TRANSFER_FAILED)
		buf_printf(out, "%s", code_name(t->code));
	else
		buf_printf(out, "%s", t->status == TRANSFER_LEFT_ALONE ? "left alone" : "not carried");
}

struct transfer_case {
	const char *field;
	enum direction direction;
	const char *value;	/* canonical, as loading leaves it */
	const char *expected;
};

static void
check_transfers(const struct transfer_case *cases, size_t count)
{
	struct sync_world w;
	struct arena arena = { 0 };
	struct buf scratch = { 0 };
	struct buf text = { 0 };

	begin(&w);
	struct transfer_context tc = { .run = &w.run, .mapping = world_mapping(&w, "CUSTOMER"),
		.arena = &arena, .scratch = &scratch };
	for (size_t i = 0; i < count; i++) {
		const struct transfer_case *c = &cases[i];
		char name[80];
		snprintf(name, sizeof name, "%s %s \"%.30s\"", c->field, direction_arrow(c->direction), c->value);
		struct transfer t = transfer_field(&tc, mapping_of(&w, c->field), c->direction, cell(c->value));
		buf_reset(&text);
		add_transfer(&text, &t);
		expect(&w, name, buf_str(&text), c->expected);
		if (t.status == TRANSFER_FAILED && t.message.len == 0)
			fail_msg("%s: no message", name);
	}
	buf_release(&text);
	buf_release(&scratch);
	arena_release(&arena);
	world_end(&w);
}

/* E23: every status of a conversion; a blank is a value; clearing instead of failing. */
static void
e23_conversions(void **state)
{
	static const struct transfer_case cases[] = {
		{ "Cut", TO, "Adatum", "cut Adatu" },
		{ "Cut", TO, "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", "= \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4" },
		{ "Cut", TO, "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4x", "cut \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4" },
		{ "Cut", FROM, "Adatum", "= Adatum" },
		{ "Cut", TO, "", "= " },
		{ "Code", TO, " a\xc3\xa4 ", "= A\xc3\x84" },
		{ "Code", TO, "abcdef", "too-long" },
		{ "Code", TO, "  abcde  ", "= ABCDE" },
		{ "Code", FROM, "ABC", "= ABC" },
		{ "CodeClear", TO, "abcdef", "cleared" },
		{ "Count", TO, "+007", "= 7" },
		{ "Count", TO, "7.5", "not-convertible" },
		{ "Count", TO, "seven", "not-convertible" },
		{ "Count", TO, "", "= " },
		{ "Count", FROM, "7", "= 7" },
		{ "CountClear", TO, "seven", "cleared" },
		{ "Money", TO, "12", "= 12" },
		{ "Money", TO, "12.5", "not-convertible" },
		{ "Money", FROM, "12", "= 12" },
		{ "Same", TO, "12.5", "= 12.5" },
		{ "Flag", FROM, "true", "= true" },
		{ "Day", TO, "2026-03-01", "= 2026-03-01T00:00:00Z" },
		{ "Day", FROM, "2026-03-01T23:59:59.999Z", "= 2026-03-01" },
		{ "Day", TO, "", "= " },
		{ "Day", FROM, "", "= " },
		{ "Kind", TO, "1", "= Ship" },
		{ "Kind", TO, "3", "cut All th" },
		{ "Kind", TO, "0", "= " },
		{ "Kind", FROM, "SHIP ", "= 1" },
		{ "Kind", FROM, "3", "= 3" },
		{ "Kind", FROM, "", "= 0" },
		{ "Kind", FROM, "Nothing", "unknown-option" },
		{ "Kinds", TO, "1", "= 7" },
		{ "Kinds", TO, "0", "= " },
		{ "Kinds", FROM, "7", "= 1" },
		{ "Kinds", FROM, "", "= 0" },
		{ "KindsClear", FROM, "8", "cleared0" },
		{ "Guid", TO, USER "1", "= " USER "1" },
		{ "Guid", TO, "", "not carried" },
		{ "Guid", FROM, "", "not carried" },
	};

	(void)state;
	check_transfers(cases, ARRAY_LEN(cases));
}

/* E22: a cell that is none of its type fails when it is needed, or is cleared. */
static void
e22_bad_values(void **state)
{
	static const struct transfer_case cases[] = {
		{ "Same", TO, "!many", "not-convertible" },
		{ "Money", TO, "!many", "not-convertible" },
		{ "CountClear", FROM, "!many", "cleared" },
		{ "Map", TO, "!Nothing", "not-convertible" },
		{ "KindsClear", FROM, "!Nothing", "cleared0" },
		{ "Guid", TO, "!{", "not-convertible" },
		{ "Ref", FROM, "!{", "not-convertible" },
	};

	(void)state;
	check_transfers(cases, ARRAY_LEN(cases));
}

/* E20, E23, 2.5: first match first, as the field's type; `*` is the default; its text is read as the other's. */
static void
e23_value_maps(void **state)
{
	static const struct transfer_case cases[] = {
		{ "Map", TO, "1", "= 7" },
		{ "Map", TO, "0", "= 1" },
		{ "Map", TO, "3", "= 9" },
		{ "Map", FROM, "7", "= 1" },
		{ "Map", FROM, "8", "= 1" },
		{ "Map", FROM, "1", "= 0" },
		{ "Map", FROM, "9", "not-mapped" },
		{ "Map", FROM, "5", "not-mapped" },
		{ "MapClear", TO, "1.5", "= one and a half" },
		{ "MapClear", TO, "2", "cleared" },
		{ "MapClear", TO, "", "= " },
		{ "MapClear", FROM, "one and a half", "= 1.5" },
		{ "MapClear", FROM, "One and a half", "= 2" },
		{ "MapClear", FROM, "", "= 2" },
		{ "MapGuid", TO, "X", "= " USER "9" },
		{ "MapGuid", TO, "Y", "not carried" },
		{ "MapGuid", TO, "Z", "not-mapped" },
		{ "MapGuid", FROM, "", "= Y" },
	};

	(void)state;
	check_transfers(cases, ARRAY_LEN(cases));
}

/* E32: by key and uid; pending lines with a known identity, and absent records by the ledger's key. */
static void
e32_references(void **state)
{
	static const struct transfer_case cases[] = {
		{ "Ref", TO, "JIM", "= " USER "1" },
		{ "Ref", TO, "JO", "= " USER "1" },
		{ "Ref", TO, "NEW", "= " USER "2" },
		{ "Ref", TO, "MADE", "= " USER "4" },
		{ "Ref", TO, "GONE", "unresolved-reference" },
		{ "Ref", TO, "BAD", "unresolved-reference" },
		{ "Ref", TO, "FREE", "unresolved-reference" },
		{ "Ref", TO, "OLD", "= " USER "7" },
		{ "Ref", TO, "", "= " },
		{ "Ref", FROM, USER "1", "= JIM" },
		{ "Ref", FROM, USER "2", "= NEW" },
		{ "Ref", FROM, USER "4", "= MADE" },
		{ "Ref", FROM, USER "5", "unresolved-reference" },
		{ "Ref", FROM, USER "7", "= OLD" },
		{ "Ref", FROM, USER "8", "unresolved-reference" },
		{ "Ref", FROM, "", "= " },
		{ "RefText", TO, " jim ", "= " USER "1" },
		{ "RefText", FROM, "{05E20000-0000-4000-8000-000000000001}", "= JIM" },
		{ "RefText", FROM, "Jim", "unresolved-reference" },
	};

	(void)state;
	check_transfers(cases, ARRAY_LEN(cases));
}

/* E33: what an unresolved reference becomes; not-null keeps it from being blanked. */
static void
e33_unresolved(void **state)
{
	static const struct transfer_case cases[] = {
		{ "RefClear", TO, "FREE", "cleared" },
		{ "RefClear", FROM, USER "8", "cleared" },
		{ "RefClear", TO, "JIM", "= " USER "1" },
		{ "RefAlone", TO, "FREE", "left alone" },
		{ "RefAlone", FROM, USER "8", "left alone" },
		{ "RefAlone", TO, "", "= " },
		{ "RefAlone", FROM, "!{", "not-convertible" },
		{ "RefNotNull", TO, "FREE", "not carried" },
		{ "RefNotNull", TO, "", "not carried" },
		{ "RefNotNull", FROM, "", "not carried" },
		{ "RefNotNull", TO, "JIM", "= " USER "1" },
	};

	(void)state;
	check_transfers(cases, ARRAY_LEN(cases));
}

/* E25: canonical, in the type of the side that is set, whatever the source. */
static void
e25_constants(void **state)
{
	static const struct transfer_case cases[] = {
		{ "Rank", TO, "", "= 7" },
		{ "Rank", TO, "!anything", "= 7" },
		{ "Extra", FROM, "", "= 7" },
	};

	(void)state;
	check_transfers(cases, ARRAY_LEN(cases));
}

struct equal_case {
	const char *field;
	enum direction direction;
	const char *source;
	const char *destination;
	bool is_equal;
};

/* E24: transferred there, or for two-way fields back, it is the other side's value. */
static void
e24_equality(void **state)
{
	static const struct equal_case cases[] = {
		{ "Same", TO, "1.5", "1.5", true },
		{ "Same", TO, "1.5", "1.6", false },
		{ "Same", TO, "", "0", true },
		{ "Same", FROM, "0", "", true },
		{ "Flag", TO, "", "false", true },
		{ "Flag", TO, "", "true", false },
		{ "Cut", TO, "Adatum Corporation", "Adatu", true },
		{ "Cut", TO, "Adatum Corporation", "Adat", false },
		{ "Cut", FROM, "Adatu", "Adatum Corporation", true },
		{ "Cut", FROM, "Adat", "Adatum Corporation", false },
		{ "Cut", FROM, "", "Adatum Corporation", false },
		{ "CutTo", TO, "Adatum Corporation", "Adatu", true },
		{ "CutTo", TO, "Adatu", "Adatum Corporation", false },
		{ "CutFrom", FROM, "Adatu", "Adatum Corporation", false },
		{ "Code", TO, "abc", "ABC", true },
		{ "Code", FROM, "ABC", "abc", true },
		{ "Code", TO, "abcdef", "ABCDE", false },
		{ "Code", FROM, "ABCDE", "abcdef", false },
		{ "CodeClear", TO, "abcdef", "", true },
		/* E24: transferred back it would be cleared, so the blank is what it stands for there. */
		{ "CodeClear", FROM, "", "abcdef", true },
		{ "CodeClear", FROM, "", "", true },
		{ "Count", FROM, "7", "007", true },
		{ "Count", FROM, "0", "", true },
		{ "Day", FROM, "2026-03-01T08:00:00Z", "2026-03-01", true },
		{ "Day", TO, "2026-03-01", "2026-03-01T08:00:00Z", true },
		{ "Day", TO, "2026-03-02", "2026-03-01T08:00:00Z", false },
		{ "Kind", TO, "3", "All th", true },
		{ "Kind", FROM, "", "0", true },
		{ "Kind", TO, "0", "", true },
		{ "Guid", TO, "", USER "1", true },
		{ "Guid", FROM, "", USER "1", true },
		{ "Guid", TO, USER "1", "", false },
		{ "Map", FROM, "8", "1", true },
		{ "Map", TO, "1", "8", true },
		{ "Map", TO, "3", "9", true },
		/* E14: what cannot be transferred counts as different, though it would come back the same. */
		{ "Map", FROM, "9", "3", false },
		{ "Kind", FROM, "All th", "3", false },
		{ "Ref", TO, "JO", USER "1", true },
		{ "Ref", FROM, USER "1", "JO", true },
		{ "Ref", TO, "FREE", "", false },
		{ "RefClear", TO, "FREE", "", true },
		{ "RefClear", FROM, "", "FREE", true },
		{ "RefAlone", TO, "FREE", "", false },
		{ "RefNotNull", TO, "FREE", USER "1", true },
		{ "Rank", TO, "", "7", true },
		{ "Rank", TO, "", "", false },
		{ "Extra", FROM, "", "0", false },
		{ "Same", TO, "!x", "!x", false },
		{ "Same", TO, "1", "!x", false },
		{ "Same", TO, "!x", "1", false },
		{ "Cut", FROM, "Adatu", "!Adatum", false },
	};
	struct sync_world w;
	struct arena arena = { 0 };
	struct buf scratch = { 0 };

	(void)state;
	begin(&w);
	struct transfer_context tc = { .run = &w.run, .mapping = world_mapping(&w, "CUSTOMER"),
		.arena = &arena, .scratch = &scratch };
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct equal_case *c = &cases[i];
		bool equal = values_are_equal(&tc, mapping_of(&w, c->field), c->direction, cell(c->source),
			cell(c->destination));
		if (equal != c->is_equal)
			w.failures++, print_error("%s %s \"%s\" and \"%s\": equal is %d\n", c->field,
				direction_arrow(c->direction), c->source, c->destination, equal);
	}
	buf_release(&scratch);
	arena_release(&arena);
	world_end(&w);
}

/* E20: fields in the order of the setup, each transferred and then compared; failures are told in that order. */
static void
e20_order(void **state)
{
	static const struct world_spec order = {
		.erp_fields = "<field name='A'/><field name='B'/>",
		.erp_columns = ",A,B",
		.crm_fields = "<field name='a' type='Integer'/><field name='b' type='Integer'/>",
		.crm_columns = ",a,b", .mapping = "direction='Bidirectional' synch-only-coupled-records='false'",
		.fields = "<field table-field='B' integration-field='b' value-map='ONE'/>" TO_FIELD
			"<field table-field='A' integration-field='a'/><field table-field='Name' "
			"integration-field='name'/>",
		.more = "<value-map code='ONE'><value erp='uno' crm='1'/></value-map>",
	};
	struct sync_world w;

	(void)state;
	world_begin(&w, order, "1,Adatum,,5,," E(1) "," T0 ",01,uno\n2,,,,," E(2) "," T0 ",x,due\n",
		C(1) ",1,Adatum,,4,," T0 ",,1,2\n" C(2) ",,,,,," T0 ",,,\n",
		LINE(E(1), C(1), "1", "coupled", ",") LINE(E(2), C(2), "2", "coupled", ","));
	world_assess(&w);
	struct sync_job job = world_job(&w, TO);
	struct decider d;
	job.is_forced = true;
	decider_init(&d, &job, &w.run.state->arena);
	struct outcome outcome = decide(&d, 0);
	assert_int_equal(outcome.kind, OUTCOME_MODIFY);
	buf_reset(&w.text);
	for (uint32_t i = 0; i < outcome.written.count; i++)
		buf_printf(&w.text, "%.*s=%.*s ",
			STR_ARG(job.tables[CRM]->columns[outcome.written.values[i].column]->name),
			STR_ARG(cell_str(outcome.written.values[i].new)));
	expect(&w, "written", buf_str(&w.text), "b=1 credit=5 ");
	outcome = decide(&d, 1);
	assert_int_equal(outcome.kind, OUTCOME_FAIL);
	expect(&w, "failures", outcome.failure,
		"not-mapped: B: value map ONE has no entry for \"due\"; "
		"not-convertible: A: \"x\" has no form as Integer for field \"a\"");
	assert_int_equal(outcome.written.count, 0);
	decider_release(&d);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(e23_conversions),
		cmocka_unit_test(e22_bad_values),
		cmocka_unit_test(e23_value_maps),
		cmocka_unit_test(e32_references),
		cmocka_unit_test(e33_unresolved),
		cmocka_unit_test(e25_constants),
		cmocka_unit_test(e24_equality),
		cmocka_unit_test(e20_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
