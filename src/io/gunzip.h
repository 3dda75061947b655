/*
 * gunzip.h - gzip members unpacked, some bytes in and some bytes out
 *
 * A file is a row of members; each is checked against its trailer.  By zlib, or
 * built WITH_ISAL by ISA-L, which is about twice as fast but takes some damage for
 * data for a while and other damage for an early end.  So ISA-L judges nothing:
 * of what it does not like it says GUNZIP_DOUBT, and whoever reads the file has it
 * judged by another gunzip, an exact one, from the begin.  Then both builds say
 * the same of every file but one kind: ISA-L takes a block whose codes are not
 * complete, which zlib refuses, where no byte needs what they lack; its text is
 * whole, by sum and length.  A gunzip belongs to one thread.
 */
#ifndef IO_GUNZIP_H
#define IO_GUNZIP_H

#include "base/buf.h"

enum gunzip_status {
	GUNZIP_MORE,		/* all is well so far */
	GUNZIP_DAMAGED,
	GUNZIP_EARLY,		/* the bytes end within a member */
	GUNZIP_MEMORY,		/* it is out */
	GUNZIP_DOUBT,		/* ask an exact one; what was appended in this call is worth nothing */
};

/* GUNZIP_EXACT: zlib, whatever the build; where the bytes cannot be read a second time. */
enum gunzip_kind { GUNZIP_FAST, GUNZIP_EXACT };

struct gunzip;

/* NULL when memory runs out. */
struct gunzip *gunzip_begin(enum gunzip_kind kind);

/*
 * Takes bytes from the begin of *in, and appends at most room (> 0) bytes to out.
 * It may be that nothing comes out yet.  After the last byte of a member the next
 * one begins a member.
 */
enum gunzip_status gunzip_run(struct gunzip *gunzip, struct str *in, size_t room, struct buf *out);

/* Whether the bytes so far end within a member. */
bool gunzip_is_within(const struct gunzip *gunzip);

/* What to say when no bytes are left within a member, and the last call made none: GUNZIP_EARLY or _DOUBT. */
enum gunzip_status gunzip_ended_early(const struct gunzip *gunzip);

void gunzip_end(struct gunzip *gunzip);	/* null is allowed */

#endif
