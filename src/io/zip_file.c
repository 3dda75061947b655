/* zip_file.c - the directory of a zip archive, read and distrusted */
#include "io/zip_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/index.h"

/* Sizes of the format's structures without their variable parts. */
enum { END_SIZE = 22, END64_SIZE = 56, LOCATOR_SIZE = 20, ENTRY_SIZE = 46, LOCAL_SIZE = 30 };
enum { MAX_COMMENT = 65535 };
enum { MAX_MEMBERS = 10000, MAX_DIRECTORY = 16 * 1024 * 1024 };
enum { ZIP64_FIELD = 1, MADE_BY_UNIX = 3, MODE_TYPE = 0170000, MODE_LINK = 0120000 };

static const uint64_t max_unpacked = UINT64_C(64) * 1024 * 1024 * 1024;

/* No export shrinks to a part this small; looked at only where it is large. */
enum { BOMB_RATIO = 500, BOMB_BYTES = 256 * 1024 * 1024 };

/* Where the directory is, as the end of the file says. */
struct directory {
	uint64_t begin;
	uint64_t size;
	uint64_t entries;
};

bool
zip_fail(const struct zip_file *zip, struct str member, enum status status, const char *what)
{
	return diag_add(zip->diag, status, "%.*s%s%.*s: %s", STR_ARG(zip->shown_path), member.len ? "/" : "",
		STR_ARG(member), what);
}

static bool
fail(const struct zip_file *zip, const char *what)
{
	return zip_fail(zip, STR(""), STATUS_INVALID, what);
}

static bool
fail_damaged(const struct zip_file *zip)
{
	return fail(zip, "the zip archive is damaged or cut short; copy or export it again");
}

static bool
fail_system(const struct zip_file *zip, const char *what, int error)
{
	return diag_add(zip->diag, STATUS_IO, "%.*s: %s: %s; check the path, its permissions and the disk",
		STR_ARG(zip->shown_path), what, strerror(error));
}

