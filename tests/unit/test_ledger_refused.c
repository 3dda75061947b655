/* test_ledger_refused.c - what a ledger is refused for, word by word; damaged files (3.1, part 8) */
#include <stddef.h>
#include <stdint.h>

#include "ledger_world.h"

#define AT(line, column, name) "ledger.csv:" line ": column " column " \"" name "\": "
#define GOOD_1 "CUSTOMER," GUID_1 "," GUID_A ",10000,coupled,,,,,,,,,,\n"

struct refused {
	const char *lines;	/* after the header */
	const char *messages;
};

static const struct refused cases[] = {
	/* states */
	{ "CUSTOMER," GUID_1 "," GUID_A ",,Coupled,,,,,,,,,,\n",
		AT("2", "5", "state") "\"Coupled\" is no state (did you mean \"coupled\"?)\n" },
	{ "CUSTOMER," GUID_1 "," GUID_A ",,pendingcrm,,,,,,,,,,\n",
		AT("2", "5", "state") "\"pendingcrm\" is no state (did you mean "
			"\"pending-crm\"?)\n" },
	{ "CUSTOMER," GUID_1 "," GUID_A ",,linked,,,,,,,,,,\n",
		AT("2", "5", "state") "\"linked\" is no state; write coupled, pending-erp, "
			"pending-crm, failed-create, removed, watermark or series\n" },
	{ "CUSTOMER," GUID_1 "," GUID_A ",,,,,,,,,,,,\n",
		AT("2", "5", "state") "is blank; write coupled, or what else the line is\n" },
	{ "," GUID_1 "," GUID_A ",,coupled,,,,,,,,,,\n",
		AT("2", "1", "mapping") "is blank, but only a series line has no mapping; give "
			"the name of the line's mapping\n" },
	/* ids */
	{ "CUSTOMER,4711," GUID_A ",,coupled,,,,,,,,,,\n",
		AT("2", "2", "erp_id") "\"4711\" is no Guid; correct it or take the line out\n" },
	{ "CUSTOMER," GUID_1 ",x" GUID_A ",,coupled,,,,,,,,,,\n",
		AT("2", "3", "crm_id") "\"x" GUID_A "\" is no Guid; correct it or take the line "
			"out\n" },
	{ "CUSTOMER,," GUID_A ",,coupled,,,,,,,,,,\n",
		AT("2", "2", "erp_id") "is blank, but a line with state coupled needs it; give "
			"it or take the line out\n" },
	{ "CUSTOMER,00000000-0000-0000-0000-000000000000," GUID_A ",,coupled,,,,,,,,,,\n",
		AT("2", "2", "erp_id") "is blank, but a line with state coupled needs it; give "
			"it or take the line out\n" },
	{ "CUSTOMER," GUID_1 ",,,coupled,,,,,,,,,,\n",
		AT("2", "3", "crm_id") "is blank, but a line with state coupled needs it; give "
			"it or take the line out\n" },
	{ "CUSTOMER," GUID_1 ",,,pending-erp,,,,,,,,,,\n",
		AT("2", "3", "crm_id") "is blank, but a line with state pending-erp needs it; "
			"give it or take the line out\n" },
	{ "CUSTOMER,,,,pending-crm,,,,,,,,,,\n",
		AT("2", "2", "erp_id") "is blank, but a line with state pending-crm needs it; "
			"give it or take the line out\n"
		AT("2", "3", "crm_id") "is blank, but a line with state pending-crm needs it; "
			"give it or take the line out\n" },
	{ "CUSTOMER," GUID_1 "," GUID_A ",,removed,,,,,,,,,,\n",
		AT("2", "5", "state") "removed needs exactly one of erp_id and crm_id, but both "
			"are given; correct the ids or the state\n" },
	{ "CUSTOMER,,,,failed-create,,,,,,,,,,\n",
		AT("2", "5", "state") "failed-create needs exactly one of erp_id and crm_id, but "
			"both are blank; correct the ids or the state\n" },
	{ "PRICES,\"USD,1\",seven,,coupled,,,,,,,,,,\n",
		AT("2", "3", "crm_id") "\"seven\" is no Integer, as rowid is; correct it or take "
			"the line out\n" },
	{ "PRICES,USD,7,,coupled,,,,,,,,,,\n",
		AT("2", "2", "erp_id") "\"USD\" has 1 of the 2 parts of the key of table Price; "
			"join all by commas\n" },
	{ "PRICES,\"USD,x\",7,,coupled,,,,,,,,,,\n",
		AT("2", "2", "erp_id") "\"x\" is no Integer, as Line No. is; correct it or take "
			"the line out\n" },
	{ "TERMS,NET,Net 30,,coupled,,,,,,,,,,\n",
		AT("2", "3", "crm_id") "\"Net 30\" is no Integer, as the number of an option is; "
			"correct it or take the line out\n" },
	/* other values */
	{ "CUSTOMER," GUID_1 "," GUID_A ",,coupled,2026-03-01,,,,,,,,,\n",
		AT("2", "6", "erp_modified_on") "\"2026-03-01\" is no time; write it as "
			"2026-03-01T09:30:00Z, or leave it blank\n" },
	{ "CUSTOMER," GUID_1 "," GUID_A ",,coupled,,2026-02-30T09:30:00Z,,,,,,,,\n",
		AT("2", "7", "crm_modified_on") "\"2026-02-30T09:30:00Z\" is no time; write it "
			"as 2026-03-01T09:30:00Z, or leave it blank\n" },
	{ "CUSTOMER," GUID_1 "," GUID_A ",,coupled,,,success,,,,,,,\n",
		AT("2", "8", "erp_result") "\"success\" is no result; write Success or Failure, "
			"or leave it blank\n" },
	{ "CUSTOMER," GUID_1 "," GUID_A ",,coupled,,,,OK,,,,,,\n",
		AT("2", "9", "crm_result") "\"OK\" is no result; write Success or Failure, or "
			"leave it blank\n" },
	{ "CUSTOMER," GUID_1 "," GUID_A ",,coupled,,,,,false,,,,,\n",
		AT("2", "10", "skipped") "\"false\" is neither true nor blank; write one of "
			"these\n" },
	/* twins */
	{ GOOD_1 "customer,{" GUID_1 "}," GUID_A ",x,pending-crm,,,,,,,,,,\n",
		AT("3", "2", "erp_id") "the pair \"" GUID_1 "\" and \"" GUID_A "\" of mapping "
			"CUSTOMER is on line 2 already; take one of the two lines out\n" },
	{ GOOD_1 "CUSTOMER," GUID_1 "," GUID_B ",,coupled,,,,,,,,,,\n",
		AT("3", "2", "erp_id") "\"" GUID_1 "\" of mapping CUSTOMER is on line 2 already, "
			"and a record is coupled only once; take one of the two lines out\n" },
	{ GOOD_1 "CUSTOMER,," GUID_A ",,removed,,,,,,,,,,\n",
		AT("3", "3", "crm_id") "\"" GUID_A "\" of mapping CUSTOMER is on line 2 already, "
			"and a row is coupled only once; take one of the two lines out\n" },
	{ GOOD_1 "CUSTOMER," GUID_2 "," GUID_B ",,coupled,,,,,,,,,,\nCUSTOMER," GUID_2 ","
		GUID_A ",,coupled,,,,,,,,,,\n",
		AT("4", "2", "erp_id") "\"" GUID_2 "\" of mapping CUSTOMER is on line 3 already, "
			"and a record is coupled only once; take one of the two lines out\n"
		AT("4", "3", "crm_id") "\"" GUID_A "\" of mapping CUSTOMER is on line 2 already, "
			"and a row is coupled only once; take one of the two lines out\n" },
	/* watermarks */
	{ "CUSTOMER,,,,watermark,,,,,,,,,,\nCUSTOMER,,,,watermark,,,,,,,,,,\n",
		AT("3", "5", "state") "mapping CUSTOMER has a watermark on line 2 already; take "
			"one of the two lines out\n" },
	{ "CUSTOMER," GUID_1 ",,,watermark,,,,,,,,,,\n",
		AT("2", "2", "erp_id") "must be blank on a watermark line, but holds \"" GUID_1
			"\"; clear it\n" },
	{ "CUSTOMER,,,,watermark,now,,,,,,,,,abc\n",
		AT("2", "15", "base") "must be blank on a watermark line, but holds \"abc\"; "
			"clear it\n"
		AT( "2", "6", "erp_modified_on") "\"now\" is no time; write it as "
			"2026-03-01T09:30:00Z, or leave it blank\n" },
	/* number series */
	{ "CUSTOMER,Customer,,C1,series,,,,,,,,,,\n",
		AT("2", "1", "mapping") "must be blank on a series line, but holds \"CUSTOMER\"; "
			"clear it, or correct the state\n" },
	{ ",,,C1,series,,,,,,,,,,\n",
		AT("2", "2", "erp_id") "is blank on a series line; give the table's name\n" },
	{ ",Customer,,,series,,,,,,,,,,\n",
		AT("2", "4", "erp_key") "is blank on a series line; give the last number used\n" },
	{ ",Customer,7,C1,series,,,,,,,,,,\n",
		AT("2", "3", "crm_id") "must be blank on a series line, but holds \"7\"; clear "
			"it\n" },
	{ ",Customer,,C1,series,,,,,,,,,,\n,customer,,C2,series,,,,,,,,,,\n",
		AT("3", "2", "erp_id") "the number series of table \"customer\" is on line 2 "
			"already; keep the line with the later number\n" },
	/* several at once, and the whole file */
	{ "CUSTOMER,x,y,,coupled,z,,no,,1,,,,,\n",
		AT("2", "2", "erp_id") "\"x\" is no Guid; correct it or take the line out\n"
		AT("2", "6", "erp_modified_on") "\"z\" is no time; write it as "
			"2026-03-01T09:30:00Z, or leave it blank\n"
		AT("2", "8", "erp_result") "\"no\" is no result; write Success or Failure, or "
			"leave it blank\n"
		AT("2", "3", "crm_id") "\"y\" is no Guid; correct it or take the line out\n"
		AT("2", "10", "skipped") "\"1\" is neither true nor blank; write one of these\n" },
	{ "CUSTOMER," GUID_1 "," GUID_A ",10000,coupled,,,,Success,,,,,1a2b3c4d-01,",
		"ledger.csv: the last line has no line end, so the file may have been cut "
			"short; take the whole file, or add the line end if nothing is missing\n" },
};

