/* progress.c - how far long work is, for somebody who waits for it */
#include "base/progress.h"

#include <time.h>

enum { SHOWN_EVERY_MS = 200 };

int64_t
progress_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
progress_begin(struct progress *progress, const char *stage, int64_t wait)
{
	progress->stage = stage;
	progress->begin = progress_clock();
	progress->due = progress->begin + wait;
	progress->rows = 0;
	progress->is_shown = false;
}

/* One thread shows it, and the others go on. */
static void
show_if_due(struct progress *progress, struct str step)
{
	int64_t now = progress_clock();
	int64_t due = progress->due;

	if (now < due || !atomic_compare_exchange_strong(&progress->due, &due, now + SHOWN_EVERY_MS))
		return;
	progress->is_shown = true;
	progress->show(progress, step);
}

void
progress_add(struct progress *progress, uint64_t rows)
{
	if (!progress || !progress->show)
		return;
	atomic_fetch_add(&progress->rows, rows);
	show_if_due(progress, STR(""));
}

void
progress_step(struct progress *progress, struct str step)
{
	if (progress->show)
		show_if_due(progress, step);
}
