/* table.c - rows of packed cells */
#include "model/table.h"

#include <assert.h>
#include <stdlib.h>

const char cell_awaited_text[] = "";

#include "model/table_parts.h"
#include "model/value.h"

enum { FIRST_ROWS = 64 };

void
table_unpack(const struct table *t, uint32_t row, struct cell *out)
{
	const unsigned char *at = row_whole(t, row);

	if (row_is_shared(at))
		row_unpack_shared(t, at, TABLE_NO_ROW, NULL, out);
	else
		row_unpack(at, t->column_count, out);
}

void
table_unpack_beside(const struct table *t, uint32_t row, uint32_t twin_row, const struct cell *twin_cells,
	struct cell *out)
{
	const unsigned char *at = row_whole(t, row);

	if (row_is_shared(at))
		row_unpack_shared(t, at, twin_row, twin_cells, out);
	else
		row_unpack(at, t->column_count, out);
}

struct cell
table_cell(const struct table *t, uint32_t row, uint32_t column)
{
	const unsigned char *at = row_at(t, row);
	struct cell cell;

	assert(row < t->row_count && column < t->column_count);
	if (row_is_shared(at))
		return row_shared_cell(t, at, column);
	if (row_is_lean(at)) {
		const unsigned char *own =
			column_is_identity(t, column) ? row_lean_cell(t, at, column) : NULL;
		if (own && !packed_is_guid(own)) {
			get_cell(own, &cell);
			return cell;
		}
		at = row_whole(t, row);
	}
	do
		at = get_cell(at, &cell);
	while (column-- > 0);
	return cell;
}

static struct str
text_or_blank(const struct table *t, uint32_t row, uint32_t column)
{
	return column < t->column_count ? cell_str(table_cell(t, row, column)) : (struct str){ 0 };
}

struct str
table_uid(const struct table *t, uint32_t row)
{
	return text_or_blank(t, row, t->uid_column);
}

struct str
table_key(const struct table *t, uint32_t row)
{
	return text_or_blank(t, row, t->key_column);
}

int64_t
table_stamp(const struct table *t, uint32_t row)
{
	return t->has_stamps ? (int64_t)*table_marks(t, row) : STAMP_NONE;
}

int64_t
table_newest_stamp(const struct table *t)
{
	int64_t newest = STAMP_NONE;	/* before all others */

	for (uint32_t row = 0; t->has_stamps && row < t->row_count; row++)
		if (table_stamp(t, row) > newest)
			newest = table_stamp(t, row);
	return newest;
}

struct str
table_name(const struct table *t, uint32_t row)
{
	const struct field *field = t->def->name_field;

	return text_or_blank(t, row, field ? field->column : TABLE_NO_COLUMN);
}

const struct table_file *
table_file_of(const struct table *t, uint32_t row)
{
	size_t low = 0;
	size_t high = t->file_count;

	/* The last file that begins at or before the row: an empty one begins where the next does. */
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (t->files[middle].first_row <= row)
			low = middle;
		else
			high = middle;
	}
	return &t->files[low];
}

struct str
table_header(const struct table *t, uint32_t column)
{
	for (size_t i = 0; i < t->file_count; i++)
		if (t->files[i].headers && t->files[i].headers[column].len != 0)
			return t->files[i].headers[column];
	return t->columns[column] ? t->columns[column]->name : (struct str){ 0 };
}

void
table_file_place(const struct table_file *file, uint64_t line, uint32_t column, struct buf *out)
{
	buf_add(out, file->shown_path);
	buf_printf(out, ":%llu: ", (unsigned long long)line);
	if (!file->headers || file->headers[column].len == 0)
		return;
	buf_add(out, STR("column "));
	if (file->positions[column] != 0)
		buf_printf(out, "%u ", file->positions[column]);
	buf_printf(out, "\"%.*s\": ", STR_ARG(file->headers[column]));
}

static void
reserve_rows(struct table *t, size_t count)
{
	if (count <= t->row_capacity)
		return;
	size_t capacity = t->row_capacity ? t->row_capacity * 2 : FIRST_ROWS;
	if (capacity < count)
		capacity = count;
	t->rows = memory_resize(t->rows, capacity, sizeof *t->rows);
	t->lines = memory_resize(t->lines, capacity, sizeof *t->lines);
	if (t->uid_column != TABLE_NO_COLUMN)
		t->uid_tags = memory_resize(t->uid_tags, capacity, sizeof *t->uid_tags);
	if (t->key_column != t->uid_column)
		t->key_tags = memory_resize(t->key_tags, capacity, sizeof *t->key_tags);
	t->has_stamps = t->def->modified != NULL;
	t->packs_guids = table_can_pack_guids(t);
	t->marks = memory_resize(t->marks, capacity * (t->has_stamps + t->digest_count), sizeof *t->marks);
	t->row_capacity = capacity;
}

