/*
 * cmd_run.h - what check, preview and sync share: from options to a planned run, and its summary
 */
#ifndef CMD_CMD_RUN_H
#define CMD_CMD_RUN_H

#include "cmd/command.h"
#include "sync/run.h"

/* METHOD (1.2), and its explanation for help. */
extern const struct option_table method_options;
#define METHOD_TEXT \
	"METHOD is one of\n" \
	"  --modified         all mappings: what changed since the last synchronization,\n" \
	"                     and uncoupled records where creating is allowed (default)\n" \
	"  --full             all mappings, all records, creating uncoupled ones\n" \
	"  --mapping NAME     only these mappings (may be repeated); with --full, all their records\n" \
	"  --record MAPPING:KEY  only these records (may be repeated), changed or not\n"

/* What a run is asked for; false with status 2 when options contradict each other. */
bool run_options_read(struct run_options *run_options, const struct options *options, const char *command,
	struct diag *diag);

/* run_load() and run_plan(), with progress; run is zeroed.  run_release() is the caller's in every case. */
bool run_read(struct run *run, const struct run_options *run_options, const struct options *options,
	struct diag *diag);
bool run_decide(struct run *run, const struct options *options, struct diag *diag);

/* What is said of a run when it is over. */
struct run_words {
	struct buf findings;	/* what needs a person, for standard error */
	struct buf summary;	/* for standard output */
};

/*
 * To be made before anything is published: after that nothing may need memory.
 * target is the folder that will be written, or NULL; words are to be released.
 */
void run_tell(const struct run *run, const struct options *options, const char *target,
	struct run_words *words);
void run_words_show(const struct run_words *words, const struct options *options);
void run_words_release(struct run_words *words);

#endif
