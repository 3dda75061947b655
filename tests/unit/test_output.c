/* test_output.c - the output folder appears whole or not at all */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/memory.h"
#include "io/digest.h"
#include "io/output.h"
#include "io_help.h"

static const char *const modes_wanted = "700 600";

/* The names in the temporary folder, sorted, with a blank behind each. */
static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
list(const struct help *help, struct buf *out)
{
	char *names[16];
	size_t count = 0;
	DIR *dir = opendir(help->folder);
	const struct dirent *entry;

	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && count < 16)
			names[count++] = strdup(entry->d_name);
	closedir(dir);
	qsort(names, count, sizeof *names, compare_names);
	buf_reset(out);
	for (size_t i = 0; i < count; i++) {
		buf_printf(out, "%s ", names[i]);
		free(names[i]);
	}
	buf_add_char(out, '\0');
}

static void
assert_listing(const struct help *help, const char *expected)
{
	struct buf names = { 0 };

	list(help, &names);
	assert_string_equal(names.ptr, expected);
	buf_release(&names);
}

static void
assert_message(const struct diag *diag, enum status status, const char *part)
{
	assert_int_equal(diag->count, 1);
	assert_int_equal(diag->status, status);
	if (!strstr(diag->lines[0].text.ptr, part))
		fail_msg("'%s' lacks '%s'", diag->lines[0].text.ptr, part);
}

static void
write_file(struct output *out, const char *name, const char *text, uint64_t records, struct diag *diag)
{
	assert_true(output_file_begin(out, str_from(name), diag));
	buf_add(output_buffer(out), str_from(text));
	assert_true(output_flush(out, diag));
	assert_true(output_file_end(out, records, diag));
}

static void
assert_content(const char *folder, const char *name, const char *expected)
{
	char path[HELP_PATH * 3];
	struct buf text = { 0 };

	snprintf(path, sizeof path, "%s/%s", folder, name);
	help_read(path, &text);
	buf_add_char(&text, '\0');
	assert_string_equal(text.ptr, expected);
	buf_release(&text);
}

static void
test_publish(void **state)
{
	struct help *help = *state;
	struct diag diag = { 0 };
	struct output out = { 0 };
	struct stat folder;
	struct stat file;
	char modes[32];
	char target[HELP_PATH * 2 + 1];

	snprintf(target, sizeof target, "%s/", help_path(help, "out"));	/* a slash at the end is fine */
	assert_true(output_begin(&out, target, &diag));
	write_file(&out, "manifest.xml", "<m/>\n", 0, &diag);
	write_file(&out, "erp/01-Customer.create.csv", "No\n1\n2\n", 2, &diag);
	write_file(&out, "erp/02-Item.create.csv", "", 0, &diag);
	write_file(&out, "a/b/c", "deep", 1, &diag);
	assert_listing(help, ".out.couplet-staging ");
	assert_true(output_publish(&out, &diag));
	assert_listing(help, "out ");
	assert_content(target, "manifest.xml", "<m/>\n");
	assert_content(target, "erp/01-Customer.create.csv", "No\n1\n2\n");
	assert_content(target, "erp/02-Item.create.csv", "");
	assert_content(target, "a/b/c", "deep");

	assert_int_equal(out.file_count, 4);
	assert_true(str_equal(out.files[1].name, STR("erp/01-Customer.create.csv")));
	assert_int_equal(out.files[1].records, 2);
	struct file_digest want = digest_bytes(STR("No\n1\n2\n"));
	assert_memory_equal(&out.files[1].digest, &want, sizeof want);

	assert_int_equal(stat(help_path(help, "out/erp"), &folder), 0);
	assert_int_equal(stat(help_path(help, "out/erp/01-Customer.create.csv"), &file), 0);
	snprintf(modes, sizeof modes, "%o %o", folder.st_mode & 0777, file.st_mode & 0777);
	assert_string_equal(modes, modes_wanted);
	output_release(&out);
	output_release(&out);
	assert_listing(help, "out ");
	assert_int_equal(diag.count, 0);
	folder_remove(help_path(help, "out"));
}

/* More than a buffer, and more files than are kept open. */
static void
test_large(void **state)
{
	struct help *help = *state;
	struct diag diag = { 0 };
	struct output out = { 0 };
	struct buf want = { 0 };
	struct buf read = { 0 };

	assert_true(output_begin(&out, help_path(help, "out"), &diag));
	for (unsigned i = 0; i < 100; i++) {
		char name[16];
		snprintf(name, sizeof name, "f%u", i);
		write_file(&out, name, name, 1, &diag);
	}
	assert_true(output_file_begin(&out, STR("large"), &diag));
	for (unsigned i = 0; i < 2000000; i++) {
		buf_add_u64(output_buffer(&out), i);
		assert_true(output_flush(&out, &diag));
		buf_add_u64(&want, i);
	}
	assert_true(output_file_end(&out, 1, &diag));
	assert_true(output_publish(&out, &diag));
	help_read(help_path(help, "out/large"), &read);
	assert_true(str_equal(buf_str(&read), buf_str(&want)));
	struct file_digest digest = digest_bytes(buf_str(&want));
	assert_memory_equal(&out.files[100].digest, &digest, sizeof digest);
	assert_content(help_path(help, "out"), "f99", "f99");
	output_release(&out);
	buf_release(&want);
	buf_release(&read);
	folder_remove(help_path(help, "out"));
}

