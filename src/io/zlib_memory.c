/* zlib_memory.c - zlib takes its memory as all else does */
#include "io/zlib_memory.h"

#include <stdlib.h>

#include "base/memory.h"

static void *
allocate(void *context, unsigned count, unsigned size)
{
	(void)context;
	return memory_new(count, size);
}

static void
release(void *context, void *memory)
{
	(void)context;
	free(memory);
}

void
zlib_use_memory(z_stream *stream)
{
	stream->zalloc = allocate;
	stream->zfree = release;
}
