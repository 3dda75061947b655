/*
 * spreadsheet_read.c - XML Spreadsheet 2003 behind reader.h (section 4)
 *
 * The first row of the worksheet that holds anything is the header, each further
 * one a record.  Formulas mean nothing: a cell's value is what it shows.
 */
#include <stdlib.h>

#include "io/reader_format.h"
#include "io/record_store.h"
#include "io/shown.h"
#include "io/spreadsheet_cell.h"
#include "io/spreadsheet_find.h"

/* Workbook, Worksheet, Table, Row, Cell, Data; what is deeper is the look of text. */
enum depth { DEPTH_WORKBOOK = 1, DEPTH_WORKSHEET, DEPTH_TABLE, DEPTH_ROW, DEPTH_CELL, DEPTH_DATA };

enum cell_type { CELL_STRING, CELL_NUMBER, CELL_DATETIME, CELL_BOOLEAN, CELL_ERROR };

static const char *const type_names[] = { "String", "Number", "DateTime", "Boolean", "Error" };

struct spreadsheet {
	struct reader *reader;
	struct xml_sax *sax;
	struct diag diag;	/* of the parser, until the records before the failure were handed out */
	struct record_store store;
	uint32_t depth;
	uint32_t inside; /* how many of the open elements, from the root, lead to cells of the worksheet */
	uint32_t sheets;	/* so far */
	uint32_t wanted;	/* number of the worksheet */
	uint32_t column;	/* of the cell at hand, from 0 */
	uint32_t next_column;
	bool is_backward;	/* it says that it comes before the cell before */
	enum cell_type type;
	bool has_field;		/* the cell's value is being told */
	bool has_header;
	struct buf fault;	/* why the row at hand is bad, the first reason; empty: it is good */
	struct buf number;
	enum xml_step step;
};

static bool
has_name(const char *name, enum depth depth)
{
	static const char *const names[] = { "", "Workbook", "Worksheet", "Table", "Row", "Cell", "Data" };

	return strcmp(name, names[depth]) == 0;
}

/* The begin of the reason why the row is bad, or null when there is one already. */
static struct buf *
blame(struct spreadsheet *x)
{
	if (x->fault.len != 0)
		return NULL;
	buf_printf(&x->fault, "column %u", x->column + 1);
	if (x->column < x->reader->columns && x->reader->header[x->column].len)
		buf_printf(&x->fault, " \"%.*s\"", STR_ARG(x->reader->header[x->column]));
	buf_add(&x->fault, STR(": "));
	return &x->fault;
}

/* An attribute that is a number from 1; the fallback where it is none. */
static uint64_t
number_of(const struct xml_tag *tag, const char *name, uint64_t fallback)
{
	uint64_t number = fallback;

	for (uint32_t i = 0; i < tag->attribute_count; i++) {
		struct xml_attribute attribute = xml_tag_attribute(tag, i);
		if (strcmp(attribute.name, name) == 0 && !str_to_u64(str_trim(attribute.value), &number))
			number = fallback;
	}
	return number;
}

/* The place of a cell: ss:Index leaves a gap before it, ss:MergeAcross one behind it. */
static void
begin_cell(struct spreadsheet *x, const struct xml_tag *tag)
{
	uint64_t index = number_of(tag, "Index", (uint64_t)x->next_column + 1);
	uint64_t merged = number_of(tag, "MergeAcross", 0);

	x->is_backward = index <= x->next_column;
	index = index ? index : 1;
	x->column = index <= READER_MAX_COLUMNS ? (uint32_t)index - 1 : READER_MAX_COLUMNS;
	x->next_column = merged < READER_MAX_COLUMNS ? x->column + 1 + (uint32_t)merged : READER_MAX_COLUMNS;
}

