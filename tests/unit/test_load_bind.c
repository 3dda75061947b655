/* test_load_bind.c - which column of an export holds which field */
#include "load_world.h"

static void
set_header(struct world *w, struct field *field, const char *header)
{
	field->headers = arena_new(&w->setup.arena, struct str);
	field->headers[0] = str_from(header);
	field->header_count = 1;
}

/* Header lines, and what is said of them. */
static const struct header_case {
	const char *header;
	const char *messages;	/* "" = all is well, and the row is the expected one */
} header_cases[] = {
	{ "No.,Name,Blocked", "" },
	{ "  nO. ,NAME,blocked ", "" },
	{ "No.,Naam,Blocked", "" },
	{ "No.,NA\xc3\x8fM,Blocked", "" },	/* second further header, Naïm, in upper case */
	{ "No.,Name,Gesperrt", "customer.csv: table Customer: field \"Blocked\": no column has this header; "
		"export it, or name its header in couplet.xml:22\n" },
	{ "No.,Nmae,Blocked", "customer.csv: table Customer: field \"Name\": no column has this header "
		"(did you mean \"Nmae\"?); export it, or name its header in couplet.xml:21\n" },
	{ "No.,Name,Naam", "customer.csv: table Customer: field \"Blocked\": no column has this header; "
		"export it, or name its header in couplet.xml:22\n"
		"customer.csv: column 2 \"Name\" and column 3 \"Naam\" are both field \"Name\" "
		"of table Customer; remove or rename one of them\n" },
};

static void
test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(header_cases); i++) {
		struct world w;
		char text[200];

		begin(&w);
		snprintf(text, sizeof text, "%s\na1,Adatum,x\n", header_cases[i].header);
		write_file(&w, "customer.csv", text);
		struct table_def *def = add_customer(&w, "customer.csv");
		add_field(&w, def, "Blocked", TYPE_TEXT, ROLE_NONE);
		def->fields[1]->headers = (struct str[]){ STR("Naam"), STR(" na\xc3\xafm ") };
		def->fields[1]->header_count = 2;
		bool ok = load(&w, 1);
		assert_messages(&w, header_cases[i].messages);
		assert_int_equal(ok, header_cases[i].messages[0] == '\0');
		if (ok)
			assert_rows(&w, def, "A1|Adatum|x| 2\n");
		end(&w);
	}
}

/* 5.0.2: elements are named as a field or its header after the name rule; the header grows. */
static const struct element_case {
	const char *document;
	const char *messages;
	const char *rows;
} element_cases[] = {
	{ "<r><c><No>a1</No><E_Mail>m</E_Mail></c><c No='b2'><TelNoWork>1</TelNoWork></c></r>", "",
		"A1|m|| 1\nB2||1| 1\n" },
	/* a plain name does, too, and in packages names end after 30 characters */
	{ "<r><c No='a1'><E_Mail/><AVeryLongNameOfAPhoneNumberOfw>1</AVeryLongNameOfAPhoneNumberOfw></c></r>",
		"", "A1||1| 1\n" },
	/* a file without a record lacks nothing */
	{ "<r/>", "", "" },
	{ "<r><c><No>a1</No><Email/><PhoneNo/></c></r>",
		"c.xml: table Customer: field \"E-Mail\": no column has this header (did you mean \"Email\"?); "
		"export it, or name its header in couplet.xml:21\n",
		"" },
	{ "<r><c><No>a1</No><E_Mail/></c><c><No>b2</No><E_Mail/><PhoneNo/><phoneno/></c></r>",
		"c.xml: column 3 \"PhoneNo\" and column 4 \"phoneno\" are both field \"Phone No.\" of table "
		"Customer; remove or rename one of them\n",
		"" },
	{ "<r><c><No>a1</No><E_Mail/><PhoneNo/><FaxNo/></c></r>",
		"c.xml: element \"FaxNo\" can be \"fax no.\" or \"fax: no.\" of table Customer; export the table in "
		"another format\n",
		"" },
};

static void
test_elements(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(element_cases); i++) {
		struct world w;

		begin(&w);
		write_file(&w, "c.xml", element_cases[i].document);
		struct table_def *def = add_table(&w, "Customer");
		add_source(def, "c.xml");
		add_field(&w, def, "No.", TYPE_CODE, ROLE_KEY);
		add_field(&w, def, "E-Mail", TYPE_TEXT, ROLE_NONE);
		struct field *phone = add_field(&w, def, "Phone No.", TYPE_TEXT, ROLE_NONE);
		phone->headers = (struct str[]){ STR("Tel. No. (Work)"),
			STR("A very long name of a phone number of work") };
		phone->header_count = 2;
		/* Never needed, but their element cannot be told. */
		add_field(&w, def, "Fax No.", TYPE_TEXT, ROLE_NONE)->is_mapped = false;
		add_field(&w, def, "Fax: No.", TYPE_TEXT, ROLE_NONE)->is_mapped = false;
		def->fields[3]->is_used = def->fields[4]->is_used = i == ARRAY_LEN(element_cases) - 1;
		bool ok = load(&w, 1);
		assert_messages(&w, element_cases[i].messages);
		assert_int_equal(ok, element_cases[i].messages[0] == '\0');
		if (ok)
			assert_rows(&w, def, element_cases[i].rows);
		end(&w);
	}
}

