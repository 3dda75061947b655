/* test_resolve.c - every answer to every state of a record (L6), and what uncouple takes out (E42) */
#include "sync/answers.h"
#include "sync_world.h"

#define ERP_SIDE "10000,Adatum,1,5,w," E(1) "," T0 "\n"
#define CRM_SIDE C(1) ",10000,Adatum,1,5,w," T0 ",\n"
#define TIMES T0 "," T0
#define STATE(erp, crm, key, state, rest) "CUSTOMER," erp "," crm "," key "," state "," rest "\n"
#define FAILED(skipped) TIMES ",Failure,Failure," skipped ",failed,failed,1a2b3c4d-02,1a2b3c4d-01,"

/* A record, and what each answer does to it, in the order of enum resolve_action. */
struct answer_case {
	const char *name;
	const char *mapping;	/* attributes; NULL = Bidirectional */
	const char *erp;
	const char *crm;
	const char *ledger;
	const char *key;
	const char *expected[RESOLVE_ACTIONS];
};

static const char *
letter(enum job_type type)
{
	static const char *const letters[] = { [JOB_CONFIRMATION] = "Confirm", [JOB_SYNCHRONIZATION] = "Sync",
		[JOB_COUPLING] = "Couple", [JOB_UNCOUPLING] = "Uncouple", [JOB_DELETION] = "Delete" };

	return letters[type];
}

/* "Sync>modified1 | coupled": jobs with direction and counters, then the states of the lines that are left. */
static void
add_result(struct sync_world *w, struct buf *out)
{
	const struct plan *plan = &w->run.plan;

	for (size_t i = 0; i < plan->job_count; i++) {
		const struct job *job = &plan->jobs[i];
		buf_printf(out, "%s%s", letter(job->type),
			job->direction == TO ? ">" : job->direction == FROM ? "<" : "");
		for (enum counter counter = 0; counter < COUNTERS; counter++)
			if (job->counters[counter] != 0)
				buf_printf(out, "%s%d", counter_name(counter), (int)job->counters[counter]);
		buf_add_char(out, ' ');
	}
	buf_add_char(out, '|');
	for (size_t i = 0; i < w->run.ledger.count; i++) {
		const struct coupling *c = &w->run.ledger.couplings[i];
		if (c->is_dropped)
			continue;
		buf_printf(out, " %s%s%s", coupling_state_name(c->state), c->is_skipped ? "+skipped" : "",
			coupling_is_deleting(c) ? "+deleting" : "");
	}
	if (plan->pending != 0)
		buf_printf(out, " p%d", (int)plan->pending);
}

/* One answer on a fresh world; "2" where it does not fit. */
static void
answer_once(const struct answer_case *row, enum resolve_action action, struct sync_world *w, struct buf *out)
{
	struct answer answer = { .mapping = STR("CUSTOMER"), .keys = { str_from(row->key) }, .action = action };
	/* A mapping of one direction has no field of the other. */
	struct world_spec spec = { .mapping = row->mapping,
		.fields = row->mapping ? KEY_FIELD TWO_WAY_FIELDS TO_FIELD : NULL };

	world_begin(w, spec, row->erp, row->crm, row->ledger);
	w->options.command = "resolve";
	w->options.task = TASK_RESOLVE;
	w->options.answers = &answer;
	w->options.answer_count = 1;
	w->options.allowed[GUARD_DELETES] = w->options.allowed[GUARD_MISSING] = true;
	world_load(w);
	buf_reset(out);
	if (run_plan(&w->run, &w->diag)) {
		add_result(w, out);
	} else {
		buf_printf(out, "%d", (int)w->diag.status);
		assert_int_equal(w->diag.count, 1);
	}
}

static void
run_answers(const struct answer_case *rows, size_t count)
{
	struct buf actual = { 0 };
	struct sync_world w;
	unsigned failures = 0;

	for (size_t i = 0; i < count; i++)
		for (enum resolve_action action = 0; action < RESOLVE_ACTIONS; action++) {
			char name[100];
			snprintf(name, sizeof name, "%s --%s", rows[i].name, resolve_action_name(action));
			answer_once(&rows[i], action, &w, &actual);
			expect(&w, name, buf_str(&actual), rows[i].expected[action]);
			failures += w.failures;
			w.failures = 0;
			world_end(&w);
		}
	buf_release(&actual);
	assert_int_equal(failures, 0);
}

