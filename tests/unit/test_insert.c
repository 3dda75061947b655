/* test_insert.c - the identity of new records (4.7: E18, E19; E17; 2.1; 6.5; L4) */
#include "sync/insert.h"
#include "sync_world.h"

#define CREATING "direction='Bidirectional' synch-only-coupled-records='false' "
#define FROM_KEY "<field table-field='No.' integration-field='number' direction='FromIntegrationTable'/>"
#define NAME_ONLY "<field table-field='Name' integration-field='name'/>"
#define SERIES(start, increment) "<number-series field='No.' start='" start "' increment='" increment "'/>"
#define LAST(number) ",Customer,," number ",series,,,,,,,,,,\n"

/* What CUSTOMER makes of E(1); a ledger of any earlier version holds such uids: they must never change. */
#define UID "fbaeb589-6a2a-5dd0-ae62-88662b41a8f4"

#define ERP_KEY(n, key) key ",Adatum,,,," E(n) "," T0 "\n"
#define CRM_KEY(n, key) C(n) "," key ",Adatum,,,," T0 ",\n"
#define CRM_1 CRM_KEY(1, "")
#define CRM_2 CRM_KEY(2, "")
#define CRM_3 CRM_KEY(3, "")

struct insert_case {
	const char *name;
	struct world_spec spec;
	const char *erp;
	const char *crm;
	const char *ledger;
	const char *expected;	/* keys or uids of creates, other actions, findings, last number */
};

/* The last character of an id tells it from the others. */
static void
add_change(struct buf *out, const struct run *run, const struct change *change)
{
	struct str uid = ledger_id(&run->ledger, &run->ledger.couplings[change->coupling], CRM);

	if (change->action != ACTION_CREATE)
		buf_printf(out, "%s ", action_name(change->action));
	else if (change->side == CRM)
		buf_printf(out, "create %.*s ", STR_ARG(uid));
	else
		buf_printf(out, "%.*s ", STR_ARG(change->key ? packed_str(change->key) : STR("-")));
}

static void
check_inserts(const struct insert_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct insert_case *c = &cases[i];
		struct sync_world w;
		world_begin(&w, c->spec, c->erp, c->crm, c->ledger);
		world_run(&w);
		const struct plan *plan = &w.run.plan;
		buf_reset(&w.text);
		for (size_t change = 0; change < plan->change_count; change++)
			add_change(&w.text, &w.run, &plan->changes[change]);
		buf_add_char(&w.text, '|');
		for (size_t f = 0; f < plan->finding_count; f++)
			add_code(&w.text, plan->findings[f].severity, plan->findings[f].code,
				plan->findings[f].rule);
		struct str last = ledger_find_series(&w.run.ledger, STR("Customer"));
		if (last.len != 0)
			buf_printf(&w.text, " last %.*s", STR_ARG(last));
		expect(&w, c->name, buf_str(&w.text), c->expected);
		world_end(&w);
	}
}

/* 6.5: a version 5 UUID of the mapping's name and the source's uid, and of nothing else. */
static void
e19_uid_is_stable(void **state)
{
	static const char *const names[] = { "CUSTOMER", "Customer", "ANOTHER" };
	char uids[2][4][37];
	struct sync_world w;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		world_begin(&w, (struct world_spec){ .mapping = CREATING },
			i == 0 ? ERP_KEY(1, "1") ERP_KEY(2, "2")
			       : "9,Other,,,," E(2) "," T2 "\n3,X,,,," E(1) "," T2 "\n", "", "");
		world_assess(&w);
		struct sync_job job = world_job(&w, TO);
		struct mapping *mapping = world_mapping(&w, "CUSTOMER");
		struct decider d;
		decider_init(&d, &job, &w.run.state->arena);
		for (size_t n = 0; n < ARRAY_LEN(names); n++) {
			mapping->name = str_from(names[n]);
			struct str uid = insert_crm_uid(&d, table_find_uid(job.tables[ERP], STR(E(1))));
			assert_int_equal(uid.len, 36);
			snprintf(uids[i][n], 37, "%.36s", uid.ptr);
		}
		mapping->name = STR("CUSTOMER");
		struct str other = insert_crm_uid(&d, table_find_uid(job.tables[ERP], STR(E(2))));
		snprintf(uids[i][3], 37, "%.36s", other.ptr);
		assert_int_equal(uids[i][0][14], '5');
		assert_non_null(strchr("89ab", uids[i][0][19]));
		assert_string_equal(uids[i][0], uids[i][1]);
		assert_string_not_equal(uids[i][0], uids[i][2]);
		assert_string_not_equal(uids[i][0], uids[i][3]);
		decider_release(&d);
		world_end(&w);
	}
	assert_memory_equal(uids[0], uids[1], sizeof uids[0]);
	assert_string_equal(uids[0][0], UID);
}

