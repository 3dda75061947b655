/*
 * output.c - an output folder that appears whole or not at all (part 6)
 *
 * write into staging -> flush files -> flush folders -> rename -> flush parent
 */
#include "io/output.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/digest.h"
#include "io/folder.h"

/*
 * Pieces that begin at a multiple of their size cost the system half of what others
 * do: it keeps them in larger pages.
 *
 * Flushing waits for the disk.  So that it is at work meanwhile, it is asked to
 * begin every START_BYTES, and files stay open until output_publish(), the
 * first OPEN_FILES of them.
 */
enum { PIECE_BYTES = 256 * 1024, START_BYTES = 8 * 1024 * 1024, OPEN_FILES = 64 };

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

static bool
fail(struct diag *diag, const char *what, const char *path, int error)
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
		return errno == ENOENT || fail(diag, "cannot be looked at", target, errno);
	if (S_ISLNK(info.st_mode))
		return diag_add(diag, STATUS_USAGE, "%s: is a symbolic link; name the folder itself, "
			"or a new one", target);
	if (!S_ISDIR(info.st_mode))
		return diag_add(diag, STATUS_USAGE, "%s: exists and is no folder; name a new folder", target);
	if (!folder_is_empty(target, &is_empty))
		return fail(diag, "cannot be read", target, errno);
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
		return fail(diag, "cannot be opened", staging, errno);
	bool ok = folder_remove(staging) || fail(diag, "cannot be removed", staging, errno);
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
		return fail(diag, "no output folder can be made here", parent.ptr, errno);
	}
	out->lock = folder_lock(out->staging.ptr);
	if (out->lock < 0 && errno == EWOULDBLOCK)	/* another run took it: not ours to remove */
		return fail_locked(out, diag);
	out->is_open = true;
	open_output = out;
	return (out->lock >= 0 && folder_keep_spare(out->lock, out->spare))
	    || fail(diag, "cannot be opened", out->staging.ptr, errno);
}

bool
output_begin(struct output *out, const char *target, struct diag *diag)
{
	*out = (struct output){ .descriptor = -1, .lock = -1, .spare = { -1, -1 } };
	assert(!open_output);
	if (!set_paths(out, target, diag) || !check_target(out, diag) || !remove_earlier(out, diag))
		return false;
	if (!is_atexit_set && atexit(output_abandon) != 0)
		return fail(diag, "cannot be written", target, ENOMEM);
	is_atexit_set = true;
	enter_phase(PHASE_OPENING);
	bool ok = make_staging(out, diag);
	enter_phase(out->is_open ? PHASE_WRITING : PHASE_NONE);
	return ok;
}

static struct str
staged_path(struct output *out, struct str name)
{
	return arena_printf(&out->arena, "%s/%.*s", out->staging.ptr, (int)name.len, name.ptr);
}

bool
output_file_begin(struct output *out, struct str name, struct diag *diag)
{
	struct str path = staged_path(out, name);
	/* A copy that may be written to, for the folders on the way. */
	char *folders = arena_bytes(&out->arena, path.len + 1);

	assert(out->is_open && out->descriptor < 0 && name.len > 0 && name.ptr[0] != '/');
	memcpy(folders, path.ptr, path.len + 1);
	if (!folder_make_parents(folders, out->staging.len + 1))
		return fail(diag, "its folder cannot be made", path.ptr, errno);
	out->descriptor = open(path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out->descriptor < 0)
		return fail(diag, "cannot be made", path.ptr, errno);
	out->hash = digest_begin();
	if (!out->hash)
		return fail(diag, "cannot be written", path.ptr, ENOMEM);
	out->written = 0;
	out->started = 0;
	buf_reset(&out->pending);
	out->files = memory_grow(out->files, out->file_count, &out->file_capacity, sizeof *out->files);
	out->files[out->file_count++] = (struct output_file){
		.name = arena_copy(&out->arena, name),
		.descriptor = -1,
	};
	return true;
}

struct buf *
output_buffer(struct output *out)
{
	return &out->pending;
}

static bool
write_all(int descriptor, const char *at, size_t left)
{
	while (left > 0) {
		ssize_t len = write(descriptor, at, left);
		if (len < 0 && errno == EINTR)
			continue;
		if (len == 0)
			errno = EIO;
		if (len <= 0)
			return false;
		at += len;
		left -= (size_t)len;
	}
	return true;
}

