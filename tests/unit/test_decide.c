/* test_decide.c - what happens with one selected source (4.4 to 4.6: E14 to E19), and what a job counts */
#include "sync_world.h"

#define ERP_ROW(name, phone, credit, home, stamp) \
	"10000," name "," phone "," credit "," home "," E(1) "," stamp "\n"
#define CRM_ROW(name, phone, credit, home, stamp) \
	C(1) ",10000," name "," phone "," credit "," home "," stamp ",\n"
#define AGREED_ERP ERP_ROW("Adatum", "1", "5", "w", T0)
#define AGREED_CRM CRM_ROW("Adatum", "1", "5", "w", T0)
#define NEW_ERP ERP_ROW("Adatum NV", "1", "5", "w", T1)
#define NEW_CRM CRM_ROW("Adatum Ltd", "1", "5", "w", T1)
#define COUPLED LINE(E(1), C(1), "10000", "coupled", T0 "," T0)

#define BOTH "direction='Bidirectional' "
#define UPDATE(strategy) BOTH "resolve-update-conflicts='" strategy "'"
#define DELETION(strategy) BOTH "resolve-deletion-conflicts='" strategy "'"

enum {
	FORCED = 1,
	CREATE = 2,
	SKIPPED = 4,
	ALONE = 8,		/* the job of the other direction is not part of the run */
	DELTA = 16,		/* exports hold what changed only */
	UNCOUPLED = 32,
	NO_BASE = 64,
};

struct decide_case {
	const char *name;
	enum direction direction;
	unsigned flags;
	const char *mapping;	/* attributes, or NULL */
	const char *fields;	/* content, or NULL */
	const char *erp;	/* exports now; those when both sides agreed are always the same */
	const char *crm;
	const char *expected;
};

static void
add_list(struct buf *out, const struct sync_job *job, const char *mark, const struct value_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		buf_printf(out, " %s%.*s=%.*s", mark,
			STR_ARG(job->tables[job->destination]->columns[list->values[i].column]->name),
			STR_ARG(cell_str(list->values[i].new)));
}

/* "modify E14 name=New -name=New w:lost-edit/16": - marks lost edits, < values that were cut. */
static void
add_outcome(struct buf *out, const struct sync_job *job, const struct outcome *outcome)
{
	static const char *const kinds[] = { "none", "insert", "restore", "remove", "modify", "unchanged",
		"skip", "fail" };

	buf_printf(out, "%s E%d%s", kinds[outcome->kind], outcome->rule,
		outcome->is_left_alone ? " left alone" : "");
	add_list(out, job, "", &outcome->written);
	add_list(out, job, "-", &outcome->lost);
	add_list(out, job, "<", &outcome->shortened);
	for (const struct note *note = outcome->notes; note; note = note->next)
		add_code(out, note->severity, note->code, note->rule);
}

static void
begin(struct sync_world *w, const struct decide_case *c)
{
	struct world_spec spec = { .mapping = c->mapping, .fields = c->fields };

	if (c->flags & DELTA)
		spec.erp_export = spec.crm_export = "delta";
	world_begin(w, spec, AGREED_ERP, AGREED_CRM, c->flags & UNCOUPLED ? "" : COUPLED);
	if (!(c->flags & (UNCOUPLED | NO_BASE)))
		world_agree(w);
	world_export(w, ERP, c->erp);
	world_export(w, CRM, c->crm);
	world_load(w);
	if (c->flags & SKIPPED)
		world_coupling(w, ERP, E(1))->is_skipped = true;
	world_assess(w);
}

static void
check_decisions(const struct decide_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct decide_case *c = &cases[i];
		struct sync_world w;
		struct decider d;
		begin(&w, c);
		struct sync_job job = world_job(&w, c->direction);
		job.is_forced = c->flags & FORCED;
		job.may_create = c->flags & CREATE;
		job.other_runs = !(c->flags & ALONE);
		decider_init(&d, &job, &w.run.state->arena);
		struct outcome outcome = decide(&d, 0);
		buf_reset(&w.text);
		add_outcome(&w.text, &job, &outcome);
		expect(&w, c->name, buf_str(&w.text), c->expected);
		decider_release(&d);
		world_end(&w);
	}
}