/* E18, 2.1: the last of the longest runs of digits counts up in its width and passes over what is in use. */
static void
e18_number_series(void **state)
{
#define SPEC(start, increment) \
	{ .mapping = CREATING, .fields = NAME_ONLY, .erp_fields = SERIES(start, increment) }
	static const struct insert_case cases[] = {
		{ "from the start", SPEC("C00010", "10"), "", CRM_1 CRM_2 CRM_3, "",
			"C00010 C00020 C00030 | last C00030" },
		{ "on from the last", SPEC("C00010", "10"), "", CRM_1, LAST("C00500"), "C00510 | last C00510" },
		{ "passing over records", SPEC("C00010", "10"), ERP_KEY(1, "C00010") ERP_KEY(2, "c00020"), CRM_1,
			LINE(E(1), "", "C00010", "removed", ",") LINE(E(2), "", "C00020", "removed", ","),
			"C00030 | last C00030" },
		{ "passing over pending keys (L4)", SPEC("C00010", "10"), "", CRM_1 CRM_2,
			LINE("", C(2), "C00010", "pending-erp", ","), "C00020 | last C00020" },
		{ "keeping the width", SPEC("A099", "1"), "", CRM_1 CRM_2, "", "A099 A100 | last A100" },
		{ "carrying", SPEC("A0095", "10"), "", CRM_1 CRM_2, "", "A0095 A0105 | last A0105" },
		{ "the longest run", SPEC("A123B4", "1"), "", CRM_1 CRM_2, "", "A123B4 A124B4 | last A124B4" },
		{ "the last of the longest", SPEC("A12B34", "1"), "", CRM_1 CRM_2, "", "A12B34 A12B35 | last A12B35" },
		{ "the last of three", SPEC("1-2-3X", "1"), "", CRM_1 CRM_2, "", "1-2-3X 1-2-4X | last 1-2-4X" },
		{ "full", SPEC("X98", "1"), "", CRM_1 CRM_2 CRM_3, "",
			"X98 X99 | e:number-series-full/18 last X99" },
		{ "full by its increment", SPEC("X50", "100"), "", CRM_1 CRM_2, "",
			"X50 | e:number-series-full/18 last X50" },
		{ "full by records", SPEC("X9", "1"), ERP_KEY(1, "X9"), CRM_1,
			LINE(E(1), "", "X9", "removed", ","), "| e:number-series-full/18" },
		{ "E21: a Code in small letters", SPEC("c00010", "10"), ERP_KEY(1, "C00010"), CRM_1,
			LINE(E(1), "", "C00010", "removed", ","), "C00020 | last C00020" },
		{ "E21: and in the ledger", SPEC("C00010", "10"), ERP_KEY(1, "C00030"), CRM_1,
			LAST("c00020") LINE(E(1), "", "C00030", "removed", ","), "C00040 | last C00040" },
		{ "by uid, whatever the order of rows", SPEC("1", "1"), "", CRM_3 CRM_1 CRM_2, "",
			"1 2 3 | last 3" },
	};

	(void)state;
	check_inserts(cases, ARRAY_LEN(cases));
}

