/* test_ledger.c - the ledger file: what is read, kept and written (part 3) */
#include <stddef.h>
#include <stdint.h>

#include "ledger_world.h"

#include <zlib.h>

/* Every state, values to be made canonical, extra columns between the others, in no order. */
static const char wild[] =
	"owner,mapping,crm_id,erp_id,STATE,erp_key,crm_modified_on,erp_modified_on,erp_result,crm_result,"
	"skipped,"
	"erp_failure,crm_failure,erp_job,crm_job,base,\"note, long\"\r\n"
	"ann,customer,{AAAAAAAA-AAAA-4AAA-8AAA-AAAAAAAAAAAA}," GUID_2
	",coupled,10000,2026-03-01T10:30:00+01:00,"
	"2026-03-01T09:30:00.120Z,Success,Failure,true,,\"update-conflict: "
	"\"\"Name\"\"\",r1-01,r1-02,Axx,\r\n"
	",OLD,b,a,whatever,k,yesterday,,,,,,,,,,\"x\r\ny\"\r\n"
	"bob,CUSTOMER,,,watermark,,2026-03-01T09:00:00Z,2026-03-01T08:00:00.000Z,,,,,,,,,\r\n"
	",CUSTOMER," GUID_B ",,pending-erp,,,2026-01-01T00:00:00Z,,,,,,,,,first\r\n"
	",CUSTOMER," GUID_C ", 11111111-1111-4111-8111-11111111111A ,pending-crm,20000,,,,,,,,,,,\r\n"
	",PRICES,008,,removed,,,,,,,,,,,,\r\n"
	",CURRENCY,,eur,failed-create,EUR,,,,Failure,,,\"a,b\",,,,\r\n"
	",PRICES,+7,\"usd,010\",coupled,,,,,,,,,,,,\r\n"
	",TERMS,99999,net30,coupled,,,,,,,,,,,,\r\n"
	",off," GUID_B "," GUID_B ",coupled,,,,,,,,,,,,\r\n"
	",OFF,,,watermark,,,,,,,,,,,,\r\n"
	"eve,,,currency,series,C00017,,,,,,,,,,,\r\n"
	",,,Bank,series,B1,,,,,,,,,,,\r\n"
	",CUSTOMER,," GUID_3 ",removed,,,,,,,,,,,,\r\n";

static const char tame[] =
	HEADER ",owner,\"note, long\"\n"
	",Bank,,B1,series,,,,,,,,,,,,\n"
	",Currency,,C00017,series,,,,,,,,,,,eve,\n"
	"CUSTOMER,,,,watermark,2026-03-01T08:00:00Z,2026-03-01T09:00:00Z,,,,,,,,,bob,\n"
	"CUSTOMER,," GUID_B ",,pending-erp,2026-01-01T00:00:00Z,,,,,,,,,,,first\n"
	"CUSTOMER,11111111-1111-4111-8111-11111111111a," GUID_C ",20000,pending-crm,,,,,,,,,,,,\n"
	"CUSTOMER," GUID_2 "," GUID_A
	",10000,coupled,2026-03-01T09:30:00.120Z,2026-03-01T09:30:00Z,Success,Failure,"
	"true,,\"update-conflict: \"\"Name\"\"\",r1-01,r1-02,Axx,ann,\n"
	"CUSTOMER," GUID_3 ",,,removed,,,,,,,,,,,,\n"
	"CURRENCY,EUR,,EUR,failed-create,,,,Failure,,,\"a,b\",,,,,\n"
	"PRICES,,8,,removed,,,,,,,,,,,,\n"
	"PRICES,\"USD,10\",7,,coupled,,,,,,,,,,,,\n"
	"OFF,,,,watermark,,,,,,,,,,,,\n"
	"off," GUID_B "," GUID_B ",,coupled,,,,,,,,,,,,\n"
	"TERMS,NET30,99999,,coupled,,,,,,,,,,,,\n"
	"OLD,a,b,k,whatever,,yesterday,,,,,,,,,,\"x\r\ny\"\n";

