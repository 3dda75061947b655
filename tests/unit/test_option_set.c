/* test_option_set.c - numbers and labels of new options (4.13: E41) */
#include "sync/load/option_set.h"
#include "sync_world.h"

#define OFF "direction='Bidirectional' enabled='false'"
#define OPTION(value, name) "<option value='" value "' name='" name "'/>"
#define FIELD(options) "<field name='terms' type='Option'>" options "</field>"
#define TERMS(name, attributes) \
	"<option-mapping name='" name "' table='Customer' direction='ToIntegrationTable' " \
	"synch-only-coupled-records='false' " attributes "><integration-option table='account' field='terms'/>" \
	"</option-mapping>"
#define SET(options) { .mapping = OFF, .crm_fields = FIELD(options), .more = TERMS("TERMS", "") }
#define TERM(erp, crm, key, state) "TERMS," erp "," crm "," key "," state "," T0 ",,,,,,,,,\n"
#define KEY(n, key) key ",,,,," E(n) "," T0 "\n"

struct option_case {
	const char *name;
	struct world_spec spec;
	const char *erp;
	const char *ledger;
	const char *expected;	/* "mark number label", where + is a create and ~ another label; then findings */
};

static void
check(const struct option_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct sync_world w;
		world_begin(&w, cases[i].spec, cases[i].erp, "", cases[i].ledger);
		world_run(&w);
		const struct plan *plan = &w.run.plan;
		buf_reset(&w.text);
		for (size_t c = 0; c < plan->change_count; c++) {
			const struct change *change = &plan->changes[c];
			struct str number = ledger_id(&w.run.ledger, &w.run.ledger.couplings[change->coupling], CRM);
			bool has_label = change->value_count != 0;
			buf_printf(&w.text, "%c%.*s %.*s ",
				change->action == ACTION_CREATE ? '+'
				: change->action == ACTION_UPDATE ? '~' : '=', STR_ARG(number),
				STR_ARG(has_label ? cell_str(plan->values[change->first_value].new) : STR("")));
		}
		buf_add_char(&w.text, '|');
		for (size_t f = 0; f < plan->finding_count; f++)
			add_code(&w.text, plan->findings[f].severity, plan->findings[f].code,
				plan->findings[f].rule);
		expect(&w, cases[i].name, buf_str(&w.text), cases[i].expected);
		world_end(&w);
	}
}

static void
e41_numbers(void **state)
{
	static const struct option_case cases[] = {
		{ "no option is declared", SET(""), KEY(1, "A") KEY(2, "B"), "", "+1 A +2 B |" },
		{ "the largest plus one", SET(OPTION("7", "x") OPTION("0", " ") OPTION("3", "y")), KEY(1, "A"),
			"", "+8 A |" },
		{ "blanks count", SET(OPTION("12", " ")), KEY(1, "A"), "", "+13 A |" },
		{ "negative ones do not", SET(OPTION("-5", "x")), KEY(1, "A"), "", "+1 A |" },
		{ "in the order of codes", SET(""), KEY(1, "B") KEY(2, "A"), "", "+1 A +2 B |" },
		{ "beyond pending ones", SET(OPTION("4", "x")), KEY(1, "A") KEY(2, "B"),
			TERM(E(2), "9", "B", "pending-crm"), "+10 A |" },
		{ "beyond those that are coupled and gone",
			{ .mapping = OFF,
				.crm_fields = FIELD(OPTION("4", "x")),
				.more = TERMS("TERMS", "resolve-deletion-conflicts='RestoreRecords'") },
			KEY(1, "A") KEY(2, "B"), TERM(E(2), "9", "B", "coupled"), "+10 A +9 B |" },
		{ "no number is left", SET(OPTION("2147483646", "x")), KEY(1, "A") KEY(2, "B"), "",
			"+2147483647 A | e:number-series-full/41" },
	};

	(void)state;
	check(cases, ARRAY_LEN(cases));
}