/* E18: the key from the mapped field, else the series, else deferred; what is in use or half blank fails. */
static void
e18_mapped_keys(void **state)
{
#define MAPPED { .mapping = CREATING, .fields = FROM_KEY NAME_ONLY }
#define BOTH_WAYS { .mapping = CREATING, .fields = FROM_KEY NAME_ONLY, .erp_fields = SERIES("S1", "1") }
#define TWO_PARTS \
	{ .mapping = CREATING, .fields = FROM_KEY NAME_ONLY \
		"<field table-field='Part' integration-field='phone' direction='FromIntegrationTable'/>", \
		.erp_fields = "<field name='Part' type='Code' length='5' role='key'/>", .erp_columns = ",Part" }
#define PARTS(n, key, part) C(n) "," key ",Adatum," part ",,," T0 ",\n"
	static const struct insert_case cases[] = {
		{ "mapped", MAPPED, "", CRM_KEY(1, "k1") CRM_KEY(2, "K2"), "", "K1 K2 |" },
		{ "in use by a record", MAPPED, ERP_KEY(1, "K1"), CRM_KEY(1, "k1"),
			LINE(E(1), "", "K1", "removed", ","), "| e:key-in-use/18" },
		{ "given twice in the run", MAPPED, "", CRM_KEY(2, "K1") CRM_KEY(1, "k1"), "",
			"K1 | e:key-in-use/18" },
		{ "in use by a pending create (L4)", MAPPED, "", CRM_KEY(1, "K1") CRM_KEY(2, "K1"),
			LINE("", C(2), "K1", "pending-erp", ","), "| e:key-in-use/18" },
		{ "free after a failed create", MAPPED, "", CRM_KEY(1, "K1"),
			LINE("", C(1), "", "failed-create", ","), "K1 |" },
		{ "deferred", MAPPED, "", CRM_KEY(1, ""), "", "- |" },
		{ "series where it is blank", BOTH_WAYS, "", CRM_KEY(1, "") CRM_KEY(2, "K2"), "",
			"S1 K2 | last S1" },
		{ "series passes over a mapped key", BOTH_WAYS, "", CRM_KEY(1, "S1") CRM_KEY(2, ""), "",
			"S1 S2 | last S2" },
		{ "two parts", TWO_PARTS, "", PARTS(1, "a", "b"), "", "A,B |" },
		{ "both blank", TWO_PARTS, "", PARTS(1, "", ""), "", "- |" },
		{ "one blank", TWO_PARTS, "", PARTS(1, "a", ""), "", "| e:blank-key/18" },
		{ "the other blank", TWO_PARTS, "", PARTS(1, "", "b"), "", "| e:blank-key/18" },
		{ "too long for a key", MAPPED, "", CRM_KEY(1, "123456789012345678901"), "", "| e:too-long/23" },
	};

	(void)state;
	check_inserts(cases, ARRAY_LEN(cases));
}

/* E18: a template sets its values over the mapped ones, the key too; L4: the line is pending at once. */
static void
e18_template_and_pending_line(void **state)
{
	static const struct world_spec spec = { .mapping = CREATING,
		.fields = FROM_KEY NAME_ONLY "<config-template side='erp' priority='2'><set field='Phone' value='2'/>"
			"</config-template><config-template side='erp' priority='1'><filter field='home'>x</filter>"
			"<set field='Name' value='Template'/><set field='No.' value='t1'/></config-template>" };
	struct sync_world w;

	(void)state;
	world_begin(&w, spec, "", C(1) ",K1,Adatum,,,x," T0 ",\n" C(2) ",K2,Adatum,,,," T0 ",\n", "");
	world_run(&w);
	assert_int_equal(w.run.plan.change_count, 2);
	buf_reset(&w.text);
	for (size_t i = 0; i < w.run.plan.value_count; i++)
		buf_printf(&w.text, "%.*s ", STR_ARG(cell_str(w.run.plan.values[i].new)));
	expect(&w, "values", buf_str(&w.text), "T1 Template K2 Adatum 2 ");
	const struct coupling *c = world_coupling(&w, CRM, C(1));
	assert_int_equal(c->state, STATE_PENDING_ERP);
	expect(&w, "key", coupling_key(c), "T1");
	assert_false(coupling_has_id(c, ERP));
	assert_true(c->time[CRM] == stamp_read(STR(T0)));
	assert_true(c->time[ERP] == w.run.plan.now);
	assert_int_equal(w.run.plan.pending, 2);
	world_end(&w);
}

