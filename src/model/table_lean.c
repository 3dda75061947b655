/*
 * table_lean.c - rows that have the cells of their identity alone
 *
 * Such a row is: two bytes that tell it, the place of its record, and the cells
 * of the uid and of the key's fields; then that of the key, if several fields
 * make it.  A uid that is a Guid is its 16 bytes (model/packed.h).
 */
#include "model/table_parts.h"

/* The lowest byte first, whatever the processor does. */
static inline uint64_t
low_first(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

bool
table_can_pack_guids(const struct table *t)
{
	return t->uid_column < t->identity_count && t->columns[t->uid_column]->type == TYPE_GUID &&
	       (t->uid_column != t->key_column || t->def->side == CRM);
}

static unsigned char *
put_identity(const struct table *t, const struct cell *cells, unsigned char *at)
{
	if (!t->packs_guids || cells[t->uid_column].len != GUID_LENGTH)
		return put_cells(at, cells, t->identity_count);
	at = put_cells(at, cells, t->uid_column);
	at = put_guid(at, cells[t->uid_column].ptr);
	return put_cells(at, cells + t->uid_column + 1, t->identity_count - t->uid_column - 1);
}

const unsigned char *
row_pack_lean(struct table *t, const struct cell *cells, uint64_t place)
{
	uint32_t last = t->column_count - 1;
	bool has_joined = !t->columns[last];
	const uint64_t head = low_first(place << LEAN_PLACE_SHIFT | SPECIAL_SECOND << 8 | LEAN_FIRST);
	size_t room = LEAN_HEAD + row_room(cells, t->identity_count) +
		(has_joined ? row_room(&cells[last], 1) : 0);
	unsigned char *row = (unsigned char *)arena_bytes(&t->texts, room);
	unsigned char *at = row + LEAN_HEAD;

	memcpy(row, &head, sizeof head);	/* its last byte is zero, and written over */
	at = put_identity(t, cells, at);
	if (has_joined)
		at = put_cell(at, cells[last]);
	arena_cut(&t->texts, (char *)at);
	return row;
}

bool
table_is_lean(const struct table *t, uint32_t row)
{
	return row_is_lean(row_at(t, row));
}

uint64_t
table_place(const struct table *t, uint32_t row)
{
	uint64_t head;

	memcpy(&head, row_at(t, row), sizeof head);
	return low_first(head) >> LEAN_PLACE_SHIFT & TABLE_MAX_PLACE;
}

const unsigned char *
row_lean_cell(const struct table *t, const unsigned char *at, uint32_t column)
{
	uint32_t number = column < t->identity_count ? column : t->identity_count;
	struct cell cell;

	for (at += LEAN_HEAD; number > 0; number--)
		at = packed_is_guid(at) ? at + GUID_HEAD + GUID_BYTES : get_cell(at, &cell);
	return at;
}

struct str
row_identity(const struct table *t, uint32_t row, uint32_t column, char *room)
{
	const unsigned char *at = row_at(t, row);

	if (row_is_lean(at))
		return packed_text(row_lean_cell(t, at, column), room);
	return cell_str(table_cell(t, row, column));
}

const unsigned char *
table_packed_uid(const struct table *t, uint32_t row)
{
	const unsigned char *at = row_at(t, row);

	if (t->uid_column == TABLE_NO_COLUMN)
		return NULL;
	if (!row_is_lean(at))
		return packed_of(table_uid(t, row));
	at = row_lean_cell(t, at, t->uid_column);
	return at[0] == 0 ? NULL : at;	/* no text, or any */
}