static void
l6_coupled(void **state)
{
	static const struct answer_case rows[] = {
		{ "agreed", NULL, ERP_SIDE, CRM_SIDE, LINE(E(1), C(1), "10000", "coupled", TIMES), "10000",
			{ "Confirm Sync>unchanged1 | coupled", "Confirm Sync<unchanged1 | coupled", "2",
				"2", "Confirm Uncoupleuncoupled1 |", "2" } },
		{ "failed", NULL, "10000,Adatum NV,1,5,w," E(1) "," T1 "\n", CRM_SIDE,
			STATE(E(1), C(1), "10000", "coupled", FAILED("")), "10000",
			{ "Sync>modified1 | coupled", "Sync<modified1 | coupled", "2",
				"2", "Uncoupleuncoupled1 |", "| coupled" } },
		{ "skipped", NULL, "10000,Adatum NV,1,5,w," E(1) "," T1 "\n", CRM_SIDE,
			STATE(E(1), C(1), "10000", "coupled", FAILED("true")), C(1),
			{ "Sync>modified1 | coupled", "Sync<modified1 | coupled", "2",
				"2", "Uncoupleuncoupled1 |", "| coupled" } },
		{ "skipped, to the CRM alone", "direction='ToIntegrationTable'",
			"10000,Adatum NV,1,5,w," E(1) "," T1 "\n", CRM_SIDE,
			STATE(E(1), C(1), "10000", "coupled", FAILED("true")), C(1),
			{ "Sync>modified1 | coupled", "2", "2",
				"2", "Uncoupleuncoupled1 |", "| coupled" } },
	};

	(void)state;
	run_answers(rows, ARRAY_LEN(rows));
}

static void
l6_deleted(void **state)
{
	static const struct answer_case rows[] = {
		{ "row deleted", NULL, ERP_SIDE, "", STATE(E(1), C(1), "10000", "coupled", FAILED("true")), "10000",
			{ "2", "2", "Sync>inserted1 | pending-crm p1",
				"Delete<deleted1 | removed+deleting p1", "Uncoupleuncoupled1 |", "| coupled" } },
		{ "record deleted", NULL, "", CRM_SIDE, STATE(E(1), C(1), "10000", "coupled", FAILED("true")), "10000",
			{ "2", "2", "Sync<inserted1 | pending-erp p1",
				"Delete>deleted1 | removed+deleting p1", "Uncoupleuncoupled1 |", "| coupled" } },
		{ "record deleted, to the CRM alone", "direction='ToIntegrationTable'", "", CRM_SIDE,
			LINE(E(1), C(1), "10000", "coupled", TIMES), "10000",
			{ "2", "2", "2",
				"Confirm Delete>deleted1 | removed+deleting p1", "Confirm Uncoupleuncoupled1 |", "2" } },
		{ "both deleted", NULL, "", "", LINE(E(1), C(1), "10000", "coupled", TIMES), "10000",
			{ "2", "2", "2",
				"2", "Confirmuncoupled1 Uncouple |", "2" } },
		{ "removed", NULL, ERP_SIDE, "", LINE(E(1), "", "10000", "removed", ","), "10000",
			{ "Sync>inserted1 | pending-crm p1", "2", "2",
				"Delete<deleted1 | removed+deleting p1", "Uncoupleskipped1 |", "|" } },
		{ "deletion in flight", NULL, "", CRM_SIDE,
			STATE("", C(1), "10000", "removed", ",,,Success,,,,,1a2b3c4d-01,"), "10000",
			{ "2", "2", "2",
				"Delete>unchanged1 | removed+deleting p1", "Uncoupleskipped1 |", "Delete>deleted1 | removed+deleting p1" } },
	};

	(void)state;
	run_answers(rows, ARRAY_LEN(rows));
}

static void
l6_not_coupled(void **state)
{
	static const struct answer_case rows[] = {
		{ "uncoupled", NULL, ERP_SIDE, "", "", "10000",
			{ "2", "2", "2",
				"2", "Uncoupleskipped1 |", "2" } },
		{ "failed create", NULL, ERP_SIDE, "", STATE(E(1), "", "10000", "failed-create", FAILED("true")), "10000",
			{ "Sync>inserted1 | pending-crm p1", "2", "2",
				"2", "Uncoupleskipped1 | failed-create+skipped", "| failed-create" } },
		{ "pending row", NULL, ERP_SIDE, "", LINE(E(1), C(1), "10000", "pending-crm", TIMES), "10000",
			{ "2", "2", "| pending-crm p1",
				"2", "Uncoupleuncoupled1 |", "Sync>inserted1 | pending-crm p1" } },
		{ "pending record", NULL, "", CRM_SIDE, LINE("", C(1), "10000", "pending-erp", TIMES), C(1),
			{ "2", "2", "| pending-erp p1",
				"2", "Uncoupleuncoupled1 |", "Sync<inserted1 | pending-erp p1" } },
		{ "pending row without source", NULL, "", "", LINE(E(1), C(1), "10000", "pending-crm", TIMES), "10000",
			{ "2", "2", "Confirm | pending-crm p1",
				"2", "Confirm Uncoupleuncoupled1 |", "Confirm |" } },
		{ "pending row that is there", NULL, ERP_SIDE, CRM_SIDE, LINE(E(1), C(1), "10000", "pending-crm", TIMES), "10000",
			{ "Confirmcoupled1 Sync>unchanged1 | coupled", "Confirmcoupled1 Sync<unchanged1 | coupled", "2",
				"2", "Confirmcoupled1 Uncoupleuncoupled1 |", "2" } },
		{ "nobody", NULL, ERP_SIDE, CRM_SIDE, "", "30000",
			{ "2", "2", "2",
				"2", "2", "2" } },
	};

	(void)state;
	run_answers(rows, ARRAY_LEN(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(l6_coupled),
		cmocka_unit_test(l6_deleted),
		cmocka_unit_test(l6_not_coupled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