static const unsigned char *
pack(struct arena *arena, const struct cell *cells, uint32_t count)
{
	unsigned char *row = (unsigned char *)arena_bytes(arena, row_room(cells, count));

	arena_cut(arena, (char *)put_cells(row, cells, count));
	return row;
}

/* All of a row but its text; returns its marks, behind the stamp. */
static inline uint64_t *
enter_row(struct table *t, const struct cell *cells, int64_t stamp, uint32_t line)
{
	uint32_t row = t->row_count;

	assert(row < TABLE_MAX_ROWS);
	if (row == t->row_capacity)
		reserve_rows(t, (size_t)row + 1);
	t->lines[row] = line;
	if (t->uid_tags)
		t->uid_tags[row] = text_tag(cell_str(cells[t->uid_column]));
	if (t->key_tags)
		t->key_tags[row] = text_tag(cell_str(cells[t->key_column]));
	uint64_t *marks = table_marks(t, row);
	if (t->has_stamps)
		*marks++ = (uint64_t)stamp;
	t->row_count++;
	return marks;
}

void
table_add(struct table *t, const struct cell *cells, int64_t stamp, uint32_t line)
{
	uint64_t *marks = enter_row(t, cells, stamp, line);

	t->rows[t->row_count - 1] = pack(&t->texts, cells, t->column_count);
	for (uint32_t i = 0; i < t->digest_count; i++)
		marks[i] = 0;
}

void
table_add_lean(struct table *t, const struct cell *cells, int64_t stamp, uint32_t line, uint64_t place,
	const uint64_t *digests)
{
	uint64_t *marks = enter_row(t, cells, stamp, line);

	t->rows[t->row_count - 1] = row_pack_lean(t, cells, place);
	for (uint32_t i = 0; i < t->digest_count; i++)
		marks[i] = digests[i];
}

const unsigned char *
table_complete(const struct table *t, uint32_t row, const struct cell *cells, struct arena *texts)
{
	const unsigned char *whole = pack(texts, cells, t->column_count);

	__atomic_store_n(&t->rows[row], whole, __ATOMIC_RELEASE);
	return whole;
}

static void
append(void *to, size_t to_count, const void *from, size_t from_count, size_t size)
{
	if (to && from && from_count)
		memcpy((char *)to + to_count * size, from, from_count * size);
}

static void
release_rows(struct table *t)
{
	free(t->rows);
	free(t->marks);
	free(t->lines);
	free(t->uid_tags);
	free(t->key_tags);
	t->rows = NULL;
	t->marks = NULL;
	t->lines = NULL;
	t->uid_tags = NULL;
	t->key_tags = NULL;
	t->row_count = 0;
	t->row_capacity = 0;
}

void
table_join(struct table *to, struct table *from)
{
	size_t had = to->row_count;
	size_t more = from->row_count;

	assert(had + more <= TABLE_MAX_ROWS);
	if (had == 0) {
		release_rows(to);
		to->rows = from->rows;
		to->marks = from->marks;
		to->has_stamps = from->has_stamps;
		to->lines = from->lines;
		to->uid_tags = from->uid_tags;
		to->key_tags = from->key_tags;
		to->row_capacity = from->row_capacity;
		from->rows = NULL;
		from->marks = NULL;
		from->lines = NULL;
		from->uid_tags = NULL;
		from->key_tags = NULL;
	} else {
		reserve_rows(to, had + more);
		append(to->rows, had, from->rows, more, sizeof *to->rows);
		append(to->marks, had, from->marks, more,
			sizeof *to->marks * (to->has_stamps + to->digest_count));
		append(to->lines, had, from->lines, more, sizeof *to->lines);
		append(to->uid_tags, had, from->uid_tags, more, sizeof *to->uid_tags);
		append(to->key_tags, had, from->key_tags, more, sizeof *to->key_tags);
	}
	to->row_count = (uint32_t)(had + more);
	release_rows(from);
	arena_join(&to->arena, &from->arena);
	arena_join(&to->texts, &from->texts);
}

void
table_forget_lines(struct table *t)
{
	free(t->lines);
	t->lines = NULL;
}

void
table_release(struct table *t)
{
	if (t->keys.slots != t->uids.slots)
		index_release(&t->keys);
	index_release(&t->uids);
	table_release_again(t);
	release_rows(t);
	arena_release(&t->texts);
	arena_release(&t->arena);
	*t = (struct table){ 0 };
}