/* E14, D1 to D3: what is skipped, and what is not coupled. */
static void
d1_to_d3(void **state)
{
	static const struct decide_case cases[] = {
		{ "D1 to", TO, SKIPPED, NULL, NULL, NEW_ERP, AGREED_CRM, "skip E14 e:repeated-failure/30" },
		{ "D1 from", FROM, SKIPPED, NULL, NULL, AGREED_ERP, NEW_CRM, "skip E14 e:repeated-failure/30" },
		{ "D1 forced", TO, SKIPPED | FORCED, NULL, NULL, NEW_ERP, NEW_CRM,
			"skip E14 e:repeated-failure/30" },
		{ "D1 before D4", TO, SKIPPED, NULL, NULL, NEW_ERP, "", "skip E14 e:repeated-failure/30" },
		{ "D2 to", TO, UNCOUPLED, NULL, NULL, NEW_ERP, "", "skip E14 n:filtered-out/14" },
		{ "D2 from", FROM, UNCOUPLED, NULL, NULL, "", NEW_CRM, "skip E14 n:filtered-out/14" },
		{ "D2 forced", TO, UNCOUPLED | FORCED, NULL, NULL, NEW_ERP, "", "skip E14 n:filtered-out/14" },
		{ "D3 to", TO, UNCOUPLED | CREATE, NULL, NULL, NEW_ERP, "",
			"insert E18 number=10000 name=Adatum NV phone=1 credit=5" },
		{ "D3 from", FROM, UNCOUPLED | CREATE, NULL, NULL, "", NEW_CRM,
			"insert E18 Name=Adatum Ltd Phone=1 Home=w" },
		{ "D3 forced", TO, UNCOUPLED | CREATE | FORCED, NULL, NULL, NEW_ERP, "",
			"insert E18 number=10000 name=Adatum NV phone=1 credit=5" },
		{ "D3 cut", TO, UNCOUPLED | CREATE, NULL, NULL, ERP_ROW("A", "12345678901", "", "", T1), "",
			"insert E18 number=10000 name=A phone=1234567890 credit= <phone=1234567890 "
			"n:shortened/23" },
	};

	(void)state;
	check_decisions(cases, ARRAY_LEN(cases));
}

/* E14, D4 and E17: deleted destinations; forced runs follow the strategy, too. */
static void
d4_deleted(void **state)
{
#define RESTORED "restore E17 number=10000 name=Adatum phone=1 credit=5"
	static const struct decide_case cases[] = {
		{ "none to", TO, 0, DELETION("None"), NULL, AGREED_ERP, "", "fail E17 e:deleted-destination/17" },
		{ "none from", FROM, 0, NULL, NULL, "", AGREED_CRM, "fail E17 e:deleted-destination/17" },
		{ "none forced", TO, FORCED, NULL, NULL, AGREED_ERP, "", "fail E17 e:deleted-destination/17" },
		{ "restore to", TO, 0, DELETION("RestoreRecords"), NULL, AGREED_ERP, "", RESTORED },
		{ "restore from", FROM, 0, DELETION("RestoreRecords"), NULL, "", AGREED_CRM,
			"restore E17 Name=Adatum Phone=1 Home=w" },
		{ "restore forced", TO, FORCED, DELETION("RestoreRecords"), NULL, AGREED_ERP, "", RESTORED },
		{ "remove to", TO, 0, DELETION("RemoveCoupling"), NULL, AGREED_ERP, "", "remove E17" },
		{ "remove from", FROM, 0, DELETION("RemoveCoupling"), NULL, "", AGREED_CRM, "remove E17" },
		{ "remove forced", TO, FORCED, DELETION("RemoveCoupling"), NULL, AGREED_ERP, "", "remove E17" },
		{ "delta says nothing", TO, DELTA, DELETION("RemoveCoupling"), NULL, AGREED_ERP, "",
			"unchanged E14" },
		{ "delta is written whole", TO, DELTA, NULL, NULL, NEW_ERP, "",
			"modify E14 number=10000 name=Adatum NV phone=1 credit=5" },
		{ "delta from", FROM, DELTA, NULL, NULL, "", NEW_CRM,
			"modify E14 Name=Adatum Ltd Phone=1 Home=w" },
		{ "delta forced", TO, DELTA | FORCED, NULL, NULL, AGREED_ERP, "",
			"modify E14 number=10000 name=Adatum phone=1 credit=5" },
	};

	(void)state;
	check_decisions(cases, ARRAY_LEN(cases));
}

