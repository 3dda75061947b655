/*
 * sha256.h - SHA-256, plain and keyed: for what must not be guessed or forged
 *
 * Files and values are told apart by io/digest.h, which is faster by far.
 */
#ifndef IO_SHA256_H
#define IO_SHA256_H

#include "base/str.h"

enum { SHA256_BYTES = 32 };

/* FIPS 180-4. */
void sha256(struct str text, unsigned char out[SHA256_BYTES]);

/* HMAC-SHA-256 (RFC 2104): nobody without the key can tell which text it is of. */
void sha256_keyed(struct str key, struct str text, unsigned char out[SHA256_BYTES]);

#endif
