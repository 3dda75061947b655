/* digest_wide.c - the digest of much text, by vectors of 32 bytes where the processor has them */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define HAS_WIDE
/* All of this file, and the library's functions in it, are for such processors. */
#pragma GCC target("avx2")
#define XXH_INLINE_ALL
#include <xxhash.h>
#endif

#include "io/digest_wide.h"

bool
digest_wide_is_here(void)
{
#ifdef HAS_WIDE
	return __builtin_cpu_supports("avx2");
#else
	return false;
#endif
}

void
digest_wide_add(void *state, const void *bytes, size_t len)
{
#ifdef HAS_WIDE
	XXH3_128bits_update(state, bytes, len);
#else
	(void)state;
	(void)bytes;
	(void)len;
#endif
}
