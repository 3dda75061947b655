/* test_gunzip.c - gzip in every shape, cut and flipped: the text or the verdict that zlib has, whatever unpacks */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

#include "io/gunzip.h"
#include "io/source.h"
#include "io_help.h"

enum { LONG_LINES = 40000, LONG_FLIPS = 60 };

/* How a member is made: all that deflate and its header can be. */
static const struct shape {
	const char *name;
	int level;
	int strategy;
	unsigned lines;
	bool has_header;
} shapes[] = {
	{ "dynamic codes", 6, Z_DEFAULT_STRATEGY, 30, false },
	{ "fixed codes", 6, Z_FIXED, 5, false },
	{ "no matches", 6, Z_HUFFMAN_ONLY, 30, false },
	{ "runs", 6, Z_RLE, 5, false },
	{ "stored", 0, Z_DEFAULT_STRATEGY, 3, false },
	{ "name, comment, extra field and header sum", 9, Z_DEFAULT_STRATEGY, 5, true },
	{ "nothing", 6, Z_DEFAULT_STRATEGY, 0, false },
};

static void
make_text(struct buf *text, unsigned lines)
{
	buf_reset(text);
	for (unsigned i = 0; i < lines; i++)
		buf_printf(text, "%u,line %u,%u\n", i, i * 7919, i * i);
}

static void
add_member(struct buf *out, const struct shape *shape, struct str text)
{
	static unsigned char name[] = "name.csv", comment[] = "a comment", extra[] = "extra field";
	gz_header header = { .name = name, .comment = comment, .extra = extra, .extra_len = 11, .hcrc = 1 };
	z_stream zip = { .next_in = (const unsigned char *)text.ptr, .avail_in = (unsigned)text.len };

	assert_int_equal(deflateInit2(&zip, shape->level, Z_DEFLATED, 15 + 16, 8, shape->strategy), Z_OK);
	if (shape->has_header)
		assert_int_equal(deflateSetHeader(&zip, &header), Z_OK);
	size_t room = deflateBound(&zip, text.len) + 256;
	zip.next_out = (unsigned char *)buf_reserve(out, room);
	zip.avail_out = (unsigned)room;
	assert_int_equal(deflate(&zip, Z_FINISH), Z_STREAM_END);
	out->len += room - zip.avail_out;
	deflateEnd(&zip);
}

/* By zlib alone, all at once: what is to be said of the file; the text where that is nothing. */
static const char *
by_zlib(struct str packed, struct buf *text)
{
	z_stream zip = { .next_in = (const unsigned char *)packed.ptr, .avail_in = (unsigned)packed.len };
	int status = Z_STREAM_END;

	buf_reset(text);
	assert_int_equal(inflateInit2(&zip, 15 + 16), Z_OK);
	while (status == Z_STREAM_END && zip.avail_in > 0) {
		assert_int_equal(inflateReset(&zip), Z_OK);
		do {
			zip.next_out = (unsigned char *)buf_reserve(text, 65536);
			zip.avail_out = 65536;
			status = inflate(&zip, Z_NO_FLUSH);
			text->len += 65536 - zip.avail_out;
		} while (status == Z_OK);
	}
	inflateEnd(&zip);
	return status == Z_STREAM_END ? "" :
		status == Z_BUF_ERROR ? "f.gz: the gzip data ends too early; the file is not whole: copy or "
			"export it again" :
		"f.gz: the gzip data is damaged; copy or export the file again";
}

/* Reads the file as every command does; what is said of it. */
static void
by_source(const char *path, size_t piece, struct buf *text, struct buf *said)
{
	struct diag diag = { 0 };
	const struct source_options options = { .path = path, .shown_path = STR("f.gz"), .piece = piece };
	struct source *source = source_open(&options, &diag);

	buf_reset(text);
	buf_reset(said);
	while (source && source_read(source, text) == SOURCE_TEXT)
		;
	help_messages(&diag, said);
	buf_add_char(said, '\0');
	source_close(source);
	diag_release(&diag);
}

struct trial {
	void **state;
	struct buf want, text, said;
	struct str whole;	/* the text that was packed */
	unsigned done, good, harmless;
};

/* ISA-L takes codes that zlib refuses as incomplete; where no value needs them the text is whole, by its sum. */
static bool
is_harmless(const struct trial *t, const char *verdict)
{
	struct gunzip *gunzip = gunzip_begin(GUNZIP_FAST);
	bool is_fast = gunzip_ended_early(gunzip) == GUNZIP_DOUBT;

	gunzip_end(gunzip);
	return is_fast && *verdict && t->said.len == 1 && str_equal(buf_str(&t->text), t->whole);
}

