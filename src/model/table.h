/*
 * table.h - one table of an export: canonical cells of the used columns
 *
 * A row is one piece of text: its cells, packed (model/packed.h), one behind
 * the other.  Rows are numbered from 0 in file order
 * and never move.  Filled by one thread (sync/load/), const afterwards, then
 * safe to read from any number of threads.
 *
 * A lean row has the cells of its identity alone - uid and key, the first
 * columns - and the place of its record in the file; who asks for another cell,
 * or for the text of a uid that is kept as the bytes of a Guid, has it made whole
 * first, by a function that reads the record again.
 *
 * Limits: 2^32 - 2 rows, 4096 columns, 1 GiB a value.
 */
#ifndef MODEL_TABLE_H
#define MODEL_TABLE_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/index.h"
#include "base/memory.h"
#include "model/setup.h"

#define TABLE_NO_ROW UINT32_MAX
#define TABLE_NO_COLUMN UINT32_MAX
#define TABLE_MAX_ROWS (UINT32_MAX - 2)
#define TABLE_MAX_PLACE ((UINT64_C(1) << 40) - 1)	/* of a lean row's record */

struct cell {
	const char *ptr;
	uint32_t len;
	bool is_bad;	/* not of its field's type: the text is as the export has it */
};

static inline struct str
cell_str(struct cell c)
{
	return (struct str){ c.ptr, c.len };
}

static inline struct cell
str_cell(struct str s)
{
	return (struct cell){ s.ptr, (uint32_t)s.len, false };
}

/*
 * E34: a blank cell of this text is a reference that a job wrote and whose value
 * comes last, when what it refers to has been made; it lies in no table.
 */
extern const char cell_awaited_text[];

static inline struct cell
cell_awaited(void)
{
	return (struct cell){ cell_awaited_text, 0, false };
}

static inline bool
cell_is_awaited(struct cell c)
{
	return c.ptr == cell_awaited_text;
}

/* One file that the table was read from. */
struct table_file {
	struct str path;		/* as opened: setup folder and source path joined */
	struct str shown_path;		/* relative to the setup file's folder: messages */
	struct str archive;	/* of a member of a zip archive, the same without the member; else empty */
	struct str member;
	uint32_t first_row;
	uint64_t records;		/* that became rows of the table */
	uint64_t size;
	uint64_t hash[2];
	struct str *headers;		/* for each column of the table: the header in this file, or empty */
	uint32_t *positions;		/* for each column: its number in the file from 1, or 0 */
};

/* Makes a lean row whole: its packed text, which lives as long as the table.  Safe from any thread. */
typedef const unsigned char *table_fetch_fn(void *context, uint32_t row);

struct table {
	const struct table_def *def;
	struct arena arena;
	struct arena texts;		/* the rows', and nothing else */
	struct field **columns;		/* the used fields, then NULL for a joined key if keys are several */
	uint32_t column_count;
	uint32_t uid_column;		/* the uid, or the key; TABLE_NO_COLUMN if a link table has neither */
	uint32_t key_column;		/* the key; joined by commas if it has several fields */
	const unsigned char **rows;
	/*
	 * What is looked at of every row, side by side: the stamp of role modified
	 * (STAMP_NONE where blank), if the table has one; then digest_count digests
	 * of values, 0 where the row never was lean.
	 */
	uint64_t *marks;
	bool has_stamps;
	bool packs_guids;		/* lean rows have the uid as a Guid (model/packed.h) */
	uint32_t *lines;		/* where each record begins in its file */
	uint32_t row_count;
	size_t row_capacity;
	struct index uids;
	struct index keys;		/* the same as uids when the key is the uid */
	struct table_again *again;	/* what was given back, once that is asked for; NULL: nothing was */
	uint32_t *uid_tags;		/* upper halves of the hashes, until the indexes are built */
	uint32_t *key_tags;
	struct table_file *files;
	size_t file_count;
	bool is_full;			/* export="full", and no bad record was left out (5.0.1) */
	uint32_t identity_count;	/* columns, from the first on, that a lean row has */
	uint64_t *digests; /* of values of each row: digest_count for each; 0 where it never was lean */
	uint32_t digest_count;		/* 0: no row is lean */
	table_fetch_fn *fetch;
	void *fetch_context;
	const struct table *twin;	/* with whose rows its rows share cells (table_set_twin()), or NULL */
	uint32_t *twin_columns;		/* for each column that of the twin with the same values, or none */
	uint32_t *twin_targets;		/* the other way round */
};

static inline uint64_t *
table_marks(const struct table *t, uint32_t row)
{
	return t->marks + (size_t)row * (t->has_stamps + t->digest_count);
}

/* Tells the processor that this row will be read soon: its marks; its pointer, or both; then its text. */
static inline void
table_prefetch_marks(const struct table *t, uint32_t row)
{
	if (row != TABLE_NO_ROW)
		memory_prefetch(table_marks(t, row));
}

static inline void
table_prefetch_pointer(const struct table *t, uint32_t row)
{
	if (row != TABLE_NO_ROW)
		memory_prefetch(&t->rows[row]);
}

static inline void
table_prefetch_row(const struct table *t, uint32_t row)
{
	table_prefetch_pointer(t, row);
	table_prefetch_marks(t, row);
}

static inline void
table_prefetch_text(const struct table *t, uint32_t row)
{
	if (row == TABLE_NO_ROW)
		return;
	memory_prefetch(t->rows[row]);
	memory_prefetch(t->rows[row] + 64);
	memory_prefetch(t->rows[row] + 128);
	memory_prefetch(t->rows[row] + 192);
}

