/* new_file.c - one file outside of any output folder, whole or not at all */
#include "io/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static bool
fail(const char *path, int error, struct diag *diag)
{
	if (error == EEXIST)
		return diag_add(diag, STATUS_USAGE, "%s: exists already; name a new file, or remove it first",
			path);
	return diag_add(diag, STATUS_IO, "%s: cannot be written: %s; check the folder, its permissions and "
		"the disk", path, strerror(error));
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
	return fsync(descriptor) == 0;
}

bool
new_file_write(const char *path, struct str text, struct diag *diag)
{
	struct arena arena = { 0 };
	struct str beside = arena_printf(&arena, "%s.%ld.new", path, (long)getpid());
	int descriptor = open(beside.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool ok = descriptor >= 0 && write_all(descriptor, text);
	int error = errno;

	if (descriptor >= 0 && close(descriptor) != 0 && ok) {
		ok = false;
		error = errno;
	}
	/* A link does not replace what has the name already, as rename() would. */
	if (ok && link(beside.ptr, path) != 0) {
		ok = false;
		error = errno;
	}
	if (descriptor >= 0)
		unlink(beside.ptr);
	arena_release(&arena);
	return ok || fail(path, error, diag);
}
