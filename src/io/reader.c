/* reader.c - records out of a file, whatever its format: what all formats share */
#include <stdlib.h>

#include "io/reader_format.h"

/*
 * TEXT_LIMIT is that of one value (8.2), and of one record as well: it leaves
 * room under 1 GiB of memory for all else.  A file with more bad records than
 * MAX_BAD_RECORDS is not a good file with some bad records.
 */
enum { TEXT_LIMIT = 960 * 1024 * 1024, MAX_BAD_RECORDS = 100000 };

bool
reader_fail(const struct reader *reader, uint64_t line, struct str message)
{
	struct str path = reader->options.shown_path;

	if (line == 0)
		return diag_add(reader->diag, STATUS_INVALID, "%.*s: %.*s", STR_ARG(path), STR_ARG(message));
	return diag_add(reader->diag, STATUS_INVALID, "%.*s:%llu: %.*s", STR_ARG(path),
		(unsigned long long)line, STR_ARG(message));
}

bool
reader_reject(struct reader *reader, uint64_t line, struct str message)
{
	if (!reader->options.report_bad_records)
		return reader_fail(reader, line, message);
	if (reader->bad_count == MAX_BAD_RECORDS)
		return reader_fail(reader, line, STR("too many bad records; declare format, delimiter, "
			"quote and encoding as the file was written"));
	reader->bad = memory_grow(reader->bad, reader->bad_count, &reader->bad_capacity, sizeof *reader->bad);
	reader->bad[reader->bad_count++] = (struct bad_record){ line, arena_copy(&reader->arena, message) };
	return true;
}

bool
reader_add_column(struct reader *reader, uint64_t line, struct str name)
{
	if (reader->columns == READER_MAX_COLUMNS) {
		struct buf message = { 0 };
		buf_printf(&message, "more than %d different fields; leave out those that are not mapped, or "
			"name the path of the record elements in record=\"...\"", READER_MAX_COLUMNS);
		reader_fail(reader, line, buf_str(&message));
		buf_release(&message);
		return false;
	}
	reader->header = memory_grow(reader->header, reader->columns, &reader->header_capacity,
		sizeof *reader->header);
	reader->header[reader->columns++] = arena_copy(&reader->arena, name);
	return true;
}

struct reader *
reader_open_tuned(const struct reader_options *options, struct reader_tuning tuning, struct diag *diag)
{
	struct reader *reader = memory_new(1, sizeof *reader);
	struct str shown = options->shown_path.len ? options->shown_path : str_from(options->path);

	reader->diag = diag;
	reader->text_limit = tuning.text_limit ? tuning.text_limit : TEXT_LIMIT;
	reader->piece = tuning.piece;
	reader->options = *options;
	reader->options.path = arena_copy(&reader->arena, str_from(options->path)).ptr;
	reader->options.shown_path = arena_copy(&reader->arena, shown);
	reader->options.encoding = arena_copy(&reader->arena, options->encoding);
	reader->options.member = arena_copy(&reader->arena, options->member);
	reader->options.record = arena_copy(&reader->arena, options->record);
	reader->options.table_name = arena_copy(&reader->arena, options->table_name);
	reader->options.quote = options->quote ? options->quote : '"';
	const struct source_options source = { reader->options.path, reader->options.shown_path,
		reader->options.encoding, reader->options.member, tuning.piece };
	reader->source = source_open(&source, diag);
	if (!reader->source || !reader_recognise(reader) || !reader->format->open(reader)) {
		reader_close(reader);
		return NULL;
	}
	return reader;
}

struct reader *
reader_open(const struct reader_options *options, struct diag *diag)
{
	return reader_open_tuned(options, (struct reader_tuning){ 0 }, diag);
}

struct reader_traits
reader_traits(const struct reader *reader)
{
	return reader->format->traits;
}

const struct str *
reader_header(const struct reader *reader, uint32_t *count)
{
	*count = reader->columns;
	return reader->header;
}

enum read_status
reader_next(struct reader *reader, struct batch *batch)
{
	*batch = (struct batch){ 0 };
	if (reader->status == READ_BATCH)
		reader->status = reader->format->next(reader, batch);
	return reader->status;
}

const struct bad_record *
reader_bad_records(const struct reader *reader, size_t *count)
{
	*count = reader->bad_count;
	return reader->bad;
}

struct reader_passed
reader_passed_over(const struct reader *reader)
{
	return reader->passed;
}

uint64_t
reader_empty_lines(const struct reader *reader)
{
	return reader->empty_lines;
}

struct file_digest
reader_digest(const struct reader *reader)
{
	return source_digest(reader->source);
}

void
reader_close(struct reader *reader)
{
	if (!reader)
		return;
	if (reader->format)
		reader->format->close(reader);
	source_close(reader->source);
	buf_release(&reader->head);
	if (reader->header_capacity)
		free(reader->header);
	free(reader->bad);
	arena_release(&reader->arena);
	free(reader);
}
