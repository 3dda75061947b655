/*
 * undo_base.h - what two sides agreed on before a run that is taken back (L9, E11)
 */
#ifndef SYNC_UNDO_BASE_H
#define SYNC_UNDO_BASE_H

#include "sync/run.h"

/* A value that a run wrote, and that shows its old value again or will do. */
struct taken_back {
	uint32_t coupling;
	uint32_t field;		/* of mapping.fields */
	enum side side;		/* that the run wrote */
	struct cell old;	/* what the side shows once the undo is imported */
	bool was_edited;	/* by that side, before the run overwrote it */
};

/*
 * Enters into the lines of the ledger, for the values that are taken back, what
 * both sides agreed on before: the source counts as changed again, so the next
 * run writes anew what was taken back, and the side that it wrote does not, but
 * for edits that were overwritten.  What the undo writes is remembered as
 * replaced until an export shows it.  To be called when everything is planned;
 * sorts the list.  Lines that were dropped are passed over.
 */
void undo_agree(struct run *run, struct taken_back *list, size_t count);

#endif
