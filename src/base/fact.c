/* fact.c - what a command tells, once for people and programs */
#include "base/fact.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/json.h"

enum { INDENT = 2, GAP = 2 };

void
fact_attach(struct fact *parent, struct fact *fact)
{
	if (parent->last)
		parent->last->next = fact;
	else
		parent->first = fact;
	parent->last = fact;
}

struct fact *
fact_add(struct arena *arena, struct fact *parent, enum fact_kind kind, const char *key)
{
	struct fact *fact = arena_new(arena, struct fact);

	*fact = (struct fact){ .kind = kind, .key = key };
	if (parent)
		fact_attach(parent, fact);
	return fact;
}

struct fact *
fact_text(struct arena *arena, struct fact *parent, const char *key, struct str text)
{
	struct fact *fact = fact_add(arena, parent, FACT_TEXT, key);

	fact->text = arena_copy(arena, text);
	return fact;
}

void
fact_flag(struct arena *arena, struct fact *parent, const char *key, bool value)
{
	fact_add(arena, parent, FACT_WORD, key)->text = value ? STR("true") : STR("false");
}

void
fact_show(struct arena *arena, struct fact *fact, const char *label, const char *format, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	va_start(args, format);
	vsnprintf(buf_reserve(&text, (size_t)len + 1), (size_t)len + 1, format, args);
	va_end(args);
	text.len = (size_t)len;
	fact->label = arena_copy(arena, str_from(label));
	fact->line = arena_copy(arena, buf_str(&text));
	buf_release(&text);
}

void
fact_hide(struct fact *fact)
{
	fact->label = (struct str){ NULL, 0 };
	for (struct fact *child = fact->first; child; child = child->next)
		fact_hide(child);
}

void
fact_write_json(const struct fact *fact, struct buf *out)
{
	bool is_list = fact->kind == FACT_LIST;

	if (fact->kind == FACT_TEXT) {
		json_add_string(out, fact->text);
		return;
	}
	if (fact->kind == FACT_WORD) {
		buf_add(out, fact->text);
		return;
	}
	buf_add_char(out, is_list ? '[' : '{');
	for (const struct fact *child = fact->first; child; child = child->next) {
		if (child != fact->first)
			buf_add_char(out, ',');
		if (!is_list) {
			json_add_string(out, str_from(child->key));
			buf_add_char(out, ':');
		}
		fact_write_json(child, out);
	}
	buf_add_char(out, is_list ? ']' : '}');
}

/* The widest label among the lines of one indentation: those of unlabelled children count as the parent's. */
static size_t
find_width(const struct fact *fact)
{
	size_t width = 0;

	for (const struct fact *child = fact->first; child; child = child->next) {
		size_t own = child->label.ptr ? child->line.len ? utf8_count(child->label) : 0
					      : find_width(child);
		width = own > width ? own : width;
	}
	return width;
}

static bool
has_lines(const struct fact *fact)
{
	for (const struct fact *child = fact->first; child; child = child->next)
		if (child->label.ptr || has_lines(child))
			return true;
	return false;
}

static void
add_blanks(struct buf *out, size_t count)
{
	memset(buf_reserve(out, count), ' ', count);
	out->len += count;
}

/* What controls a terminal, or would break the line, is a blank. */
static void
add_line_text(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		buf_add_char(out, (unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 127 ? ' ' : text.ptr[i]);
}

/* An empty line parts a section, a fact with lines of its own, from what comes before and behind it. */
static void
write_lines(const struct fact *fact, size_t indent, size_t width, bool *was_section, struct buf *out)
{
	for (const struct fact *child = fact->first; child; child = child->next) {
		bool is_below = false;
		if (!child->label.ptr) {
			write_lines(child, indent, width, was_section, out);
			continue;
		}
		bool is_section = indent == 0 && has_lines(child);
		if ((is_section || *was_section) && out->len != 0)
			buf_add_char(out, '\n');
		*was_section = is_section;
		add_blanks(out, indent);
		add_line_text(out, child->label);
		if (child->line.len != 0) {
			add_blanks(out, width - utf8_count(child->label) + GAP);
			add_line_text(out, child->line);
		}
		buf_add_char(out, '\n');
		write_lines(child, indent + INDENT, find_width(child), &is_below, out);
	}
}

void
fact_write_lines(const struct fact *fact, struct buf *out)
{
	bool was_section = false;

	write_lines(fact, 0, find_width(fact), &was_section, out);
}
