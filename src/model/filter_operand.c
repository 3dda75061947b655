/* filter_operand.c - the values in a filter expression: quotes, wildcards, types (E45) */
#include "model/filter_tree.h"

#include "model/timezone.h"
#include "model/value.h"

enum { OPTIONS_SHOWN = 12, WRITTEN_SHOWN = 60 };	/* in messages */

bool
filter_fail(struct filter_parser *p, size_t offset, struct str message)
{
	p->error->position = utf8_count((struct str){ p->text.ptr, offset }) + 1;
	p->error->message = message;
	return false;
}

static char
char_at(const struct filter_parser *p, size_t offset)
{
	return offset < p->text.len ? p->text.ptr[offset] : '\0';
}

/* The whole character at p->at; empty at the end. */
static struct str
character(const struct filter_parser *p)
{
	struct str rest = { p->text.ptr + p->at, p->text.len - p->at };

	return (struct str){ rest.ptr, utf8_length(rest) };
}

static bool
is_blank(struct str text)
{
	return str_trim(text).len == 0;
}

void
filter_skip_blanks(struct filter_parser *p)
{
	while (p->at < p->text.len && is_blank(character(p)))
		p->at += character(p).len;
}

size_t
filter_operator_length(const struct filter_parser *p)
{
	if (p->at >= p->text.len)
		return 0;
	char c = p->text.ptr[p->at];
	if (c == '.')
		return char_at(p, p->at + 1) == '.' ? 2 : 0;
	return memchr("|&()<>=", c, 7) ? 1 : 0;
}

struct str
filter_found(struct filter_parser *p)
{
	if (p->at >= p->text.len)
		return STR("the end of the filter");
	size_t len = filter_operator_length(p);
	struct str what = { p->text.ptr + p->at, len ? len : character(p).len };
	return arena_printf(p->arena, "'%.*s'", STR_ARG(what));
}

struct str
filter_fold(struct filter_parser *p, struct str text)
{
	buf_reset(&p->canonical);
	text_fold(text, true, &p->canonical);
	return arena_copy(p->arena, buf_str(&p->canonical));
}

/* What was seen of a value while its characters were gathered in p->raw. */
struct scan {
	size_t start;		/* byte offset of the value */
	size_t kept;		/* length of p->raw without unquoted blanks at the end */
	bool has_wildcard;
	size_t wildcard;	/* byte offset of the first one */
	bool has_plain;		/* characters outside quotes, other than wildcards */
	bool has_idle_quote;	/* quotes around something that needs none */
	size_t idle_quote;
};

/* Whether quotes around this text have a purpose. */
static bool
needs_quotes(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (memchr("|&()<>=*?@'", text.ptr[i], 11))
			return true;
		if (text.ptr[i] == '.' && i + 1 < text.len && text.ptr[i + 1] == '.')
			return true;
	}
	return str_trim(text).len != text.len;
}

/* A part in single quotes; a doubled quote inside it is a quote. */
static bool
scan_quoted(struct filter_parser *p, struct scan *scan)
{
	size_t opening = p->at;
	size_t begin = p->raw.len;

	for (p->at++; p->at < p->text.len; p->at++) {
		char c = p->text.ptr[p->at];
		if (c == '\'') {
			if (char_at(p, p->at + 1) != '\'')
				break;
			p->at++;
		}
		buf_add_char(&p->raw, c);
	}
	if (p->at >= p->text.len)
		return filter_fail(p, opening, STR("this quote is not closed: expected another ' "
			"(a quote inside a value is written twice, as in 'O''Neil')"));
	p->at++;
	scan->kept = p->raw.len;
	/* Before anything is kept there is no place to count from. */
	struct str quoted = STR("");
	if (p->raw.len > begin)
		quoted = (struct str){ p->raw.ptr + begin, p->raw.len - begin };
	if (!scan->has_idle_quote && !needs_quotes(quoted)) {
		scan->has_idle_quote = true;
		scan->idle_quote = opening;
	}
	return true;
}

