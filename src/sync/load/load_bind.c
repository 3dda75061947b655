/* load_bind.c - which column of an export file holds which field */
#include "sync/load/load_bind.h"

#include <stdlib.h>

#include "base/buf.h"
#include "io/element_name.h"
#include "model/value.h"

/* Dataverse's static exports begin with three columns of that prefix (part 5, section 4). */
static const struct str static_prefix = { "(do not modify) ", 16 };
static const struct str static_checksum = { "row checksum", 12 };
static const struct str static_modified = { "modified on", 11 };

/* Headers count without outer blanks and case (5.0.1). */
static struct str
fold(struct str text, struct buf *scratch)
{
	buf_reset(scratch);
	text_fold(str_trim(text), false, scratch);
	return buf_str(scratch);
}

static void
add_column(struct layout *layout, struct field *field)
{
	if (field)
		field->column = layout->column_count;
	layout->columns[layout->column_count++] = field;
}

static bool
is_identity(const struct field *field)
{
	return field->role == ROLE_UID || field->role == ROLE_KEY;
}

/* Uid and key come first in a row's text: look-ups by them then touch its beginning alone. */
static void
add_columns(struct layout *layout, bool identity)
{
	const struct table_def *def = layout->def;

	for (size_t i = 0; i < def->field_count; i++) {
		struct field *field = def->fields[i];
		if (is_identity(field) != identity)
			continue;
		field->column = TABLE_NO_COLUMN;
		if (!field->is_used || (field == def->modified && field->is_stamp_only))
			continue;
		layout->wanted[layout->wanted_count++] = field;
		add_column(layout, field);
	}
}

static void
choose_columns(struct layout *layout, struct arena *arena)
{
	const struct table_def *def = layout->def;

	layout->columns = arena_array(arena, struct field *, def->field_count + 1);
	layout->wanted = arena_array(arena, struct field *, def->field_count);
	add_columns(layout, true);
	layout->identity_count = layout->column_count;
	add_columns(layout, false);
	layout->field_columns = layout->column_count;
	if (def->modified && def->modified->column == TABLE_NO_COLUMN)
		layout->wanted[layout->wanted_count++] = def->modified;
	if (def->key_count > 1)
		add_column(layout, NULL);
}

static uint32_t
number_of(const struct layout *layout, const struct field *field)
{
	for (uint32_t i = 0; field && i < layout->wanted_count; i++)
		if (layout->wanted[i] == field)
			return i;
	return NOT_WANTED;
}

static void
add_name(struct layout *layout, struct str name, uint32_t wanted, struct arena *arena, struct buf *scratch)
{
	struct str folded = arena_copy(arena, fold(name, scratch));
	struct buf element = { 0 };

	element_name_add(str_trim(name), ELEMENT_NAME_MAX, &element);
	struct str folded_element = arena_copy(arena, fold(buf_str(&element), scratch));
	buf_release(&element);
	layout->names[layout->name_count++] = (struct layout_name){ folded, folded_element, wanted };
}

static void
collect_names(struct layout *layout, struct arena *arena)
{
	const struct table_def *def = layout->def;
	struct buf scratch = { 0 };
	size_t count = def->field_count;

	for (size_t i = 0; i < def->field_count; i++)
		count += def->fields[i]->header_count;
	layout->names = arena_array(arena, struct layout_name, count);
	for (size_t i = 0; i < def->field_count; i++)
		add_name(layout, def->fields[i]->name, number_of(layout, def->fields[i]), arena, &scratch);
	for (size_t i = 0; i < def->field_count; i++) {
		const struct field *field = def->fields[i];
		for (size_t h = 0; h < field->header_count; h++)
			add_name(layout, field->headers[h], number_of(layout, field), arena, &scratch);
	}
	buf_release(&scratch);
}

void
layout_make(struct layout *layout, const struct setup *setup, const struct table_def *def,
	struct arena *arena)
{
	*layout = (struct layout){ .setup = setup, .def = def, .key_column = TABLE_NO_COLUMN };
	choose_columns(layout, arena);
	if (def->key_count > 1)
		layout->key_column = layout->column_count - 1;
	else if (def->key_count == 1)
		layout->key_column = def->keys[0]->column;
	layout->uid_column = def->uid ? def->uid->column : layout->key_column;
	layout->modified = number_of(layout, def->modified);
	layout->uid = number_of(layout, def->uid);
	collect_names(layout, arena);
}

static const struct layout_name *
find_name(const struct layout *layout, struct str folded)
{
	for (size_t i = 0; i < layout->name_count; i++)
		if (str_equal(layout->names[i].folded, folded))
			return &layout->names[i];
	return NULL;
}

/*
 * An element is named as the field, or as its header, after the name rule
 * (5.0.2), which packages cut to 30 characters (part 5, 1.5).
 */
