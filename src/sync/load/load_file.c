/* load_file.c - the records of one export file as rows of canonical cells */
#include "sync/load/load_file.h"

#include <stdlib.h>

#include "base/buf.h"
#include "io/shown.h"
#include "model/value.h"
#include "sync/load/lean_record.h"

struct reading {
	struct load_file *file;
	struct reader_traits traits;
	const struct layout *layout;
	struct record_form form;
	struct record_room room;
	bool is_lean;			/* records can be read again */
	struct lean_form lean;
	struct lean_room lean_room;
	struct buf modified;		/* of the record's modified field */
	uint32_t stamp_at;		/* where it is in a record, if it is a DateTime, or CELL_ABSENT */
	size_t bad_told;		/* bad records that have been told */
	bool ok;
};

/* Place and header of a wanted field's cell, as 1.4 has it; elements of a record have no number. */
static void
write_place(const struct reading *r, uint64_t line, uint32_t wanted, struct buf *out)
{
	uint32_t position = r->file->binding.positions[wanted];

	buf_add(out, r->file->file.shown_path);
	buf_printf(out, ":%llu: ", (unsigned long long)line);
	if (position == 0)
		return;
	buf_add(out, STR("column "));
	if (!r->traits.header_grows)
		buf_printf(out, "%u ", position);
	buf_printf(out, "\"%.*s\": ", STR_ARG(r->file->binding.headers[position - 1]));
}

static void
report_unreadable(struct reading *r, uint64_t line, uint32_t wanted, struct str raw)
{
	const struct field *field = r->layout->wanted[wanted];
	const struct setup *setup = r->layout->setup;
	const char *type = type_name(field->type);
	struct buf place = { 0 };
	struct buf piece = { 0 };

	write_place(r, line, wanted, &place);
	shown_add(raw, &piece);
	/* Fields of tables that the program itself knows are in no line of a setup. */
	struct str or_setup = field->line == 0
		? STR("")
		: arena_printf(
			&r->file->diag.arena, ", or the field in %.*s:%u", STR_ARG(setup->path), field->line);
	diag_add(&r->file->diag, STATUS_INVALID,
		"%.*s\"%.*s\" cannot be read as %s %s; correct the export%.*s", STR_ARG(buf_str(&place)),
		STR_ARG(buf_str(&piece)), strchr("IO", type[0]) ? "an" : "a", type, STR_ARG(or_setup));
	buf_release(&place);
	buf_release(&piece);
	r->ok = false;
}

static void
report_blank_uid(struct reading *r, uint64_t line)
{
	const struct table_def *def = r->layout->def;
	const struct field *field = def->uid ? def->uid : def->keys[0];
	struct buf place = { 0 };

	write_place(r, line, field->column, &place);
	diag_add(&r->file->diag, STATUS_INVALID,
		"%.*sthe %s of this record of table %.*s is blank, so that it cannot be told from others; "
		"correct the export", STR_ARG(buf_str(&place)), def->uid ? "uid" : "key", STR_ARG(def->name));
	buf_release(&place);
	r->ok = false;
}

static bool
check_readable(struct reading *r, uint64_t line, const struct field *field)
{
	struct cell cell = r->room.cells[field->column];

	if (cell.is_bad)
		report_unreadable(r, line, field->column, cell_str(cell));
	return !cell.is_bad;
}

/* A link table (2.4) may do without a uid and a key: its records are never named. */
static bool
check_uid(struct reading *r, uint64_t line)
{
	uint32_t uid = r->layout->uid_column;

	if (uid == TABLE_NO_COLUMN || r->room.cells[uid].len != 0)
		return true;
	report_blank_uid(r, line);
	return false;
}

/* A record without a readable uid and key cannot be identified; it is a finding and no row. */
static bool
check_identity(struct reading *r, uint64_t line)
{
	const struct table_def *def = r->layout->def;
	bool ok = true;

	for (size_t i = 0; i < def->key_count; i++)
		ok &= check_readable(r, line, def->keys[i]);
	/* A table without a key of its own has its uid as key. */
	if (r->layout->uid_column != r->layout->key_column)
		ok &= check_readable(r, line, def->uid);
	return check_uid(r, line) && ok;
}

/* The canonical text of the modified field, whether or not it has a column. */
static struct cell
read_modified(struct reading *r, const struct raw_record *record)
{
	uint32_t modified = r->layout->modified;
	struct str text = record_text(&r->form, modified, record);

	buf_reset(&r->modified);
	if (!value_read(r->layout->wanted[modified], record_locale(&r->form, modified, record), r->form.zone,
		    text, &r->modified))
		return (struct cell){ text.ptr, (uint32_t)text.len, true };
	return (struct cell){ r->modified.ptr, (uint32_t)r->modified.len, false };
}

