/* test_assess.c - what changed on each side of a coupling (4.3: E10 to E13; E27) */
#include "sync/assess.h"
#include "sync_world.h"

#define ERP_ROW(name, phone, credit, home, stamp) \
	"10000," name "," phone "," credit "," home "," E(1) "," stamp "\n"
#define CRM_ROW(name, phone, credit, home, stamp) \
	C(1) ",10000," name "," phone "," credit "," home "," stamp "," USER "\n"
#define USER "05e20000-0000-4000-8000-000000000001"
#define AGREED_ERP ERP_ROW("Adatum", "1", "5", "w", T0)
#define AGREED_CRM CRM_ROW("Adatum", "1", "5", "w", T0)
#define NEW_ERP ERP_ROW("Adatum NV", "1", "5", "w", T1)
#define NEW_CRM CRM_ROW("Adatum Ltd", "1", "5", "w", T1)
#define LEDGER(times) LINE(E(1), C(1), "10000", "coupled", times)

#define BOTH "direction='Bidirectional' "

struct assess_case {
	const char *name;
	const char *mapping;
	const char *fields;
	const char *edited_erp;	/* exports of an earlier run that wrote something; NULL: there was none */
	const char *edited_crm;
	const char *erp;	/* exports now */
	const char *crm;
	/*
	 * A letter each for E-bi, E-to, C-bi and C-from: `=` the same, `!` changed; where
	 * the base does not know the group, by the stamp: `u` the same, `x` changed.
	 */
	const char *expected;
};

static void
add_track(struct buf *out, uint32_t track)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = {
		{ TRACK_NEWER(ERP), "newer-erp" }, { TRACK_NEWER(CRM), "newer-crm" },
		{ TRACK_LANDED(ERP), "landed-erp" }, { TRACK_LANDED(CRM), "landed-crm" },
		{ TRACK_IN_FLIGHT(ERP), "flight-erp" }, { TRACK_IN_FLIGHT(CRM), "flight-crm" },
		{ TRACK_ALTERED(ERP), "altered-erp" }, { TRACK_ALTERED(CRM), "altered-crm" },
		{ TRACK_NEVER, "never" }, { TRACK_ADOPT, "adopt" }, { TRACK_UNBASED, "unbased" },
	};

	for (enum group group = 0; group < GROUPS; group++)
		buf_add_char(out, track & TRACK_KNOWN(group) ? (track & TRACK_CHANGED(group) ? '!' : '=')
				: track & TRACK_CHANGED(group) ? 'x' : 'u');
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (track & names[i].flag)
			buf_printf(out, " %s", names[i].name);
}

/* A ledger of both sides' agreement, or one line with these times and no base; then maybe a run. */
static void
begin(struct sync_world *w, const struct assess_case *c, const char *times)
{
	struct world_spec spec = { .mapping = c->mapping, .fields = c->fields };

	world_begin(w, spec, AGREED_ERP, AGREED_CRM, times ? times : LEDGER(T0 "," T0));
	if (!times)
		world_agree(w);
	if (c->edited_erp) {
		world_export(w, ERP, c->edited_erp);
		world_export(w, CRM, c->edited_crm);
		world_run(w);
		assert_true(w->run.plan.change_count > 0);
		world_keep(w);
	}
	world_export(w, ERP, c->erp);
	world_export(w, CRM, c->crm);
}

static void
check_tracks(const struct assess_case *cases, size_t count, const char *times)
{
	for (size_t i = 0; i < count; i++) {
		const struct assess_case *c = &cases[i];
		struct sync_world w;
		begin(&w, c, times);
		world_assess(&w);
		buf_reset(&w.text);
		add_track(&w.text, world_track(&w, ERP, E(1)));
		expect(&w, c->name, buf_str(&w.text), c->expected);
		world_end(&w);
	}
}

