/* load_paths.c - which files a table is read from */
#include "sync/load/load_paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sync/load/load_members.h"

/* What the search for one table's files shares. */
struct search {
	const struct setup *setup;
	const struct table_def *def;
	struct arena *arena;
	struct source_files *files;
	struct diag *diag;
};

static bool
has_wildcard(struct str s)
{
	return s.len && (memchr(s.ptr, '*', s.len) || memchr(s.ptr, '?', s.len));
}

static struct str
skip_character(struct str s)
{
	size_t len = utf8_length(s);

	if (len == 0)
		len = 1;
	return (struct str){ s.ptr + len, s.len - len };
}

bool
load_match_name(struct str pattern, struct str name)
{
	struct str star_pattern = { 0 };	/* after the last * that was met */
	struct str star_name = { 0 };		/* where its text ends for now */

	while (name.len) {
		if (pattern.len && *pattern.ptr == '*') {
			pattern = (struct str){ pattern.ptr + 1, pattern.len - 1 };
			star_pattern = pattern;
			star_name = name;
		} else if (pattern.len && *pattern.ptr == '?') {
			pattern = (struct str){ pattern.ptr + 1, pattern.len - 1 };
			name = skip_character(name);
		} else if (pattern.len && *pattern.ptr == *name.ptr) {
			pattern = (struct str){ pattern.ptr + 1, pattern.len - 1 };
			name = (struct str){ name.ptr + 1, name.len - 1 };
		} else if (star_name.len) {
			/* Let the star take one character more, and try again from there. */
			star_name = skip_character(star_name);
			pattern = star_pattern;
			name = star_name;
		} else {
			return false;
		}
	}
	while (pattern.len && *pattern.ptr == '*')
		pattern = (struct str){ pattern.ptr + 1, pattern.len - 1 };
	return pattern.len == 0;
}

/* A finding about a source: its place in the setup file, its table and its path. */
static bool
refuse(const struct search *search, const struct source *source, enum status status, struct str path,
	const char *why)
{
	return diag_add(search->diag, status, "%.*s:%u: table %.*s: source \"%.*s\": %s",
		STR_ARG(search->setup->path), source->line, STR_ARG(search->def->name), STR_ARG(path), why);
}

static bool
refuse_error(const struct search *search, const struct source *source, struct str path, int error)
{
	if (error == ENOENT || error == ENOTDIR)
		return refuse(search, source, STATUS_INVALID, path,
			"there is no such file; export the table, or correct the path");
	struct str why =
		arena_printf(search->arena, "%s; check the path and its permissions", strerror(error));
	return refuse(search, source, STATUS_IO, path, why.ptr);
}

/* A path of a source as it can be opened. */
static struct str
join_folder(const struct search *search, struct str path)
{
	struct str folder = search->setup->folder;

	if ((path.len && *path.ptr == '/') || folder.len == 0 || str_equal(folder, STR(".")))
		return arena_copy(search->arena, path);
	return arena_printf(search->arena, "%.*s/%.*s", (int)folder.len, folder.ptr, (int)path.len, path.ptr);
}

static const struct source_file *
find_same(const struct source_files *files, const struct stat *info, struct str member)
{
	for (size_t i = 0; i < files->count; i++)
		if (files->list[i].inode == info->st_ino && files->list[i].device == info->st_dev &&
		    str_equal(files->list[i].member, member))
			return &files->list[i];
	return NULL;
}

/* One file, or one member of an archive. */
static bool
push(const struct search *search, struct source_file file, const struct stat *info)
{
	struct source_files *files = search->files;
	const struct source_file *same = find_same(files, info, file.member);

	if (same)
		return diag_add(search->diag, STATUS_INVALID,
			"%.*s:%u: table %.*s: source \"%.*s\" is already read by the source in line %u; "
			"a file is read once", STR_ARG(search->setup->path), file.source->line,
			STR_ARG(search->def->name), STR_ARG(file.shown_path), same->source->line);
	files->list = memory_grow(files->list, files->count, &files->capacity, sizeof *files->list);
	files->list[files->count++] = file;
	return true;
}

static bool
push_members(const struct search *search, struct source_file file, const struct stat *info)
{
	struct members members = { .def = search->def,
		.source = file.source,
		.arena = search->arena,
		.advice = "name the members in member=\"...\"" };
	bool ok = members_choose(&members, file.path, file.shown_path, search->diag);
	struct str archive = file.shown_path;

	if (!ok && members.why.len)
		return refuse(search, file.source, STATUS_INVALID, archive, members.why.ptr);
	file.archive = archive;
	for (size_t i = 0; i < members.count; i++) {
		file.member = members.names[i];
		file.shown_path = arena_printf(
			search->arena, "%.*s/%.*s", STR_ARG(archive), STR_ARG(file.member));
		ok &= push(search, file, info);
	}
	return ok;
}

