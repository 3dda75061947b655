/* test_compare.c - what a regression case gave, against its expectations; or its new expectations */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/test_case.h"
#include "io/folder.h"

enum { SHOWN_BYTES = 200, SHOWN_LINES = 12 };

struct names {
	struct str *items;
	size_t count;
	size_t capacity;
};

static int
compare_names(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* All files below the folder, by path relative to it, sorted. */
static void
list_files(struct arena *arena, const char *folder, struct str below, struct names *names)
{
	struct str path = arena_printf(arena, "%s/%.*s", folder, STR_ARG(below));
	DIR *dir = opendir(path.ptr);
	const struct dirent *entry;
	struct stat info;

	while (dir && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		struct str name =
			arena_printf(arena, "%.*s%s%s", STR_ARG(below), below.len ? "/" : "", entry->d_name);
		struct str full = arena_printf(arena, "%s/%.*s", folder, STR_ARG(name));
		if (stat(full.ptr, &info) != 0)
			continue;
		if (S_ISDIR(info.st_mode)) {
			list_files(arena, folder, name, names);
			continue;
		}
		names->items =
			memory_grow(names->items, names->count, &names->capacity, sizeof *names->items);
		names->items[names->count++] = name;
	}
	if (dir)
		closedir(dir);
	if (below.len == 0 && names->count > 0)
		qsort(names->items, names->count, sizeof *names->items, compare_names);
}

/* A line as it can be shown: cut, control characters replaced. */
static void
add_line(struct buf *out, const char *what, struct str line)
{
	size_t len = line.len < SHOWN_BYTES ? line.len : SHOWN_BYTES;

	buf_add(out, str_from(what));
	for (size_t i = 0; i < len; i++)
		buf_add_char(out, (unsigned char)line.ptr[i] < ' ' ? '?' : line.ptr[i]);
	buf_add(out, len < line.len ? STR("...\n") : STR("\n"));
}

/* The first line that differs. */
static void
compare_texts(struct test_case *test, const char *name, struct str expected, struct str got)
{
	struct str expected_line = { 0 };
	struct str got_line = { 0 };
	size_t number = 0;

	if (str_equal(expected, got))
		return;
	do {
		number++;
		expected_line = str_cut(expected, '\n', &expected);
		got_line = str_cut(got, '\n', &got);
	} while (str_equal(expected_line, got_line) && expected.len > 0 && got.len > 0);
	/* Equal lines up to the end of one: the other goes on, or ends without a line end. */
	if (str_equal(expected_line, got_line) && (expected.len > 0 || got.len > 0)) {
		number++;
		expected_line = expected.len > 0 ? str_cut(expected, '\n', &expected) : STR("(end of file)");
		got_line = got.len > 0 ? str_cut(got, '\n', &got) : STR("(end of file)");
	}
	buf_printf(&test->diagnosis, "%s:%zu: differs\n", name, number);
	add_line(&test->diagnosis, "  expected: ", expected_line);
	add_line(&test->diagnosis, "  got:      ", got_line);
}

static struct str
case_path(struct test_case *test, const char *name)
{
	return arena_printf(&test->arena, "%s/%s", test->folder, name);
}

static void
compare_file(struct test_case *test, struct str name)
{
	struct str expected_name = arena_printf(&test->arena, "expected/%.*s", STR_ARG(name));
	struct str got_path = arena_printf(&test->arena, "%s/%.*s", test->output, STR_ARG(name));
	struct buf expected = { 0 };
	struct buf got = { 0 };

	if (!test_read_file(case_path(test, expected_name.ptr).ptr, &expected))
		buf_printf(&test->diagnosis, "%s: cannot be read: %s\n", expected_name.ptr, strerror(errno));
	else if (!test_read_file(got_path.ptr, &got))
		buf_printf(&test->diagnosis, "%.*s: was expected, is not there\n", STR_ARG(name));
	else
		compare_texts(test, expected_name.ptr, buf_str(&expected), buf_str(&got));
	buf_release(&expected);
	buf_release(&got);
}

/* Every file present in expected/. */
static void
compare_files(struct test_case *test)
{
	struct names names = { 0 };

	list_files(&test->arena, case_path(test, "expected").ptr, STR(""), &names);
	if (names.count > 0 && !test->output)
		buf_add(&test->diagnosis,
			STR("there is expected/, but args name no output folder with -o\n"));
	for (size_t i = 0; test->output && i < names.count; i++)
		compare_file(test, names.items[i]);
	free(names.items);
}

static void
compare_status(struct test_case *test)
{
	struct buf text = { 0 };
	uint64_t expected = 0;

	if (test_read_file(case_path(test, "expected-status").ptr, &text)
	    && !str_to_u64(str_trim(buf_str(&text)), &expected))
		buf_add(&test->diagnosis, STR("expected-status: is no number\n"));
	else if (test->status < 0 || expected != (uint64_t)test->status)
		buf_printf(&test->diagnosis, "exit status %d, expected %llu\n", test->status,
			(unsigned long long)expected);
	buf_release(&text);
}

static void
compare_stdout(struct test_case *test)
{
	struct buf text = { 0 };

	if (test_read_file(case_path(test, "expected-stdout").ptr, &text))
		compare_texts(test, "expected-stdout", buf_str(&text), buf_str(&test->stdout_text));
	buf_release(&text);
}

/* What the program said helps to see why. */
static void
add_stderr(struct test_case *test)
{
	struct str text = buf_str(&test->stderr_text);

	for (unsigned i = 0; i < SHOWN_LINES && text.len > 0; i++)
		add_line(&test->diagnosis, "  said:     ", str_cut(text, '\n', &text));
}

void
test_case_compare(struct test_case *test)
{
	compare_status(test);
	compare_stdout(test);
	compare_files(test);
	if (test->diagnosis.len > 0)
		add_stderr(test);
}

static bool
write_text(const char *path, struct str text)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	bool ok = descriptor >= 0;

	while (ok && text.len > 0) {
		ssize_t done = write(descriptor, text.ptr, text.len);
		ok = done >= 0 || errno == EINTR;
		if (done > 0)
			text = (struct str){ text.ptr + done, text.len - (size_t)done };
	}
	if (descriptor >= 0)
		ok = close(descriptor) == 0 && ok;
	return ok;
}