static const char notices[] = "notice: ledger.csv:%u: the number series of table \"Bank\", which is not in "
			      "the setup, is kept as it is\n"
			      "notice: ledger.csv: mapping \"%s\" %s; its lines (%u) are kept as they are\n"
			      "notice: ledger.csv: mapping \"%s\" %s; its lines (%u) are kept as they are\n";

static void
expect_text(const struct buf *shown, const char *wanted)
{
	if (str_equal(buf_str(shown), str_from(wanted)))
		return;
	fprintf(stderr, "--- shown\n%.*s--- wanted\n%s---\n", (int)shown->len, shown->len ? shown->ptr : "",
		wanted);
	fail();
}

static void
expect_round_trip(const char *from, unsigned threads, const char *told)
{
	struct world w;
	struct ledger ledger;
	struct diag diag = { 0 };
	struct buf out = { 0 };
	struct buf messages = { 0 };

	bool is_good = world_load(&w, str_from(from), &ledger, &diag);
	world_messages(&diag, &messages);
	expect_text(&messages, told);
	assert_true(is_good);
	assert_int_equal(diag.status, STATUS_OK);
	assert_int_equal(world_print(&w, &ledger, threads, &out), 14);
	assert_int_equal(ledger.records, 14);
	assert_int_equal(ledger.digest.size, strlen(from));
	expect_text(&out, tame);
	buf_release(&out);
	buf_release(&messages);
	diag_release(&diag);
	ledger_release(&ledger);
}

static void
test_round_trip(void **state)
{
	char told[1024];

	(void)state;
	snprintf(told, sizeof told, notices, 15, "OLD", "is not in the setup", 1, "off",
		"is disabled in the setup", 2);
	expect_round_trip(wild, 1, told);
	snprintf(told, sizeof told, notices, 2, "OFF", "is disabled in the setup", 2, "OLD",
		"is not in the setup", 1);
	expect_round_trip(tame, 3, told);
}

