/* test_table_list.c - which tables a file holds; files that are whole or not there */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/new_file.h"
#include "io/table_list.h"
#include "io_help.h"

#define WORKBOOK "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">"

static const struct {
	const char *text;
	const char *tables;	/* NULL: it cannot be read */
} cases[] = {
	{ "", "" },
	{ "No.,Name\n1,A\n", "" },
	{ "<Customers><Customer><No>1</No></Customer></Customers>", "" },
	{ "<DataList/>", "" },
	{ "<DataList><AList><TableID>4</TableID><A><B>1</B></A></AList></DataList>", "A (4)" },
	{ "<DataList><AList><TableID> 4 </TableID><PageID>1</PageID><A><B>1</B></A><A><B/></A></AList>"
	  "<CList><TableID>18</TableID><C><B>1</B></C></CList>"
	  "<AList><TableID>4</TableID><A><B>2</B></A></AList></DataList>", "A (4), C (18)" },
	/* Business Central passes over what does not begin with a TableID */
	{ "<DataList><AList><PageID>4</PageID><A><B>1</B></A></AList></DataList>", "" },
	{ "<entities><entity name=\"account\"><records/></entity><entity name=\"contact\"/></entities>",
	  "account, contact" },
	{ WORKBOOK "<Worksheet Name=\"One\"><Table><Row/></Table></Worksheet><Worksheet Name=\"Empty\"><Table/>"
	  "</Worksheet><Worksheet Name=\"Two\"><Table><Column/><Row/><Row/></Table></Worksheet></Workbook>",
	  "One, Two" },
	{ "<DataList><AList>", NULL },
};

static void
test_tables(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *path = help_write(*state, "in", str_from(cases[i].text));
		const struct reader_options options = { .path = path, .shown_path = str_from(path) };
		struct table_list list = { 0 };
		struct arena arena = { 0 };
		struct diag diag = { 0 };
		struct buf out = { 0 };
		if (table_list_read(&list, &options, &arena, &diag) != (cases[i].tables != NULL))
			fail_msg("%s", cases[i].text);
		table_list_write(&list, &out);
		buf_add_char(&out, '\0');
		if (cases[i].tables)
			assert_string_equal(out.ptr, cases[i].tables);
		else
			assert_int_equal(diag.status, STATUS_INVALID);
		table_list_release(&list);
		arena_release(&arena);
		diag_release(&diag);
		buf_release(&out);
	}
}

static void
test_find(void **state)
{
	struct listed_table tables[] = { { STR("PaymentTerms"), 3 }, { STR("account"), 0 } };
	const struct table_list list = { tables, ARRAY_LEN(tables), ARRAY_LEN(tables) };

	(void)state;
	assert_ptr_equal(table_list_find(&list, STR("payment terms")), &tables[0]);
	assert_ptr_equal(table_list_find(&list, STR("PAYMENTTERMS")), &tables[0]);
	assert_ptr_equal(table_list_find(&list, STR("3")), &tables[0]);
	assert_ptr_equal(table_list_find(&list, STR("Account")), &tables[1]);
	assert_null(table_list_find(&list, STR("0")));
	assert_null(table_list_find(&list, STR("contact")));
}

static void
test_new_file(void **state)
{
	struct help *help = *state;
	struct diag diag = { 0 };
	struct new_file file;
	char path[HELP_PATH * 2];
	bool is_empty;

	snprintf(path, sizeof path, "%s", help_path(help, "new"));
	assert_true(folder_remove(help_path(help, "in")));
	assert_true(new_file_begin(&file, path, &diag));
	assert_true(new_file_add(&file, STR("half"), &diag));
	new_file_release(&file);
	assert_true(folder_is_empty(help->folder, &is_empty) && is_empty);

	assert_true(new_file_write(path, STR("whole"), &diag));
	assert_false(new_file_write(path, STR("other"), &diag));
	assert_int_equal(diag.status, STATUS_USAGE);
	FILE *written = fopen(path, "rb");
	char text[16] = "";
	assert_int_equal(fread(text, 1, sizeof text, written), 5);
	fclose(written);
	assert_string_equal(text, "whole");
	assert_false(new_file_write(help_path(help, "no/such/folder"), STR("x"), &diag));
	assert_int_equal(diag.status, STATUS_IO);
	diag_release(&diag);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tables, help_begin, help_end),
		cmocka_unit_test(test_find),
		cmocka_unit_test_setup_teardown(test_new_file, help_begin, help_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