/* Only where there is a value does a wrong place matter. */
static bool
check_place(struct spreadsheet *x)
{
	struct buf *fault = NULL;

	if (x->is_backward && (fault = blame(x)) != NULL)
		buf_add(fault,
			STR("the cell comes behind one that is farther to the right; export the worksheet "
			    "again"));
	else if (x->column == READER_MAX_COLUMNS && (fault = blame(x)) != NULL)
		buf_printf(fault, "more than %d columns; export fewer", READER_MAX_COLUMNS);
	return x->fault.len == 0;
}

static enum cell_type
type_of(const struct xml_tag *tag)
{
	for (uint32_t i = 0; i < tag->attribute_count; i++) {
		struct xml_attribute attribute = xml_tag_attribute(tag, i);
		if (strcmp(attribute.name, "Type") != 0)
			continue;
		for (unsigned type = 0; type < ARRAY_LEN(type_names); type++)
			if (str_equal(attribute.value, str_from(type_names[type])))
				return (enum cell_type)type;
	}
	return CELL_STRING;
}

static void
begin_data(struct spreadsheet *x, const struct xml_tag *tag)
{
	x->type = type_of(tag);
	x->has_field = check_place(x) && store_begin_field(&x->store, x->column);
	struct buf *fault = x->has_field ? NULL : blame(x);
	if (fault)
		buf_add(fault, STR("a cell with two values; export the worksheet again"));
}

static void
on_begin(void *context, const struct xml_tag *tag)
{
	struct spreadsheet *x = context;
	uint32_t depth = ++x->depth;

	if (x->inside + 1 != depth || depth > DEPTH_DATA || !has_name(tag->name, (enum depth)depth))
		return;
	if (depth == DEPTH_WORKSHEET && ++x->sheets != x->wanted)
		return;
	x->inside = depth;
	if (depth == DEPTH_ROW) {
		store_begin_record(&x->store, xml_sax_tag_line(x->sax));
		buf_reset(&x->fault);
		x->next_column = 0;
	} else if (depth == DEPTH_CELL) {
		begin_cell(x, tag);
	} else if (depth == DEPTH_DATA) {
		begin_data(x, tag);
	}
}

static void
on_text(void *context, struct str piece)
{
	struct spreadsheet *x = context;

	if (x->has_field && x->inside == DEPTH_DATA)
		store_add_text(&x->store, piece);
}

/* The texts of typed cells are made anew, and count as invariant. */
static void
end_data(struct spreadsheet *x)
{
	struct str text = store_field_text(&x->store);
	struct buf *fault = NULL;

	x->has_field = false;
	if (x->type == CELL_STRING) {
		store_end_field(&x->store, text.len, false);
		return;
	}
	if (x->type == CELL_ERROR && (fault = blame(x)) != NULL) {
		buf_add(fault, STR("the error \""));
		shown_add(text, fault);
		buf_add(fault, STR("\" stands there in place of a value; correct the worksheet"));
	}
	buf_reset(&x->number);
	if (x->type == CELL_NUMBER)
		spreadsheet_number(text, &x->number);
	else
		buf_add(&x->number, x->type == CELL_DATETIME ? spreadsheet_time(text) : str_trim(text));
	store_end_field(&x->store, 0, true);
	store_add_text(&x->store, buf_str(&x->number));
	store_end_field(&x->store, x->number.len, true);
}

/* The first row that holds anything (5.0.1: without outer blanks). */
static void
keep_header(struct spreadsheet *x)
{
	struct reader *reader = x->reader;
	size_t count = 0;
	const struct stored_field *fields = store_fields(&x->store, &count);

	for (size_t i = 0; i < count; i++)
		if (fields[i].len && fields[i].column >= reader->columns)
			reader->columns = fields[i].column + 1;
	reader->header = arena_array(&reader->arena, struct str, reader->columns);
	for (size_t i = 0; i < count; i++)
		if (fields[i].column < reader->columns)
			reader->header[fields[i].column] = arena_copy(&reader->arena,
				str_trim((struct str){ x->store.text.ptr + fields[i].begin, fields[i].len }));
	x->has_header = true;
}

