/* test_load.c - exports in a temporary folder, loaded: files, cells, stamps, identity, findings */
#include "load_world.h"

#include <sys/stat.h>

#include "sync/load/load_paths.h"

static void
make_folder(const struct world *w, const char *name)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", w->folder, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void
test_match_name(void **state)
{
	static const struct match_case {
		const char *pattern;
		const char *name;
		bool matches;
	} cases[] = {
		{ "*.csv", "a.csv", true },
		{ "*.csv", ".csv", true },
		{ "*.csv", "a.csv.gz", false },
		{ "a*b*c", "a-b-b-c", true },
		{ "a*b*c", "a-c-b", false },
		{ "a?c", "abc", true },
		{ "a?c", "ac", false },
		{ "a?c", "a\xc3\xa9" "c", true },
		{ "?", "", false },
		{ "*", "", true },
		{ "**", "x", true },
		{ "a", "A", false },
		{ "a[b]", "ab", false },
		{ "*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (load_match_name(str_from(cases[i].pattern), str_from(cases[i].name)) != cases[i].matches)
			fail_msg("%s %s", cases[i].pattern, cases[i].name);
}

static void
test_files_in_order(void **state)
{
	for (unsigned threads = 1; threads <= 3; threads++) {
		struct world w;

		(void)state;
		begin(&w);
		make_folder(&w, "erp");
		write_file(&w, "erp/c10.csv", "No.,Name\nC,ten\n");
		write_file(&w, "erp/c2.csv", "Name,No.\ntwo,D\ntoo,E\n");
		write_file(&w, "erp/cB.csv", "No.;Name\n");
		write_file(&w, "erp/.cC.csv", "not an export\n");
		write_file(&w, "erp/a.csv", "No.,Name\nZ,last\n");
		struct table_def *def = add_customer(&w, "erp/c*.csv");
		add_source(def, "erp/a.csv");
		assert_true(load(&w, threads));
		assert_rows(&w, def, "C|ten| 2\nD|two| 2\nE|too| 3\nZ|last| 2\n");
		const struct table *t = &w.tables[0];
		assert_int_equal(t->file_count, 4);
		assert_text(t->files[0].shown_path, "erp/c10.csv");
		assert_text(t->files[1].shown_path, "erp/c2.csv");
		assert_text(t->files[2].shown_path, "erp/cB.csv");
		assert_text(t->files[3].shown_path, "erp/a.csv");
		assert_int_equal(t->files[1].first_row, 1);
		assert_int_equal(t->files[1].records, 2);
		assert_int_equal(t->files[1].positions[0], 2);
		assert_int_equal(t->files[3].first_row, 3);
		assert_int_equal(t->files[3].size, 16);
		assert_true(t->files[3].hash[0] != 0);
		assert_text(table_file_of(t, 2)->shown_path, "erp/c2.csv");
		assert_int_equal(table_find_key(t, STR("E")), 2);
		assert_true(t->is_full);
		assert_int_equal(w.report.newest_stamp, STAMP_NONE);
		end(&w);
	}
}

static void
test_paths_that_cannot_be_read(void **state)
{
	static const struct path_case {
		const char *path;
		const char *message;
	} cases[] = {
		{ "erp/none.csv", "couplet.xml:11: table Customer: source \"erp/none.csv\": "
			"there is no such file; export the table, or correct the path\n" },
		{ "no/*.csv", "couplet.xml:11: table Customer: source \"no/*.csv\": there is no such file; "
			"export the table, or correct the path\n" },
		{ "erp/*.txt", "couplet.xml:11: table Customer: source \"erp/*.txt\": no file matches; "
			"export the table, or correct the path\n" },
		{ "e*/a.csv", "couplet.xml:11: table Customer: source \"e*/a.csv\": "
			"* and ? stand for file names only; write the folder out\n" },
		{ "erp", "couplet.xml:11: table Customer: source \"erp\": "
			"this is a folder; name its files, as in folder/*.csv\n" },
		{ "er?", "couplet.xml:11: table Customer: source \"erp\": "
			"this is a folder; name its files, as in folder/*.csv\n" },
		{ "pipe", "couplet.xml:11: table Customer: source \"pipe\": "
			"this is not a file; Couplet reads plain files only\n" },
		{ "", "couplet.xml:11: table Customer: source \"\": the path is empty\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world w;
		char pipe_path[200];

		begin(&w);
		make_folder(&w, "erp");
		snprintf(pipe_path, sizeof pipe_path, "%s/pipe", w.folder);
		assert_int_equal(mkfifo(pipe_path, 0600), 0);
		write_file(&w, "erp/a.csv", "No.,Name\nZ,last\n");
		add_customer(&w, cases[i].path);
		assert_false(load(&w, 2));
		assert_messages(&w, cases[i].message);
		assert_int_equal(w.diag.status, STATUS_INVALID);
		end(&w);
	}
}

static void
test_all_path_findings_are_told(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "No.,Name\nA,one\n");
	struct table_def *def = add_customer(&w, "a.csv");
	add_source(def, "b.csv");
	add_source(def, "*.csv");
	struct table_def *bare = add_table(&w, "Vendor");
	add_field(&w, bare, "No.", TYPE_CODE, ROLE_KEY);
	assert_false(load(&w, 2));
	assert_messages(&w,
		"couplet.xml:12: table Customer: source \"b.csv\": there is no such file; "
		"export the table, or correct the path\n"
		"couplet.xml:13: table Customer: source \"a.csv\" is already read by the source in line 11; "
		"a file is read once\n"
		"couplet.xml:5: table Vendor: no source; name the file that it is exported to\n");
	end(&w);
}

static void
test_unused_tables_are_left_alone(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	add_customer(&w, "none.csv")->is_used = false;
	assert_true(load(&w, 1));
	assert_null(w.tables[0].def);
	end(&w);
}

static void
test_cells_by_type(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv",
		"No.;Name;Amount;Open;Due;Id\n"
		" a1 ; one ;1.234,50;Ja;1/03/2026;{" "AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA" "}\n"
		"A2;\"x;\ny\";12,3,4;perhaps;31/02/2026;nonsense\n"
		"A3;;;;;00000000-0000-0000-0000-000000000000\n"
		"A4;last;-7;0;2026-03-01;\n");
	struct table_def *def = add_customer(&w, "a.csv");
	def->sources[0].format.locale = locale_find(STR("nl-BE"));
	add_field(&w, def, "Amount", TYPE_DECIMAL, ROLE_NONE);
	add_field(&w, def, "Open", TYPE_BOOLEAN, ROLE_NONE);
	add_field(&w, def, "Due", TYPE_DATE, ROLE_NONE);
	add_field(&w, def, "Id", TYPE_GUID, ROLE_NONE);
	assert_true(load(&w, 1));
	assert_rows(&w, def,
		"A1| one |1234.5|true|2026-03-01|aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa| 2\n"
		"A2|x;\ny|12,3,4!|perhaps!|31/02/2026!|nonsense!| 3\n"
		"A3||||||" " 5\n"
		"A4|last|-7|false|2026-03-01|| 6\n");
	end(&w);
}

/* An absent Option reads as a blank cell does: as the option named blank. */
static void
test_blank_option(void **state)
{
	struct option options[] = {
		{ .ordinal = STR("0"), .name = STR(" ") },
		{ .ordinal = STR("1"), .name = STR("Ship") },
	};
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "No.,Name,Blocked\nA,,ship\nB,,\n");
	struct table_def *def = add_customer(&w, "a.csv");
	for (int i = 0; i < 2; i++) {
		const char *name = i == 0 ? "Blocked" : "Absent";
		struct field *field = add_field(&w, def, name, TYPE_OPTION, ROLE_NONE);
		field->options = options;
		field->option_count = 2;
		field->is_mapped = i == 0;
	}
	assert_true(load(&w, 1));
	assert_rows(&w, def, "A||1|0| 2\nB||0|0| 3\n");
	end(&w);
}

