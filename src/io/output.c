/*
 * output.c - an output folder that appears whole or not at all (part 6)
 *
 * write into staging -> flush files -> flush folders -> rename -> flush parent
 */
#include "io/output_parts.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/digest.h"
#include "io/folder.h"

/*
 * The output whose staging folder exit() must remove.  The one piece of global
 * state: an atexit() function gets no argument.
 */
static struct output *open_output;
static bool is_atexit_set;

/*
 * How far the open output is: publishing and being interrupted exclude each
 * other, whichever comes first.
 */
enum phase { PHASE_NONE, PHASE_OPENING, PHASE_WRITING, PHASE_PUBLISHING, PHASE_INTERRUPTED };
static atomic_int output_phase;

/* When interrupted, the writing thread stays here until the program ends. */
static void
wait_if_interrupted(void)
{
	while (atomic_load(&output_phase) == PHASE_INTERRUPTED)
		pause();
}

/* Unless interrupted. */
static void
enter_phase(enum phase next)
{
	int phase = atomic_load(&output_phase);

	while (phase != PHASE_INTERRUPTED)
		if (atomic_compare_exchange_weak(&output_phase, &phase, (int)next))
			return;
	wait_if_interrupted();
}

bool
output_fail(struct diag *diag, const char *what, const char *path, int error)
{
	wait_if_interrupted();
	if (error == ENOSPC || error == EDQUOT || error == EFBIG)
		return diag_add(diag, STATUS_IO, "%s: %s: %s; make room there or choose another "
			"output folder, then run again: nothing was published", path, what, strerror(error));
	return diag_add(diag, STATUS_IO, "%s: %s: %s; check the path and its permissions, then run again: "
		"nothing was published", path, what, strerror(error));
}

/* The writing thread may add a file meanwhile, until the folder is gone. */
static void
remove_staging(void)
{
	folder_use_spare(open_output->spare);
	for (unsigned tries = 0; tries < 100; tries++)
		if (folder_remove(open_output->staging.ptr))
			break;
}

/* Memory may end in any thread, while another writes. */
void
output_abandon(void)
{
	int writing = PHASE_WRITING;

	if (open_output && open_output->is_open) {
		atomic_compare_exchange_strong(&output_phase, &writing, PHASE_INTERRUPTED);
		remove_staging();
	}
	open_output = NULL;
}

bool
output_interrupt(void)
{
	int phase;

	for (;;) {
		phase = atomic_load(&output_phase);
		if (phase == PHASE_PUBLISHING)
			return false;
		/* While it is being opened, nobody knows whether there is a folder to remove. */
		if (phase != PHASE_OPENING
			&& atomic_compare_exchange_weak(&output_phase, &phase, PHASE_INTERRUPTED))
			break;
		sched_yield();
	}
	if (phase == PHASE_WRITING)
		remove_staging();
	return true;
}

void
output_go_through(void)
{
	enter_phase(PHASE_PUBLISHING);
}

/* The folder in which the target lies, as text for system calls. */
static struct str
parent_of(struct arena *arena, struct str path)
{
	size_t len = path.len;

	while (len > 0 && path.ptr[len - 1] != '/')
		len--;
	if (len == 0)
		return STR(".");
	return arena_copy(arena, (struct str){ path.ptr, len > 1 ? len - 1 : 1 });
}

static struct str
name_of(struct str path)
{
	size_t at = path.len;

	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	return (struct str){ path.ptr + at, path.len - at };
}

static bool
set_paths(struct output *out, const char *target, struct diag *diag)
{
	struct str path = str_from(target);

	while (path.len > 1 && path.ptr[path.len - 1] == '/')
		path.len--;
	struct str name = name_of(path);
	if (name.len == 0 || str_equal(name, STR(".")) || str_equal(name, STR("..")))
		return diag_add(diag, STATUS_USAGE, "%s: an output folder needs a name of its own; "
			"name a new folder, such as out", target);
	out->target = arena_copy(&out->arena, path);
	out->staging = arena_printf(&out->arena, "%.*s.%.*s.couplet-staging", (int)(path.len - name.len),
		path.ptr, (int)name.len, name.ptr);
	return true;
}

/* Nothing there, or an empty folder. */
static bool
check_target(const struct output *out, struct diag *diag)
{
	const char *target = out->target.ptr;
	struct stat info;
	bool is_empty;

	if (lstat(target, &info) != 0)
		return errno == ENOENT || output_fail(diag, "cannot be looked at", target, errno);
	if (S_ISLNK(info.st_mode))
		return diag_add(diag, STATUS_USAGE, "%s: is a symbolic link; name the folder itself, "
			"or a new one", target);
	if (!S_ISDIR(info.st_mode))
		return diag_add(diag, STATUS_USAGE, "%s: exists and is no folder; name a new folder", target);
	if (!folder_is_empty(target, &is_empty))
		return output_fail(diag, "cannot be read", target, errno);
	return is_empty || diag_add(diag, STATUS_USAGE, "%s: exists and is not empty; name a new folder, or "
		"remove it first", target);
}

static bool
fail_locked(const struct output *out, struct diag *diag)
{
	return diag_add(diag, STATUS_IO, "%s: another run is writing this output folder; wait for it, or "
		"choose another", out->target.ptr);
}

