/*
 * rapidstart_read.c - RapidStart configuration packages behind reader.h (part 5, section 1)
 *
 * DataList holds lists, one or several for each table; a list begins with its
 * TableID, and what has elements in it is a record.  The first record of the
 * table decides which fields there are (1.5): what a later one has besides is
 * passed over, as Business Central does.  Records that are blank throughout are
 * passed over, too: an empty table has one (1.3).
 */
#include <stdlib.h>

#include "base/index.h"
#include "io/element_name.h"
#include "io/rapidstart_list.h"
#include "io/reader_format.h"
#include "io/record_store.h"
#include "io/xml_sax.h"

#define NO_COLUMN UINT32_MAX
#define STRAY_TEXT STR("text between the fields of a record; export the package again")

/* Elements within each other. */
enum { DEPTH_ROOT = 1, DEPTH_LIST, DEPTH_RECORD, DEPTH_FIELD };

struct rapidstart_read {
	struct reader *reader;
	struct xml_sax *sax;
	struct diag diag;	/* of the parser, until the records before the failure were handed out */
	struct record_store store;
	struct rapidstart_list list;	/* the one at hand */
	struct rapidstart_tables tables;
	const char **columns;	/* the fields' elements by column, as the parser knows them */
	size_t column_capacity;
	struct index by_name;	/* of columns, by their name's address */
	uint32_t next;		/* the column that mostly comes next */
	bool has_header;	/* the first record of the table has begun to tell its fields */
	bool is_first;		/* the record at hand is that one */
	bool is_field;		/* text belongs to a field of the record at hand */
	bool has_value;		/* the record at hand is not blank */
	uint32_t depth;
	struct buf fault;	/* why the record at hand is bad, the first reason; empty: it is good */
	uint64_t fault_line;
	enum xml_step step;
};

static uint64_t
hash_of(const char *name)
{
	return (uint64_t)(uintptr_t)name * UINT64_C(0x9e3779b97f4a7c15);
}

static bool
is_blank(struct str text)
{
	size_t i = 0;

	while (i < text.len && (unsigned char)text.ptr[i] <= ' ')
		i++;
	return i == text.len;
}

/* The record at hand is bad: the first reason is told when it ends.  Returns where to write it, or null. */
static struct buf *
blame(struct rapidstart_read *x)
{
	if (x->fault.len != 0)
		return NULL;
	x->fault_line = xml_sax_line(x->sax);
	return &x->fault;
}

static uint32_t
find_column(struct rapidstart_read *x, const char *name)
{
	if (x->next < x->reader->columns && x->columns[x->next] == name)
		return x->next;
	struct index_walk walk = index_find(&x->by_name, hash_of(name));
	uint32_t column = index_next(&walk);
	while (column != INDEX_NONE && x->columns[column] != name)
		column = index_next(&walk);
	return column == INDEX_NONE ? NO_COLUMN : column;
}

static uint32_t
add_column(struct rapidstart_read *x, const char *name)
{
	uint32_t column = x->reader->columns;

	if (!reader_add_column(x->reader, xml_sax_line(x->sax), str_from(name))) {
		xml_sax_stop(x->sax);
		return NO_COLUMN;
	}
	x->columns = memory_grow(x->columns, column, &x->column_capacity, sizeof *x->columns);
	x->columns[column] = name;
	index_add(&x->by_name, hash_of(name), column);
	return column;
}

static void
begin_field(struct rapidstart_read *x, const char *name)
{
	uint32_t column = find_column(x, name);

	if (column == NO_COLUMN && x->is_first)
		column = add_column(x, name);
	if (column == NO_COLUMN)
		return;
	x->next = column + 1;
	x->is_field = store_begin_field(&x->store, column);
	struct buf *fault = x->is_field ? NULL : blame(x);
	if (fault)
		buf_printf(fault, "element \"%.100s\" is given twice in one record; export the package again",
			name);
}

static void
check_record(struct rapidstart_read *x)
{
	struct buf *fault = list_is_strange(&x->list) ? blame(x) : NULL;

	if (fault)
		buf_printf(fault, "element \"%.100s\" among the records \"%.100s\" of one table; export the "
			"package again", x->list.child, x->list.record);
	fault = x->list.text.len == 0 ? NULL : blame(x);
	if (fault)
		buf_add(fault, STRAY_TEXT);
}

/* The first element of a record: only now it is known to be one. */
static void
begin_record(struct rapidstart_read *x)
{
	enum list_verdict verdict = list_begin_record(&x->list, &x->reader->options);

	if (verdict == LIST_UNCLEAR) {
		struct buf message = { 0 };
		list_write_unclear(&x->list, &message);
		xml_sax_fail(x->sax, x->list.line, buf_str(&message));
		buf_release(&message);
	}
	if (verdict != LIST_WANTED)
		return;
	store_begin_record(&x->store, x->list.record_line);
	buf_reset(&x->fault);
	x->next = 0;
	x->has_value = false;
	x->is_first = !x->has_header;
	x->has_header = true;
	check_record(x);
}

