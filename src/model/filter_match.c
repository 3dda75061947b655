/* filter_match.c - tests canonical values against a parsed filter (E45) */
#include "model/filter_tree.h"

#include "model/value.h"

enum { SMALL = 256 };

/* The value under test; folded at most once, only when a test asks for it. */
struct subject {
	enum type type;
	struct str value;
	struct str folded;
	bool is_folded;
	struct buf heap;	/* of folded, when it is long or not ASCII */
	char small[SMALL];	/* else */
};

/* Folds short ASCII into subject->small; false for anything else. */
static bool
fold_small(struct subject *subject)
{
	struct str value = subject->value;

	if (value.len > SMALL)
		return false;
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];
		if ((unsigned char)c >= 0x80)
			return false;
		subject->small[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	subject->folded = (struct str){ subject->small, value.len };
	return true;
}

static struct str
subject_text(struct subject *subject, bool folds)
{
	if (!folds)
		return subject->value;
	if (!subject->is_folded) {
		if (!fold_small(subject)) {
			text_fold(subject->value, true, &subject->heap);
			subject->folded = buf_str(&subject->heap);
		}
		subject->is_folded = true;
	}
	return subject->folded;
}

static struct str
skip(struct str s, size_t len)
{
	return len ? (struct str){ s.ptr + len, s.len - len } : s;
}

/* A part of a pattern between two *: whether value begins with it, and how far it goes. */
static bool
part_begins(struct str part, struct str value, size_t *used)
{
	size_t at = 0;

	for (size_t i = 0; i < part.len; i++) {
		if (at >= value.len)
			return false;
		if (part.ptr[i] == FILTER_ONE) {
			size_t len = utf8_length(skip(value, at));
			at += len ? len : 1;
		} else if (part.ptr[i] != value.ptr[at++]) {
			return false;
		}
	}
	*used = at;
	return true;
}

/* Finds the first place of part, which begins with a character, not a mark; *end is after it. */
static bool
part_find(struct str part, struct str value, size_t *end)
{
	struct str rest = value;
	size_t used;

	if (value.len == 0)
		return false;
	if (!memchr(part.ptr, FILTER_ONE, part.len)) {
		const char *place = memmem(value.ptr, value.len, part.ptr, part.len);
		if (place)
			*end = (size_t)(place - value.ptr) + part.len;
		return place != NULL;
	}
	while (rest.len >= part.len) {
		const char *place = memchr(rest.ptr, part.ptr[0], rest.len);
		if (!place)
			return false;
		rest = skip(rest, (size_t)(place - rest.ptr));
		if (part_begins(part, rest, &used)) {
			*end = (size_t)(place - value.ptr) + used;
			return true;
		}
		rest = skip(rest, 1);
	}
	return false;
}

/* Whether value ends with the part: it is as many characters from the end as the part is long. */
static bool
part_ends(struct str part, struct str value)
{
	size_t at = value.len;
	size_t used;

	for (size_t count = utf8_count(part); count > 0; count--) {
		if (at == 0)
			return false;
		do
			at--;
		while (at > 0 && ((unsigned char)value.ptr[at] & 0xc0) == 0x80);
	}
	return part_begins(part, skip(value, at), &used) && at + used == value.len;
}

/*
 * Each part is taken at the first place where it fits; a later place could only
 * leave less for the rest, so nothing is ever tried again.
 */
static bool
pattern_matches(struct str pattern, struct str value)
{
	struct str rest;
	struct str part = str_cut(pattern, FILTER_MANY, &rest);
	bool has_many = part.len < pattern.len;
	size_t used;

	if (!part_begins(part, value, &used))
		return false;
	if (!has_many)
		return used == value.len;
	value = skip(value, used);
	for (;;) {
		pattern = rest;
		part = str_cut(pattern, FILTER_MANY, &rest);
		if (part.len == pattern.len)
			return part_ends(part, value);
		if (!part_find(part, value, &used))
			return false;
		value = skip(value, used);
	}
}

static int
compare(const struct subject *subject, bool folds, struct str a, struct str b)
{
	return folds ? str_compare(a, b) : value_compare(subject->type, a, b);
}

static bool
range_matches(const struct filter_node *node, struct subject *subject)
{
	struct str value = subject_text(subject, node->folds);

	if (node->low.is_set) {
		int order = compare(subject, node->folds, value, node->low.value);
		if (order < 0 || (order == 0 && node->low.is_excluded))
			return false;
	}
	if (node->high.is_set) {
		int order = compare(subject, node->folds, value, node->high.value);
		if (order > 0 || (order == 0 && node->high.is_excluded))
			return false;
	}
	return true;
}

static bool
set_holds(const struct filter_node *list, struct str value)
{
	size_t low = 0;
	size_t high = list->set_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_compare(value, list->set[middle]);
		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static bool node_matches(const struct filter_node *node, struct subject *subject);

/* FILTER_ANY: passes as soon as one child does; FILTER_ALL: fails as soon as one does. */
static bool
list_matches(const struct filter_node *list, struct subject *subject)
{
	bool is_any = list->kind == FILTER_ANY;

	if (list->set_count > 0 && set_holds(list, subject->value))
		return is_any;
	for (const struct filter_node *child = list->first; child; child = child->next)
		if (node_matches(child, subject) == is_any)
			return is_any;
	return !is_any;
}

/* As deep as the parentheses, which filter_parse() limits. */
static bool
node_matches(const struct filter_node *node, struct subject *subject)
{
	switch (node->kind) {
	case FILTER_ANY:
	case FILTER_ALL:
		return list_matches(node, subject);
	case FILTER_RANGE:
		return range_matches(node, subject);
	case FILTER_PATTERN:
		return pattern_matches(node->text, subject_text(subject, node->folds)) != node->is_negated;
	case FILTER_EQUAL:
		break;
	}
	return str_equal(node->text, subject_text(subject, node->folds)) != node->is_negated;
}

bool
filter_match(const struct filter *filter, struct str canonical)
{
	struct subject subject;

	subject.type = filter->type;
	subject.value = canonical.len > 0 ? canonical : filter->blank;
	subject.is_folded = false;
	subject.heap = (struct buf){ 0 };
	bool passes = node_matches(filter->root, &subject);
	if (subject.heap.ptr)
		buf_release(&subject.heap);
	return passes;
}
