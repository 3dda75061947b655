/* test_settle.c - what a run leaves in the ledger (4.9, 4.10: E26 to E31; E11) */
#include "sync/agreement.h"
#include "sync_world.h"

#define ERP_ROW(name, phone, credit, home, stamp) \
	"10000," name "," phone "," credit "," home "," E(1) "," stamp "\n"
#define CRM_ROW(name, phone, credit, home, stamp) \
	C(1) ",10000," name "," phone "," credit "," home "," stamp ",\n"
#define AGREED_ERP ERP_ROW("Adatum", "1", "5", "w", T0)
#define AGREED_CRM CRM_ROW("Adatum", "1", "5", "w", T0)
#define NEW_ERP ERP_ROW("Adatum NV", "1", "5", "w", T1)
#define NEW_CRM CRM_ROW("Adatum Ltd", "1", "5", "w", T1)
#define BAD_ERP(name) ERP_ROW(name, "1", "many", "w", T1)
#define LEDGER(times) LINE(E(1), C(1), "10000", "coupled", times)

#define BOTH "direction='Bidirectional' "
#define UPDATE(strategy) BOTH "resolve-update-conflicts='" strategy "'"
#define CREATING BOTH "synch-only-coupled-records='false' "

struct settle_case {
	const char *name;
	const char *mapping;
	const char *fields;
	const char *ledger;	/* NULL: what sides that agree leave behind */
	bool is_full;
	const char *runs[3][SIDES];	/* the exports of one run after the other; after one that is NULL comes none */
	/*
	 * Times of both sides (0 to 2, - for none) and results of both directions
	 * (Success, Failure, -); of the base a letter for E-bi, E-to, C-bi and C-from: `n`
	 * holds what the side has now, `o` something older, `-` nothing; what was replaced.
	 */
	const char *expected;
};

static void
add_time(struct buf *out, int64_t time)
{
	static const struct str times[] = { { T0, sizeof T0 - 1 }, { T1, sizeof T1 - 1 }, { T2, sizeof T2 - 1 } };

	for (size_t i = 0; i < ARRAY_LEN(times); i++)
		if (time == stamp_read(times[i])) {
			buf_add_u64(out, i);
			return;
		}
	buf_add_char(out, time == STAMP_NONE ? '-' : 'x');
}

/* The values that a side has now: what the export shows, and what this run wrote over it. */
static char
group_letter(struct sync_world *w, const struct coupling *c, const struct coupling_base *base, enum group group)
{
	const struct mapping_state *ms = &w->run.state->mappings[c->mapping];
	const struct table *table = run_table(&w->run, ms->mapping, group_side(group));
	struct cell cells[16];
	struct buf scratch = { 0 };

	if (!base->known[group])
		return '-';
	if (c->row[group_side(group)] == TABLE_NO_ROW)
		return 'k';
	state_unpack(&w->run, table, c->row[group_side(group)], cells);
	uint64_t now = ms->scheme.is_empty[group] ? 0 : group_digest(&ms->scheme, group, cells, &scratch);
	buf_release(&scratch);
	return base->digest[group] == now ? 'n' : 'o';
}

static void
add_coupling(struct sync_world *w, const struct coupling *c)
{
	static const char results[] = { '-', 'S', 'F' };
	const struct mapping_state *ms = &w->run.state->mappings[c->mapping];
	struct arena arena = { 0 };
	struct coupling_base base;
	char room[LEDGER_BASE_ROOM];

	assert_true(base_decode(ledger_base(&w->run.ledger, c, room), &ms->scheme, &arena, &base));
	buf_reset(&w->text);
	add_time(&w->text, c->time[ERP]);
	add_time(&w->text, c->time[CRM]);
	buf_printf(&w->text, " %c%c%s ", results[coupling_result(c, CRM)], results[coupling_result(c, ERP)],
		c->is_skipped ? " skipped" : "");
	for (enum group group = 0; group < GROUPS; group++)
		buf_add_char(&w->text, group_letter(w, c, &base, group));
	for (enum side side = ERP; side < SIDES; side++) {
		const struct base_replaced *replaced = &base.replaced[side];
		for (size_t i = 0; i < replaced->count; i++)
			buf_printf(&w->text, " %s:%.*s", side_name(side),
				STR_ARG(ms->mapping->fields[replaced->fields[i].field].fields[side]->name));
		if (replaced->is_present) {
			buf_add_char(&w->text, '@');
			add_time(&w->text, replaced->stamp);
		}
	}
	arena_release(&arena);
}