static void
on_field(struct rapidstart_read *x, const char *name)
{
	if (!x->store.is_within) {
		if (x->list.has_record_begun)	/* of another table */
			return;
		begin_record(x);
	}
	x->is_field = false;
	if (x->store.is_within)
		begin_field(x, name);
}

static void
on_nested(struct rapidstart_read *x, const char *name)
{
	struct buf *fault = x->store.is_within ? blame(x) : NULL;

	x->is_field = false;
	if (fault)
		buf_printf(fault, "element \"%.100s\" within the value of a field; export the package again",
			name);
}

static void
on_begin(void *context, const struct xml_tag *tag)
{
	struct rapidstart_read *x = context;

	switch (++x->depth) {
	case DEPTH_ROOT:
		break;
	case DEPTH_LIST:
		list_begin(&x->list, tag->name, xml_sax_tag_line(x->sax));
		break;
	case DEPTH_RECORD:
		list_begin_child(&x->list, tag->name, xml_sax_tag_line(x->sax));
		break;
	case DEPTH_FIELD:
		on_field(x, tag->name);
		break;
	default:
		on_nested(x, tag->name);
	}
}

/* Only blanks are an empty element: the parser of Business Central drops them (1.6). */
static void
end_field(struct rapidstart_read *x)
{
	struct str text = store_field_text(&x->store);
	bool is_empty = is_blank(text);

	store_end_field(&x->store, is_empty ? 0 : text.len, false);
	x->has_value |= !is_empty;
	x->is_field = false;
}

static void
end_record(struct rapidstart_read *x)
{
	struct buf *fault = x->store.is_too_long ? blame(x) : NULL;

	if (fault)
		buf_printf(fault,
			"a record of more than %zu bytes; leave fields of that size out of the package",
			x->store.text_limit);
	bool is_bad = x->fault.len != 0;
	x->reader->empty_lines += !is_bad && !x->has_value;
	store_end_record(&x->store, !is_bad && x->has_value);
	if (is_bad && !reader_reject(x->reader, x->fault_line, buf_str(&x->fault)))
		xml_sax_stop(x->sax);
}

static void
on_end(void *context, const char *name)
{
	struct rapidstart_read *x = context;
	uint32_t depth = x->depth--;

	(void)name;
	if (depth == DEPTH_FIELD && x->is_field)
		end_field(x);
	else if (depth == DEPTH_RECORD && x->store.is_within)
		end_record(x);
	else if (depth == DEPTH_RECORD)
		list_end_child(&x->list);
	else if (depth == DEPTH_LIST)
		tables_note(&x->tables, &x->list, &x->reader->options, &x->reader->arena);
}

static void
on_text(void *context, struct str piece)
{
	struct rapidstart_read *x = context;

	if (x->is_field) {
		store_add_text(&x->store, piece);
		return;
	}
	if (x->depth == DEPTH_RECORD && !x->list.has_record_begun) {
		list_add_text(&x->list, piece);
		return;
	}
	bool is_stray = x->store.is_within && x->depth == DEPTH_RECORD && !is_blank(piece);
	struct buf *fault = is_stray ? blame(x) : NULL;
	if (fault)
		buf_add(fault, STRAY_TEXT);
}

static bool
rapidstart_open(struct reader *reader)
{
	static const struct xml_handler handler = { on_begin, on_end, on_text };
	struct rapidstart_read *x = memory_new(1, sizeof *x);

	reader->state = x;
	x->reader = reader;
	x->store.text_limit = reader->text_limit;
	x->step = XML_STEP_MORE;
	list_make_name(&x->list, reader->options.table_name, &reader->arena);
	const struct xml_input input = { reader->source, buf_str(&reader->head), reader->options.shown_path,
		&x->diag, reader->piece };
	x->sax = xml_sax_open(&input, &handler, x);
	buf_release(&reader->head);
	return true;
}

/* At the end: a package without the table is the wrong one. */
static bool
check_found(struct rapidstart_read *x)
{
	struct buf message = { 0 };

	if (x->tables.is_found)
		return true;
	tables_write_missing(&x->tables, &x->reader->options, &message);
	reader_fail(x->reader, 0, buf_str(&message));
	buf_release(&message);
	return false;
}

static enum read_status
rapidstart_next(struct reader *reader, struct batch *batch)
{
	struct rapidstart_read *x = reader->state;
	enum read_status status =
		reader_next_of_xml(reader, x->sax, &x->step, &x->store, &x->diag, batch);

	return status == READ_END && !check_found(x) ? READ_ERROR : status;
}

static void
rapidstart_close(struct reader *reader)
{
	struct rapidstart_read *x = reader->state;

	if (!x)
		return;
	xml_sax_close(x->sax);
	store_release(&x->store);
	list_release(&x->list);
	index_release(&x->by_name);
	diag_release(&x->diag);
	buf_release(&x->fault);
	free(x->columns);
	free(x);
	reader->state = NULL;
}

const struct reader_format rapidstart_format = {
	{ .header_grows = true, .is_invariant = true, .has_element_names = true },
	rapidstart_open, rapidstart_next, rapidstart_close,
};