static void
e41_labels(void **state)
{
	static const struct option_case cases[] = {
		{ "one that is there is coupled", SET(OPTION("1", " net30 ")), KEY(1, "NET30"), "",
			"=1  | n:key-in-use/19" },
		{ "one that is coupled to another", SET(OPTION("1", "Net30")), KEY(1, "NET30") KEY(2, "B"),
			TERM(E(2), "1", "B", "coupled"), "~1 B | e:key-in-use/41" },
		{ "one that a pending line names", SET(""), KEY(1, "NET30") KEY(2, "B"),
			TERM(E(2), "1", "Net30", "pending-crm"), "| e:key-in-use/41" },
		{ "renamed to a label that is there", SET(OPTION("1", "a") OPTION("2", "b")), KEY(1, "B"),
			TERM(E(1), "1", "A", "coupled"), "| e:key-in-use/41" },
		{ "renamed to a new one", SET(OPTION("1", "a") OPTION("2", "b")), KEY(1, "C"),
			TERM(E(1), "1", "A", "coupled"), "~1 C |" },
		{ "restored where it is under another number",
			{ .mapping = OFF,
				.crm_fields = FIELD(OPTION("4", "b")),
				.more = TERMS("TERMS", "resolve-deletion-conflicts='RestoreRecords'") },
			KEY(1, "B"), TERM(E(1), "9", "B", "coupled"), "=4  | n:key-in-use/19" },
		{ "two mappings of one set",
			{ .mapping = OFF,
				.crm_fields = FIELD(OPTION("1", "x")),
				.more = TERMS("TERMS", "") TERMS("OTHER", "") },
			KEY(1, "A"), "", "+2 A | e:key-in-use/41" },
	};

	(void)state;
	check(cases, ARRAY_LEN(cases));
}

/* A label and the code that it becomes: without case and outer blanks. */
static void
e41_equal_labels(void **state)
{
	(void)state;
	assert_true(label_equal(STR("Net30"), STR("NET30")));
	assert_true(label_equal(STR(" Net 30"), STR("net 30\t")));
	assert_true(label_equal(STR("caf\xc3\xa9"), STR("CAF\xc3\x89")));
	assert_true(label_equal(STR(""), STR(" ")));
	assert_false(label_equal(STR("Net30"), STR("Net 30")));
	assert_false(label_equal(STR("Net30"), STR("Net3")));
}

/* 2.5: the declared options of a field as a table that nothing can name; two mappings of a field share it. */
static void
e41_set_is_a_table(void **state)
{
	struct world_spec spec = { .mapping = OFF,
		.crm_fields = FIELD(OPTION("0", "None") OPTION("5", " Net30") OPTION("7", "")),
		.more = TERMS("TERMS", "") TERMS("OTHER", "") };
	struct sync_world w;

	(void)state;
	world_begin(&w, spec, "", "", "");
	world_load(&w);
	const struct mapping *mapping = world_mapping(&w, "TERMS");
	const struct table_def *def = mapping->tables[CRM];
	const struct table *table = &w.run.tables[def->number];
	assert_ptr_equal(def, world_mapping(&w, "OTHER")->tables[CRM]);
	assert_ptr_equal(def, w.run.setup.tables[def->number]);
	assert_null(setup_find_table(&w.run.setup, CRM, def->name));
	assert_true(str_equal(def->name, STR("account.terms")));
	assert_int_equal(mapping->field_count, 1);
	assert_true(mapping->fields[0].is_label && mapping->fields[0].match);
	assert_false(mapping->fields[0].renames);
	assert_true(table->is_full);
	assert_int_equal(table->row_count, 1);
	assert_true(str_equal(table_uid(table, 0), STR("5")));
	assert_true(str_equal(table_name(table, 0), STR("Net30")));
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(e41_set_is_a_table),
		cmocka_unit_test(e41_numbers),
		cmocka_unit_test(e41_labels),
		cmocka_unit_test(e41_equal_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
