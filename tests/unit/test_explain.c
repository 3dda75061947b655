/* test_explain.c - what is told of one record: selection, what changed, decision, fields (L7) */
#include "sync_world.h"

#include "sync/explain/explain.h"

#define ERP_ROW(name, phone, credit, home, stamp) \
	"10000," name "," phone "," credit "," home "," E(1) "," stamp "\n"
#define CRM_ROW(name, phone, credit, home, stamp) \
	C(1) ",10000," name "," phone "," credit "," home "," stamp ",\n"
#define AGREED_ERP ERP_ROW("Adatum", "1", "5", "w", T0)
#define AGREED_CRM CRM_ROW("Adatum", "1", "5", "w", T0)
#define COUPLED LINE(E(1), C(1), "10000", "coupled", T0 "," T0)

enum { FULL = 1, CREATE = 2, NO_BASE = 4 };

struct explain_case {
	const char *name;
	unsigned flags;
	const char *mapping;	/* attributes, or NULL */
	const char *erp;	/* exports now; before the run both sides agreed, but with NO_BASE */
	const char *crm;
	const char *ledger;	/* with NO_BASE */
	const char *key;
	const char *field;
	const char *expected;	/* parts of the answer, in this order, parted by \n */
};

static void
expect_parts(struct sync_world *w, const struct explain_case *c)
{
	const char *at = c->expected;
	char part[200];

	buf_add_char(&w->text, '\0');
	const char *found = w->text.ptr;
	while (*at) {
		size_t len = strcspn(at, "\n");
		assert_true(len < sizeof part);
		memcpy(part, at, len);
		part[len] = '\0';
		found = strstr(found, part);
		if (!found) {
			w->failures++;
			print_error("%s: no \"%s\" at its place in\n%s\n", c->name, part, w->text.ptr);
			return;
		}
		found += len;
		at += at[len] == '\n' ? len + 1 : len;
	}
}

static void
begin(struct sync_world *w, const struct explain_case *c)
{
	struct world_spec spec = { .mapping = c->mapping };

	world_begin(w, spec, AGREED_ERP, AGREED_CRM, c->flags & NO_BASE ? c->ledger : COUPLED);
	if (!(c->flags & NO_BASE))
		world_agree(w);
	world_export(w, ERP, c->erp);
	world_export(w, CRM, c->crm);
	w->options.is_full = c->flags & FULL;
	w->options.create = c->flags & CREATE;
	world_load(w);
}

static void
check(const struct explain_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct explain_case *c = &cases[i];
		struct sync_world w;
		begin(&w, c);
		struct explanation *e = explanation_make((struct explain_query){
			STR("customer"), str_from(c->key), c->field ? str_from(c->field) : STR(""), false });
		w.run.explanation = e;
		world_run(&w);
		buf_reset(&w.text);
		explanation_write(e, false, &w.text);
		expect_parts(&w, c);
		explanation_release(e);
		world_end(&w);
	}
}

/* E7 to E9, E6, E28, L4: selected or not, and by which rule. */
static void
selection_names_its_rule(void **state)
{
	static const struct explain_case cases[] = {
		{ "nothing", 0, NULL, AGREED_ERP, AGREED_CRM, NULL, "10000", NULL,
			"found     by ERP key\nERP->CRM\nno: nothing of it changed (E7)\nCRM->ERP\n"
			"no: nothing of it changed (E7)" },
		{ "E7 a", 0, NULL, ERP_ROW("Adatum NV", "1", "5", "w", T0), AGREED_CRM, NULL, E(1), NULL,
			"found     by ERP uid\nyes: something of it changed (E7 a)" },
		{ "E7 b", 0, NULL, AGREED_ERP, CRM_ROW("Adatum", "1", "5", "w", T1), NULL, C(1), NULL,
			"found     by CRM uid\nCRM->ERP\nyes: its stamp is newer than its ledger time (E7 b)\nD6" },
		{ "E7 d", NO_BASE, NULL, AGREED_ERP, AGREED_CRM, LINE(E(1), C(1), "10000", "coupled", ","),
			"10000", NULL, "it was never synchronized (E7 a, E7 b, E7 d)" },
		{ "E7 e", 0, NULL, AGREED_ERP, "", NULL, "10000", NULL,
			"not in the full export\nits destination is absent from a full export (E7 e)\nD4\n"
			"strategy None (E17)\noutcome   failed\nCRM->ERP\nno: no export shows it (E6)" },
		{ "E8", NO_BASE | CREATE, NULL, AGREED_ERP, "", "", "10000", NULL,
			"none: the ledger has no line\nyes: it is not coupled, and creating is allowed (E8)\nD3\n"
			"inserted\nCRM->ERP\nno: it was created in this run (E2)" },
		{ "not E8", NO_BASE, NULL, AGREED_ERP, "", "", "10000", NULL,
			"no: it is not coupled, and the mapping synchronizes only coupled records (E8)" },
		{ "E9", FULL, NULL, AGREED_ERP, AGREED_CRM, NULL, "10000", NULL,
			"yes: the run takes every record (E9)\nD5\nunchanged" },
		{ "E28", NO_BASE | CREATE, NULL, AGREED_ERP, "", LINE(E(1), "", "10000", "removed", ","),
			"10000", NULL, "removed, \nno: its coupling was removed on purpose (E28)" },
		{ "L4", NO_BASE | CREATE, NULL, AGREED_ERP, "",
			LINE(E(1), C(1), "10000", "pending-crm", T0 "," T0), "10000", NULL,
			"pending-crm\nno: it was created by an earlier run, and no export shows that yet (L4)" },
	};

	(void)state;
	check(cases, ARRAY_LEN(cases));
}

