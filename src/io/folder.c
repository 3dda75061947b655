/* folder.c - folders on disk: made, removed and flushed whole */
#include "io/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Opened without following a link, so that nothing elsewhere can be reached. */
static DIR *
open_at(int parent, const char *name)
{
	int descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (descriptor < 0)
		return NULL;
	DIR *dir = fdopendir(descriptor);
	if (!dir) {
		int error = errno;
		close(descriptor);
		errno = error;
	}
	return dir;
}

static bool
remove_at(int parent, const char *name)
{
	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return true;
	if (errno != EISDIR && errno != EPERM)
		return false;
	DIR *dir = open_at(parent, name);
	if (!dir)
		return false;
	const struct dirent *entry;
	bool ok = true;
	while (ok && (entry = next_entry(dir)) != NULL)
		ok = remove_at(dirfd(dir), entry->d_name);
	int error = errno;
	closedir(dir);
	errno = error;
	if (!ok || error != 0)
		return false;
	return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

bool
folder_remove(const char *path)
{
	return remove_at(AT_FDCWD, path);
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
folder_flush(const char *path)
{
	int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (descriptor < 0)
		return false;
	/* Some file systems cannot flush a folder by itself and say EINVAL. */
	int result;
	do
		result = fsync(descriptor);
	while (result != 0 && errno == EINTR);
	int error = errno;
	close(descriptor);
	errno = error;
	return result == 0 || error == EINVAL;
}
