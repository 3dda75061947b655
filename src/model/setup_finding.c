/* setup_finding.c - findings while a setup is loaded, and suggestions of near names */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/setup_load.h"
#include "model/value.h"

/* Values of the document may hold line ends; a finding is one line. */
static void
make_one_line(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ')
			text[i] = ' ';
}

__attribute__((format(printf, 4, 0))) static void
add_finding(struct load *load, unsigned line, struct str place, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	char *text = arena_bytes(&load->setup->arena, place.len + (size_t)len + 1);
	if (place.len)
		memcpy(text, place.ptr, place.len);
	vsnprintf(text + place.len, (size_t)len + 1, format, args);
	make_one_line(text, place.len + (size_t)len);
	load->findings = memory_grow(
		load->findings, load->finding_count, &load->finding_capacity, sizeof *load->findings);
	load->findings[load->finding_count++] = (struct finding){ line, { text, place.len + (size_t)len } };
}

void
load_error(struct load *load, unsigned line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_finding(load, line, (struct str){ NULL, 0 }, format, args);
	va_end(args);
}

void
load_fail(struct load *load, unsigned line, const char *what, int error)
{
	load_error(load, line, "%s: %s; see to what the system lacks, then run again", what, strerror(error));
	load->has_failed = true;
}

struct str
mapping_place(struct load *load, const struct mapping *mapping)
{
	return arena_printf(&load->setup->arena, "%smapping %.*s",
		mapping->is_option_mapping ? "option " : "", STR_ARG(str_trim(mapping->name)));
}

struct str
field_mapping_name(const struct field_mapping *field)
{
	const struct field *named = field->fields[ERP] ? field->fields[ERP] : field->fields[CRM];

	return named ? named->name : (struct str){ NULL, 0 };
}

void
mapping_error(struct load *load, const struct mapping *mapping, unsigned line, const char *format, ...)
{
	struct str name = mapping_place(load, mapping);
	va_list args;

	va_start(args, format);
	add_finding(load, line, arena_printf(&load->setup->arena, "%.*s: ", STR_ARG(name)), format, args);
	va_end(args);
}

void
field_error(struct load *load, const struct mapping *mapping, const struct field_mapping *field,
	const char *format, ...)
{
	struct str name = mapping_place(load, mapping);
	struct str place = arena_printf(&load->setup->arena, "%.*s: field \"%.*s\": ", STR_ARG(name),
		STR_ARG(field_mapping_name(field)));
	va_list args;

	va_start(args, format);
	add_finding(load, field->line, place, format, args);
	va_end(args);
}

/* By line, then as found: the array's order, as qsort() is not stable. */
static int
compare_findings(const void *left, const void *right)
{
	const struct finding *a = *(const struct finding *const *)left;
	const struct finding *b = *(const struct finding *const *)right;

	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a > b) - (a < b);
}

static void
print_finding(const struct load *load, const struct finding *finding, struct diag *diag)
{
	enum status status = load->has_failed ? STATUS_IO : STATUS_INVALID;
	struct str path = load->setup->path;

	if (finding->line == 0)
		diag_add(diag, status, "%.*s: %.*s", STR_ARG(path), STR_ARG(finding->text));
	else
		diag_add(diag, status, "%.*s:%u: %.*s", STR_ARG(path), finding->line, STR_ARG(finding->text));
}

bool
load_finish(struct load *load, struct diag *diag)
{
	size_t count = load->finding_count;
	const struct finding **sorted = memory_new(count, sizeof *sorted);

	for (size_t i = 0; i < count; i++)
		sorted[i] = &load->findings[i];
	qsort(sorted, count, sizeof *sorted, compare_findings);
	for (size_t i = 0; i < count; i++) {
		/* One thing may be found twice, such as a name that two field mappings share. */
		if (i > 0 && sorted[i]->line == sorted[i - 1]->line &&
			str_equal(sorted[i]->text, sorted[i - 1]->text))
			continue;
		print_finding(load, sorted[i], diag);
	}
	free(sorted);
	free(load->findings);
	load->findings = NULL;
	load->finding_count = load->finding_capacity = 0;
	return count == 0;
}

void
nearest_offer(struct nearest *nearest, struct str candidate)
{
	unsigned distance = str_distance(nearest->wanted, candidate);

	if (!nearest->best.ptr || distance < nearest->distance) {
		nearest->best = candidate;
		nearest->distance = distance;
	}
}

struct str
nearest_text(struct arena *arena, const struct nearest *nearest)
{
	size_t len = nearest->wanted.len > nearest->best.len ? nearest->wanted.len : nearest->best.len;

	/* About a third of the characters may differ: more is another word. */
	if (!nearest->best.ptr || nearest->distance > 8 || nearest->distance * 3 > len + 2 ||
		nearest->distance >= nearest->wanted.len)
		return (struct str){ "", 0 };
	return arena_printf(arena, " (did you mean \"%.*s\"?)", STR_ARG(nearest->best));
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	return true;
}

bool
name_equal(struct str a, struct str b)
{
	a = str_trim(a);
	b = str_trim(b);
	if (str_equal_nocase(a, b))
		return true;
	if (is_ascii(a) || is_ascii(b))
		return false;
	struct buf folded_a = { 0 };
	struct buf folded_b = { 0 };
	text_fold(a, false, &folded_a);
	text_fold(b, false, &folded_b);
	bool equal = str_equal(buf_str(&folded_a), buf_str(&folded_b));
	buf_release(&folded_a);
	buf_release(&folded_b);
	return equal;
}
