/* folder.c - folders on disk: made, removed and flushed whole, locked */
#include "io/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of what the system says about a folder, read at once. */
enum { LIST_BYTES = 4096 };

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* The next entry that is not . or ..; null at the end (errno 0) or on an error. */
static const struct dirent *
next_entry(DIR *dir)
{
	const struct dirent *entry;

	do {
		errno = 0;
		entry = readdir(dir);
	} while (entry && is_dots(entry->d_name));
	return entry;
}

static bool remove_at(int parent, const char *name);

/* All that is in it; false with errno. */
static bool
remove_entries(int folder)
{
	_Alignas(struct dirent64) char list[LIST_BYTES];
	ssize_t len;
	bool ok = true;

	while (ok && (len = getdents64(folder, list, sizeof list)) > 0)
		for (ssize_t at = 0; ok && at < len;) {
			const struct dirent64 *entry = (const void *)(list + at);
			ok = is_dots(entry->d_name) || remove_at(folder, entry->d_name);
			at += entry->d_reclen;
		}
	return ok && len == 0;
}

/* Opened without following a link, so that nothing elsewhere can be reached; without allocating. */
static bool
remove_at(int parent, const char *name)
{
	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return true;
	if (errno != EISDIR && errno != EPERM)
		return false;
	if (unlinkat(parent, name, AT_REMOVEDIR) == 0)	/* it was empty: no descriptor is needed */
		return true;
	int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return false;
	bool ok = remove_entries(folder);
	int error = errno;
	close(folder);
	errno = error;
	return ok && (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT);
}

bool
folder_remove(const char *path)
{
	return remove_at(AT_FDCWD, path);
}

bool
folder_keep_spare(int descriptor, int spare[2])
{
	for (int i = 0; i < 2; i++)
		if ((spare[i] = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)) < 0)
			return false;
	return true;
}

void
folder_use_spare(int spare[2])
{
	for (int i = 0; i < 2; i++) {
		if (spare[i] >= 0)
			close(spare[i]);
		spare[i] = -1;
	}
}

bool
folder_is_empty(const char *path, bool *is_empty)
{
	DIR *dir = opendir(path);

	if (!dir)
		return false;
	*is_empty = next_entry(dir) == NULL;
	int error = *is_empty ? errno : 0;
	closedir(dir);
	errno = error;
	return error == 0;
}

bool
folder_make_parents(char *path, unsigned long from)
{
	for (char *slash = strchr(path + from, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		bool ok = mkdir(path, 0700) == 0 || errno == EEXIST;
		*slash = '/';
		if (!ok)
			return false;
	}
	return true;
}

bool
descriptor_flush(int descriptor)
{
	int result;

	do
		result = fsync(descriptor);
	while (result != 0 && errno == EINTR);
	return result == 0;
}

bool
folder_flush(const char *path)
{
	int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (descriptor < 0)
		return false;
	/* Some file systems cannot flush a folder by itself and say EINVAL. */
	bool ok = descriptor_flush(descriptor);
	int error = errno;
	close(descriptor);
	errno = error;
	return ok || error == EINVAL;
}

/* 0 when the descriptor is still that of the folder at path, EWOULDBLOCK when another took its place. */
static int
check_same_file(int descriptor, const char *path)
{
	struct stat by_descriptor;
	struct stat by_path;

	if (fstat(descriptor, &by_descriptor) != 0)
		return errno;
	if (lstat(path, &by_path) != 0)
		return errno == ENOENT ? EWOULDBLOCK : errno;
	bool is_same = by_descriptor.st_dev == by_path.st_dev && by_descriptor.st_ino == by_path.st_ino;
	return is_same ? 0 : EWOULDBLOCK;
}

int
folder_lock(const char *path)
{
	int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int error = EWOULDBLOCK;

	if (descriptor < 0)
		return -1;
	/* A file system without locks must do without. */
	if (flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
		error = check_same_file(descriptor, path);
	if (error == 0)
		return descriptor;
	close(descriptor);
	errno = error;
	return -1;
}
