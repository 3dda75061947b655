/*
 * select.h - which records a job looks at (4.2: E6 to E9)
 */
#ifndef SYNC_SELECT_H
#define SYNC_SELECT_H

#include "sync/decide.h"

/* What makes a job select a source; several may hold. */
enum due {
	DUE_CHANGED = 1,	/* E7 a */
	DUE_NEWER = 2,		/* E7 b */
	DUE_FAILED = 4,		/* E7 c: whatever the filters say */
	DUE_NEVER = 8,		/* E7 d */
	DUE_DELETED = 16,	/* E7 e */
	DUE_UNKNOWN = 32,	/* E7 f */
	DUE_FORCED = 64,	/* E9 */
	DUE_NEW = 128,		/* E8 */
};

/* What keeps a job from selecting a source. */
enum unselected {
	SELECTED,
	UNSELECTED_NOTHING_DUE,	/* E7: none of it holds */
	UNSELECTED_UNCOUPLED,	/* E8: creating is not allowed */
	UNSELECTED_CLAIMED,	/* L4: an unsettled pending line claims it */
	UNSELECTED_PENDING,	/* L4 */
	UNSELECTED_REMOVED,	/* E28 */
	UNSELECTED_FILTERED,	/* E6 */
};

struct selected {
	unsigned due;		/* enum due */
	enum unselected because;
};

/* Whether and why a job selects one row of its source's table; cells is work space. */
struct selected select_one(const struct sync_job *job, uint32_t row, struct cell *cells);

/* Source rows in the specified order: by ERP key, or by CRM uid, bytewise. */
struct selection {
	uint32_t *rows;
	uint32_t count;
};

/* All that the job's run selects; for --record the caller names the rows instead. */
struct selection select_sources(const struct sync_job *job);

/* Puts rows into the order of the job (E9). */
void selection_sort(const struct sync_job *job, struct selection *selection);

void selection_release(struct selection *selection);

#endif
