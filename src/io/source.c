/* source.c - the text of a file: opened, unpacked, decoded */
#include "io/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/decode.h"
#include "io/digest.h"
#include "io/gunzip.h"
#include "io/xml_head.h"
#include "io/zip_file.h"

/* HEAD: what must be known of a file before anything of it is handed out. */
enum { HEAD = 8, ARCHIVE_HEAD = 16 * 1024 };

/* No export shrinks to a part this small; looked at only once it is large. */
enum { BOMB_RATIO = 500, BOMB_BYTES = 256 * 1024 * 1024 };

static const struct str zip_magic = { ZIP_MAGIC, 4 };

/* U+FEFF at the begin of a text. */
static const struct str utf8_mark = { "\xef\xbb\xbf", 3 };

struct source {
	struct diag *diag;
	struct str shown_path;
	size_t piece;
	int descriptor;		/* of a file; -1 for a member of an archive */
	struct digest_stream *digest;
	struct zip_file archive;
	struct zip_stream *member;
	struct file_digest archive_digest;
	struct buf raw;		/* bytes as they are on disk, from raw_at on not yet used */
	size_t raw_at;
	bool raw_ended;
	struct gunzip *gunzip;	/* null: not packed */
	bool is_judged;		/* text was handed out that is doubted: zlib tells what is wrong */
	uint64_t packed;	/* bytes read from disk */
	uint64_t unpacked;	/* and made of them */
	struct buf bytes;	/* unpacked, not yet decoded */
	bool bytes_ended;
	struct decoder *decoder;
	bool has_started;	/* text was handed out: no byte order mark can follow */
	bool has_mark;		/* and one came before it */
	struct stat before;	/* of the file when it was opened */
	char encoding[64];
};

static bool
fail(const struct source *s, enum status status, const char *what, const char *advice)
{
	return diag_add(s->diag, status, "%.*s: %s; %s", STR_ARG(s->shown_path), what, advice);
}

static bool
fail_memory(const struct source *s)
{
	return fail(s, STATUS_IO, "out of memory", "make memory free and run again");
}

static bool
fail_system(const struct source *s, const char *what, int error)
{
	return diag_add(s->diag, STATUS_IO, "%.*s: %s: %s; check the path, its permissions and the disk",
		STR_ARG(s->shown_path), what, strerror(error));
}

/* The descriptor of what is on disk: the file, or the archive that it is in. */
static int
on_disk(const struct source *s)
{
	return s->descriptor >= 0 ? s->descriptor : s->archive.descriptor;
}

static bool
remember_file(struct source *s)
{
	return fstat(on_disk(s), &s->before) == 0 || fail_system(s, "cannot be looked at", errno);
}

bool
file_is_unchanged(const struct stat *before, const struct stat *now)
{
	return now->st_size == before->st_size && now->st_mtim.tv_sec == before->st_mtim.tv_sec &&
		now->st_mtim.tv_nsec == before->st_mtim.tv_nsec;
}

static bool
check_unchanged(const struct source *s)
{
	struct stat now;

	if (fstat(on_disk(s), &now) != 0)
		return fail_system(s, "cannot be looked at", errno);
	if (file_is_unchanged(&s->before, &now))
		return true;
	return fail(s, STATUS_IO, "changed while it was read",
		"see that nothing writes it any more, then run again: nothing was published");
}

static bool
read_member(struct source *s, struct buf *out)
{
	size_t before = out->len;
	bool ok = zip_stream_read(s->member, s->piece, out);

	s->raw_ended = out->len == before;
	return ok && (!s->raw_ended || check_unchanged(s));
}

/* Appends a piece of the file as it is on disk or in its archive, or sets raw_ended. */
static bool
read_disk(struct source *s, struct buf *out)
{
	if (s->member)
		return read_member(s, out);
	char *to = buf_reserve(out, s->piece);
	ssize_t len;

	do
		len = read(s->descriptor, to, s->piece);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return fail_system(s, "cannot be read", errno);
	s->raw_ended = len == 0;
	if (s->raw_ended && !check_unchanged(s))
		return false;
	digest_add(s->digest, to, (size_t)len);
	s->packed += (uint64_t)len;
	out->len += (size_t)len;
	return true;
}