static void
test_empty_target_is_replaced(void **state)
{
	struct help *help = *state;
	struct diag diag = { 0 };
	struct output out = { 0 };

	mkdir(help_path(help, "out"), 0755);
	assert_true(output_begin(&out, help_path(help, "out"), &diag));
	write_file(&out, "f", "x", 1, &diag);
	assert_true(output_publish(&out, &diag));
	output_release(&out);
	assert_content(help_path(help, "out"), "f", "x");
	folder_remove(help_path(help, "out"));
	assert_listing(help, "");
}

static void
make_nothing(struct help *help)
{
	(void)help;
}

static void
make_full_folder(struct help *help)
{
	mkdir(help_path(help, "out"), 0755);
	help_write(help, "out/mine", STR("x"));
}

static void
make_file(struct help *help)
{
	help_write(help, "out", STR("x"));
}

static void
make_link(struct help *help)
{
	mkdir(help_path(help, "elsewhere"), 0755);
	assert_int_equal(symlink("elsewhere", help_path(help, "out")), 0);
}

static const struct {
	const char *target;	/* within the temporary folder, or as it is if it begins with '=' */
	void (*prepare)(struct help *);
	enum status status;
	const char *message;
	const char *listing;
} refused[] = {
	{ "out", make_full_folder, STATUS_USAGE, "/out: exists and is not empty; name a new folder", "out " },
	{ "out", make_file, STATUS_USAGE, "/out: exists and is no folder; name a new folder", "out " },
	{ "out", make_link, STATUS_USAGE, "/out: is a symbolic link; name the folder", "elsewhere out " },
	{ "absent/out", make_nothing, STATUS_IO, "/absent: no output folder can be made here: No such", "" },
	{ "=.", make_nothing, STATUS_USAGE, ".: an output folder needs a name of its own", "" },
	{ "=..", make_nothing, STATUS_USAGE, "..: an output folder needs a name of its own", "" },
	{ "=/", make_nothing, STATUS_USAGE, "/: an output folder needs a name of its own", "" },
	{ "=", make_nothing, STATUS_USAGE, ": an output folder needs a name of its own", "" },
};

static void
test_refused(void **state)
{
	struct help *help = *state;

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct diag diag = { 0 };
		struct output out = { 0 };
		const char *target = refused[i].target;
		refused[i].prepare(help);
		target = *target == '=' ? target + 1 : help_path(help, target);
		assert_false(output_begin(&out, target, &diag));
		output_release(&out);
		assert_message(&diag, refused[i].status, refused[i].message);
		assert_listing(help, refused[i].listing);
		folder_remove(help_path(help, "out"));
		folder_remove(help_path(help, "elsewhere"));
		diag_release(&diag);
	}
}

/* Without publishing, nothing stays, at whatever point it ends. */
static void
test_release_leaves_nothing(void **state)
{
	struct help *help = *state;

	for (unsigned point = 0; point < 4; point++) {
		struct diag diag = { 0 };
		struct output out = { 0 };
		assert_true(output_begin(&out, help_path(help, "out"), &diag));
		if (point >= 1)
			write_file(&out, "erp/a", "x", 1, &diag);
		if (point >= 2)
			assert_true(output_file_begin(&out, STR("erp/b"), &diag));
		if (point >= 3)
			buf_add(output_buffer(&out), STR("half"));
		output_release(&out);
		assert_listing(help, "");
	}
}

/* What a killed run left goes, but not what its links lead to. */
static void
test_earlier_staging_is_removed(void **state)
{
	struct help *help = *state;
	struct diag diag = { 0 };
	struct output out = { 0 };

	mkdir(help_path(help, "kept"), 0755);
	help_write(help, "kept/mine", STR("x"));
	mkdir(help_path(help, ".out.couplet-staging"), 0700);
	mkdir(help_path(help, ".out.couplet-staging/erp"), 0700);
	help_write(help, ".out.couplet-staging/erp/old", STR("x"));
	assert_int_equal(symlink("../kept", help_path(help, ".out.couplet-staging/link")), 0);
	assert_true(output_begin(&out, help_path(help, "out"), &diag));
	write_file(&out, "new", "y", 1, &diag);
	assert_true(output_publish(&out, &diag));
	output_release(&out);
	assert_int_not_equal(access(help_path(help, "out/erp"), F_OK), 0);
	assert_int_equal(access(help_path(help, "kept/mine"), F_OK), 0);
	folder_remove(help_path(help, "out"));

	/* A link in its place is removed itself. */
	assert_int_equal(symlink("kept", help_path(help, ".out.couplet-staging")), 0);
	assert_true(output_begin(&out, help_path(help, "out"), &diag));
	output_release(&out);
	assert_int_equal(access(help_path(help, "kept/mine"), F_OK), 0);
	assert_listing(help, "kept ");
	folder_remove(help_path(help, "kept"));
}