static bool
is_element_of(const struct layout_name *name, struct str folded)
{
	if (str_equal(name->element, folded))
		return true;
	return str_starts(name->element, folded) && utf8_count(folded) == ELEMENT_NAME_FIELD_MAX;
}

static const struct layout_name *
find_element(const struct layout *layout, struct str folded)
{
	for (size_t i = 0; i < layout->name_count; i++)
		if (is_element_of(&layout->names[i], folded))
			return &layout->names[i];
	return NULL;
}

/* The wanted field that a column of a static export holds, going by what follows the prefix. */
static uint32_t
find_static(const struct layout *layout, struct str folded)
{
	const struct layout_name *name = find_name(layout, folded);
	uint32_t named = name ? name->wanted : NOT_WANTED;

	if (str_equal(folded, static_checksum))
		return NOT_WANTED;
	if (str_equal(folded, static_modified) || (named != NOT_WANTED && named == layout->modified))
		return layout->modified;
	/* What is left is the column named after the table, whatever it is called: the row's Guid. */
	return layout->uid;
}

static bool
bind_column(const struct layout *layout, struct str shown_path, uint32_t wanted, uint32_t position,
	struct binding *binding, struct diag *diag)
{
	uint32_t *slot = &binding->positions[wanted];

	if (*slot == 0) {
		*slot = position;
		return true;
	}
	struct str first = binding->headers[*slot - 1];
	struct str second = binding->headers[position - 1];
	struct str field = layout->wanted[wanted]->name;
	return diag_add(diag, STATUS_INVALID,
		"%.*s: column %u \"%.*s\" and column %u \"%.*s\" are both field \"%.*s\" of table %.*s; "
		"remove or rename one of them", STR_ARG(shown_path), *slot, STR_ARG(first), position,
		STR_ARG(second), STR_ARG(field), STR_ARG(layout->def->name));
}

/* Columns with the prefix count only for fields that no other column holds. */
static bool
bind_static(const struct layout *layout, struct str shown_path, struct binding *binding, uint32_t first,
	struct buf *scratch, struct diag *diag)
{
	bool *is_taken = memory_new(layout->wanted_count, sizeof *is_taken);
	bool ok = true;

	for (uint32_t i = 0; i < layout->wanted_count; i++)
		is_taken[i] = binding->positions[i] != 0;
	for (uint32_t i = first; i < binding->header_count; i++) {
		struct str folded = fold(binding->headers[i], scratch);
		if (!str_starts(folded, static_prefix) || find_name(layout, folded))
			continue;
		struct str rest = { folded.ptr + static_prefix.len, folded.len - static_prefix.len };
		uint32_t wanted = find_static(layout, str_trim(rest));
		if (wanted != NOT_WANTED && !is_taken[wanted])
			ok &= bind_column(layout, shown_path, wanted, i + 1, binding, diag);
	}
	free(is_taken);
	return ok;
}

static void
reserve_headers(struct binding *binding, uint32_t count, struct arena *arena)
{
	if (count <= binding->header_room)
		return;
	uint32_t room = binding->header_room * 2 > count ? binding->header_room * 2 : count;
	struct str *headers = arena_array(arena, struct str, room);
	for (uint32_t i = 0; i < binding->header_count; i++)
		headers[i] = binding->headers[i];
	binding->headers = headers;
	binding->header_room = room;
}

/* Two fields come to the same element name: nobody can tell which one the element is. */
static bool
check_element(const struct layout *layout, struct str shown_path, struct str header,
	const struct layout_name *found, struct str folded, struct diag *diag)
{
	const struct layout_name *end = layout->names + layout->name_count;
	const struct layout_name *at = found + 1;

	while (at < end && (at->wanted == found->wanted || !is_element_of(at, folded)))
		at++;
	if (at == end)
		return true;
	return diag_add(diag, STATUS_INVALID,
		"%.*s: element \"%.*s\" can be \"%.*s\" or \"%.*s\" of table %.*s; export the table in "
		"another format", STR_ARG(shown_path), STR_ARG(header), STR_ARG(found->folded),
		STR_ARG(at->folded), STR_ARG(layout->def->name));
}

static bool
bind_header(const struct layout *layout, struct str shown_path, uint32_t at, struct binding *binding,
	struct buf *scratch, struct diag *diag)
{
	struct str folded = fold(binding->headers[at], scratch);
	const struct layout_name *name = find_name(layout, folded);
	bool ok = true;

	if (!name && binding->has_element_names && (name = find_element(layout, folded)) != NULL)
		ok = check_element(layout, shown_path, binding->headers[at], name, folded, diag);
	if (name && name->wanted != NOT_WANTED)
		ok &= bind_column(layout, shown_path, name->wanted, at + 1, binding, diag);
	return ok;
}

bool
layout_bind(const struct layout *layout, struct str shown_path, const struct str *headers, uint32_t count,
	struct arena *arena, struct binding *binding, struct diag *diag)
{
	uint32_t first = binding->header_count;
	struct buf scratch = { 0 };
	bool ok = true;

