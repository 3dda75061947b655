/* test_table.c - packed rows, joining, and finding by uid and key */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "model/table.h"
#include "model/value.h"

static struct field field_no = { .name = { "No.", 3 }, .column = 0 };
static struct field field_name = { .name = { "Name", 4 }, .column = 1 };
static struct field field_id = { .name = { "SystemId", 8 }, .column = 2 };
static struct field field_modified = { .name = { "Modified", 8 }, .column = TABLE_NO_COLUMN };
static struct field *columns[] = { &field_no, &field_name, &field_id };

static const struct table_def customer = {
	.name = { "Customer", 8 }, .uid = &field_id, .name_field = &field_name, .modified = &field_modified,
};
static const struct table_def keyed = { .name = { "Currency", 8 } };

static struct str customer_headers[] = { { "No.", 3 }, { "Naam", 4 }, { "", 0 } };
static uint32_t customer_positions[] = { 2, 1, 0 };

static struct table
make_table(const struct table_def *def)
{
	return (struct table){
		.def = def, .columns = columns, .column_count = 3,
		.uid_column = def->uid ? 2 : 0, .key_column = 0,
	};
}

static void
set_file(struct table *t, const char *path, uint32_t first_row)
{
	struct table_file *files = arena_array(&t->arena, struct table_file, t->file_count + 1);

	for (size_t i = 0; i < t->file_count; i++)
		files[i] = t->files[i];
	files[t->file_count] = (struct table_file){
		.shown_path = str_from(path), .first_row = first_row, .headers = customer_headers,
		.positions = customer_positions,
	};
	t->files = files;
	t->file_count++;
}

static struct cell
cell(const char *text)
{
	return (struct cell){ text, (uint32_t)strlen(text), false };
}

static void
add(struct table *t, const char *no, const char *name, const char *id, int64_t stamp, uint32_t line)
{
	table_add(t, (struct cell[]){ cell(no), cell(name), cell(id) }, stamp, line);
}

static void
assert_text(struct str actual, const char *expected)
{
	if (!str_equal(actual, str_from(expected)))
		fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(actual), expected);
}

static void
test_cells_of_all_lengths(void **state)
{
	static const uint32_t lengths[] = { 0, 1, 63, 64, 65, 8191, 8192, 8193, 300000, 2000000 };
	struct table t = make_table(&customer);
	char *text = malloc(2000000);

	(void)state;
	memset(text, 'x', 2000000);
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		struct cell cells[3] = { { text, lengths[i], i % 2 }, { text, 3, true }, { NULL, 0, false } };
		table_add(&t, cells, (int64_t)i, (uint32_t)i);
	}
	for (uint32_t i = 0; i < ARRAY_LEN(lengths); i++) {
		struct cell cells[3];
		table_unpack(&t, i, cells);
		assert_int_equal(cells[0].len, lengths[i]);
		assert_int_equal(cells[0].is_bad, i % 2);
		assert_memory_equal(cells[0].ptr, text, lengths[i]);
		assert_text(cell_str(cells[1]), "xxx");
		assert_true(cells[1].is_bad);
		assert_int_equal(cells[2].len, 0);
		assert_false(cells[2].is_bad);
		assert_text(cell_str(table_cell(&t, i, 1)), "xxx");
		assert_int_equal(table_stamp(&t, i), i);
	}
	free(text);
	table_release(&t);
}

static void
test_roles(void **state)
{
	struct table t = make_table(&customer);

	(void)state;
	add(&t, "C1", "Adatum", "id-1", 5, 2);
	assert_text(table_key(&t, 0), "C1");
	assert_text(table_uid(&t, 0), "id-1");
	assert_text(table_name(&t, 0), "Adatum");
	assert_int_equal(table_stamp(&t, 0), 5);
	table_release(&t);

	t = make_table(&keyed);
	add(&t, "EUR", "Euro", "", 5, 2);
	assert_text(table_key(&t, 0), "EUR");
	assert_text(table_uid(&t, 0), "EUR");
	assert_text(table_name(&t, 0), "");
	assert_int_equal(table_stamp(&t, 0), STAMP_NONE);
	table_release(&t);
}

