/* test_match.c - which record is which row: criteria, groups, hits (E36 to E38) */
#include "sync_world.h"

#include "base/buf.h"
#include "sync/match/match.h"
#include "sync/match/match_report.h"

/* A small generator of its own, so that a failure comes again. */
static uint32_t
next_number(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Keys of a few different values, some of which take no part. */
static void
make_keys(struct match_key *keys, uint32_t count, uint32_t values, uint32_t *seed)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t value = next_number(seed) % values;
		keys[i] = (struct match_key){ .hash = (value / 2 + 1) * UINT64_C(0x9e3779b97f4a7c15),
			.tag = (uint32_t)value % 2,
			.item = next_number(seed) % 11 == 0 ? MATCH_NO_ITEM : i };
	}
}

static bool
is_same_key(const struct match_key *a, const struct match_key *b)
{
	return a->item != MATCH_NO_ITEM && b->item != MATCH_NO_ITEM && a->hash == b->hash && a->tag == b->tag;
}

static void
check_join(uint32_t key_count, uint32_t wanted_count, uint32_t values, unsigned threads)
{
	struct match_key *keys = memory_new(key_count, sizeof *keys);
	struct match_key *wanted = memory_new(wanted_count, sizeof *wanted);
	uint32_t *rows = memory_new(key_count, sizeof *rows);
	struct match_found *found = memory_new(wanted_count, sizeof *found);
	uint32_t seed = key_count * 31 + values;

	make_keys(keys, key_count, values, &seed);
	make_keys(wanted, wanted_count, values + 3, &seed);
	match_join(&(struct match_join){
		threads, keys, key_count, wanted, wanted_count, rows, found });
	for (uint32_t i = 0; i < wanted_count; i++) {
		uint32_t count = 0;
		for (uint32_t k = 0; k < key_count; k++)
			count += is_same_key(&keys[k], &wanted[i]);
		assert_int_equal(found[i].count, count);
		for (uint32_t k = 0; k < count; k++) {
			assert_true(is_same_key(&keys[rows[found[i].begin + k]], &wanted[i]));
			/* In the order of rows, so each is there once. */
			assert_true(k == 0 || rows[found[i].begin + k] > rows[found[i].begin + k - 1]);
		}
	}
	free(keys);
	free(wanted);
	free(rows);
	free(found);
}

