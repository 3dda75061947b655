/*
 * manifest.h - what an output folder's manifest.xml says, as far as other commands need it (6.1, L3)
 */
#ifndef CMD_MANIFEST_H
#define CMD_MANIFEST_H

#include "base/diag.h"
#include "base/memory.h"
#include "io/reader.h"

struct manifest_output {
	struct str path;	/* relative to the folder, never outside it */
	struct str digest;	/* "xxh3-128:..." */
};

/* Owns its texts. */
struct manifest {
	struct arena arena;
	struct str run;		/* the run's id */
	int64_t now;		/* its time; STAMP_NONE when it cannot be read */
	struct str ledger_in;	/* a digest, or "none": there was no ledger */
	struct str ledger_out;
	struct manifest_output *outputs;
	size_t output_count;
};

/* Reads <folder>/manifest.xml; false with a message (status 3, or 7 when it cannot be read). */
bool manifest_read(struct manifest *manifest, const char *folder, struct diag *diag);

/* The folder's own digests must be right: else somebody changed it, or a copy is damaged (status 3). */
bool manifest_check(struct manifest *manifest, const char *folder, struct diag *diag);

/* A digest as manifests write it; lives in the manifest. */
struct str manifest_digest_text(struct manifest *manifest, struct file_digest digest);

void manifest_release(struct manifest *manifest);

#endif