static bool
fail_file(struct output *out, struct diag *diag, int error)
{
	struct str name = out->files[out->file_count - 1].name;

	return fail(diag, "cannot be written", staged_path(out, name).ptr, error);
}

static bool
write_text(struct output *out, struct str text, struct diag *diag)
{
	if (!write_all(out->descriptor, text.ptr, text.len))
		return fail_file(out, diag, errno);
	digest_add(out->hash, text.ptr, text.len);
	out->written += text.len;
	return true;
}

/* Asks the disk to begin; only flushing tells whether it could. */
static void
start_writing_out(struct output *out)
{
	sync_file_range(out->descriptor, (off_t)out->started, (off_t)(out->written - out->started),
		SYNC_FILE_RANGE_WRITE);
	out->started = out->written;
}

static void
keep_writing_out(struct output *out)
{
	if (out->written - out->started >= START_BYTES)
		start_writing_out(out);
}

/* Writes the whole pieces of a text that is next in the file, and returns its rest. */
static struct str
write_pieces(struct output *out, struct str text, struct diag *diag, bool *ok)
{
	size_t len = text.len - text.len % PIECE_BYTES;

	if (len > 0) {
		*ok = write_text(out, (struct str){ text.ptr, len }, diag);
		keep_writing_out(out);
	}
	return (struct str){ text.ptr + len, text.len - len };
}

bool
output_flush(struct output *out, struct diag *diag)
{
	bool ok = true;

	if (out->pending.len < PIECE_BYTES)
		return true;
	struct str rest = write_pieces(out, buf_str(&out->pending), diag, &ok);
	memmove(out->pending.ptr, rest.ptr, rest.len);
	out->pending.len = rest.len;
	return ok;
}

bool
output_add(struct output *out, struct str text, struct diag *diag)
{
	/* What is pending becomes whole pieces; then text is written from where it lies. */
	size_t missing = -out->pending.len % PIECE_BYTES;
	bool ok = true;

	if (text.len < missing) {
		buf_add(&out->pending, text);
		return output_flush(out, diag);
	}
	buf_add(&out->pending, (struct str){ text.ptr, missing });
	if (!output_flush(out, diag))
		return false;
	buf_add(&out->pending,
		write_pieces(out, (struct str){ text.ptr + missing, text.len - missing }, diag, &ok));
	return ok;
}

/* Flushes a file to disk and closes it in any case; false with errno. */
static bool
finish_descriptor(int *descriptor)
{
	bool ok = descriptor_flush(*descriptor);
	int error = errno;

	if (close(*descriptor) != 0 && ok && errno != EINTR) {
		ok = false;
		error = errno;
	}
	*descriptor = -1;
	errno = error;
	return ok;
}

bool
output_file_end(struct output *out, uint64_t records, struct diag *diag)
{
	struct output_file *file = &out->files[out->file_count - 1];

	if (!write_text(out, buf_str(&out->pending), diag))
		return false;
	file->records = records;
	file->digest = digest_so_far(out->hash);
	digest_end(out->hash);
	out->hash = NULL;
	if (out->file_count > OPEN_FILES)
		return finish_descriptor(&out->descriptor) || fail_file(out, diag, errno);
	start_writing_out(out);
	file->descriptor = out->descriptor;
	out->descriptor = -1;
	return true;
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
			struct str path = staged_path(out, folder);
			if (!folder_flush(path.ptr))
				return fail(diag, "cannot be flushed to disk", path.ptr, errno);
		}
	}
	return folder_flush(out->staging.ptr) ||
		fail(diag, "cannot be flushed to disk", out->staging.ptr, errno);
}

static bool
flush_files(struct output *out, struct diag *diag)
{
	for (size_t i = 0; i < out->file_count; i++) {
		struct output_file *file = &out->files[i];
		if (file->descriptor >= 0 && !finish_descriptor(&file->descriptor))
			return fail(diag, "cannot be flushed to disk", staged_path(out, file->name).ptr,
				errno);
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
		return fail(diag, "cannot be renamed to the output folder", out->staging.ptr, errno);
	out->is_open = false;
	if (!folder_flush(parent.ptr)) {
		/* Not sure to survive a power cut: then it does not appear at all. */
		int error = errno;
		out->is_open = rename(out->target.ptr, out->staging.ptr) == 0;
		if (out->is_open)
			return fail(diag, "cannot be flushed to disk", parent.ptr, error);
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