static void
test_join(void **state)
{
	static const uint32_t sizes[][3] = {
		{ 0, 0, 1 }, { 0, 5, 2 }, { 5, 0, 2 }, { 1, 1, 1 }, { 300, 200, 1 }, { 300, 200, 40 },
		{ 9000, 100, 1 }, { 9000, 100, 70 }, { 40000, 60, 30000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		for (unsigned threads = 1; threads <= 3; threads += 2)
			check_join(sizes[i][0], sizes[i][1], sizes[i][2], threads);
}

/* `10000=1 20000:no-match`: the last digit of the row's uid, or why there is none. */
static struct str
tell(struct sync_world *w, const struct matches *m)
{
	buf_reset(&w->text);
	for (uint32_t i = 0; i < m->record_count; i++) {
		const struct match_record *record = &m->records[i];
		struct str uid = record->crm_row == TABLE_NO_ROW
			? STR("")
			: table_uid(m->tables[CRM], record->crm_row);
		buf_printf(&w->text, "%s%.*s", i ? " " : "",
			STR_ARG(table_key(m->tables[ERP], record->erp_row)));
		if (uid.len)
			buf_printf(&w->text, "=%c", uid.ptr[uid.len - 1]);
		else
			buf_printf(&w->text, ":%s", code_name(record->reason));
	}
	return buf_str(&w->text);
}

static void
expect_matches(struct sync_world *w, const char *name, const char *expected)
{
	struct matches m;

	world_assess(w);
	match_find(&m, &w->run, world_mapping(w, "CUSTOMER"));
	expect(w, name, tell(w, &m), expected);
	match_release(&m);
}

#define MATCH(erp, crm, more) "<field table-field='" erp "' integration-field='" crm "' match='true' " more "/>"
#define ERP_ROW(key, name, phone, credit, n) key "," name "," phone "," credit ",," E(n) "," T0 "\n"
#define CRM_ROW(n, number, name, phone, credit) C(n) "," number "," name "," phone "," credit ",," T0 ",\n"

static const struct {
	const char *name;
	const char *fields;
	const char *erp;
	const char *crm;
	const char *expected;
} matches[] = {
	{ "equal but for case", MATCH("Name", "name", ""), ERP_ROW("1", "Ärger", "", "", 1),
		CRM_ROW(1, "", "äRGER", "", "") CRM_ROW(2, "", "Arger", "", ""), "1=1" },
	{ "case counts", MATCH("Name", "name", "match-case-sensitive='true'"),
		ERP_ROW("1", "Adatum", "", "", 1) ERP_ROW("2", "Trey", "", "", 2),
		CRM_ROW(1, "", "ADATUM", "", "") CRM_ROW(2, "", "Trey", "", ""), "1:no-match 2=2" },
	{ "whole values", MATCH("Name", "name", ""), ERP_ROW("1", "Adatum", "", "", 1),
		CRM_ROW(1, "", "Adatum Corporation", "", ""), "1:no-match" },
	{ "longer than the CRM field", MATCH("Phone", "phone", ""), ERP_ROW("1", "", "12345678901", "", 1),
		CRM_ROW(1, "", "", "1234567890", ""), "1:no-match" },
	{ "blank text is no criterion", MATCH("Name", "name", ""), ERP_ROW("1", "", "", "", 1),
		CRM_ROW(1, "", "", "", ""), "1:no-criterion" },
	{ "only blanks", MATCH("Name", "name", ""), ERP_ROW("1", "  ", "", "", 1), CRM_ROW(1, "", "  ", "", ""),
		"1:no-criterion" },
	{ "a blank number is a value", MATCH("Credit", "credit", ""),
		ERP_ROW("1", "", "", "", 1) ERP_ROW("2", "", "", "7.50", 2),
		CRM_ROW(1, "", "", "", "0.0") CRM_ROW(2, "", "", "", "7.5"), "1=1 2=2" },
	{ "a code is not case-sensitive by itself", MATCH("No.", "number", ""), ERP_ROW("c1", "", "", "", 1),
		CRM_ROW(1, "c1", "", "", ""), "C1=1" },
	{ "criteria of different subsets", MATCH("Name", "name", "") MATCH("Phone", "phone", ""),
		ERP_ROW("1", "Adatum", "", "", 1) ERP_ROW("2", "", "55", "", 2) ERP_ROW("3", "Trey", "77", "", 3),
		CRM_ROW(1, "", "Adatum", "99", "") CRM_ROW(2, "", "Zed", "55", "")
			CRM_ROW(3, "", "Trey", "78", ""),
		"1=1 2=2 3:no-match" },
	{ "several", MATCH("Name", "name", ""), ERP_ROW("1", "Adatum", "", "", 1),
		CRM_ROW(1, "", "Adatum", "", "") CRM_ROW(2, "", "ADATUM", "", ""), "1:several-matches" },
	{ "shared", MATCH("Name", "name", ""),
		ERP_ROW("1", "Adatum", "", "", 1) ERP_ROW("2", "adatum", "", "", 2) ERP_ROW("3", "Trey", "", "", 3),
		CRM_ROW(1, "", "Adatum", "", "") CRM_ROW(2, "", "Trey", "", ""),
		"1:shared-match 2:shared-match 3=2" },
	{ "a shared row is free for a later group",
		MATCH("Name", "name", "") MATCH("Phone", "phone", "match-priority='1'"),
		ERP_ROW("1", "Adatum", "5", "", 1) ERP_ROW("2", "Adatum", "6", "", 2),
		CRM_ROW(1, "", "Adatum", "5", ""), "1=1 2:shared-match" },
	{ "taken by an earlier group, found by a later one",
		MATCH("Name", "name", "") MATCH("Phone", "phone", "match-priority='1'"),
		ERP_ROW("1", "Adatum", "", "", 1) ERP_ROW("2", "", "5", "", 2),
		CRM_ROW(1, "", "Adatum", "5", ""), "1=1 2:match-taken" },
	{ "the last group with candidates tells why",
		MATCH("Name", "name", "") MATCH("Phone", "phone", "match-priority='1'")
			MATCH("No.", "number", "match-priority='2'"),
		ERP_ROW("1", "Adatum", "5", "", 1),
		CRM_ROW(1, "", "Adatum", "5", "") CRM_ROW(2, "", "Adatum", "5", "")
			CRM_ROW(3, "", "Adatum", "6", ""),
		"1:several-matches" },
	{ "a bad value", MATCH("Credit", "credit", "") MATCH("Name", "name", "match-priority='1'"),
		ERP_ROW("1", "Adatum", "", "much", 1) ERP_ROW("2", "Trey", "", "many", 2),
		CRM_ROW(1, "", "Adatum", "", "much"), "1=1 2:not-convertible" },
};

static void
test_matches(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(matches); i++) {
		struct sync_world w;
		world_begin(&w, (struct world_spec){ .fields = matches[i].fields }, matches[i].erp,
			matches[i].crm, "");
		expect_matches(&w, matches[i].name, matches[i].expected);
		world_end(&w);
	}
}

/* What the ledger knows takes records and rows out of the matching, or does not. */
static void
test_ledger_lines(void **state)
{
	static const struct {
		const char *line;
		const char *expected;
	} lines[] = {
		{ "", "1=1" },
		{ LINE(E(1), C(2), "1", "coupled", T0 "," T0), "" },
		{ LINE(E(9), C(1), "9", "coupled", T0 "," T0), "1:match-taken" },
		{ LINE(E(1), C(9), "1", "pending-crm", T0 "," T2), "" },
		{ LINE(E(1), "", "1", "removed", ","), "1=1" },
		{ LINE("", C(1), "", "removed", ","), "1=1" },
		{ LINE("", C(1), "8", "pending-erp", T0 "," T0), "1:match-taken" },
		{ LINE(E(1), "", "1", "failed-create", T0 ","), "1=1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct sync_world w;
		world_begin(&w, (struct world_spec){ .fields = MATCH("Name", "name", "") },
			ERP_ROW("1", "Adatum", "", "", 1),
			CRM_ROW(1, "", "Adatum", "", "") CRM_ROW(2, "", "Trey", "", ""), lines[i].line);
		expect_matches(&w, lines[i].line, lines[i].expected);
		world_end(&w);
	}
}

enum { CROWD = 60, GROUPS_OF_CROWD = 3, VALUES = 24 };

/* Records and rows with few different values; each has one for each group of match fields. */
struct crowd {
	unsigned values[SIDES][CROWD][GROUPS_OF_CROWD];	/* 0 = blank */
	unsigned order[SIDES][CROWD];
};

static void
shuffle(unsigned *order, uint32_t *seed)
{
	for (unsigned i = CROWD; i > 1; i--) {
		unsigned k = next_number(seed) % i;
		unsigned kept = order[i - 1];
		order[i - 1] = order[k];
		order[k] = kept;
	}
}

static void
write_crowd(struct sync_world *w, const struct crowd *crowd)
{
	static const char letters[SIDES] = { 'e', 'c' };
	char rows[CROWD * 128];

	for (enum side side = ERP; side < SIDES; side++) {
		size_t len = 0;
		for (unsigned i = 0; i < CROWD; i++) {
			unsigned number = crowd->order[side][i];
			const unsigned *v = crowd->values[side][number];
			char texts[GROUPS_OF_CROWD][12] = { "", "", "" };
			for (unsigned g = 0; g < GROUPS_OF_CROWD; g++)
				if (v[g])
					snprintf(texts[g], sizeof texts[g], "%c%u", side == ERP ? 'x' : 'X', v[g]);
			char uid[40];
			snprintf(uid, sizeof uid, "%c0000000-0000-4000-8000-0000000000%02u", letters[side], number);
			len += (size_t)(side == ERP
					? snprintf(rows + len, sizeof rows - len, "%02u,%s,%s,,%s,%s," T0 "\n", number,
						  texts[0], texts[1], texts[2], uid)
					: snprintf(rows + len, sizeof rows - len, "%s,,%s,%s,,%s," T0 ",\n", uid, texts[0],
						  texts[1], texts[2]));
		}
		world_export(w, side, rows);
	}
}

/* E36 and E37 once more, in the plainest way; partner by record number, -1 = none. */
static void
match_plainly(const struct crowd *crowd, int *partners)
{
	bool taken[CROWD] = { false };

	for (unsigned i = 0; i < CROWD; i++)
		partners[i] = -1;
	for (unsigned g = 0; g < GROUPS_OF_CROWD; g++) {
		int hits[CROWD];
		for (unsigned i = 0; i < CROWD; i++) {
			unsigned value = crowd->values[ERP][i][g];
			unsigned count = 0;
			hits[i] = -1;
			for (unsigned k = 0; partners[i] < 0 && value && k < CROWD; k++)
				if (crowd->values[CRM][k][g] == value) {
					hits[i] = (int)k;
					count++;
				}
			if (count != 1)
				hits[i] = -1;
		}
		for (unsigned i = 0; i < CROWD; i++) {
			bool is_shared = false;
			for (unsigned k = 0; k < CROWD; k++)
				is_shared |= k != i && hits[i] >= 0 && hits[k] == hits[i];
			if (hits[i] >= 0 && !taken[hits[i]] && !is_shared)
				partners[i] = hits[i];
		}
		for (unsigned i = 0; i < CROWD; i++)
			if (partners[i] >= 0)
				taken[partners[i]] = true;
	}
}

static void
check_crowd(struct sync_world *w, const struct crowd *crowd, struct buf *first)
{
	int partners[CROWD];
	struct matches m;

	write_crowd(w, crowd);
	match_plainly(crowd, partners);
	world_assess(w);
	match_find(&m, &w->run, world_mapping(w, "CUSTOMER"));
	assert_int_equal(m.record_count, CROWD);
	for (unsigned i = 0; i < CROWD; i++) {
		uint32_t row = m.records[i].crm_row;
		struct str uid = row == TABLE_NO_ROW ? STR("") : table_uid(m.tables[CRM], row);
		int found = uid.len ? (uid.ptr[34] - '0') * 10 + uid.ptr[35] - '0' : -1;
		assert_int_equal(found, partners[i]);
	}
	/* The codes, too, are the same whatever the order of rows. */
	struct str told = tell(w, &m);
	if (first->len == 0)
		buf_add(first, told);
	assert_true(str_equal(told, buf_str(first)));
	match_release(&m);
	world_unload(w);
}

static void
test_order_decides_nothing(void **state)
{
	struct world_spec spec = { .fields = MATCH("Name", "name", "") MATCH("Phone", "phone", "match-priority='1'")
					   MATCH("Home", "home", "match-priority='2'") };
	uint32_t seed = 7;

	(void)state;
	for (unsigned round = 0; round < 10; round++) {
		struct sync_world w;
		struct crowd crowd;
		struct buf first = { 0 };
		for (enum side side = ERP; side < SIDES; side++)
			for (unsigned i = 0; i < CROWD; i++) {
				crowd.order[side][i] = i;
				for (unsigned g = 0; g < GROUPS_OF_CROWD; g++)
					crowd.values[side][i][g] = next_number(&seed) % (VALUES * (g + 1));
			}
		world_begin(&w, spec, "", "", "");
		for (unsigned order = 0; order < 4; order++) {
			w.options.threads = order + 1;
			check_crowd(&w, &crowd, &first);
			shuffle(crowd.order[ERP], &seed);
			shuffle(crowd.order[CRM], &seed);
		}
		buf_release(&first);
		world_end(&w);
	}
}

/* E38: every candidate once, by priority and uid; of very many the first. */
static void
test_candidates(void **state)
{
	struct sync_world w;
	struct matches m;
	struct buf rows = { 0 };

	(void)state;
	for (unsigned i = 0; i < MATCH_LINES + 5; i++)
		buf_printf(&rows, "c0000000-0000-4000-8000-%012u,,Adatum,%s,,," T0 ",\n",
			MATCH_LINES + 5 - i, i < 2 ? "5" : "");
	buf_add_char(&rows, '\0');
	world_begin(&w,
		(struct world_spec){
			.fields = MATCH("Name", "name", "") MATCH("Phone", "phone", "match-priority='4'") },
		ERP_ROW("1", "Adatum", "5", "", 1) ERP_ROW("2", "Nobody", "", "", 2), rows.ptr, "");
	world_assess(&w);
	match_find(&m, &w.run, world_mapping(&w, "CUSTOMER"));
	assert_int_equal(match_report(&m, &w.run, 0, false), 2);
	const struct plan *plan = &w.run.plan;
	assert_int_equal(plan->candidate_count, MATCH_LINES + 1);
	for (size_t i = 1; i < MATCH_LINES - 2; i++)
		assert_true(str_compare(table_uid(m.tables[CRM], plan->candidates[i - 1].crm_row),
				    table_uid(m.tables[CRM], plan->candidates[i].crm_row))
			< 0);
	/* The group that tells most keeps its lines. */
	assert_int_equal(plan->candidates[MATCH_LINES - 3].priority, 0);
	assert_int_equal(plan->candidates[MATCH_LINES - 2].priority, 4);
	assert_int_equal(plan->candidates[MATCH_LINES - 1].priority, 4);
	assert_int_equal(plan->candidates[MATCH_LINES].crm_row, TABLE_NO_ROW);
	assert_int_equal(plan->candidates[MATCH_LINES].reason, CODE_NO_MATCH);
	expect(&w, "message", plan->findings[0].message, "2 rows of account have Phone \"5\"");
	match_release(&m);
	buf_release(&rows);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_ledger_lines),
		cmocka_unit_test(test_order_decides_nothing),
		cmocka_unit_test(test_candidates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