/* Runs one after the other, each with the ledger of the one before; the last is there to be looked at. */
static void
begin(struct sync_world *w, const struct settle_case *c)
{
	world_begin(w, (struct world_spec){ .mapping = c->mapping, .fields = c->fields }, AGREED_ERP, AGREED_CRM,
		c->ledger ? c->ledger : LEDGER(T0 "," T0));
	if (!c->ledger)
		world_agree(w);
	w->options.is_full = c->is_full;
	for (size_t i = 0; i < ARRAY_LEN(c->runs) && c->runs[i][ERP]; i++) {
		if (i > 0)
			world_keep(w);
		world_export(w, ERP, c->runs[i][ERP]);
		world_export(w, CRM, c->runs[i][CRM]);
		world_run(w);
	}
}

static void
check_settled(const struct settle_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct sync_world w;
		begin(&w, &cases[i]);
		const struct coupling *c = world_coupling(&w, ERP, E(1));
		assert_non_null(c);
		add_coupling(&w, c);
		expect(&w, cases[i].name, buf_str(&w.text), cases[i].expected);
		world_end(&w);
	}
}

/* E26: which times and which groups a run sets; what fails or is skipped changes neither. */
static void
e26_times_and_groups(void **state)
{
	static const struct settle_case cases[] = {
		{ "not selected", NULL, NULL, NULL, false, { { AGREED_ERP, AGREED_CRM } }, "00 SS nnnn" },
		{ "To", NULL, NULL, NULL, false, { { NEW_ERP, AGREED_CRM } }, "10 SS nnnn crm:name@0" },
		{ "From", NULL, NULL, NULL, false, { { AGREED_ERP, NEW_CRM } }, "01 SS nnnn erp:Name@0" },
		{ "own groups of both", NULL, NULL, NULL, false,
			{ { ERP_ROW("Adatum", "1", "6", "w", T1), CRM_ROW("Adatum", "1", "5", "v", T1) } },
			"11 SS nnnn erp:Home@1 crm:credit@1" },
		{ "echo", NULL, NULL, NULL, false, { { ERP_ROW("Adatum", "1", "5", "w", T2), AGREED_CRM } },
			"20 SS nnnn" },
		{ "one settles both times", NULL, NULL, NULL, false,
			{ { NEW_ERP, CRM_ROW("Adatum", "1", "5", "w", T2) } }, "12 SS nnnn crm:name@2" },
		{ "never backwards", NULL, NULL, LEDGER(T2 "," T1), true, { { AGREED_ERP, AGREED_CRM } },
			"21 SS nnnn" },
		{ "a stamp that vanished", NULL, NULL, NULL, true,
			{ { ERP_ROW("Adatum", "1", "5", "w", ""), AGREED_CRM } }, "00 SS nnnn" },
		{ "both fail", NULL, NULL, NULL, false, { { NEW_ERP, NEW_CRM } }, "00 FF onon" },
		{ "To fails", NULL, NULL, NULL, false,
			{ { BAD_ERP("Adatum"), CRM_ROW("Adatum", "1", "5", "v", T1) } },
			"01 FS nonn erp:Home@1" },
		{ "To fails, two-way values differ", NULL, NULL, NULL, false,
			{ { BAD_ERP("B"), CRM_ROW("Adatum", "1", "5", "v", T1) } }, "01 FS oonn erp:Home@1" },
		{ "the same edit", NULL, NULL, NULL, false,
			{ { ERP_ROW("X", "1", "5", "w", T1), CRM_ROW("X", "1", "5", "w", T1) } }, "11 SS nnnn" },
		{ "skipped by strategy", UPDATE("GetUpdateFromIntegration"), NULL, NULL, false,
			{ { NEW_ERP, NEW_CRM } }, "01 SS nnnn erp:Name@1" },
		{ "won by strategy", UPDATE("SendUpdateToIntegration"), NULL, NULL, false,
			{ { NEW_ERP, NEW_CRM } }, "11 SS nnnn crm:name@1" },
		{ "merged", UPDATE("MergeFields"), NULL, NULL, false,
			{ { ERP_ROW("Adatum", "2", "5", "w", T1), NEW_CRM } }, "11 SS nnnn erp:Name@1 crm:phone@1" },
		{ "E24: equal but for a cut", NULL, NULL, NULL, false,
			{ { ERP_ROW("Adatum", "12345678901", "5", "w", T1),
				CRM_ROW("Adatum", "1234567890", "5", "w", T0) } }, "10 SS nnnn" },
		{ "one direction alone", "direction='ToIntegrationTable'",
			"<field table-field='Name' integration-field='name'/>", NULL, false,
			{ { NEW_ERP, AGREED_CRM } }, "10 S- nnnn crm:name@0" },
	};

	(void)state;
	check_settled(cases, ARRAY_LEN(cases));
}

