/* convert.c - the records of one file, as another format has them (1.2 convert) */
#include <stdlib.h>

#include "io/shown.h"
#include "model/locale.h"
#include "model/value.h"
#include "model/value_plain.h"
#include "sync/convert/convert_parts.h"

/* What must not be guessed (5.0.1): the header of all records, and what they are written in. */
static void
take_header(struct conversion *c, const struct reader *reader)
{
	struct reader_traits traits = reader_traits(reader);
	const struct str *headers = reader_header(reader, &c->header_count);

	c->headers = arena_array(&c->arena, struct str, c->header_count);
	for (uint32_t i = 0; i < c->header_count; i++)
		c->headers[i] = arena_copy(&c->arena, headers[i]);
	c->has_element_names = traits.has_element_names;
	c->is_invariant = traits.is_invariant;
}

/* All bad records are told (1.4). */
static bool
tell_bad_records(const struct conversion *c, const struct reader *reader)
{
	size_t count = 0;
	const struct bad_record *bad = reader_bad_records(reader, &count);

	for (size_t i = 0; i < count; i++)
		diag_add(c->diag, STATUS_INVALID, "%.*s:%llu: %.*s", STR_ARG(c->options->in.shown_path),
			(unsigned long long)bad[i].line, STR_ARG(bad[i].message));
	return count == 0;
}

/* The first reading of a file whose records name their fields: its header is known at the end. */
static bool
learn_header(struct conversion *c, struct file_digest *digest)
{
	struct reader *reader = reader_open(&c->options->in, c->diag);
	enum read_status status = READ_END;
	struct batch batch;

	if (!reader)
		return false;
	bool header_grows = reader_traits(reader).header_grows;
	do
		status = header_grows ? reader_next(reader, &batch) : READ_END;
	while (status == READ_BATCH);
	bool ok = status == READ_END && tell_bad_records(c, reader);
	if (ok)
		take_header(c, reader);
	*digest = header_grows ? reader_digest(reader) : (struct file_digest){ 0 };
	reader_close(reader);
	return ok;
}

static void
tell_bad_value(struct conversion *c, const struct field *field, const struct locale *locale, uint64_t line,
	uint32_t at, struct str raw)
{
	struct buf text = { 0 };

	shown_add(raw, &text);
	diag_add(c->diag, STATUS_INVALID,
		"%.*s:%llu: column %u \"%.*s\": \"%.*s\" is no %s in locale %s; correct the file, or the "
		"field in %.*s:%u", STR_ARG(c->options->in.shown_path), (unsigned long long)line, at + 1,
		STR_ARG(c->headers[at]), STR_ARG(buf_str(&text)), type_name(field->type), locale->name,
		STR_ARG(c->options->setup->path), field->line);
	c->has_bad_value = true;
	buf_release(&text);
}

/* A cell of a field, canonical; text that had to be made is in scratch, its pointer null until the end. */
static struct cell
read_cell(struct conversion *c, const struct field *field, const struct batch *batch, uint32_t record,
	uint32_t at)
{
	size_t cell = (size_t)record * batch->columns + at;
	struct str raw = at < batch->columns ? batch->cells[cell] : STR("");
	bool is_invariant = c->is_invariant || (batch->is_invariant && batch->is_invariant[cell]);
	const struct locale *locale = is_invariant ? c->invariant : c->options->locale;
	size_t begin = c->scratch.len;

	if (value_is_plain(field->type, raw))
		return str_cell(raw);
	if (value_read(field, locale, c->file.shape.def->system->zone, raw, &c->scratch))
		return (struct cell){ NULL, (uint32_t)(c->scratch.len - begin), false };
	tell_bad_value(c, field, locale, batch->lines[record], at, raw);
	return str_cell(raw);
}

static bool
convert_record(struct conversion *c, const struct batch *batch, uint32_t record)
{
	const struct record_shape *shape = &c->file.shape;

	buf_reset(&c->scratch);
	for (uint32_t i = 0; i < shape->column_count; i++)
		c->values[i] = (struct import_value){
			read_cell(c, shape->columns[i].field, batch, record, c->from[i]), true };
	const char *at = c->scratch.ptr;
	for (uint32_t i = 0; i < shape->column_count; i++) {
		struct cell *cell = &c->values[i].cell;
		if (cell->ptr || cell->len == 0)
			continue;
		cell->ptr = at;
		at += cell->len;
	}
	return record_file_add(&c->file, c->values, c->options->in.shown_path, batch->lines[record], c->diag);
}

/* What belongs to records and is no field is not lost without a word (part 5, section 3). */
static void
tell_passed_over(const struct conversion *c, const struct reader *reader)
{
	struct reader_passed passed = reader_passed_over(reader);

	if (passed.links)
		diag_notice(c->diag, "%.*s: %llu many-to-many links are passed over: no field holds them",
			STR_ARG(c->options->in.shown_path), (unsigned long long)passed.links);
	if (passed.party_lists)
		diag_notice(c->diag, "%.*s: %llu members of party lists are passed over: no field holds them",
			STR_ARG(c->options->in.shown_path), (unsigned long long)passed.party_lists);
}

static bool
convert_records(struct conversion *c, struct reader *reader)
{
	enum read_status status;
	struct batch batch;

	while ((status = reader_next(reader, &batch)) == READ_BATCH)
		for (uint32_t i = 0; i < batch.count; i++)
			if (!convert_record(c, &batch, i))
				return false;
	if (status == READ_END)
		tell_passed_over(c, reader);
	return tell_bad_records(c, reader) && status == READ_END && !c->has_bad_value;
}

/* What was read the first time must be what is written now. */
static bool
is_same_file(struct conversion *c, const struct reader *reader, const struct file_digest *first)
{
	struct file_digest now = reader_digest(reader);

	if (!reader_traits(reader).header_grows
	    || (now.size == first->size && memcmp(now.hash, first->hash, sizeof now.hash) == 0))
		return true;
	return diag_add(c->diag, STATUS_IO, "%.*s: changed while it was read; run again when it is whole",
		STR_ARG(c->options->in.shown_path));
}

static bool
write_file(struct conversion *c, const struct file_digest *first)
{
	struct reader *reader = reader_open(&c->options->in, c->diag);
	bool ok = reader && record_file_begin(&c->file, c->options->is_packed, c->diag)
	    && convert_records(c, reader) && is_same_file(c, reader, first)
	    && record_file_end(&c->file, c->diag);

	reader_close(reader);
	return ok;
}

bool
convert(const struct convert_options *options, struct converted *result, struct diag *diag)
{
	struct conversion c = { .options = options, .diag = diag, .invariant = locale_find(STR("")) };
	struct file_digest first;

	c.file.sink = options->sink;
	c.file.context = options->context;
	c.file.shown_path = options->shown_out;
	bool ok = learn_header(&c, &first) && convert_choose_columns(&c);
	if (ok) {
		c.values = memory_new(c.header_count, sizeof *c.values);
		ok = write_file(&c, &first);
	}
	*result = (struct converted){ c.file.records, c.file.shape.column_count };
	record_file_release(&c.file);
	free(c.values);
	buf_release(&c.scratch);
	arena_release(&c.arena);
	return ok;
}
