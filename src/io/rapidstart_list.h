/*
 * rapidstart_list.h - which table a list of a configuration package is (part 5, 1.3)
 *
 * A list is known by its first child, TableID.  Where the setup does not declare
 * the table's number, the element of its records is the table's name.  Names come
 * from the parser (io/xml_sax.h) and are compared by address where both do.
 */
#ifndef IO_RAPIDSTART_LIST_H
#define IO_RAPIDSTART_LIST_H

#include "base/buf.h"
#include "base/memory.h"
#include "io/reader.h"

enum { LIST_TEXT = 32, TABLES_SHOWN = 12 };

struct rapidstart_list {
	struct str wanted;	/* the element of the wanted table's records; from list_make_name() */
	const char *name;	/* of the list's own element */
	uint64_t line;
	uint32_t children;	/* that began so far */
	const char *child;	/* the one at hand */
	uint64_t record_line;	/* where it begins */
	const char *record;	/* the first record's element, or null */
	bool has_record_begun;	/* the child at hand has elements */
	struct buf text;	/* of the child at hand, before any element, as far as it may be a number */
	uint64_t id;		/* TableID, or 0 */
	bool is_identified;	/* TableID was the first child and an integer */
};

void list_make_name(struct rapidstart_list *list, struct str table_name, struct arena *arena);
void list_release(struct rapidstart_list *list);

void list_begin(struct rapidstart_list *list, const char *name, uint64_t line);
void list_begin_child(struct rapidstart_list *list, const char *name, uint64_t line);
void list_add_text(struct rapidstart_list *list, struct str piece);
/* A child without elements: TableID, or a setting of the table that does not matter here. */
void list_end_child(struct rapidstart_list *list);

/* UNCLEAR: it may be the wanted one, but does not begin with a TableID: Business Central would skip it. */
enum list_verdict { LIST_OTHER, LIST_WANTED, LIST_UNCLEAR };

/* The child at hand has elements: it is a record. */
enum list_verdict list_begin_record(struct rapidstart_list *list, const struct reader_options *options);
/* Whether the record at hand goes by another name than those before it. */
bool list_is_strange(const struct rapidstart_list *list);
void list_write_unclear(const struct rapidstart_list *list, struct buf *out);

/* What a package holds, for a message when the wanted table is not in it. */
struct rapidstart_tables {
	bool is_found;
	struct str shown[TABLES_SHOWN];
	size_t count;
};

/* The list has ended; texts are the arena's. */
void tables_note(struct rapidstart_tables *tables, const struct rapidstart_list *list,
	const struct reader_options *options, struct arena *arena);
void tables_write_missing(const struct rapidstart_tables *tables, const struct reader_options *options,
	struct buf *out);

#endif