static void
test_finding_many(void **state)
{
	struct table t = make_table(&customer);
	struct diag diag = { 0 };
	char no[16];
	char id[16];

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(no, sizeof no, "C%u", i);
		snprintf(id, sizeof id, "id-%u", i);
		add(&t, no, "", id, STAMP_NONE, i + 2);
	}
	assert_int_equal(table_find_uid(&t, STR("id-7")), TABLE_NO_ROW);
	assert_true(table_build_indexes(&t, &diag));
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(no, sizeof no, "C%u", i);
		snprintf(id, sizeof id, "id-%u", i);
		assert_int_equal(table_find_uid(&t, str_from(id)), i);
		assert_int_equal(table_find_key(&t, str_from(no)), i);
	}
	assert_int_equal(table_find_uid(&t, STR("id-5000")), TABLE_NO_ROW);
	assert_int_equal(table_find_key(&t, STR("id-1")), TABLE_NO_ROW);
	assert_int_equal(table_find_key(&t, STR("")), TABLE_NO_ROW);
	table_release(&t);
	diag_release(&diag);
}

static void
test_key_is_the_uid(void **state)
{
	struct table t = make_table(&keyed);
	struct diag diag = { 0 };

	(void)state;
	add(&t, "EUR", "", "", 0, 2);
	add(&t, "USD", "", "", 0, 3);
	assert_true(table_build_indexes(&t, &diag));
	assert_int_equal(table_find_key(&t, STR("USD")), 1);
	assert_int_equal(table_find_uid(&t, STR("USD")), 1);
	table_release(&t);
}

static void
test_blank_keys_are_no_duplicates(void **state)
{
	struct table t = make_table(&customer);
	struct diag diag = { 0 };

	(void)state;
	add(&t, "", "", "id-1", 0, 2);
	add(&t, "", "", "id-2", 0, 3);
	assert_true(table_build_indexes(&t, &diag));
	assert_int_equal(table_find_key(&t, STR("")), TABLE_NO_ROW);
	assert_int_equal(table_find_uid(&t, STR("id-2")), 1);
	table_release(&t);
}

static void
test_duplicates_name_both_places(void **state)
{
	static const char *const expected[] = {
		"b.csv:2: uid \"id-1\" occurs twice in table Customer, first in a.csv:2; "
			"remove one of the two records",
		"b.csv:3: uid \"id-1\" occurs twice in table Customer, first in a.csv:2; "
			"remove one of the two records",
		"b.csv:3: column 2 \"No.\": key \"C1\" occurs twice in table Customer, first in a.csv:2; "
			"remove one of the two records",
	};
	struct table t = make_table(&customer);
	struct diag diag = { 0 };

	(void)state;
	set_file(&t, "a.csv", 0);
	set_file(&t, "b.csv", 1);
	add(&t, "C1", "", "id-1", 0, 2);
	add(&t, "C2", "", "id-1", 0, 2);
	add(&t, "C1", "", "id-1", 0, 3);
	assert_false(table_build_indexes(&t, &diag));
	assert_int_equal(diag.status, STATUS_INVALID);
	assert_int_equal(diag.count, ARRAY_LEN(expected));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		assert_text(diag.lines[i].text, expected[i]);
	table_release(&t);
	diag_release(&diag);
}