/* E10 with a base: content decides, on the side that is the source, and no stamp. */
static void
e10_with_base(void **state)
{
	static const struct assess_case cases[] = {
		{ "nothing", NULL, NULL, NULL, NULL, AGREED_ERP, AGREED_CRM, "====" },
		{ "ERP stamp alone", NULL, NULL, NULL, NULL, ERP_ROW("Adatum", "1", "5", "w", T2), AGREED_CRM,
			"==== newer-erp" },
		{ "CRM stamp alone", NULL, NULL, NULL, NULL, AGREED_ERP, CRM_ROW("Adatum", "1", "5", "w", T2),
			"==== newer-crm" },
		{ "under an old stamp", NULL, NULL, NULL, NULL, ERP_ROW("B", "1", "5", "w", T0), AGREED_CRM,
			"!===" },
		{ "without a stamp", NULL, NULL, NULL, NULL, ERP_ROW("B", "1", "5", "w", ""), AGREED_CRM,
			"!===" },
		{ "two-way in the ERP", NULL, NULL, NULL, NULL, NEW_ERP, AGREED_CRM, "!=== newer-erp" },
		{ "two-way in the CRM", NULL, NULL, NULL, NULL, AGREED_ERP, NEW_CRM, "==!= newer-crm" },
		{ "two-way in both", NULL, NULL, NULL, NULL, NEW_ERP, NEW_CRM, "!=!= newer-erp newer-crm" },
		{ "To-only in the ERP", NULL, NULL, NULL, NULL, ERP_ROW("Adatum", "1", "6", "w", T0), AGREED_CRM,
			"=!==" },
		{ "To-only in the CRM", NULL, NULL, NULL, NULL, AGREED_ERP, CRM_ROW("Adatum", "1", "6", "w", T0),
			"====" },
		{ "From-only in the CRM", NULL, NULL, NULL, NULL, AGREED_ERP,
			CRM_ROW("Adatum", "1", "5", "v", T0), "===!" },
		{ "From-only in the ERP", NULL, NULL, NULL, NULL, ERP_ROW("Adatum", "1", "5", "v", T0),
			AGREED_CRM, "====" },
		{ "another spelling", NULL, NULL, NULL, NULL, ERP_ROW("Adatum", "1", "05.0", "w", T0), AGREED_CRM,
			"====" },
		{ "E22: no number any more", NULL, NULL, NULL, NULL, ERP_ROW("Adatum", "1", "five", "w", T0),
			AGREED_CRM, "=!==" },
		{ "a record that is gone", NULL, NULL, NULL, NULL, "", NEW_CRM, "uu!= newer-crm" },
		{ "base of fields", BOTH "base='fields'", NULL, NULL, NULL, NEW_ERP, AGREED_CRM, "!=== newer-erp" },
		{ "empty groups are known", NULL, TWO_WAY_FIELDS, NULL, NULL, AGREED_ERP, AGREED_CRM, "====" },
	};

	(void)state;
	check_tracks(cases, ARRAY_LEN(cases), NULL);
}

/* E10 without a base, R30: newer by 10 ms or more than the ledger time; blank times and stamps tell nothing. */
static void
e10_by_stamp(void **state)
{
#define AT(stamp) ERP_ROW("Adatum", "1", "5", "w", stamp), AGREED_CRM
#define CRM_AT(stamp) AGREED_ERP, CRM_ROW("Adatum", "1", "5", "w", stamp)
	static const struct assess_case cases[] = {
		{ "the same", NULL, NULL, NULL, NULL, AT(T0), "uuuu adopt" },
		{ "older", NULL, NULL, NULL, NULL, AT("2025-12-31T23:59:59Z"), "uuuu adopt" },
		{ "9 ms", NULL, NULL, NULL, NULL, AT("2026-01-01T09:00:00.009Z"), "uuuu newer-erp adopt" },
		{ "10 ms", NULL, NULL, NULL, NULL, AT("2026-01-01T09:00:00.010Z"), "xxuu newer-erp" },
		{ "9 ms in the CRM", NULL, NULL, NULL, NULL, CRM_AT("2026-01-01T09:00:00.009Z"),
			"uuuu newer-crm adopt" },
		{ "10 ms in the CRM", NULL, NULL, NULL, NULL, CRM_AT("2026-01-01T09:00:00.010Z"),
			"uuxx newer-crm" },
		{ "no stamp", NULL, NULL, NULL, NULL, AT(""), "xxuu" },
		{ "no stamps", NULL, NULL, NULL, NULL, ERP_ROW("Adatum", "1", "5", "w", ""),
			CRM_ROW("Adatum", "1", "5", "w", ""), "xxxx" },
	};
	static const struct assess_case blank_time[] = {
		{ "no time in the ledger", NULL, NULL, NULL, NULL, AGREED_ERP, AGREED_CRM, "uuxx newer-crm" },
	};
	static const struct assess_case never[] = {
		{ "never synchronized", NULL, NULL, NULL, NULL, AGREED_ERP, AGREED_CRM,
			"xxxx newer-erp newer-crm never" },
		{ "E7 d, without stamps", NULL, NULL, NULL, NULL, ERP_ROW("Adatum", "1", "5", "w", ""),
			CRM_ROW("Adatum", "1", "5", "w", ""), "xxxx never" },
	};

	(void)state;
	check_tracks(cases, ARRAY_LEN(cases), LEDGER(T0 "," T0));
	check_tracks(blank_time, ARRAY_LEN(blank_time), LEDGER(T0 ","));
	check_tracks(never, ARRAY_LEN(never), LEDGER(","));
}

