/* emit_imports.c - the import files: their names, numbers, heads and parts (6.5) */
#include <stdlib.h>

#include "io/gzip_write.h"
#include "sync/emit/emit_import.h"

/* Writes one import file, in parts where it has a limit. */
struct import_writer {
	struct emit *emit;
	struct import *import;
	struct str stem;	/* "crm/01-account.create" */
	size_t limit;		/* bytes of a part; 0 = none */
	struct buf begin;	/* what each part begins and ends with, encoded */
	struct buf end;
	struct buf part;	/* the part that is being filled, where there is a limit */
	struct gzip_writer *gzip;	/* where the format is packed, else null */
	uint64_t part_records;
	uint32_t part_number;	/* parts written so far */
};

/* "crm/01-account.create" */
static struct str
make_stem(struct emit *emit, const struct import *import, unsigned number, unsigned width)
{
	struct str name = import->table->def->name;
	struct buf safe = { 0 };

	path_add_safe_name(name, &safe);
	struct str stem = arena_printf(&emit->arena, "%s/%0*u-%.*s.%s", side_name(import->side), (int)width,
		number, STR_ARG(buf_str(&safe)), action_name(import->action));
	buf_release(&safe);
	return stem;
}

void
emit_note_import(struct emit *emit, struct emit_import file)
{
	emit->imports = memory_grow(emit->imports, emit->import_count, &emit->import_capacity,
		sizeof *emit->imports);
	emit->imports[emit->import_count++] = file;
}

static void
note_import(struct import_writer *writer, struct str name)
{
	const struct import *import = writer->import;
	struct emit *emit = writer->emit;

	emit_note_import(emit,
		(struct emit_import){
			.name = name,
			.table = import->table->def,
			.action = import->action,
			.records = writer->part_records,
			.renames = import->mapping->is_option_mapping && import->action == ACTION_UPDATE,
			.bytes = emit->out->files[emit->out->file_count - 1].digest.size,
			.format = import->shape.format,
			.package = import->shape.package.code,
		});
}

/* The part's name has a number only where it is not the only one. */
static bool
write_part(struct import_writer *writer, bool is_last)
{
	struct emit *emit = writer->emit;
	const char *extension = writer->import->shape.format->extension;
	struct str name = is_last && writer->part_number == 0
	    ? arena_printf(&emit->arena, "%.*s.%s", STR_ARG(writer->stem), extension)
	    : arena_printf(&emit->arena, "%.*s.%u.%s", STR_ARG(writer->stem), writer->part_number + 1,
			extension);

	buf_add(&writer->part, buf_str(&writer->end));
	if (!emit_text(emit, name, buf_str(&writer->part), writer->part_records))
		return false;
	note_import(writer, name);
	writer->part_number++;
	writer->part_records = 0;
	buf_reset(&writer->part);
	buf_add(&writer->part, buf_str(&writer->begin));
	return true;
}

/* The first record, in order, that some worker could not encode. */
static const struct import_worker *
first_failure(const struct import *import, unsigned workers)
{
	const struct import_worker *first = NULL;

	for (unsigned i = 0; i < workers; i++) {
		const struct import_worker *worker = &import->workers[i];
		if (worker->has_failed && (!first || worker->failed_item < first->failed_item))
			first = worker;
	}
	return first;
}

static void
write_reason(const struct import *import, const struct record_failure *failure, struct buf *text)
{
	const struct table_def *def = import->table->def;

	if (record_failure_write(&import->shape, failure, text))
		return;
	if (failure->is_format)
		buf_printf(text,
			", the format of the import files of table %.*s; correct the record, or declare "
			"another format in its <import>", STR_ARG(def->name));
	else
		buf_printf(text,
			", the encoding of the import files of table %.*s; declare another encoding in its "
			"<import>, or correct the record", STR_ARG(def->name));
}

/* 6.5: what format or encoding cannot carry is told, with record and field, and not written wrongly. */
bool
import_check_workers(const struct import *import, unsigned workers, struct diag *diag)
{
	const struct import_worker *failed = first_failure(import, workers);

	if (!failed)
		return true;
	const struct change *change = &import->run->plan.changes[import->changes[failed->failed_item]];
	const struct record_failure *failure = &failed->failure;
	char room[GUID_LENGTH];
	struct str key = import_order_key(import, change, room);
	struct buf text = { 0 };

	buf_printf(&text, "%.*s %s %.*s: ", STR_ARG(import->mapping->name),
		direction_arrow(import->side == CRM ? TO : FROM), STR_ARG(key));
	if (failure->column)
		buf_printf(&text, "field \"%.*s\": ", STR_ARG(failure->column->field->name));
	write_reason(import, failure, &text);
	diag_add(diag, STATUS_INVALID, "%.*s", STR_ARG(buf_str(&text)));
	buf_release(&text);
	return false;
}

/* Text of the one file, packed if the format is. */
static bool
put(struct import_writer *writer, struct str text)
{
	struct output *out = writer->emit->out;

	if (!writer->gzip)
		return output_add(out, text, writer->emit->diag);
	gzip_writer_add(writer->gzip, text, output_buffer(out));
	return output_flush(out, writer->emit->diag);
}

static bool
consume_parts(struct import_writer *writer, const struct emit_block *block)
{
	size_t begin = 0;

	for (uint32_t i = 0; i < block->count; i++) {
		struct str record = { block->text.ptr + begin, block->ends[i] - begin };
		bool is_full = writer->part_records > 0
		    && writer->part.len + record.len + writer->end.len >= writer->limit;
		if (is_full && !write_part(writer, false))
			return false;
		buf_add(&writer->part, record);
		writer->part_records++;
		begin = block->ends[i];
	}
	return true;
}