/* What a run that was killed left behind goes; what one at work holds, its lock protects. */
static bool
remove_earlier(const struct output *out, struct diag *diag)
{
	const char *staging = out->staging.ptr;
	int lock = folder_lock(staging);

	if (lock < 0 && errno == EWOULDBLOCK)
		return fail_locked(out, diag);
	/* No folder, or nothing there.  What else is wrong leaves it open whether another run has it. */
	if (lock < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		return output_fail(diag, "cannot be opened", staging, errno);
	bool ok = folder_remove(staging) || output_fail(diag, "cannot be removed", staging, errno);
	if (lock >= 0)
		close(lock);
	return ok;
}

static bool
make_staging(struct output *out, struct diag *diag)
{
	if (mkdir(out->staging.ptr, 0700) != 0) {
		if (errno == EEXIST)	/* made since remove_earlier() */
			return fail_locked(out, diag);
		struct str parent = parent_of(&out->arena, out->target);
		return output_fail(diag, "no output folder can be made here", parent.ptr, errno);
	}
	out->lock = folder_lock(out->staging.ptr);
	if (out->lock < 0 && errno == EWOULDBLOCK)	/* another run took it: not ours to remove */
		return fail_locked(out, diag);
	out->is_open = true;
	open_output = out;
	return (out->lock >= 0 && folder_keep_spare(out->lock, out->spare))
	    || output_fail(diag, "cannot be opened", out->staging.ptr, errno);
}

bool
output_begin(struct output *out, const char *target, struct diag *diag)
{
	*out = (struct output){ .descriptor = -1, .lock = -1, .spare = { -1, -1 } };
	assert(!open_output);
	if (!set_paths(out, target, diag) || !check_target(out, diag) || !remove_earlier(out, diag))
		return false;
	if (!is_atexit_set && atexit(output_abandon) != 0)
		return output_fail(diag, "cannot be written", target, ENOMEM);
	is_atexit_set = true;
	enter_phase(PHASE_OPENING);
	bool ok = make_staging(out, diag);
	enter_phase(out->is_open ? PHASE_WRITING : PHASE_NONE);
	return ok;
}

/* Whether no file before this one lies in its folder, whose name with the slash has `len` bytes. */
static bool
is_first_in_folder(const struct output *out, size_t file, size_t len)
{
	struct str folder = { out->files[file].name.ptr, len };

	for (size_t i = 0; i < file; i++)
		if (str_starts(out->files[i].name, folder))
			return false;
	return true;
}

/* The staging folder and those that the files made in it, each once. */
static bool
flush_folders(struct output *out, struct diag *diag)
{
	for (size_t i = 0; i < out->file_count; i++) {
		struct str name = out->files[i].name;
		for (size_t len = 0; len < name.len; len++) {
			struct str folder = { name.ptr, len };
			if (name.ptr[len] != '/' || !is_first_in_folder(out, i, len + 1))
				continue;
			struct str path = output_staged_path(out, folder);
			if (!folder_flush(path.ptr))
				return output_fail(diag, "cannot be flushed to disk", path.ptr, errno);
		}
	}
	return folder_flush(out->staging.ptr) ||
		output_fail(diag, "cannot be flushed to disk", out->staging.ptr, errno);
}

static bool
flush_files(struct output *out, struct diag *diag)
{
	for (size_t i = 0; i < out->file_count; i++) {
		struct output_file *file = &out->files[i];
		if (file->descriptor >= 0 && !output_finish_descriptor(&file->descriptor))
			return output_fail(diag, "cannot be flushed to disk",
				output_staged_path(out, file->name).ptr, errno);
	}
	return true;
}

bool
output_publish(struct output *out, struct diag *diag)
{
	struct str parent = parent_of(&out->arena, out->target);

	assert(out->is_open && out->descriptor < 0);
	if (!flush_files(out, diag) || !flush_folders(out, diag))
		return false;
	/* From here on nothing may need memory: it would end the program as if nothing were published. */
	enter_phase(PHASE_PUBLISHING);
	/* An empty folder at the target is replaced; anything else that came meanwhile makes it fail. */
	if (rename(out->staging.ptr, out->target.ptr) != 0)
		return output_fail(diag, "cannot be renamed to the output folder", out->staging.ptr, errno);
	out->is_open = false;
	if (!folder_flush(parent.ptr)) {
		/* Not sure to survive a power cut: then it does not appear at all. */
		int error = errno;
		out->is_open = rename(out->target.ptr, out->staging.ptr) == 0;
		if (out->is_open)
			return output_fail(diag, "cannot be flushed to disk", parent.ptr, error);
		diag_notice(diag, "%s: is whole, but may not survive a power cut: %s", out->target.ptr,
			strerror(error));
	}
	open_output = NULL;
	return true;
}

void
output_release(struct output *out)
{
	if (open_output == out)
		enter_phase(PHASE_NONE);
	for (size_t i = 0; i < out->file_count; i++)
		if (out->files[i].descriptor >= 0)
			close(out->files[i].descriptor);
	if (out->staging.len)
		folder_use_spare(out->spare);
	if (out->is_open) {
		folder_remove(out->staging.ptr);
		if (out->descriptor >= 0)
			close(out->descriptor);
	}
	/* The lock last: until then no other run takes the folder. */
	if (out->staging.len && out->lock >= 0)
		close(out->lock);
	if (open_output == out)
		open_output = NULL;
	digest_end(out->hash);
	buf_release(&out->pending);
	free(out->files);
	arena_release(&out->arena);
	*out = (struct output){ 0 };
}
