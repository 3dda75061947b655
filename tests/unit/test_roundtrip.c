/* test_roundtrip.c - values that would change on their way there and back (1.2, E24) */
#include "sync/prove/roundtrip.h"
#include "sync_world.h"

enum { ROWS = 20000 };

/* Customers and accounts of all numbers below ROWS, in an order that the step makes; some values change. */
static void
write_rows(struct sync_world *w, size_t step)
{
	struct buf rows = { 0 };

	for (size_t i = 0; i < ROWS; i++) {
		size_t n = i * step % ROWS;
		buf_printf(&rows, "K%05zu,Adatum,%s%05zu,,,e0000000-0000-4000-8000-0000000%05zu,,\n", n,
			n % 7 == 3 ? "longer " : "", n, n);
	}
	buf_add_char(&rows, '\0');
	world_export(w, ERP, rows.ptr);
	buf_reset(&rows);
	for (size_t i = 0; i < ROWS; i++) {
		size_t n = i * step % ROWS;
		buf_printf(&rows, "c0000000-0000-4000-8000-0000000%05zu,%s,Adatum,%05zu,,,,\n", n,
			n % 5 == 4 ? "a b" : "AB", n);
	}
	buf_add_char(&rows, '\0');
	world_export(w, CRM, rows.ptr);
	buf_release(&rows);
}

static void
add_found(struct buf *out, const struct roundtrips *found)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct roundtrip *item = &found->items[i];
		buf_printf(out, "%.*s %.*s %s %llu %.*s [%.*s] [%.*s]\n", STR_ARG(item->mapping->name),
			STR_ARG(item->field->name), direction_arrow(item->direction),
			(unsigned long long)item->count, STR_ARG(item->key), STR_ARG(item->value),
			STR_ARG(item->back));
	}
}

/* The count, and the first example by key, whatever the order of rows and the number of threads. */
static void
first_by_key(void **state)
{
	static const struct world_spec spec = {
		.fields = "<table-filter field='No.'>&lt;&gt;K00003</table-filter>"
			"<field table-field='Name' integration-field='name'/>"
			"<field table-field='Phone' integration-field='phone'/>"
			"<field table-field='Group' integration-field='number'/>",
		.erp_fields = "<field name='Group' type='Code'/>", .erp_columns = ",Group",
	};
	static const struct { size_t step; unsigned threads; } cases[] = {
		{ 1, 1 }, { 1, 4 }, { 19999, 1 }, { 19999, 3 }, { 7919, 8 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sync_world w;
		struct roundtrips found = { 0 };
		char name[40];
		world_begin(&w, spec, "", "", "");
		write_rows(&w, cases[i].step);
		w.options.threads = cases[i].threads;
		world_load(&w);
		roundtrip_check(&w.run, &found);
		buf_reset(&w.text);
		add_found(&w.text, &found);
		snprintf(name, sizeof name, "step %zu, %u threads", cases[i].step, cases[i].threads);
		expect(&w, name, buf_str(&w.text),
			"CUSTOMER Phone ERP->CRM 2856 K00010 [longer 00010] [longer 000]\n"
			"CUSTOMER number CRM->ERP 4000 c0000000-0000-4000-8000-000000000004 [a b] [A B]\n");
		roundtrips_release(&found);
		world_end(&w);
	}
}

/* Mappings in run order, fields in the order of the setup, To before From; disabled ones not at all. */
static void
order_of_findings(void **state)
{
	static const struct world_spec spec = {
		.fields = "<field table-field='Phone' integration-field='phone'/>"
			"<field table-field='Home' integration-field='credit' status='Disabled'/>"
			"<field table-field='Name' integration-field='number'/>",
		.more = "<mapping name='FIRST' table='Customer' integration-table='account' direction='Bidirectional'>"
			"<field table-field='Home' integration-field='credit'/></mapping>"
			"<mapping name='OFF' table='Customer' integration-table='account' direction='Bidirectional' "
			"enabled='false'><field table-field='Home' integration-field='credit'/></mapping>",
		.mapping = "direction='Bidirectional' depends-on='FIRST'",
	};
	struct sync_world w;
	struct roundtrips found = { 0 };

	(void)state;
	world_begin(&w, spec, "1,A name of more than 20 characters,12345678901,,1.50," E(1) ",\n,,,,x," E(2) ",\n",
		C(1) ",,,,5,,,\n", "");
	world_load(&w);
	roundtrip_check(&w.run, &found);
	buf_reset(&w.text);
	add_found(&w.text, &found);
	expect(&w, "order", buf_str(&w.text),
		"FIRST Home ERP->CRM 1 1 [1.50] [1.5]\n"
		"CUSTOMER Phone ERP->CRM 1 1 [12345678901] [1234567890]\n"
		"CUSTOMER Name ERP->CRM 1 1 [A name of more than 20 characters] [A name of more than ]\n");
	roundtrips_release(&found);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_by_key),
		cmocka_unit_test(order_of_findings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