/* E26, E27: couplings without a base. */
static void
e27_without_a_base(void **state)
{
	static const struct settle_case cases[] = {
		{ "adopted", NULL, NULL, LEDGER(T0 "," T0), false, { { AGREED_ERP, AGREED_CRM } }, "00 -- nnnn" },
		{ "different", NULL, NULL, LEDGER(T0 "," T0), false, { { ERP_ROW("B", "1", "5", "w", T0), AGREED_CRM } },
			"00 -- ----" },
		{ "adopted, own groups as they are", NULL, NULL, LEDGER(T0 "," T0), false,
			{ { ERP_ROW("Adatum", "1", "6", "w", T0), AGREED_CRM } }, "00 -- nnnn" },
		{ "To settles, C-from is adopted", NULL, NULL, LEDGER(T0 "," T0), false, { { NEW_ERP, AGREED_CRM } },
			"10 S- nnnn crm:name@0" },
		{ "From settles, E-to is adopted", NULL, NULL, LEDGER(T0 "," T0), false, { { AGREED_ERP, NEW_CRM } },
			"01 -S nnnn erp:Name@0" },
		{ "To settles, From fails", NULL,
			TWO_WAY_FIELDS TO_FIELD "<field table-field='Changed' integration-field='home' "
			"direction='FromIntegrationTable'/>", LEDGER(T0 "," T0), false,
			{ { ERP_ROW("Adatum", "1", "6", "w", T1), CRM_ROW("Adatum", "1", "5", "v", T1) } },
			"10 SF nnn- crm:credit@1" },
		{ "never synchronized, equal", NULL, NULL, LEDGER(","), false, { { AGREED_ERP, AGREED_CRM } },
			"00 SS nnnn" },
		{ "never synchronized, different", NULL, NULL, LEDGER(","), false, { { NEW_ERP, AGREED_CRM } },
			"-- FF ----" },
	};

	(void)state;
	check_settled(cases, ARRAY_LEN(cases));
}

