/* simulate_apply.c - one import file, taken in as its target system would (L8) */
#include <stdlib.h>

#include "io/digest.h"
#include "io/reader.h"
#include "model/value.h"
#include "sync/emit/emit_parts.h"
#include "sync/prove/simulate_parts.h"

enum import_action { IMPORT_CREATE, IMPORT_UPDATE, IMPORT_LINK, IMPORT_DELETE };

/* One import file while it is applied. */
struct import_reading {
	struct world *world;
	struct copy *copy;
	enum import_action action;
	struct value_style style;
	struct binding binding;
	const struct locale *locale;
	bool keeps_absent;	/* a blank is no value, and changes nothing */
	struct buf scratch;
};

/* One record of it: canonical cells by wanted field; ptr NULL for a field that the file has not. */
struct import_record {
	struct str *values;
	struct str uid;
	struct str key;
};

/* "erp/03-Customer.create.1.csv": what stands between number and action, and the action. */
static bool
split_name(struct str path, struct str *table, enum import_action *action)
{
	static const char *const names[] = { "create", "update", "link", "delete" };
	struct str rest;

	str_cut(path, '-', &rest);
	*table = str_cut(rest, '.', &rest);
	struct str word = str_cut(rest, '.', &rest);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_equal(word, str_from(names[i]))) {
			*action = (enum import_action)i;
			return true;
		}
	return false;
}

/* The table whose name, made safe for files, is this one. */
static struct copy *
find_copy(struct world *world, enum side side, struct str safe)
{
	const struct setup *setup = world->simulation->setup;

	for (size_t i = 0; i < setup->table_count; i++) {
		const struct table_def *def = setup->tables[i];
		if (!world->copies[def->number].def || def->side != side)
			continue;
		struct str name = simulate_file_name(&world->arena, def, 0);
		str_cut(name, '-', &name);
		if (name.len == safe.len + 4 && str_starts(name, safe))
			return &world->copies[def->number];
	}
	return NULL;
}

/* What the cell means in its field's type; a Code is in upper case then. */
static struct str
canonical(struct import_reading *x, uint32_t wanted, struct str raw)
{
	buf_reset(&x->scratch);
	if (!value_read(x->copy->layout.wanted[wanted], x->locale, x->style.zone, raw, &x->scratch))
		return raw;
	return arena_copy(&x->world->arena, x->scratch.ptr ? buf_str(&x->scratch) : STR(""));
}

/* The parts of a longer key joined by commas (part 3); blank when all parts are. */
static struct str
record_key(struct import_reading *x, const struct str *values)
{
	const struct table_def *def = x->copy->def;
	bool is_blank = true;

	buf_reset(&x->scratch);
	for (size_t i = 0; i < def->key_count; i++) {
		struct str part = values[copy_wanted(x->copy, def->keys[i])];
		if (i > 0)
			buf_add_char(&x->scratch, ',');
		buf_add(&x->scratch, part);
		is_blank = is_blank && part.len == 0;
	}
	return is_blank ? (struct str){ 0 } : arena_copy(&x->world->arena, buf_str(&x->scratch));
}

static void
read_record(struct import_reading *x, const struct str *cells, struct import_record *record)
{
	const struct copy *copy = x->copy;

	for (uint32_t w = 0; w < copy->layout.wanted_count; w++) {
		uint32_t position = x->binding.positions[w];
		bool is_absent = position == 0 || (x->keeps_absent && cells[position - 1].len == 0);
		record->values[w] = (struct str){ NULL, 0 };
		if (!is_absent)
			record->values[w] = canonical(x, w, cells[position - 1]);
	}
	record->key = record_key(x, record->values);
	record->uid = copy->def->uid ? record->values[copy->layout.uid] : record->key;
}

/* Keys that the target system gives by itself: SIM00001 and so on, passing over those that exist. */
static void
assign_key(struct import_reading *x, struct import_record *record)
{
	struct copy *copy = x->copy;
	const struct table_def *def = copy->def;

	for (size_t i = 0; i < def->key_count; i++) {
		uint32_t wanted = copy_wanted(copy, def->keys[i]);
		bool is_text = def->keys[i]->type == TYPE_CODE || def->keys[i]->type == TYPE_TEXT;
		if (record->values[wanted].len != 0)
			continue;
		do {
			record->values[wanted] = arena_printf(&x->world->arena,
				is_text ? "SIM%05llu" : "%llu", (unsigned long long)++copy->assigned);
			record->key = record_key(x, record->values);
		} while (copy_find(copy, STR(""), record->key) != COPY_NO_RECORD);
	}
}