static bool
add_file(const struct search *search, const struct source *source, struct str shown_path)
{
	struct str path = join_folder(search, shown_path);
	struct stat info;

	if (stat(path.ptr, &info) != 0)
		return refuse_error(search, source, shown_path, errno);
	if (S_ISDIR(info.st_mode))
		return refuse(search, source, STATUS_INVALID, shown_path,
			"this is a folder; name its files, as in folder/*.csv");
	if (!S_ISREG(info.st_mode))
		return refuse(search, source, STATUS_INVALID, shown_path,
			"this is not a file; Couplet reads plain files only");
	const struct source_file file = {
		.source = source,
		.path = path,
		.shown_path = shown_path,
		.size = (uint64_t)info.st_size,
		.device = info.st_dev,
		.inode = info.st_ino,
	};
	if (zip_is_archive(path.ptr))
		return push_members(search, file, &info);
	if (source->member.len)
		return refuse(search, source, STATUS_INVALID, shown_path,
			"member is for zip archives, which this is not; take it out");
	return push(search, file, &info);
}

/* The names in a folder that match, in no order; false with an error number when it cannot be read. */
static bool
list_matches(const struct search *search, struct str folder, struct str pattern, struct str **names,
	size_t *count, int *error)
{
	DIR *dir = opendir(folder.len ? join_folder(search, folder).ptr : join_folder(search, STR(".")).ptr);
	size_t capacity = 0;
	const struct dirent *entry;

	*error = errno;
	if (!dir)
		return false;
	while ((errno = 0, entry = readdir(dir))) {
		struct str name = str_from(entry->d_name);
		/* As in a shell, * is no hidden file: editors and office programs leave such ones about. */
		if ((*name.ptr == '.' && *pattern.ptr != '.') || !load_match_name(pattern, name))
			continue;
		*names = memory_grow(*names, *count, &capacity, sizeof **names);
		(*names)[(*count)++] = arena_copy(search->arena, name);
	}
	*error = errno;
	closedir(dir);
	return *error == 0;
}

static int
compare_names(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static bool
add_matches(const struct search *search, const struct source *source, struct str folder, struct str pattern)
{
	struct str *names = NULL;
	size_t count = 0;
	int error = 0;
	bool ok = list_matches(search, folder, pattern, &names, &count, &error);

	if (!ok) {
		refuse_error(search, source, source->path, error);
		count = 0;
	} else if (count == 0) {
		ok = refuse(search, source, STATUS_INVALID, source->path,
			"no file matches; export the table, or correct the path");
	}
	if (count)
		qsort(names, count, sizeof *names, compare_names);
	for (size_t i = 0; i < count; i++) {
		struct str path = arena_printf(search->arena, "%.*s%.*s", (int)folder.len,
			folder.len ? folder.ptr : "", (int)names[i].len, names[i].ptr);
		ok &= add_file(search, source, path);
	}
	free(names);
	return ok;
}

static bool
add_source(const struct search *search, const struct source *source)
{
	const char *slash = source->path.len ? memrchr(source->path.ptr, '/', source->path.len) : NULL;
	size_t folder_len = slash ? (size_t)(slash - source->path.ptr) + 1 : 0;
	struct str folder = { source->path.ptr, folder_len };
	struct str name = { source->path.ptr + folder_len, source->path.len - folder_len };

	if (source->path.len == 0)
		return refuse(search, source, STATUS_INVALID, source->path, "the path is empty");
	if (has_wildcard(folder))
		return refuse(search, source, STATUS_INVALID, source->path,
			"* and ? stand for file names only; write the folder out");
	if (has_wildcard(name))
		return add_matches(search, source, folder, name);
	return add_file(search, source, source->path);
}

bool
load_find_files(const struct setup *setup, const struct table_def *def, struct arena *arena,
	struct source_files *files, struct diag *diag)
{
	const struct search search = { setup, def, arena, files, diag };
	bool ok = true;

	if (def->source_count == 0)
		return diag_add(diag, STATUS_INVALID,
			"%.*s:%u: table %.*s: no source; name the file that it is exported to",
			STR_ARG(setup->path), def->line, STR_ARG(def->name));
	for (size_t i = 0; i < def->source_count; i++)
		ok &= add_source(&search, &def->sources[i]);
	return ok;
}
