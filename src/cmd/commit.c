/*
 * commit.c - adopting an output folder's ledger as the current one (L3)
 *
 * check the folder -> lock -> check the ledger -> write beside -> keep the old
 * one -> rename -> flush.  Killed anywhere, the ledger is the old or the new
 * one, and commit can be run again.
 */
#include "cmd/commit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/manifest.h"
#include "io/digest.h"
#include "io/folder.h"
#include "io/output.h"
#include "model/value.h"

enum { COPY_PIECE = 256 * 1024, DIGEST_TEXT = 64 };

struct commit {
	struct arena arena;
	struct diag *diag;
	const char *folder;
	const char *shown;	/* the ledger as it was named */
	const char *ledger;	/* the file itself, symbolic links resolved */
	struct manifest manifest;
	struct str present;	/* digest of the ledger as it is, or "none" */
	int lock;
	struct buf piece;	/* of a file that is copied */
	struct buf text;	/* of a digest */
};

static bool
fail(struct commit *commit, const char *path, const char *what, int error)
{
	return diag_add(commit->diag, STATUS_IO, "%s: %s: %s; the ledger was not changed: check the folder, "
		"its permissions and the disk, then run couplet commit again", path, what, strerror(error));
}

static struct str
digest_text(struct commit *commit, struct file_digest digest)
{
	return manifest_digest_text(&commit->manifest, digest);
}

/* Other commits wait here; the lock dies with its process, the empty file stays. */
static bool
lock_ledger(struct commit *commit)
{
	struct str path = arena_printf(&commit->arena, "%s.lock", commit->ledger);
	int result;

	commit->lock = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (commit->lock < 0)
		return fail(commit, path.ptr, "cannot be made", errno);
	do
		result = flock(commit->lock, LOCK_EX);
	while (result != 0 && errno == EINTR);
	return result == 0 || fail(commit, path.ptr, "cannot be locked", errno);
}

/* When a file was last written, for people. */
static struct str
written_on(struct commit *commit, const char *path)
{
	struct stat info;
	struct buf text = { 0 };

	if (stat(path, &info) != 0)
		return STR("not there");
	buf_add(&text, STR("written "));
	stamp_write((int64_t)info.st_mtim.tv_sec * 1000, &text);
	struct str copy = arena_copy(&commit->arena, buf_str(&text));
	buf_release(&text);
	return copy;
}

/* The ledger must be the one that went into the run. */
static bool
check_ledger(struct commit *commit)
{
	struct str manifest_path = arena_printf(&commit->arena, "%s/manifest.xml", commit->folder);

	if (str_equal(commit->present, commit->manifest.ledger_in))
		return true;
	return diag_add(commit->diag, STATUS_STALE,
		"%s: is stale: the ledger that went into this run is not the current one; the current "
		"ledger %s is %.*s (%.*s), the run read %.*s (the folder was %.*s); run couplet sync again "
		"and commit its folder, and import nothing of this one",
		commit->folder, commit->shown, STR_ARG(commit->present),
		STR_ARG(written_on(commit, commit->ledger)), STR_ARG(commit->manifest.ledger_in),
		STR_ARG(written_on(commit, manifest_path.ptr)));
}

static bool
read_present(struct commit *commit)
{
	struct file_digest digest;

	commit->present = STR("none");
	if (access(commit->ledger, F_OK) != 0 && errno == ENOENT)
		return true;
	if (!digest_file(commit->ledger, &digest, commit->diag))
		return false;
	commit->present = digest_text(commit, digest);
	return true;
}

static bool
write_all(int descriptor, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t done = write(descriptor, bytes, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		bytes += done;
		len -= (size_t)done;
	}
	return true;
}

/* Copies all bytes and flushes them to disk; the digest is that of what was copied. */
static bool
copy_bytes(struct commit *commit, int from, int to, struct digest_stream *stream)
{
	char *piece = commit->piece.ptr;
	ssize_t got;
	bool ok = true;

	do {
		got = read(from, piece, COPY_PIECE);
		if (got > 0) {
			digest_add(stream, piece, (size_t)got);
			ok = write_all(to, piece, (size_t)got);
		}
	} while (ok && (got > 0 || (got < 0 && errno == EINTR)));
	return ok && got == 0 && descriptor_flush(to);
}

