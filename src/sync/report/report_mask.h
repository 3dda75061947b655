/*
 * report_mask.h - values of people, replaced by tokens (--mask)
 *
 * A token tells nothing but whether two values are equal.  It is made with a
 * key: that of --mask-key, with which equal values have equal tokens in all
 * reports, or one made of everything that the run read, with which they have
 * them in reports of the same run only.
 */
#ifndef SYNC_REPORT_MASK_H
#define SYNC_REPORT_MASK_H

#include "base/buf.h"
#include "io/sha256.h"
#include "sync/run.h"

enum { MASK_TOKEN = 12 };	/* characters of a token, five bits each */

struct mask {
	bool is_on;
	unsigned char key[SHA256_BYTES];
};

/* As the run's options say. */
struct mask mask_of(const struct run *run);

/*
 * Whether values of the field may tell something about a person: all do but
 * Options and Booleans, whose values the setup or the type lists.
 */
bool mask_covers(const struct mask *mask, const struct field *field);

/* Appends the token of a value that is not blank. */
void mask_add(const struct mask *mask, struct str value, struct buf *out);

#endif