/* E14, D5 and E16: forced jobs write all that differs; edits that go under are told. */
static void
d5_forced(void **state)
{
	static const struct decide_case cases[] = {
		{ "nothing differs", TO, FORCED, NULL, NULL, AGREED_ERP, AGREED_CRM, "unchanged E14" },
		{ "both made equal", FROM, FORCED, NULL, NULL, ERP_ROW("X", "1", "5", "w", T1),
			CRM_ROW("X", "1", "5", "w", T1), "unchanged E14" },
		{ "own edit", TO, FORCED, NULL, NULL, NEW_ERP, AGREED_CRM, "modify E14 name=Adatum NV" },
		{ "own edit from", FROM, FORCED, NULL, NULL, AGREED_ERP, NEW_CRM, "modify E14 Name=Adatum Ltd" },
		{ "possibly lost", TO, FORCED, NULL, NULL, AGREED_ERP, NEW_CRM,
			"modify E14 name=Adatum -name=Adatum w:lost-edit/16" },
		{ "possibly lost from", FROM, FORCED, NULL, NULL, NEW_ERP, AGREED_CRM,
			"modify E14 Name=Adatum -Name=Adatum w:lost-edit/16" },
		{ "both edited", TO, FORCED, NULL, NULL, NEW_ERP, NEW_CRM,
			"modify E14 name=Adatum NV -name=Adatum NV w:lost-edit/16" },
		{ "lost by field", TO, FORCED, BOTH "base='fields'", NULL, ERP_ROW("Adatum", "2", "5", "w", T1),
			NEW_CRM, "modify E14 name=Adatum phone=2 -name=Adatum w:lost-edit/16" },
		{ "own group of the other", TO, FORCED, NULL, NULL, AGREED_ERP,
			CRM_ROW("Adatum", "1", "6", "v", T1), "modify E14 credit=5" },
		{ "cut value stays", TO, FORCED, NULL, NULL, ERP_ROW("Adatum", "12345678901", "5", "w", T0),
			CRM_ROW("Adatum", "1234567890", "5", "w", T0), "unchanged E14" },
	};

	(void)state;
	check_decisions(cases, ARRAY_LEN(cases));
}

