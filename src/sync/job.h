/*
 * job.h - one mapping in one direction: select, decide side by side, commit in order
 */
#ifndef SYNC_JOB_H
#define SYNC_JOB_H

#include "sync/decide.h"
#include "sync/select.h"

/* Whether the mapping goes in the direction and some field of it moves that way. */
bool job_is_possible(const struct mapping *mapping, enum direction direction);

/* A job that is entered in the plan; what it may and what forces it (the flags) is the caller's to say. */
struct sync_job job_begin(struct run *run, const struct mapping *mapping, enum direction direction);

/* Runs the job over the selected sources; its plan job exists already. */
void job_run(struct sync_job *job, struct selection selection);

#endif
