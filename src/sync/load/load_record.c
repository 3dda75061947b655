/* load_record.c - one record of an export file as canonical cells (E21, E22) */
#include "sync/load/load_record.h"

#include <stdlib.h>

#include "model/value.h"
#include "model/value_plain.h"

void
record_form_bind(struct record_form *form, const uint32_t *positions)
{
	const struct layout *layout = form->layout;

	for (uint32_t i = 0; i < layout->wanted_count; i++)
		form->plans[i] = (struct cell_plan){ layout->wanted[i],
			positions[i] ? positions[i] - 1 : CELL_ABSENT, layout->wanted[i]->type };
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
 * A cell that is not plainly canonical.  Text that had to be made goes to the
 * end of scratch, and the cell's pointer stays null until settle_cells(), as
 * scratch may still move.
 */
static struct cell
make_cell(const struct record_form *form, struct record_room *room, uint32_t wanted,
	const struct raw_record *record, struct str raw)
{
	const struct field *field = form->plans[wanted].field;
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

/* The cells of the first columns. */
static inline void
read_cells(const struct record_form *form, struct record_room *room, const struct raw_record *record,
	uint32_t count)
{
	const struct cell_plan *plans = form->plans;
	const struct str *texts = record->cells;
	struct cell *cells = room->cells;

	buf_reset(&room->scratch);
	room->has_bad = false;
	for (uint32_t i = 0; i < count; i++) {
		struct str raw = { 0 };
		if (plans[i].at != CELL_ABSENT)
			raw = texts[plans[i].at];
		if (__builtin_expect(value_is_plain(plans[i].type, raw), true)) {
			cells[i].ptr = raw.ptr;
			cells[i].len = (uint32_t)raw.len;
			cells[i].is_bad = false;
		} else {
			cells[i] = make_cell(form, room, i, record, raw);
		}
	}
	if (room->scratch.len)
		settle_cells(room, count);
	join_key(form->layout, room);
}

void
record_read(const struct record_form *form, struct record_room *room, const struct raw_record *record)
{
	read_cells(form, room, record, form->layout->field_columns);
}

void
record_read_identity(
	const struct record_form *form, struct record_room *room, const struct raw_record *record)
{
	read_cells(form, room, record, form->layout->identity_count);
}