/* What a commit that was killed left behind goes; a link that somebody put there is not followed. */
static int
make_file(const char *path)
{
	if (unlink(path) != 0 && errno != ENOENT)
		return -1;
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static bool
has_digest(struct commit *commit, struct file_digest digest, struct str wanted)
{
	buf_reset(&commit->text);
	digest_write(digest, &commit->text);
	return str_equal(buf_str(&commit->text), wanted);
}

/* A copy to be made under another name; everything that needs memory is there before. */
struct copy {
	const char *from;
	const char *to;
	struct str wanted;	/* its digest, as the file may have changed since it was checked */
	struct digest_stream *stream;
};

static bool
copy_file(struct commit *commit, const struct copy *copy, mode_t mode)
{
	int source = open(copy->from, O_RDONLY | O_CLOEXEC);
	int target = source >= 0 ? make_file(copy->to) : -1;
	bool ok = target >= 0 && (mode == 0 || fchmod(target, mode) == 0)
	    && copy_bytes(commit, source, target, copy->stream);
	int error = errno;

	if (source >= 0)
		close(source);
	if (target >= 0 && close(target) != 0 && ok) {
		ok = false;
		error = errno;
	}
	if (!ok && source < 0)
		return fail(commit, copy->from, "cannot be read", error);
	if (!ok)
		return fail(commit, copy->to, "cannot be written", error);
	return has_digest(commit, digest_so_far(copy->stream), copy->wanted)
	    || diag_add(commit->diag, STATUS_INVALID,
		"%s: changed while it was read; run couplet commit again", copy->from);
}

static bool
rename_file(struct commit *commit, const char *from, const char *to)
{
	return rename(from, to) == 0 || fail(commit, to, "cannot be replaced", errno);
}

/* The folder of the ledger, as text for system calls. */
static struct str
ledger_folder(struct commit *commit)
{
	struct str path = str_from(commit->ledger);

	while (path.len > 0 && path.ptr[path.len - 1] != '/')
		path.len--;
	return path.len ? arena_copy(&commit->arena, path) : STR(".");
}

/* The old ledger becomes *.previous, then the new one takes its place, each by one rename. */
static bool
put_in_place(struct commit *commit, const struct copy *new, const struct copy *old, const char *previous,
	const char *parent)
{
	struct stat info;
	mode_t mode = 0;

	if (old && stat(commit->ledger, &info) != 0)
		return fail(commit, commit->ledger, "cannot be looked at", errno);
	if (old)
		mode = info.st_mode & 07777;
	/* Interrupted halfway it would leave its copies, or say that nothing was done after the rename. */
	output_go_through();
	bool ok = copy_file(commit, new, mode);
	if (ok && old)
		ok = copy_file(commit, old, mode) && rename_file(commit, old->to, previous);
	ok = ok && rename_file(commit, new->to, commit->ledger);
	/* After a power cut it would be the old one again, which is whole, too. */
	if (ok && !folder_flush(parent))
		diag_notice(commit->diag, "%s: is the new ledger, but may not survive a power cut: %s",
			commit->shown, strerror(errno));
	if (!ok) {
		unlink(new->to);
		if (old)
			unlink(old->to);
	}
	return ok;
}

static bool
replace_ledger(struct commit *commit)
{
	struct arena *arena = &commit->arena;
	bool is_there = !str_equal(commit->present, STR("none"));
	struct copy new = {
		.from = arena_printf(arena, "%s/ledger.csv", commit->folder).ptr,
		.to = arena_printf(arena, "%s.new", commit->ledger).ptr,
		.wanted = commit->manifest.ledger_out,
		.stream = digest_begin(),
	};
	struct copy old = {
		.from = commit->ledger,
		.to = arena_printf(arena, "%s.previous.new", commit->ledger).ptr,
		.wanted = commit->present,
		.stream = digest_begin(),
	};
	struct str previous = arena_printf(arena, "%s.previous", commit->ledger);
	struct str parent = ledger_folder(commit);

	buf_reserve(&commit->piece, COPY_PIECE);
	buf_reserve(&commit->text, DIGEST_TEXT);
	bool ok = (new.stream && old.stream) || fail(commit, new.to, "cannot be written", ENOMEM);
	ok = ok && put_in_place(commit, &new, is_there ? &old : NULL, previous.ptr, parent.ptr);
	digest_end(new.stream);
	digest_end(old.stream);
	return ok;
}

static void
tell(const struct commit *commit, bool is_quiet, const char *what)
{
	if (!is_quiet)
		fprintf(stderr, "couplet: %s: %s of run %.*s\n", commit->shown, what,
			STR_ARG(commit->manifest.run));
}

static bool
commit_locked(struct commit *commit, bool is_folder_good, bool is_quiet)
{
	if (!read_present(commit))
		return false;
	if (is_folder_good && str_equal(commit->present, commit->manifest.ledger_out)) {
		tell(commit, is_quiet, "is already the ledger");
		return true;
	}
	/* Both are checked, so that all that is wrong is told; the higher status counts. */
	if (!check_ledger(commit) || !is_folder_good || !replace_ledger(commit))
		return false;
	tell(commit, is_quiet, "is now the ledger");
	return true;
}

bool
commit_folder(const char *folder, const char *ledger, bool is_quiet, struct diag *diag)
{
	char *real = realpath(ledger, NULL);
	struct commit commit = { .diag = diag, .folder = folder, .shown = ledger,
		.ledger = real ? real : ledger, .lock = -1 };
	bool ok = manifest_read(&commit.manifest, folder, diag);

	if (ok) {
		bool is_folder_good = manifest_check(&commit.manifest, folder, diag);
		ok = lock_ledger(&commit) && commit_locked(&commit, is_folder_good, is_quiet);
	}
	if (commit.lock >= 0)
		close(commit.lock);
	manifest_release(&commit.manifest);
	buf_release(&commit.piece);
	buf_release(&commit.text);
	arena_release(&commit.arena);
	free(real);
	return ok;
}
