/*
 * lean.h - most records of a synchronization of modified records are looked at once
 *
 * Where a coupling is quiet - both stamps are old, and both sides' values are
 * those of the base, or equal where there is no base yet - nobody asks for its
 * values any more once that is known, and digests tell it.  So rows of CSV files
 * are loaded lean (model/table.h), with digests of what the base covers; quiet
 * couplings are told by these (E10, E27); and the rows of all others are read
 * once more, in the order of the file, and made whole.  Whoever asks for a cell
 * of a row that is still lean has that one read again: slower, and the same.
 */
#ifndef SYNC_LEAN_H
#define SYNC_LEAN_H

#include "base/parallel.h"
#include "io/reread.h"
#include "model/coupling_base.h"
#include "sync/load/load_record.h"

struct run;

/* What a row's digest covers. */
struct lean_digest {
	const struct mapping *mapping;
	enum group group;
	struct base_scheme scheme;
};

enum { LEAN_DIGESTS = 4, LEAN_FILES = 16 };

/* A file whose records can be read again. */
struct lean_file {
	struct reread *file;		/* NULL: all its rows are whole */
	struct record_form form;
};

/* One table with lean rows; zeroed: a table whose rows are all whole. */
struct lean_table {
	struct lean_digest digests[LEAN_DIGESTS];
	uint32_t digest_count;
	struct table *table;		/* from here on set when it is loaded */
	struct layout layout;
	struct lean_file *files;	/* as table.files */
	struct lock *lock;		/* of what follows: for rows that are asked for one by one */
	struct arena texts;
	struct reread_piece piece;
	struct record_room room;
	struct diag diag;		/* a record could not be read again: the run must not be published */
};

/*
 * By table_def.number; NULL where no table can be lean: only a synchronization
 * of modified records leaves records alone.  lean_release() is the caller's.
 */
struct lean_table *lean_make(const struct run *run);

/* The table was loaded: from here on its rows can be asked for any cell. */
void lean_begin(struct lean_table *lean, struct table *table);

/* What mapping_state.lean_at says of a mapping's group. */
uint32_t lean_find_digest(const struct run *run, const struct mapping *mapping, enum group group);

/*
 * The digest of what the export shows of a row, for a mapping's group; 0 where none
 * is kept: of a row that was loaded whole, or of a table that is not lean.
 */
uint64_t lean_digest(const struct run *run, const struct mapping *mapping, enum group group, uint32_t row);

/* Whether digests tell that the bidirectional values of a coupling's rows are not all the same texts. */
bool lean_pair_differs(const struct run *run, const struct mapping *mapping, const uint32_t rows[SIDES]);

/*
 * Makes rows whole that are not only in quiet couplings (sync/quiet.h).
 * False with a message (status 7) when a file cannot be read again as it was.
 */
bool lean_fetch_loud(struct run *run, struct diag *diag);

/* False with a message (status 7) when a row that was asked for could not be read again. */
bool lean_check(const struct run *run, struct diag *diag);

void lean_release(struct lean_table *leans, size_t count);

#endif
