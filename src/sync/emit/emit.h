/*
 * emit.h - a plan, printed: the output folder (part 6) and the summary (1.4)
 */
#ifndef SYNC_EMIT_H
#define SYNC_EMIT_H

#include "base/buf.h"
#include "base/diag.h"
#include "sync/run.h"

/* Writes and publishes the whole output folder of a run that no guard refused. */
bool emit_folder(struct run *run, const char *target, struct diag *diag);

/* Writes report.html of a planned run into a new file (6.4): all that preview ever writes. */
bool emit_report_file(const struct run *run, const char *path, struct diag *diag);

/* Appends the summary for people: jobs, total, guards, what to do next. */
void emit_summary_text(const struct run *run, const char *target, struct buf *out);

/* Appends the JSON document couplet/summary/1. */
void emit_summary_json(const struct run *run, struct buf *out);

#endif