	if (!binding->positions)
		binding->positions = arena_array(arena, uint32_t, layout->wanted_count);
	reserve_headers(binding, count, arena);
	for (; binding->header_count < count; binding->header_count++)
		binding->headers[binding->header_count] = arena_copy(arena, headers[binding->header_count]);
	for (uint32_t i = first; i < count; i++)
		ok &= bind_header(layout, shown_path, i, binding, &scratch, diag);
	ok &= bind_static(layout, shown_path, binding, first, &scratch, diag);
	buf_release(&scratch);
	return ok;
}

/* 2.1: any other absent field reads as blank. */
static bool
must_be_there(const struct field *field)
{
	return field->is_mapped || field->role != ROLE_NONE || !field->is_declared;
}

bool
layout_lacks_field(const struct layout *layout, const struct binding *binding)
{
	for (uint32_t i = 0; i < layout->wanted_count; i++)
		if (binding->positions[i] == 0 && must_be_there(layout->wanted[i]))
			return true;
	return false;
}

/* What may have been meant: the nearest text so far. */
struct guess {
	struct str wrong;
	struct str best;
	unsigned distance;
};

/* Only what differs in a third of its characters at most; more is another word. */
static void
guess_offer(struct guess *guess, struct str candidate)
{
	unsigned distance = str_distance(guess->wrong, candidate);
	size_t longer = guess->wrong.len > candidate.len ? guess->wrong.len : candidate.len;

	if (candidate.len == 0 || distance * 3 > longer + 2)
		return;
	if (guess->best.len && distance >= guess->distance)
		return;
	guess->best = candidate;
	guess->distance = distance;
}

static void
guess_offer_headers(struct guess *guess, const struct binding *binding)
{
	for (uint32_t i = 0; i < binding->header_count; i++)
		guess_offer(guess, binding->headers[i]);
}

/* Appends ` (did you mean "Name"?)`, if there is anything near. */
static void
guess_write(const struct guess *guess, struct buf *out)
{
	if (guess->best.len)
		buf_printf(out, " (did you mean \"%.*s\"?)", STR_ARG(guess->best));
}

/* 2.1: an error that names file, table and field. */
static void
report_absent(const struct layout *layout, const struct field *field, const struct bound_file *file,
	struct diag *diag)
{
	struct guess guess = { .wrong = field->name };
	struct buf hint = { 0 };
	const struct str *setup_path = &layout->setup->path;

	guess_offer_headers(&guess, file->binding);
	for (size_t i = 0; i < field->header_count && guess.best.len == 0; i++) {
		guess.wrong = field->headers[i];
		guess_offer_headers(&guess, file->binding);
	}
	guess_write(&guess, &hint);
	diag_add(diag, STATUS_INVALID,
		"%.*s: table %.*s: field \"%.*s\": no column has this header%.*s; "
		"export it, or name its header in %.*s:%u",
		STR_ARG(file->shown_path), STR_ARG(layout->def->name), STR_ARG(field->name),
		STR_ARG(buf_str(&hint)), STR_ARG(*setup_path), field->line);
	buf_release(&hint);
}

/* 2.7: an undeclared field that no file knows is most likely a slip in the setup. */
static void
report_unknown(const struct layout *layout, const struct field *field, const struct bound_file *files,
	size_t count, struct diag *diag)
{
	const struct table_def *def = layout->def;
	struct guess guess = { .wrong = field->name };
	struct buf hint = { 0 };

	for (size_t i = 0; i < def->field_count; i++)
		if (def->fields[i]->is_declared)
			guess_offer(&guess, def->fields[i]->name);
	for (size_t i = 0; i < count; i++)
		guess_offer_headers(&guess, files[i].binding);
	guess_write(&guess, &hint);
	diag_add(diag, STATUS_INVALID, "%.*s:%u: %.*s%sfield \"%.*s\": no such field in table %.*s%.*s",
		STR_ARG(layout->setup->path), field->line, STR_ARG(field->first_use),
		field->first_use.len ? ": " : "", STR_ARG(field->name), STR_ARG(def->name),
		STR_ARG(buf_str(&hint)));
	buf_release(&hint);
}

void
layout_check_missing(const struct layout *layout, const struct bound_file *files, size_t count,
	struct diag *diag)
{
	for (uint32_t i = 0; count != 0 && i < layout->wanted_count; i++) {
		const struct field *field = layout->wanted[i];
		size_t lacking = 0;
		for (size_t f = 0; f < count; f++)
			lacking += files[f].binding->positions[i] == 0;
		if (lacking == 0 || !must_be_there(field))
			continue;
		if (lacking == count && !field->is_declared) {
			report_unknown(layout, field, files, count, diag);
			continue;
		}
		for (size_t f = 0; f < count; f++)
			if (files[f].binding->positions[i] == 0)
				report_absent(layout, field, &files[f], diag);
	}
}
