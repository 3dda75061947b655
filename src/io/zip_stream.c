/* zip_stream.c - the unpacked bytes of one member of a zip archive */
#include <stdlib.h>
#include <zlib.h>

#include "io/zip_file.h"

enum { LOCAL_SIZE = 30, RAW_DEFLATE = -15, PACKED_PIECE = 64 * 1024 };
enum { METHOD_STORED = 0, METHOD_DEFLATED = 8, FLAG_ENCRYPTED = 1, FLAG_PATCHED = 32, FLAG_STRONG = 64 };

struct zip_stream {
	const struct zip_file *zip;
	const struct zip_member *member;
	uint64_t at;		/* in the file: the next packed byte */
	uint64_t packed_left;
	uint64_t unpacked;	/* bytes so far */
	uint32_t crc;
	bool has_ended;
	bool is_deflated;
	z_stream inflater;
	unsigned char packed[PACKED_PIECE];
};

static bool
fail(const struct zip_stream *s, const char *what)
{
	return zip_fail(s->zip, s->member->name, STATUS_INVALID, what);
}

static bool
fail_damaged(const struct zip_stream *s)
{
	return fail(s, "the packed data is damaged; copy or export the archive again");
}

static bool
fail_memory(const struct zip_stream *s)
{
	return zip_fail(s->zip, s->member->name, STATUS_IO, "out of memory; make memory free and run again");
}

/* The same member is described twice; readers that believe the other one must not see something else. */
static bool
check_local(struct zip_stream *s)
{
	unsigned char local[LOCAL_SIZE];
	const struct zip_member *member = s->member;

	if (!zip_read_at(s->zip, member->begin, local, sizeof local))
		return false;
	uint64_t data = member->begin + LOCAL_SIZE + zip_u16(local + 26) + zip_u16(local + 28);
	size_t name_len = zip_u16(local + 26);
	if (memcmp(local, ZIP_MAGIC, 4) != 0 || zip_u16(local + 8) != member->method ||
	    name_len != member->name.len || ((zip_u16(local + 6) ^ member->flags) & FLAG_ENCRYPTED) != 0)
		return fail_damaged(s);
	s->at = data;
	s->packed_left = member->packed;
	return true;
}

static bool
check_method(const struct zip_stream *s)
{
	const struct zip_member *member = s->member;

	if (member->flags & (FLAG_ENCRYPTED | FLAG_STRONG))
		return fail(s, "is encrypted; pack it again without a password");
	if ((member->method != METHOD_STORED && member->method != METHOD_DEFLATED) ||
	    (member->flags & FLAG_PATCHED))
		return fail(s, "is packed in a way that is not read; pack it again as plain zip (deflate)");
	if (member->method == METHOD_STORED && member->packed != member->size)
		return fail_damaged(s);
	return true;
}

struct zip_stream *
zip_stream_open(const struct zip_file *zip, const struct zip_member *member)
{
	struct zip_stream *s = memory_new(1, sizeof *s);

	s->zip = zip;
	s->member = member;
	bool ok = check_method(s) && check_local(s);
	if (ok && member->method == METHOD_DEFLATED) {
		s->is_deflated = inflateInit2(&s->inflater, RAW_DEFLATE) == Z_OK;
		ok = s->is_deflated || fail_memory(s);
	}
	if (ok)
		return s;
	zip_stream_close(s);
	return NULL;
}

/* Appends some packed bytes as they are. */
static bool
copy_some(struct zip_stream *s, size_t piece, struct buf *out)
{
	size_t len = s->packed_left < piece ? (size_t)s->packed_left : piece;

	if (!zip_read_at(s->zip, s->at, buf_reserve(out, len), len))
		return false;
	out->len += len;
	s->at += len;
	s->packed_left -= len;
	s->has_ended = s->packed_left == 0;
	return true;
}

static bool
refill(struct zip_stream *s)
{
	size_t len = s->packed_left < PACKED_PIECE ? (size_t)s->packed_left : PACKED_PIECE;

	if (s->inflater.avail_in > 0 || len == 0)
		return true;
	if (!zip_read_at(s->zip, s->at, s->packed, len))
		return false;
	s->at += len;
	s->packed_left -= len;
	s->inflater.next_in = s->packed;
	s->inflater.avail_in = (unsigned)len;
	return true;
}

static bool
inflate_some(struct zip_stream *s, size_t piece, struct buf *out)
{
	size_t room = piece < UINT32_MAX ? piece : UINT32_MAX;

	if (!refill(s))
		return false;
	s->inflater.next_out = (unsigned char *)buf_reserve(out, room);
	s->inflater.avail_out = (unsigned)room;
	int status = inflate(&s->inflater, Z_NO_FLUSH);
	out->len += room - s->inflater.avail_out;
	s->has_ended = status == Z_STREAM_END;
	if (status == Z_MEM_ERROR)
		return fail_memory(s);
	/* Nothing in, nothing out: the data ends before it says so. */
	bool is_stuck = status == Z_BUF_ERROR && s->inflater.avail_in == 0 && s->packed_left == 0;
	if (is_stuck || (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR))
		return fail_damaged(s);
	return true;
}

/* What came out, against what the directory says. */
static bool
check_end(const struct zip_stream *s)
{
	if (s->unpacked != s->member->size || s->packed_left != 0 || s->inflater.avail_in != 0)
		return fail_damaged(s);
	if (s->crc != s->member->crc)
		return fail(
			s, "its checksum is wrong: the data is damaged; copy or export the archive again");
	return true;
}

bool
zip_stream_read(struct zip_stream *s, size_t piece, struct buf *out)
{
	size_t begin = out->len;

	while (out->len == begin && !s->has_ended) {
		if (!(s->is_deflated ? inflate_some(s, piece, out) : copy_some(s, piece, out)))
			return false;
		size_t len = out->len - begin;
		s->unpacked += len;
		if (s->unpacked > s->member->size)
			return fail(s, "unpacks to more than the archive says; it is damaged, or means harm");
		if (len > 0)
			s->crc = (uint32_t)crc32_z(s->crc, (const unsigned char *)out->ptr + begin, len);
		if (s->has_ended && !check_end(s))
			return false;
	}
	return true;
}

void
zip_stream_close(struct zip_stream *s)
{
	if (!s)
		return;
	if (s->is_deflated)
		inflateEnd(&s->inflater);
	free(s);
}