static void
test_in_memory(void **state)
{
	struct world w;
	struct ledger ledger;
	struct diag diag = { 0 };

	(void)state;
	assert_true(world_load(&w, str_from(tame), &ledger, &diag));
	assert_int_equal(ledger.count, 8);
	assert_int_equal(ledger.extra_count, 2);
	assert_true(str_equal(ledger.extra[1], STR("note, long")));

	uint32_t n = ledger_find(&ledger, M_CUSTOMER, ERP, STR(GUID_2));
	assert_int_not_equal(n, INDEX_NONE);
	const struct coupling *c = &ledger.couplings[n];
	assert_int_equal(c->state, STATE_COUPLED);
	assert_int_equal(c->line, 7);
	assert_int_equal(c->row[ERP], UINT32_MAX);
	assert_int_equal(coupling_result(c, ERP), RESULT_SUCCESS);
	assert_int_equal(coupling_result(c, CRM), RESULT_FAILURE);
	assert_true(c->is_skipped);
	assert_true(c->time[ERP] == INT64_C(1772357400120));
	assert_true(str_equal(coupling_find_rest(c)->failure[CRM], STR("update-conflict: \"Name\"")));
	assert_true(str_equal(ledger_job(&ledger, c, CRM), STR("r1-02")));
	assert_true(str_equal(coupling_base_text(c), STR("Axx")));
	assert_int_equal(ledger_find(&ledger, M_CUSTOMER, CRM, STR(GUID_A)), n);
	assert_int_equal(ledger_find(&ledger, M_CURRENCY, CRM, STR(GUID_A)), INDEX_NONE);
	assert_int_equal(ledger_find(&ledger, M_CUSTOMER, CRM, STR("")), INDEX_NONE);
	assert_true(
		ledger.couplings[ledger_find(&ledger, M_TERMS, CRM, STR("99999"))].time[ERP] == STAMP_NONE);

	ledger.couplings[n].is_dropped = true;
	assert_int_equal(ledger_find(&ledger, M_CUSTOMER, ERP, STR(GUID_2)), INDEX_NONE);
	uint32_t added = ledger_add(&ledger, M_CUSTOMER);
	assert_int_equal(added, 8);
	assert_true(ledger.couplings[added].time[CRM] == STAMP_NONE);
	ledger_set_id(&ledger, added, ERP, packed_copy(&ledger.arena, STR(GUID_2)));
	assert_int_equal(ledger_find(&ledger, M_CUSTOMER, ERP, STR(GUID_2)), added);
	ledger_set_id(&ledger, added, ERP, packed_copy(&ledger.arena, STR(GUID_1)));
	assert_int_equal(ledger_find(&ledger, M_CUSTOMER, ERP, STR(GUID_2)), INDEX_NONE);
	assert_int_equal(ledger_find(&ledger, M_CUSTOMER, ERP, STR(GUID_1)), added);
	ledger_rest(&ledger, added)->failure[ERP] = STR("x");
	assert_true(ledger_rest(&ledger, added)->failure[ERP].len == 1);

	assert_true(str_equal(ledger_find_series(&ledger, STR("CURRENCY")), STR("C00017")));
	ledger_set_series(&ledger, STR("Currency"), STR("C00018"));
	assert_true(str_equal(ledger_find_series(&ledger, STR("Currency")), STR("C00018")));
	assert_int_equal(ledger_find_series(&ledger, STR("Customer")).len, 0);
	ledger_set_series(&ledger, STR("Customer"), STR("1"));
	assert_int_equal(ledger.series_count, 2);

	struct buf out = { 0 };
	assert_int_equal(world_print(&w, &ledger, 1, &out), 15);
	buf_add_char(&out, '\0');
	assert_non_null(strstr(out.ptr,
		"\n,Bank,,B1,series,,,,,,,,,,,,\n,Currency,,C00018,series,,,,,,,,,,,eve,\n"
		",Customer,,1,series,,,,,,,,,,,,\nCUSTOMER,,,,watermark"));
	assert_non_null(strstr(out.ptr, "\nCUSTOMER," GUID_1 ",,,coupled,,,,,,x,,,,,,\n"));
	assert_null(strstr(out.ptr, GUID_2));
	assert_string_equal(coupling_state_name(STATE_FAILED_CREATE), "failed-create");
	buf_release(&out);
	diag_release(&diag);
	ledger_release(&ledger);
}

static void
test_missing_file(void **state)
{
	struct world w;
	struct ledger ledger;
	struct diag diag = { 0 };
	struct buf out = { 0 };

	(void)state;
	world_init(&w);
	assert_false(ledger_load(&ledger, &w.setup, STR("none.csv"), false, &diag));
	assert_int_equal(diag.status, STATUS_INVALID);
	world_messages(&diag, &out);
	expect_text(&out,
		"none.csv: there is no such ledger; give --new-ledger if this is the first run, else name "
		"the right file\n");
	ledger_release(&ledger);
	buf_reset(&out);
	assert_true(ledger_load(&ledger, &w.setup, STR("none.csv"), true, &diag));
	assert_true(ledger.is_new);
	ledger.watermarks[M_TERMS].is_present = true;
	assert_int_equal(world_print(&w, &ledger, 1, &out), 1);
	expect_text(&out, HEADER "\nTERMS,,,,watermark,,,,,,,,,,\n");
	buf_release(&out);
	diag_release(&diag);
	ledger_release(&ledger);
}

