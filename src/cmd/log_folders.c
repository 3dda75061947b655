/* log_folders.c - which output folders jobs and errors look at */
#include "cmd/log_folders.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/manifest.h"
#include "model/value.h"

struct found_folder {
	struct str path;
	int64_t now;		/* of its run */
};

/* Newest run first; runs of one time by name. */
static int
compare_found(const void *a, const void *b)
{
	const struct found_folder *left = a;
	const struct found_folder *right = b;

	if (left->now != right->now)
		return left->now > right->now ? -1 : 1;
	return str_compare(left->path, right->path);
}

struct found_list {
	struct found_folder *items;
	size_t count;
	size_t capacity;
};

static bool
has_manifest(const char *folder, struct arena *arena)
{
	return access(arena_printf(arena, "%s/manifest.xml", folder).ptr, F_OK) == 0;
}

static bool
add_found(struct found_list *list, struct str path, struct diag *diag)
{
	struct manifest manifest = { 0 };
	bool ok = manifest_read(&manifest, path.ptr, diag);

	if (ok) {
		list->items = memory_grow(list->items, list->count, &list->capacity, sizeof *list->items);
		list->items[list->count++] = (struct found_folder){ path, manifest.now };
	}
	manifest_release(&manifest);
	return ok;
}

/* What is hidden is not looked at: a folder that is being written is. */
static bool
find_in(struct found_list *list, const char *folder, bool is_named, struct arena *arena, struct diag *diag)
{
	DIR *dir = opendir(folder);
	bool ok = true;

	if (!dir)
		return diag_add(diag, STATUS_IO, "%s: cannot be read: %s; check the path and its permissions",
			folder, strerror(errno));
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		struct str path = is_named ? arena_printf(arena, "%s/%s", folder, entry->d_name)
					   : arena_copy(arena, str_from(entry->d_name));
		if (has_manifest(path.ptr, arena))
			ok = add_found(list, path, diag) && ok;
	}
	closedir(dir);
	if (ok && list->count == 0)
		return diag_add(diag, STATUS_INVALID, "%s: holds no output folder (one with a manifest.xml); "
			"name folders that couplet wrote", is_named ? folder : "the working folder");
	return ok;
}

static bool
is_folder(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool
is_log(const char *folder, struct arena *arena)
{
	return access(arena_printf(arena, "%s/jobs.csv", folder).ptr, F_OK) == 0;
}

bool
log_folders(const struct options *options, struct arena *arena, struct str **folders, size_t *count,
	struct diag *diag)
{
	size_t named = options->arguments.count;
	size_t capacity = 0;
	bool ok = true;

	*folders = NULL;
	*count = 0;
	for (size_t i = 0; i < (named ? named : 1); i++) {
		const char *folder = named ? options_argument(options, i) : ".";
		struct found_list list = { 0 };
		bool is_one = named
		    && (!is_folder(folder) || has_manifest(folder, arena) || is_log(folder, arena));
		if (is_one) {
			list.items = memory_grow(list.items, 0, &list.capacity, sizeof *list.items);
			list.items[list.count++] = (struct found_folder){ str_from(folder), STAMP_NONE };
		} else {
			ok = find_in(&list, folder, named != 0, arena, diag) && ok;
		}
		if (list.count > 1)
			qsort(list.items, list.count, sizeof *list.items, compare_found);
		for (size_t k = 0; k < list.count; k++) {
			*folders = memory_grow(*folders, *count, &capacity, sizeof **folders);
			(*folders)[(*count)++] = list.items[k].path;
		}
		free(list.items);
	}
	return ok;
}
