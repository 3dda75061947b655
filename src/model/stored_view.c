/* stored_view.c - the filters of a table view as Business Central stores them (R126) */
#include "model/stored_view.h"

#include <stdlib.h>

#include "base/buf.h"

static void
skip_blanks(struct str *at)
{
	*at = str_trim(*at);
}

/* What comes before the bracket that closes the one which is open. */
static bool
find_bracket(struct str *at, bool quotes_protect, struct str *inside)
{
	char quote = '\0';
	unsigned depth = 1;

	inside->ptr = at->ptr;
	for (size_t i = 0; i < at->len; i++) {
		char c = at->ptr[i];
		if (quote != '\0') {
			quote = c == quote ? '\0' : quote;
			continue;
		}
		if (quotes_protect && (c == '\'' || c == '"'))
			quote = c;
		depth += c == '(';
		depth -= c == ')';
		if (depth > 0)
			continue;
		inside->len = i;
		*at = (struct str){ at->ptr + i + 1, at->len - i - 1 };
		return true;
	}
	return false;
}

/* Quotes protect; one that stands alone, as in a constant, does not. */
static bool
take_brackets(struct str *at, struct str *inside)
{
	return find_bracket(at, true, inside) || find_bracket(at, false, inside);
}

/* A field's name: in quotes, which come twice within, or up to the equals sign. */
static bool
take_name(struct str *at, struct arena *arena, struct str *name)
{
	struct buf text = { 0 };
	bool is_quoted = str_take(at, '"');

	while (at->len > 0) {
		if (!is_quoted && *at->ptr == '=')
			break;
		if (is_quoted && *at->ptr == '"') {
			str_take(at, '"');
			if (at->len == 0 || *at->ptr != '"')
				break;
		}
		buf_add_char(&text, *at->ptr);
		at->ptr++;
		at->len--;
	}
	*name = arena_copy(arena, str_trim(buf_str(&text)));
	buf_release(&text);
	skip_blanks(at);
	return name->len > 0 && str_take(at, '=');
}

static uint32_t
number_of(struct str name)
{
	struct str digits = { name.ptr + 5, name.len - 5 };
	uint64_t number;

	if (!str_starts(name, STR("Field")) || !str_to_u64(digits, &number) || number > UINT32_MAX)
		return 0;
	return (uint32_t)number;
}

/* A constant as a filter expression: protected where it might be taken for more than itself. */
static struct str
protect(struct str value, struct arena *arena)
{
	struct buf text = { 0 };
	bool is_plain = value.len > 0 && str_trim(value).len == value.len;

	for (size_t i = 0; i < value.len; i++)
		is_plain &= !strchr("|&()<>=.*?@'", value.ptr[i]);
	if (is_plain)
		return value;
	buf_add_char(&text, '\'');
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '\'')
			buf_add_char(&text, '\'');
		buf_add_char(&text, value.ptr[i]);
	}
	buf_add_char(&text, '\'');
	struct str result = arena_copy(arena, buf_str(&text));
	buf_release(&text);
	return result;
}

/* "1(...)" and "FILTER(...)" are expressions, "0(...)" and "CONST(...)" values. */
static bool
take_condition(struct str *at, struct arena *arena, struct stored_view *view)
{
	struct view_condition condition = { 0 };

	if (!take_name(at, arena, &condition.field))
		return false;
	struct str kind = str_trim(str_cut(*at, '(', at));
	struct str inside;
	if (!take_brackets(at, &inside))
		return false;
	bool is_filter = str_equal(kind, STR("1")) || str_equal_nocase(kind, STR("FILTER"));
	bool is_value = str_equal(kind, STR("0")) || str_equal_nocase(kind, STR("CONST"));
	if (!is_filter && !is_value)
		return false;
	condition.number = condition.field.len > 5 ? number_of(condition.field) : 0;
	condition.expression = arena_copy(arena, is_value ? protect(inside, arena) : inside);
	view->conditions =
		memory_grow(view->conditions, view->count, &view->capacity, sizeof *view->conditions);
	view->conditions[view->count++] = condition;
	return true;
}

static bool
take_conditions(struct str at, struct arena *arena, struct stored_view *view)
{
	for (skip_blanks(&at); at.len > 0; skip_blanks(&at)) {
		if (!take_condition(&at, arena, view))
			return false;
		skip_blanks(&at);
		if (at.len > 0 && !str_take(&at, ','))
			return false;
	}
	return true;
}

bool
stored_view_parse(struct str text, struct arena *arena, struct stored_view *view)
{
	struct str at = text;

	*view = (struct stored_view){ 0 };
	for (skip_blanks(&at); at.len > 0; skip_blanks(&at)) {
		struct str word = str_trim(str_cut(at, '(', &at));
		struct str inside;
		if (word.len == 0 || !take_brackets(&at, &inside))
			return false;
		if (str_equal_nocase(word, STR("WHERE")) && !take_conditions(inside, arena, view))
			return false;
	}
	return true;
}

void
stored_view_release(struct stored_view *view)
{
	free(view->conditions);
	*view = (struct stored_view){ 0 };
}
