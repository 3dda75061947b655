/* copy.c - a copy of one table's exports, on which imports are tried out (L8) */
#include "sync/convert/copy.h"

#include <stdlib.h>

#include "base/index.h"
#include "io/csv_write.h"
#include "io/reader.h"
#include "model/value.h"
#include "sync/load/load_file.h"

static struct str
cell_of(const struct copy_file *file, size_t row, uint32_t wanted)
{
	uint32_t position = file->binding.positions[wanted];

	return position ? file->cells[row * file->binding.header_count + position - 1] : (struct str){ 0 };
}

/* A cell in canonical form, in the copy's arena; empty where it is not of its field's type. */
static struct str
read_cell(struct copy *copy, const struct copy_file *file, size_t row, uint32_t wanted)
{
	struct buf text = { 0 };
	struct str canonical = { 0 };

	if (value_read(copy->layout.wanted[wanted], file->locale, copy->def->system->zone,
		    cell_of(file, row, wanted), &text))
		canonical = arena_copy(&copy->arena, buf_str(&text));
	buf_release(&text);
	return canonical;
}

/* The parts of a longer key joined by commas (part 3); blank when all parts are. */
static struct str
read_key(struct copy *copy, const struct copy_file *file, size_t row)
{
	const struct table_def *def = copy->def;
	struct buf joined = { 0 };
	bool is_blank = true;

	for (size_t i = 0; i < def->key_count; i++) {
		struct str part = read_cell(copy, file, row, copy_wanted(copy, def->keys[i]));
		if (i > 0)
			buf_add_char(&joined, ',');
		buf_add(&joined, part);
		is_blank = is_blank && part.len == 0;
	}
	struct str key = is_blank ? (struct str){ 0 } : arena_copy(&copy->arena, buf_str(&joined));
	buf_release(&joined);
	return key;
}

static uint32_t
add_record(struct copy *copy, struct copy_record record)
{
	copy->records =
		memory_grow(copy->records, copy->record_count, &copy->record_capacity, sizeof *copy->records);
	copy->records[copy->record_count] = record;
	if (record.uid.len)
		index_add(&copy->uids, str_hash(record.uid), (uint32_t)copy->record_count);
	if (record.key.len)
		index_add(&copy->keys, str_hash(record.key), (uint32_t)copy->record_count);
	return (uint32_t)copy->record_count++;
}

/* Room for one more row, blank. */
static struct str *
add_row(struct copy_file *file)
{
	uint32_t width = file->binding.header_count;

	if (file->row_count == file->row_capacity) {
		file->row_capacity = file->row_capacity ? file->row_capacity * 2 : 256;
		file->cells = memory_resize(file->cells, file->row_capacity * width, sizeof *file->cells);
	}
	struct str *row = file->cells + file->row_count++ * width;
	memset(row, 0, width * sizeof *row);
	return row;
}

/* Element names are no headers of CSV: a field goes by its name there. */
static void
name_columns(struct copy *copy, struct copy_file *file)
{
	struct str *headers = arena_array(&copy->arena, struct str, file->binding.header_count);

	memcpy(headers, file->binding.headers, file->binding.header_count * sizeof *headers);
	for (uint32_t w = 0; w < copy->layout.wanted_count; w++)
		if (file->binding.positions[w])
			headers[file->binding.positions[w] - 1] = copy->layout.wanted[w]->name;
	file->binding.headers = headers;
}

/* A header that grew (XML): the rows that are there get blank cells for the new columns. */
static void
widen(struct copy_file *file, uint32_t before)
{
	uint32_t width = file->binding.header_count;

	if (before == width || file->row_capacity == 0)
		return;
	struct str *wider = memory_new(file->row_capacity * width, sizeof *wider);
	for (size_t row = 0; row < file->row_count; row++)
		memcpy(wider + row * width, file->cells + row * before, before * sizeof *wider);
	free(file->cells);
	file->cells = wider;
}