/* E14, D6 and D8: only the source's changed groups are written, where they differ. */
static void
d6_d8_changes(void **state)
{
	static const struct decide_case cases[] = {
		{ "D6 nothing changed", TO, 0, NULL, NULL, AGREED_ERP, AGREED_CRM, "unchanged E14" },
		{ "D6 an echo", TO, 0, NULL, NULL, ERP_ROW("Adatum", "1", "5", "w", T2), AGREED_CRM,
			"unchanged E14" },
		{ "D6 the other side changed", FROM, 0, NULL, NULL, NEW_ERP, AGREED_CRM, "unchanged E14" },
		{ "D8 to", TO, 0, NULL, NULL, NEW_ERP, AGREED_CRM, "modify E14 name=Adatum NV" },
		{ "D8 from", FROM, 0, NULL, NULL, AGREED_ERP, NEW_CRM, "modify E14 Name=Adatum Ltd" },
		{ "D8 under an old stamp", TO, 0, NULL, NULL, ERP_ROW("B", "1", "5", "w", T0), AGREED_CRM,
			"modify E14 name=B" },
		{ "D8 own group alone", TO, 0, NULL, NULL, ERP_ROW("Adatum", "1", "6", "w", T1), NEW_CRM,
			"modify E14 credit=6" },
		{ "D8 own group alone, from", FROM, 0, NULL, NULL, NEW_ERP, CRM_ROW("Adatum", "1", "5", "v", T1),
			"modify E14 Home=v" },
		{ "D8 blank is a value", TO, 0, NULL, NULL, ERP_ROW("Adatum", "", "5", "w", T1), AGREED_CRM,
			"modify E14 phone=" },
		{ "D8 cut", TO, 0, NULL, NULL, ERP_ROW("Adatum", "12345678901", "5", "w", T1), AGREED_CRM,
			"modify E14 phone=1234567890 <phone=1234567890 n:shortened/23" },
		{ "D8 the same edit", TO, 0, NULL, NULL, ERP_ROW("X", "1", "5", "w", T1),
			CRM_ROW("X", "1", "5", "w", T1), "unchanged E14" },
		{ "D8 without a base", TO, NO_BASE, NULL, NULL, NEW_ERP, AGREED_CRM,
			"modify E14 name=Adatum NV" },
		{ "E19 identity is not carried", FROM, FORCED, NULL,
			"<field table-field='No.' integration-field='number'/>",
			AGREED_ERP, C(1) ",777,Adatum,1,5,w," T1 ",\n", "unchanged E14 n:not-carried/19" },
	};

	(void)state;
	check_decisions(cases, ARRAY_LEN(cases));
}