static void
test_stamps(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "accountid,name,modifiedon\n"
		GUID_1 ",one,1970-01-01T00:00:02Z\n" GUID_2 ",two,\n");
	struct table_def *def = add_account(&w, "a.csv");
	assert_true(load(&w, 1));
	assert_rows(&w, def, GUID_1 "|one|@2000 2\n" GUID_2 "|two| 3\n");
	assert_int_equal(def->modified->column, TABLE_NO_COLUMN);
	assert_int_equal(w.tables[0].column_count, 2);
	assert_int_equal(w.report.newest_stamp, 2000);
	forget(&w);

	/* Mapped besides: the text has a column too. */
	def->modified->is_stamp_only = false;
	assert_true(load(&w, 1));
	assert_rows(&w, def, GUID_1 "|one|1970-01-01T00:00:02Z|@2000 2\n" GUID_2 "|two|| 3\n");
	assert_int_equal(def->modified->column, 2);
	forget(&w);

	write_file(&w, "a.csv", "accountid,name,modifiedon\n" GUID_1 ",one,yesterday\n");
	for (int i = 0; i < 2; i++) {
		def->modified->is_stamp_only = i == 0;
		assert_false(load(&w, 1));
		assert_messages(&w, "a.csv:2: column 3 \"modifiedon\": \"yesterday\" "
			"cannot be read as a DateTime; correct the export, or the field in couplet.xml:22\n");
		forget(&w);
	}
	end(&w);
}

