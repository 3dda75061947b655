/*
 * filter_parse.c - the grammar of filter expressions (E45, R127)
 *
 *   any   = all { "|" all }
 *   all   = one { "&" one }
 *   one   = "(" any ")" | test
 *   test  = operator value | value | value ".." [value] | ".." value
 */
#include "model/filter_tree.h"

#include <stdlib.h>

#include "model/timezone.h"
#include "model/value.h"

enum {
	DEPTH_LIMIT = 64,
	SET_MINIMUM = 8,	/* fewer equal-tests are as fast one by one */
};

static const struct operator {
	const char *text;
	enum { DIFFERENT, AT_MOST, AT_LEAST, LESS, MORE, SAME, NO_OPERATOR } meaning;
} operators[] = {
	{ "<>", DIFFERENT },
	{ "<=", AT_MOST },
	{ ">=", AT_LEAST },
	{ "<", LESS },
	{ ">", MORE },
	{ "=", SAME },
};

static bool
take(struct filter_parser *p, struct str token)
{
	if (!str_starts((struct str){ p->text.ptr + p->at, p->text.len - p->at }, token))
		return false;
	p->at += token.len;
	return true;
}

static struct filter_node *
new_node(struct filter_parser *p, enum filter_kind kind)
{
	struct filter_node *node = arena_new(p->arena, struct filter_node);

	node->kind = kind;
	return node;
}

/* v, =v and <>v */
static struct filter_node *
new_equal(struct filter_parser *p, const struct filter_operand *operand, bool is_negated)
{
	struct filter_node *node = new_node(p, operand->is_pattern ? FILTER_PATTERN : FILTER_EQUAL);

	node->is_negated = is_negated;
	node->folds = operand->folds;
	node->text = operand->folds && !operand->is_pattern ? filter_fold(p, operand->text) : operand->text;
	return node;
}

static bool
check_bound(struct filter_parser *p, const struct filter_operand *operand)
{
	if (!operand->is_pattern)
		return true;
	return filter_fail(p, operand->wildcard, STR("a wildcard cannot be part of a range: expected a whole "
		"value (put it in single quotes if this character belongs to it)"));
}

static struct filter_bound
new_bound(struct filter_parser *p, struct str text, bool folds)
{
	return (struct filter_bound){ .value = folds ? filter_fold(p, text) : text, .is_set = true };
}

/* low..high; either may be absent.  @ at one end is for both. */
static struct filter_node *
new_range(struct filter_parser *p, const struct filter_operand *low, const struct filter_operand *high)
{
	if ((low && !check_bound(p, low)) || (high && !check_bound(p, high)))
		return NULL;
	struct filter_node *node = new_node(p, FILTER_RANGE);
	node->folds = (low && low->folds) || (high && high->folds);
	if (low)
		node->low = new_bound(p, low->text, node->folds);
	if (high)
		node->high = new_bound(p, high->text, node->folds);
	return node;
}

static struct filter_node *
parse_comparison(struct filter_parser *p, const struct operator *operator)
{
	struct filter_operand operand;
	struct filter_node *node;

	if (!filter_read_operand(p, &operand))
		return NULL;
	switch (operator->meaning) {
	case AT_MOST:
	case LESS:
		node = new_range(p, NULL, &operand);
		if (node)
			node->high.is_excluded = operator->meaning == LESS;
		return node;
	case AT_LEAST:
	case MORE:
		node = new_range(p, &operand, NULL);
		if (node)
			node->low.is_excluded = operator->meaning == MORE;
		return node;
	default:
		return new_equal(p, &operand, operator->meaning == DIFFERENT);
	}
}

/* Whether a list goes on or ends here, so that no value follows. */
static bool
at_end_of_test(const struct filter_parser *p)
{
	return p->at >= p->text.len || memchr("|&)", p->text.ptr[p->at], 3);
}

static struct filter_node *
parse_test(struct filter_parser *p)
{
	struct filter_operand low;
	struct filter_operand high;

	for (size_t i = 0; i < ARRAY_LEN(operators); i++)
		if (take(p, str_from(operators[i].text)))
			return parse_comparison(p, &operators[i]);
	if (take(p, STR("..")))
		return filter_read_operand(p, &high) ? new_range(p, NULL, &high) : NULL;
	if (!filter_read_operand(p, &low))
		return NULL;
	if (!take(p, STR("..")))
		return new_equal(p, &low, false);
	filter_skip_blanks(p);
	if (at_end_of_test(p))
		return new_range(p, &low, NULL);
	return filter_read_operand(p, &high) ? new_range(p, &low, &high) : NULL;
}

