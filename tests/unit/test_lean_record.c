/* test_lean_record.c - records as lean rows: what record_read() and group_digest() make of them, without cells */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/locale.h"
#include "model/timezone.h"
#include "sync/agreement.h"
#include "sync/load/lean_record.h"

enum { COLUMNS = 8, RECORDS = 50000, TEXT_ROOM = 1024 };

static struct field fields[COLUMNS] = {
	{ .name = { "Id", 2 }, .type = TYPE_GUID, .column = 0 },
	{ .name = { "No", 2 }, .type = TYPE_CODE, .column = 1 },
	{ .name = { "Name", 4 }, .type = TYPE_TEXT, .column = 2 },
	{ .name = { "Country", 7 }, .type = TYPE_CODE, .column = 3 },
	{ .name = { "Credit", 6 }, .type = TYPE_DECIMAL, .column = 4 },
	{ .name = { "Blocked", 7 }, .type = TYPE_BOOLEAN, .column = 5 },
	{ .name = { "Parent", 6 }, .type = TYPE_GUID, .column = 6 },
	{ .name = { "Since", 5 }, .type = TYPE_DATE, .column = 7 },
};

static const struct field *first_members[] = { &fields[5], &fields[2], &fields[1], &fields[4] };
static const struct field *second_members[] = { &fields[6], &fields[3], &fields[2] };

/* All but the date are in a digest. */
static struct lean_table
table_of(void)
{
	struct lean_table table = { .digest_count = 2 };

	table.digests[0] = (struct lean_digest){ .group = GROUP_E_BI };
	table.digests[0].scheme.definition[GROUP_E_BI] = 42;
	table.digests[0].scheme.members[GROUP_E_BI] = first_members;
	table.digests[0].scheme.field_count[GROUP_E_BI] = ARRAY_LEN(first_members);
	table.digests[1] = (struct lean_digest){ .group = GROUP_E_TO };
	table.digests[1].scheme.definition[GROUP_E_TO] = 4711;
	table.digests[1].scheme.members[GROUP_E_TO] = second_members;
	table.digests[1].scheme.field_count[GROUP_E_TO] = ARRAY_LEN(second_members);
	return table;
}

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Values of every kind: plain, to be made canonical, long, blank, and not of the type. */
static const char *const values[COLUMNS][6] = {
	{ "0123abcd-4567-89ef-af90-fedcba987654", "{0123ABCD-4567-89ef-af90-fedcba987654}", "x", "",
		"11111111-2222-4333-8444-555555555555", "00000000-0000-0000-0000-000000000000" },
	{ "10000", " c10 ", "C-00000000000000000000000000000000000000000000000000000000000000000000010", "",
		"\xc3\xa9t\xc3\xa9", "{A}" },
	{ "Adatum", "", "A name of exactly forty-eight bytes, no more here",
		"A name that is longer than all that is copied without a question being asked of it",
		"S\xc3\xb8""borg", "A name of exactly forty-eight bytes, no more her" },
	{ "BE", "be", "", "A LONGER CODE THAN ONE VECTOR", "DE ", "1234567890123456" },
	{ "12.50", "12.5", "", "twelve", "-0", "0" },
	{ "true", "Yes", "", "maybe", "0", "1" },
	{ "", "0123abcd-4567-89ef-af90-fedcba987654", "x", "0123ABCD-4567-89ef-af90-fedcba987654",
		"11111111-2222-4333-8444-555555555555", "{}" },
	{ "2026-03-01", "", "someday", "1753-01-01", "3", "2026-02-30" },
};

/* One text after the other, as in a file; mostly the first values, which are good. */
static void
fill(uint64_t *random, char text[TEXT_ROOM], struct str cells[COLUMNS])
{
	size_t at = 0;

	memset(text, 'z', TEXT_ROOM);
	for (size_t i = 0; i < COLUMNS; i++) {
		uint64_t r = next_random(random);
		const char *value = values[i][r % 4 ? r / 4 % 2 : r / 8 % ARRAY_LEN(values[i])];
		size_t len = strlen(value);
		memcpy(text + at, value, len);
		cells[i] = (struct str){ text + at, len };
		at += len + 1;
	}
	assert_true(at + READER_AHEAD <= TEXT_ROOM);
}

struct reader_world {
	struct layout layout;
	struct record_form form;
	struct lean_table table;
	struct lean_form lean;
	struct record_room whole;	/* as record_read() has it */
	struct record_room identity;
	struct lean_room room;
	struct buf scratch;
	struct arena arena;
};

/* Whether both ways read the record; what they make of it is the same. */
static bool
compare(struct reader_world *w, const struct str *cells)
{
	const struct raw_record record = { cells, NULL, 1 };
	uint64_t digests[LEAN_DIGESTS];

	record_read(&w->form, &w->whole, &record);
	bool ok = lean_record_read(&w->lean, &w->room, &record, digests);
	assert_int_equal(ok, !w->whole.has_bad);
	for (uint32_t i = 0; ok && i < w->table.digest_count; i++) {
		const struct lean_digest *of = &w->table.digests[i];
		assert_true(digests[i] == group_digest(&of->scheme, of->group, w->whole.cells, &w->scratch));
	}
	for (uint32_t i = 0; ok && i < w->layout.identity_count; i++)
		assert_true(str_equal(cell_str(w->identity.cells[i]), cell_str(w->whole.cells[i])));
	return ok;
}

/* Many records of a file with these columns; how many of them can be lean. */
static unsigned
compare_many(const uint32_t positions[COLUMNS])
{
	struct field *wanted[COLUMNS];
	struct table_def def = { .key_count = 1 };
	struct reader_world w = { .layout = { .def = &def, .wanted = wanted, .wanted_count = COLUMNS,
		.identity_count = 2, .field_columns = COLUMNS, .column_count = COLUMNS } };
	uint64_t random = 20261121;
	unsigned good = 0;

	for (size_t i = 0; i < COLUMNS; i++)
		wanted[i] = &fields[i];
	w.form = (struct record_form){ &w.layout, locale_find(STR("en-US")), timezone_utc(),
		arena_array(&w.arena, struct cell_plan, COLUMNS) };
	w.table = table_of();
	w.whole = record_room_make(COLUMNS);
	w.identity = record_room_make(COLUMNS);
	w.room.record = &w.identity;
	record_form_bind(&w.form, positions);
	lean_form_bind(&w.lean, &w.table, &w.form, &w.arena);
	for (unsigned n = 0; n < RECORDS; n++) {
		char text[TEXT_ROOM];
		struct str cells[COLUMNS];
		fill(&random, text, cells);
		good += compare(&w, cells);
	}
	record_room_release(&w.whole);
	record_room_release(&w.identity);
	lean_room_release(&w.room);
	buf_release(&w.scratch);
	arena_release(&w.arena);
	return good;
}

static void
test_as_whole(void **state)
{
	unsigned all = compare_many((uint32_t[COLUMNS]){ 1, 2, 3, 4, 5, 6, 7, 8 });
	unsigned some = compare_many((uint32_t[COLUMNS]){ 1, 2, 3, 4, 5, 0, 0, 8 });

	(void)state;
	print_message("# of %d records %u and %u can be lean\n", RECORDS, all, some);
	assert_true(all > RECORDS / 4 && all < RECORDS / 4 * 3);
	assert_true(some > all && some < RECORDS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