/* A uid that the target system gives by itself, the same in every simulation. */
static void
assign_uid(struct import_reading *x, struct import_record *record)
{
	const struct copy *copy = x->copy;
	char *uid = arena_bytes(&x->world->arena, 36);

	if (!copy->def->uid)
		record->uid = record->key;
	if (record->uid.len != 0 || !copy->def->uid)
		return;
	buf_reset(&x->scratch);
	buf_printf(&x->scratch, "simulated/%.*s/%.*s/%zu", STR_ARG(copy->def->name), STR_ARG(record->key),
		copy->record_count);
	uuid5(buf_str(&x->scratch), uid);
	record->uid = (struct str){ uid, 36 };
	record->values[copy->layout.uid] = record->uid;
}

static void
set_values(struct import_reading *x, uint32_t number, const struct import_record *record)
{
	struct copy *copy = x->copy;
	int64_t stamp = x->world->simulation->now + 1000;

	/* A link to a new record of the ERP does not know its uid (E34): that is no blank to be written. */
	bool knows_uid = x->action != IMPORT_LINK || record->uid.len != 0;

	for (uint32_t w = 0; w < copy->layout.wanted_count; w++)
		if (record->values[w].ptr && (knows_uid || w != copy->layout.uid))
			copy_set(copy, number, w, record->values[w]);
	if (copy->layout.modified == NOT_WANTED)
		return;
	buf_reset(&x->scratch);
	stamp_write(stamp, &x->scratch);
	copy_set(copy, number, copy->layout.modified, buf_str(&x->scratch));
}

/* A create of a record that is there is an update: both systems go by the identity. */
static void
apply_record(struct import_reading *x, struct import_record *record)
{
	uint32_t number = copy_find(x->copy, record->uid, record->key);

	if (number == COPY_NO_RECORD && x->action == IMPORT_CREATE) {
		assign_key(x, record);
		assign_uid(x, record);
		number = copy_add(x->copy, record->uid, record->key);
	}
	if (number == COPY_NO_RECORD)	/* a delta export does not show it */
		return;
	if (x->action == IMPORT_DELETE)
		x->copy->records[number].is_deleted = true;
	else
		set_values(x, number, record);
	x->world->applied++;
}

static bool
apply_records(struct import_reading *x, struct reader *reader, struct str shown_path)
{
	struct world *world = x->world;
	struct import_record record = { memory_new(x->copy->layout.wanted_count, sizeof(struct str)),
		{ 0 }, { 0 } };
	enum read_status status = READ_END;
	struct batch batch = { 0 };
	bool ok = true;

	while (ok && (status = reader_next(reader, &batch)) == READ_BATCH) {
		uint32_t count;
		const struct str *headers = reader_header(reader, &count);
		if (!x->binding.positions || count != x->binding.header_count)
			ok = layout_bind(&x->copy->layout, shown_path, headers, count, &world->arena,
				&x->binding, world->diag);
		for (uint32_t i = 0; ok && i < batch.count; i++) {
			read_record(x, batch.cells + (size_t)i * batch.columns, &record);
			apply_record(x, &record);
		}
	}
	free(record.values);
	return ok && status == READ_END;
}

static bool
apply_table(struct world *world, struct copy *copy, enum import_action action, struct str path,
	struct str member)
{
	struct import_reading x = { .world = world, .copy = copy, .action = action,
		.style = value_style_of(copy->def) };
	const struct file_format *format = &copy->def->import.format;
	struct str shown = member.len ? arena_printf(&world->arena, "%.*s/%.*s", STR_ARG(path),
		STR_ARG(member)) : path;
	struct reader_options options = { .path = path.ptr, .shown_path = shown, .member = member,
		.table_name = copy->def->name, .table_id = copy->def->id, .delimiter = format->delimiter,
		.quote = format->quote, .encoding = format->encoding, .tells_lookup_types = true };
	struct reader *reader = reader_open(&options, world->diag);

