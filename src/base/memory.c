/* memory.c - allocation that cannot return null, and the arena */
#include "base/memory.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* An arena's blocks double up to the last size: most arenas of a small run hold little. */
enum { FIRST_BLOCK = 8 * 1024, LAST_BLOCK = 256 * 1024, STATUS_OUT_OF_MEMORY = 7 };

struct arena_block {
	struct arena_block *next;
	size_t size;
	_Alignas(16) char bytes[];
};

static atomic_bool is_out_of_memory;

/* The first thread ends the program; the others wait for that. */
static _Noreturn void
out_of_memory(void)
{
	while (atomic_exchange(&is_out_of_memory, true))
		pause();
	fputs("couplet: out of memory; make memory free, or use fewer threads with --jobs, then run again\n",
		stderr);
	exit(STATUS_OUT_OF_MEMORY);
}

/* Behind exit()'s other functions: libraries would release what threads that go on may still use. */
static void
end_at_once(void)
{
	if (!is_out_of_memory)
		return;
	fflush(stdout);
	_exit(STATUS_OUT_OF_MEMORY);
}

void
memory_begin(void)
{
	(void)atexit(end_at_once);
#ifdef __GLIBC__
	/* glibc would take larger and larger pieces from its heaps, after the first that is released. */
	(void)mallopt(M_MMAP_THRESHOLD, LAST_BLOCK / 2);
	/* Threads seldom ask at the same time; heaps of their own would each keep some for use again. */
	(void)mallopt(M_ARENA_MAX, 1);
#endif
}

void
memory_keep(void)
{
#ifdef __GLIBC__
	enum { LARGEST_KEPT = 32 * 1024 * 1024, MOST_KEPT = 1024 * 1024 * 1024 };

	(void)mallopt(M_MMAP_THRESHOLD, LARGEST_KEPT);
	(void)mallopt(M_TRIM_THRESHOLD, MOST_KEPT);
#endif
}

void *
memory_new(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *
memory_resize(void *old, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		out_of_memory();
	size_t bytes = count * size;
	void *p = realloc(old, bytes > 0 ? bytes : 1);
	if (!p)
		out_of_memory();
	return p;
}

void *
memory_grow(void *array, size_t used, size_t *capacity, size_t size)
{
	if (used < *capacity)
		return array;
	*capacity = *capacity ? *capacity * 2 : 16;
	return memory_resize(array, *capacity, size);
}

static void
add_block(struct arena *a, size_t room)
{
	if (room > SIZE_MAX - sizeof(struct arena_block))
		out_of_memory();
	struct arena_block *block = memory_resize(NULL, 1, sizeof *block + room);
	block->next = a->blocks;
	block->size = room;
	a->blocks = block;
	a->at = block->bytes;
	a->end = block->bytes + room;
}

static size_t
next_room(const struct arena *a)
{
	if (!a->blocks)
		return FIRST_BLOCK;
	return a->blocks->size < LAST_BLOCK / 2 ? a->blocks->size * 2 : LAST_BLOCK;
}

static char *
arena_take(struct arena *a, size_t size, size_t align)
{
	size_t pad = a->at ? (size_t)(-(uintptr_t)a->at & (align - 1)) : 0;

	if (!a->at || size + pad > (size_t)(a->end - a->at)) {
		size_t room = next_room(a);
		add_block(a, size > room ? size : room);
		pad = 0;
	}
	char *p = a->at + pad;
	a->at = p + size;
	return p;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	return memset(arena_take(a, size, 16), 0, size);
}

char *
arena_bytes_anew(struct arena *a, size_t size)
{
	return arena_take(a, size, 1);
}

struct str
arena_copy(struct arena *a, struct str s)
{
	char *p = arena_bytes(a, s.len + 1);

	if (s.len)
		memcpy(p, s.ptr, s.len);
	p[s.len] = '\0';
	return (struct str){ p, s.len };
}

struct str
arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	va_list again;

	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	char *p = arena_bytes(a, (size_t)len + 1);
	vsnprintf(p, (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	return (struct str){ p, (size_t)len };
}

void
arena_reset(struct arena *a)
{
	size_t size = 0;

	if (!a->blocks)
		return;
	if (a->blocks->next) {
		for (const struct arena_block *block = a->blocks; block; block = block->next)
			size += block->size;
		arena_release(a);
		add_block(a, size);
	}
	a->at = a->blocks->bytes;
	a->end = a->blocks->bytes + a->blocks->size;
}

void
arena_join(struct arena *to, struct arena *from)
{
	if (!to->blocks) {
		*to = *from;
	} else if (from->blocks) {
		struct arena_block *oldest = from->blocks;
		while (oldest->next)
			oldest = oldest->next;
		/* Behind the newest block, which `to` goes on filling. */
		oldest->next = to->blocks->next;
		to->blocks->next = from->blocks;
	}
	*from = (struct arena){ 0 };
}

void
arena_release(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *old = a->blocks;
		a->blocks = old->next;
		free(old);
	}
	*a = (struct arena){ 0 };
}