/* E14, D7 and E16: both sides edited; the four strategies in both directions. */
static void
d7_conflicts(void **state)
{
#define OTHER_ERP ERP_ROW("Adatum", "2", "5", "w", T1)
	static const struct decide_case cases[] = {
		{ "none to", TO, 0, NULL, NULL, NEW_ERP, NEW_CRM, "fail E16 c:update-conflict/16" },
		{ "none from", FROM, 0, NULL, NULL, NEW_ERP, NEW_CRM, "fail E16 c:update-conflict/16" },
		{ "none, different fields", TO, 0, NULL, NULL, OTHER_ERP, NEW_CRM, "fail E16 c:update-conflict/16" },
		{ "send to", TO, 0, UPDATE("SendUpdateToIntegration"), NULL, NEW_ERP, NEW_CRM,
			"modify E16 name=Adatum NV -name=Adatum NV w:lost-edit/16" },
		{ "send from", FROM, 0, UPDATE("SendUpdateToIntegration"), NULL, NEW_ERP, NEW_CRM,
			"skip E16 n:update-conflict/16" },
		{ "send all groups", TO, 0, UPDATE("SendUpdateToIntegration"), NULL, NEW_ERP,
			CRM_ROW("B", "1", "6", "w", T1),
			"modify E16 name=Adatum NV credit=5 -name=Adatum NV w:lost-edit/16" },
		{ "send, the other does not run", FROM, ALONE, UPDATE("SendUpdateToIntegration"), NULL, NEW_ERP,
			NEW_CRM, "fail E16 c:update-conflict/16" },
		{ "send, the other filters", FROM, 0, UPDATE("SendUpdateToIntegration"),
			"<table-filter field='Name'>Z*</table-filter>" TWO_WAY_FIELDS, NEW_ERP, NEW_CRM,
			"fail E16 c:update-conflict/16" },
		{ "get to", TO, 0, UPDATE("GetUpdateFromIntegration"), NULL, NEW_ERP, NEW_CRM,
			"skip E16 n:update-conflict/16" },
		{ "get from", FROM, 0, UPDATE("GetUpdateFromIntegration"), NULL, NEW_ERP, NEW_CRM,
			"modify E16 Name=Adatum Ltd -Name=Adatum Ltd w:lost-edit/16" },
		{ "get, the other does not run", TO, ALONE, UPDATE("GetUpdateFromIntegration"), NULL, NEW_ERP,
			NEW_CRM, "fail E16 c:update-conflict/16" },
		{ "merge to", TO, 0, UPDATE("MergeFields"), NULL, OTHER_ERP, NEW_CRM, "modify E16 phone=2" },
		{ "merge from", FROM, 0, UPDATE("MergeFields"), NULL, OTHER_ERP, NEW_CRM,
			"modify E16 Name=Adatum Ltd" },
		{ "merge, the same field", TO, 0, UPDATE("MergeFields"), NULL, NEW_ERP, NEW_CRM,
			"fail E16 c:update-conflict/16" },
		{ "merge, the same field from", FROM, 0, UPDATE("MergeFields"), NULL, NEW_ERP, NEW_CRM,
			"fail E16 c:update-conflict/16" },
		{ "merge, equal values", TO, 0, UPDATE("MergeFields"), NULL, ERP_ROW("X", "2", "6", "w", T1),
			CRM_ROW("X", "1", "5", "w", T1), "modify E16 phone=2 credit=6" },
		{ "merge without a base", TO, NO_BASE, UPDATE("MergeFields"), NULL, NEW_ERP, NEW_CRM,
			"fail E16 c:update-conflict/16" },
		{ "one-way fields never conflict", TO, 0, NULL, NULL, ERP_ROW("Adatum", "1", "6", "w", T1),
			CRM_ROW("Adatum", "1", "7", "v", T1), "modify E14 credit=6" },
		{ "equal values never conflict", TO, 0, NULL, NULL, ERP_ROW("X", "1", "6", "w", T1),
			CRM_ROW("X", "1", "5", "w", T1), "modify E14 credit=6" },
		{ "a forced job knows no conflict", TO, FORCED, NULL, NULL, OTHER_ERP, NEW_CRM,
			"modify E14 name=Adatum phone=2 -name=Adatum -phone=2 w:lost-edit/16 w:lost-edit/16" },
	};

	(void)state;
	check_decisions(cases, ARRAY_LEN(cases));
}

