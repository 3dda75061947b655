/*
 * xml_read.c - XML of records behind reader.h (rule 5.0.2)
 *
 * Records are the elements at a path, fields their child elements and
 * attributes.  Which fields there are shows as they come, so the header grows.
 */
#include <stdlib.h>

#include "base/index.h"
#include "io/reader_format.h"
#include "io/record_store.h"
#include "io/shown.h"
#include "io/xml_path.h"

#define XSI_SPACE "http://www.w3.org/2001/XMLSchema-instance"
#define XML_SPACE "http://www.w3.org/XML/1998/namespace"

#define NO_COLUMN UINT32_MAX

/* What is known of a column: the name by which the parser knows it, and what mostly comes next. */
struct xml_column {
	const char *name;
	uint32_t next;
};

struct xml_read {
	struct reader *reader;
	struct xml_sax *sax;
	struct diag diag;	/* of the parser, until the records before the failure were handed out */
	struct record_store store;
	struct xml_path path;
	struct xml_column *columns;	/* by column of the header */
	size_t column_capacity;
	struct index by_name;	/* of columns, by their name's address */
	uint32_t last;		/* the column of the field before */
	uint32_t depth;		/* of open elements */
	uint32_t matched;	/* how many of them are on the path, from the root */
	uint32_t deepest;	/* the most that ever were */
	bool is_nil;		/* the field at hand is */
	struct buf fault;	/* why the record at hand is bad, the first reason; empty: it is good */
	uint64_t fault_line;
	enum xml_step step;
};

static bool
is_in_record(const struct xml_read *x)
{
	return x->store.is_within;
}

static uint64_t
hash_of(const char *name)
{
	return (uint64_t)(uintptr_t)name * UINT64_C(0x9e3779b97f4a7c15);
}

/* The record at hand is bad: the first reason is told when it ends.  Returns where to write it, or null. */
static struct buf *
blame(struct xml_read *x, uint64_t line)
{
	if (x->fault.len != 0)
		return NULL;
	x->fault_line = line;
	return &x->fault;
}

static uint32_t
add_column(struct xml_read *x, const char *name)
{
	uint32_t column = x->reader->columns;

	if (!reader_add_column(x->reader, xml_sax_line(x->sax), str_from(name))) {
		xml_sax_stop(x->sax);
		return NO_COLUMN;
	}
	x->columns = memory_grow(x->columns, column, &x->column_capacity, sizeof *x->columns);
	x->columns[column] = (struct xml_column){ name, NO_COLUMN };
	index_add(&x->by_name, hash_of(name), column);
	return column;
}

/* The column of a name; fields mostly come in the same order as in the record before. */
static uint32_t
find_column(struct xml_read *x, const char *name)
{
	uint32_t guess = x->last == NO_COLUMN ? 0 : x->columns[x->last].next;

	if (guess < x->reader->columns && x->columns[guess].name == name)
		return x->last = guess;
	struct index_walk walk = index_find(&x->by_name, hash_of(name));
	uint32_t column = index_next(&walk);
	while (column != INDEX_NONE && x->columns[column].name != name)
		column = index_next(&walk);
	if (column == INDEX_NONE)
		column = add_column(x, name);
	if (column != NO_COLUMN && x->last != NO_COLUMN)
		x->columns[x->last].next = column;
	return x->last = column;
}

/* False when there is no room for a further column. */
static bool
begin_field(struct xml_read *x, const char *name)
{
	uint32_t column = find_column(x, name);

	if (column == NO_COLUMN)
		return false;
	if (store_begin_field(&x->store, column))
		return true;
	struct buf *fault = blame(x, xml_sax_line(x->sax));
	if (fault)
		buf_printf(fault,
			"column \"%.100s\": given twice in one record; export it once, or name the path "
			"of the record elements in record=\"...\"",
			name);
	/* The record is dropped: where its text goes does not matter. */
	return false;
}

static bool
is_namespace(const char *space, const char *wanted)
{
	return space && strcmp(space, wanted) == 0;
}

