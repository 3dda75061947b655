/*
 * digest_wide.h - the digest of much text, by vectors of 32 bytes where the processor has them
 *
 * The same digest as the library's, which is made for every processor of a kind
 * and takes half as many bytes at a time; for digest.c alone.
 */
#ifndef IO_DIGEST_WIDE_H
#define IO_DIGEST_WIDE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether this processor has such vectors, and digest_wide_add() was built. */
bool digest_wide_is_here(void);

/* XXH3_128bits_update(); state is an XXH3_state_t. */
void digest_wide_add(void *state, const void *bytes, size_t len);

#endif
