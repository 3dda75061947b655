/*
 * select.h - which records a job looks at (4.2: E6 to E9)
 */
#ifndef SYNC_SELECT_H
#define SYNC_SELECT_H

#include "sync/decide.h"

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