/* Attributes that speak about the document and not of the record. */
static bool
is_foreign(const struct xml_attribute *attribute)
{
	return is_namespace(attribute->space, XSI_SPACE) || is_namespace(attribute->space, XML_SPACE) ||
	       (!attribute->space && attribute->prefix && strcmp(attribute->prefix, "xsi") == 0);
}

static void
begin_record(struct xml_read *x, const struct xml_tag *tag)
{
	store_begin_record(&x->store, xml_sax_tag_line(x->sax));
	buf_reset(&x->fault);
	x->last = NO_COLUMN;
	for (uint32_t i = 0; i < tag->attribute_count; i++) {
		struct xml_attribute attribute = xml_tag_attribute(tag, i);
		if (is_foreign(&attribute) || !begin_field(x, attribute.name))
			continue;
		store_add_text(&x->store, attribute.value);
		store_end_field(&x->store, store_field_text(&x->store).len, false);
	}
}

/* xsi:nil="true" (5.0.2). */
static bool
is_nil(const struct xml_tag *tag)
{
	for (uint32_t i = 0; i < tag->attribute_count; i++) {
		struct xml_attribute attribute = xml_tag_attribute(tag, i);
		struct str value = str_trim(attribute.value);
		if (strcmp(attribute.name, "nil") == 0 && is_foreign(&attribute))
			return str_equal(value, STR("true")) || str_equal(value, STR("1"));
	}
	return false;
}

static void
on_nested(struct xml_read *x, const char *name)
{
	struct buf *fault = blame(x, xml_sax_line(x->sax));

	if (fault)
		buf_printf(fault,
			"column \"%.100s\": holds element \"%.100s\", where only text is a value; export "
			"flat records, or name the path of the record elements in record=\"...\"",
			x->last == NO_COLUMN ? "" : x->columns[x->last].name, name);
}

static void
on_root_mismatch(struct xml_read *x, const char *name)
{
	struct buf message = { 0 };

	buf_printf(&message,
		"the root element is \"%.100s\", and not \"%.*s\" as record=\"%.*s\" has it; name the "
		"path from the root to the record elements",
		name, STR_ARG(x->path.steps[0]), STR_ARG(x->reader->options.record));
	xml_sax_fail(x->sax, xml_sax_tag_line(x->sax), buf_str(&message));
	buf_release(&message);
}

static void
on_begin(void *context, const struct xml_tag *tag)
{
	struct xml_read *x = context;
	uint32_t depth = ++x->depth;

	if (is_in_record(x)) {
		if (depth > x->path.count + 1) {
			on_nested(x, tag->name);
			return;
		}
		begin_field(x, tag->name);
		x->is_nil = tag->attribute_count && is_nil(tag);
		return;
	}
	if (x->matched + 1 != depth || depth > x->path.count)
		return;
	if (!xml_path_fits(&x->path, depth - 1, tag->name)) {
		if (depth == 1)
			on_root_mismatch(x, tag->name);
		return;
	}
	x->matched = depth;
	x->deepest = depth > x->deepest ? depth : x->deepest;
	if (depth == x->path.count)
		begin_record(x, tag);
}

/*
 * Only blanks with a line end among them are the layout of an empty element, as
 * Business Central writes it (part 5, 1.6); other blanks are data.
 */
static bool
is_layout(struct str text)
{
	bool has_line_end = false;

	if (text.len && (unsigned char)text.ptr[0] > ' ')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		/* A CR in the text was a reference: data. */
		if (!memchr(" \t\n", text.ptr[i], 3))
			return false;
		has_line_end |= text.ptr[i] == '\n';
	}
	return has_line_end;
}

static void
end_field(struct xml_read *x)
{
	struct str text = store_field_text(&x->store);
	bool is_blank = text.len == 0 || is_layout(text);

	if (x->is_nil && !is_blank) {
		struct buf *fault = blame(x, xml_sax_line(x->sax));
		if (fault) {
			buf_printf(
				fault, "column \"%.100s\": is nil, and holds \"", x->columns[x->last].name);
			shown_add(text, fault);
			buf_add(fault, STR("\"; export one of the two"));
		}
	}
	store_end_field(&x->store, is_blank || x->is_nil ? 0 : text.len, false);
}

