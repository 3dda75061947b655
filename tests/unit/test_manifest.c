/* test_manifest.c - manifest.xml as commit reads it: what is damaged or leads elsewhere is refused (L3) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "cmd/manifest.h"
#include "io_help.h"

#define BEGIN "<manifest xmlns='urn:couplet:manifest:1' run='12345678'>"
#define LEDGER "<ledger in='none' out='xxh3-128:1'/>"
#define OUTPUTS "<outputs><output path='ledger.csv' digest='xxh3-128:1'/><output path='erp/a' digest='d'/></outputs>"
#define END "</manifest>"

static void
write_manifest(struct help *help, const char *text)
{
	snprintf(help->path, sizeof help->path, "%s/manifest.xml", help->folder);
	FILE *file = fopen(help->path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static void
a_manifest_is_read(void **state)
{
	struct help *help = *state;
	struct manifest manifest = { 0 };
	struct diag diag = { 0 };

	write_manifest(help, BEGIN "<inputs/>" LEDGER OUTPUTS END);
	assert_true(manifest_read(&manifest, help->folder, &diag));
	assert_true(str_equal(manifest.run, STR("12345678")));
	assert_true(str_equal(manifest.ledger_in, STR("none")));
	assert_true(str_equal(manifest.ledger_out, STR("xxh3-128:1")));
	assert_int_equal(manifest.output_count, 2);
	assert_true(str_equal(manifest.outputs[1].path, STR("erp/a")));
	manifest_release(&manifest);
	diag_release(&diag);
}

static void
others_are_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"no xml",
		"<manifest run='1'>" LEDGER OUTPUTS END,
		BEGIN LEDGER OUTPUTS,
		BEGIN OUTPUTS END,
		BEGIN LEDGER END,
		BEGIN "<ledger in='none'/>" OUTPUTS END,
		BEGIN LEDGER "<outputs><output path='ledger.csv'/></outputs>" END,
		BEGIN LEDGER "<outputs><output path='../ledger.csv' digest='d'/></outputs>" END,
		BEGIN LEDGER "<outputs><output path='a/../../b' digest='d'/></outputs>" END,
		BEGIN LEDGER "<outputs><output path='/etc/passwd' digest='d'/></outputs>" END,
		"<!DOCTYPE manifest>" BEGIN LEDGER OUTPUTS END,
	};
	struct help *help = *state;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct manifest manifest = { 0 };
		struct diag diag = { 0 };
		write_manifest(help, texts[i]);
		assert_false(manifest_read(&manifest, help->folder, &diag));
		assert_int_equal(diag.status, STATUS_INVALID);
		manifest_release(&manifest);
		diag_release(&diag);
	}
}

static void
no_manifest_is_told(void **state)
{
	struct manifest manifest = { 0 };
	struct diag diag = { 0 };

	(void)state;
	assert_false(manifest_read(&manifest, "/nowhere", &diag));
	assert_int_equal(diag.status, STATUS_INVALID);
	manifest_release(&manifest);
	diag_release(&diag);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_manifest_is_read, help_begin, help_end),
		cmocka_unit_test_setup_teardown(others_are_refused, help_begin, help_end),
		cmocka_unit_test(no_manifest_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