/* Somebody writes into the target meanwhile: theirs stays, ours does not appear. */
static void
test_target_filled_meanwhile(void **state)
{
	struct help *help = *state;
	struct diag diag = { 0 };
	struct output out = { 0 };

	assert_true(output_begin(&out, help_path(help, "out"), &diag));
	write_file(&out, "f", "x", 1, &diag);
	make_full_folder(help);
	assert_false(output_publish(&out, &diag));
	assert_message(&diag, STATUS_IO, ".out.couplet-staging: cannot be renamed to the output folder: ");
	output_release(&out);
	assert_listing(help, "out ");
	assert_int_equal(access(help_path(help, "out/mine"), F_OK), 0);
	folder_remove(help_path(help, "out"));
	diag_release(&diag);
}

/* Runs the function in a process of its own; its exit status, or -1 when it was killed. */
static int
in_child(struct help *help, void (*run)(struct help *))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		run(help);
		_exit(99);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
exit_while_writing(struct help *help)
{
	struct diag diag = { 0 };
	struct output out = { 0 };

	if (output_begin(&out, help_path(help, "out"), &diag) &&
	    output_file_begin(&out, STR("erp/f"), &diag)) {
		buf_add(output_buffer(&out), STR("half"));
		exit(STATUS_IO);
	}
}

static void
die_while_writing(struct help *help)
{
	struct diag diag = { 0 };
	struct output out = { 0 };

	if (output_begin(&out, help_path(help, "out"), &diag) && output_file_begin(&out, STR("erp/f"), &diag))
		kill(getpid(), SIGKILL);
}


static void
test_exit_leaves_nothing(void **state)
{
	struct help *help = *state;

	assert_int_equal(in_child(help, exit_while_writing), STATUS_IO);
	assert_listing(help, "");
}

static void
test_killed_run_is_no_obstacle(void **state)
{
	struct help *help = *state;
	struct diag diag = { 0 };
	struct output out = { 0 };

	assert_int_equal(in_child(help, die_while_writing), -1);
	assert_listing(help, ".out.couplet-staging ");
	assert_true(output_begin(&out, help_path(help, "out"), &diag));
	write_file(&out, "f", "x", 1, &diag);
	assert_true(output_publish(&out, &diag));
	output_release(&out);
	assert_listing(help, "out ");
	folder_remove(help_path(help, "out"));
}

/* The second of two runs is refused while the first is at work, which goes on undisturbed. */
static void
test_run_beside(void **state)
{
	struct help *help = *state;
	struct diag diag = { 0 };
	struct output out = { 0 };
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	if (child == 0) {
		bool ok = output_begin(&out, help_path(help, "out"), &diag);
		ok = ok && write(ready[1], "!", 1) == 1;
		pause();
		_exit(ok);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_false(output_begin(&out, help_path(help, "out"), &diag));
	assert_message(&diag, STATUS_IO, "/out: another run is writing this output folder; wait for it, or ");
	output_release(&out);
	assert_listing(help, ".out.couplet-staging ");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	folder_remove(help_path(help, ".out.couplet-staging"));
	diag_release(&diag);
}

/* The largest size a file may have stands in for a full disk. */
static void
fill_disk(struct help *help)
{
	struct diag diag = { 0 };
	struct output out = { 0 };
	const struct rlimit limit = { 1024 * 1024, 1024 * 1024 };
	bool ok = true;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	if (!output_begin(&out, help_path(help, "out"), &diag) || !output_file_begin(&out, STR("f"), &diag))
		return;
	for (unsigned i = 0; i < 400000 && ok; i++) {
		buf_add(output_buffer(&out), STR("0123456789"));
		ok = output_flush(&out, &diag);
	}
	ok = !ok && diag.status == STATUS_IO &&
		strstr(diag.lines[0].text.ptr, "/f: cannot be written: File too large; make room there or ");
	output_release(&out);
	_exit(ok ? 0 : 1);
}

static void
test_full_disk(void **state)
{
	assert_int_equal(in_child(*state, fill_disk), 0);
	assert_listing(*state, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_publish),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_empty_target_is_replaced),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_release_leaves_nothing),
		cmocka_unit_test(test_earlier_staging_is_removed),
		cmocka_unit_test(test_target_filled_meanwhile),
		cmocka_unit_test(test_exit_leaves_nothing),
		cmocka_unit_test(test_killed_run_is_no_obstacle),
		cmocka_unit_test(test_run_beside),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, help_begin, help_end);
}
