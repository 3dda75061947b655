/*
 * ledger_world.h - a small setup made by hand, and ledgers as texts, for the tests of the ledger
 */
#ifndef LEDGER_WORLD_H
#define LEDGER_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/ledger.h"
#include "model/value.h"

#define HEADER                                                                                               \
	"mapping,erp_id,crm_id,erp_key,state,erp_modified_on,crm_modified_on,erp_result,crm_result,skipped," \
	"erp_failure,crm_failure,erp_job,crm_job,base"

#define GUID_1 "11111111-1111-4111-8111-111111111111"
#define GUID_2 "22222222-2222-4222-8222-222222222222"
#define GUID_3 "33333333-3333-4333-8333-333333333333"
#define GUID_A "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
#define GUID_B "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
#define GUID_C "cccccccc-cccc-4ccc-8ccc-cccccccccccc"

enum { M_CUSTOMER, M_CURRENCY, M_PRICES, M_OFF, M_TERMS, MAPPING_COUNT };

/* Mappings by Guids, by a Code, by a key of two fields and a number, a disabled one, and one of options. */
struct world {
	struct field erp_guid, erp_code, erp_line, crm_guid, crm_number;
	struct field *customer_keys[1], *price_keys[2];
	struct table_def customer, currency, prices, account, row;
	struct table_def *erp_tables[3], *crm_tables[2];
	struct mapping mappings[MAPPING_COUNT];
	struct mapping *in_order[MAPPING_COUNT];
	struct setup setup;
};

static void
world_init(struct world *w)
{
	*w = (struct world){ 0 };
	w->erp_guid = (struct field){ .name = STR("SystemId"), .type = TYPE_GUID, .role = ROLE_UID };
	w->erp_code =
		(struct field){ .name = STR("Code"), .type = TYPE_CODE, .length = 10, .role = ROLE_KEY };
	w->erp_line = (struct field){ .name = STR("Line No."), .type = TYPE_INTEGER, .role = ROLE_KEY };
	w->crm_guid = (struct field){ .name = STR("accountid"), .type = TYPE_GUID, .role = ROLE_UID };
	w->crm_number = (struct field){ .name = STR("rowid"), .type = TYPE_INTEGER, .role = ROLE_UID };
	w->customer_keys[0] = w->price_keys[0] = &w->erp_code;
	w->price_keys[1] = &w->erp_line;
	w->customer = (struct table_def){
		.name = STR("Customer"), .keys = w->customer_keys, .key_count = 1, .uid = &w->erp_guid
	};
	w->currency = (struct table_def){ .name = STR("Currency"), .keys = w->customer_keys, .key_count = 1 };
	w->prices = (struct table_def){ .name = STR("Price"), .keys = w->price_keys, .key_count = 2 };
	w->account = (struct table_def){ .name = STR("account"), .side = CRM, .uid = &w->crm_guid };
	w->row = (struct table_def){ .name = STR("row"), .side = CRM, .uid = &w->crm_number };
	w->erp_tables[0] = &w->customer;
	w->erp_tables[1] = &w->currency;
	w->erp_tables[2] = &w->prices;
	w->crm_tables[0] = &w->account;
	w->crm_tables[1] = &w->row;
	w->mappings[M_CUSTOMER] = (struct mapping){
		.name = STR("CUSTOMER"), .is_enabled = true, .tables = { &w->customer, &w->account }
	};
	w->mappings[M_CURRENCY] = (struct mapping){
		.name = STR("CURRENCY"), .is_enabled = true, .tables = { &w->currency, &w->account }
	};
	w->mappings[M_PRICES] = (struct mapping){
		.name = STR("PRICES"), .is_enabled = true, .tables = { &w->prices, &w->row }
	};
	w->mappings[M_OFF] = (struct mapping){ .name = STR("OFF"), .tables = { &w->customer, &w->account } };
	w->mappings[M_TERMS] = (struct mapping){ .name = STR("TERMS"),
		.is_enabled = true,
		.is_option_mapping = true,
		.tables = { &w->currency, NULL } };
	for (uint32_t i = 0; i < MAPPING_COUNT; i++) {
		w->mappings[i].order = i;
		w->in_order[i] = &w->mappings[i];
	}
	w->setup.systems[ERP] = (struct system){ .side = ERP, .tables = w->erp_tables, .table_count = 3 };
	w->setup.systems[CRM] = (struct system){ .side = CRM, .tables = w->crm_tables, .table_count = 2 };
	w->setup.mappings = w->in_order;
	w->setup.mapping_count = MAPPING_COUNT;
}

/* Writes the text into a file of the working directory. */
static inline void
world_put(const char *path, struct str text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

static inline bool
world_load(struct world *w, struct str text, struct ledger *ledger, struct diag *diag)
{
	world_init(w);
	world_put("ledger.csv", text);
	return ledger_load(ledger, &w->setup, STR("ledger.csv"), false, diag);
}

static inline bool
world_sink(void *context, struct str text)
{
	buf_add(context, text);
	return true;
}

static inline uint64_t
world_print(const struct world *w, const struct ledger *ledger, unsigned threads, struct buf *out)
{
	uint64_t records = 0;

	assert_true(ledger_write(ledger, &w->setup, threads, world_sink, out, &records));
	return records;
}

/* All messages, a line each; notices begin with "notice: ". */
static inline void
world_messages(const struct diag *diag, struct buf *out)
{
	for (size_t i = 0; i < diag->count; i++)
		buf_printf(out, "%s%.*s\n", diag->lines[i].is_notice ? "notice: " : "",
			(int)diag->lines[i].text.len, diag->lines[i].text.ptr);
}

/* The test's own empty folder, where it works; removed at the end. */
static char world_folder[] = "/tmp/couplet-ledger-XXXXXX";

static inline int
world_enter(void **state)
{
	(void)state;
	return mkdtemp(world_folder) && chdir(world_folder) == 0 ? 0 : -1;
}

static inline int
world_leave(void **state)
{
	(void)state;
	unlink("ledger.csv");
	return chdir("/") == 0 && rmdir(world_folder) == 0 ? 0 : -1;
}

#endif