/* The record's stamp; text that is no DateTime is a finding, as what counts as changed rests on stamps. */
static int64_t
read_stamp(struct reading *r, const struct raw_record *record)
{
	uint32_t modified = r->layout->modified;
	int64_t stamp = STAMP_NONE;

	if (modified == NOT_WANTED)
		return stamp;
	if (r->stamp_at != CELL_ABSENT)		/* mostly canonical as it is */
		stamp = stamp_read_plain(record->cells[r->stamp_at]);
	if (stamp == STAMP_NONE) {
		struct cell cell = read_modified(r, record);
		stamp = cell.is_bad ? STAMP_NONE : stamp_read(cell_str(cell));
		if (stamp == STAMP_NONE && cell.len != 0)
			report_unreadable(r, record->line, modified, cell_str(cell));
	}
	if (stamp > r->file->newest_stamp)
		r->file->newest_stamp = stamp;
	return stamp;
}

/* A record without a place, or with a value that is not of its type, is kept whole. */
static void
read_record(struct reading *r, const struct raw_record *record, const uint64_t *place)
{
	struct table *rows = &r->file->rows;
	uint32_t line = record->line < UINT32_MAX ? (uint32_t)record->line : UINT32_MAX;
	uint64_t digests[LEAN_DIGESTS];
	int64_t stamp = read_stamp(r, record);

	if (r->is_lean && place && *place <= TABLE_MAX_PLACE &&
		lean_record_read(&r->lean, &r->lean_room, record, digests)) {
		if (check_uid(r, record->line))
			table_add_lean(rows, r->room.cells, stamp, line, *place, digests);
		return;
	}
	record_read(&r->form, &r->room, record);
	if (check_identity(r, record->line))
		table_add(rows, r->room.cells, stamp, line);
}

/*
 * Where bad records end the run, all of them are told (1.4): those before a
 * line, so that findings come in the order of lines.
 */
static void
refuse_bad_records(struct reading *r, const struct reader *reader, uint64_t before)
{
	struct load_file *file = r->file;
	size_t count = 0;
	const struct bad_record *bad = reader_bad_records(reader, &count);

	if (file->source->source->report_bad_records)
		return;
	for (; r->bad_told < count && bad[r->bad_told].line < before; r->bad_told++) {
		diag_add(&file->diag, STATUS_INVALID, "%.*s:%llu: %.*s", STR_ARG(file->file.shown_path),
			(unsigned long long)bad[r->bad_told].line, STR_ARG(bad[r->bad_told].message));
		r->ok = false;
	}
}

static bool
bind(struct load_file *file, const struct reader *reader)
{
	uint32_t count = 0;
	const struct str *headers = reader_header(reader, &count);

	return layout_bind(file->layout, file->file.shown_path, headers, count, &file->rows.arena,
		&file->binding, &file->diag);
}

/* Where fields are, as far as the header is known. */
static void
bind_form(struct reading *r)
{
	uint32_t modified = r->layout->modified;

	record_form_bind(&r->form, r->file->binding.positions);
	r->stamp_at = CELL_ABSENT;
	if (modified != NOT_WANTED && r->form.plans[modified].type == TYPE_DATETIME)
		r->stamp_at = r->form.plans[modified].at;
	r->is_lean = r->file->again != NULL;
	if (r->is_lean)
		lean_form_bind(&r->lean, r->file->lean, &r->form, &r->file->rows.arena);
}

static bool
read_batch(struct reading *r, const struct reader *reader, const struct batch *batch)
{
	struct load_file *file = r->file;
	size_t bad_count = 0;

	if (batch->count > TABLE_MAX_ROWS - file->rows.row_count)
		return diag_add(&file->diag, STATUS_INVALID, "%.*s: table %.*s: more than %u records",
			STR_ARG(file->file.shown_path), STR_ARG(r->layout->def->name), TABLE_MAX_ROWS);
	if (batch->columns > file->binding.header_count) {
		if (!bind(file, reader))
			return false;
		bind_form(r);
	}
	(void)reader_bad_records(reader, &bad_count);
	for (uint32_t i = 0; i < batch->count; i++) {
		size_t first = (size_t)i * batch->columns;
		const struct raw_record record = { batch->cells + first,
			batch->is_invariant ? batch->is_invariant + first : NULL, batch->lines[i] };
		if (bad_count > r->bad_told)
			refuse_bad_records(r, reader, record.line);
		read_record(r, &record, batch->places ? &batch->places[i] : NULL);
	}
	return true;
}

static bool
read_records(struct load_file *file, struct reader *reader)
{
	struct reader_traits traits = reader_traits(reader);
	struct reading r = {
		.file = file,
		.traits = traits,
		.layout = file->layout,
		.form = { file->layout,
			traits.is_invariant ? locale_of_packages() : file->source->source->format.locale,
			file->layout->def->system->zone,
			arena_array(&file->rows.arena, struct cell_plan, file->layout->wanted_count) },
		.room = record_room_make(file->layout->column_count),
		.ok = true,
	};
	enum read_status status;
	struct batch batch;

	r.lean_room.record = &r.room;
	bind_form(&r);
	while ((status = reader_next(reader, &batch)) == READ_BATCH) {
		if (!read_batch(&r, reader, &batch)) {
			status = READ_ERROR;
			break;
		}
		progress_add(file->progress, batch.count);
	}
	refuse_bad_records(&r, reader, UINT64_MAX);
	file->form = r.form;
	record_room_release(&r.room);
	lean_room_release(&r.lean_room);
	buf_release(&r.modified);
	return r.ok && status == READ_END;
}