static void
test_join(void **state)
{
	struct table t = make_table(&customer);
	struct table part = make_table(&customer);
	struct table other = make_table(&customer);
	struct table empty = make_table(&customer);
	struct diag diag = { 0 };

	(void)state;
	add(&part, "C1", "one", "id-1", 1, 2);
	for (uint32_t i = 0; i < 100; i++) {
		char no[16];
		snprintf(no, sizeof no, "D%u", i);
		add(&other, no, "more", no, i, i + 2);
	}
	table_join(&t, &empty);
	table_join(&t, &part);
	table_join(&t, &other);
	table_join(&t, &empty);
	assert_int_equal(part.row_count, 0);
	assert_int_equal(t.row_count, 101);
	add(&t, "E1", "last", "id-9", 9, 1);
	assert_true(table_build_indexes(&t, &diag));
	assert_text(table_name(&t, 0), "one");
	assert_text(table_name(&t, 1), "more");
	assert_int_equal(table_find_key(&t, STR("D99")), 100);
	assert_int_equal(table_find_uid(&t, STR("id-9")), 101);
	assert_int_equal(table_stamp(&t, 100), 99);
	assert_int_equal(t.lines[100], 101);
	table_release(&part);
	table_release(&other);
	table_release(&empty);
	table_release(&t);
}

static void
test_files_and_headers(void **state)
{
	struct table t = make_table(&customer);
	struct buf place = { 0 };

	(void)state;
	set_file(&t, "a.csv", 0);
	set_file(&t, "empty.csv", 2);
	set_file(&t, "b.csv", 2);
	set_file(&t, "last.csv", 3);
	assert_text(table_file_of(&t, 0)->shown_path, "a.csv");
	assert_text(table_file_of(&t, 1)->shown_path, "a.csv");
	assert_text(table_file_of(&t, 2)->shown_path, "b.csv");
	assert_text(table_header(&t, 1), "Naam");
	assert_text(table_header(&t, 2), "SystemId");
	table_file_place(&t.files[0], 12, 1, &place);
	assert_text(buf_str(&place), "a.csv:12: column 1 \"Naam\": ");
	buf_reset(&place);
	table_file_place(&t.files[0], 12, 2, &place);
	assert_text(buf_str(&place), "a.csv:12: ");
	buf_release(&place);
	table_release(&t);
}

static void
assert_row(const struct table *t, uint32_t row, const char *no, const char *name, const char *id)
{
	struct cell cells[3];

	table_unpack(t, row, cells);
	assert_text(cell_str(cells[0]), no);
	assert_text(cell_str(cells[1]), name);
	assert_text(cell_str(cells[2]), id);
	for (uint32_t column = 0; column < 3; column++) {
		struct cell single = table_cell(t, row, column);
		assert_true(str_equal(cell_str(single), cell_str(cells[column])));
		assert_true(single.is_bad == cells[column].is_bad);
	}
}

