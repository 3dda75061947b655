/*
 * trace.h - the steps of one value on its way to the other side, for explain (L7)
 *
 * A trace hangs at a transfer_context; without one nothing is recorded, which is
 * how runs work.  Steps and their texts live in the trace's arena.
 */
#ifndef SYNC_TRACE_H
#define SYNC_TRACE_H

#include "base/memory.h"
#include "base/str.h"

enum step_kind {
	STEP_RULE,		/* a transformation rule, each of a chain (R83) */
	STEP_VALUE_MAP,		/* the entry of a value map (2.5) */
	STEP_LINK,		/* a link table's record (2.4) */
	STEP_COUPLING,		/* a candidate's coupling (E32) */
};

struct step {
	enum step_kind kind;
	struct str name;	/* of the rule, value map, link table or mapping */
	struct str from;	/* the value that it was given */
	struct str to;		/* what it made of it; empty where it leads nowhere */
	struct str place;	/* of the record or line: "erp/links.csv:12", "ledger.csv:3"; or empty */
	const char *how;	/* what became of it, where that is not told by `to`; or NULL */
	struct step *next;
};

struct trace {
	struct arena *arena;
	struct step *first;
	struct step *last;
};

/* Enters a step with copies of its texts; nothing with trace == NULL. */
void trace_step(struct trace *trace, struct step step);

#endif
