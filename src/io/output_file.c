/* output_file.c - the files of an output folder, one at a time (part 6) */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "io/digest.h"
#include "io/folder.h"
#include "io/output_parts.h"

/*
 * Pieces that begin at a multiple of their size cost the system half of what others
 * do: it keeps them in larger pages.
 *
 * Flushing waits for the disk.  So that it is at work meanwhile, it is asked to
 * begin every START_BYTES, and files stay open until output_publish(), the
 * first OPEN_FILES of them.
 */
enum { PIECE_BYTES = 256 * 1024, START_BYTES = 8 * 1024 * 1024, OPEN_FILES = 64 };

struct str
output_staged_path(struct output *out, struct str name)
{
	return arena_printf(&out->arena, "%s/%.*s", out->staging.ptr, (int)name.len, name.ptr);
}

bool
output_file_begin(struct output *out, struct str name, struct diag *diag)
{
	struct str path = output_staged_path(out, name);
	/* A copy that may be written to, for the folders on the way. */
	char *folders = arena_bytes(&out->arena, path.len + 1);

	assert(out->is_open && out->descriptor < 0 && name.len > 0 && name.ptr[0] != '/');
	memcpy(folders, path.ptr, path.len + 1);
	if (!folder_make_parents(folders, out->staging.len + 1))
		return output_fail(diag, "its folder cannot be made", path.ptr, errno);
	out->descriptor = open(path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out->descriptor < 0)
		return output_fail(diag, "cannot be made", path.ptr, errno);
	out->hash = digest_begin();
	if (!out->hash)
		return output_fail(diag, "cannot be written", path.ptr, ENOMEM);
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

	return output_fail(diag, "cannot be written", output_staged_path(out, name).ptr, error);
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
		return output_finish_descriptor(&out->descriptor) || fail_file(out, diag, errno);
	start_writing_out(out);
	file->descriptor = out->descriptor;
	out->descriptor = -1;
	return true;
}

bool
output_finish_descriptor(int *descriptor)
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
