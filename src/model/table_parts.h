/*
 * table_parts.h - how rows are packed; for table*.c alone
 */
#ifndef MODEL_TABLE_PARTS_H
#define MODEL_TABLE_PARTS_H

#include "model/packed.h"
#include "model/table.h"

/* The number before a cell's text: its length times two, and whether it is bad. */
static inline uint32_t
cell_number(struct cell c)
{
	return c.len << 1 | c.is_bad;
}

static inline unsigned char *
put_cell(unsigned char *at, struct cell cell)
{
	at = put_number(at, cell_number(cell));
	return (unsigned char *)str_put((char *)at, cell_str(cell));
}

/* More than so many cells need. */
static inline size_t
row_room(const struct cell *cells, uint32_t count)
{
	size_t room = (size_t)count * NUMBER_ROOM;

	for (uint32_t i = 0; i < count; i++)
		room += cells[i].len;
	return room;
}

static inline const unsigned char *
get_cell(const unsigned char *at, struct cell *cell)
{
	uint32_t number = get_number(&at);

	*cell = (struct cell){ (const char *)at, number >> 1, number & 1 };
	return at + cell->len;
}

static inline unsigned char *
put_cells(unsigned char *at, const struct cell *cells, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		at = put_cell(at, cells[i]);
	return at;
}

/* All cells of a row that shares none; returns its end. */
static inline const unsigned char *
row_unpack(const unsigned char *at, uint32_t count, struct cell *out)
{
	for (uint32_t column = 0; column < count; column++)
		at = get_cell(at, &out[column]);
	return at;
}

/*
 * A row that shares cells, or is lean, begins with a number as put_number() never
 * writes it.  Behind it a lean row has its place and the cells of its identity.
 */
enum { SHARED_FIRST = 0x80, LEAN_FIRST = 0x81, SPECIAL_SECOND = 0 };

/* Such a number and a place of five bytes; a lean row has at least one byte more. */
enum { LEAN_HEAD = 7, LEAN_PLACE_SHIFT = 16 };

static inline bool
row_is_shared(const unsigned char *at)
{
	return at[0] == SHARED_FIRST && at[1] == SPECIAL_SECOND;
}

static inline bool
row_is_lean(const unsigned char *at)
{
	return at[0] == LEAN_FIRST && at[1] == SPECIAL_SECOND;
}

/* Rows are made whole while others look at them. */
static inline const unsigned char *
row_at(const struct table *t, uint32_t row)
{
	return __atomic_load_n(&t->rows[row], __ATOMIC_ACQUIRE);
}

static inline const unsigned char *
row_whole(const struct table *t, uint32_t row)
{
	const unsigned char *at = row_at(t, row);

	return __builtin_expect(row_is_lean(at), false) ? t->fetch(t->fetch_context, row) : at;
}

static inline bool
column_is_identity(const struct table *t, uint32_t column)
{
	return column < t->identity_count || !t->columns[column];
}

/* What a row is found by: the upper half of its uid's or key's hash. */
static inline uint32_t
text_tag(struct str text)
{
	return (uint32_t)(str_hash_here(text) >> 32);
}

/* What is left of table_forget_index() goes. */
void table_release_again(struct table *t);

/* Keys of the ERP are asked for as texts, of all rows; uids hardly are. */
bool table_can_pack_guids(const struct table *t);

const unsigned char *row_pack_lean(struct table *t, const struct cell *cells, uint64_t place);

/* A packed cell of a lean row's identity; the last column is the joined key, if there is one. */
const unsigned char *row_lean_cell(const struct table *t, const unsigned char *at, uint32_t column);

/* The text of a cell of a row's identity; that of a lean row's Guid in `room`, of GUID_LENGTH characters. */
struct str row_identity(const struct table *t, uint32_t row, uint32_t column, char *room);

/* All cells of a row that shares some with the twin, whose row twin_row is twin_cells, if it is that row. */
void row_unpack_shared(const struct table *t, const unsigned char *at, uint32_t twin_row,
	const struct cell *twin_cells, struct cell *out);

struct cell row_shared_cell(const struct table *t, const unsigned char *at, uint32_t column);

#endif
