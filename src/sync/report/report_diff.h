/*
 * report_diff.h - where two values differ, for marking (6.4)
 */
#ifndef SYNC_REPORT_DIFF_H
#define SYNC_REPORT_DIFF_H

#include "base/str.h"

/* [begin, end[i]) of text i is what differs; outside of it both texts are the same. */
struct difference {
	size_t begin;
	size_t end[2];
};

/*
 * The common beginning and the common end of two well-formed UTF-8 texts, as far
 * as they reach without cutting a character as people see it (a letter with its
 * accents, an emoji of several parts) on either side.  Linear in the lengths.
 */
struct difference difference_find(struct str a, struct str b);

#endif