	if (!reader)
		return false;
	x.binding.has_element_names = reader_traits(reader).has_element_names;
	x.locale = reader_traits(reader).is_invariant ? locale_of_packages() : x.style.locale;
	x.keeps_absent = x.style.format->lacks_blanks && action != IMPORT_DELETE;
	bool ok = apply_records(&x, reader, shown);
	reader_close(reader);
	buf_release(&x.scratch);
	return ok;
}

static uint32_t
find_header(const struct reader *reader, struct str name)
{
	uint32_t count;
	const struct str *headers = reader_header(reader, &count);

	for (uint32_t i = 0; i < count; i++)
		if (str_equal(headers[i], name))
			return i;
	return NOT_WANTED;
}

/* NN-options.csv (4.13): what a person enters in the CRM is declared in the new setup. */
static bool
apply_options(struct world *world, struct str path)
{
	struct reader_options options = {
		.path = path.ptr, .shown_path = path, .delimiter = ',', .is_own = true
	};
	struct reader *reader = reader_open(&options, world->diag);
	enum read_status status = READ_ERROR;
	struct batch batch;

	if (!reader)
		return false;
	const uint32_t at[] = { find_header(reader, STR("table")), find_header(reader, STR("field")),
		find_header(reader, STR("value")), find_header(reader, STR("label")) };
	bool is_whole =
		at[0] != NOT_WANTED && at[1] != NOT_WANTED && at[2] != NOT_WANTED && at[3] != NOT_WANTED;
	while (is_whole && (status = reader_next(reader, &batch)) == READ_BATCH)
		for (uint32_t i = 0; i < batch.count; i++) {
			const struct str *cells = batch.cells + (size_t)i * batch.columns;
			world->options = memory_grow(world->options, world->option_count,
				&world->option_capacity, sizeof *world->options);
			world->options[world->option_count++] =
				(struct new_option){ arena_copy(&world->arena, cells[at[0]]),
					arena_copy(&world->arena, cells[at[1]]),
					arena_copy(&world->arena, cells[at[2]]),
					arena_copy(&world->arena, cells[at[3]]) };
			world->applied++;
		}
	reader_close(reader);
	return is_whole ? status == READ_END
			: diag_add(world->diag, STATUS_INVALID,
				"%.*s: lacks one of the columns table, field, "
				"value, label; restore the folder or run again",
				STR_ARG(path));
}

/* The package of all tables (6.5): rows that are there are updated, all others created. */
static bool
apply_package(struct world *world, struct str path)
{
	const struct setup *setup = world->simulation->setup;
	struct str member = STR("data.xml");
	struct str shown = arena_printf(&world->arena, "%.*s/data.xml", STR_ARG(path));
	const struct cmt_place place = { path.ptr, shown, member };
	struct cmt_schema schema;
	bool ok = cmt_schema_read(&schema, &place, world->diag);

	for (size_t i = 0; ok && i < setup->table_count; i++) {
		struct copy *copy = &world->copies[setup->tables[i]->number];
		const struct table_def *def = copy->def;
		if (def && def->side == CRM && cmt_schema_find(&schema, str_trim(def->name)))
			ok = apply_table(world, copy, IMPORT_CREATE, path, member);
	}
	cmt_schema_release(&schema);
	return ok;
}

bool
simulate_apply(struct world *world, struct str name)
{
	enum side side = str_starts(name, STR("erp/")) ? ERP : CRM;
	struct str path = arena_printf(&world->arena, "%s/%.*s", world->simulation->folder, STR_ARG(name));
	struct str table;
	enum import_action action;
	struct str rest;

	str_cut(name, '-', &rest);
	if (str_equal(rest, STR("options.csv")))
		return apply_options(world, path);
	if (side == CRM && str_equal(rest, STR("crm.zip")))
		return apply_package(world, path);
	struct copy *copy = split_name(name, &table, &action) ? find_copy(world, side, table) : NULL;
	if (!copy)
		return diag_add(world->diag, STATUS_INVALID,
			"%.*s: is of no table that %.*s reads; simulate with the setup of that run",
			STR_ARG(path), STR_ARG(world->simulation->setup->path));
	return apply_table(world, copy, action, path, STR(""));
}