/* Like read_disk(), but what was read to recognise the file comes first. */
static bool
read_plain(struct source *s, struct buf *out)
{
	if (s->raw.len == 0)
		return read_disk(s, out);
	buf_add(out, buf_str(&s->raw));
	buf_release(&s->raw);
	return true;
}

/* More bytes on disk, to be unpacked; at the end of the file none are left. */
static bool
refill_raw(struct source *s)
{
	if (s->raw_at < s->raw.len || s->raw_ended)
		return true;
	buf_reset(&s->raw);
	s->raw_at = 0;
	return read_disk(s, &s->raw);
}

/* A file that is read anew by what tells best what is wrong with it. */
static bool
begin_again(struct source *s)
{
	gunzip_end(s->gunzip);
	digest_end(s->digest);
	s->gunzip = gunzip_begin(GUNZIP_EXACT);
	s->digest = digest_begin();
	if (!s->gunzip || !s->digest)
		return fail_memory(s);
	if (lseek(s->descriptor, 0, SEEK_SET) < 0)
		return fail_system(s, "cannot be read", errno);
	s->is_judged = s->unpacked > 0;
	s->packed = s->unpacked = 0;
	s->raw_ended = false;
	s->raw_at = 0;
	buf_reset(&s->raw);
	return true;
}

static bool
refuse_packed(const struct source *s, enum gunzip_status status)
{
	if (status == GUNZIP_MEMORY)
		return fail_memory(s);
	if (status == GUNZIP_EARLY)
		return fail(s, STATUS_INVALID, "the gzip data ends too early",
			"the file is not whole: copy or export it again");
	return fail(s, STATUS_INVALID, "the gzip data is damaged", "copy or export the file again");
}

/* Unpacks some of raw; it may be that nothing comes out yet. */
static bool
unpack_some(struct source *s, struct buf *out)
{
	size_t before = out->len;
	struct str in = { s->raw.ptr + s->raw_at, s->raw.len - s->raw_at };
	bool is_empty = in.len == 0;
	enum gunzip_status status = gunzip_run(s->gunzip, &in, s->piece, out);
	size_t made = out->len - before;

	s->raw_at = s->raw.len - in.len;
	if (status == GUNZIP_MORE && made == 0 && is_empty && s->raw_ended && gunzip_is_within(s->gunzip))
		status = gunzip_ended_early(s->gunzip);
	if (status == GUNZIP_DOUBT || s->is_judged)
		out->len = before;
	if (status == GUNZIP_DOUBT)
		return begin_again(s);
	s->unpacked += made;
	if (s->unpacked > BOMB_BYTES && s->unpacked / BOMB_RATIO > s->packed)
		return fail(s, STATUS_INVALID, "unpacks to more than 500 times its size, as no "
			"export does", "look at it before you unpack it by hand");
	return status == GUNZIP_MORE || refuse_packed(s, status);
}

/* A gzip file is a row of members; each is checked against its trailer. */
static bool
read_gzip(struct source *s, struct buf *out)
{
	size_t before = out->len;

	while (out->len == before) {
		if (!refill_raw(s))
			return false;
		bool is_end = s->raw_at == s->raw.len && !gunzip_is_within(s->gunzip);
		if (is_end && s->is_judged)
			return fail(s, STATUS_IO, "is unpacked by ISA-L and by zlib to different texts",
				"unpack it by hand and run again");
		if (is_end)
			return true;
		if (!unpack_some(s, out))
			return false;
	}
	return true;
}

/* Appends unpacked bytes, or sets bytes_ended. */
static bool
read_bytes(struct source *s, struct buf *out)
{
	size_t before = out->len;

	if (!(s->gunzip ? read_gzip(s, out) : read_plain(s, out)))
		return false;
	s->bytes_ended = out->len == before;
	return true;
}

struct foreign {
	struct str magic;
	const char *what;
	const char *advice;
};

/* Formats that begin with bytes of their own and hold no text that could be read here. */
static const struct foreign foreign_formats[] = {
	{ { ZIP_MAGIC, 4 }, "is a zip archive", "unpack it: only exports are read from archives" },
	{ { ZIP_EMPTY_MAGIC, 4 }, "is an empty zip archive", "export it again" },
	{ { "\x1f\x8b", 2 }, "is packed by gzip twice", "unpack it once" },
	{ { "\xd0\xcf\x11\xe0", 4 }, "is a workbook (xls)", "save the sheet as CSV" },
	{ { "%PDF", 4 }, "is a PDF document", "export the records as CSV" },
};

