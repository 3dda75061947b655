/*
 * job.h - one mapping in one direction: select, decide side by side, commit in order
 */
#ifndef SYNC_JOB_H
#define SYNC_JOB_H

#include "sync/decide.h"
#include "sync/select.h"

/* Runs the job over the selected sources; its plan job exists already. */
void job_run(struct sync_job *job, struct selection selection);

#endif
