/*
 * filter_tree.h - a parsed filter, shared by filter_parse, filter_operand and filter_match
 *
 * Private to the filter's own files.  A filter is a tree: lists of
 * alternatives (`|`) and of conditions (`&`), and single tests at the leaves.
 * The nodes of a list hang on `first` and `next`; everything is in the arena
 * that filter_parse() was given, and const after it.
 */
#ifndef MODEL_FILTER_TREE_H
#define MODEL_FILTER_TREE_H

#include "base/buf.h"
#include "base/memory.h"
#include "base/str.h"
#include "model/filter.h"
#include "model/locale.h"
#include "model/setup.h"

enum filter_kind {
	FILTER_ANY,	/* one of the children, or the set */
	FILTER_ALL,	/* all of the children, and not in the set */
	FILTER_EQUAL,
	FILTER_RANGE,
	FILTER_PATTERN,
};

/* Wildcards in the text of a pattern: bytes that UTF-8 never has. */
#define FILTER_ONE ((char)0xff)		/* ? */
#define FILTER_MANY ((char)0xfe)	/* * */

struct filter_bound {
	struct str value;
	bool is_set;		/* else open on this side */
	bool is_excluded;	/* < and > */
};

struct filter_node {
	enum filter_kind kind;
	bool is_negated;	/* <>; EQUAL and PATTERN */
	bool folds;		/* @: texts are folded, and so must be the value */
	struct str text;	/* EQUAL, PATTERN: canonical, never the blank of a number or Boolean */
	struct filter_bound low;
	struct filter_bound high;
	struct filter_node *first;
	struct filter_node *next;
	struct str *set;	/* ANY, ALL: many plain texts, in order */
	size_t set_count;
};

struct filter {
	enum type type;
	struct str blank;	/* what a blank value counts as: "0", "false", the blank option, or blank */
	const struct filter_node *root;
};

struct filter_parser {
	struct str text;
	size_t at;
	const struct field *field;
	const struct locale *locale;
	struct arena *arena;
	struct filter_error *error;
	struct buf raw;		/* the operand as it reads without its quotes */
	struct buf canonical;
	unsigned depth;		/* of parentheses */
};

/* A value of the expression, typed. */
struct filter_operand {
	bool folds;
	bool is_pattern;
	struct str text;	/* canonical, or a pattern with marks that is folded already; in the arena */
	size_t wildcard;	/* byte offset of the first wildcard of a pattern */
};

/* Sets the error at a byte offset of the expression; returns false. */
bool filter_fail(struct filter_parser *p, size_t offset, struct str message);

void filter_skip_blanks(struct filter_parser *p);

/* The length of the operator at p->at that ends an unquoted value, or 0. */
size_t filter_operator_length(const struct filter_parser *p);

/* What stands at p->at, for messages: "'|'" or "the end of the filter". */
struct str filter_found(struct filter_parser *p);

/* Reads `value` or `@value` at p->at and makes it canonical; false with the error set. */
bool filter_read_operand(struct filter_parser *p, struct filter_operand *operand);

/* Without case and accents, in the arena. */
struct str filter_fold(struct filter_parser *p, struct str text);

#endif
