/*
 * memory.h - allocation that cannot return null, and the arena
 *
 * Running out of memory ends the program with status 7 and one sentence; that
 * is safe everywhere, as nothing is published before everything is written.
 *
 * An arena hands out memory that lives until arena_release().  It is for one
 * thread at a time.  A zeroed arena is empty and valid.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include "base/str.h"

/*
 * To be called once, before anything is allocated: what is large is to go back
 * to the system as soon as it is released, so that texts of millions of records
 * can be packed anew in the place of others.  And where memory ends, the program
 * ends with status 7 as soon as atexit() functions set later have run.
 */
void memory_begin(void);

/*
 * For a run that takes little: from now on what is released is kept for use again,
 * also if it is large.  It takes more memory and less time, as the system clears
 * every page that it hands out.
 */
void memory_keep(void);

/* Zeroed memory for count things of size bytes; free() releases it. */
void *memory_new(size_t count, size_t size);

/* Like realloc() for count things; what is added is not zeroed. */
void *memory_resize(void *old, size_t count, size_t size);

/*
 * Makes room for one more element in a growing array: returns the array, moved
 * if it had to grow.  *capacity is updated; growth doubles.
 */
void *memory_grow(void *array, size_t used, size_t *capacity, size_t size);

/*
 * Tells the processor that what is there will be looked at soon.  A function that
 * does nothing else has no effect in the compiler's eyes, which then leaves out
 * calls of it (gcc 12 does): the empty statement for the assembler is one.
 */
static inline void
memory_prefetch(const void *place)
{
	__builtin_prefetch(place);
	__asm__ volatile("");
}

struct arena_block;

struct arena {
	struct arena_block *blocks;
	char *at;
	char *end;
};

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);

/* arena_bytes() where the block at hand has no room. */
char *arena_bytes_anew(struct arena *a, size_t size);

/* Not zeroed and not aligned: for text. */
static inline char *
arena_bytes(struct arena *a, size_t size)
{
	char *p = a->at;

	if (!p || size > (size_t)(a->end - p))
		return arena_bytes_anew(a, size);
	a->at = p + size;
	return p;
}

/* Gives back what lies behind `end` in what arena_bytes() gave last. */
static inline void
arena_cut(struct arena *a, char *end)
{
	a->at = end;
}

/* A copy of s, followed by a NUL that is not counted. */
struct str arena_copy(struct arena *a, struct str s);

/* Formatted text, followed by a NUL that is not counted. */
struct str arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Forgets all contents, keeping one block, which is as large as all were, for use again. */
void arena_reset(struct arena *a);

/* Moves all memory of `from` to `to`, where it stays where it is; `from` is empty afterwards. */
void arena_join(struct arena *to, struct arena *from);

void arena_release(struct arena *a);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, count) ((type *)arena_alloc((a), sizeof(type) * (count)))

#endif
