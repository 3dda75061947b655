/*
 * rule_regex.c - regular expressions of rules, by PCRE2 (E46, R84)
 *
 * Matched without case, with Unicode's letters and digits, as Business Central
 * does.  Limits of steps, depth and memory end a pattern that would run for
 * ever: its value fails.  A pattern is interpreted and not compiled to machine
 * code, as only then all three limits hold, everywhere alike; it takes a few
 * hundred nanoseconds a value.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "model/rule_parts.h"

#include <pcre2.h>
#include <stdlib.h>

enum { MATCH_LIMIT = 1000000, DEPTH_LIMIT = 100000, HEAP_LIMIT_KIB = 65536 };

/* A piece of a replacement: text, or what a match gives. */
enum piece_kind { PIECE_TEXT, PIECE_GROUP, PIECE_BEFORE, PIECE_AFTER, PIECE_ALL };

struct piece {
	enum piece_kind kind;
	struct str text;
	uint32_t group;
};

/* Where PCRE2's memory comes from: the arena while compiling, the heap (NULL) while matching. */
struct regex_memory {
	struct arena *arena;
};

/* Const after compilation; its contexts are only read while matching. */
struct regex {
	pcre2_code *code;
	pcre2_general_context *memory;	/* of match data */
	pcre2_match_context *limits;
	uint32_t groups;
	struct piece *pieces;
	size_t piece_count;
};

static void *
take_memory(PCRE2_SIZE size, void *context)
{
	const struct regex_memory *memory = context;

	return memory->arena ? arena_alloc(memory->arena, size) : memory_resize(NULL, size, 1);
}

