/* new_file.c - one file outside of any output folder, whole or not at all */
#include "io/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/folder.h"

enum { BUFFER_BYTES = 256 * 1024 };

static bool
fail(const struct new_file *file, int error, struct diag *diag)
{
	const char *path = file->path.ptr;

	if (error == EEXIST)
		return diag_add(diag, STATUS_USAGE, "%s: exists already; name a new file, or remove it first",
			path);
	return diag_add(diag, STATUS_IO, "%s: cannot be written: %s; check the folder, its permissions and "
		"the disk", path, strerror(error));
}

/* The folder in which the file will be, as text for system calls. */
static struct str
folder_of(struct new_file *file)
{
	const char *slash = memrchr(file->path.ptr, '/', file->path.len);
	size_t len = slash ? (size_t)(slash - file->path.ptr) : 0;

	if (!slash)
		return STR(".");
	return arena_copy(&file->arena, (struct str){ file->path.ptr, len ? len : 1 });
}

/* How a descriptor without a name is named for linkat(). */
static struct str
descriptor_path(struct new_file *file)
{
	return arena_printf(&file->arena, "/proc/self/fd/%d", file->descriptor);
}

static bool
open_nameless(struct new_file *file)
{
	file->descriptor = open(folder_of(file).ptr, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
	if (file->descriptor < 0)
		return false;
	if (access(descriptor_path(file).ptr, F_OK) == 0)
		return true;
	close(file->descriptor);
	return false;
}

bool
new_file_begin(struct new_file *file, const char *path, struct diag *diag)
{
	struct stat info;

	*file = (struct new_file){ .descriptor = -1 };
	file->path = arena_copy(&file->arena, str_from(path));
	if (lstat(path, &info) == 0)
		return fail(file, EEXIST, diag);
	file->is_open = open_nameless(file);
	if (file->is_open)
		return true;
	file->beside = arena_printf(&file->arena, "%s.%ld.new", path, (long)getpid());
	file->descriptor = open(file->beside.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	file->is_open = file->descriptor >= 0;
	return file->is_open || fail(file, errno, diag);
}

static bool
write_all(int descriptor, struct str text)
{
	while (text.len > 0) {
		ssize_t count = write(descriptor, text.ptr, text.len);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		text = (struct str){ text.ptr + count, text.len - (size_t)count };
	}
	return true;
}

bool
new_file_add(struct new_file *file, struct str text, struct diag *diag)
{
	buf_add(&file->pending, text);
	if (file->pending.len < BUFFER_BYTES)
		return true;
	bool ok = write_all(file->descriptor, buf_str(&file->pending));
	buf_reset(&file->pending);
	return ok || fail(file, errno, diag);
}

/* Linking does not replace what has the name already, as renaming would. */
static bool
give_name(struct new_file *file)
{
	if (file->beside.len)
		return link(file->beside.ptr, file->path.ptr) == 0;
	return linkat(AT_FDCWD, descriptor_path(file).ptr, AT_FDCWD, file->path.ptr, AT_SYMLINK_FOLLOW) == 0;
}

bool
new_file_publish(struct new_file *file, struct diag *diag)
{
	struct str folder = folder_of(file);	/* once the file is there nothing may need memory */
	bool ok = write_all(file->descriptor, buf_str(&file->pending)) && descriptor_flush(file->descriptor)
	    && give_name(file);

	if (!ok)
		return fail(file, errno, diag);
	if (folder_flush(folder.ptr))
		return true;
	/* Not sure to survive a power cut: then it does not appear at all. */
	int error = errno;
	unlink(file->path.ptr);
	return fail(file, error, diag);
}

void
new_file_release(struct new_file *file)
{
	if (file->is_open) {
		close(file->descriptor);
		if (file->beside.len)
			unlink(file->beside.ptr);
	}
	buf_release(&file->pending);
	arena_release(&file->arena);
	*file = (struct new_file){ 0 };
}

bool
new_file_write(const char *path, struct str text, struct diag *diag)
{
	struct new_file file;
	bool ok = new_file_begin(&file, path, diag) && new_file_add(&file, text, diag)
	    && new_file_publish(&file, diag);

	new_file_release(&file);
	return ok;
}