/* How many of the bytes there are, as a read may give as little as one; -1 with errno on failure. */
static ssize_t
read_piece(int descriptor, uint64_t begin, char *to, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t got = pread(descriptor, to + done, len - done, (off_t)(begin + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

bool
zip_read_at(const struct zip_file *zip, uint64_t begin, void *to, size_t len)
{
	if (begin > zip->size || len > zip->size - begin)
		return fail_damaged(zip);
	ssize_t got = read_piece(zip->descriptor, begin, to, len);
	if (got < 0)
		return fail_system(zip, "cannot be read", errno);
	return (size_t)got == len || fail_damaged(zip);
}

/* The end record is the last thing in the file, but for a comment whose length it tells. */
static bool
find_end(const struct zip_file *zip, uint64_t *begin)
{
	uint64_t most = END_SIZE + MAX_COMMENT;
	size_t len = (size_t)(zip->size < most ? zip->size : most);
	unsigned char *tail = memory_new(len + 1, 1);
	bool is_found = false;

	if (len < END_SIZE) {
		free(tail);
		return fail_damaged(zip);
	}
	if (!zip_read_at(zip, zip->size - len, tail, len)) {
		free(tail);
		return false;
	}
	for (size_t at = len - END_SIZE + 1; !is_found && at-- > 0;) {
		is_found =
			memcmp(tail + at, "PK\5\6", 4) == 0 && at + END_SIZE + zip_u16(tail + at + 20) == len;
		*begin = zip->size - len + at;
	}
	free(tail);
	return is_found || fail_damaged(zip);
}

/* Archives beyond 4 GiB or 65,535 members have a second end record before the first one. */
static bool
read_end64(const struct zip_file *zip, uint64_t end, struct directory *directory)
{
	unsigned char locator[LOCATOR_SIZE];
	unsigned char end64[END64_SIZE];

	if (end < LOCATOR_SIZE || !zip_read_at(zip, end - LOCATOR_SIZE, locator, sizeof locator))
		return end >= LOCATOR_SIZE ? false : fail_damaged(zip);
	if (memcmp(locator, "PK\6\7", 4) != 0)
		return fail_damaged(zip);
	uint64_t begin = zip_u64(locator + 8);
	if (!zip_read_at(zip, begin, end64, sizeof end64))
		return false;
	if (memcmp(end64, "PK\6\6", 4) != 0 || zip_u32(end64 + 16) != 0 || zip_u32(end64 + 20) != 0
		|| begin + 12 + zip_u64(end64 + 4) != end - LOCATOR_SIZE
		|| zip_u64(end64 + 24) != zip_u64(end64 + 32))
		return fail_damaged(zip);
	*directory = (struct directory){ zip_u64(end64 + 48), zip_u64(end64 + 40), zip_u64(end64 + 32) };
	if (directory->begin > begin || directory->size != begin - directory->begin)
		return fail_damaged(zip);
	return true;
}

static bool
find_directory(const struct zip_file *zip, struct directory *directory)
{
	unsigned char end[END_SIZE];
	uint64_t at = 0;

	if (!find_end(zip, &at) || !zip_read_at(zip, at, end, sizeof end))
		return false;
	*directory = (struct directory){ zip_u32(end + 16), zip_u32(end + 12), zip_u16(end + 10) };
	if (directory->begin == UINT32_MAX || directory->size == UINT32_MAX
		|| directory->entries == UINT16_MAX)
		return read_end64(zip, at, directory);
	if (zip_u16(end + 4) != 0 || zip_u16(end + 6) != 0 || zip_u16(end + 8) != zip_u16(end + 10))
		return fail(zip, "is one part of a zip archive in several parts; make one archive of them");
	if (directory->begin > at || directory->size != at - directory->begin)
		return fail_damaged(zip);
	return true;
}

/* A name as it is compared and shown: / between folders, and nothing that is no UTF-8. */
static struct str
clean_name(struct zip_file *zip, struct str raw)
{
	char *name = arena_bytes(&zip->arena, raw.len + 1);
	bool is_utf8 = utf8_check(raw) == raw.len;

	for (size_t i = 0; i < raw.len; i++) {
		unsigned char c = (unsigned char)raw.ptr[i];
		bool is_bad = c < ' ' || c == 0x7f || (c >= 0x80 && !is_utf8);
		name[i] = c == '\\' ? '/' : is_bad ? '_' : (char)c;
	}
	name[raw.len] = '\0';
	return (struct str){ name, raw.len };
}

/* Nothing is ever unpacked to disk; but who makes such names has something else in mind than data. */
static bool
check_name(const struct zip_file *zip, struct str raw, struct str name)
{
	struct str rest = name;
	bool is_bad = name.len == 0 || name.ptr[0] == '/' || (name.len > 1 && name.ptr[1] == ':');

	for (size_t i = 0; i < raw.len; i++)
		is_bad |= raw.ptr[i] == '\0';
	while (!is_bad && rest.len > 0) {
		struct str part = str_cut(rest, '/', &rest);
		is_bad = str_equal(part, STR("..")) || str_equal(part, STR("."));
	}
	return !is_bad || zip_fail(zip, name, STATUS_INVALID,
		"the name of this member leads out of the archive; who made it means harm, or it is damaged");
}

/* The 64-bit values of an entry whose 32-bit ones are all ones. */
static bool
read_zip64(const struct zip_file *zip, const unsigned char *extra, size_t len, struct zip_member *member)
{
	uint64_t *wanted[3] = { &member->size, &member->packed, &member->begin };
	bool needs = false;

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		needs |= *wanted[i] == UINT32_MAX;
	while (needs && len >= 4) {
		size_t field = zip_u16(extra + 2);
		const unsigned char *at = extra + 4;
		if (field > len - 4)
			return fail_damaged(zip);
		for (size_t i = 0; zip_u16(extra) == ZIP64_FIELD && i < ARRAY_LEN(wanted); i++) {
			if (*wanted[i] != UINT32_MAX)
				continue;
			if (at + 8 > extra + 4 + field)
				return fail_damaged(zip);
			*wanted[i] = zip_u64(at);
			at += 8;
		}
		if (zip_u16(extra) == ZIP64_FIELD)
			return true;
		extra += 4 + field;
		len -= 4 + field;
	}
	return !needs || fail_damaged(zip);
}

static bool
check_sizes(const struct zip_file *zip, const struct zip_member *member, uint64_t directory)
{
	if (member->begin > directory || member->packed > directory - member->begin)
		return fail_damaged(zip);
	if (member->size > max_unpacked ||
	    (member->size > BOMB_BYTES && member->size / BOMB_RATIO > member->packed))
		return zip_fail(zip, member->name, STATUS_INVALID,
			"unpacks to more than 500 times its size, or 64 GiB, as no export does; look at it "
			"before you unpack it by hand");
	return true;
}

/* One entry of the directory; *len is what is left of it, and becomes what is left behind it. */
static bool
read_entry(struct zip_file *zip, const struct directory *directory, const unsigned char **at, size_t *len)
{
	const unsigned char *p = *at;

	if (*len < ENTRY_SIZE || memcmp(p, "PK\1\2", 4) != 0)
		return fail_damaged(zip);
	size_t name_len = zip_u16(p + 28);
	size_t extra_len = zip_u16(p + 30);
	size_t whole = ENTRY_SIZE + name_len + extra_len + zip_u16(p + 32);
	if (whole > *len)
		return fail_damaged(zip);
	struct str raw = { (const char *)p + ENTRY_SIZE, name_len };
	struct zip_member member = {
		.name = clean_name(zip, raw),
		.begin = zip_u32(p + 42),
		.packed = zip_u32(p + 20),
		.size = zip_u32(p + 24),
		.crc = zip_u32(p + 16),
		.method = zip_u16(p + 10),
		.flags = zip_u16(p + 8),
	};
	if (!check_name(zip, raw, member.name) ||
	    !read_zip64(zip, p + ENTRY_SIZE + name_len, extra_len, &member) ||
	    !check_sizes(zip, &member, directory->begin))
		return false;
	if (p[5] == MADE_BY_UNIX && (zip_u32(p + 38) >> 16 & MODE_TYPE) == MODE_LINK)
		return zip_fail(zip, member.name, STATUS_INVALID,
			"this member is a symbolic link; pack the file itself");
	*at += whole;
	*len -= whole;
	zip->members[zip->member_count++] = member;
	return true;
}

static bool
check_twice(const struct zip_file *zip)
{
	struct index names = { 0 };
	const struct zip_member *twice = NULL;

	for (uint32_t i = 0; i < zip->member_count && !twice; i++) {
		struct index_walk walk = index_find(&names, str_hash(zip->members[i].name));
		for (uint32_t k; (k = index_next(&walk)) != INDEX_NONE;)
			if (str_equal(zip->members[k].name, zip->members[i].name))
				twice = &zip->members[i];
		index_add(&names, str_hash(zip->members[i].name), i);
	}
	index_release(&names);
	return !twice || zip_fail(zip, twice->name, STATUS_INVALID,
		"the archive has two members of this name, and nobody can tell which one is meant; "
		"pack it again");
}

static int
compare_begins(const void *a, const void *b, void *context)
{
	const struct zip_member *members = context;
	uint64_t x = members[*(const uint32_t *)a].begin;
	uint64_t y = members[*(const uint32_t *)b].begin;

	return (x > y) - (x < y);
}

/* Members that share bytes unpack a small file to a huge one. */
static bool
check_overlap(struct zip_file *zip)
{
	uint32_t *order = memory_new(zip->member_count + 1, sizeof *order);
	bool ok = true;

	for (uint32_t i = 0; i < zip->member_count; i++)
		order[i] = i;
	qsort_r(order, zip->member_count, sizeof *order, compare_begins, zip->members);
	for (size_t i = 1; ok && i < zip->member_count; i++) {
		const struct zip_member *before = &zip->members[order[i - 1]];
		uint64_t room = zip->members[order[i]].begin - before->begin;
		if (LOCAL_SIZE + before->name.len > room
			|| before->packed > room - LOCAL_SIZE - before->name.len)
			ok = zip_fail(zip, before->name, STATUS_INVALID,
				"this member lies over the next one; the archive is damaged, or means harm");
	}
	free(order);
	return ok;
}

/* Folders hold nothing: they are checked like the others, and left out. */
static void
drop_folders(struct zip_file *zip)
{
	size_t kept = 0;

	for (size_t i = 0; i < zip->member_count; i++) {
		struct str name = zip->members[i].name;
		if (name.ptr[name.len - 1] != '/')
			zip->members[kept++] = zip->members[i];
	}
	zip->member_count = kept;
}

static bool
read_directory(struct zip_file *zip, const struct directory *directory)
{
	if (directory->entries > MAX_MEMBERS || directory->size > MAX_DIRECTORY)
		return fail(zip, "holds more than 10,000 members; pack only what is to be read");
	unsigned char *bytes = memory_new((size_t)directory->size + 1, 1);
	const unsigned char *at = bytes;
	size_t left = (size_t)directory->size;
	bool ok = zip_read_at(zip, directory->begin, bytes, left);

	zip->members = arena_array(&zip->arena, struct zip_member, directory->entries);
	for (uint64_t i = 0; ok && i < directory->entries; i++)
		ok = read_entry(zip, directory, &at, &left);
	free(bytes);
	if (!ok)
		return false;
	if (left > 0)
		return fail_damaged(zip);
	return check_twice(zip) && check_overlap(zip);
}

bool
zip_is_archive(const char *path)
{
	char magic[4];
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	bool is_read = descriptor >= 0 && read_piece(descriptor, 0, magic, sizeof magic) == sizeof magic;

	if (descriptor >= 0)
		close(descriptor);
	return is_read && (memcmp(magic, ZIP_MAGIC, 4) == 0 || memcmp(magic, ZIP_EMPTY_MAGIC, 4) == 0);
}

bool
zip_open(struct zip_file *zip, const char *path, struct str shown_path, struct diag *diag)
{
	struct directory directory;
	struct stat info;

	*zip = (struct zip_file){ .shown_path = shown_path, .diag = diag };
	zip->descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (zip->descriptor < 0)
		return fail_system(zip, "cannot be opened", errno);
	if (fstat(zip->descriptor, &info) != 0)
		return fail_system(zip, "cannot be read", errno);
	zip->size = (uint64_t)info.st_size;
	if (!find_directory(zip, &directory) || !read_directory(zip, &directory))
		return false;
	drop_folders(zip);
	return true;
}

const struct zip_member *
zip_find(const struct zip_file *zip, struct str name)
{
	for (size_t i = 0; i < zip->member_count; i++)
		if (str_equal(zip->members[i].name, name))
			return &zip->members[i];
	return NULL;
}

void
zip_close(struct zip_file *zip)
{
	if (zip->descriptor >= 0)
		close(zip->descriptor);
	zip->descriptor = -1;
	arena_release(&zip->arena);
}