/* E11: what was replaced is remembered until an export shows otherwise; a landed side gets its stamp as time. */
static void
e11_replaced(void **state)
{
#define TWO_ERP ERP_ROW("Adatum NV", "2", "5", "w", T1)
	static const struct settle_case cases[] = {
		{ "still in flight", NULL, NULL, NULL, false, { { NEW_ERP, AGREED_CRM }, { NEW_ERP, AGREED_CRM } },
			"10 SS nnnn crm:name@0" },
		{ "in flight in a full run", NULL, NULL, NULL, true,
			{ { NEW_ERP, AGREED_CRM }, { NEW_ERP, AGREED_CRM } }, "10 SS nnnn crm:name@0" },
		{ "landed", NULL, NULL, NULL, false,
			{ { NEW_ERP, AGREED_CRM }, { NEW_ERP, CRM_ROW("Adatum NV", "1", "5", "w", T2) } },
			"12 SS nnnn" },
		{ "landed without a job back", "direction='ToIntegrationTable'", KEY_FIELD TO_FIELD, NULL, false,
			{ { ERP_ROW("Adatum", "1", "6", "w", T1), AGREED_CRM },
				{ ERP_ROW("Adatum", "1", "6", "w", T1), CRM_ROW("Adatum", "1", "6", "w", T2) } },
			"12 S- nnnn" },
		{ "landed otherwise (E12)", NULL, NULL, NULL, false,
			{ { NEW_ERP, AGREED_CRM }, { NEW_ERP, CRM_ROW("ADATUM NV", "1", "5", "w", T2) } },
			"12 SS nnnn" },
		{ "landed otherwise, by field", BOTH "base='fields'", NULL, NULL, false,
			{ { NEW_ERP, AGREED_CRM }, { NEW_ERP, CRM_ROW("ADATUM NV", "1", "5", "w", T1) },
				{ NEW_ERP, CRM_ROW("ADATUM NV", "1", "5", "w", T2) } }, "12 SS nnnn" },
		{ "written again", NULL, NULL, NULL, false,
			{ { NEW_ERP, AGREED_CRM }, { ERP_ROW("B", "1", "5", "w", T2), AGREED_CRM } },
			"20 SS nnnn crm:name@0" },
		{ "one more field", NULL, NULL, NULL, false, { { NEW_ERP, AGREED_CRM }, { TWO_ERP, AGREED_CRM } },
			"10 SS nnnn crm:name crm:phone@0" },
		{ "edited back", NULL, NULL, NULL, false,
			{ { NEW_ERP, AGREED_CRM }, { ERP_ROW("Adatum", "1", "5", "w", T2), AGREED_CRM } },
			"20 SS nnnn" },
		{ "moved stamp, sent again", UPDATE("SendUpdateToIntegration"), NULL, NULL, false,
			{ { NEW_ERP, AGREED_CRM }, { NEW_ERP, CRM_ROW("Adatum", "1", "5", "w", T2) } },
			"12 SS nnnn crm:name@2" },
		{ "moved stamp, conflict", NULL, NULL, NULL, false,
			{ { NEW_ERP, AGREED_CRM }, { NEW_ERP, CRM_ROW("Adatum", "1", "5", "w", T2) } },
			"10 FF nnon crm:name@0" },
	};

	(void)state;
	check_settled(cases, ARRAY_LEN(cases));
}