/* E17: under the former identity, unless another record has the former key. */
static void
e17_restored(void **state)
{
#define RESTORING \
	{ .mapping = "direction='Bidirectional' resolve-deletion-conflicts='RestoreRecords'", .fields = NAME_ONLY }
	static const struct insert_case cases[] = {
		{ "an ERP record by its key", RESTORING, "", CRM_1, LINE(E(1), C(1), "K1", "coupled", T0 "," T0),
			"K1 |" },
		{ "its key is another's", RESTORING, ERP_KEY(2, "K1"), CRM_1,
			LINE(E(1), C(1), "K1", "coupled", T0 "," T0), "| e:key-in-use/17" },
		{ "its key is unknown", RESTORING, "", CRM_1, LINE(E(1), C(1), "", "coupled", T0 "," T0), "- |" },
		{ "a CRM row by its uid", RESTORING, ERP_KEY(1, "K1"), "",
			LINE(E(1), C(1), "K1", "coupled", T0 "," T0), "create " C(1) " |" },
	};

	(void)state;
	check_inserts(cases, ARRAY_LEN(cases));
}

/* E19: the row that would be made is there already: coupled and updated, unless it is coupled elsewhere. */
static void
e19_row_is_there(void **state)
{
#define SAME_TABLES \
	{ .mapping = "direction='ToIntegrationTable' synch-only-coupled-records='false'", .fields = NAME_ONLY, \
		.more = "<mapping name='OTHER' table='Customer' integration-table='account' " \
			"direction='ToIntegrationTable'>" TO_FIELD "</mapping>" }
#define ONE_WAY { .mapping = "direction='ToIntegrationTable' synch-only-coupled-records='false'", .fields = NAME_ONLY }
#define ROW(name) UID ",," name ",,,," T0 ",\n"
	static const struct insert_case cases[] = {
		{ "it is not there", ONE_WAY, ERP_KEY(1, "1"), "", "", "create " UID " |" },
		{ "it differs", ONE_WAY, ERP_KEY(1, "1"), ROW("B"), "", "couple update | n:key-in-use/19" },
		{ "it is equal", ONE_WAY, ERP_KEY(1, "1"), ROW("Adatum"), "", "couple | n:key-in-use/19" },
		{ "it was uncoupled (E28)", ONE_WAY, ERP_KEY(1, "1"), ROW("Adatum"),
			LINE("", UID, "", "removed", ","), "couple | n:key-in-use/19" },
		{ "it is coupled", ONE_WAY, ERP_KEY(1, "1") ERP_KEY(2, "2"), ROW("Adatum"),
			LINE(E(2), UID, "2", "coupled", T0 "," T0), "| e:key-in-use/19" },
		{ "it is coupled in another mapping", SAME_TABLES, ERP_KEY(1, "1") ERP_KEY(2, "2"), ROW("Adatum"),
			LINE(E(2), C(1), "2", "pending-crm", ",") "OTHER," E(2) "," UID ",2,coupled," T0 "," T0
			",,,,,,,,\n", "| e:key-in-use/19" },
	};

	(void)state;
	check_inserts(cases, ARRAY_LEN(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(e19_uid_is_stable),
		cmocka_unit_test(e18_number_series),
		cmocka_unit_test(e18_mapped_keys),
		cmocka_unit_test(e18_template_and_pending_line),
		cmocka_unit_test(e17_restored),
		cmocka_unit_test(e19_row_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
