/*
 * fact.h - what a command tells, once for people and programs
 *
 * Facts form a tree.  As JSON every fact is a member of its object or an element
 * of its list; for people those with a label are lines, indented below each
 * other, whose texts begin in one column.  Everything lives in one arena.
 */
#ifndef BASE_FACT_H
#define BASE_FACT_H

#include "base/buf.h"
#include "base/memory.h"

enum fact_kind {
	FACT_TEXT,	/* a JSON string */
	FACT_WORD,	/* true, false or a number */
	FACT_OBJECT,
	FACT_LIST,
};

struct fact {
	enum fact_kind kind;
	const char *key;	/* JSON member; an element of a list has none */
	struct str text;	/* of FACT_TEXT and FACT_WORD */
	struct str label;	/* of the line; a null pointer: people are not told */
	struct str line;	/* what follows the label */
	struct fact *first;
	struct fact *last;
	struct fact *next;
};

/* Adds a fact behind its siblings; texts are copied. */
struct fact *fact_add(struct arena *arena, struct fact *parent, enum fact_kind kind, const char *key);
struct fact *fact_text(struct arena *arena, struct fact *parent, const char *key, struct str text);
void fact_flag(struct arena *arena, struct fact *parent, const char *key, bool value);

/* Adds a fact that was made without a parent. */
void fact_attach(struct fact *parent, struct fact *fact);

/* Gives a fact its line. */
void fact_show(struct arena *arena, struct fact *fact, const char *label, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Tells people nothing of a fact and what is below it. */
void fact_hide(struct fact *fact);

/* Appends the whole tree below a fact: one JSON value, or lines for people. */
void fact_write_json(const struct fact *fact, struct buf *out);
void fact_write_lines(const struct fact *fact, struct buf *out);

#endif
