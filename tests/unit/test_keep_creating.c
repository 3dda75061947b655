/* test_keep_creating.c - the setup's text, changed so that later runs create records (1.2) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sync/keep_creating.h"
#include "sync/state.h"

#define ONLY " synch-only-coupled-records="

struct row {
	const char *before;
	const char *after;	/* NULL = nothing changes */
};

/* A run that handles the mappings A and "B&C", but not D. */
static bool
change(const char *text, struct buf *out, struct diag *diag)
{
	struct mapping mappings[] = {
		{ .name = STR("A"), .order = 0 },
		{ .name = STR("B&C"), .order = 1 },
		{ .name = STR("D"), .order = 2 },
	};
	struct mapping *list[] = { &mappings[0], &mappings[1], &mappings[2] };
	struct mapping_state states[] = { { .is_selected = true }, { .is_selected = true }, { 0 } };
	struct state state = { .mappings = states };
	struct run run = { .state = &state, .setup = { .mappings = list, .mapping_count = 3, .bytes = str_from(text) } };
	bool ok = keep_creating(&run, diag);

	buf_add(out, run.changed_setup);
	arena_release(&run.setup.arena);
	return ok;
}

static void
mappings_of_the_run_are_changed(void **state)
{
	static const struct row rows[] = {
		{ "", NULL },
		{ "no markup", NULL },
		{ "<mapping name=\"A\"/>", "<mapping name=\"A\"" ONLY "\"false\"/>" },
		{ "<mapping name=\"a\" table='x>y'>z", "<mapping name=\"a\"" ONLY "\"false\" table='x>y'>z" },
		{ "<mapping" ONLY "\"true\" name=\"A\">", "<mapping" ONLY "\"false\" name=\"A\">" },
		{ "<mapping name = 'A'" ONLY "'1'  >", "<mapping name = 'A'" ONLY "'false'  >" },
		{ "<mapping name=\"A\"" ONLY "\"false\">", NULL },
		{ "<mapping name=\"A\"" ONLY "\" 0 \">", NULL },
		{ "<mapping name=\"D\">", NULL },
		{ "<mapping name=\"B&amp;C\">", "<mapping name=\"B&amp;C\"" ONLY "\"false\">" },
		{ "<mapping name=\"B&#38;C\">", "<mapping name=\"B&#38;C\"" ONLY "\"false\">" },
		{ "<s:mapping\n\tname=\"A\"\n>", "<s:mapping\n\tname=\"A\"" ONLY "\"false\"\n>" },
		{ "<!-- <mapping name=\"A\"> --><a/>", NULL },
		{ "<![CDATA[<mapping name=\"A\">]]>", NULL },
		{ "<?p <mapping name=\"A\"> ?>", NULL },
		{ "<reference mapping=\"A\" name=\"A\"/></mapping>", NULL },
		{ "<option-mapping name=\"A\"/>", "<option-mapping name=\"A\"" ONLY "\"false\"/>" },
		{ "<option-mapping name=\"D\"/>", NULL },
		{ "<integration-option name=\"A\"/>", NULL },
		{ "<mapping name=\"D\"/>\r\n<mapping name=\"A\"/> é", "<mapping name=\"D\"/>\r\n<mapping name=\"A\"" ONLY
			"\"false\"/> é" },
		{ "<mapping name=\"A", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct diag diag = { 0 };
		struct buf out = { 0 };
		assert_true(change(rows[i].before, &out, &diag));
		buf_add_char(&out, '\0');
		assert_string_equal(out.ptr, rows[i].after ? rows[i].after : "");
		buf_release(&out);
		diag_release(&diag);
	}
}

static void
other_encodings_are_refused(void **state)
{
	struct run run = { .setup = { .path = STR("s.xml"), .bytes = { "<\0a\0/\0>\0", 8 } } };
	struct diag diag = { 0 };

	(void)state;
	assert_false(keep_creating(&run, &diag));
	assert_int_equal(diag.status, STATUS_INVALID);
	diag_release(&diag);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mappings_of_the_run_are_changed),
		cmocka_unit_test(other_encodings_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
