/*
 * past.h - what an earlier run decided, read back from its output folder (part 6)
 *
 * Changes and findings as the folder's changes.csv and errors.csv have them:
 * texts, not yet looked up in any setup.  A past owns its texts; a zeroed one is
 * empty and valid to release.
 */
#ifndef SYNC_PAST_H
#define SYNC_PAST_H

#include "base/diag.h"
#include "base/memory.h"
#include "io/reader.h"
#include "model/setup.h"

/* One field's line of changes.csv. */
struct past_value {
	struct str field;
	struct str base;
	struct str old;		/* both as the destination's import file writes them */
	struct str new;
};

/* All lines of one change: those that follow each other and differ in nothing but field and values. */
struct past_change {
	struct str job_id;
	struct str mapping;
	struct str direction;
	struct str action;
	struct str side;
	struct str erp_key;
	struct str id[SIDES];
	struct str rule;
	uint64_t line;		/* in changes.csv, of the first */
	size_t first_value;	/* in past.values */
	size_t value_count;	/* 0 for a line with a blank field */
};

/* One line of errors.csv. */
struct past_finding {
	struct str mapping;
	struct str direction;
	struct str severity;
	struct str code;
	struct str rule;
	struct str erp_key;
	struct str id[SIDES];
	struct str field;
	struct str message;
	uint64_t line;
};

struct past {
	struct arena arena;
	struct str folder;	/* as it was named */
	struct file_digest digest;	/* of changes.csv, and its lines */
	uint64_t lines;
	struct past_change *changes;
	size_t change_count;
	size_t change_capacity;
	struct past_value *values;
	size_t value_count;
	size_t value_capacity;
	struct past_finding *findings;
	size_t finding_count;
	size_t finding_capacity;
};

/*
 * Reads both files of the folder.  False with a message when one is absent or
 * is not what a run wrote (status 3), or cannot be read (7).
 */
bool past_read(struct past *past, const char *folder, struct diag *diag);

void past_release(struct past *past);

#endif