/* What an invariant format says is said again in the locale that the copy is read with. */
static struct str
translate(struct copy *copy, const struct copy_file *file, const struct locale *from, uint32_t wanted,
	struct str raw)
{
	const struct field *field = copy->layout.wanted[wanted];
	const struct timezone_rules *zone = copy->def->system->zone;
	struct buf canonical = { 0 };
	struct buf text = { 0 };
	struct str result = raw;

	if (value_read(field, from, zone, raw, &canonical)) {
		value_write(field, file->locale, zone, false, buf_str(&canonical), &text);
		result = arena_copy(&copy->arena, buf_str(&text));
	}
	buf_release(&canonical);
	buf_release(&text);
	return result;
}

/* The locale is that of all cells, or null where they have the file's. */
static void
take_record(struct copy *copy, uint32_t number, const struct batch *batch, uint32_t item,
	const struct locale *locale)
{
	struct copy_file *file = &copy->files[number];
	const struct str *cells = batch->cells + (size_t)item * batch->columns;
	struct str *row = add_row(file);

	for (uint32_t i = 0; i < batch->columns; i++)
		row[i] = arena_copy(&copy->arena, cells[i]);
	for (uint32_t w = 0; w < copy->layout.wanted_count; w++) {
		uint32_t position = file->binding.positions[w];
		size_t at = (size_t)item * batch->columns + position - 1;
		if (position && locale)
			row[position - 1] = translate(copy, file, locale, w, row[position - 1]);
		else if (position && batch->is_invariant && batch->is_invariant[at])
			row[position - 1] =
				translate(copy, file, locale_find(STR("")), w, row[position - 1]);
	}
	size_t at = file->row_count - 1;
	struct str key = read_key(copy, file, at);
	struct str uid = copy->def->uid ? read_cell(copy, file, at, copy->layout.uid) : key;
	add_record(copy, (struct copy_record){ .file = number, .row = at, .uid = uid, .key = key });
}

static bool
bind(struct copy *copy, struct copy_file *file, const struct reader *reader, struct diag *diag)
{
	uint32_t before = file->binding.header_count;
	uint32_t count = 0;
	const struct str *headers = reader_header(reader, &count);

	if (file->binding.positions && count == before)
		return true;
	file->binding.has_element_names = reader_traits(reader).has_element_names;
	bool ok = layout_bind(&copy->layout, file->source->shown_path, headers, count, &copy->arena,
		&file->binding, diag);
	widen(file, before);
	return ok;
}

/* A file without a record names no field (5.0.2): its copy has those that are looked for. */
static bool
bind_all(struct copy *copy, struct copy_file *file, struct diag *diag)
{
	uint32_t count = copy->layout.wanted_count;
	struct str *names = arena_array(&copy->arena, struct str, count);

	for (uint32_t w = 0; w < count; w++)
		names[w] = copy->layout.wanted[w]->name;
	return layout_bind(
		&copy->layout, file->source->shown_path, names, count, &copy->arena, &file->binding, diag);
}

static bool
read_file(struct copy *copy, uint32_t number, struct diag *diag)
{
	struct copy_file *file = &copy->files[number];
	struct reader_options options = load_file_options(file->source, copy->def);
	struct reader *reader = reader_open(&options, diag);
	enum read_status status = READ_ERROR;
	struct batch batch;

	if (!reader)
		return false;
	bool ok = bind(copy, file, reader, diag);
	struct reader_traits traits = reader_traits(reader);
	const struct locale *locale = traits.is_invariant ? locale_of_packages() : NULL;
	while (ok && (status = reader_next(reader, &batch)) == READ_BATCH) {
		ok = bind(copy, file, reader, diag);
		for (uint32_t i = 0; ok && i < batch.count; i++)
			take_record(copy, number, &batch, i, locale);
	}
	reader_close(reader);
	if (ok && traits.header_grows && file->binding.header_count == 0)
		ok = bind_all(copy, file, diag);
	if (traits.has_element_names)
		name_columns(copy, file);
	return ok && status == READ_END;
}