static const struct refused header_cases[] = {
	{ "mapping;erp_id;crm_id\n",
		"ledger.csv:1: this is no ledger: it has none of the columns mapping, erp_id, "
			"crm_id and so on, separated by commas; name the right file\n" },
	{ "mapping,erp_id,crm_id,erp_key,erp_modified_on,crm_modified_on,erp_result,crm_result,"
		"skipped,erp_failure,crm_failure,erp_job,crm_job,bass\n",
		"ledger.csv:1: column \"state\" is missing; add it\nledger.csv:1: column "
			"\"base\" is missing; add it\n" },
	{ HEADER ",x,Erp_Key\n",
		"ledger.csv:1: columns 4 and 17 are both \"erp_key\"; take one of them out\n" },
};

static void
expect_refused(struct str text, const char *wanted)
{
	struct world w;
	struct ledger ledger;
	struct diag diag = { 0 };
	struct buf messages = { 0 };

	bool is_good = world_load(&w, text, &ledger, &diag);
	world_messages(&diag, &messages);
	if (!str_equal(buf_str(&messages), str_from(wanted))) {
		fprintf(stderr, "--- shown\n%.*s--- wanted\n%s---\n", (int)messages.len,
			messages.len ? messages.ptr : "", wanted);
		fail();
	}
	assert_false(is_good);
	assert_int_equal(diag.status, STATUS_INVALID);
	buf_release(&messages);
	diag_release(&diag);
	ledger_release(&ledger);
}

