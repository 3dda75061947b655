/* diag.c - what stops a run */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void
add_line(struct diag *d, struct str text, bool is_notice)
{
	d->lines = memory_grow(d->lines, d->count, &d->capacity, sizeof *d->lines);
	d->lines[d->count++] = (struct diag_line){ text, is_notice };
}

__attribute__((format(printf, 2, 0))) static struct str
format_text(struct arena *arena, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	char *text = arena_bytes(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, args);
	return (struct str){ text, (size_t)len };
}

bool
diag_add(struct diag *d, enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_line(d, format_text(&d->arena, format, args), false);
	va_end(args);
	if (status > d->status)
		d->status = status;
	return false;
}

void
diag_notice(struct diag *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_line(d, format_text(&d->arena, format, args), true);
	va_end(args);
}

void
diag_join(struct diag *to, struct diag *from)
{
	for (size_t i = 0; i < from->count; i++)
		add_line(to, arena_copy(&to->arena, from->lines[i].text), from->lines[i].is_notice);
	if (from->status > to->status)
		to->status = from->status;
	diag_release(from);
}

/* Whether a message begins with a place, `file:line: `, which says enough about where it comes from (1.4). */
static bool
begins_with_place(struct str text)
{
	struct str rest;
	struct str file = str_cut(text, ':', &rest);
	uint64_t line;

	return file.len != 0 && file.ptr[0] != '-' && str_to_u64(str_cut(rest, ':', &rest), &line) &&
		str_starts(rest, STR(" "));
}

void
diag_print(const struct diag *d, size_t max_errors, bool quiet)
{
	size_t errors = 0;

	for (size_t i = 0; i < d->count; i++) {
		const struct diag_line *line = &d->lines[i];
		if (line->is_notice) {
			if (!quiet)
				fprintf(stderr, "couplet: notice: %.*s\n", (int)line->text.len,
					line->text.ptr);
		} else if (errors++ < max_errors) {
			fprintf(stderr, "%s%.*s\n", begins_with_place(line->text) ? "" : "couplet: ",
				(int)line->text.len, line->text.ptr);
		}
	}
	if (errors > max_errors)
		fprintf(stderr, "couplet: and %zu more; see --max-errors\n", errors - max_errors);
}

void
diag_release(struct diag *d)
{
	free(d->lines);
	arena_release(&d->arena);
	*d = (struct diag){ 0 };
}
