/* test_case.c - one regression case: its arguments, its process, its output folder */
#include "cmd/test_case.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/folder.h"
#include "io/output.h"

enum { READ_PIECE = 64 * 1024, STATUS_SIGNAL = 128 };

static bool
read_descriptor(int descriptor, struct buf *out)
{
	ssize_t got;

	do {
		got = read(descriptor, buf_reserve(out, READ_PIECE), READ_PIECE);
		if (got > 0)
			out->len += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	return got == 0;
}

bool
test_read_file(const char *path, struct buf *out)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = descriptor >= 0 && read_descriptor(descriptor, out);
	int error = errno;

	if (descriptor >= 0)
		close(descriptor);
	errno = error;
	return ok;
}

/* The folder that `-o` names, as seen from the working folder. */
static void
find_output(struct test_case *test)
{
	const char *output = NULL;

	for (size_t i = 1; test->args[i]; i++) {
		const char *arg = test->args[i];
		if (strcmp(arg, "--") == 0)
			break;
		if (strcmp(arg, "-o") == 0 || strcmp(arg, "--output") == 0)
			output = test->args[i + 1];
		else if (strncmp(arg, "-o", 2) == 0)
			output = arg + 2;
		else if (strncmp(arg, "--output=", 9) == 0)
			output = arg + 9;
	}
	if (output && output[0] == '/')
		test->output = output;
	else if (output)
		test->output = arena_printf(&test->arena, "%s/%s", test->folder, output).ptr;
}

static bool
read_args(struct test_case *test)
{
	struct str path = arena_printf(&test->arena, "%s/args", test->folder);
	struct buf bytes = { 0 };
	size_t lines = 1;

	if (!test_read_file(path.ptr, &bytes)) {
		buf_printf(&test->diagnosis, "%s: cannot be read: %s\n", path.ptr, strerror(errno));
		return false;
	}
	struct str text = arena_copy(&test->arena, buf_str(&bytes));
	buf_release(&bytes);
	for (size_t i = 0; i < text.len; i++)
		lines += text.ptr[i] == '\n';
	test->args = arena_array(&test->arena, const char *, lines + 2);
	size_t count = 0;
	test->args[count++] = "couplet";
	while (text.len > 0) {
		struct str line = str_cut(text, '\n', &text);
		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (line.len > 0)
			test->args[count++] = arena_copy(&test->arena, line).ptr;
	}
	find_output(test);
	return true;
}

/*
 * What an earlier run left is removed, but only what a run wrote: the folder
 * must lie inside the case's folder or under TMPDIR, hold no part of the case,
 * and have a manifest or a simulation's card.
 */
static void
remove_output(struct test_case *test)
{
	const char *temporary = getenv("TMPDIR");

	if (!test->output)
		return;
	struct str manifest = arena_printf(&test->arena, "%s/manifest.xml", test->output);
	struct str card = arena_printf(&test->arena, "%s/SIMULATION.txt", test->output);
	struct str args = arena_printf(&test->arena, "%s/args", test->folder);
	struct str expected = arena_printf(&test->arena, "%s/expected", test->folder);
	bool is_ours = path_is_inside(test->output, test->folder)
	    || (temporary && temporary[0] && path_is_inside(test->output, temporary));
	bool holds_case = path_is_inside(args.ptr, test->output) || path_is_inside(expected.ptr, test->output)
	    || path_is_inside(test->output, expected.ptr);
	if (!is_ours || holds_case)
		buf_printf(&test->diagnosis,
			"%s: the output folder must be a folder of its own inside the case or under TMPDIR\n",
			test->output);
	else if ((access(manifest.ptr, F_OK) == 0 || access(card.ptr, F_OK) == 0)
		&& !folder_remove(test->output))
		buf_printf(&test->diagnosis, "%s: cannot be removed: %s\n", test->output, strerror(errno));
}

/* The environment without what would give the runs another time. */
static char **
make_environment(struct arena *arena)
{
	size_t count = 0;
	size_t kept = 0;

	while (environ[count])
		count++;
	char **environment = arena_array(arena, char *, count + 1);
	for (size_t i = 0; i < count; i++)
		if (strncmp(environ[i], "SOURCE_DATE_EPOCH=", 18) != 0)
			environment[kept++] = environ[i];
	return environment;
}

/* What the child does before it becomes the program: its folder, its output, no signals blocked. */
static int
spawn(struct test_case *test, int out, int err, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	char **args;

	sigemptyset(&none);
	memcpy(&args, &test->args, sizeof args);	/* posix_spawn() does not write to them */
	if (posix_spawn_file_actions_init(&actions) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return ENOMEM;
	}
	int error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_addchdir_np(&actions, test->folder);
	if (error == 0)
		error = posix_spawnattr_setsigmask(&attributes, &none);
	if (error == 0)
		error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	if (error == 0)
		error = posix_spawn(child, "/proc/self/exe", &actions, &attributes, args,
			make_environment(&test->arena));
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return error;
}

/* The exit status as a shell tells it. */
static int
wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_SIGNAL + WTERMSIG(status);
}

static bool
take_back(int descriptor, struct buf *out)
{
	return lseek(descriptor, 0, SEEK_SET) == 0 && read_descriptor(descriptor, out);
}

/* Runs the program; what it prints is kept in memory. */
static bool
run_program(struct test_case *test)
{
	int out = memfd_create("stdout", MFD_CLOEXEC);
	int err = memfd_create("stderr", MFD_CLOEXEC);
	pid_t child = 0;
	int error = out < 0 || err < 0 ? errno : spawn(test, out, err, &child);

	if (error == 0) {
		test->status = wait_for(child);
		if (!take_back(out, &test->stdout_text) || !take_back(err, &test->stderr_text))
			error = errno;
	}
	if (error != 0)
		buf_printf(&test->diagnosis, "couplet cannot be run: %s\n", strerror(error));
	if (out >= 0)
		close(out);
	if (err >= 0)
		close(err);
	return error == 0;
}

void
test_case_run(struct test_case *test)
{
	if (!read_args(test))
		return;
	remove_output(test);
	if (test->diagnosis.len > 0 || !run_program(test))
		return;
	if (test->is_updating)
		test_case_update(test);
	else
		test_case_compare(test);
	if (test->diagnosis.len == 0)
		remove_output(test);
}

void
test_case_release(struct test_case *test)
{
	buf_release(&test->stdout_text);
	buf_release(&test->stderr_text);
	buf_release(&test->diagnosis);
	arena_release(&test->arena);
}
