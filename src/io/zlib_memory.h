/*
 * zlib_memory.h - zlib takes its memory as all else does
 */
#ifndef IO_ZLIB_MEMORY_H
#define IO_ZLIB_MEMORY_H

#include <zlib.h>

/*
 * To be called before the stream is begun.  Memory that is not there ends the
 * program (base/memory.h), so that packing never fails.
 */
void zlib_use_memory(z_stream *stream);

#endif
