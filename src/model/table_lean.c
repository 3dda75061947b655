/*
 * table_lean.c - rows that have the cells of their identity alone
 *
 * Such a row is: two bytes that tell it, the place of its record, and the cells
 * of the uid and of the key's fields; then that of the key, if several fields
 * make it.
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
	at = put_cells(at, cells, t->identity_count);
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

struct cell
row_lean_cell(const struct table *t, const unsigned char *at, uint32_t column)
{
	uint32_t number = column < t->identity_count ? column : t->identity_count;
	struct cell cell;

	at += LEAN_HEAD;
	do
		at = get_cell(at, &cell);
	while (number-- > 0);
	return cell;
}