/* E14, D9, E22, E33: values that cannot be transferred fail the record in any row of the table. */
static void
d9_failures(void **state)
{
#define CROSSED_FIELDS \
	"<field table-field='Home' integration-field='credit' direction='ToIntegrationTable'/>" \
	"<field table-field='Credit' integration-field='home' direction='FromIntegrationTable'/>"
#define CROSSED TWO_WAY_FIELDS CROSSED_FIELDS
#define REFERENCE(more) \
	"<field table-field='Home' integration-field='modifiedby' direction='ToIntegrationTable' " \
	"reference='CUSTOMER' " more "/>" TWO_WAY_FIELDS
#define FILTER "<table-filter field='Credit'>..100</table-filter>" TWO_WAY_FIELDS
	static const struct decide_case cases[] = {
		{ "to", TO, NO_BASE, NULL, CROSSED, NEW_ERP, AGREED_CRM, "fail E14 e:not-convertible/23" },
		{ "from", FROM, NO_BASE, NULL, CROSSED, AGREED_ERP, NEW_CRM, "fail E14 e:not-convertible/23" },
		{ "in D3", TO, UNCOUPLED | CREATE, NULL, CROSSED, NEW_ERP, "", "fail E18 e:not-convertible/23" },
		{ "in D4", TO, NO_BASE, DELETION("RestoreRecords"), CROSSED, NEW_ERP, "",
			"fail E17 e:not-convertible/23" },
		{ "in D5", FROM, NO_BASE | FORCED, NULL, CROSSED, AGREED_ERP, AGREED_CRM,
			"fail E14 e:not-convertible/23" },
		{ "in D7", TO, NO_BASE, UPDATE("SendUpdateToIntegration"), CROSSED, NEW_ERP, NEW_CRM,
			"fail E16 e:not-convertible/23" },
		{ "a bad value", TO, 0, NULL, NULL, ERP_ROW("B", "1", "many", "w", T1), AGREED_CRM,
			"fail E14 e:not-convertible/22" },
		{ "a bad value that is not needed", FROM, 0, NULL, NULL, ERP_ROW("Adatum", "1", "many", "w", T1),
			NEW_CRM, "modify E14 Name=Adatum Ltd" },
		{ "two values", TO, UNCOUPLED | CREATE, NULL, CROSSED_FIELDS REFERENCE(""), NEW_ERP, "",
			"fail E18 e:not-convertible/23 e:unresolved-reference/33" },
		{ "unresolved", TO, NO_BASE, NULL, REFERENCE(""), NEW_ERP, AGREED_CRM,
			"fail E14 e:unresolved-reference/33" },
		{ "left alone", TO, NO_BASE, NULL, REFERENCE("ignore-record-when-unresolved='true'"), NEW_ERP,
			AGREED_CRM, "none E14 left alone" },
		{ "cleared", TO, NO_BASE, NULL, REFERENCE("clear-value-on-failed-sync='true'"), NEW_ERP,
			AGREED_CRM, "modify E14 name=Adatum NV" },
		{ "a filter that cannot be told", TO, NO_BASE, NULL, FILTER,
			ERP_ROW("B", "1", "many", "w", T1), AGREED_CRM, "fail E14 e:not-convertible/22" },
	};

	(void)state;
	check_decisions(cases, ARRAY_LEN(cases));
}

