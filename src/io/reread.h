/*
 * reread.h - records of a CSV file once more, by their place on disk
 *
 * A run looks at most records once: it keeps where they lie, and reads again
 * those few that it needs whole (model/table.h).  A file that changed since it
 * was read gives no record any more.  A struct reread is const after it was
 * opened; each thread has a struct reread_piece of its own.
 */
#ifndef IO_REREAD_H
#define IO_REREAD_H

#include "base/buf.h"
#include "io/csv_split.h"
#include "io/reader.h"

struct reread;

/*
 * Of the file of an open reader, which may be closed before it.  NULL where its
 * batches have no places, or the system gives no further descriptor.
 */
struct reread *reread_open(const struct reader *reader);
void reread_close(struct reread *file);

/* Some of a file's text; zeroed it is empty and valid. */
struct reread_piece {
	const struct reread *file;
	struct buf text;
	uint64_t begin;		/* its place */
	struct csv_split split;
	struct str *cells;	/* of the record at hand */
	uint32_t room;
};

/*
 * Reads the bytes [begin, end) of the file, or up to its end; is_whole: the end is
 * that of a record.  False with a message in diag (status 7) when they cannot be
 * read or the file changed.
 */
bool reread_take(struct reread_piece *piece, const struct reread *file, uint64_t begin, uint64_t end,
	bool is_whole, struct diag *diag);

/*
 * The cells of the record at that place, as many as the header has; NULL when it
 * does not lie in the piece whole, which cannot be where the piece ends with a
 * record.  Good until the next piece.
 */
const struct str *reread_record(struct reread_piece *piece, uint64_t place);

void reread_release(struct reread_piece *piece);

#endif
