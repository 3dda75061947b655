/* test_decode.c - UTF-16 in either byte order, whole and in pieces, against a plain reading of the standard */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "io/decode.h"

enum { ROUNDS = 3000, MOST_UNITS = 60 };

static void
add_unit(struct buf *out, unsigned unit, bool is_big)
{
	buf_add_char(out, (char)(is_big ? unit >> 8 : unit & 0xff));
	buf_add_char(out, (char)(is_big ? unit & 0xff : unit >> 8));
}

static void
add_character(struct buf *out, unsigned long c)
{
	if (c < 0x80) {
		buf_add_char(out, (char)c);
		return;
	}
	int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const unsigned char first[] = { 0, 0xc0, 0xe0, 0xf0 };
	buf_add_char(out, (char)(first[more] | c >> (6 * more)));
	while (more-- > 0)
		buf_add_char(out, (char)(0x80 | (c >> (6 * more) & 0x3f)));
}

/* Bytes that are no character, as decode.h says. */
static void
add_marks(struct buf *out, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned byte = (unsigned char)bytes[i];
		buf_add_char(out, (char)0xff);
		buf_add_char(out, (char)(0x80 | byte >> 4));
		buf_add_char(out, (char)(0x80 | (byte & 15)));
	}
}

static unsigned
unit_of(struct str bytes, size_t at, bool is_big)
{
	unsigned a = (unsigned char)bytes.ptr[at];
	unsigned b = (unsigned char)bytes.ptr[at + 1];

	return is_big ? a << 8 | b : b << 8 | a;
}

static void
expect(struct str bytes, bool is_big, struct buf *out)
{
	size_t at = 0;

	while (bytes.len - at >= 2) {
		unsigned unit = unit_of(bytes, at, is_big);
		bool is_high = unit >= 0xd800 && unit < 0xdc00;
		unsigned next = is_high && bytes.len - at >= 4 ? unit_of(bytes, at + 2, is_big) : 0;
		if (is_high && next >= 0xdc00 && next < 0xe000) {
			add_character(out, 0x10000 + ((unsigned long)(unit - 0xd800) << 10) + (next - 0xdc00));
			at += 4;
		} else if (is_high && bytes.len - at < 4) {
			break;
		} else if (unit >= 0xd800 && unit < 0xe000) {
			add_marks(out, bytes.ptr + at, 2);
			at += 2;
		} else {
			add_character(out, unit);
			at += 2;
		}
	}
	add_marks(out, bytes.ptr + at, bytes.len - at);
}

static unsigned
random_unit(void)
{
	static const unsigned some[] = { 0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000,
		0xfeff, 0xfffd, 0xffff, 0xd83d, 0xde00 };

	return rand() % 3 ? (unsigned)(32 + rand() % 90) : some[(size_t)rand() % ARRAY_LEN(some)];
}

static void
decode_in_pieces(struct decoder *decoder, struct str bytes, size_t piece, struct buf *out)
{
	size_t used = 0;
	size_t read = 0;

	while (used < bytes.len) {
		read = read + piece < bytes.len ? read + piece : bytes.len;
		struct str text = { bytes.ptr + used, read - used };
		used += decoder_run(decoder, text, read == bytes.len, out);
	}
}

static void
test_utf16(void **state)
{
	static const char *const names[] = { "UTF-16LE", "utf-16be" };

	(void)state;
	srand(16);
	for (unsigned round = 0; round < ROUNDS; round++) {
		bool is_big = round & 1;
		struct decoder *decoder = decoder_open(names[is_big]);
		struct buf bytes = { 0 };
		struct buf wanted = { 0 };
		struct buf found = { 0 };
		for (int i = rand() % MOST_UNITS; i > 0; i--)
			add_unit(&bytes, random_unit(), is_big);
		if (rand() % 4 == 0)
			buf_add_char(&bytes, 'x');
		expect(buf_str(&bytes), is_big, &wanted);
		decode_in_pieces(decoder, buf_str(&bytes), round % 5 ? (size_t)(1 + rand() % 30) : bytes.len + 1,
			&found);
		if (!str_equal(buf_str(&wanted), buf_str(&found)))
			fail_msg("round %u: %.*s, not %.*s", round, STR_ARG(buf_str(&found)),
				STR_ARG(buf_str(&wanted)));
		decoder_close(decoder);
		buf_release(&bytes);
		buf_release(&wanted);
		buf_release(&found);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_utf16) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
