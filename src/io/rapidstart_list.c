/* rapidstart_list.c - which table a list of a configuration package is */
#include "io/rapidstart_list.h"

#include "io/element_name.h"

enum { NAME_SHOWN = 60 };

void
list_make_name(struct rapidstart_list *list, struct str table_name, struct arena *arena)
{
	struct buf name = { 0 };

	element_name_add(str_trim(table_name), ELEMENT_NAME_MAX, &name);
	list->wanted = arena_copy(arena, buf_str(&name));
	buf_release(&name);
}

void
list_release(struct rapidstart_list *list)
{
	buf_release(&list->text);
}

void
list_begin(struct rapidstart_list *list, const char *name, uint64_t line)
{
	struct buf text = list->text;

	buf_reset(&text);
	*list = (struct rapidstart_list){ .wanted = list->wanted, .name = name, .line = line, .text = text };
}

void
list_begin_child(struct rapidstart_list *list, const char *name, uint64_t line)
{
	list->children++;
	list->child = name;
	list->record_line = line;
	list->has_record_begun = false;
	buf_reset(&list->text);
}

/* More than any number has is not kept, but counted as too much. */
void
list_add_text(struct rapidstart_list *list, struct str piece)
{
	piece = list->text.len == 0 ? str_trim(piece) : piece;
	size_t room = LIST_TEXT - list->text.len;

	buf_add(&list->text, (struct str){ piece.ptr, piece.len < room ? piece.len : room });
}

void
list_end_child(struct rapidstart_list *list)
{
	struct str text = str_trim(buf_str(&list->text));
	uint64_t id = 0;

	if (strcmp(list->child, "TableID") != 0 || !str_to_u64(text, &id))
		return;
	if (list->children == 1)
		list->is_identified = true;
	if (list->id == 0)
		list->id = id;
}

static bool
is_named(const struct rapidstart_list *list, struct str name)
{
	return list->wanted.len && str_equal_nocase(name, list->wanted);
}

/* The list's own name without "List"; packages of other programs may have any. */
static struct str
table_of_list(const struct rapidstart_list *list)
{
	struct str name = str_from(list->name);
	struct str end = STR("List");

	if (name.len > end.len && memcmp(name.ptr + name.len - end.len, end.ptr, end.len) == 0)
		name.len -= end.len;
	return name;
}

static enum list_verdict
judge(const struct rapidstart_list *list, const struct reader_options *options)
{
	struct str name = list->record ? str_from(list->record) : table_of_list(list);
	bool is_number = options->table_id != 0 && list->id == options->table_id;

	if (!list->is_identified)
		return is_number || is_named(list, name) ? LIST_UNCLEAR : LIST_OTHER;
	if (options->table_id != 0)
		return is_number ? LIST_WANTED : LIST_OTHER;
	return is_named(list, name) ? LIST_WANTED : LIST_OTHER;
}

enum list_verdict
list_begin_record(struct rapidstart_list *list, const struct reader_options *options)
{
	list->has_record_begun = true;
	if (!list->record)
		list->record = list->child;
	return judge(list, options);
}

bool
list_is_strange(const struct rapidstart_list *list)
{
	return list->child != list->record;
}

void
list_write_unclear(const struct rapidstart_list *list, struct buf *out)
{
	buf_printf(out,
		"element \"%.100s\" does not begin with a TableID that is a number, so that Business Central "
		"would pass it over; make <TableID> its first element",
		list->name);
}

void
tables_note(struct rapidstart_tables *tables, const struct rapidstart_list *list,
	const struct reader_options *options, struct arena *arena)
{
	struct str name = list->record ? str_from(list->record) : table_of_list(list);

	tables->is_found |= judge(list, options) == LIST_WANTED;
	if (list->children == 0 || tables->count++ >= TABLES_SHOWN)
		return;
	name = utf8_cut(name, NAME_SHOWN);
	tables->shown[tables->count - 1] = list->is_identified
		? arena_printf(arena, "%.*s (%llu)", STR_ARG(name), (unsigned long long)list->id)
		: arena_printf(arena, "%.*s (without TableID)", STR_ARG(name));
}

void
tables_write_missing(const struct rapidstart_tables *tables, const struct reader_options *options,
	struct buf *out)
{
	buf_printf(out, "the configuration package does not hold table %.*s", STR_ARG(options->table_name));
	if (options->table_id != 0)
		buf_printf(out, " (%u)", options->table_id);
	buf_add(out, tables->count ? STR(", but ") : STR(", nor any other"));
	for (size_t i = 0; i < tables->count && i < TABLES_SHOWN; i++)
		buf_printf(out, "%s%.*s", i ? ", " : "", STR_ARG(tables->shown[i]));
	if (tables->count > TABLES_SHOWN)
		buf_printf(out, " and %zu others", tables->count - TABLES_SHOWN);
	buf_add(out, options->table_id != 0
		? STR("; export it with this table, or correct the table's id in the setup")
		: STR("; export it with this table, or declare the table's id in the setup"));
}
