/*
 * undo_parts.h - what undo.c and undo_values.c share
 */
#ifndef SYNC_UNDO_PARTS_H
#define SYNC_UNDO_PARTS_H

#include "sync/plan.h"
#include "sync/undo/past_record.h"
#include "sync/undo/undo_base.h"

enum { UNDO_RULE = -9 };

/* A job of the past, and the one that reverses it. */
struct job_pair {
	struct str past_job;
	uint32_t job;		/* PLAN_NO_JOB until there is something to reverse */
};

struct undoing {
	struct run *run;
	const struct past *past;
	struct diag *diag;
	struct job_pair *jobs;
	size_t job_count;
	size_t job_capacity;
	uint32_t *job;		/* of the pair that the change at hand belongs to */
	struct taken_back *taken;
	size_t taken_count;
	size_t taken_capacity;
	uint64_t not_landed;	/* changes of which no export shows anything */
};

/* The job that reverses the one at hand; made when there is something to reverse. */
struct job *undo_job_of(struct undoing *u, const struct past_record *r, enum job_type type);

void undo_add_change(struct undoing *u, const struct past_record *r, enum action action, uint32_t coupling);

/* What cannot be reversed stays as it is, and is told. */
void undo_keep(struct undoing *u, const struct past_record *r, struct str field, const char *why);

/* Whether two changes of a run are of one record in one job. */
bool undo_same_record(const struct past_change *a, const struct past_change *b);

/* The values of an update or link go back; false when the folder does not fit the setup. */
bool undo_values(struct undoing *u, const struct past_record *r);

#endif
