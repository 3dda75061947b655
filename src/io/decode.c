/* decode.c - text in a declared encoding becomes UTF-8 */
#include "io/decode.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/str.h"

enum { BYTE_VALUES = 256, CHARACTER_ROOM = 16, MARK_LENGTH = 3 };

/* What one byte becomes, in an encoding of single bytes. */
struct single {
	uint8_t len;
	char bytes[3];
};

struct decoder {
	iconv_t iconv;
	size_t width;	/* bytes to pass over at a bad place: 2 for UTF-16 */
	bool is_single;	/* every byte is a character: the table will do */
	bool has_ascii;	/* and the lower half is ASCII */
	bool is_utf16;	/* of a byte order that the name tells */
	bool is_big;	/* and that is the big one */
	struct single table[BYTE_VALUES];
};

static void
add_mark(struct buf *out, char byte)
{
	unsigned value = (unsigned char)byte;
	char mark[MARK_LENGTH] = { (char)0xff, (char)(0x80 | value >> 4), (char)(0x80 | (value & 15)) };

	buf_add(out, (struct str){ mark, sizeof mark });
}

bool
decode_marked_byte(struct str text, unsigned char *byte)
{
	if (text.len < MARK_LENGTH || (unsigned char)text.ptr[0] != 0xff)
		return false;
	*byte = (unsigned char)((text.ptr[1] & 15) << 4 | (text.ptr[2] & 15));
	return true;
}

/*
 * Fills the table by asking iconv for each byte alone.  False when one is the
 * begin of a longer character, or a shift that makes none by itself.
 */
static bool
fill_table(struct decoder *d)
{
	struct buf mark = { 0 };
	bool is_single = true;

	for (unsigned value = 0; value < BYTE_VALUES && is_single; value++) {
		char byte = (char)value;
		char text[CHARACTER_ROOM] = { 0 };
		char *in = &byte;
		char *to = text;
		size_t in_left = 1;
		size_t room = sizeof text;
		if (iconv(d->iconv, &in, &in_left, &to, &room) == (size_t)-1 && errno == EILSEQ) {
			buf_reset(&mark);
			add_mark(&mark, byte);
			memcpy(text, mark.ptr, MARK_LENGTH);
			to = text + MARK_LENGTH;
			in_left = 0;
		}
		size_t len = (size_t)(to - text);
		is_single = in_left == 0 && len >= 1 && len <= sizeof d->table[value].bytes;
		d->table[value].len = (uint8_t)len;
		memcpy(d->table[value].bytes, text, sizeof d->table[value].bytes);
	}
	buf_release(&mark);
	iconv(d->iconv, NULL, NULL, NULL, NULL);
	d->has_ascii = is_single;
	for (unsigned value = 0; value < 128 && d->has_ascii; value++)
		d->has_ascii = d->table[value].len == 1 && d->table[value].bytes[0] == (char)value;
	return is_single;
}

/* How many bytes a letter takes; a byte order mark may come before the first. */
static size_t
letter_width(const char *encoding)
{
	iconv_t encoder = iconv_open(encoding, "UTF-8");
	size_t used[2] = { 0, 1 };

	if (encoder == (iconv_t)-1)
		return 1;
	for (size_t letters = 1; letters <= 2; letters++) {
		char text[] = "AA";
		char bytes[CHARACTER_ROOM];
		char *in = text;
		char *to = bytes;
		size_t in_left = letters;
		size_t room = sizeof bytes;
		iconv(encoder, NULL, NULL, NULL, NULL);
		if (iconv(encoder, &in, &in_left, &to, &room) == 0)
			used[letters - 1] = (size_t)(to - bytes);
	}
	iconv_close(encoder);
	return used[1] > used[0] ? used[1] - used[0] : 1;
}

struct decoder *
decoder_open(const char *encoding)
{
	/* A suffix such as //IGNORE would make iconv drop what it cannot read. */
	if (!*encoding || strchr(encoding, '/')) {
		errno = EINVAL;
		return NULL;
	}
	iconv_t iconv = iconv_open("UTF-8", encoding);
	if (iconv == (iconv_t)-1)
		return NULL;
	struct decoder *d = memory_new(1, sizeof *d);
	d->iconv = iconv;
	d->width = letter_width(encoding);
	d->is_single = fill_table(d);
	d->is_big = str_equal_nocase(str_from(encoding), STR("UTF-16BE"));
	d->is_utf16 = d->is_big || str_equal_nocase(str_from(encoding), STR("UTF-16LE"));
	return d;
}

