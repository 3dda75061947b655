/* sha256.c - SHA-256, plain and keyed */
#include "io/sha256.h"

#include <sys/types.h>

#include <sha2.h>

enum { BLOCK_BYTES = 64, INNER = 0x36, OUTER = 0x5c };

static void
update(SHA2_CTX *context, struct str text)
{
	if (text.len)
		SHA256Update(context, (const uint8_t *)text.ptr, text.len);
}

void
sha256(struct str text, unsigned char out[SHA256_BYTES])
{
	SHA2_CTX context;

	SHA256Init(&context);
	update(&context, text);
	SHA256Final(out, &context);
}

/* The hash of the key, each byte changed, before the text. */
static void
pass(const unsigned char key[BLOCK_BYTES], unsigned char change, struct str text,
	unsigned char out[SHA256_BYTES])
{
	unsigned char block[BLOCK_BYTES];
	SHA2_CTX context;

	for (unsigned i = 0; i < BLOCK_BYTES; i++)
		block[i] = key[i] ^ change;
	SHA256Init(&context);
	SHA256Update(&context, block, sizeof block);
	update(&context, text);
	SHA256Final(out, &context);
}

void
sha256_keyed(struct str key, struct str text, unsigned char out[SHA256_BYTES])
{
	unsigned char block[BLOCK_BYTES] = { 0 };
	unsigned char inner[SHA256_BYTES];

	if (key.len > BLOCK_BYTES)
		sha256(key, block);
	else if (key.len)
		memcpy(block, key.ptr, key.len);
	pass(block, INNER, text, inner);
	pass(block, OUTER, (struct str){ (const char *)inner, sizeof inner }, out);
}