static void
test_records_without_identity(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "Entry,Id,Name\n"
		"1," GUID_1 ",one\n"
		"x,nonsense,two\n"
		"3,,three\n"
		"4,00000000-0000-0000-0000-000000000000,four\n"
		",{22222222-aaaa-4aaa-8aaa-222222222222},five\n"
		"6,\"nonsense\nof more than forty characters, all in all and over\",six\n");
	struct table_def *def = add_table(&w, "Entry");
	add_source(def, "a.csv");
	add_field(&w, def, "Entry", TYPE_INTEGER, ROLE_KEY);
	add_field(&w, def, "Id", TYPE_GUID, ROLE_UID);
	add_field(&w, def, "Name", TYPE_TEXT, ROLE_NAME);
	assert_false(load(&w, 1));
	assert_messages(&w,
		"a.csv:3: column 1 \"Entry\": \"x\" cannot be read as an Integer; "
		"correct the export, or the field in couplet.xml:20\n"
		"a.csv:3: column 2 \"Id\": \"nonsense\" cannot be read as a Guid; "
		"correct the export, or the field in couplet.xml:21\n"
		"a.csv:4: column 2 \"Id\": the uid of this record of table Entry is blank, "
		"so that it cannot be told from others; correct the export\n"
		"a.csv:5: column 2 \"Id\": the uid of this record of table Entry is blank, "
		"so that it cannot be told from others; correct the export\n"
		"a.csv:7: column 2 \"Id\": \"nonsense of more than forty characters, ...\" "
		"cannot be read as a Guid; correct the export, or the field in couplet.xml:21\n");
	assert_int_equal(w.diag.status, STATUS_INVALID);
	end(&w);
}

static void
test_blank_keys_beside_uids(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "No.,Name,Id\n,one," GUID_1 "\n,two," GUID_2 "\n");
	struct table_def *def = add_customer(&w, "a.csv");
	add_field(&w, def, "Id", TYPE_GUID, ROLE_UID);
	assert_true(load(&w, 1));
	assert_int_equal(table_find_key(&w.tables[0], STR("")), TABLE_NO_ROW);
	assert_int_equal(table_find_uid(&w.tables[0], STR(GUID_2)), 1);
	end(&w);
}

static void
test_duplicates(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "No.,Name,Id\nA,one," GUID_1 "\n");
	write_file(&w, "b.csv", "No.,Name,Id\nB,two," GUID_2 "\n a ,three,{" GUID_1 "}\n");
	struct table_def *def = add_customer(&w, "?.csv");
	add_field(&w, def, "Id", TYPE_GUID, ROLE_UID);
	assert_false(load(&w, 2));
	assert_messages(&w,
		"b.csv:3: column 3 \"Id\": uid \"" GUID_1 "\" occurs twice in table Customer, "
		"first in a.csv:2; remove one of the two records\n"
		"b.csv:3: column 1 \"No.\": key \"A\" occurs twice in table Customer, first in a.csv:2; "
		"remove one of the two records\n");
	end(&w);
}

static void
test_link_table_without_key(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "Contact,No.\nK1,A\nK1,\n,B\n");
	struct table_def *def = add_table(&w, "Business Relation");
	add_source(def, "a.csv");
	add_field(&w, def, "Contact", TYPE_CODE, ROLE_NONE);
	add_field(&w, def, "No.", TYPE_CODE, ROLE_NONE);
	assert_true(load(&w, 1));
	assert_rows(&w, def, "K1|A| 2\nK1|| 3\n|B| 4\n");
	assert_text(table_uid(&w.tables[0], 0), "");
	assert_text(table_key(&w.tables[0], 0), "");
	assert_int_equal(table_find_key(&w.tables[0], STR("K1")), TABLE_NO_ROW);
	end(&w);
}

static void
test_joined_keys(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "Line,Name,Document\n10,one,D1\n020,two,d1\n10,three,\n");
	struct table_def *def = add_table(&w, "Line");
	add_source(def, "a.csv");
	add_field(&w, def, "Name", TYPE_TEXT, ROLE_NAME);
	add_field(&w, def, "Line", TYPE_INTEGER, ROLE_NONE);
	add_field(&w, def, "Document", TYPE_CODE, ROLE_KEY);
	def->fields[1]->role = ROLE_KEY;
	def->keys[def->key_count++] = def->fields[1];
	assert_true(load(&w, 1));
	const struct table *t = &w.tables[0];
	assert_rows(&w, def, "10|D1|one|D1,10| 2\n20|D1|two|D1,20| 3\n10||three|,10| 4\n");
	assert_int_equal(t->column_count, 4);
	assert_null(t->columns[3]);
	assert_int_equal(t->key_column, 3);
	assert_int_equal(t->uid_column, 3);
	assert_text(table_key(t, 1), "D1,20");
	assert_text(table_uid(t, 1), "D1,20");
	assert_text(table_header(t, 3), "Document,Line");
	assert_int_equal(table_find_key(t, STR("D1,20")), 1);
	assert_int_equal(table_find_uid(t, STR("D1,10")), 0);
	forget(&w);

	write_file(&w, "a.csv", "Line,Name,Document\n10,one,D1\n10,two,d1\n,three,\n");
	assert_false(load(&w, 1));
	assert_messages(&w,
		"a.csv:4: column 3 \"Document\": the key of this record of table Line is blank, "
		"so that it cannot be told from others; correct the export\n");
	forget(&w);

	write_file(&w, "a.csv", "Line,Name,Document\n10,one,D1\n10,two,d1\n");
	assert_false(load(&w, 1));
	assert_messages(&w, "a.csv:3: column \"Document,Line\": key \"D1,10\" occurs twice in table Line, "
		"first in a.csv:2; remove one of the two records\n");
	end(&w);
}

