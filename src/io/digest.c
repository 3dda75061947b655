/* digest.c - what bytes are told apart by */
#include "io/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <sha1.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

#include "io/digest_wide.h"

enum { DIGEST_PIECE = 256 * 1024, UUID_BYTES = 16 };

struct digest_stream {
	XXH3_state_t *state;
	uint64_t size;
	bool is_wide;
};

/*
 * Couplet's namespace (6.5), 8b3999b0-ae94-556a-8943-d9f5a249c947: itself the version 5 UUID of
 * "urn:couplet:records" in the namespace of URLs.  It must never change: records would be created twice.
 */
static const unsigned char uuid_namespace[UUID_BYTES] = {
	0x8b, 0x39, 0x99, 0xb0, 0xae, 0x94, 0x55, 0x6a, 0x89, 0x43, 0xd9, 0xf5, 0xa2, 0x49, 0xc9, 0x47,
};

static const char hex_digits[] = "0123456789abcdef";

static struct file_digest
file_digest_of(XXH128_hash_t hash, uint64_t size)
{
	return (struct file_digest){ size, { hash.high64, hash.low64 } };
}

/* The usual way to write XXH128: most significant digit first, as xxh128sum does. */
void
digest_write(struct file_digest digest, struct buf *out)
{
	buf_add(out, STR("xxh3-128:"));
	for (unsigned i = 0; i < 2; i++)
		for (unsigned shift = 64; shift > 0; shift -= 4)
			buf_add_char(out, hex_digits[digest.hash[i] >> (shift - 4) & 15]);
}

struct file_digest
digest_bytes(struct str bytes)
{
	return file_digest_of(XXH3_128bits(bytes.len ? bytes.ptr : "", bytes.len), bytes.len);
}

struct digest_stream *
digest_begin(void)
{
	struct digest_stream *stream = calloc(1, sizeof *stream);

	if (!stream)
		return NULL;
	stream->is_wide = digest_wide_is_here();
	stream->state = XXH3_createState();
	if (!stream->state || XXH3_128bits_reset(stream->state) != XXH_OK) {
		digest_end(stream);
		return NULL;
	}
	return stream;
}

void
digest_add(struct digest_stream *stream, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	if (stream->is_wide)
		digest_wide_add(stream->state, bytes, len);
	else
		XXH3_128bits_update(stream->state, bytes, len);
	stream->size += len;
}

struct file_digest
digest_so_far(const struct digest_stream *stream)
{
	return file_digest_of(XXH3_128bits_digest(stream->state), stream->size);
}

void
digest_end(struct digest_stream *stream)
{
	if (!stream)
		return;
	XXH3_freeState(stream->state);
	free(stream);
}

static bool
add_file(struct digest_stream *stream, int descriptor)
{
	char *piece = memory_new(1, DIGEST_PIECE);
	ssize_t len;

	do {
		len = read(descriptor, piece, DIGEST_PIECE);
		if (len > 0)
			digest_add(stream, piece, (size_t)len);
	} while (len > 0 || (len < 0 && errno == EINTR));
	int error = errno;
	free(piece);
	errno = error;
	return len == 0;
}

bool
digest_file(const char *path, struct file_digest *digest, struct diag *diag)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);

	if (descriptor < 0)
		return diag_add(diag, STATUS_IO, "%s: cannot be opened: %s; check path and permissions",
			path, strerror(errno));
	struct digest_stream *stream = digest_begin();
	bool ok = stream && add_file(stream, descriptor);
	if (ok)
		*digest = digest_so_far(stream);
	else
		diag_add(diag, STATUS_IO, "%s: cannot be read: %s; check the disk and run again", path,
			strerror(stream ? errno : ENOMEM));
	digest_end(stream);
	close(descriptor);
	return ok;
}

/* What SHA1Final() does, but in one piece: that adds the padding byte by byte. */
static void
sha1_end(SHA1_CTX *context, uint64_t len)
{
	uint8_t end[SHA1_BLOCK_LENGTH + 8] = { 0x80 };
	size_t padding = (SHA1_BLOCK_LENGTH * 2 - 9 - len % SHA1_BLOCK_LENGTH) % SHA1_BLOCK_LENGTH + 1;

	for (unsigned i = 0; i < 8; i++)
		end[padding + i] = (uint8_t)(len * 8 >> (56 - i * 8));
	SHA1Update(context, end, padding + 8);
}

void
uuid5(struct str name, char out[36])
{
	SHA1_CTX context;
	uint8_t bytes[UUID_BYTES];
	char *to = out;

	SHA1Init(&context);
	SHA1Update(&context, uuid_namespace, sizeof uuid_namespace);
	if (name.len)
		SHA1Update(&context, (const uint8_t *)name.ptr, name.len);
	sha1_end(&context, sizeof uuid_namespace + name.len);
	for (unsigned i = 0; i < UUID_BYTES; i++)
		bytes[i] = (uint8_t)(context.state[i / 4] >> (24 - i % 4 * 8));
	bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x50);	/* version 5 (RFC 9562) */
	bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);	/* variant */
	for (unsigned i = 0; i < UUID_BYTES; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = hex_digits[bytes[i] >> 4];
		*to++ = hex_digits[bytes[i] & 15];
	}
}