/* A workbook is a zip archive with its sheets in a folder xl/ (1.8). */
static bool
is_workbook(struct str bytes)
{
	return str_starts(bytes, zip_magic) && (memmem(bytes.ptr, bytes.len, "xl/workbook", 11) ||
		memmem(bytes.ptr, bytes.len, "xl/worksheets/", 14));
}

static bool
refuse_foreign(const struct source *s)
{
	if (is_workbook(buf_str(&s->bytes)))
		return fail(s, STATUS_INVALID, "is a workbook (xlsx), which is not read",
			"export a RapidStart configuration package instead, or save the sheet as CSV");
	for (size_t i = 0; i < ARRAY_LEN(foreign_formats); i++)
		if (str_starts(buf_str(&s->bytes), foreign_formats[i].magic))
			return fail(s, STATUS_INVALID, foreign_formats[i].what, foreign_formats[i].advice);
	return true;
}

/* The encoding that a byte order mark tells (5.0.1), or null. */
static const char *
marked_encoding(struct str bytes)
{
	if (str_starts(bytes, utf8_mark))
		return "UTF-8";
	/* FF FE 00 00 is that of UTF-32, which is read only when declared. */
	if (str_starts(bytes, STR("\xff\xfe\0\0")))
		return NULL;
	if (str_starts(bytes, STR("\xff\xfe")))
		return "UTF-16LE";
	return str_starts(bytes, STR("\xfe\xff")) ? "UTF-16BE" : NULL;
}

static bool
choose_encoding(struct source *s, struct str declared)
{
	const char *marked = marked_encoding(buf_str(&s->bytes));
	struct str prolog = declared.len ? declared : xml_head_encoding(buf_str(&s->bytes));
	struct str name = marked ? str_from(marked) : prolog.len ? prolog : STR("UTF-8");

	if (name.len >= sizeof s->encoding)
		return fail(s, STATUS_INVALID, "the declared encoding has no such name",
			"see the names that `iconv --list` prints");
	memcpy(s->encoding, name.ptr, name.len);
	s->encoding[name.len] = '\0';
	if (str_equal_nocase(name, STR("UTF-8")) || str_equal_nocase(name, STR("UTF8")))
		return true;
	s->decoder = decoder_open(s->encoding);
	if (s->decoder)
		return true;
	if (errno != EINVAL)
		return fail_system(s, "its encoding cannot be read", errno);
	return diag_add(s->diag, STATUS_INVALID, "%.*s: unknown encoding \"%s\"; use a name that "
		"`iconv --list` prints, such as UTF-8 or windows-1252", STR_ARG(s->shown_path), s->encoding);
}

/* Whether it takes more bytes to tell what it is, or to choose an encoding. */
static bool
needs_more(const struct source *s)
{
	struct str bytes = buf_str(&s->bytes);

	return bytes.len < HEAD || (bytes.len < XML_HEAD_DECLARATION && xml_head_is_open(bytes)) ||
	       (bytes.len < ARCHIVE_HEAD && str_starts(bytes, zip_magic));
}

/* Reads enough to know what the file is. */
static bool
recognise(struct source *s, struct str declared)
{
	while (s->raw.len < HEAD && !s->raw_ended)
		if (!read_disk(s, &s->raw))
			return false;
	if (str_starts(buf_str(&s->raw), STR("\x1f\x8b"))) {
		bool is_anew = !s->member && S_ISREG(s->before.st_mode);	/* it can be read so */
		s->gunzip = gunzip_begin(is_anew ? GUNZIP_FAST : GUNZIP_EXACT);
		if (!s->gunzip)
			return fail_memory(s);
	}
	while (needs_more(s) && !s->bytes_ended)
		if (!read_bytes(s, &s->bytes))
			return false;
	return refuse_foreign(s) && choose_encoding(s, declared);
}

