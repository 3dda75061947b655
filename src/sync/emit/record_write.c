/* record_write.c - records of any shape as encoded text */
#include "sync/emit/record_write.h"

#include "io/element_name.h"
#include "model/setup_cmt.h"

bool
record_writer_open(struct record_writer *writer, const struct record_shape *shape)
{
	return encoder_open(&writer->encoder, shape->encoding);
}

void
record_writer_close(struct record_writer *writer)
{
	buf_release(&writer->value);
	buf_release(&writer->record);
	encoder_close(&writer->encoder);
}

static void
note_character(struct record_failure *failure, struct str text)
{
	size_t length = utf8_length(text);

	if (length > 0 && length < sizeof failure->character)
		memcpy(failure->character, text.ptr, length);
}

/* The first value of the record that the encoding cannot carry. */
static struct record_failure
find_failure(const struct record_shape *shape, struct record_writer *writer,
	const struct import_value *values)
{
	struct record_failure failure = { 0 };
	struct buf encoded = { 0 };

	for (uint32_t i = 0; i < shape->column_count && !failure.column; i++) {
		struct cell cell = values[i].cell;
		struct str text = value_style_text(&shape->style, shape->columns[i].field, cell_str(cell),
			cell.is_bad, &writer->value);
		size_t carried = encoder_add(&writer->encoder, text, &encoded);
		if (carried == text.len)
			continue;
		failure.column = &shape->columns[i];
		note_character(&failure, (struct str){ text.ptr + carried, text.len - carried });
	}
	buf_release(&encoded);
	return failure;
}

void
record_failure_make(struct record_failure *failure, const struct import_column *column,
	const struct import_fault *fault)
{
	*failure = (struct record_failure){ .column = column, .reason = fault->reason, .is_format = true };
	note_character(failure, fault->character);
}

bool
record_write(const struct record_shape *shape, struct record_writer *writer, size_t number,
	const struct import_value *values, struct buf *out, struct record_failure *failure)
{
	struct import_fault fault = { 0 };

	buf_reset(&writer->record);
	if (!shape->format->record(shape, number, values, &writer->value, &writer->record, &fault)) {
		record_failure_make(failure, &shape->columns[fault.column], &fault);
		return false;
	}
	struct str record = buf_str(&writer->record);
	if (encoder_add(&writer->encoder, record, out) == record.len)
		return true;
	*failure = find_failure(shape, writer, values);
	return false;
}

bool
record_write_begin(const struct record_shape *shape, const struct record_writer *writer, struct buf *out)
{
	struct buf text = { 0 };

	shape->format->begin(shape, &text);
	bool ok = encoder_add(&writer->encoder, buf_str(&text), out) == text.len;
	buf_release(&text);
	return ok;
}

void
record_write_end(const struct record_shape *shape, const struct record_writer *writer, struct buf *out)
{
	struct buf text = { 0 };

	if (shape->format->end)
		shape->format->end(shape, &text);
	encoder_add(&writer->encoder, buf_str(&text), out);
	buf_release(&text);
}

/* A character as a person knows it: itself, or its number where it cannot be seen. */
static void
write_character(const char *character, struct buf *out)
{
	unsigned char c = (unsigned char)character[0];

	if (c < ' ' || c == 0x7f)
		buf_printf(out, "U+%04X", c);
	else if (strcmp(character, "\xef\xbf\xbe") == 0 || strcmp(character, "\xef\xbf\xbf") == 0)
		buf_printf(out, "U+FFF%c", character[2] == '\xbe' ? 'E' : 'F');
	else
		buf_printf(out, "\"%s\"", character);
}

bool
record_failure_write(const struct record_shape *shape, const struct record_failure *failure, struct buf *out)
{
	if (failure->reason) {
		buf_add(out, str_from(failure->reason));
		return true;
	}
	buf_add(out, STR("the character "));
	write_character(failure->character, out);
	if (failure->is_format)
		buf_printf(out, " cannot be written in %s", shape->format->what);
	else
		buf_printf(out, " does not exist in %.*s", STR_ARG(shape->encoding));
	return false;
}

/* Elements, and the columns of packages, go by the fields' own names. */
static bool
has_own_names(const struct import_format *format)
{
	return format->name_limit > 0 || format->is_package;
}

void
shape_name_elements(struct record_shape *shape, struct arena *arena)
{
	struct buf name = { 0 };

	for (uint32_t i = 0; has_own_names(shape->format) && i < shape->column_count; i++) {
		buf_reset(&name);
		if (shape->format->is_package) {
			cmt_logical_name(shape->columns[i].field->name, &name);
			shape->columns[i].is_lookup_type =
				cmt_lookup_of(shape->def, shape->columns[i].field) != NULL;
		} else
			element_name_add(shape->columns[i].field->name, shape->format->name_limit, &name);
		shape->columns[i].name = arena_copy(arena, buf_str(&name));
	}
	buf_release(&name);
}

bool
shape_find_clash(const struct record_shape *shape, const struct import_column *clash[2])
{
	const struct import_column *columns = shape->columns;
	uint32_t count = has_own_names(shape->format) ? shape->column_count : 0;

	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < i; k++)
			if (str_equal(columns[i].name, columns[k].name)) {
				clash[0] = &columns[k];
				clash[1] = &columns[i];
				return true;
			}
	return false;
}
