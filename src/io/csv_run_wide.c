/* csv_run_wide.c - many plain records of CSV at once, on processors with vectors of 32 bytes */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define HAS_WIDE
/* All of this file is for such processors. */
#pragma GCC target("avx2,bmi")
#endif

#include "io/csv_run_walk.h"

bool
csv_run_is_wide(void)
{
#ifdef HAS_WIDE
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
#else
	return false;
#endif
}

uint32_t
csv_run_take_wide(struct csv_split *split, const struct csv_run *run, uint32_t most)
{
	return walk_run(split, run, most);
}