static void
test_bad_records(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	write_file(&w, "a.csv", "No.,Name\nA,one\nB\nC,three\n");
	write_file(&w, "b.csv", "No.,Name\nD,four,4\nE,five\n");
	struct table_def *def = add_customer(&w, "?.csv");
	def->sources[0].report_bad_records = true;
	assert_true(load(&w, 2));
	assert_rows(&w, def, "A|one| 2\nC|three| 4\nE|five| 3\n");
	assert_false(w.tables[0].is_full);
	assert_int_equal(w.tables[0].files[0].records, 2);
	assert_int_equal(w.report.left_out_count, 2);
	assert_ptr_equal(w.report.left_out[0].table, def);
	assert_text(w.report.left_out[0].shown_path, "a.csv");
	assert_int_equal(w.report.left_out[0].line, 3);
	assert_true(w.report.left_out[0].message.len > 0);
	assert_text(w.report.left_out[1].shown_path, "b.csv");
	assert_int_equal(w.report.left_out[1].line, 2);
	forget(&w);

	def->sources[0].report_bad_records = false;
	assert_false(load(&w, 2));
	assert_int_equal(w.diag.status, STATUS_INVALID);
	assert_int_equal(w.diag.count, 2);
	assert_true(str_starts(w.diag.lines[0].text, STR("a.csv:3: ")));
	assert_true(str_starts(w.diag.lines[1].text, STR("b.csv:2: ")));
	end(&w);
}

static void
test_tables_and_findings_in_order(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 4; threads++) {
		struct world w;
		struct buf text = { 0 };

		begin(&w);
		buf_add(&text, STR("accountid,name,modifiedon\n"));
		for (unsigned i = 0; i < 3000; i++)
			buf_printf(&text, "%08x-aaaa-4aaa-8aaa-111111111111,n%u,1970-01-01T00:00:0%uZ\n",
				i, i, i % 7);
		buf_add(&text, STR("bad,n,\n"));
		buf_add_char(&text, '\0');
		write_file(&w, "a.csv", text.ptr);
		write_file(&w, "c.csv", "No.,Name\n,blank\n");
		add_customer(&w, "c.csv");
		struct table_def *def = add_account(&w, "a.csv");
		def->is_full = false;
		assert_false(load(&w, threads));
		assert_messages(&w,
			"c.csv:2: column 1 \"No.\": the key of this record of table Customer is blank, "
			"so that it cannot be told from others; correct the export\n"
			"a.csv:3002: column 1 \"accountid\": \"bad\" cannot be read as a Guid; "
			"correct the export, or the field in couplet.xml:20\n");
		forget(&w);

		text.len -= sizeof "bad,n,\n";
		buf_add_char(&text, '\0');
		write_file(&w, "a.csv", text.ptr);
		write_file(&w, "c.csv", "No.,Name\n");
		assert_true(load(&w, threads));
		assert_true(w.tables[0].is_full);
		assert_int_equal(w.tables[0].row_count, 0);
		assert_false(w.tables[1].is_full);
		assert_int_equal(w.tables[1].row_count, 3000);
		assert_int_equal(
			table_find_uid(&w.tables[1], STR("00000bb7-aaaa-4aaa-8aaa-111111111111")), 2999);
		assert_text(table_name(&w.tables[1], 2999), "n2999");
		assert_int_equal(w.report.newest_stamp, 6000);
		buf_release(&text);
		end(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match_name),
		cmocka_unit_test(test_files_in_order),
		cmocka_unit_test(test_paths_that_cannot_be_read),
		cmocka_unit_test(test_all_path_findings_are_told),
		cmocka_unit_test(test_unused_tables_are_left_alone),
		cmocka_unit_test(test_cells_by_type),
		cmocka_unit_test(test_blank_option),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test(test_records_without_identity),
		cmocka_unit_test(test_blank_keys_beside_uids),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_link_table_without_key),
		cmocka_unit_test(test_joined_keys),
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_tables_and_findings_in_order),
	};

	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