static void
keep_bad_records(struct load_file *file, const struct reader *reader)
{
	size_t count = 0;
	const struct bad_record *records = reader_bad_records(reader, &count);

	file->bad_records = arena_array(&file->rows.arena, struct bad_record, count);
	file->bad_record_count = count;
	for (size_t i = 0; i < count; i++)
		file->bad_records[i] = (struct bad_record){ records[i].line,
			arena_copy(&file->rows.arena, records[i].message) };
}

/* The joined key goes by the headers of its parts. */
static struct str
join_headers(struct load_file *file)
{
	const struct table_def *def = file->layout->def;
	struct buf text = { 0 };

	for (size_t i = 0; i < def->key_count; i++) {
		if (i)
			buf_add_char(&text, ',');
		buf_add(&text, file->file.headers[def->keys[i]->column]);
	}
	struct str joined = arena_copy(&file->rows.arena, buf_str(&text));
	buf_release(&text);
	return joined;
}

static void
describe_columns(struct load_file *file, bool are_numbered)
{
	const struct layout *layout = file->layout;
	struct arena *arena = &file->rows.arena;

	file->file.headers = arena_array(arena, struct str, layout->column_count);
	file->file.positions = arena_array(arena, uint32_t, layout->column_count);
	for (uint32_t i = 0; i < layout->field_columns; i++) {
		uint32_t position = file->binding.positions[i];
		file->file.positions[i] = are_numbered ? position : 0;
		if (position)
			file->file.headers[i] = file->binding.headers[position - 1];
	}
	if (layout->column_count > layout->field_columns)
		file->file.headers[layout->field_columns] = join_headers(file);
}

/*
 * A header that is whole is looked at first: records of a file whose header is
 * wrong are not worth reading.  What a growing one lacks is known at the end,
 * and without any record it lacks nothing.
 */
static bool
read_bound(struct load_file *file, struct reader *reader)
{
	bool header_grows = reader_traits(reader).header_grows;
	bool ok = bind(file, reader);

	file->is_bound = !header_grows;
	if (!ok || (!header_grows && layout_lacks_field(file->layout, &file->binding)))
		return false;
	if (!read_records(file, reader))
		return false;
	file->is_bound = !header_grows || file->binding.header_count != 0;
	if (file->is_bound && layout_lacks_field(file->layout, &file->binding))
		return false;
	describe_columns(file, !header_grows);
	return true;
}

/* What no field can hold is passed over, and told (part 5, 3.2). */
static void
tell_passed_over(struct load_file *file, const struct reader *reader)
{
	struct reader_passed passed = reader_passed_over(reader);
	struct str path = file->file.shown_path;
	struct str table = file->layout->def->name;

	if (passed.links)
		diag_notice(&file->diag,
			"%.*s: table %.*s: %llu many-to-many links are passed over: no field "
			"holds them",
			STR_ARG(path), STR_ARG(table), (unsigned long long)passed.links);
	if (passed.party_lists)
		diag_notice(&file->diag, "%.*s: table %.*s: %llu members of party lists are passed over: no "
			"field holds them", STR_ARG(path), STR_ARG(table),
			(unsigned long long)passed.party_lists);
}

/* Header, records and digest. */
static bool
read_all(struct load_file *file, struct reader *reader)
{
	file->binding.has_element_names = reader_traits(reader).has_element_names;
	if (file->lean)
		file->again = reread_open(reader);
	if (!read_bound(file, reader))
		return false;
	keep_bad_records(file, reader);
	tell_passed_over(file, reader);
	struct file_digest digest = reader_digest(reader);
	file->file.size = digest.size;
	file->file.hash[0] = digest.hash[0];
	file->file.hash[1] = digest.hash[1];
	file->file.records = file->rows.row_count;
	return true;
}

void
load_file_read(struct load_file *file)
{
	const struct layout *layout = file->layout;
	const struct source_file *found = file->source;
	struct reader_options options = load_file_options(found, layout->def);

	file->newest_stamp = STAMP_NONE;
	file->file.path = found->path;
	file->file.shown_path = found->shown_path;
	file->file.archive = found->archive;
	file->file.member = found->member;
	file->rows.def = layout->def;
	file->rows.columns = layout->columns;
	file->rows.column_count = layout->column_count;
	file->rows.uid_column = layout->uid_column;
	file->rows.key_column = layout->key_column;
	file->rows.identity_count = layout->identity_count;
	file->rows.digest_count = file->lean ? file->lean->digest_count : 0;
	struct reader *reader = reader_open(&options, &file->diag);
	if (!reader)
		return;
	file->is_read = read_all(file, reader);
	reader_close(reader);
}

void
load_file_release(struct load_file *file)
{
	table_release(&file->rows);
	reread_close(file->again);
	diag_release(&file->diag);
	*file = (struct load_file){ 0 };
}