static bool
consume_block(void *context, const struct emit_block *block)
{
	struct import_writer *writer = context;
	struct emit *emit = writer->emit;

	if (!import_check_workers(writer->import, emit_workers(emit->run), emit->diag))
		return false;
	if (writer->limit > 0)
		return consume_parts(writer, block);
	writer->part_records += block->count;
	return put(writer, buf_str(&block->text));
}

static uint32_t
format_record(void *context, size_t item, unsigned worker, struct buf *out)
{
	struct import_writer *writer = context;

	return import_write_record(writer->import, item, worker, out);
}

static bool
write_records(struct import_writer *writer)
{
	struct emit *emit = writer->emit;
	unsigned threads = emit_workers(emit->run);
	size_t count = writer->import->change_count;

	if (writer->limit > 0) {
		buf_add(&writer->part, buf_str(&writer->begin));
		return emit_blocks(threads, count, format_record, consume_block, writer)
		    && write_part(writer, true);
	}
	struct str name = arena_printf(&emit->arena, "%.*s.%s", STR_ARG(writer->stem),
		writer->import->shape.format->extension);
	if (!output_file_begin(emit->out, name, emit->diag))
		return false;
	writer->gzip = writer->import->shape.format->is_packed ? gzip_writer_open() : NULL;
	if (!put(writer, buf_str(&writer->begin))
	    || !emit_blocks(threads, count, format_record, consume_block, writer)
	    || !put(writer, buf_str(&writer->end)))
		return false;
	if (writer->gzip)
		gzip_writer_end(writer->gzip, output_buffer(emit->out));
	if (!output_file_end(emit->out, writer->part_records, emit->diag))
		return false;
	note_import(writer, name);
	return true;
}

static bool
build_frame(struct import_writer *writer)
{
	const struct import *import = writer->import;
	const struct record_writer *first = &import->workers[0].writer;

	if (record_write_begin(&import->shape, first, &writer->begin)) {
		record_write_end(&import->shape, first, &writer->end);
		return true;
	}
	return diag_add(writer->emit->diag, STATUS_INVALID,
		"import file of table %.*s: the names of its fields cannot be written in %.*s; declare "
		"another encoding in its <import>", STR_ARG(import->table->def->name),
		STR_ARG(import->shape.encoding));
}

bool
import_make_workers(struct import *import, unsigned count, struct diag *diag)
{
	bool ok = true;

	import->workers = memory_new(count, sizeof *import->workers);
	for (unsigned i = 0; i < count; i++) {
		struct import_worker *worker = &import->workers[i];
		worker->cells = memory_new(import->table->column_count, sizeof *worker->cells);
		worker->values = memory_new(import->shape.column_count, sizeof(const struct change_value *));
		worker->row = memory_new(import->shape.column_count, sizeof *worker->row);
		worker->room = copied_room_make(import->run);
		ok = record_writer_open(&worker->writer, &import->shape) && ok;
	}
	if (ok)
		return true;
	/* The setup was refused if there is none of this name: it is the system that lacks something. */
	return diag_add(diag, STATUS_IO,
		"import files of table %.*s: the encoding \"%.*s\" cannot be opened now; see to memory and "
		"to the number of open files, then run again: nothing was published",
		STR_ARG(import->table->def->name), STR_ARG(import->shape.encoding));
}

void
import_release_workers(struct import *import, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct import_worker *worker = &import->workers[i];
		record_writer_close(&worker->writer);
		free(worker->cells);
		free(worker->values);
		free(worker->row);
		copied_room_release(&worker->room);
	}
	free(import->workers);
}

static bool
write_import(struct emit *emit, struct import *import, unsigned number, unsigned width)
{
	struct import_writer writer = { .emit = emit, .import = import };
	unsigned workers = emit_workers(emit->run);

	if (!import_choose_columns(import, &emit->arena, emit->diag))
		return false;
	import_sort(import);
	writer.stem = make_stem(emit, import, number, width);
	if (import->table->def->system->kind == KIND_DATAVERSE)
		writer.limit = import->shape.format->part_limit;
	bool ok = import_make_workers(import, workers, emit->diag) && build_frame(&writer)
	    && write_records(&writer);
	import_release_workers(import, workers);
	gzip_writer_close(writer.gzip);
	buf_release(&writer.begin);
	buf_release(&writer.end);
	buf_release(&writer.part);
	return ok;
}

bool
emit_import_files(struct emit *emit)
{
	struct import_piles piles = import_piles_make(emit->run);
	unsigned width = 2;
	unsigned number = 0;
	bool has_options = false;
	bool has_package = false;
	bool ok = true;

	for (size_t rest = piles.order_count / 100; rest > 0; rest /= 10)
		width++;
	for (size_t i = 0; ok && i < piles.order_count; i++) {
		struct import import = import_of_pile(emit->run, &piles, piles.order[i]);
		bool is_options = pile_is_options(emit->run, &piles, i);
		bool is_packaged = pile_is_packaged(emit->run, &piles, i);
		if ((is_options && has_options) || (is_packaged && has_package))
			continue;
		number++;
		has_options |= is_options;
		has_package |= is_packaged;
		struct str name = arena_printf(&emit->arena, "crm/%0*u-%s", (int)width, number,
			is_options ? "options.csv" : "crm.zip");
		ok = is_options	   ? emit_options(emit, &piles, name)
			: is_packaged ? emit_package(emit, &piles, name)
				      : write_import(emit, &import, number, width);
	}
	import_piles_release(&piles);
	return ok;
}