static void
test_compressed(void **state)
{
	struct world w;
	struct ledger ledger;
	struct diag diag = { 0 };
	gzFile file = gzopen("ledger.csv", "wb");
	struct buf out = { 0 };

	(void)state;
	assert_non_null(file);
	assert_int_equal(gzwrite(file, tame, sizeof tame - 1), sizeof tame - 1);
	assert_int_equal(gzclose(file), Z_OK);
	world_init(&w);
	assert_true(ledger_load(&ledger, &w.setup, STR("ledger.csv"), false, &diag));
	world_print(&w, &ledger, 2, &out);
	expect_text(&out, tame);
	buf_release(&out);
	diag_release(&diag);
	ledger_release(&ledger);
}

/* --- many lines --- */

enum { MANY = 30000 };

static void
fill(struct ledger *ledger, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		/* A walk over all numbers below 2^15, far from sorted. */
		unsigned n = (unsigned)(i * 20021 + 7) & 0x7fff;
		uint32_t number = ledger_add(ledger, n % 3 == 0 ? M_CURRENCY : M_CUSTOMER);
		struct str id = arena_printf(&ledger->arena,
			n % 3 == 0 ? "%08X" : "%08x-1111-4111-8111-111111111111", n * 0x9e3779b1u);
		struct str crm = arena_printf(&ledger->arena, "%08x-2222-4111-8111-111111111111", n);
		if (n % 5 == 0)
			ledger->couplings[number].state = STATE_PENDING_ERP;
		else
			ledger_set_id(ledger, number, ERP, packed_copy(&ledger->arena, id));
		ledger_set_id(ledger, number, CRM, packed_copy(&ledger->arena, crm));
		ledger->couplings[number].time[ERP] = 1000 * (int64_t)n;
		ledger->couplings[number].is_dropped = n % 7 == 0;
	}
}

/* Whether the lines are in the order of 3.1 (the mappings here are not in the order of their names). */
static void
expect_order(struct str text)
{
	struct str last = { NULL, 0 };
	unsigned last_order = 0;

	str_cut(text, '\n', &text);
	while (text.len) {
		struct str rest;
		struct str line = str_cut(text, '\n', &text);
		unsigned order = str_equal(str_cut(line, ',', &rest), STR("CUSTOMER")) ? 0 : 1;
		assert_true(order >= last_order);
		if (last.ptr && order == last_order)
			assert_true(str_compare(last, rest) < 0);
		last = rest;
		last_order = order;
	}
}

static bool
stop_at_once(void *context, struct str text)
{
	size_t *calls = context;

	(void)text;
	return ++*calls < 3;
}

static void
test_many(void **state)
{
	struct world w;
	struct ledger ledger;
	struct diag diag = { 0 };
	struct buf outs[3] = { { 0 } };
	size_t calls = 0;
	uint64_t records;

	(void)state;
	world_init(&w);
	assert_true(ledger_load(&ledger, &w.setup, STR("none.csv"), true, &diag));
	fill(&ledger, MANY);
	for (unsigned i = 0; i < 3; i++) {
		world_print(&w, &ledger, i + 1, &outs[i]);
		assert_true(str_equal(buf_str(&outs[i]), buf_str(&outs[0])));
	}
	expect_order(buf_str(&outs[0]));
	assert_false(ledger_write(&ledger, &w.setup, 2, stop_at_once, &calls, &records));
	assert_int_equal(calls, 3);
	ledger_release(&ledger);

	struct buf again = { 0 };
	assert_true(world_load(&w, buf_str(&outs[0]), &ledger, &diag));
	assert_int_equal(world_print(&w, &ledger, 2, &again), ledger.records);
	assert_true(str_equal(buf_str(&again), buf_str(&outs[0])));
	for (size_t i = 0; i < ledger.count; i++)
		for (enum side side = ERP; side <= CRM; side++)
			if (coupling_has_id(&ledger.couplings[i], side))
				assert_int_equal(ledger_find(&ledger, ledger.couplings[i].mapping, side,
							 ledger_id(&ledger, &ledger.couplings[i], side)),
					i);
	buf_release(&again);
	for (unsigned i = 0; i < 3; i++)
		buf_release(&outs[i]);
	diag_release(&diag);
	ledger_release(&ledger);
}

