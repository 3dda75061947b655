/* table_list.c - which tables a file holds that may hold several */
#include "io/table_list.h"

#include <stdlib.h>

#include "io/element_name.h"
#include "io/source.h"
#include "io/xml_sax.h"

enum { DEPTH_ROOT = 1, DEPTH_TABLE, DEPTH_CHILD, DEPTH_ROW, ID_DIGITS = 10, TABLES_SHOWN = 40 };

enum holds { HOLDS_ONE, HOLDS_LISTS, HOLDS_ENTITIES, HOLDS_WORKSHEETS };

struct listing {
	struct table_list *list;
	struct arena *arena;
	struct xml_sax *sax;
	enum holds holds;
	uint32_t depth;
	uint32_t children;	/* of the table at hand */
	bool is_noted;		/* the table at hand */
	bool is_id;		/* the child at hand may be a TableID */
	struct buf id;		/* its text */
	uint64_t number;
	struct str name;	/* of the table at hand, where its begin tells it */
	const char *child;	/* element of the child at hand */
};

static void
note_table(struct listing *l, struct str name)
{
	struct table_list *list = l->list;
	uint32_t id = (uint32_t)l->number;

	if (l->is_noted)
		return;
	l->is_noted = true;
	/* A table may have several lists. */
	for (size_t i = 0; i < list->count; i++)
		if (id != 0 ? list->items[i].id == id : str_equal(list->items[i].name, name))
			return;
	list->items = memory_grow(list->items, list->count, &list->capacity, sizeof *list->items);
	list->items[list->count++] = (struct listed_table){ arena_copy(l->arena, name), id };
}

static struct str
attribute_of(const struct xml_tag *tag, const char *name)
{
	for (uint32_t i = 0; i < tag->attribute_count; i++) {
		struct xml_attribute attribute = xml_tag_attribute(tag, i);
		if (strcmp(attribute.name, name) == 0)
			return attribute.value;
	}
	return STR("");
}

static void
begin_root(struct listing *l, const struct xml_tag *tag)
{
	if (strcmp(tag->name, "DataList") == 0)
		l->holds = HOLDS_LISTS;
	else if (strcmp(tag->name, "entities") == 0)
		l->holds = HOLDS_ENTITIES;
	else if (strcmp(tag->name, "Workbook") == 0)
		l->holds = HOLDS_WORKSHEETS;
	else
		xml_sax_stop(l->sax);
}

static void
begin_table(struct listing *l, const struct xml_tag *tag)
{
	l->is_noted = false;
	l->children = 0;
	l->number = 0;
	if (l->holds == HOLDS_LISTS)
		return;
	bool is_sheet = l->holds == HOLDS_WORKSHEETS;
	if (strcmp(tag->name, is_sheet ? "Worksheet" : "entity") != 0) {
		l->is_noted = true;
		return;
	}
	l->name = arena_copy(l->arena, attribute_of(tag, is_sheet ? "Name" : "name"));
	if (!is_sheet)
		note_table(l, l->name);
}

static void
begin_child(struct listing *l, const struct xml_tag *tag)
{
	l->child = tag->name;
	l->is_id = ++l->children == 1 && strcmp(tag->name, "TableID") == 0;
	buf_reset(&l->id);
}

/* Only here it is known that the child of a list is a record. */
static void
begin_row(struct listing *l, const struct xml_tag *tag)
{
	l->is_id = false;
	if (l->holds == HOLDS_LISTS && l->number != 0)
		note_table(l, str_from(l->child));
	if (l->holds == HOLDS_WORKSHEETS && strcmp(tag->name, "Row") == 0)
		note_table(l, l->name);
}

static void
on_begin(void *context, const struct xml_tag *tag)
{
	struct listing *l = context;

	switch (++l->depth) {
	case DEPTH_ROOT:
		begin_root(l, tag);
		break;
	case DEPTH_TABLE:
		begin_table(l, tag);
		break;
	case DEPTH_CHILD:
		begin_child(l, tag);
		break;
	case DEPTH_ROW:
		begin_row(l, tag);
		break;
	default:
		break;
	}
}