static void
update_text(struct test_case *test, const char *name, struct str text)
{
	struct str path = case_path(test, name);

	if (!write_text(path.ptr, text))
		buf_printf(&test->diagnosis, "%s: cannot be written: %s\n", path.ptr, strerror(errno));
}

/* One file of expected/ becomes what came out; it goes when that is gone. */
static void
update_file(struct test_case *test, struct str name)
{
	struct str got_path = arena_printf(&test->arena, "%s/%.*s", test->output, STR_ARG(name));
	struct str expected = arena_printf(&test->arena, "%s/expected/%.*s", test->folder, STR_ARG(name));
	char *folders = arena_bytes(&test->arena, expected.len + 1);
	struct buf got = { 0 };

	memcpy(folders, expected.ptr, expected.len + 1);
	if (access(got_path.ptr, F_OK) != 0)
		unlink(expected.ptr);
	else if (!test_read_file(got_path.ptr, &got))
		buf_printf(&test->diagnosis, "%s: cannot be read: %s\n", got_path.ptr, strerror(errno));
	else if (!folder_make_parents(folders, strlen(test->folder) + 1)
		|| !write_text(expected.ptr, buf_str(&got)))
		buf_printf(&test->diagnosis, "%s: cannot be written: %s\n", expected.ptr, strerror(errno));
	buf_release(&got);
}

/* The files that expected/ has; where it has none, all that came out. */
static void
update_files(struct test_case *test)
{
	struct names names = { 0 };

	list_files(&test->arena, case_path(test, "expected").ptr, STR(""), &names);
	if (names.count == 0)
		list_files(&test->arena, test->output, STR(""), &names);
	for (size_t i = 0; i < names.count; i++)
		update_file(test, names.items[i]);
	free(names.items);
}

static void
update_status(struct test_case *test)
{
	struct str path = case_path(test, "expected-status");
	struct str text = arena_printf(&test->arena, "%d\n", test->status);

	if (test->status != 0)
		update_text(test, "expected-status", text);
	else if (unlink(path.ptr) != 0 && errno != ENOENT)
		buf_printf(&test->diagnosis, "%s: cannot be removed: %s\n", path.ptr, strerror(errno));
}

void
test_case_update(struct test_case *test)
{
	if (test->output)
		update_files(test);
	update_status(test);
	if (access(case_path(test, "expected-stdout").ptr, F_OK) == 0)
		update_text(test, "expected-stdout", buf_str(&test->stdout_text));
}