/*
 * Keys that begin alike, which are not told apart by their first bytes, and others
 * before and behind them: one of `every`.
 */
static void
fill_skewed(struct ledger *ledger, size_t count, unsigned every)
{
	for (size_t i = 0; i < count; i++) {
		unsigned n = (unsigned)(i * 20021 + 7) & 0x7fff;
		unsigned kind = n % every;
		uint32_t number = ledger_add(ledger, M_CURRENCY);
		struct str id = kind == 0 ? arena_printf(&ledger->arena, "%u", n)
			: kind == 1       ? arena_printf(&ledger->arena, "\xc3\xa9%u", n)
			: n % 2 == 0 ? arena_printf(&ledger->arena, "SHARED-BY-ALMOST-ALL-%x", n)
				     : arena_printf(&ledger->arena, "SHARED-BY-ALMOST-ALL-AND-%u", n);
		struct str crm = arena_printf(&ledger->arena, "%08x-2222-4111-8111-111111111111", n);
		ledger_set_id(ledger, number, ERP, packed_copy(&ledger->arena, id));
		ledger_set_id(ledger, number, CRM, packed_copy(&ledger->arena, crm));
	}
}

static void
test_skewed(void **state)
{
	static const unsigned everys[] = { 3, 8, 3001 };

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(everys); k++) {
		struct world w;
		struct ledger ledger;
		struct diag diag = { 0 };
		struct buf outs[2] = { { 0 } };
		world_init(&w);
		assert_true(ledger_load(&ledger, &w.setup, STR("none.csv"), true, &diag));
		fill_skewed(&ledger, MANY, everys[k]);
		for (unsigned i = 0; i < ARRAY_LEN(outs); i++)
			assert_int_equal(world_print(&w, &ledger, i * 2 + 1, &outs[i]), MANY);
		assert_true(str_equal(buf_str(&outs[0]), buf_str(&outs[1])));
		expect_order(buf_str(&outs[0]));
		buf_release(&outs[0]);
		buf_release(&outs[1]);
		ledger_release(&ledger);
		diag_release(&diag);
	}
}

/* Couplings are found as before under their new numbers, and the file is the same. */
static void
test_reorder(void **state)
{
	static uint32_t order[MANY];
	static uint32_t places[MANY];
	static int64_t times[MANY];
	struct world w;
	struct ledger ledger;
	struct diag diag = { 0 };
	struct buf outs[2] = { { 0 } };

	(void)state;
	world_init(&w);
	assert_true(ledger_load(&ledger, &w.setup, STR("none.csv"), true, &diag));
	fill(&ledger, MANY);
	world_print(&w, &ledger, 1, &outs[0]);
	for (uint32_t i = 0; i < MANY; i++) {
		order[i] = i < 10 ? i : 10 + (i * 7) % (MANY - 10);	/* 29990 is no multiple of 7 */
		times[i] = ledger.couplings[i].time[ERP];
	}
	ledger_reorder(&ledger, order, places, 3);
	for (uint32_t i = 0; i < MANY; i++) {
		const struct coupling *c = &ledger.couplings[places[i]];
		assert_true(c->time[ERP] == times[i]);
		if (!c->is_dropped)
			assert_int_equal(ledger_find(&ledger, c->mapping, CRM, ledger_id(&ledger, c, CRM)),
				places[i]);
	}
	world_print(&w, &ledger, 1, &outs[1]);
	assert_true(str_equal(buf_str(&outs[0]), buf_str(&outs[1])));
	for (unsigned i = 0; i < 2; i++)
		buf_release(&outs[i]);
	diag_release(&diag);
	ledger_release(&ledger);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_in_memory),
		cmocka_unit_test(test_missing_file),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_skewed),
		cmocka_unit_test(test_reorder),
	};

	return cmocka_run_group_tests(tests, world_enter, world_leave);
}
