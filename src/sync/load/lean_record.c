/* lean_record.c - a record of a CSV file as a lean row */
#include "sync/load/lean_record.h"

#include "model/value.h"
#include "model/value_plain.h"

enum { LEAN_AHEAD = BASE_SHORT };
_Static_assert((int)LEAN_AHEAD <= (int)READER_AHEAD && (int)PLAIN_AHEAD <= (int)LEAN_AHEAD,
	"all of this can be read");

static struct lean_value
value_of(const struct record_form *form, uint32_t wanted)
{
	static const enum lean_look looks[TYPES] = { [TYPE_CODE] = LOOK_CODE, [TYPE_GUID] = LOOK_GUID };
	const struct cell_plan *plan = &form->plans[wanted];
	bool is_text = plan->type == TYPE_TEXT || plan->type == TYPE_BLOB;
	enum lean_look look = is_text || looks[plan->type] ? looks[plan->type] : LOOK_CLOSELY;

	return (struct lean_value){ plan->at, plan->at == CELL_ABSENT ? LOOK_CLOSELY : look, plan->type,
		wanted };
}

static void
bind_group(struct lean_group *group, const struct lean_digest *digest, const struct record_form *form,
	bool *is_read, struct arena *arena)
{
	const struct base_scheme *scheme = &digest->scheme;

	group->digest = digest;
	group->count = scheme->field_count[digest->group];
	group->values = arena_array(arena, struct lean_value, group->count);
	for (uint32_t i = 0; i < group->count; i++) {
		uint32_t column = scheme->members[digest->group][i]->column;
		group->values[i] = value_of(form, column);
		is_read[column] = true;
	}
}

/* Texts and Codes can be anything. */
static bool
may_be_bad(enum type type)
{
	return type != TYPE_TEXT && type != TYPE_BLOB && type != TYPE_CODE;
}

void
lean_form_bind(struct lean_form *lean, const struct lean_table *table, const struct record_form *form,
	struct arena *arena)
{
	const struct layout *layout = form->layout;
	bool *is_read = arena_array(arena, bool, layout->column_count);

	*lean = (struct lean_form){ .form = form, .identity_count = layout->identity_count,
		.has_joined_key = layout->column_count > layout->field_columns,
		.group_count = table->digest_count };
	lean->identity = arena_array(arena, struct lean_value, layout->identity_count);
	for (uint32_t i = 0; i < layout->identity_count; i++)
		lean->identity[i] = value_of(form, i);
	for (uint32_t i = 0; i < table->digest_count; i++)
		bind_group(&lean->groups[i], &table->digests[i], form, is_read, arena);
	lean->others = arena_array(arena, struct lean_value, layout->field_columns);
	for (uint32_t i = layout->identity_count; i < layout->field_columns; i++)
		if (!is_read[i] && may_be_bad(form->plans[i].type))
			lean->others[lean->other_count++] = value_of(form, i);
}

/*
 * Whether a value is short and plainly its own canonical form, which is then *text;
 * false tells nothing.
 */
static inline bool
look_at(const struct lean_value *value, const struct str *cells, struct str *text)
{
	if (value->look == LOOK_CLOSELY)
		return false;
	*text = cells[value->at];
	if (text->len > LEAN_AHEAD)
		return false;
	if (value->look == LOOK_TEXT)
		return true;
	return value->look == LOOK_CODE ? plain_is_code_ahead(*text) : value_is_plain(TYPE_GUID, *text);
}

/* The canonical form of any value, in the file or in room->made; false where it is not of its type. */
static bool
read_value(const struct lean_value *value, const struct record_form *form, struct lean_room *room,
	const struct raw_record *record, struct str *text)
{
	*text = value->at == CELL_ABSENT ? (struct str){ 0 } : record->cells[value->at];
	if (value_is_plain(value->type, *text))
		return true;
	buf_reset(&room->made);
	bool ok = value_read(form->plans[value->wanted].field, form->locale, form->zone, *text, &room->made);
	*text = buf_str(&room->made);
	return ok;
}

/* The cells of the record's identity; false when one is not of its type. */
static inline bool
read_identity(const struct lean_form *lean, struct record_room *room, const struct raw_record *record)
{
	bool is_plain = !lean->has_joined_key;

	for (uint32_t i = 0; is_plain && i < lean->identity_count; i++) {
		struct str text = { 0 };
		is_plain = look_at(&lean->identity[i], record->cells, &text);
		room->cells[i] = str_cell(text);
	}
	if (is_plain)
		return true;
	record_read_identity(lean->form, room, record);
	return !room->has_bad;
}

/* Appends a value that is not short and plain, with room for `left` of these behind it; or null. */
static char *
add_slowly(const struct lean_value *value, const struct record_form *form, struct lean_room *room,
	const struct raw_record *record, char *at, size_t left)
{
	struct str text;

	if (!read_value(value, form, room, record, &text))
		return NULL;
	room->text.len = (size_t)(at - room->text.ptr);
	at = buf_reserve(&room->text, text.len + BASE_VALUE_ROOM + left * (BASE_VALUE_ROOM + LEAN_AHEAD));
	return base_group_add(value->type, text, false, at);
}

/* As group_digest() makes it; false when a value is not of its type. */
static inline bool
digest_group(const struct lean_group *group, const struct record_form *form, struct lean_room *room,
	const struct raw_record *record, uint64_t *digest)
{
	const struct lean_digest *of = group->digest;
	const struct lean_value *value = group->values;
	const struct lean_value *end = value + group->count;
	const struct str *cells = record->cells;
	char *at = base_group_begin(&of->scheme, of->group,
		BASE_GROUP_ROOM + group->count * (size_t)(BASE_VALUE_ROOM + LEAN_AHEAD), &room->text);

	for (; value < end; value++) {
		struct str text;
		if (__builtin_expect(look_at(value, cells, &text), true)) {
			at = base_group_add_short(text, at);
			continue;
		}
		at = add_slowly(value, form, room, record, at, (size_t)(end - value) - 1);
		if (!at)
			return false;
	}
	*digest = base_group_end(&room->text, at);
	return true;
}

bool
lean_record_read(const struct lean_form *lean, struct lean_room *room, const struct raw_record *record,
	uint64_t *digests)
{
	if (!read_identity(lean, room->record, record))
		return false;
	for (uint32_t i = 0; i < lean->other_count; i++) {
		struct str text;
		if (!read_value(&lean->others[i], lean->form, room, record, &text))
			return false;
	}
	for (uint32_t i = 0; i < lean->group_count; i++)
		if (!digest_group(&lean->groups[i], lean->form, room, record, &digests[i]))
			return false;
	return true;
}

void
lean_room_release(struct lean_room *room)
{
	buf_release(&room->text);
	buf_release(&room->made);
}
