/* gunzip.c - gzip members unpacked by zlib, or by ISA-L where it is built in */
#define ZLIB_CONST
#include "io/gunzip.h"

#include <stdlib.h>
#include <zlib.h>
#ifdef WITH_ISAL
#include <isa-l/igzip_lib.h>
#endif

enum { GZIP_WINDOW = 15 + 16, AT_BLOCK = 128 };

struct gunzip {
	z_stream zip;
	bool within_member;
#ifdef WITH_ISAL
	bool within_data;	/* of a member: behind its header */
	struct inflate_state *fast;	/* null: an exact one */
#endif
};

static unsigned
at_most_32_bits(size_t len)
{
	return len < UINT32_MAX ? (unsigned)len : UINT32_MAX;
}

/* One call of inflate(): its status, with room bytes for what comes out; *made of them it fills. */
static int
inflate_some(struct gunzip *g, struct str *in, int flush, char *to, unsigned room, size_t *made)
{
	unsigned len = at_most_32_bits(in->len);

	if (!g->within_member && inflateReset(&g->zip) != Z_OK)
		return Z_STREAM_ERROR;
	g->within_member = true;
	g->zip.next_out = (unsigned char *)to;
	g->zip.avail_out = room;
	g->zip.next_in = (const unsigned char *)in->ptr;
	g->zip.avail_in = len;
	int status = inflate(&g->zip, flush);
	in->ptr += len - g->zip.avail_in;
	in->len -= len - g->zip.avail_in;
	*made = room - g->zip.avail_out;
	return status;
}

static enum gunzip_status
judge(int status)
{
	if (status == Z_OK || status == Z_BUF_ERROR || status == Z_STREAM_END)
		return GUNZIP_MORE;
	return status == Z_MEM_ERROR ? GUNZIP_MEMORY : GUNZIP_DAMAGED;
}

static enum gunzip_status
run_exact(struct gunzip *g, struct str *in, size_t room, struct buf *out)
{
	size_t made = 0;
	char *to = buf_reserve(out, room);
	int status = inflate_some(g, in, Z_NO_FLUSH, to, at_most_32_bits(room), &made);

	out->len += made;
	if (status == Z_STREAM_END)
		g->within_member = false;
	return judge(status);
}

#ifdef WITH_ISAL

static bool
begin_fast(struct gunzip *g)
{
	g->fast = malloc(sizeof *g->fast);
	if (!g->fast)
		return false;
	isal_inflate_init(g->fast);
	g->fast->crc_flag = ISAL_GZIP_NO_HDR_VER;
	return true;
}

/* A member's header is zlib's: ISA-L forgets its flags where it comes in two pieces. */
static enum gunzip_status
run_header(struct gunzip *g, struct str *in)
{
	char none;
	size_t made = 0;
	int status = inflate_some(g, in, Z_BLOCK, &none, 1, &made);

	g->within_data = status == Z_OK && (g->zip.data_type & AT_BLOCK);
	if (g->within_data)
		isal_inflate_reset(g->fast);
	return judge(status);
}

static enum gunzip_status
run_data(struct gunzip *g, struct str *in, size_t room, struct buf *out)
{
	union { const char *from; uint8_t *in; } at = { in->ptr };	/* it only reads them */
	unsigned len = at_most_32_bits(in->len);
	unsigned most = at_most_32_bits(room);
	size_t before = out->len;

	g->fast->next_out = (uint8_t *)buf_reserve(out, most);
	g->fast->avail_out = most;
	g->fast->next_in = at.in;
	g->fast->avail_in = len;
	int status = isal_inflate(g->fast);
	in->ptr += len - g->fast->avail_in;
	in->len -= len - g->fast->avail_in;
	out->len += most - g->fast->avail_out;
	if (status != ISAL_DECOMP_OK && status != ISAL_END_INPUT && status != ISAL_OUT_OVERFLOW)
		return GUNZIP_DOUBT;
	if (len > 0 && g->fast->avail_in == len && out->len == before)
		return GUNZIP_DOUBT;	/* it would not end */
	if (g->fast->block_state == ISAL_BLOCK_FINISH)
		g->within_member = g->within_data = false;
	return GUNZIP_MORE;
}

static enum gunzip_status
run_fast(struct gunzip *g, struct str *in, size_t room, struct buf *out)
{
	if (g->within_data)
		return run_data(g, in, room, out);
	return in->len ? run_header(g, in) : GUNZIP_MORE;
}

#endif

struct gunzip *
gunzip_begin(enum gunzip_kind kind)
{
	struct gunzip *g = calloc(1, sizeof *g);

	if (!g)
		return NULL;
	if (inflateInit2(&g->zip, GZIP_WINDOW) != Z_OK) {
		free(g);
		return NULL;
	}
#ifdef WITH_ISAL
	if (kind == GUNZIP_FAST && !begin_fast(g)) {
		gunzip_end(g);
		return NULL;
	}
#else
	(void)kind;
#endif
	return g;
}

enum gunzip_status
gunzip_run(struct gunzip *g, struct str *in, size_t room, struct buf *out)
{
#ifdef WITH_ISAL
	if (g->fast)
		return run_fast(g, in, room, out);
#endif
	return run_exact(g, in, room, out);
}

bool
gunzip_is_within(const struct gunzip *g)
{
	return g->within_member;
}

enum gunzip_status
gunzip_ended_early(const struct gunzip *g)
{
#ifdef WITH_ISAL
	if (g->fast)
		return GUNZIP_DOUBT;
#endif
	(void)g;
	return GUNZIP_EARLY;
}

void
gunzip_end(struct gunzip *g)
{
	if (!g)
		return;
	inflateEnd(&g->zip);
#ifdef WITH_ISAL
	free(g->fast);
#endif
	free(g);
}
