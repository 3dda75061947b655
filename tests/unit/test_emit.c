/* test_emit.c - import files and changes.csv, byte for byte (6.3, 6.5) */
#include "emit_world.h"

#define MARK "\xef\xbb\xbf"
#define CHANGES_HEAD "job_id,mapping,direction,action,side,erp_key,erp_id,crm_id,field,base,old,new,rule\n"
#define ERP_SAFE "Customer_Kl_nt"
#define TO_CREATE "1a2b3c4d-01,CUSTOMER,ToIntegrationTable,create,crm,"
#define FROM_CREATE "1a2b3c4d-01,CUSTOMER,FromIntegrationTable,create,erp,"
#define FROM_UPDATE "1a2b3c4d-01,CUSTOMER,FromIntegrationTable,update,erp,"
#define FROM_UNCOUPLE "1a2b3c4d-02,CUSTOMER,FromIntegrationTable,uncouple,,"

static void
value(struct emit_world *w, uint32_t column, enum base_mark base, const char *old, const char *new)
{
	plan_add_value(&w->run.plan, (struct change_value){ .column = column, .base = base,
		.old = str_cell(str_from(old)), .new = str_cell(str_from(new)) });
}

static bool
output_exists(struct emit_world *w, const char *name)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", w->target, name);
	return access(path, F_OK) == 0;
}

static void
test_crm_create(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	add_job(&w, TO);
	/* Decided in another order than that of the file: by ERP key. */
	change(&w, 0, ACTION_CREATE, CRM, add_coupling(&w, "", CRM_ID_3, "40000"), TABLE_NO_ROW);
	change(&w, 0, ACTION_CREATE, CRM, add_coupling(&w, "", CRM_ID_4, "30000"),
		TABLE_NO_ROW);
	value(&w, NUMBER, BASE_UNKNOWN, "", "30000");
	value(&w, CRM_NAME, BASE_UNKNOWN, "", "a,\"b\"\n");
	value(&w, LIMIT, BASE_UNKNOWN, "", "-1234.5");
	value(&w, TYPE_CODE_, BASE_UNKNOWN, "", "3");
	emit_world_write(&w);
	assert_string_equal(output_text(&w, "crm/01-account.create.csv"),
		MARK "accountid,accountnumber,name,creditlimit,customertypecode,primarycontactid\r\n"
		CRM_ID_4 ",30000,\"a,\"\"b\"\"\n\",-1234.5,3,\r\n"
		CRM_ID_3 ",,,,,\r\n");
	assert_string_equal(output_text(&w, "changes.csv"), CHANGES_HEAD
		TO_CREATE "40000,," CRM_ID_3 ",,,,,E14\n"
		TO_CREATE "30000,," CRM_ID_4 ",accountnumber,unknown,,30000,E14\n"
		TO_CREATE "30000,," CRM_ID_4 ",name,unknown,,\"a,\"\"b\"\"\n\",E14\n"
		TO_CREATE "30000,," CRM_ID_4 ",creditlimit,unknown,,-1234.5,E14\n"
		TO_CREATE "30000,," CRM_ID_4 ",customertypecode,unknown,,3,E14\n");
	assert_false(output_exists(&w, "erp"));
	emit_end(&w);
}

static void
test_crm_update(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	add_job(&w, TO);
	change(&w, 0, ACTION_UPDATE, CRM, 0, 0);
	value(&w, CRM_NAME, BASE_SAME, "Adatum", "Adatum NV");
	change(&w, 0, ACTION_UPDATE, CRM, 1, 1);
	value(&w, LIMIT, BASE_CHANGED, "", "0.05");
	/* Seen in no export: a delta. All values come from the change. */
	change(&w, 0, ACTION_UPDATE, CRM, add_coupling(&w, "", CRM_ID_3, "30000"), TABLE_NO_ROW);
	value(&w, CRM_NAME, BASE_UNKNOWN, "", "Unseen");
	/* What an earlier job wrote is the present value. */
	state_write(&w.run, &w.data[CRM], 1, CRM_NAME, (struct cell){ "Trey Research", 13, false }, 1);
	emit_world_write(&w);
	assert_string_equal(output_text(&w, "crm/01-account.update.csv"),
		MARK "accountid,accountnumber,name,creditlimit,customertypecode,primarycontactid\r\n"
		CRM_ID_3 ",,Unseen,,,\r\n"
		CRM_ID_2 ",20000,Trey Research,0.05,,\r\n"
		CRM_ID_1 ",10000,Adatum NV,1234.5,3,\r\n");
	emit_end(&w);
}

