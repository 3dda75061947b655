/* test_path.c - whether one path lies inside another, with links and missing parts (L2) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/output.h"
#include "io_help.h"

static const struct {
	const char *path;
	const char *folder;
	bool expected;
} inside[] = {
	{ "out", "out", true },
	{ "out/", "out", true },
	{ "out", "out/", true },
	{ "out/f", "out", true },
	{ "out/a/b", "out", true },
	{ "outer/f", "out", false },
	{ "out", "out/f", false },
	{ "f", "out", false },
	{ ".", "out", false },
	{ "out", ".", true },
	{ "real/f", "real", true },
	{ "link/f", "real", true },
	{ "real/f", "link", true },
	{ "link/new/deep", "real", true },
	{ "link/../f", "real", false },
	{ "real/../f", "real", false },
	{ "real/new/../../f", "real", false },
	{ "new/../real/f", "real", true },
	{ "new/./x", "new", true },
	{ "new//x", "new", true },
	{ "new2/x", "new", false },
	{ "dangling/x", "absent", false },
	{ "dangling", "nowhere", true },
	{ "dangling", "real", false },
};

static void
test_path_is_inside(void **state)
{
	struct help *help = *state;

	mkdir(help_path(help, "real"), 0755);
	assert_int_equal(symlink("real", help_path(help, "link")), 0);
	assert_int_equal(symlink("nowhere", help_path(help, "dangling")), 0);
	for (size_t i = 0; i < ARRAY_LEN(inside); i++) {
		char path[HELP_PATH * 2];
		snprintf(path, sizeof path, "%s/%s", help->folder, inside[i].path);
		if (path_is_inside(path, help_path(help, inside[i].folder)) != inside[i].expected)
			fail_msg("%s in %s", inside[i].path, inside[i].folder);
	}
	assert_true(path_is_inside("/etc", "/"));
	assert_true(path_is_inside("/", "/"));
	assert_false(path_is_inside("/", "/etc"));
	assert_true(path_is_inside("some/thing", "."));
	assert_true(path_is_inside("some/thing", "some"));
	assert_false(path_is_inside("..", "."));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path_is_inside),
	};

	return cmocka_run_group_tests(tests, help_begin, help_end);
}