/* E30: results and texts of one direction; the same failure twice is skipped, another one is not. */
static void
e30_failures(void **state)
{
	static const struct settle_case cases[] = {
		{ "once", NULL, NULL, NULL, false, { { BAD_ERP("B"), AGREED_CRM } },
			"00 FS oonn; not-convertible: Credit: \"many\" is no Decimal;" },
		{ "twice", NULL, NULL, NULL, false, { { BAD_ERP("B"), AGREED_CRM }, { BAD_ERP("B"), AGREED_CRM } },
			"00 FS skipped oonn; not-convertible: Credit: \"many\" is no Decimal;" },
		{ "another value", NULL, NULL, NULL, false,
			{ { BAD_ERP("B"), AGREED_CRM }, { ERP_ROW("B", "1", "few", "w", T1), AGREED_CRM } },
			"00 FS oonn; not-convertible: Credit: \"few\" is no Decimal;" },
		{ "mended", NULL, NULL, NULL, false,
			{ { BAD_ERP("B"), AGREED_CRM }, { ERP_ROW("B", "1", "5", "w", T2), AGREED_CRM } },
			"20 SS nnnn crm:name@0;;" },
		{ "the other direction", NULL,
			"<field table-field='Credit' integration-field='home' direction='FromIntegrationTable'/>",
			LEDGER(T0 "," T0), false, { { AGREED_ERP, CRM_ROW("", "", "", "v", T1) } },
			"00 -F nnn-;; not-convertible: home: \"v\" has no form as Decimal for field \"Credit\"" },
		{ "skipped is left as it is", NULL, NULL, NULL, false,
			{ { BAD_ERP("B"), AGREED_CRM }, { BAD_ERP("B"), AGREED_CRM },
				{ ERP_ROW("B", "1", "5", "w", T2), CRM_ROW("Adatum", "1", "5", "v", T2) } },
			"00 FS skipped onno; not-convertible: Credit: \"many\" is no Decimal;" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sync_world w;
		begin(&w, &cases[i]);
		const struct coupling *c = world_coupling(&w, ERP, E(1));
		add_coupling(&w, c);
		for (int side = CRM; side >= ERP; side--) {
			bool has_text = coupling_find_rest(c) && coupling_find_rest(c)->failure[side].len != 0;
			buf_printf(&w.text, ";%s%.*s", has_text ? " " : "",
				STR_ARG(has_text ? coupling_find_rest(c)->failure[side] : STR("")));
		}
		expect(&w, cases[i].name, buf_str(&w.text), cases[i].expected);
		world_end(&w);
	}
}

/* The job ids of the last results are those of the run's jobs. */
static void
e30_job_ids(void **state)
{
	static const struct settle_case both = { "ids", NULL, NULL, NULL, true, { { NEW_ERP, AGREED_CRM } }, NULL };
	struct sync_world w;

	(void)state;
	begin(&w, &both);
	const struct coupling *c = world_coupling(&w, ERP, E(1));
	assert_int_equal(w.run.plan.job_count, 2);
	assert_true(str_equal(ledger_job(&w.run.ledger, c, CRM), plan_job_id(&w.run.plan, 0)));
	assert_true(str_equal(ledger_job(&w.run.ledger, c, ERP), plan_job_id(&w.run.plan, 1)));
	world_end(&w);
}

/* The lines that are left, by state, with the ids that they have. */
static void
add_lines(struct sync_world *w)
{
	buf_reset(&w->text);
	for (size_t i = 0; i < w->run.ledger.count; i++) {
		const struct coupling *c = &w->run.ledger.couplings[i];
		if (!c->is_dropped)
			buf_printf(&w->text, "%s%s%s ", coupling_state_name((enum coupling_state)c->state),
				coupling_has_id(c, ERP) ? " erp" : "", coupling_has_id(c, CRM) ? " crm" : "");
	}
}

/* E28, E31: lines of one side, until the record is coupled, named or gone. */
static void
e28_e31_lines(void **state)
{
#define REMOVING CREATING "resolve-deletion-conflicts='RemoveCoupling'"
#define UNCOUPLED ""
	static const struct settle_case cases[] = {
		{ "removed", REMOVING, NULL, NULL, false, { { AGREED_ERP, "" } }, "removed erp " },
		{ "removed, from", REMOVING, NULL, NULL, false, { { "", AGREED_CRM } }, "removed crm " },
		{ "remembered", REMOVING, NULL, NULL, true, { { AGREED_ERP, "" }, { NEW_ERP, "" } },
			"removed erp " },
		{ "gone", REMOVING, NULL, NULL, false, { { AGREED_ERP, "" }, { "", "" } }, "" },
		{ "both deleted (E3)", NULL, NULL, NULL, false, { { "", "" } }, "" },
		{ "failed create", CREATING, NULL, UNCOUPLED, false, { { BAD_ERP("B"), "" } }, "failed-create erp " },
		{ "failed create, gone", CREATING, NULL, UNCOUPLED, false, { { BAD_ERP("B"), "" }, { "", "" } }, "" },
		{ "failed create, mended", CREATING, NULL, UNCOUPLED, false,
			{ { BAD_ERP("B"), "" }, { NEW_ERP, "" } }, "pending-crm erp crm " },
		{ "created", CREATING, NULL, UNCOUPLED, false, { { "", NEW_CRM } }, "pending-erp crm " },
		{ "created, then pending", CREATING, NULL, UNCOUPLED, true, { { "", NEW_CRM }, { "", NEW_CRM } },
			"pending-erp crm " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sync_world w;
		begin(&w, &cases[i]);
		add_lines(&w);
		expect(&w, cases[i].name, buf_str(&w.text), cases[i].expected);
		world_end(&w);
	}
}

/* E26: an insert sets the bases of all groups of both sides. */
static void
e26_insert(void **state)
{
	static const struct settle_case cases[] = {
		{ "To", CREATING, NULL, UNCOUPLED, false, { { NEW_ERP, "" } }, "12 S- nnkk" },
		{ "From", CREATING, NULL, UNCOUPLED, false, { { "", NEW_CRM } }, "21 -S kknn" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sync_world w;
		world_begin(&w, (struct world_spec){ .mapping = CREATING }, cases[i].runs[0][ERP],
			cases[i].runs[0][CRM], "");
		w.options.has_now = true;
		w.options.now = stamp_read(STR(T2));
		world_run(&w);
		add_coupling(&w, &w.run.ledger.couplings[0]);
		expect(&w, cases[i].name, buf_str(&w.text), cases[i].expected);
		world_end(&w);
	}
}

/*
 * E26: a row that a delta export does not show was written whole; what was not
 * written stays unknown.  E11: that it was written unseen is remembered.
 */
static void
e26_unseen(void **state)
{
	static const struct settle_case cases[] = {
		{ "To", NULL, NULL, LEDGER(T0 "," T0), false, { { NEW_ERP, "" } }, "10 S- nnk-@-" },
		{ "From", NULL, NULL, LEDGER(T0 "," T0), false, { { "", NEW_CRM } }, "01 -S k-nn@-" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sync_world w;
		world_begin(&w, (struct world_spec){ .erp_export = "delta", .crm_export = "delta" },
			cases[i].runs[0][ERP], cases[i].runs[0][CRM], cases[i].ledger);
		world_run(&w);
		add_coupling(&w, world_coupling(&w, ERP, E(1)));
		expect(&w, cases[i].name, buf_str(&w.text), cases[i].expected);
		world_end(&w);
	}
}

/* E29, 3.3: the latest stamps seen, never lowered, of the mappings that ran. */
static void
e29_watermarks(void **state)
{
#define MARK(times) "CUSTOMER,,,,watermark," times ",,,,,,,,\n"
	static const struct {
		const char *name;
		const char *ledger;
		const char *erp;
		const char *crm;
		const char *expected;
	} cases[] = {
		{ "seen", "", AGREED_ERP "2,,,,," E(2) "," T1 "\n", NEW_CRM, "11" },
		{ "no records", "", "", "", "--" },
		{ "not lowered", MARK(T2 "," T0), AGREED_ERP, NEW_CRM, "21" },
		{ "not emptied", MARK(T2 "," T1), "", "", "21" },
	};
	struct sync_world w;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		world_begin(&w, (struct world_spec){ 0 }, cases[i].erp, cases[i].crm, cases[i].ledger);
		world_run(&w);
		buf_reset(&w.text);
		assert_true(w.run.ledger.watermarks[0].is_present);
		add_time(&w.text, w.run.ledger.watermarks[0].time[ERP]);
		add_time(&w.text, w.run.ledger.watermarks[0].time[CRM]);
		expect(&w, cases[i].name, buf_str(&w.text), cases[i].expected);
		world_end(&w);
	}
	static const struct world_spec two = { .more = "<mapping name='OTHER' table='Customer' "
		"integration-table='account' direction='ToIntegrationTable'>" TO_FIELD "</mapping>" };
	struct str other = STR("OTHER");
	world_begin(&w, two, AGREED_ERP, NEW_CRM, "");
	w.options.mappings = &other;
	w.options.mapping_count = 1;
	world_run(&w);
	assert_false(w.run.ledger.watermarks[world_mapping(&w, "CUSTOMER")->order].is_present);
	assert_true(w.run.ledger.watermarks[world_mapping(&w, "OTHER")->order].is_present);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(e26_times_and_groups),
		cmocka_unit_test(e27_without_a_base),
		cmocka_unit_test(e11_replaced),
		cmocka_unit_test(e30_failures),
		cmocka_unit_test(e30_job_ids),
		cmocka_unit_test(e28_e31_lines),
		cmocka_unit_test(e26_insert),
		cmocka_unit_test(e26_unseen),
		cmocka_unit_test(e29_watermarks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
