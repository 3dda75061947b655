/*
 * diag.h - what stops a run: findings in setup, exports, ledger and command line
 *
 * A diag collects messages for a person, in the order in which they are found,
 * and the exit status that they lead to (the highest wins, part 1.3).  What
 * goes wrong with one record of a running job is not a diag but a finding of
 * the plan (sync/plan.h).  A zeroed diag is empty and valid.  A diag is for one
 * thread; tasks that run side by side have one each, joined in order.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/memory.h"
#include "base/str.h"

enum status {
	STATUS_OK = 0,
	STATUS_DIFFERENT = 1,	/* --exit-code, diff, verify, test */
	STATUS_USAGE = 2,
	STATUS_INVALID = 3,
	STATUS_FINDINGS = 4,
	STATUS_GUARD = 5,
	STATUS_STALE = 6,
	STATUS_IO = 7,
};

struct diag_line {
	struct str text;
	bool is_notice;	/* worth saying, stops nothing */
};

struct diag {
	struct arena arena;
	struct diag_line *lines;
	size_t count;
	size_t capacity;
	enum status status;
};

/*
 * Adds a message and raises the status.  Returns false, so that
 * `return diag_add(...)` is the whole failure path.  The text has no trailing
 * newline and begins with `file:line: ` where there is a place.
 */
bool diag_add(struct diag *d, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A message that stops nothing; it does not touch the status. */
void diag_notice(struct diag *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Moves the messages of `from` to the end of `to`; `from` is empty afterwards. */
void diag_join(struct diag *to, struct diag *from);

/*
 * Prints all messages to standard error, those without a place after
 * `couplet: `, at most max_errors of them, then how many more there are; notices
 * only when not quiet.  Empties nothing.
 */
void diag_print(const struct diag *d, size_t max_errors, bool quiet);

void diag_release(struct diag *d);

#endif