/* Rows that share cells tell the same as before, borrowed texts and all; so do rows that share none. */
static void
test_twins(void **state)
{
	static const uint32_t pairs[] = { 1, 0, TABLE_NO_ROW, 2, 3 };
	static const uint32_t same[] = { TABLE_NO_COLUMN, 1, 0 };	/* Name is Name, SystemId is No. */
	const char *long_name = "A name that is long enough for its row to become shorter";
	struct table erp = make_table(&customer);
	struct table t = make_table(&customer);
	struct table_sharing s[2];
	struct cell twin_cells[3];
	struct cell cells[3];

	(void)state;
	add(&erp, "id-1", "Bravo, the second of all names", "e0", 0, 2);
	add(&erp, "id-0", long_name, "e1", 0, 3);
	add(&erp, "no such id", "another name", "e2", 0, 4);
	table_add(&erp, (struct cell[]){ cell("id-4"), { long_name, 9, true }, cell("e3") }, 0, 5);
	add(&t, "c0", long_name, "id-0", 7, 2);
	add(&t, "c1", "Bravo, the second of all names", "id-1", 8, 3);
	add(&t, "c2", "Charlie", "id-2", 9, 4);
	add(&t, "c3", "", "id-3", 10, 5);
	table_add(&t, (struct cell[]){ cell("c4"), { long_name, 9, true }, cell("id-4") }, 11, 6);
	assert_true(table_build_indexes(&t, &(struct diag){ .count = 0 }));
	table_set_twin(&t, &erp, same);
	for (unsigned i = 0; i < ARRAY_LEN(s); i++)
		table_sharing_begin(&s[i], &t);
	for (uint32_t i = 0; i < t.row_count; i++)
		table_share_row(&s[i % 2], t.row_count - 1 - i, pairs[t.row_count - 1 - i]);
	table_end_sharing(&t, s, ARRAY_LEN(s));
	assert_row(&t, 0, "c0", long_name, "id-0");
	assert_row(&t, 1, "c1", "Bravo, the second of all names", "id-1");
	assert_row(&t, 2, "c2", "Charlie", "id-2");
	assert_row(&t, 3, "c3", "", "id-3");
	assert_row(&t, 4, "c4", "A name th", "id-4");
	assert_true(table_cell(&t, 4, 1).is_bad);
	assert_true(table_cell(&t, 0, 1).ptr == table_cell(&erp, 1, 1).ptr);
	assert_int_equal(table_find_uid(&t, STR("id-1")), 1);
	assert_int_equal(table_find_key(&t, STR("c4")), 4);
	table_unpack(&erp, 1, twin_cells);
	for (uint32_t twin_row = 0; twin_row < 2; twin_row++) {	/* of row 0 it is row 1 */
		table_unpack_beside(&t, 0, twin_row, twin_cells, cells);
		assert_text(cell_str(cells[1]), long_name);
		assert_text(cell_str(cells[2]), "id-0");
	}
	table_release(&t);
	table_release(&erp);
}

/* A row that is asked for more than its identity is made whole, once; io/reread.h is what does it. */
struct fetched {
	struct table *table;
	struct arena texts;
	unsigned count;
};

static const unsigned char *
fetch(void *context, uint32_t row)
{
	struct fetched *f = context;

	f->count++;
	assert_int_equal(table_place(f->table, row), 1000 + row);
	return table_complete(f->table, row, (struct cell[]){ cell("10000"), cell("Adatum"), cell("id-1") },
		&f->texts);
}

static void
test_lean_rows(void **state)
{
	static struct field *lean_columns[] = { &field_id, &field_no, &field_name };
	struct table t = make_table(&customer);
	struct fetched f = { .table = &t };
	struct cell cells[3];

	(void)state;
	t.columns = lean_columns;
	t.uid_column = 0;
	t.key_column = 1;
	t.identity_count = t.digest_count = 2;
	t.fetch = fetch;
	t.fetch_context = &f;
	add(&t, "whole", "10", "a", 1, 1);
	table_add_lean(&t, (struct cell[]){ cell("id-1"), cell("10000"), cell("Adatum") }, 7, 2, 1001,
		(const uint64_t[]){ 11, 12 });
	assert_false(table_is_lean(&t, 0));
	assert_true(table_is_lean(&t, 1));
	assert_text(table_uid(&t, 1), "id-1");
	assert_text(table_key(&t, 1), "10000");
	assert_int_equal(table_stamp(&t, 1), 7);
	assert_int_equal(table_digests(&t, 1)[1], 12);
	assert_int_equal(table_digests(&t, 0)[0], 0);
	assert_int_equal(f.count, 0);
	assert_text(cell_str(table_cell(&t, 1, 2)), "id-1");
	table_unpack(&t, 1, cells);
	assert_text(cell_str(cells[1]), "Adatum");
	assert_false(table_is_lean(&t, 1));
	assert_int_equal(f.count, 1);
	arena_release(&f.texts);
	table_release(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells_of_all_lengths),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_finding_many),
		cmocka_unit_test(test_key_is_the_uid),
		cmocka_unit_test(test_blank_keys_are_no_duplicates),
		cmocka_unit_test(test_duplicates_name_both_places),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_files_and_headers),
		cmocka_unit_test(test_twins),
		cmocka_unit_test(test_lean_rows),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