static void
test_erp_create(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	add_job(&w, FROM);
	change(&w, 0, ACTION_CREATE, ERP, add_coupling(&w, "", CRM_ID_2, "C00020"), TABLE_NO_ROW);
	w.run.plan.changes[0].key = packed_copy(&w.run.plan.arena, STR("C00020"));
	value(&w, NO, BASE_UNKNOWN, "", "C00020");
	value(&w, CREDIT, BASE_UNKNOWN, "", "1234.5");
	value(&w, BLOCKED, BASE_UNKNOWN, "", "3");
	value(&w, GROUP, BASE_UNKNOWN, "", "EXPORT");
	/* The destination gives it a key. */
	change(&w, 0, ACTION_CREATE, ERP, add_coupling(&w, "", CRM_ID_3, ""), TABLE_NO_ROW);
	value(&w, NAME, BASE_UNKNOWN, "", "a;b,c");
	value(&w, BLOCKED, BASE_UNKNOWN, "", "0");
	emit_world_write(&w);
	assert_string_equal(output_text(&w, "erp/01-" ERP_SAFE ".create.csv"),
		"No.;Name;Credit Limit;Blocked;Posting Group\r\n"
		";\"a;b,c\";;\" \";\r\n"
		"C00020;;1234,5;All;EXPORT\r\n");
	assert_string_equal(output_text(&w, "changes.csv"), CHANGES_HEAD
		FROM_CREATE "C00020,," CRM_ID_2 ",No.,unknown,,C00020,E14\n"
		FROM_CREATE "C00020,," CRM_ID_2 ",Credit Limit,unknown,,\"1234,5\",E14\n"
		FROM_CREATE "C00020,," CRM_ID_2 ",Blocked,unknown,,All,E14\n"
		FROM_CREATE "C00020,," CRM_ID_2 ",Posting Group,unknown,,EXPORT,E14\n"
		FROM_CREATE ",," CRM_ID_3 ",Name,unknown,,\"a;b,c\",E14\n"
		FROM_CREATE ",," CRM_ID_3 ",Blocked,unknown,,\" \",E14\n");
	emit_end(&w);
}

static void
test_erp_update(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	w.mapped[0].direction = BIDIRECTIONAL;
	add_job(&w, FROM);
	change(&w, 0, ACTION_UPDATE, ERP, 1, 1);
	value(&w, BLOCKED, BASE_SAME, "0", "3");
	change(&w, 0, ACTION_UPDATE, ERP, 0, 0);
	value(&w, NO, BASE_SAME, "10000", "99999");	/* E19: never written */
	value(&w, CREDIT, BASE_UNKNOWN, "1234.5", "-7");
	w.run.plan.values[2].old.is_bad = true;
	emit_world_write(&w);
	assert_string_equal(output_text(&w, "erp/01-" ERP_SAFE ".update.csv"),
		"No.;SystemId;Name;Credit Limit;Blocked\r\n"
		"10000;" ERP_ID_1 ";Adatum;-7;All\r\n"
		"20000;" ERP_ID_2 ";\"Trey; \"\"Res\"\"\";veel;All\r\n");
	assert_string_equal(output_text(&w, "changes.csv"), CHANGES_HEAD
		FROM_UPDATE "20000," ERP_ID_2 "," CRM_ID_2 ",Blocked,same,\" \",All,E14\n"
		FROM_UPDATE "10000," ERP_ID_1 "," CRM_ID_1 ",No.,same,10000,99999,E14\n"
		FROM_UPDATE "10000," ERP_ID_1 "," CRM_ID_1 ",Credit Limit,unknown,1234.5,-7,E14\n");
	emit_end(&w);
}