/* E11: what an earlier run wrote is not imported yet, has landed, or nobody can tell. */
static void
e11_flight(void **state)
{
#define TWO_ERP ERP_ROW("Adatum NV", "2", "5", "w", T1)
#define CREDIT_ERP ERP_ROW("Adatum", "1", "6", "w", T1)
	static const struct assess_case cases[] = {
		{ "in flight", NULL, NULL, NEW_ERP, AGREED_CRM, NEW_ERP, AGREED_CRM, "==== flight-crm" },
		{ "in flight to the ERP", NULL, NULL, AGREED_ERP, NEW_CRM, AGREED_ERP, NEW_CRM,
			"==== flight-erp" },
		{ "landed", NULL, NULL, NEW_ERP, AGREED_CRM, NEW_ERP, CRM_ROW("Adatum NV", "1", "5", "w", T2),
			"==== newer-crm landed-crm" },
		{ "landed under the old stamp", NULL, NULL, NEW_ERP, AGREED_CRM, NEW_ERP,
			CRM_ROW("Adatum NV", "1", "5", "w", T0), "==== landed-crm" },
		{ "landed in the ERP", NULL, NULL, AGREED_ERP, NEW_CRM,
			ERP_ROW("Adatum Ltd", "1", "5", "w", T2), NEW_CRM, "==== newer-erp landed-erp" },
		{ "something else landed", NULL, NULL, NEW_ERP, AGREED_CRM, NEW_ERP,
			CRM_ROW("B", "1", "5", "w", T2), "==!= newer-crm landed-crm" },
		{ "moved stamp", NULL, NULL, NEW_ERP, AGREED_CRM, NEW_ERP, CRM_ROW("Adatum", "1", "5", "w", T2),
			"!=!= newer-crm" },
		{ "moved stamp in the ERP", NULL, NULL, AGREED_ERP, NEW_CRM, ERP_ROW("Adatum", "1", "5", "w", T2),
			NEW_CRM, "!=!= newer-erp" },
		{ "a stamp that vanished has not moved", NULL, NULL, NEW_ERP, AGREED_CRM, NEW_ERP,
			CRM_ROW("Adatum", "1", "5", "w", ""), "==== flight-crm" },
		{ "half landed", NULL, NULL, TWO_ERP, AGREED_CRM, TWO_ERP,
			CRM_ROW("Adatum", "2", "5", "w", T0), "==== flight-crm" },
		{ "half landed, moved stamp", NULL, NULL, TWO_ERP, AGREED_CRM, TWO_ERP,
			CRM_ROW("Adatum", "2", "5", "w", T2), "!=!= newer-crm" },
		{ "the source edited again", NULL, NULL, NEW_ERP, AGREED_CRM, ERP_ROW("B", "1", "5", "w", T2),
			AGREED_CRM, "!=== newer-erp flight-crm" },
		{ "the source edited back", NULL, NULL, NEW_ERP, AGREED_CRM, ERP_ROW("Adatum", "1", "5", "w", T2),
			AGREED_CRM, "!=== newer-erp flight-crm" },
		{ "another field of it edited", NULL, NULL, NEW_ERP, AGREED_CRM, NEW_ERP,
			CRM_ROW("Adatum", "3", "5", "w", T0), "==!= flight-crm" },
		{ "one-way field in flight", NULL, NULL, CREDIT_ERP, AGREED_CRM, CREDIT_ERP, AGREED_CRM,
			"==== flight-crm" },
		{ "one-way field, moved stamp", NULL, NULL, CREDIT_ERP, AGREED_CRM, CREDIT_ERP,
			CRM_ROW("Adatum", "1", "5", "w", T2), "==== newer-crm flight-crm" },
		{ "both sides in flight", NULL, NULL, CREDIT_ERP, CRM_ROW("Adatum", "1", "5", "v", T1), CREDIT_ERP,
			CRM_ROW("Adatum", "1", "5", "v", T1), "==== flight-erp flight-crm" },
		{ "base of fields", BOTH "base='fields'", NULL, NEW_ERP, AGREED_CRM, NEW_ERP, AGREED_CRM,
			"==== flight-crm" },
	};

	(void)state;
	check_tracks(cases, ARRAY_LEN(cases), NULL);
}

