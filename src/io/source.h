/*
 * source.h - the text of a file: opened, unpacked, decoded (rule 5.0.1)
 *
 * A source reads one file from begin to end, once (L2), and hands its text out
 * as UTF-8 without byte order mark.  gzip is told by content.  UTF-8 passes
 * through unchecked; of other encodings, bytes that are not allowed are marked
 * (io/decode.h).  Both are for the parser to find, which knows the place.  A
 * member of a zip archive is read like a file (io/zip_file.h).  A source belongs
 * to one thread.
 */
#ifndef IO_SOURCE_H
#define IO_SOURCE_H

#include "base/buf.h"
#include "base/diag.h"
#include "io/reader.h"

enum { SOURCE_PIECE = 256 * 1024 };

struct source_options {
	const char *path;
	struct str shown_path;	/* as messages name it; must live as long as the source */
	struct str encoding;	/* iconv's name; empty = byte order mark, else UTF-8 */
	struct str member;	/* of the zip archive that the file is; empty: the file itself */
	size_t piece;		/* bytes a read; 0 = SOURCE_PIECE */
};

struct source;

/* NULL with a message in diag (status 7 when it cannot be read, else 3); diag must outlive the source. */
struct source *source_open(const struct source_options *options, struct diag *diag);

enum source_status { SOURCE_TEXT, SOURCE_END, SOURCE_ERROR };

/* Appends some text to out (SOURCE_TEXT), about a piece. */
enum source_status source_read(struct source *source, struct buf *out);

/* The encoding that was read, "UTF-8" unless decoded. */
const char *source_encoding(const struct source *source);
bool source_is_decoded(const struct source *source);

/*
 * Whether a file is as it was, going by its size and time: an export that is still
 * being written would be taken for a whole one.
 *
 * Whether the text is the file's bytes as they are on disk, but for a byte order
 * mark: then *begin is where the text begins.  source_keep() gives the descriptor
 * of such a file anew, the caller's to close (-1: errno tells), and what was known
 * of the file when it was opened.
 */
struct stat;
bool file_is_unchanged(const struct stat *before, const struct stat *now);
bool source_is_plain(const struct source *source, uint64_t *begin);
int source_keep(const struct source *source, struct stat *before);

/* Of the bytes on disk, the whole archive's for a member; whole once source_read() has told the end. */
struct file_digest source_digest(const struct source *source);

void source_close(struct source *source);

#endif