static bool
open_file(struct source *s, const char *path)
{
	s->descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (s->descriptor < 0)
		return fail_system(s, "cannot be opened", errno);
	s->digest = digest_begin();
	return (s->digest || fail_memory(s)) && remember_file(s);
}

/* The path that is shown is the member's; that of its archive is what comes before it. */
static bool
open_member(struct source *s, const struct source_options *options)
{
	struct str shown = s->shown_path;

	if (shown.len > options->member.len + 1)
		shown.len -= options->member.len + 1;
	if (!zip_open(&s->archive, options->path, shown, s->diag) || !remember_file(s))
		return false;
	const struct zip_member *member = zip_find(&s->archive, options->member);
	if (!member)
		return fail(s, STATUS_INVALID, "the archive has no such member", "export it again");
	s->member = zip_stream_open(&s->archive, member);
	return s->member && digest_file(options->path, &s->archive_digest, s->diag);
}

struct source *
source_open(const struct source_options *options, struct diag *diag)
{
	struct source *s = memory_new(1, sizeof *s);

	s->diag = diag;
	s->shown_path = options->shown_path.len ? options->shown_path : str_from(options->path);
	s->piece = options->piece ? options->piece : SOURCE_PIECE;
	s->descriptor = s->archive.descriptor = -1;
	bool ok = options->member.len ? open_member(s, options) : open_file(s, options->path);
	if (ok && recognise(s, options->encoding))
		return s;
	source_close(s);
	return NULL;
}

/* Takes one piece through; it may be that nothing comes out yet. */
static bool
read_piece(struct source *s, struct buf *out)
{
	if (!s->decoder) {
		/* What was read to recognise the file comes first; after that, straight to the reader. */
		if (s->bytes.len == 0)
			return read_bytes(s, out);
		buf_add(out, buf_str(&s->bytes));
		buf_release(&s->bytes);
		return true;
	}
	if ((s->has_started || s->bytes.len == 0) && !s->bytes_ended && !read_bytes(s, &s->bytes))
		return false;
	size_t used = decoder_run(s->decoder, buf_str(&s->bytes), s->bytes_ended, out);
	s->bytes.len -= used;
	if (s->bytes.len)
		memmove(s->bytes.ptr, s->bytes.ptr + used, s->bytes.len);
	return true;
}

/* The mark is U+FEFF, in whatever encoding it was written. */
static bool
strip_mark(struct buf *out, size_t begin)
{
	struct str text = { out->ptr + begin, out->len - begin };

	if (!str_starts(text, utf8_mark))
		return false;
	memmove(out->ptr + begin, out->ptr + begin + utf8_mark.len, text.len - utf8_mark.len);
	out->len -= utf8_mark.len;
	return true;
}

enum source_status
source_read(struct source *s, struct buf *out)
{
	size_t begin = out->len;

	while (out->len == begin) {
		bool is_last = s->bytes_ended;
		if (!read_piece(s, out))
			return SOURCE_ERROR;
		if (!s->has_started && out->len > begin)
			s->has_mark = strip_mark(out, begin);
		s->has_started = true;
		if (is_last && out->len == begin)
			return SOURCE_END;
	}
	return SOURCE_TEXT;
}

const char *
source_encoding(const struct source *s)
{
	return s->encoding;
}

bool
source_is_decoded(const struct source *s)
{
	return s->decoder != NULL;
}

bool
source_is_plain(const struct source *s, uint64_t *begin)
{
	*begin = s->has_mark ? utf8_mark.len : 0;
	return !s->member && !s->gunzip && !s->decoder && S_ISREG(s->before.st_mode);
}

int
source_keep(const struct source *s, struct stat *before)
{
	*before = s->before;
	return fcntl(s->descriptor, F_DUPFD_CLOEXEC, 0);
}

struct file_digest
source_digest(const struct source *s)
{
	return s->member ? s->archive_digest : digest_so_far(s->digest);
}

void
source_close(struct source *s)
{
	if (!s)
		return;
	if (s->descriptor >= 0)
		close(s->descriptor);
	gunzip_end(s->gunzip);
	zip_stream_close(s->member);
	zip_close(&s->archive);
	decoder_close(s->decoder);
	digest_end(s->digest);
	buf_release(&s->raw);
	buf_release(&s->bytes);
	free(s);
}