/* E11: for every job the written value is there; where its source changed too, it equals nothing. */
static void
e11_effective_values(void **state)
{
	static const struct assess_case cases[] = {
		{ "the written value", NULL, NULL, NEW_ERP, AGREED_CRM, NEW_ERP, AGREED_CRM, "Adatum NV" },
		{ "landed", NULL, NULL, NEW_ERP, AGREED_CRM, NEW_ERP, CRM_ROW("B", "1", "5", "w", T2), "B" },
		{ "moved", NULL, NULL, NEW_ERP, AGREED_CRM, NEW_ERP, CRM_ROW("Adatum", "1", "5", "w", T2),
			"Adatum" },
		{ "edited again", NULL, NULL, NEW_ERP, AGREED_CRM, ERP_ROW("B", "1", "5", "w", T2), AGREED_CRM,
			"Adatum (equals nothing)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sync_world w;
		begin(&w, &cases[i], NULL);
		world_assess(&w);
		const struct table *table = run_table(&w.run, world_mapping(&w, "CUSTOMER"), CRM);
		const struct field *field = table_def_find_field(table->def, STR("name"));
		struct cell cell = state_cell(&w.run, table, 0, field->column);
		buf_reset(&w.text);
		buf_printf(&w.text, "%.*s%s", STR_ARG(cell_str(cell)), cell.is_bad ? " (equals nothing)" : "");
		expect(&w, cases[i].name, buf_str(&w.text), cases[i].expected);
		world_end(&w);
	}
}

/* E12: the first export after a write shows the value as the destination keeps it. */
static void
e12_altered(void **state)
{
#define WITH_CREDIT TWO_WAY_FIELDS "<field table-field='Credit' integration-field='credit'/>"
#define LONG_ERP ERP_ROW("Adatum Corporation", "1", "5.125", "w", T1)
#define LONG(name, credit) WITH_CREDIT, LONG_ERP, AGREED_CRM, LONG_ERP, CRM_ROW(name, "1", credit, "w", T2)
	static const struct assess_case cases[] = {
		{ "as written", NULL, LONG("Adatum Corporation", "5.125"), "==== newer-crm landed-crm" },
		{ "letter case", NULL, LONG("ADATUM corporation", "5.125"),
			"==== newer-crm landed-crm altered-crm" },
		{ "a cut", NULL, LONG("Adatum Corp", "5.125"), "==== newer-crm landed-crm altered-crm" },
		{ "a cut to blank", NULL, LONG("", "5.125"), "==!= newer-crm landed-crm" },
		{ "fewer decimals", NULL, LONG("Adatum Corporation", "5.12"),
			"==== newer-crm landed-crm altered-crm" },
		{ "another number", NULL, LONG("Adatum Corporation", "5.2"), "==!= newer-crm landed-crm" },
		{ "all at once", NULL, LONG("ADATUM", "5.1"), "==== newer-crm landed-crm altered-crm" },
		{ "another value", NULL, LONG("Fabrikam", "5.125"), "==!= newer-crm landed-crm" },
		{ "one altered, one edited", NULL, LONG("ADATUM", "7"), "==!= newer-crm landed-crm" },
		{ "the source changed, too", NULL, WITH_CREDIT, LONG_ERP, AGREED_CRM,
			ERP_ROW("Adatum Corporation", "2", "5.125", "w", T2),
			CRM_ROW("ADATUM CORPORATION", "1", "5.125", "w", T2),
			"!=!= newer-erp newer-crm landed-crm" },
		{ "by the ERP", NULL, NULL, AGREED_ERP, NEW_CRM, ERP_ROW("ADATUM LTD", "1", "5", "w", T2), NEW_CRM,
			"==== newer-erp landed-erp altered-erp" },
		{ "nothing was written", NULL, NULL, NULL, NULL, AGREED_ERP,
			CRM_ROW("ADATUM", "1", "5", "w", T2), "==!= newer-crm" },
	};

	(void)state;
	check_tracks(cases, ARRAY_LEN(cases), NULL);
}

/* E12: only the first export after the write; the next difference is an edit.  And: a created record. */
static void
e12_once_and_created(void **state)
{
	static const struct assess_case once = { "later", NULL, NULL, NEW_ERP, AGREED_CRM, NEW_ERP,
		CRM_ROW("ADATUM NV", "1", "5", "w", T1), "==!= newer-crm" };
	struct sync_world w;

	(void)state;
	begin(&w, &once, NULL);
	world_run(&w);
	assert_true(world_track(&w, ERP, E(1)) & TRACK_ALTERED(CRM));
	world_keep(&w);
	world_export(&w, CRM, CRM_ROW("ADATUM", "1", "5", "w", T2));
	world_assess(&w);
	buf_reset(&w.text);
	add_track(&w.text, world_track(&w, ERP, E(1)));
	expect(&w, once.name, buf_str(&w.text), once.expected);
	world_end(&w);

	world_begin(&w, (struct world_spec){ .mapping = BOTH "synch-only-coupled-records='false'" }, NEW_ERP, "", "");
	world_run(&w);
	const char *uid = ledger_id(&w.run.ledger, &w.run.ledger.couplings[0], CRM).ptr;
	char row[200];
	snprintf(row, sizeof row, "%.36s,10000,ADATUM NV,1,5,," T2 ",\n", uid);
	world_keep(&w);
	world_export(&w, CRM, row);
	world_assess(&w);
	buf_reset(&w.text);
	add_track(&w.text, world_track(&w, ERP, E(1)));
	expect(&w, "created", buf_str(&w.text), "==== newer-crm landed-crm altered-crm");
	world_end(&w);
}

/* E13: without a base, a CRM row last edited by the integration user is an echo. */
static void
e13_integration_user(void **state)
{
#define ECHO BOTH "integration-user='{05E20000-0000-4000-8000-000000000001}'"
#define OTHER BOTH "integration-user='" C(9) "'"
#define NO_FROM KEY_FIELD TWO_WAY_FIELDS TO_FIELD
#define OFF NO_FROM "<field table-field='Home' integration-field='home' direction='FromIntegrationTable' " \
	"status='Disabled'/>"
#define LATER AGREED_ERP, CRM_ROW("Adatum", "1", "5", "w", T2)
	static const struct assess_case cases[] = {
		{ "by the user", ECHO, NO_FROM, NULL, NULL, LATER, "uuu= newer-crm adopt" },
		{ "a disabled From-only field", ECHO, OFF, NULL, NULL, LATER, "uuu= newer-crm adopt" },
		{ "a From-only field", ECHO, NULL, NULL, NULL, LATER, "uuxx newer-crm" },
		{ "by somebody else", OTHER, NO_FROM, NULL, NULL, LATER, "uux= newer-crm" },
		{ "nobody is named", NULL, NO_FROM, NULL, NULL, LATER, "uux= newer-crm" },
		{ "the ERP's edit counts", ECHO, NO_FROM, NULL, NULL, ERP_ROW("Adatum", "1", "5", "w", T2),
			AGREED_CRM, "xxu= newer-erp" },
	};
	static const struct assess_case with_base[] = {
		{ "with a base content decides", ECHO, NO_FROM, NULL, NULL, AGREED_ERP, NEW_CRM,
			"==!= newer-crm" },
	};

	(void)state;
	check_tracks(cases, ARRAY_LEN(cases), LEDGER(T0 "," T0));
	check_tracks(with_base, ARRAY_LEN(with_base), NULL);
}

/* E27: a base is adopted where no side changed and both are equal; else the difference is told. */
static void
e27_adoption(void **state)
{
	static const struct assess_case cases[] = {
		{ "equal", NULL, NULL, NULL, NULL, AGREED_ERP, AGREED_CRM, "uuuu adopt" },
		{ "fields of one direction differ", NULL, NULL, NULL, NULL, ERP_ROW("Adatum", "1", "6", "w", T0),
			CRM_ROW("Adatum", "1", "5", "v", T0), "uuuu adopt" },
		{ "E24: equal but for a cut", NULL, NULL, NULL, NULL, ERP_ROW("Adatum", "12345678901", "", "", T0),
			CRM_ROW("Adatum", "1234567890", "", "", T0), "uuuu adopt" },
		{ "different", NULL, NULL, NULL, NULL, ERP_ROW("B", "1", "5", "w", T0), AGREED_CRM,
			"uuuu unbased" },
		{ "different, the ERP's stamp tells", NULL, NULL, NULL, NULL, NEW_ERP, AGREED_CRM,
			"xxuu newer-erp" },
		{ "different, the CRM's stamp tells", NULL, NULL, NULL, NULL, AGREED_ERP, NEW_CRM,
			"uuxx newer-crm" },
		{ "one side only", NULL, NULL, NULL, NULL, AGREED_ERP, "", "uuuu" },
		{ "fields", BOTH "base='fields'", NULL, NULL, NULL, AGREED_ERP, AGREED_CRM, "uuuu adopt" },
	};

	(void)state;
	check_tracks(cases, ARRAY_LEN(cases), LEDGER(T0 "," T0));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sync_world w;
		char room[LEDGER_BASE_ROOM];
		begin(&w, &cases[i], LEDGER(T0 "," T0));
		world_run(&w);
		const struct coupling *c = world_coupling(&w, ERP, E(1));
		bool has_base = c && ledger_base(&w.run.ledger, c, room).len != 0;
		bool wants = strstr(cases[i].expected, "adopt") || strchr(cases[i].expected, 'x');
		if (has_base != wants) {
			print_error("%s: has a base: %d\n", cases[i].name, has_base);
			w.failures++;
		}
		world_end(&w);
	}
}