static void
end_record(struct xml_read *x)
{
	struct buf *fault = x->store.is_too_long ? blame(x, store_line(&x->store)) : NULL;

	if (fault)
		buf_printf(fault,
			"a record of more than %zu bytes; leave fields of that size out of the export",
			x->store.text_limit);
	store_end_record(&x->store, x->fault.len == 0);
	if (x->fault.len && !reader_reject(x->reader, x->fault_line, buf_str(&x->fault)))
		xml_sax_stop(x->sax);
}

static void
on_end(void *context, const char *name)
{
	struct xml_read *x = context;
	uint32_t depth = x->depth--;

	(void)name;
	if (is_in_record(x)) {
		if (depth == x->path.count + 1 && x->fault.len == 0)
			end_field(x);
		else if (depth == x->path.count)
			end_record(x);
	}
	if (x->matched == depth)
		x->matched--;
}

/*
 * XML has no other control characters, and what is between fields is mostly a
 * line end and blanks: eight bytes at once, none of which is above a blank.
 */
static bool
is_space(struct str text)
{
	size_t i = 0;
	uint64_t eight;

	for (; i + sizeof eight <= text.len; i += sizeof eight) {
		memcpy(&eight, text.ptr + i, sizeof eight);
		if (((eight + 0x5f5f5f5f5f5f5f5f) | eight) & 0x8080808080808080)
			return false;
	}
	while (i < text.len && (unsigned char)text.ptr[i] <= ' ')
		i++;
	return i == text.len;
}

static void
on_text(void *context, struct str piece)
{
	struct xml_read *x = context;

	if (!is_in_record(x) || x->fault.len != 0)
		return;
	if (x->depth == x->path.count + 1) {
		store_add_text(&x->store, piece);
		return;
	}
	struct buf *fault = is_space(piece) ? NULL : blame(x, xml_sax_line(x->sax));
	if (fault) {
		buf_add(fault, STR("text \""));
		shown_add(str_trim(piece), fault);
		buf_add(fault,
			STR("\" between the fields of a record; export each value in its own element, or "
			    "name the path of the record elements in record=\"...\""));
	}
}

static bool
xml_open(struct reader *reader)
{
	static const struct xml_handler handler = { on_begin, on_end, on_text };
	struct xml_read *x = memory_new(1, sizeof *x);
	struct str record = reader->options.record;

	reader->state = x;
	x->reader = reader;
	x->store.text_limit = reader->text_limit;
	x->step = XML_STEP_MORE;
	if (!xml_path_parse(record, &reader->arena, &x->path))
		return reader_fail(reader, 0, STR("record is no path of element names; write it as "
			"record=\"Customers/Customer\""));
	const struct xml_input input = { reader->source, buf_str(&reader->head), reader->options.shown_path,
		&x->diag, reader->piece };
	x->sax = xml_sax_open(&input, &handler, x);
	buf_release(&reader->head);
	return true;
}

/* At the end: an element on the way to the records that never came is a wrong path. */
static bool
check_path(struct xml_read *x)
{
	struct buf message = { 0 };

	if (x->deepest + 1 >= x->path.count)
		return true;
	buf_printf(&message,
		"no element \"%.*s\" was found where record=\"%.*s\" has it; name the path from the "
		"root to the record elements",
		STR_ARG(x->path.steps[x->deepest]), STR_ARG(x->reader->options.record));
	reader_fail(x->reader, 0, buf_str(&message));
	buf_release(&message);
	return false;
}

static enum read_status
xml_next(struct reader *reader, struct batch *batch)
{
	struct xml_read *x = reader->state;
	enum read_status status =
		reader_next_of_xml(reader, x->sax, &x->step, &x->store, &x->diag, batch);

	return status == READ_END && !check_path(x) ? READ_ERROR : status;
}

static void
xml_close(struct reader *reader)
{
	struct xml_read *x = reader->state;

	if (!x)
		return;
	xml_sax_close(x->sax);
	store_release(&x->store);
	index_release(&x->by_name);
	diag_release(&x->diag);
	buf_release(&x->fault);
	free(x->columns);
	free(x);
	reader->state = NULL;
}

const struct reader_format xml_format = {
	{ .header_grows = true, .has_element_names = true }, xml_open, xml_next, xml_close
};
