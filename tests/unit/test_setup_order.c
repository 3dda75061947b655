/* test_setup_order.c - run order of mappings, and signatures of field mappings */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/setup.h"

#define START "<setup xmlns='urn:couplet:setup:1'>"
#define TABLES                                                                                               \
	"<erp><table name='E'><source path='e'/><field name='k' role='key'/><field name='g' type='Guid'/>"   \
	"<field name='D' type='Decimal'/></table></erp>"                                                     \
	"<crm><table name='C'><source path='c'/><field name='u' role='uid'/></table></crm>"
#define MAPPING(name, attributes, more)                                                                      \
	"<mapping name='" name "' table='E' integration-table='C' direction='Bidirectional' " attributes ">" \
	"<field table-field='k' integration-field='n'/>" more "</mapping>"
#define TO_MAPPING(name) "<field table-field='f" name "' integration-field='g" name "' reference='" name "'/>"

static void
load_text(struct setup *setup, const char *text)
{
	FILE *file = fopen("couplet.xml", "wb");
	struct diag diag = { 0 };

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	bool is_good = setup_load(setup, "couplet.xml", &diag);
	for (size_t i = 0; i < diag.count; i++)
		print_error("%.*s\n", STR_ARG(diag.lines[i].text));
	assert_true(is_good);
	diag_release(&diag);
}

/* Names in document order and in run order. */
static void
test_order(void **state)
{
	static const struct {
		const char *mappings;
		const char *order;
	} cases[] = {
		{ MAPPING("A", "", "") MAPPING("B", "", ""), "AB" },
		{ MAPPING("A", "depends-on='C'", "") MAPPING("B", "", "") MAPPING("C", "enabled='false'", ""),
			"BCA" },
		{ MAPPING("A", "", TO_MAPPING("B")) MAPPING("B", "", ""), "BA" },
		/* References on a cycle do not order; neither does one to itself. */
		{ MAPPING("A", "", TO_MAPPING("B")) MAPPING("B", "", TO_MAPPING("A") TO_MAPPING("B")), "AB" },
		{ MAPPING("A", "", TO_MAPPING("B")) MAPPING("B", "", TO_MAPPING("C"))
				MAPPING("C", "", TO_MAPPING("A")) MAPPING("D", "", ""),
			"ABCD" },
		/* depends-on is stronger than a reference. */
		{ MAPPING("A", "depends-on='B'", "") MAPPING("B", "", TO_MAPPING("A")), "BA" },
		{ MAPPING("A", "", TO_MAPPING("C")) MAPPING("B", "depends-on='A'", "") MAPPING("C", "", ""),
			"CAB" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct setup setup;
		char text[4096];
		char order[8] = { 0 };
		snprintf(text, sizeof text, START TABLES "%s</setup>", cases[i].mappings);
		load_text(&setup, text);
		for (size_t m = 0; m < setup.mapping_count; m++) {
			assert_int_equal(setup.mappings[m]->order, m);
			order[m] = setup.mappings[m]->name.ptr[0];
		}
		assert_string_equal(order, cases[i].order);
		setup_release(&setup);
	}
}

static uint64_t
signature_of(const char *before, const char *attributes)
{
	struct setup setup;
	char text[4096];

	snprintf(text, sizeof text,
		START TABLES "%s<mapping name='M' table='E' integration-table='C' "
			     "direction='Bidirectional'>\n\n<field %s/></mapping></setup>",
		before, attributes);
	load_text(&setup, text);
	const struct mapping *mapping = setup_find_mapping(&setup, STR("M"));
	uint64_t signature = mapping->fields[0].signature;
	setup_release(&setup);
	return signature;
}

static void
test_signatures(void **state)
{
	static const char *const same[] = {
		"table-field='G' integration-field='N ' direction='Bidirectional'",
		"table-field='g' integration-field='n' match='true' match-priority='3' validate-field='1'",
		"integration-field='n' table-field='g' not-null='false' ignore-record-when-unresolved='0'",
	};
	static const char *const others[] = {
		"table-field='k' integration-field='n'",
		"table-field='g' integration-field='n' direction='ToIntegrationTable'",
		"table-field='g' integration-field='n' not-null='true'",
		"table-field='g' integration-field='n' clear-value-on-failed-sync='true'",
		"table-field='g' integration-field='n' reference='M'",
		"table-field='g' integration-field='n' reference='O'",
		"table-field='g' integration-field='n' value-map='V'",
		"integration-field='n' constant='1'",
		"integration-field='n' constant='2'",
	};
	static const char *const map =
		"<value-map code='V'><value erp='*' crm='1'/></value-map>" MAPPING("O", "", "");
	static const char *const changed =
		"<value-map code='V'><value erp='*' crm='2'/></value-map>" MAPPING("O", "", "");
	uint64_t base = signature_of(map, "table-field='g' integration-field='n'");
	uint64_t seen[ARRAY_LEN(others)];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		assert_true(signature_of(map, same[i]) == base);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		seen[i] = signature_of(map, others[i]);
		assert_true(seen[i] != base);
		for (size_t j = 0; j < i; j++)
			assert_true(seen[i] != seen[j]);
	}
	assert_true(signature_of(changed, others[6]) != seen[6]);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_signatures),
	};
	char folder[] = "/tmp/test_setup_order.XXXXXX";

	if (!mkdtemp(folder) || chdir(folder) != 0)
		return 1;
	int failed = cmocka_run_group_tests_name("setup_order", tests, NULL, NULL);
	unlink("couplet.xml");
	if (chdir("/") == 0)
		rmdir(folder);
	return failed;
}