static void
give_memory(void *place, void *context)
{
	const struct regex_memory *memory = context;

	if (!memory->arena)
		free(place);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number of a group given by number or name, or UINT32_MAX when the pattern has none such. */
static uint32_t
find_group(const struct regex *regex, struct str name)
{
	uint64_t number;
	char text[64];

	if (str_to_u64(name, &number))
		return number <= regex->groups ? (uint32_t)number : UINT32_MAX;
	if (name.len == 0 || name.len >= sizeof text)
		return UINT32_MAX;
	memcpy(text, name.ptr, name.len);
	text[name.len] = 0;
	int found = pcre2_substring_number_from_name(regex->code, (PCRE2_SPTR)text);
	return found > 0 ? (uint32_t)found : UINT32_MAX;
}

/* Takes `12` or `{name}` off the text behind a dollar; empty when there is no such form. */
static struct str
take_group_name(struct str *rest)
{
	struct str name = { rest->ptr, 0 };
	size_t used;

	if (rest->len > 0 && *rest->ptr == '{') {
		const char *end = memchr(rest->ptr, '}', rest->len);
		name = (struct str){ rest->ptr + 1, end ? (size_t)(end - rest->ptr) - 1 : 0 };
		used = name.len + 2;
	} else {
		while (name.len < rest->len && is_digit(rest->ptr[name.len]))
			name.len++;
		used = name.len;
	}
	if (name.len > 0)
		*rest = (struct str){ rest->ptr + used, rest->len - used };
	return name;
}

/* .NET's substitutions: $1 ${name} $$ $& $` $' $+ $_; what names no group stays as it is. */
static struct piece
take_substitution(const struct regex *regex, struct str *rest)
{
	struct str before = *rest;
	struct str name = take_group_name(rest);
	uint32_t group = name.len > 0 ? find_group(regex, name) : UINT32_MAX;

	if (group != UINT32_MAX)
		return (struct piece){ .kind = PIECE_GROUP, .group = group };
	*rest = before;
	if (name.len == 0 && rest->len > 0) {
		char sign = *rest->ptr++;
		rest->len--;
		switch (sign) {
		case '$':
			return (struct piece){ .kind = PIECE_TEXT, .text = STR("$") };
		case '&':
			return (struct piece){ .kind = PIECE_GROUP, .group = 0 };
		case '`':
			return (struct piece){ .kind = PIECE_BEFORE };
		case '\'':
			return (struct piece){ .kind = PIECE_AFTER };
		case '+':
			return (struct piece){ .kind = PIECE_GROUP, .group = regex->groups };
		case '_':
			return (struct piece){ .kind = PIECE_ALL };
		default:
			*rest = before;
		}
	}
	return (struct piece){ .kind = PIECE_TEXT, .text = STR("$") };
}

static void
compile_replacement(struct arena *arena, struct regex *regex, struct str replace)
{
	regex->pieces = arena_array(arena, struct piece, 2 * replace.len + 1);
	while (replace.len > 0) {
		const char *dollar = memchr(replace.ptr, '$', replace.len);
		size_t plain = dollar ? (size_t)(dollar - replace.ptr) : replace.len;
		if (plain > 0)
			regex->pieces[regex->piece_count++] =
				(struct piece){ .kind = PIECE_TEXT, .text = { replace.ptr, plain } };
		replace = (struct str){ replace.ptr + plain, replace.len - plain };
		if (replace.len > 0) {
			replace = (struct str){ replace.ptr + 1, replace.len - 1 };
			regex->pieces[regex->piece_count++] = take_substitution(regex, &replace);
		}
	}
}

/* All that PCRE2 keeps of it lies in the arena, so that nothing needs to be freed. */
static pcre2_code *
compile_pattern(struct arena *arena, pcre2_general_context *memory, struct str pattern, struct str *why)
{
	const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C;
	pcre2_compile_context *context = pcre2_compile_context_create(memory);
	int error = 0;
	PCRE2_SIZE offset = 0;
	PCRE2_UCHAR message[256] = { 0 };

	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	pcre2_code *code = pcre2_compile(
		(PCRE2_SPTR)pattern.ptr, pattern.len, options, &error, &offset, context);
	if (code)
		return code;
	pcre2_get_error_message(error, message, sizeof message);
	size_t place = utf8_count((struct str){ pattern.ptr, offset < pattern.len ? offset : pattern.len });
	*why = arena_printf(arena, "find \"%.*s\": position %zu: %s", STR_ARG(pattern), place + 1,
		(const char *)message);
	return NULL;
}

const struct regex *
regex_compile(struct arena *arena, struct str pattern, struct str replace, bool wants_groups, struct str *why)
{
	struct regex *regex = arena_new(arena, struct regex);
	struct regex_memory *heap = arena_new(arena, struct regex_memory);
	struct regex_memory own = { arena };
	pcre2_general_context *memory = pcre2_general_context_create(take_memory, give_memory, &own);

	regex->code = compile_pattern(arena, memory, pattern, why);
	if (!regex->code)
		return NULL;
	pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &regex->groups);
	if (wants_groups && regex->groups == 0) {
		*why = arena_printf(arena,
			"find \"%.*s\" has no group in parentheses, so that nothing would be left; write "
			"(%.*s)",
			STR_ARG(pattern), STR_ARG(pattern));
		return NULL;
	}
	heap->arena = arena;
	regex->memory = pcre2_general_context_create(take_memory, give_memory, heap);
	regex->limits = pcre2_match_context_create(regex->memory);
	heap->arena = NULL;
	pcre2_set_match_limit(regex->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(regex->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(regex->limits, HEAP_LIMIT_KIB);
	compile_replacement(arena, regex, replace);
	return regex;
}

/* One walk over the matches of a value, from left to right. */
struct matching {
	const struct regex *regex;
	struct str value;
	pcre2_match_data *data;
	const PCRE2_SIZE *places;	/* begin and end of the whole match and of each group */
	size_t at;			/* where the next match may begin; SIZE_MAX = there is none */
	const char *why;
};

static struct matching
matching_begin(const struct regex *regex, struct str value)
{
	return (struct matching){ .regex = regex,
		.value = value,
		.data = pcre2_match_data_create(regex->groups + 1, regex->memory) };
}

/* Behind an empty match the next one begins a character on, as in .NET. */
static size_t
place_after(const struct matching *m, size_t begin, size_t end)
{
	if (end > begin)
		return end;
	if (end == m->value.len)
		return SIZE_MAX;
	size_t step = utf8_length((struct str){ m->value.ptr + end, m->value.len - end });
	return end + (step ? step : 1);
}

static bool
matching_next(struct matching *m)
{
	if (m->at == SIZE_MAX)
		return false;
	int count = pcre2_match(m->regex->code, (PCRE2_SPTR)m->value.ptr, m->value.len, m->at,
		PCRE2_NO_UTF_CHECK, m->data, m->regex->limits);
	if (count <= 0) {
		if (count != PCRE2_ERROR_NOMATCH)
			m->why = "would take the pattern too long";
		return false;
	}
	m->places = pcre2_get_ovector_pointer(m->data);
	if (m->places[0] > m->places[1]) {
		m->why = "is matched backwards by the pattern";
		return false;
	}
	m->at = place_after(m, m->places[0], m->places[1]);
	return true;
}

static bool
matching_end(struct matching *m, const char **why)
{
	pcre2_match_data_free(m->data);
	*why = m->why;
	return !m->why;
}

/* A group that took no part in the match is empty. */
static void
add_group(const struct matching *m, uint32_t group, struct buf *out)
{
	PCRE2_SIZE begin = m->places[2 * group];
	PCRE2_SIZE end = m->places[2 * group + 1];

	if (begin != PCRE2_UNSET && begin < end)
		buf_add(out, (struct str){ m->value.ptr + begin, end - begin });
}

static void
add_pieces(const struct matching *m, struct buf *out)
{
	for (size_t i = 0; i < m->regex->piece_count; i++) {
		const struct piece *piece = &m->regex->pieces[i];
		switch (piece->kind) {
		case PIECE_TEXT:
			buf_add(out, piece->text);
			break;
		case PIECE_GROUP:
			add_group(m, piece->group, out);
			break;
		case PIECE_BEFORE:
			buf_add(out, (struct str){ m->value.ptr, m->places[0] });
			break;
		case PIECE_AFTER:
			buf_add(out, (struct str){ m->value.ptr + m->places[1],
				m->value.len - m->places[1] });
			break;
		case PIECE_ALL:
			buf_add(out, m->value);
			break;
		}
	}
}

bool
regex_replace(const struct regex *regex, struct str value, struct buf *out, const char **why)
{
	struct matching m = matching_begin(regex, value);
	size_t done = 0;

	while (matching_next(&m)) {
		/* A match may begin within the one before where \K moved its beginning. */
		if (m.places[0] < done)
			continue;
		buf_add(out, (struct str){ m.value.ptr + done, m.places[0] - done });
		add_pieces(&m, out);
		done = m.places[1];
		if (out->len > RULE_LARGEST) {
			m.why = rule_too_large;
			break;
		}
	}
	buf_add(out, (struct str){ m.value.ptr + done, m.value.len - done });
	return matching_end(&m, why);
}

bool
regex_captures(const struct regex *regex, struct str value, struct buf *out, const char **why)
{
	struct matching m = matching_begin(regex, value);

	while (matching_next(&m))
		for (uint32_t group = 1; group <= regex->groups; group++)
			add_group(&m, group, out);
	return matching_end(&m, why);
}