/* The same for the row's beginning alone, where the uid is. */
static inline void
table_prefetch_uid(const struct table *t, uint32_t row)
{
	if (row == TABLE_NO_ROW)
		return;
	memory_prefetch(t->rows[row]);
	memory_prefetch(t->rows[row] + 40);
}

/*
 * Finds many uids at once: look-ups go on side by side, as each waits for
 * memory.  An empty uid has no row.  `packed`, if it is not NULL, becomes the
 * uids as the rows that are found have them: see table_packed_uid().
 */
enum { TABLE_BATCH = 64 };
void table_find_uids(const struct table *t, const struct str *uids, uint32_t count, uint32_t *rows,
	const unsigned char **packed);

/* All cells of a row, into out[column_count]. */
void table_unpack(const struct table *t, uint32_t row, struct cell *out);

/* The same, where the cells of the twin's row twin_row are unpacked already. */
void table_unpack_beside(const struct table *t, uint32_t row, uint32_t twin_row,
	const struct cell *twin_cells, struct cell *out);

struct cell table_cell(const struct table *t, uint32_t row, uint32_t column);

struct str table_uid(const struct table *t, uint32_t row);
struct str table_key(const struct table *t, uint32_t row);

/* The row's uid as it lies there, a text or a Guid (model/packed.h), as long as the table lives; or NULL. */
const unsigned char *table_packed_uid(const struct table *t, uint32_t row);
int64_t table_stamp(const struct table *t, uint32_t row);

/* The newest of all rows, or STAMP_NONE. */
int64_t table_newest_stamp(const struct table *t);

/* What people call the record: the field of role name, or empty. */
struct str table_name(const struct table *t, uint32_t row);

/* TABLE_NO_ROW when there is none. */
uint32_t table_find_uid(const struct table *t, struct str uid);
uint32_t table_find_key(const struct table *t, struct str key);

/* Tells the processor that this uid or key will be looked for soon. */
void table_prefetch_find_uid(const struct table *t, struct str uid);
void table_prefetch_find_key(const struct table *t, struct str key);

/* The file that holds the row. */
const struct table_file *table_file_of(const struct table *t, uint32_t row);

/* The header under which the first export file carried the column, else the field's name (6.5). */
struct str table_header(const struct table *t, uint32_t column);

/* Appends `erp/customers.csv:12: column 3 "Name": `, the place of a cell in messages (1.4). */
void table_file_place(const struct table_file *file, uint64_t line, uint32_t column, struct buf *out);

/*
 * Adds a row of packed cells.  `cells` has column_count entries; their text is
 * copied.  Indexes are made by table_build_indexes(), after the last row.
 */
void table_add(struct table *t, const struct cell *cells, int64_t stamp, uint32_t line);

/*
 * The same for a lean row, whose record lies at that place of its file, which is
 * TABLE_MAX_PLACE at most; digests
 * has digest_count entries.  Later table_complete() makes it whole, with cells
 * whose text is copied into the arena; threads may complete different rows.
 */
void table_add_lean(struct table *t, const struct cell *cells, int64_t stamp, uint32_t line, uint64_t place,
	const uint64_t *digests);
bool table_is_lean(const struct table *t, uint32_t row);
uint64_t table_place(const struct table *t, uint32_t row);
const unsigned char *table_complete(const struct table *t, uint32_t row, const struct cell *cells,
	struct arena *texts);

static inline const uint64_t *
table_digests(const struct table *t, uint32_t row)
{
	return table_marks(t, row) + t->has_stamps;
}

/*
 * Moves all rows of `from`, a table of the same columns, to the end of `to`;
 * `from` is empty afterwards.  Together they must not exceed TABLE_MAX_ROWS.
 */
void table_join(struct table *to, struct table *from);

/*
 * Enters every row in the indexes; to be called once.  A blank uid or key is
 * left out.  False when two rows have the same uid or key: diag then has an
 * error (status 3) for each, naming both places; needs files.  The two halves
 * may run side by side, each with its own diag; then uids and keys are to be
 * tied together by table_share_index() when both are done.
 */
bool table_build_indexes(struct table *t, struct diag *diag);
bool table_build_uids(struct table *t, struct diag *diag);
bool table_build_keys(struct table *t, struct diag *diag);
void table_share_index(struct table *t);

/*
 * Gives an index back that few, or none, are going to need: who looks for
 * something there all the same, on any thread, has it made anew.
 */
enum table_index { TABLE_UIDS, TABLE_KEYS, TABLE_INDEXES };
void table_forget_index(struct table *t, enum table_index which);

/* Nobody is told any more where a record begins: `lines` are not there afterwards. */
void table_forget_lines(struct table *t);

/*
 * Coupled rows mostly hold the same values.  A table may have a twin: a row then
 * keeps only those cells that differ from a row of the twin, whose texts it
 * borrows; the twin must live as long and share nothing itself.  To be done once,
 * when all rows are there and nobody holds texts of the table.
 *
 * table_set_twin() says which columns correspond: for each of t the twin's, or
 * TABLE_NO_COLUMN; no column of the twin may be named twice.  table_share_row()
 * packs a row anew, beside its row of the twin (or TABLE_NO_ROW), behind the one
 * before; it is to be called once for every row, in the order in which rows will
 * be needed.  One sharing a thread: threads may share different rows of a table.
 * table_end_sharing() ends all of them, and gives back where the rows lay.
 */
struct table_sharing {
	struct table *table;
	struct arena texts;
	struct cell *cells;
	struct cell *twin_cells;
};

void table_set_twin(struct table *t, const struct table *twin, const uint32_t *columns);
void table_sharing_begin(struct table_sharing *s, struct table *t);
void table_share_row(struct table_sharing *s, uint32_t row, uint32_t twin_row);
void table_end_sharing(struct table *t, struct table_sharing *sharings, unsigned count);

void table_release(struct table *t);

#endif