bool
copy_read(struct copy *copy, const struct setup *setup, const struct table_def *def, struct diag *diag)
{
	bool ok = true;

	copy->setup = setup;
	copy->def = def;
	layout_make(&copy->layout, setup, def, &copy->arena);
	if (!load_find_files(setup, def, &copy->arena, &copy->found, diag))
		return false;
	copy->files = memory_new(copy->found.count, sizeof *copy->files);
	for (size_t i = 0; i < copy->found.count; i++) {
		copy->files[i].source = &copy->found.list[i];
		copy->files[i].locale = copy->found.list[i].source->format.locale;
		ok = read_file(copy, (uint32_t)i, diag) && ok;
	}
	return ok;
}

uint32_t
copy_find(const struct copy *copy, struct str uid, struct str key)
{
	struct index_walk walk = index_find(&copy->uids, str_hash(uid));

	for (uint32_t number; uid.len && (number = index_next(&walk)) != INDEX_NONE;)
		if (str_equal(copy->records[number].uid, uid) && !copy->records[number].is_deleted)
			return number;
	walk = index_find(&copy->keys, str_hash(key));
	for (uint32_t number; key.len && (number = index_next(&walk)) != INDEX_NONE;)
		if (str_equal(copy->records[number].key, key) && !copy->records[number].is_deleted)
			return number;
	return COPY_NO_RECORD;
}

uint32_t
copy_add(struct copy *copy, struct str uid, struct str key)
{
	struct copy_file *file = &copy->files[0];

	add_row(file);
	return add_record(copy, (struct copy_record){ .row = file->row_count - 1,
		.uid = arena_copy(&copy->arena, uid), .key = arena_copy(&copy->arena, key) });
}

void
copy_set(struct copy *copy, uint32_t record, uint32_t wanted, struct str canonical)
{
	const struct copy_record *r = &copy->records[record];
	struct copy_file *file = &copy->files[r->file];
	const struct field *field = copy->layout.wanted[wanted];
	uint32_t position = file->binding.positions[wanted];
	struct buf text = { 0 };

	if (position == 0)
		return;
	if (field->type == TYPE_TEXT && field->length > 0)
		canonical = utf8_cut(canonical, field->length);
	value_write(field, file->locale, copy->def->system->zone, false, canonical, &text);
	file->cells[r->row * file->binding.header_count + position - 1] =
		arena_copy(&copy->arena, buf_str(&text));
	buf_release(&text);
}

uint32_t
copy_wanted(const struct copy *copy, const struct field *field)
{
	for (uint32_t i = 0; i < copy->layout.wanted_count; i++)
		if (copy->layout.wanted[i] == field)
			return i;
	return NOT_WANTED;
}

static void
write_cells(const struct str *cells, uint32_t count, struct buf *out)
{
	size_t begin = out->len;

	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		csv_add(out, ',', cells[i]);
	}
	if (out->len == begin)	/* an empty line is no record (5.0.1) */
		buf_add(out, STR("\"\""));
	buf_add_char(out, '\n');
}

void
copy_write(const struct copy *copy, uint32_t number, struct buf *out, uint64_t *records)
{
	const struct copy_file *file = &copy->files[number];
	uint32_t width = file->binding.header_count;

	write_cells(file->binding.headers, width, out);
	*records = 0;
	for (size_t i = 0; i < copy->record_count; i++) {
		const struct copy_record *record = &copy->records[i];
		if (record->file != number || record->is_deleted)
			continue;
		write_cells(file->cells + record->row * width, width, out);
		++*records;
	}
}

void
copy_release(struct copy *copy)
{
	for (size_t i = 0; copy->files && i < copy->found.count; i++)
		free(copy->files[i].cells);
	free(copy->files);
	free(copy->records);
	free(copy->found.list);
	index_release(&copy->uids);
	index_release(&copy->keys);
	arena_release(&copy->arena);
	*copy = (struct copy){ 0 };
}