/* E3: the key that people know the record by now.  3.2: a base that cannot be read is a ledger error. */
static void
e3_key_and_damage(void **state)
{
	struct sync_world w;

	(void)state;
	world_begin(&w, (struct world_spec){ 0 }, AGREED_ERP, AGREED_CRM,
		LINE(E(1), C(1), "9999", "coupled", T0 "," T0));
	world_assess(&w);
	assert_true(world_track(&w, ERP, E(1)) & TRACK_REKEYED);
	expect(&w, "key", coupling_key(world_coupling(&w, ERP, E(1))), "10000");
	world_end(&w);

	world_begin(&w, (struct world_spec){ 0 }, AGREED_ERP, AGREED_CRM,
		"CUSTOMER," E(1) "," C(1) ",10000,coupled," T0 "," T0 ",,,,,,,,P:damaged\n");
	world_load(&w);
	assert_false(run_plan(&w.run, &w.diag));
	assert_int_equal(w.diag.status, STATUS_INVALID);
	assert_int_equal(w.diag.count, 1);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(e10_with_base),
		cmocka_unit_test(e10_by_stamp),
		cmocka_unit_test(e11_flight),
		cmocka_unit_test(e11_effective_values),
		cmocka_unit_test(e12_altered),
		cmocka_unit_test(e12_once_and_created),
		cmocka_unit_test(e13_integration_user),
		cmocka_unit_test(e27_adoption),
		cmocka_unit_test(e3_key_and_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
