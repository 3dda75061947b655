/*
 * progress.h - how far long work is, for somebody who waits for it
 *
 * Work counts what it has done, from any thread; now and then, and never more
 * often than a person can read, that is shown.  A zeroed progress shows nothing.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct progress {
	void (*show)(const struct progress *progress, struct str step);	/* NULL: nothing is shown */
	const char *stage;	/* "reading" */
	int64_t begin;		/* of the stage, in milliseconds of a clock that only goes on */
	_Atomic int64_t due;	/* when it is shown next */
	_Atomic uint64_t rows;
	_Atomic bool is_shown;	/* something of this stage stands on the screen */
};

int64_t progress_clock(void);

/* A stage begins, to be shown first after this many milliseconds. */
void progress_begin(struct progress *progress, const char *stage, int64_t wait);

/* So many rows are done; NULL is allowed. */
void progress_add(struct progress *progress, uint64_t rows);

/* What is being done now, such as the name of a job; one thread only. */
void progress_step(struct progress *progress, struct str step);

#endif
