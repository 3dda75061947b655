/*
 * manifest.h - what an output folder's manifest.xml says, as far as commit needs it (6.1, L3)
 */
#ifndef CMD_MANIFEST_H
#define CMD_MANIFEST_H

#include "base/diag.h"
#include "base/memory.h"

struct manifest_output {
	struct str path;	/* relative to the folder, never outside it */
	struct str digest;	/* "xxh3-128:..." */
};

/* Owns its texts. */
struct manifest {
	struct arena arena;
	struct str run;		/* the run's id */
	struct str ledger_in;	/* a digest, or "none": there was no ledger */
	struct str ledger_out;
	struct manifest_output *outputs;
	size_t output_count;
};

/* Reads <folder>/manifest.xml; false with a message (status 3, or 7 when it cannot be read). */
bool manifest_read(struct manifest *manifest, const char *folder, struct diag *diag);

void manifest_release(struct manifest *manifest);

#endif