static void
test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf text = { 0 };
		buf_printf(&text, "%s\n%s", HEADER, cases[i].lines);
		expect_refused(buf_str(&text), cases[i].messages);
		buf_release(&text);
	}
}

static void
test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(header_cases); i++)
		expect_refused(str_from(header_cases[i].lines), header_cases[i].messages);
}

/* A line with too few values is told, and those behind it are still checked. */
static void
test_bad_record(void **state)
{
	struct world w;
	struct ledger ledger;
	struct diag diag = { 0 };

	(void)state;
	assert_false(world_load(&w,
		STR(HEADER "\nCUSTOMER," GUID_1 "\nCUSTOMER,x," GUID_A ",,coupled,,,,,,,,,,\n"), &ledger,
		&diag));
	assert_int_equal(diag.status, STATUS_INVALID);
	assert_int_equal(diag.count, 2);
	assert_true(str_starts(diag.lines[0].text, STR("ledger.csv:2: ")));
	assert_true(
		str_starts(diag.lines[1].text, STR("ledger.csv:3: column 2 \"erp_id\": \"x\" is no Guid")));
	diag_release(&diag);
	ledger_release(&ledger);
}

/* What was wrong before in the same diag does not refuse the ledger. */
static void
test_earlier_findings(void **state)
{
	struct world w;
	struct ledger ledger;
	struct diag diag = { 0 };

	(void)state;
	diag_add(&diag, STATUS_INVALID, "something else");
	assert_true(world_load(&w, STR(HEADER "\n" GOOD_1), &ledger, &diag));
	diag_release(&diag);
	ledger_release(&ledger);
}