static void
run_table(const struct decoder *d, struct str text, struct buf *out)
{
	char *to = buf_reserve(out, text.len * sizeof(struct single) + sizeof(uint64_t));
	size_t i = 0;

	while (i < text.len) {
		uint64_t word;
		if (d->has_ascii && text.len - i >= sizeof word) {
			memcpy(&word, text.ptr + i, sizeof word);
			if ((word & UINT64_C(0x8080808080808080)) == 0) {
				memcpy(to, &word, sizeof word);
				to += sizeof word;
				i += sizeof word;
				continue;
			}
		}
		const struct single *single = &d->table[(unsigned char)text.ptr[i++]];
		memcpy(to, single->bytes, sizeof single->bytes);
		to += single->len;
	}
	out->len = (size_t)(to - out->ptr);
}

static void
run_iconv(struct decoder *d, struct str *text, bool is_last, struct buf *out)
{
	/* iconv() only reads, but its parameter is not const. */
	union { const char *from; char *in; } at = { text->ptr };

	while (text->len > 0) {
		char *to = buf_reserve(out, text->len * 2 + CHARACTER_ROOM);
		size_t room = out->capacity - out->len;
		bool is_good = iconv(d->iconv, &at.in, &text->len, &to, &room) != (size_t)-1;
		out->len = (size_t)(to - out->ptr);
		text->ptr = at.from;
		if (is_good || errno == E2BIG)
			continue;
		if (errno == EINVAL && !is_last)
			return;
		for (size_t i = 0; i < d->width && text->len > 0; i++, text->len--)
			add_mark(out, *text->ptr++);
		at.from = text->ptr;
	}
}

static unsigned
unit_at(const struct decoder *d, const char *p)
{
	const unsigned char *bytes = (const unsigned char *)p;

	return d->is_big ? (unsigned)bytes[0] << 8 | bytes[1] : (unsigned)bytes[1] << 8 | bytes[0];
}

/* Four letters of ASCII at once; false when one of them is something else, or where bytes lie otherwise. */
static bool
take_four(const struct decoder *d, const char *from, char *to)
{
	uint64_t word;

	if (d->is_big || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		return false;
	memcpy(&word, from, sizeof word);
	if (word & UINT64_C(0xff80ff80ff80ff80))
		return false;
	word = (word | word >> 8) & UINT64_C(0x0000ffff0000ffff);
	const uint32_t letters = (uint32_t)(word | word >> 16);
	memcpy(to, &letters, sizeof letters);
	return true;
}

/* The character of one unit as UTF-8; 0 for a half of a pair. */
static size_t
put_unit(unsigned unit, char *to)
{
	if (unit < 0x80) {
		to[0] = (char)unit;
		return 1;
	}
	if (unit < 0x800) {
		to[0] = (char)(0xc0 | unit >> 6);
		to[1] = (char)(0x80 | (unit & 0x3f));
		return 2;
	}
	if (unit >= 0xd800 && unit < 0xe000)
		return 0;
	to[0] = (char)(0xe0 | unit >> 12);
	to[1] = (char)(0x80 | (unit >> 6 & 0x3f));
	to[2] = (char)(0x80 | (unit & 0x3f));
	return 3;
}

/* Characters of one unit each, several times as fast as iconv: packages hold little else. */
static void
run_units(const struct decoder *d, struct str *text, struct buf *out)
{
	char *to = buf_reserve(out, text->len / 2 * 3 + CHARACTER_ROOM);
	const char *at = text->ptr;
	const char *end = text->ptr + text->len;

	while (end - at >= 2) {
		if (end - at >= 8 && take_four(d, at, to)) {
			at += 8;
			to += 4;
			continue;
		}
		size_t len = put_unit(unit_at(d, at), to);
		if (len == 0)
			break;
		to += len;
		at += 2;
	}
	out->len = (size_t)(to - out->ptr);
	*text = (struct str){ at, (size_t)(end - at) };
}

/* Pairs, and what is no UTF-16, are left to iconv, one at a time. */
static void
run_utf16(struct decoder *d, struct str *text, bool is_last, struct buf *out)
{
	enum { PAIR = 4 };
	size_t used;

	do {
		run_units(d, text, out);
		struct str pair = { text->ptr, text->len < PAIR ? text->len : PAIR };
		size_t before = pair.len;
		run_iconv(d, &pair, is_last && before == text->len, out);
		used = before - pair.len;
		text->ptr += used;
		text->len -= used;
	} while (used > 0);
}

size_t
decoder_run(struct decoder *d, struct str text, bool is_last, struct buf *out)
{
	struct str rest = text;

	if (d->is_single) {
		run_table(d, text, out);
		return text.len;
	}
	if (d->is_utf16)
		run_utf16(d, &rest, is_last, out);
	else
		run_iconv(d, &rest, is_last, out);
	if (is_last) {
		/* Some encodings hold a character back until they know that no accent follows. */
		char *to = buf_reserve(out, CHARACTER_ROOM);
		size_t room = out->capacity - out->len;
		iconv(d->iconv, NULL, NULL, &to, &room);
		out->len = (size_t)(to - out->ptr);
	}
	return text.len - rest.len;
}

void
decoder_close(struct decoder *d)
{
	if (!d)
		return;
	iconv_close(d->iconv);
	free(d);
}