/* E10, E13: which test told that a group changed, or not. */
static void
changes_name_their_test(void **state)
{
	static const struct explain_case cases[] = {
		{ "digest", 0, NULL, ERP_ROW("Adatum", "1", "6", "w", T0), AGREED_CRM, NULL, "10000", NULL,
			"E-bi    not changed: its values are as in the base (E10)\n"
			"E-to    changed: its values differ from the base (E10)" },
		{ "stamp", NO_BASE, NULL, ERP_ROW("A", "1", "5", "w", T1), AGREED_CRM, COUPLED, "10000", NULL,
			"E-bi    changed: by stamp: newer than the ledger time (E10)\n"
			"C-bi    not changed: by stamp: not newer than the ledger time (E10)" },
		{ "no time", NO_BASE, NULL, AGREED_ERP, AGREED_CRM,
			LINE(E(1), C(1), "10000", "coupled", "," T0), "10000", NULL,
			"E-bi    changed: by stamp: the ledger has no time (E10)" },
		{ "no stamp", NO_BASE, NULL, ERP_ROW("Adatum", "1", "5", "w", ""), AGREED_CRM, COUPLED,
			"10000", NULL, "E-bi    changed: by stamp: the export has none (E10)" },
		{ "adopted", NO_BASE, NULL, AGREED_ERP, AGREED_CRM, COUPLED, "10000", NULL,
			"base    adopted now" },
		{ "unbased", NO_BASE, NULL, ERP_ROW("Other", "1", "5", "w", T0), AGREED_CRM, COUPLED, "10000",
			NULL, "base    unknown: values differ\nunbased-difference" },
	};

	(void)state;
	check(cases, ARRAY_LEN(cases));
}

/* E14, E16: the row, each field's result, and one field alone. */
static void
decisions_name_row_and_fields(void **state)
{
	static const struct explain_case cases[] = {
		{ "D7 None", 0, NULL, ERP_ROW("NV", "1", "5", "w", T1), CRM_ROW("Ltd", "1", "5", "w", T1),
			NULL, "10000", NULL,
			"D7: \nstrategy None (E16)\nfailed\nName -> name\nin conflict (E16); the values differ\n"
			"Phone -> phone\nnot transferred: the record fails\nconflict  update-conflict (E16) Name" },
		{ "D7 Send", 0, "direction='Bidirectional' resolve-update-conflicts='SendUpdateToIntegration'",
			ERP_ROW("NV", "1", "5", "w", T1), CRM_ROW("Ltd", "1", "5", "w", T1), NULL, "10000",
			NULL,
			"D7: \nstrategy SendUpdateToIntegration (E16)\nmodified\nupdate \"NV\" (E16)\n"
			"change    lost-edit name \"Ltd\" -> \"NV\"\nCRM->ERP\nD8\nunchanged" },
		{ "D8", 0, NULL, ERP_ROW("NV", "12345678901", "5", "w", T1), AGREED_CRM, NULL, "10000", NULL,
			"D8: \nmodified\ncut to the length of the field (E23)\nupdate \"1234567890\" (E14)" },
		{ "D9", 0, NULL, ERP_ROW("NV", "1", "much", "w", T1), AGREED_CRM, NULL, "10000", NULL,
			"D9: \nbut it fails (E22)\nName -> name\nnot written: the record fails\nfails: not-convertible (E22)" },
		{ "one field", 0, NULL, ERP_ROW("NV", "2", "5", "w", T1), AGREED_CRM, NULL, "10000", "PHONE",
			"fields\n    Phone -> phone\nsource       \"2\"\nresult       update \"2\" (E14)\n"
			"change    update phone" },
	};

	(void)state;
	check(cases, ARRAY_LEN(cases));
}

struct refusal {
	const char *mapping;
	const char *key;
	const char *field;
	const char *message;
};

static void
what_does_not_exist_is_refused(void **state)
{
	static const struct refusal rows[] = {
		{ "CUSTMER", "10000", "", "explain CUSTMER: no such mapping" },
		{ "CUSTOMER", "10001", "", "the ledger (did you mean \"10000\"?); give an ERP key" },
		{ "CUSTOMER", "10000", "nmae", "nmae: no field mapping of the mapping has that field" },
		{ "CUSTOMER", "10000", "Changed", "no field mapping" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct sync_world w;
		world_begin(&w, (struct world_spec){ 0 }, AGREED_ERP, AGREED_CRM, COUPLED);
		world_load(&w);
		w.run.explanation = explanation_make((struct explain_query){ str_from(rows[i].mapping),
			str_from(rows[i].key), str_from(rows[i].field), false });
		assert_false(run_plan(&w.run, &w.diag));
		assert_int_equal(w.diag.status, STATUS_USAGE);
		assert_int_equal(w.diag.count, 1);
		if (!strstr(w.diag.lines[0].text.ptr, rows[i].message))
			fail_msg("%s, not %s", w.diag.lines[0].text.ptr, rows[i].message);
		explanation_release(w.run.explanation);
		world_end(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(selection_names_its_rule),
		cmocka_unit_test(changes_name_their_test),
		cmocka_unit_test(decisions_name_row_and_fields),
		cmocka_unit_test(what_does_not_exist_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