/* One unquoted character: a wildcard (Code and Text), or part of the value. */
static bool
scan_plain(struct filter_parser *p, struct scan *scan)
{
	struct str c = character(p);
	bool is_wildcard = c.ptr[0] == '*' || c.ptr[0] == '?';

	if (is_wildcard && p->field->type == TYPE_BLOB)
		return filter_fail(p, p->at, STR("wildcards are for Code and Text fields; "
			"put the value in single quotes if this character belongs to it"));
	if (is_wildcard && (p->field->type == TYPE_CODE || p->field->type == TYPE_TEXT)) {
		if (!scan->has_wildcard)
			scan->wildcard = p->at;
		scan->has_wildcard = true;
		buf_add_char(&p->raw, c.ptr[0] == '*' ? FILTER_MANY : FILTER_ONE);
		scan->kept = p->raw.len;
	} else {
		buf_add(&p->raw, c);
		if (!is_blank(c)) {
			scan->has_plain = true;
			scan->kept = p->raw.len;
		}
	}
	p->at += c.len;
	return true;
}

/* Gathers a value up to the next operator in p->raw, wildcards as marks, quotes resolved. */
static bool
scan_value(struct filter_parser *p, struct scan *scan)
{
	buf_reset(&p->raw);
	while (p->at < p->text.len && filter_operator_length(p) == 0) {
		bool is_quote = p->text.ptr[p->at] == '\'';
		if (is_quote && p->at > scan->start && char_at(p, p->at + 1) == '\'') {
			/* Inside an unquoted value, as in O''Neil, two are one. */
			buf_add_char(&p->raw, '\'');
			scan->has_plain = true;
			scan->kept = p->raw.len;
			p->at += 2;
		} else if (!(is_quote ? scan_quoted(p, scan) : scan_plain(p, scan))) {
			return false;
		}
	}
	p->raw.len = scan->kept;
	if (p->at == scan->start) {
		struct str found = filter_found(p);
		return filter_fail(p, p->at, arena_printf(p->arena,
			"expected a value (write '' for blank), found %.*s", STR_ARG(found)));
	}
	/* L'Or d'Afrique must not silently become LOr dAfrique. */
	if (scan->has_plain && scan->has_idle_quote)
		return filter_fail(p, scan->idle_quote, STR("a single quote inside a value: "
			"expected the whole value in single quotes, with this one doubled, as in 'O''Neil'"));
	return true;
}

/* `@` on an Option: a name or caption without case and accents. */
static bool
read_option_folded(struct filter_parser *p, struct str raw)
{
	struct str wanted = filter_fold(p, str_trim(raw));

	for (size_t i = 0; i < p->field->option_count; i++) {
		const struct option *option = &p->field->options[i];
		bool is_it = str_equal(filter_fold(p, str_trim(option->name)), wanted);
		for (size_t j = 0; !is_it && j < option->caption_count; j++)
			is_it = str_equal(filter_fold(p, str_trim(option->captions[j])), wanted);
		buf_reset(&p->canonical);
		if (is_it) {
			buf_add(&p->canonical, option->ordinal);
			return true;
		}
	}
	return false;
}

/* The canonical form of raw in p->canonical; false when it does not fit the field's type. */
static bool
read_typed(struct filter_parser *p, struct str raw, bool folds)
{
	enum type type = p->field->type;

	buf_reset(&p->canonical);
	if (type == TYPE_BOOLEAN && str_equal_nocase(str_trim(raw), STR("yes")))
		raw = STR("true");
	if (type == TYPE_BOOLEAN && str_equal_nocase(str_trim(raw), STR("no")))
		raw = STR("false");
	if (value_read(p->field, p->locale, timezone_utc(), raw, &p->canonical))
		return true;
	if (type == TYPE_DATETIME) {
		/* A date alone is its midnight UTC. */
		struct field date = { .type = TYPE_DATE };
		if (!value_read(&date, p->locale, timezone_utc(), raw, &p->canonical))
			return false;
		if (p->canonical.len > 0)
			buf_add(&p->canonical, STR("T00:00:00Z"));
		return true;
	}
	return type == TYPE_OPTION && folds && read_option_folded(p, raw);
}

/* "one of ' ', Ship, Invoice" */
static struct str
option_names(struct filter_parser *p)
{
	const struct field *field = p->field;

	buf_reset(&p->canonical);
	buf_add(&p->canonical, STR("one of"));
	for (size_t i = 0; i < field->option_count && i < OPTIONS_SHOWN; i++) {
		struct str name = field->options[i].name;
		const char *quote = name.len == 0 || needs_quotes(name) ? "'" : "";
		buf_printf(&p->canonical, "%s %s%.*s%s", i > 0 ? "," : "", quote, STR_ARG(name), quote);
	}
	if (field->option_count > OPTIONS_SHOWN)
		buf_add(&p->canonical, STR(", ..."));
	return arena_copy(p->arena, buf_str(&p->canonical));
}