/* Creates and updates by job, then links, then deletes with the jobs the other way round. */
static void
test_import_order(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	add_job(&w, TO);
	add_job(&w, FROM);
	change(&w, 0, ACTION_DELETE, CRM, 0, 0);
	change(&w, 0, ACTION_UPDATE, CRM, 1, 1);
	uint32_t fresh = add_coupling(&w, "", CRM_ID_3, "30000");
	change(&w, 0, ACTION_CREATE, CRM, fresh, TABLE_NO_ROW);
	change(&w, 1, ACTION_DELETE, ERP, 1, 1);
	change(&w, 1, ACTION_UPDATE, ERP, 0, 0);
	change(&w, 0, ACTION_LINK, CRM, fresh, TABLE_NO_ROW);
	value(&w, CONTACT, BASE_UNKNOWN, "", ERP_ID_1);
	change(&w, 1, ACTION_LINK, ERP, 1, 1);
	value(&w, BLOCKED, BASE_SAME, "0", "3");
	/* What is in no import file. */
	change(&w, 1, ACTION_UNCOUPLE, NO_SIDE, 1, TABLE_NO_ROW);
	w.run.plan.changes[7].rule = -4;
	emit_world_write(&w);
	assert_true(output_exists(&w, "crm/01-account.create.csv"));
	assert_true(output_exists(&w, "crm/02-account.update.csv"));
	assert_true(output_exists(&w, "erp/03-" ERP_SAFE ".update.csv"));
	assert_string_equal(output_text(&w, "crm/04-account.link.csv"),
		MARK "accountid,primarycontactid\r\n" CRM_ID_3 "," ERP_ID_1 "\r\n");
	assert_string_equal(output_text(&w, "erp/05-" ERP_SAFE ".link.csv"),
		"No.;SystemId;Blocked\r\n20000;" ERP_ID_2 ";All\r\n");
	assert_string_equal(output_text(&w, "erp/06-" ERP_SAFE ".delete.csv"),
		"No.;SystemId\r\n20000;" ERP_ID_2 "\r\n");
	assert_string_equal(output_text(&w, "crm/07-account.delete.csv"), MARK "accountid\r\n"
		CRM_ID_1 "\r\n");
	assert_non_null(strstr(output_text(&w, "changes.csv"),
		FROM_UNCOUPLE "20000," ERP_ID_2 "," CRM_ID_2 ",,,,,L4\n"));
	emit_end(&w);
}

/* A link that sets one of two fields does not blank what the create wrote into the other. */
static void
test_link_keeps_create(void **test_state)
{
	struct emit_world w;

	(void)test_state;
	emit_begin(&w);
	add_job(&w, TO);
	uint32_t one = add_coupling(&w, "", CRM_ID_3, "30000");
	change(&w, 0, ACTION_CREATE, CRM, one, TABLE_NO_ROW);
	value(&w, NUMBER, BASE_UNKNOWN, "", "30000");
	change(&w, 0, ACTION_LINK, CRM, one, TABLE_NO_ROW);
	value(&w, CONTACT, BASE_UNKNOWN, "", ERP_ID_1);
	change(&w, 0, ACTION_LINK, CRM, 0, 0);
	value(&w, NUMBER, BASE_UNKNOWN, "10000", "10001");
	emit_world_write(&w);
	assert_string_equal(output_text(&w, "crm/02-account.link.csv"),
		MARK "accountid,accountnumber,primarycontactid\r\n" CRM_ID_3 ",30000," ERP_ID_1 "\r\n"
		CRM_ID_1 ",10001,\r\n");
	emit_end(&w);
}

/* Several key fields: a part comes from the change, else from the joined key. */
static void
test_joined_key(void **test_state)
{
	struct emit_world w;
	struct field *keys[2];

	(void)test_state;
	emit_begin(&w);
	keys[0] = w.columns[ERP][NO];
	keys[1] = w.columns[ERP][GROUP];
	w.defs[ERP].keys = keys;
	w.defs[ERP].key_count = 2;
	w.mapping.template_count = 0;
	add_job(&w, FROM);
	change(&w, 0, ACTION_UPDATE, ERP, add_coupling(&w, ERP_ID_1, CRM_ID_1, "A,B"), TABLE_NO_ROW);
	change(&w, 0, ACTION_UPDATE, ERP, add_coupling(&w, ERP_ID_2, CRM_ID_1, "A,B,C"), TABLE_NO_ROW);
	change(&w, 0, ACTION_UPDATE, ERP, 0, 0);
	emit_world_write(&w);
	assert_string_equal(output_text(&w, "erp/01-" ERP_SAFE ".update.csv"),
		"No.;Posting Group;SystemId;Name;Credit Limit;Blocked\r\n"
		"10000;LOCAL;" ERP_ID_1 ";Adatum;1234,5;All\r\n"
		"A;B;" ERP_ID_1 ";;;\r\n"
		";;" ERP_ID_2 ";;;\r\n");
	emit_end(&w);
}

static void
test_encoding(void **test_state)
{
	static const struct {
		const char *encoding;
		const char *expected;	/* without header, as bytes */
		size_t length;
	} cases[] = {
		{ "windows-1252", ";\x80\xe9;;;\r\n", 8 },
		{ "utf-8", ";\xe2\x82\xac\xc3\xa9;;;\r\n", 11 },
		{ "UTF-16", ";\0\xac\x20\xe9\0;\0;\0;\0\r\0\n\0", 16 },
	};

	(void)test_state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct emit_world w;
		emit_begin(&w);
		w.defs[ERP].import.format.encoding = str_from(cases[i].encoding);
		add_job(&w, FROM);
		change(&w, 0, ACTION_CREATE, ERP, add_coupling(&w, "", CRM_ID_3, ""), TABLE_NO_ROW);
		value(&w, NAME, BASE_UNKNOWN, "", "\xe2\x82\xac\xc3\xa9");
		emit_world_write(&w);
		output_text(&w, "erp/01-" ERP_SAFE ".create.csv");
		size_t length = w.text.len - 1;
		assert_true(length > cases[i].length);
		assert_memory_equal(w.text.ptr + length - cases[i].length, cases[i].expected,
			cases[i].length);
		assert_memory_equal(w.text.ptr, i == 2 ? "\xff\xfe" : "No", 2);
		emit_end(&w);
	}
}