static void
on_end(void *context, const char *name)
{
	struct listing *l = context;
	bool is_id = l->depth-- == DEPTH_CHILD && l->is_id;

	(void)name;
	if (is_id && (!str_to_u64(str_trim(buf_str(&l->id)), &l->number) || l->number > UINT32_MAX))
		l->number = 0;
	l->is_id &= !is_id;
}

static void
on_text(void *context, struct str piece)
{
	struct listing *l = context;

	if (l->is_id && l->id.len + piece.len <= 2 * ID_DIGITS)
		buf_add(&l->id, piece);
}

/* Whether it is XML at all: that begins with an angle bracket. */
static bool
read_head(struct source *source, struct buf *head, bool *is_xml)
{
	enum source_status status = SOURCE_TEXT;

	while (status == SOURCE_TEXT && str_trim(buf_str(head)).len == 0)
		status = source_read(source, head);
	struct str text = str_trim(buf_str(head));
	*is_xml = text.len > 0 && *text.ptr == '<';
	return status != SOURCE_ERROR;
}

static bool
read_tables(struct listing *l, struct source *source, const struct reader_options *options,
	struct diag *diag)
{
	static const struct xml_handler handler = { on_begin, on_end, on_text };
	struct diag own = { 0 };
	struct buf head = { 0 };
	enum xml_step step = XML_STEP_MORE;
	bool is_xml;

	bool ok = read_head(source, &head, &is_xml);
	if (ok && is_xml) {
		const struct xml_input input = { .source = source, .head = buf_str(&head),
			.shown_path = options->shown_path, .diag = &own };
		l->sax = xml_sax_open(&input, &handler, l);
		while (step == XML_STEP_MORE)
			step = xml_sax_step(l->sax);
		/* XML of records is stopped at its root; its faults are for its reader to tell. */
		ok = step == XML_STEP_END || l->holds == HOLDS_ONE;
		xml_sax_close(l->sax);
	}
	if (!ok)
		diag_join(diag, &own);
	diag_release(&own);
	buf_release(&head);
	return ok;
}

bool
table_list_read(struct table_list *list, const struct reader_options *options, struct arena *arena,
	struct diag *diag)
{
	const struct source_options from = { .path = options->path,
		.shown_path = options->shown_path,
		.encoding = options->encoding,
		.member = options->member };
	struct listing listing = { .list = list, .arena = arena };
	struct source *source = source_open(&from, diag);

	if (!source)
		return false;
	bool ok = read_tables(&listing, source, options, diag);
	source_close(source);
	buf_release(&listing.id);
	return ok;
}

const struct listed_table *
table_list_find(const struct table_list *list, struct str name)
{
	const struct listed_table *found = NULL;
	struct buf element = { 0 };
	uint64_t number = 0;

	str_to_u64(name, &number);
	element_name_add(name, ELEMENT_NAME_MAX, &element);
	for (size_t i = 0; i < list->count && !found; i++) {
		const struct listed_table *table = &list->items[i];
		if (str_equal_nocase(table->name, name) || str_equal_nocase(table->name, buf_str(&element))
			|| (number != 0 && table->id == number))
			found = table;
	}
	buf_release(&element);
	return found;
}

void
table_list_write(const struct table_list *list, struct buf *out)
{
	for (size_t i = 0; i < list->count && i < TABLES_SHOWN; i++) {
		const struct listed_table *table = &list->items[i];
		buf_printf(out, "%s%.*s", i ? ", " : "", STR_ARG(table->name));
		if (table->id != 0)
			buf_printf(out, " (%u)", table->id);
	}
	if (list->count > TABLES_SHOWN)
		buf_printf(out, " and %zu others", list->count - TABLES_SHOWN);
}

void
table_list_release(struct table_list *list)
{
	free(list->items);
	*list = (struct table_list){ 0 };
}
