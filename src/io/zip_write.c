/* zip_write.c - a zip archive, the same bytes for the same members */
#include "io/zip_write.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/memory.h"
#include "io/zlib_memory.h"

enum { LEVEL = 6, RAW_DEFLATE = -15, MEMORY_LEVEL = 8, LOCAL_SIZE = 30, PIECE = 64 * 1024 };
enum { VERSION = 20, DEFLATED = 8, NAME_IS_UTF8 = 0x800, FIRST_DAY = 0x21, MAX_MEMBERS = 65534 };

/* What the directory repeats of a member. */
struct entry {
	size_t begin;		/* of its local header */
	size_t name_len;
	uint64_t size;
	uint64_t packed;
	uint32_t crc;
	uint16_t flags;
};

struct zip_writer {
	struct buf out;
	struct entry *entries;
	size_t count;
	size_t capacity;
	z_stream deflater;
};

static void
put_u16(struct buf *out, uint64_t value)
{
	buf_add_char(out, (char)(value & 0xff));
	buf_add_char(out, (char)(value >> 8 & 0xff));
}

static void
put_u32(struct buf *out, uint64_t value)
{
	put_u16(out, value);
	put_u16(out, value >> 16);
}

struct zip_writer *
zip_writer_open(void)
{
	struct zip_writer *w = memory_new(1, sizeof *w);

	zlib_use_memory(&w->deflater);
	deflateInit2(&w->deflater, LEVEL, Z_DEFLATED, RAW_DEFLATE, MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
	return w;
}

static struct entry *
last(struct zip_writer *w)
{
	return &w->entries[w->count - 1];
}

/* What local header and directory have in common: from the version that is needed to the name's length. */
static void
put_entry(struct buf *out, const struct entry *entry)
{
	put_u16(out, VERSION);
	put_u16(out, entry->flags);
	put_u16(out, DEFLATED);
	put_u16(out, 0);	/* midnight */
	put_u16(out, FIRST_DAY);
	put_u32(out, entry->crc);
	put_u32(out, entry->packed);
	put_u32(out, entry->size);
	put_u16(out, entry->name_len);
}

static void
put_local(struct buf *out, const struct entry *entry)
{
	buf_add(out, STR("PK\3\4"));
	put_entry(out, entry);
	put_u16(out, 0);
}

void
zip_writer_begin(struct zip_writer *w, struct str name)
{
	struct entry entry = { .begin = w->out.len, .name_len = name.len };

	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] >= 0x80)
			entry.flags = NAME_IS_UTF8;
	w->entries = memory_grow(w->entries, w->count, &w->capacity, sizeof *w->entries);
	w->entries[w->count++] = entry;
	put_local(&w->out, &entry);
	buf_add(&w->out, name);
	deflateReset(&w->deflater);
}

static void
deflate_some(struct zip_writer *w, struct str text, int flush)
{
	int status = Z_OK;

	w->deflater.next_in = (unsigned char *)(uintptr_t)text.ptr;
	w->deflater.avail_in = (unsigned)text.len;
	do {
		w->deflater.next_out = (unsigned char *)buf_reserve(&w->out, PIECE);
		w->deflater.avail_out = PIECE;
		status = deflate(&w->deflater, flush);
		w->out.len += PIECE - w->deflater.avail_out;
	} while (flush == Z_FINISH ? status == Z_OK : w->deflater.avail_in > 0);
}

void
zip_writer_add(struct zip_writer *w, struct str text)
{
	struct entry *entry = last(w);

	if (text.len == 0)
		return;
	entry->size += text.len;
	entry->crc = (uint32_t)crc32_z(entry->crc, (const unsigned char *)text.ptr, text.len);
	while (text.len > 0) {
		struct str piece = { text.ptr, text.len < PIECE ? text.len : PIECE };
		deflate_some(w, piece, Z_NO_FLUSH);
		text = (struct str){ text.ptr + piece.len, text.len - piece.len };
	}
}

/* The local header stands before the data, and is known after it. */
void
zip_writer_end(struct zip_writer *w)
{
	struct entry *entry = last(w);
	struct buf local = { 0 };

	deflate_some(w, (struct str){ NULL, 0 }, Z_FINISH);
	entry->packed = w->out.len - entry->begin - LOCAL_SIZE - entry->name_len;
	put_local(&local, entry);
	memcpy(w->out.ptr + entry->begin, local.ptr, LOCAL_SIZE);
	buf_release(&local);
}

static void
put_directory_entry(struct zip_writer *w, const struct entry *entry)
{
	struct str name;

	/* Room first, as the name lies in the same buffer. */
	buf_reserve(&w->out, 128 + entry->name_len);
	name = (struct str){ w->out.ptr + entry->begin + LOCAL_SIZE, entry->name_len };
	buf_add(&w->out, STR("PK\1\2"));
	put_u16(&w->out, VERSION);	/* made by MS-DOS, which has no rights and no links */
	put_entry(&w->out, entry);
	put_u16(&w->out, 0);		/* no extra field */
	put_u16(&w->out, 0);		/* no comment */
	put_u16(&w->out, 0);		/* on the first disk */
	put_u16(&w->out, 0);
	put_u32(&w->out, 0);
	put_u32(&w->out, entry->begin);
	buf_add(&w->out, name);
}

bool
zip_writer_finish(struct zip_writer *w, struct str *archive)
{
	size_t begin = w->out.len;
	bool fits = w->count <= MAX_MEMBERS;

	for (size_t i = 0; i < w->count; i++) {
		put_directory_entry(w, &w->entries[i]);
		fits &= w->entries[i].size < UINT32_MAX;
	}
	size_t size = w->out.len - begin;
	buf_add(&w->out, STR("PK\5\6"));
	put_u32(&w->out, 0);
	put_u16(&w->out, w->count);
	put_u16(&w->out, w->count);
	put_u32(&w->out, size);
	put_u32(&w->out, begin);
	put_u16(&w->out, 0);
	*archive = buf_str(&w->out);
	return fits && w->out.len < UINT32_MAX;
}

void
zip_writer_close(struct zip_writer *w)
{
	if (!w)
		return;
	deflateEnd(&w->deflater);
	buf_release(&w->out);
	free(w->entries);
	free(w);
}
