/* csv_run.c - many plain records of CSV at once, on any processor */
#include "io/csv_run.h"

#include "io/csv_run_walk.h"

uint32_t
csv_run_take_any(struct csv_split *split, const struct csv_run *run, uint32_t most)
{
	return walk_run(split, run, most);
}

uint32_t
csv_run_take(struct csv_split *split, const struct csv_run *run, uint32_t most)
{
	return csv_run_is_wide() ? csv_run_take_wide(split, run, most) : csv_run_take_any(split, run, most);
}

bool
csv_is_clean(const char *begin, const char *end)
{
	struct str text = { begin, (size_t)(end - begin) };

	return text.len == 0 || (!memchr(text.ptr, '\0', text.len) && utf8_check(text) == text.len);
}