/* Values behind the last heading belong to no field; blanks there mean nothing. */
static bool
check_width(struct spreadsheet *x)
{
	size_t count = 0;
	const struct stored_field *fields = store_fields(&x->store, &count);
	bool is_empty = true;

	for (size_t i = 0; i < count; i++) {
		is_empty &= fields[i].len == 0;
		if (!x->has_header || fields[i].column < x->reader->columns || fields[i].len == 0)
			continue;
		x->column = fields[i].column;
		struct buf *fault = blame(x);
		if (fault) {
			buf_add(fault, STR("the value \""));
			shown_add((struct str){ x->store.text.ptr + fields[i].begin, fields[i].len }, fault);
			buf_add(fault, STR("\" has no heading; give the column one, or take the value out"));
		}
	}
	return is_empty;
}

static void
end_row(struct spreadsheet *x)
{
	bool is_empty = check_width(x);
	bool is_bad = x->fault.len != 0 || x->store.is_too_long;

	if (x->store.is_too_long && x->fault.len == 0)
		buf_printf(&x->fault,
			"a row of more than %zu bytes; leave fields of that size out of the export",
			x->store.text_limit);
	if (is_bad && !x->has_header) {
		xml_sax_fail(x->sax, store_line(&x->store), buf_str(&x->fault));
	} else if (is_bad) {
		if (!reader_reject(x->reader, store_line(&x->store), buf_str(&x->fault)))
			xml_sax_stop(x->sax);
	} else if (is_empty) {
		x->reader->empty_lines++;
	} else if (!x->has_header) {
		keep_header(x);
		is_empty = true;
	}
	if (!is_bad && !is_empty)
		store_cut_columns(&x->store, x->reader->columns);
	store_end_record(&x->store, !is_bad && !is_empty);
}

static void
on_end(void *context, const char *name)
{
	struct spreadsheet *x = context;
	uint32_t depth = x->depth--;

	(void)name;
	if (x->inside != depth)
		return;
	x->inside--;
	if (depth == DEPTH_DATA && x->has_field)
		end_data(x);
	else if (depth == DEPTH_ROW)
		end_row(x);
}

/* The first worksheet may be the wrong one, which only the rest of the file tells. */
static bool
choose_worksheet(struct spreadsheet *x)
{
	x->wanted = 1;
	return x->reader->options.table_name.len == 0 || spreadsheet_find(x->reader, &x->wanted);
}

static bool
spreadsheet_open(struct reader *reader)
{
	static const struct xml_handler handler = { on_begin, on_end, on_text };
	struct spreadsheet *x = memory_new(1, sizeof *x);

	reader->state = x;
	x->reader = reader;
	x->store.text_limit = reader->text_limit;
	x->step = XML_STEP_MORE;
	if (!choose_worksheet(x))
		return false;
	const struct xml_input input = { reader->source, buf_str(&reader->head), reader->options.shown_path,
		&x->diag, reader->piece };
	x->sax = xml_sax_open(&input, &handler, x);
	buf_release(&reader->head);
	while (!x->has_header && x->step == XML_STEP_MORE)
		x->step = xml_sax_step(x->sax);
	if (x->step == XML_STEP_FAILED && !x->has_header) {
		diag_join(reader->diag, &x->diag);
		return false;
	}
	return x->has_header
		|| reader_fail(reader, 0,
			STR("the worksheet holds nothing, not even a header row; "
			    "export it with headers"));
}

static enum read_status
spreadsheet_next(struct reader *reader, struct batch *batch)
{
	struct spreadsheet *x = reader->state;

	return reader_next_of_xml(reader, x->sax, &x->step, &x->store, &x->diag, batch);
}

static void
spreadsheet_close(struct reader *reader)
{
	struct spreadsheet *x = reader->state;

	if (!x)
		return;
	xml_sax_close(x->sax);
	store_release(&x->store);
	diag_release(&x->diag);
	buf_release(&x->fault);
	buf_release(&x->number);
	free(x);
	reader->state = NULL;
}

const struct reader_format spreadsheet_format = {
	{ 0 }, spreadsheet_open, spreadsheet_next, spreadsheet_close
};
