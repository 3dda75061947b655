/*
 * output.h - an output folder that appears whole or not at all (part 6)
 *
 * Files are written into a staging folder beside the target; output_publish()
 * flushes them and renames the folder, once.  If the program ends before,
 * output_release() (or the next run) removes the staging folder; the target is
 * never touched.  A zeroed output is valid to release.
 */
#ifndef IO_OUTPUT_H
#define IO_OUTPUT_H

#include "base/buf.h"
#include "base/diag.h"
#include "io/reader.h"

struct output_file {
	struct str name;	/* "erp/01-Customer.create.csv" */
	uint64_t records;
	struct file_digest digest;
	int descriptor;		/* until it is flushed to disk, or -1 */
};

struct output {
	struct arena arena;
	struct str target;
	struct str staging;
	struct output_file *files;	/* in the order of writing */
	size_t file_count;
	size_t file_capacity;
	int descriptor;		/* of the file being written, or -1 */
	struct buf pending;	/* its bytes not yet handed to the system */
	void *hash;		/* state of its digest */
	uint64_t started;	/* bytes of it that the system was asked to write out */
	uint64_t written;
	int lock;		/* descriptor of the staging folder, locked against other runs */
	int spare[2];		/* kept for removing the folder when no descriptors are left, or -1 */
	bool is_open;
};

/*
 * The target must not exist or be an empty folder (status 2), its parent must
 * be writable (7).  A staging folder that an earlier run left is removed.
 */
bool output_begin(struct output *out, const char *target, struct diag *diag);

/*
 * One file at a time: begin, append to output_buffer() and call output_flush()
 * now and then, end.  `name` is relative; its folder is made if need be.
 */
bool output_file_begin(struct output *out, struct str name, struct diag *diag);
struct buf *output_buffer(struct output *out);
/* Writes the buffer when it has grown past a size worth a system call. */
bool output_flush(struct output *out, struct diag *diag);
/* The same for text that is ready: large text is written as it is, without being copied. */
bool output_add(struct output *out, struct str text, struct diag *diag);
bool output_file_end(struct output *out, uint64_t records, struct diag *diag);

/* Flushes to disk and renames; afterwards the target is there, whole. */
bool output_publish(struct output *out, struct diag *diag);

/* Removes the staging folder unless published. */
void output_release(struct output *out);

/*
 * Removes the staging folder of the output that is open, if one is: there can
 * be one at a time, which must not move.  exit() does it by itself, so that
 * running out of memory leaves nothing behind.  Not for signal handlers.
 */
void output_abandon(void);

/*
 * For the thread that waits for signals: an output that is open is not
 * published any more and its staging folder removed; the thread that writes it
 * stops for good, so the caller must end the program.  False when publishing
 * has begun: then nothing is done.
 */
bool output_interrupt(void);

/*
 * From here on interruptions come too late, to the end of the program: what
 * follows replaces a file outside of an output folder and is brought to its end.
 */
void output_go_through(void);

/*
 * Whether one path lies inside the folder (or is it), links resolved; for L2.
 * A path that does not exist is judged by its nearest existing parent.
 */
bool path_is_inside(const char *path, const char *folder);

/* Appends a table's name as part of a file's: every character but letters, digits, - and _ is _ (6.5). */
void path_add_safe_name(struct str name, struct buf *out);

#endif