static void
try_bytes(struct trial *t, struct str packed, size_t piece, const char *what, size_t at)
{
	const char *verdict = by_zlib(packed, &t->want);

	by_source(help_write(*t->state, "f.gz", packed), piece, &t->text, &t->said);
	t->done++;
	if (is_harmless(t, verdict)) {
		t->harmless++;
		return;
	}
	if (strcmp(t->said.ptr, verdict) != 0)
		fail_msg("%s at %zu, pieces of %zu: \"%s\", not \"%s\"", what, at, piece, t->said.ptr, verdict);
	if (!*verdict && !str_equal(buf_str(&t->text), buf_str(&t->want)))
		fail_msg("%s at %zu, pieces of %zu: another text", what, at, piece);
	t->good += !*verdict;
}

static void
end_trial(struct trial *t, const char *what)
{
	print_message("# %s: %u files, %u of them good, %u harmless to ISA-L\n", what, t->done, t->good,
		t->harmless);
	buf_release(&t->want);
	buf_release(&t->text);
	buf_release(&t->said);
}

/* What begins with another magic is no gzip file: the first two bytes stay. */
static void
try_damage(struct trial *t, struct buf *packed, const char *what)
{
	static const size_t pieces[] = { 1, 7, 64 * 1024 };

	for (size_t len = 2; len <= packed->len; len++)
		try_bytes(t, (struct str){ packed->ptr, len }, pieces[len % 3], what, len);
	for (size_t at = 2; at < packed->len; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			packed->ptr[at] ^= (char)(1u << bit);
			try_bytes(t, buf_str(packed), pieces[(at + bit) % 3], what, at);
			packed->ptr[at] ^= (char)(1u << bit);
		}
}

static void
test_cut_and_flipped(void **state)
{
	struct trial t = { .state = state };
	struct buf text = { 0 };
	struct buf packed = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		make_text(&text, shapes[i].lines);
		buf_reset(&packed);
		add_member(&packed, &shapes[i], buf_str(&text));
		t.whole = buf_str(&text);
		try_damage(&t, &packed, shapes[i].name);
	}
	end_trial(&t, "cut and flipped");
	buf_release(&text);
	buf_release(&packed);
}

/* Members of every shape in a row, and what may come behind the last. */
static void
test_members_and_what_follows(void **state)
{
	static const struct str behind[] = {
		{ "", 0 }, { "\0", 1 }, { "\0\0\0\0\0\0\0\0", 8 }, { "a", 1 }, { "a,b\n", 4 },
		{ "\x1f", 1 }, { "\x1f\x8b", 2 }, { "\x1f\x8b\x08", 3 }, { "\x1f\x8b\x07", 3 },
		{ "\x1f\x8b\x08\xe0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0", 20 },	/* flags that nobody knows */
	};
	struct trial t = { .state = state };
	struct buf text = { 0 };
	struct buf packed = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		make_text(&text, shapes[i].lines);
		add_member(&packed, &shapes[i], buf_str(&text));
		t.whole = STR("nothing is damaged here");
		for (size_t k = 0; k < ARRAY_LEN(behind); k++) {
			size_t len = packed.len;
			buf_add(&packed, behind[k]);
			for (size_t piece = 1; piece < 4096; piece = piece * 3 + 1)
				try_bytes(&t, buf_str(&packed), piece, "behind members", k);
			packed.len = len;
		}
	}
	assert_int_equal(t.good, ARRAY_LEN(shapes) * 8);	/* those with nothing behind */
	end_trial(&t, "members");
	buf_release(&text);
	buf_release(&packed);
}

/* Longer than what is unpacked in one go: text is handed out before the damage is met. */
static void
test_long_ones(void **state)
{
	struct trial t = { .state = state };
	struct buf text = { 0 };
	struct buf packed = { 0 };
	uint64_t random = 1;

	make_text(&text, LONG_LINES);
	add_member(&packed, &shapes[0], buf_str(&text));
	t.whole = buf_str(&text);
	try_bytes(&t, buf_str(&packed), 0, "whole", 0);
	for (unsigned i = 0; i < LONG_FLIPS; i++) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		size_t at = 2 + (size_t)((random >> 33) % (packed.len - 2));
		char bit = (char)(1u << (random >> 61));
		packed.ptr[at] ^= bit;
		try_bytes(&t, buf_str(&packed), i % 2 ? 0 : 5000, "long, flipped", at);
		packed.ptr[at] ^= bit;
		try_bytes(&t, (struct str){ packed.ptr, at }, i % 2 ? 5000 : 0, "long, cut", at);
	}
	end_trial(&t, "long ones");
	buf_release(&text);
	buf_release(&packed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_and_flipped),
		cmocka_unit_test(test_members_and_what_follows),
		cmocka_unit_test(test_long_ones),
	};

	return cmocka_run_group_tests(tests, help_begin, help_end);
}