/* E15: what the base does not know of the own group is written where it differs; of two-way fields it is not. */
static void
e15_added_fields(void **state)
{
#define CONSTANT(value) \
	TWO_WAY_FIELDS "<field integration-field='home' constant='" value "' direction='ToIntegrationTable'/>"
#define NAME_FIELD "<field table-field='Name' integration-field='name'/>"
	static const struct {
		const char *name;
		const char *before;
		const char *after;
		enum direction direction;
		const char *erp;
		const char *crm;
		const char *expected;
	} cases[] = {
		{ "To-only", TWO_WAY_FIELDS, TWO_WAY_FIELDS TO_FIELD, TO, ERP_ROW("Adatum", "1", "6", "w", T0),
			AGREED_CRM, "modify E14 credit=6" },
		{ "To-only, equal", TWO_WAY_FIELDS, TWO_WAY_FIELDS TO_FIELD, TO, AGREED_ERP, AGREED_CRM,
			"unchanged E14" },
		{ "From-only", TWO_WAY_FIELDS, TWO_WAY_FIELDS FROM_FIELD, FROM, AGREED_ERP,
			CRM_ROW("Adatum", "1", "5", "v", T0), "modify E14 Home=v" },
		{ "constant", TWO_WAY_FIELDS, CONSTANT("k"), TO, AGREED_ERP, AGREED_CRM, "modify E14 home=k" },
		{ "E25: another constant", CONSTANT("w"), CONSTANT("k"), TO, AGREED_ERP, AGREED_CRM,
			"modify E14 home=k" },
		{ "E25: a constant is compared", CONSTANT("w"), CONSTANT("w"), TO, NEW_ERP,
			CRM_ROW("Adatum", "1", "5", "v", T0), "modify E14 name=Adatum NV home=w" },
		{ "two-way", NAME_FIELD, TWO_WAY_FIELDS, TO, ERP_ROW("Adatum", "2", "5", "w", T0), AGREED_CRM,
			"unchanged E14" },
		{ "two-way, the stamp tells", NAME_FIELD, TWO_WAY_FIELDS, TO,
			ERP_ROW("Adatum", "2", "5", "w", T1), AGREED_CRM, "modify E14 phone=2" },
		{ "two-way, both stamps tell", NAME_FIELD, TWO_WAY_FIELDS, TO,
			ERP_ROW("Adatum", "2", "5", "w", T1), CRM_ROW("Adatum", "1", "5", "w", T1),
			"fail E16 c:update-conflict/16" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sync_world w;
		struct decider d;
		world_begin(&w, (struct world_spec){ .fields = cases[i].before }, AGREED_ERP, AGREED_CRM, COUPLED);
		world_agree(&w);
		w.spec.fields = cases[i].after;
		world_write_setup(&w);
		world_export(&w, ERP, cases[i].erp);
		world_export(&w, CRM, cases[i].crm);
		world_assess(&w);
		struct sync_job job = world_job(&w, cases[i].direction);
		decider_init(&d, &job, &w.run.state->arena);
		struct outcome outcome = decide(&d, 0);
		buf_reset(&w.text);
		add_outcome(&w.text, &job, &outcome);
		expect(&w, cases[i].name, buf_str(&w.text), cases[i].expected);
		decider_release(&d);
		world_end(&w);
	}
}

struct count_case {
	const char *name;
	unsigned runs;		/* the same run so many times, each with the ledger of the one before */
	bool is_full;
	const char *mapping;
	const char *fields;
	const char *erp;
	const char *crm;
	const char *expected;	/* counters of the last run, To and From, and its findings */
};

static void
check_counts(const struct count_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct count_case *c = &cases[i];
		struct sync_world w;
		world_begin(&w, (struct world_spec){ .mapping = c->mapping, .fields = c->fields }, AGREED_ERP,
			AGREED_CRM, COUPLED);
		world_agree(&w);
		world_export(&w, ERP, c->erp);
		world_export(&w, CRM, c->crm);
		w.options.is_full = c->is_full;
		for (unsigned run = 0; run < c->runs; run++) {
			if (run > 0)
				world_keep(&w);
			world_run(&w);
		}
		buf_reset(&w.text);
		add_counters(&w, TO, &w.text);
		buf_printf(&w.text, "| ");
		add_counters(&w, FROM, &w.text);
		buf_printf(&w.text, "|");
		for (size_t f = 0; f < w.run.plan.finding_count; f++)
			add_code(&w.text, w.run.plan.findings[f].severity, w.run.plan.findings[f].code,
				w.run.plan.findings[f].rule);
		expect(&w, c->name, buf_str(&w.text), c->expected);
		world_end(&w);
	}
}

