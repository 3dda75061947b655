/* report_value.c - words, numbers and values in report.html (6.4) */
#include "sync/report/report_parts.h"
#include "sync/transfer.h"

/* Characters of a value that is too long to be shown whole: of its text, and around what differs. */
enum { SHOWN_CHARACTERS = 400, SHOWN_AROUND = 60 };

void
report_add_text(struct report *r, enum text text)
{
	html_add(&r->out, str_from(report_text(r->language, text)));
}

void
report_add_str(struct report *r, struct str text)
{
	html_add(&r->out, text);
}

/* 1,234,567; in Dutch 1.234.567. */
void
report_add_number(struct report *r, uint64_t number)
{
	char digits[32];
	unsigned count = 0;

	do {
		digits[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	while (count-- > 0) {
		buf_add_char(&r->out, digits[count]);
		if (count > 0 && count % 3 == 0)
			buf_add_char(&r->out, r->language == DUTCH ? '.' : ',');
	}
}

void
report_add_counted(struct report *r, enum text text, uint64_t number, uint64_t second)
{
	struct str rest = str_from(report_text(r->language, text));

	while (rest.len > 0) {
		size_t plain = 0;
		while (plain < rest.len && rest.ptr[plain] != '#' && rest.ptr[plain] != '%')
			plain++;
		html_add(&r->out, (struct str){ rest.ptr, plain });
		rest = (struct str){ rest.ptr + plain, rest.len - plain };
		if (str_take(&rest, '#'))
			report_add_number(r, number);
		else if (str_take(&rest, '%'))
			report_add_number(r, second);
	}
}

static void
add_token(struct report *r, struct str secret)
{
	report_add(r, "<i class=\"m\">");
	mask_add(&r->mask, secret, &r->out);
	report_add(r, "</i>");
}

void
report_add_datum(struct report *r, struct str datum)
{
	if (r->mask.is_on) {
		add_token(r, datum);
		return;
	}
	report_add(r, "<bdi>");
	html_add(&r->out, datum);
	report_add(r, "</bdi>");
}

struct shown
shown_of(struct report *r, const struct table_def *table, const struct field *field, struct cell cell,
	struct buf *scratch)
{
	const struct value_style *style = &r->styles[table->number];
	struct shown shown = { .secret = cell_str(cell), .is_awaited = cell_is_awaited(cell) };

	if (field->type == TYPE_OPTION && !cell.is_bad)
		shown.text = shown_value(field, cell);
	else
		shown.text = value_style_text(style, field, cell_str(cell), cell.is_bad, scratch);
	if (field->type == TYPE_OPTION && str_trim(shown.text).len == 0)
		shown.text = STR("");
	shown.is_masked = shown.text.len > 0
	    && (mask_covers(&r->mask, field) || (r->mask.is_on && cell.is_bad));
	return shown;
}

/* The last `count` characters. */
static struct str
last_characters(struct str text, size_t count)
{
	size_t begin = text.len;

	while (begin > 0 && count > 0) {
		begin--;
		if (((unsigned char)text.ptr[begin] & 0xc0) != 0x80)
			count--;
	}
	return (struct str){ text.ptr + begin, text.len - begin };
}

/* A piece of a value, of which at most so many characters are shown, at its end or its beginning. */
static void
add_piece(struct report *r, struct str whole, size_t from, size_t to, size_t limit, bool shows_end)
{
	struct str piece = { whole.ptr + from, to - from };
	struct str shown = piece.len <= limit ? piece
	    : shows_end			      ? last_characters(piece, limit)
					      : utf8_cut(piece, limit);
	bool is_begin = shown.ptr == whole.ptr;
	bool is_end = shown.ptr + shown.len == whole.ptr + whole.len;

	if (shows_end && shown.len < piece.len)
		report_add(r, "…");
	html_add_value(&r->out, shown, is_begin, is_end);
	if (!shows_end && shown.len < piece.len)
		report_add(r, "…");
}

/* Says how long a value is that is not shown whole. */
static void
add_length(struct report *r, struct str text)
{
	if (text.len <= SHOWN_CHARACTERS)
		return;
	report_add(r, " <small>");
	report_add_counted(r, TEXT_CHARACTERS, utf8_count(text), 0);
	report_add(r, "</small>");
}

/* What is no text to be shown: blank, set last, masked. */
static bool
add_special(struct report *r, struct shown value)
{
	if (value.is_awaited || value.text.len == 0) {
		report_add(r, "<i class=\"b\">");
		report_add_text(r, value.is_awaited ? TEXT_AWAITED : TEXT_BLANK);
		report_add(r, "</i>");
		return true;
	}
	if (value.is_masked)
		add_token(r, value.secret);
	return value.is_masked;
}

void
report_add_value(struct report *r, struct shown value)
{
	if (add_special(r, value))
		return;
	report_add(r, "<bdi>");
	add_piece(r, value.text, 0, value.text.len, SHOWN_CHARACTERS, false);
	report_add(r, "</bdi>");
	add_length(r, value.text);
}

static void
add_tag(struct report *r, const char *opening, const char *tag)
{
	report_add(r, opening);
	report_add(r, tag);
	report_add(r, ">");
}

void
report_add_marked(struct report *r, const struct shown values[2], unsigned which, const char *tag)
{
	struct shown value = values[which];
	bool is_comparable = !values[0].is_masked && !values[1].is_masked && !values[0].is_awaited
	    && !values[1].is_awaited;

	if (!is_comparable || value.text.len == 0) {
		report_add_value(r, value);
		return;
	}
	struct difference d = difference_find(values[0].text, values[1].text);
	struct str text = value.text;
	bool is_long = text.len > SHOWN_CHARACTERS;
	size_t around = is_long ? SHOWN_AROUND : text.len;
	report_add(r, "<bdi>");
	add_piece(r, text, 0, d.begin, around, true);
	if (d.end[which] > d.begin) {
		add_tag(r, "<", tag);
		add_piece(r, text, d.begin, d.end[which], SHOWN_CHARACTERS, false);
		add_tag(r, "</", tag);
	}
	add_piece(r, text, d.end[which], text.len, around, false);
	report_add(r, "</bdi>");
	add_length(r, text);
}