static void
test_fields_that_nobody_needs(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "Memo,No.,memo,Name\nx,A,y,one\n");
	struct table_def *def = add_table(&w, "Customer");
	add_source(def, "a.csv");
	struct field *memo = add_field(&w, def, "Memo", TYPE_TEXT, ROLE_NONE);
	memo->is_used = memo->is_mapped = false;
	add_field(&w, def, "No.", TYPE_CODE, ROLE_KEY);
	/* In a filter only: may be absent, and is blank then. */
	struct field *filtered = add_field(&w, def, "Region", TYPE_CODE, ROLE_NONE);
	filtered->is_mapped = false;
	add_field(&w, def, "Name", TYPE_TEXT, ROLE_NAME);
	assert_true(load(&w, 1));
	assert_int_equal(memo->column, TABLE_NO_COLUMN);
	assert_int_equal(filtered->column, 1);
	assert_int_equal(def->fields[3]->column, 2);
	assert_rows(&w, def, "A||one| 2\n");
	assert_text(table_header(&w.tables[0], 1), "Region");
	end(&w);
}

static void
test_names_win_over_further_headers(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "No.,Address,City\nA,street,town\n");
	struct table_def *def = add_customer(&w, "a.csv");
	set_header(&w, def->fields[1], "City");
	def->fields[1]->name = STR("Address");
	add_field(&w, def, "City", TYPE_TEXT, ROLE_NONE);
	assert_true(load(&w, 1));
	assert_rows(&w, def, "A|street|town| 2\n");
	end(&w);
}

static struct field *
add_undeclared(struct world *w, struct table_def *def, const char *name)
{
	struct field *field = add_field(w, def, name, TYPE_TEXT, ROLE_NONE);

	field->is_declared = false;
	field->line = 41;
	field->first_use = STR("mapping CUSTOMER");
	return field;
}

static void
test_undeclared_fields(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "No.,Name,E-Mail,City\nA,one,a@b,Ghent\n");
	write_file(&w, "b.csv", "No.,Name,E-Mail\nB,two,c@d\n");
	struct table_def *def = add_customer(&w, "a.csv");
	add_undeclared(&w, def, "e-mail");
	assert_true(load(&w, 1));
	assert_rows(&w, def, "A|one|a@b| 2\n");
	assert_text(table_header(&w.tables[0], 2), "E-Mail");
	forget(&w);

	add_source(def, "b.csv");
	add_undeclared(&w, def, "Nmae");
	add_undeclared(&w, def, "E-Mial");
	add_undeclared(&w, def, "Quite another");
	add_undeclared(&w, def, "City");
	assert_false(load(&w, 2));
	assert_messages(&w,
		"couplet.xml:41: mapping CUSTOMER: field \"Nmae\": no such field in table Customer "
		"(did you mean \"Name\"?)\n"
		"couplet.xml:41: mapping CUSTOMER: field \"E-Mial\": no such field in table Customer "
		"(did you mean \"E-Mail\"?)\n"
		"couplet.xml:41: mapping CUSTOMER: field \"Quite another\": no such field in table Customer\n"
		"b.csv: table Customer: field \"City\": no column has this header; "
		"export it, or name its header in couplet.xml:41\n");
	end(&w);
}

static void
test_static_exports(void **state)
{
	static const struct static_case {
		const char *text;
		const char *messages;
		const char *rows;
		const char *uid_header;
	} cases[] = {
		{ "(Do Not Modify) Account,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,name\n"
			GUID_1 ",abc=,1970-01-01T00:00:01Z,one\n",
			"", GUID_1 "|one|@1000 2\n", "(Do Not Modify) Account" },
		{ "(do not modify)  ACCOUNTID,(Do Not Modify) ModifiedOn,name\n"
			GUID_1 ",1970-01-01T00:00:01Z,one\n",
			"", GUID_1 "|one|@1000 2\n", "(do not modify)  ACCOUNTID" },
		{ "(Do Not Modify) Account,(Do Not Modify) Modified On,modifiedon,accountid,name\n"
			GUID_1 ",1970-01-01T00:00:01Z,1970-01-01T00:00:02Z," GUID_2 ",one\n",
			"", GUID_2 "|one|@2000 2\n", "accountid" },
		{ "(Do Not Modify) name,modifiedon,name\n" GUID_1 ",,one\n",
			"", GUID_1 "|one| 2\n", "(Do Not Modify) name" },
		{ "(Do Not Modify) Account,(Do Not Modify) Contact,modifiedon,name\n"
			GUID_1 "," GUID_2 ",,one\n",
			"account.csv: column 1 \"(Do Not Modify) Account\" and column 2 "
			"\"(Do Not Modify) Contact\" are both field \"accountid\" of table account; "
			"remove or rename one of them\n", "", "" },
		{ "(Do Not Modify) Row Checksum,modifiedon,name\nabc,,one\n",
			"account.csv: table account: field \"accountid\": no column has this header; "
			"export it, or name its header in couplet.xml:20\n", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world w;

		begin(&w);
		write_file(&w, "account.csv", cases[i].text);
		struct table_def *def = add_account(&w, "account.csv");
		bool ok = load(&w, 1);
		assert_messages(&w, cases[i].messages);
		assert_int_equal(ok, cases[i].messages[0] == '\0');
		assert_rows(&w, def, cases[i].rows);
		if (ok)
			assert_text(table_header(&w.tables[0], 0), cases[i].uid_header);
		end(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_fields_that_nobody_needs),
		cmocka_unit_test(test_names_win_over_further_headers),
		cmocka_unit_test(test_undeclared_fields),
		cmocka_unit_test(test_static_exports),
	};

	return cmocka_run_group_tests_name("load_bind", tests, NULL, NULL);
}