/* E5: counters of both jobs, with the notes that become findings; E30: the second time is skipped. */
static void
e5_counters(void **state)
{
#define CREATING BOTH "synch-only-coupled-records='false' "
#define SECOND_ERP "20000,Trey,,,," E(2) "," T0 "\n"
#define SECOND_CRM C(2) ",,Trey,,,," T0 ",\n"
	static const struct count_case cases[] = {
		{ "not selected", 1, false, NULL, NULL, AGREED_ERP, AGREED_CRM, "| |" },
		{ "E9: forced", 1, true, NULL, NULL, AGREED_ERP, AGREED_CRM, "unchanged 1 | unchanged 1 |" },
		{ "D8, then D6", 1, false, NULL, NULL, NEW_ERP, AGREED_CRM, "modified 1 | |" },
		{ "both ways", 1, false, NULL, NULL, ERP_ROW("Adatum", "1", "6", "w", T1),
			CRM_ROW("Adatum", "1", "5", "v", T1), "modified 1 | modified 1 |" },
		{ "echo", 1, false, NULL, NULL, ERP_ROW("Adatum", "1", "5", "w", T1), AGREED_CRM, "unchanged 1 | |" },
		{ "D2 is not selected", 1, false, NULL, NULL, AGREED_ERP SECOND_ERP, AGREED_CRM SECOND_CRM, "| |" },
		{ "D3", 1, false, CREATING, NULL, AGREED_ERP SECOND_ERP, AGREED_CRM, "inserted 1 | |" },
		{ "D3 is not repeated (L4)", 2, false, CREATING, NULL, AGREED_ERP SECOND_ERP, AGREED_CRM, "| |" },
		{ "D3 both ways", 1, true, NULL, NULL, AGREED_ERP SECOND_ERP, AGREED_CRM SECOND_CRM,
			"inserted 1 unchanged 1 | inserted 1 unchanged 1 |" },
		{ "D4 none", 1, false, NULL, NULL, AGREED_ERP, "", "failed 1 | | e:deleted-destination/17" },
		{ "D4 none, twice", 2, false, NULL, NULL, AGREED_ERP, "",
			"skipped 1 | | e:deleted-destination/17 e:repeated-failure/30" },
		{ "D4 restore", 1, false, DELETION("RestoreRecords"), NULL, "", AGREED_CRM, "| inserted 1 |" },
		{ "D4 remove", 1, false, DELETION("RemoveCoupling"), NULL, AGREED_ERP, "", "unchanged 1 | |" },
		{ "D4 remove, then nothing (E28)", 2, false, CREATING "resolve-deletion-conflicts='RemoveCoupling'",
			NULL, AGREED_ERP, "", "| |" },
		{ "E3: both deleted", 1, false, NULL, NULL, "", "", "| | n:deleted-both/3" },
		{ "D7 none", 1, false, NULL, NULL, NEW_ERP, NEW_CRM,
			"failed 1 | failed 1 | c:update-conflict/16 c:update-conflict/16" },
		{ "D7 none, twice", 2, false, NULL, NULL, NEW_ERP, NEW_CRM,
			"skipped 1 | skipped 1 | c:update-conflict/16 e:repeated-failure/30 "
			"c:update-conflict/16 e:repeated-failure/30" },
		{ "D1, three times", 3, false, NULL, NULL, NEW_ERP, NEW_CRM,
			"skipped 1 | skipped 1 | e:repeated-failure/30 e:repeated-failure/30" },
		{ "D7 send", 1, false, UPDATE("SendUpdateToIntegration"), NULL, NEW_ERP, NEW_CRM,
			"modified 1 | unchanged 1 | w:lost-edit/16" },
		{ "D7 get", 1, false, UPDATE("GetUpdateFromIntegration"), NULL, NEW_ERP, NEW_CRM,
			"skipped 1 | modified 1 | n:update-conflict/16 w:lost-edit/16" },
		{ "D7 merge", 1, false, UPDATE("MergeFields"), NULL, OTHER_ERP, NEW_CRM,
			"modified 1 | modified 1 |" },
		{ "D7 merge, the same field", 1, false, UPDATE("MergeFields"), NULL, NEW_ERP, NEW_CRM,
			"failed 1 | failed 1 | c:update-conflict/16 c:update-conflict/16" },
		{ "D9", 1, false, NULL, NULL, ERP_ROW("B", "1", "many", "w", T1), AGREED_CRM,
			"failed 1 | | e:not-convertible/22" },
		{ "cut", 1, false, NULL, NULL, ERP_ROW("Adatum", "12345678901", "5", "w", T1), AGREED_CRM,
			"modified 1 | | n:shortened/23" },
	};

	(void)state;
	check_counts(cases, ARRAY_LEN(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(d1_to_d3),
		cmocka_unit_test(d4_deleted),
		cmocka_unit_test(d5_forced),
		cmocka_unit_test(d6_d8_changes),
		cmocka_unit_test(d7_conflicts),
		cmocka_unit_test(d9_failures),
		cmocka_unit_test(e15_added_fields),
		cmocka_unit_test(e5_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