static struct str
expected_form(struct filter_parser *p)
{
	static const char *const forms[TYPES] = {
		[TYPE_INTEGER] = "a whole number such as 1250",
		[TYPE_BIGINTEGER] = "a whole number such as 1250",
		[TYPE_DECIMAL] = "a number such as 1250.75",
		[TYPE_BOOLEAN] = "true or false",
		[TYPE_DATE] = "a date such as 2026-03-01",
		[TYPE_TIME] = "a time such as 09:30:00",
		[TYPE_DATETIME] = "a time such as 2026-03-01T09:30:00Z, or a date",
		[TYPE_DURATION] = "a duration in milliseconds, such as 60000",
		[TYPE_DATEFORMULA] = "a date formula such as 1M",
		[TYPE_GUID] = "a GUID such as 6ba7b810-9dad-11d1-80b4-00c04fd430c8",
		[TYPE_OPTION] = "the number of an option",
	};

	if (p->field->type == TYPE_OPTION && p->field->option_count > 0)
		return option_names(p);
	const char *form = forms[p->field->type];
	return str_from(form ? form : "text");
}

static bool
fail_type(struct filter_parser *p, const struct scan *scan)
{
	struct str written = str_trim((struct str){ p->text.ptr + scan->start, p->at - scan->start });
	bool has_wildcard = memchr(written.ptr, '*', written.len) || memchr(written.ptr, '?', written.len);
	struct str shown = utf8_cut(written, WRITTEN_SHOWN);
	struct str expected = expected_form(p);

	return filter_fail(p, scan->start, arena_printf(p->arena,
		"%.*s%s does not fit the field's type: expected %.*s%s", STR_ARG(shown),
		shown.len < written.len ? "..." : "", STR_ARG(expected),
		has_wildcard ? " (wildcards are for Code and Text fields)" : ""));
}

static void
add_piece(struct filter_parser *p, struct str piece, bool folds)
{
	if (folds)
		text_fold(piece, true, &p->canonical);
	else if (p->field->type == TYPE_CODE)
		text_upper(piece, &p->canonical);
	else
		buf_add(&p->canonical, piece);
}

/*
 * p->raw as a pattern in p->canonical.  A run of wildcards becomes its ?s, then
 * one *: so what follows a * always begins with a character to search for.
 */
static void
compile_pattern(struct filter_parser *p, bool folds)
{
	struct str raw = buf_str(&p->raw);
	bool many = false;

	buf_reset(&p->canonical);
	for (size_t i = 0; i < raw.len;) {
		size_t begin = i;
		while (i < raw.len && raw.ptr[i] != FILTER_MANY && raw.ptr[i] != FILTER_ONE)
			i++;
		if (i > begin) {
			if (many)
				buf_add_char(&p->canonical, FILTER_MANY);
			many = false;
			add_piece(p, (struct str){ raw.ptr + begin, i - begin }, folds);
		} else {
			if (raw.ptr[i] == FILTER_ONE)
				buf_add_char(&p->canonical, FILTER_ONE);
			else
				many = true;
			i++;
		}
	}
	if (many)
		buf_add_char(&p->canonical, FILTER_MANY);
}

bool
filter_read_operand(struct filter_parser *p, struct filter_operand *operand)
{
	enum type type = p->field->type;
	struct scan scan = { 0 };

	*operand = (struct filter_operand){ 0 };
	filter_skip_blanks(p);
	bool has_at = char_at(p, p->at) == '@';
	if (has_at) {
		p->at++;
		filter_skip_blanks(p);
	}
	scan.start = p->at;
	if (!scan_value(p, &scan))
		return false;
	operand->folds = has_at && (type == TYPE_CODE || type == TYPE_TEXT || type == TYPE_BLOB);
	operand->is_pattern = scan.has_wildcard;
	operand->wildcard = scan.wildcard;
	if (scan.has_wildcard)
		compile_pattern(p, operand->folds);
	else if (!read_typed(p, buf_str(&p->raw), has_at))
		return fail_type(p, &scan);
	operand->text = arena_copy(p->arena, value_comparable(type, buf_str(&p->canonical)));
	return true;
}