static struct filter_node *
fail_unexpected(struct filter_parser *p)
{
	struct str found = filter_found(p);
	bool is_closing = p->at < p->text.len && p->text.ptr[p->at] == ')';

	if (is_closing)
		filter_fail(p, p->at, STR("this ')' closes nothing: expected | or & or the end "
			"(put the value in single quotes if it belongs to it)"));
	else
		filter_fail(p, p->at, arena_printf(p->arena, "expected | or & or the end, found %.*s "
			"(put the value in single quotes if it belongs to it)", STR_ARG(found)));
	return NULL;
}

static struct filter_node *parse_list(struct filter_parser *p, enum filter_kind kind);

/* A part in parentheses, or one test; ends before |, & or ), or at the end. */
static struct filter_node *
parse_one(struct filter_parser *p)
{
	filter_skip_blanks(p);
	size_t opening = p->at;
	if (!take(p, STR("(")))
		return parse_test(p);
	if (p->depth == DEPTH_LIMIT) {
		filter_fail(p, opening, arena_printf(p->arena,
			"expected at most %d parentheses inside each other", DEPTH_LIMIT));
		return NULL;
	}
	p->depth++;
	struct filter_node *node = parse_list(p, FILTER_ANY);
	p->depth--;
	if (!node)
		return NULL;
	if (p->at >= p->text.len) {
		filter_fail(p, opening, STR("this '(' is not closed: expected a ')'"));
		return NULL;
	}
	p->at++;
	filter_skip_blanks(p);
	return node;
}

static int
compare_strs(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static bool
fits_set(const struct filter_node *list, const struct filter_node *child)
{
	bool negated = list->kind == FILTER_ALL;

	return child->kind == FILTER_EQUAL && !child->folds && child->is_negated == negated;
}

/* Takes the plain equal-tests out of a long list (of GUIDs, mostly), into a sorted set. */
static void
collect_set(struct filter_parser *p, struct filter_node *list)
{
	size_t count = 0;

	for (const struct filter_node *child = list->first; child; child = child->next)
		count += fits_set(list, child);
	if (count < SET_MINIMUM)
		return;
	list->set = arena_array(p->arena, struct str, count);
	for (struct filter_node **link = &list->first; *link;) {
		if (fits_set(list, *link)) {
			list->set[list->set_count++] = (*link)->text;
			*link = (*link)->next;
		} else {
			link = &(*link)->next;
		}
	}
	qsort(list->set, list->set_count, sizeof *list->set, compare_strs);
}

/* FILTER_ANY: parts joined by |, FILTER_ALL: by &, which binds tighter. */
static struct filter_node *
parse_list(struct filter_parser *p, enum filter_kind kind)
{
	struct filter_node *list = new_node(p, kind);
	struct filter_node **link = &list->first;
	struct str mark = kind == FILTER_ANY ? STR("|") : STR("&");

	do {
		*link = kind == FILTER_ANY ? parse_list(p, FILTER_ALL) : parse_one(p);
		if (!*link)
			return NULL;
		link = &(*link)->next;
	} while (take(p, mark));
	if (kind == FILTER_ALL && !at_end_of_test(p))
		return fail_unexpected(p);
	if (!list->first->next)
		return list->first;
	collect_set(p, list);
	return list;
}

/* What a blank value of the field counts as (E21). */
static struct str
read_blank(struct filter_parser *p)
{
	buf_reset(&p->canonical);
	value_read(p->field, p->locale, timezone_utc(), STR(""), &p->canonical);
	return arena_copy(p->arena, value_comparable(p->field->type, buf_str(&p->canonical)));
}

static struct filter_node *
parse_whole(struct filter_parser *p)
{
	size_t malformed = utf8_check(p->text);

	if (malformed < p->text.len) {
		filter_fail(p, malformed, STR("expected UTF-8 text"));
		return NULL;
	}
	if (str_trim(p->text).len == 0) {
		filter_fail(p, 0, STR("empty filter; write '' for blank"));
		return NULL;
	}
	struct filter_node *root = parse_list(p, FILTER_ANY);
	/* A list ends before a ), which nobody opened here. */
	return root && p->at < p->text.len ? fail_unexpected(p) : root;
}

struct filter *
filter_parse(struct str expression, const struct field *field, struct arena *arena,
	struct filter_error *error)
{
	struct filter_parser p = { .field = field, .arena = arena, .error = error };
	struct filter *filter = NULL;

	p.text = expression.len > 0 ? expression : STR("");
	p.locale = locale_find(STR("invariant"));
	const struct filter_node *root = parse_whole(&p);
	if (root) {
		filter = arena_new(arena, struct filter);
		filter->type = field->type;
		filter->blank = read_blank(&p);
		filter->root = root;
	}
	buf_release(&p.raw);
	buf_release(&p.canonical);
	return filter;
}
