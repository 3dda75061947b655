/* load_record.c - one record of an export file as canonical cells (E21, E22) */
#include "sync/load_record.h"

#include <stdlib.h>

#include "model/value.h"

void
record_form_bind(struct record_form *form, const uint32_t *positions)
{
	const struct layout *layout = form->layout;

	for (uint32_t i = 0; i < layout->wanted_count; i++)
		form->plans[i] = (struct cell_plan){ layout->wanted[i],
			positions[i] ? positions[i] - 1 : CELL_ABSENT };
}

struct record_room
record_room_make(uint32_t columns)
{
	return (struct record_room){ .cells = memory_new(columns, sizeof(struct cell)) };
}

void
record_room_release(struct record_room *room)
{
	free(room->cells);
	buf_release(&room->scratch);
	buf_release(&room->joined);
	*room = (struct record_room){ 0 };
}

struct str
record_text(const struct record_form *form, uint32_t wanted, const struct raw_record *record)
{
	uint32_t at = form->plans[wanted].at;

	return at == CELL_ABSENT ? (struct str){ 0 } : record->cells[at];
}

/* A typed cell of a spreadsheet is written the same way in every locale. */
const struct locale *
record_locale(const struct record_form *form, uint32_t wanted, const struct raw_record *record)
{
	uint32_t at = form->plans[wanted].at;
	bool is_invariant = record->is_invariant && at != CELL_ABSENT && record->is_invariant[at];

	return is_invariant ? locale_find(STR("")) : form->locale;
}

/*
 * Text that had to be made goes to the end of scratch, and the cell's pointer
 * stays null until settle_cells(), as scratch may still move.
 */
static struct cell
read_cell(const struct record_form *form, struct record_room *room, uint32_t wanted,
	const struct raw_record *record)
{
	const struct field *field = form->plans[wanted].field;
	struct str raw = record_text(form, wanted, record);

	if (value_is_canonical(field->type, raw))
		return (struct cell){ raw.ptr, (uint32_t)raw.len, false };
	size_t begin = room->scratch.len;
	if (!value_read(field, record_locale(form, wanted, record), form->zone, raw, &room->scratch)) {
		room->has_bad = true;
		return (struct cell){ raw.ptr, (uint32_t)raw.len, true };
	}
	return (struct cell){ NULL, (uint32_t)(room->scratch.len - begin), false };
}

static void
settle_cells(struct record_room *room, uint32_t count)
{
	const char *at = room->scratch.ptr;

	for (uint32_t i = 0; i < count; i++) {
		struct cell *cell = &room->cells[i];
		if (cell->ptr || cell->len == 0)
			continue;
		cell->ptr = at;
		at += cell->len;
	}
}

/* The parts of a longer key joined by commas (part 3); blank when all parts are. */
static void
join_key(const struct layout *layout, struct record_room *room)
{
	const struct table_def *def = layout->def;
	bool is_blank = true;

	if (def->key_count < 2)
		return;
	buf_reset(&room->joined);
	for (size_t i = 0; i < def->key_count; i++) {
		struct cell part = room->cells[def->keys[i]->column];
		if (i)
			buf_add_char(&room->joined, ',');
		buf_add(&room->joined, cell_str(part));
		is_blank &= part.len == 0;
	}
	uint32_t len = is_blank ? 0 : (uint32_t)room->joined.len;
	room->cells[layout->key_column] = (struct cell){ room->joined.ptr, len, false };
}

void
record_read(const struct record_form *form, struct record_room *room, const struct raw_record *record)
{
	const struct layout *layout = form->layout;

	buf_reset(&room->scratch);
	room->has_bad = false;
	for (uint32_t i = 0; i < layout->field_columns; i++)
		room->cells[i] = read_cell(form, room, i, record);
	if (room->scratch.len)
		settle_cells(room, layout->field_columns);
	join_key(layout, room);
}