static const char small[] =
	HEADER ",remark\n"
	",Customer,,C00017,series,,,,,,,,,,,\n"
	"CUSTOMER,,,,watermark,2026-03-01T08:00:00Z,,,,,,,,,,\n"
	"CUSTOMER," GUID_1 "," GUID_A
	",10000,coupled,2026-03-01T08:00:00Z,,Success,,true,,\"a \"\"b\"\"\",1-01,,,x\n"
	"PRICES,\"USD,10\",7,,coupled,,,,,,,,,,,\n";

static bool
try_text(struct str text, struct buf *out)
{
	struct world w;
	struct ledger ledger;
	struct diag diag = { 0 };

	bool is_good = world_load(&w, text, &ledger, &diag);
	if (is_good && out)
		world_print(&w, &ledger, 1, out);
	assert_int_equal(is_good, diag.status == STATUS_OK);
	diag_release(&diag);
	ledger_release(&ledger);
	return is_good;
}

/*
 * Part 8: cut at every byte.  Only a cut between two lines leaves a ledger, that
 * of the lines before it, and one behind the last column that must be there.
 */
static void
test_cuts(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof small - 1; len++) {
		bool is_between = len > 0 && small[len - 1] == '\n';
		bool is_header = len == sizeof HEADER - 1;
		struct buf out = { 0 };
		assert_int_equal(try_text((struct str){ small, len }, &out), is_between || is_header);
		if (is_between)
			assert_true(str_equal(buf_str(&out), (struct str){ small, len }));
		buf_release(&out);
	}
}

/* Every bit flipped: refused, or read and printed again without harm. */
static void
test_flips(void **state)
{
	(void)state;
	for (size_t bit = 0; bit < (sizeof small - 1) * 8; bit++) {
		char text[sizeof small];
		struct buf first = { 0 };
		struct buf second = { 0 };
		memcpy(text, small, sizeof small);
		text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
		if (try_text((struct str){ text, sizeof small - 1 }, &first)) {
			assert_true(try_text(buf_str(&first), &second));
			assert_true(str_equal(buf_str(&first), buf_str(&second)));
		}
		buf_release(&first);
		buf_release(&second);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_bad_record),
		cmocka_unit_test(test_earlier_findings),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_flips),
	};

	return cmocka_run_group_tests(tests, world_enter, world_leave);
}
