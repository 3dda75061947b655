/* decode.c - text in a declared encoding becomes UTF-8 */
#include "io/decode.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#include "base/memory.h"

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

size_t
decoder_run(struct decoder *d, struct str text, bool is_last, struct buf *out)
{
	struct str rest = text;

	if (d->is_single) {
		run_table(d, text, out);
		return text.len;
	}
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
