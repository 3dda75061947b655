/*
 * sort.h - numbers of things into the bytewise order of the things' texts
 *
 * The caller has things with texts (couplings, records) and an array of their
 * numbers, and wants the numbers in the order of the texts.  The texts stay
 * where they are; the callback tells the text of a number.
 *
 * The order is that of str_compare(): bytes as unsigned numbers, a prefix
 * before the longer text.  The sort is stable: numbers whose texts are equal
 * keep the order in which they stood, so that the result is total and does not
 * depend on the number of threads.
 *
 * How: each text is read once; behind what texts have in common, its first seven
 * bytes and what is left of its length become an integer, and the integers are
 * sorted by radix; only texts that share these seven bytes are looked at again,
 * seven bytes further on.  What is sorted already is noticed and costs one pass.
 *
 * Memory while sorting: 32 bytes a number.  Limits: 2^32 - 1 numbers.
 */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include "base/str.h"

/*
 * The text of a number; the same one every time, with bytes that live until the
 * sort is done, or that are put into `room`, where there are SORT_ROOM of them.
 * Called from several threads at once.
 */
enum { SORT_ROOM = 40 };
typedef struct str sort_text_fn(const void *context, uint32_t number, char *room);

void sort_by_text(uint32_t *numbers, size_t count, sort_text_fn *text, const void *context, unsigned threads);

#endif