static void
test_bad_encoding(void **test_state)
{
	static const struct {
		const char *encoding;
		const char *message;
		enum status status;
	} cases[] = {
		{ "windows-1250", "CUSTOMER CRM->ERP C1: field \"Name\": the character \"\xc3\xb5\" does not exist in "
			"windows-1250, "
			"the encoding of the import files of table Customer/Kl\xc3\xa4nt; declare another "
			"encoding in "
			"its <import>, or correct the record", STATUS_INVALID },
		/* The setup refuses a name that there is not: what cannot be opened now is the system's fault. */
		{ "klingon", "import files of table Customer/Kl\xc3\xa4nt: the encoding \"klingon\" cannot be "
			"opened now; see to memory and to the number of open files, then run again: nothing was "
			"published", STATUS_IO },
	};

	(void)test_state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct emit_world w;
		emit_begin(&w);
		w.options.threads = 3;
		w.defs[ERP].import.format.encoding = str_from(cases[i].encoding);
		add_job(&w, FROM);
		change(&w, 0, ACTION_CREATE, ERP, add_coupling(&w, "", CRM_ID_3, "C1"), TABLE_NO_ROW);
		value(&w, NAME, BASE_UNKNOWN, "", "ok \xc3\xb5");
		assert_false(emit_folder(&w.run, w.target, &w.diag));
		assert_int_equal(w.diag.count, 1);
		assert_int_equal(w.diag.status, cases[i].status);
		assert_string_equal(w.diag.lines[0].text.ptr, cases[i].message);
		assert_false(output_exists(&w, ""));
		emit_end(&w);
	}
}

static void
add_big_creates(struct emit_world *w, uint32_t count)
{
	static char name[401];

	memset(name, 'x', 400);
	for (uint32_t i = 0; i < count; i++) {
		struct str id = arena_printf(&w->run.plan.arena, "%08x-cccc-4ccc-8ccc-000000000000", i);
		struct str key = arena_printf(&w->run.plan.arena, "%08u", i);
		change(w, 0, ACTION_CREATE, CRM, add_coupling(w, "", id.ptr, key.ptr), TABLE_NO_ROW);
		value(w, CRM_NAME, BASE_UNKNOWN, "", name);
	}
}

/* Below 8 MB each, headers of their own, all records once and in order; threads change no byte. */
static void
test_split(void **test_state)
{
	char first[400] = "";
	size_t sizes[2] = { 0, 0 };

	(void)test_state;
	for (unsigned threads = 1; threads <= 3; threads += 2) {
		struct emit_world w;
		emit_begin(&w);
		w.options.threads = threads;
		add_job(&w, TO);
		add_big_creates(&w, 20000);
		emit_world_write(&w);
		assert_false(output_exists(&w, "crm/01-account.create.csv"));
		assert_false(output_exists(&w, "crm/01-account.create.3.csv"));
		const char *one = output_text(&w, "crm/01-account.create.1.csv");
		sizes[0] = strlen(one);
		assert_true(sizes[0] < 8000000 && sizes[0] > 7999000);
		const char *two = output_text(&w, "crm/01-account.create.2.csv");
		sizes[1] = strlen(two);
		assert_memory_equal(two, MARK "accountid,", 13);
		/* Each part has a header of 79 bytes with its mark; the records are equally long. */
		assert_int_equal((sizes[0] + sizes[1] - 2 * 79) % 20000, 0);
		const char *manifest = strstr(output_text(&w, "manifest.xml"), "<outputs>");
		if (threads == 1)
			snprintf(first, sizeof first, "%.390s", manifest);
		else
			assert_memory_equal(manifest, first, strlen(first));
		emit_end(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crm_create),
		cmocka_unit_test(test_crm_update),
		cmocka_unit_test(test_erp_create),
		cmocka_unit_test(test_erp_update),
		cmocka_unit_test(test_import_order),
		cmocka_unit_test(test_link_keeps_create),
		cmocka_unit_test(test_joined_key),
		cmocka_unit_test(test_encoding),
		cmocka_unit_test(test_bad_encoding),
		cmocka_unit_test(test_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
