/* csv_fault.c - what is wrong with a CSV record, said to a person */
#include "io/csv_fault.h"

#include "io/decode.h"
#include "io/reader.h"

/* A piece shows at most PIECE bytes, BEFORE of them before the fault; a header as many. */
enum { PIECE = 40, BEFORE = 20 };

static void
add_escaped(struct buf *out, unsigned char byte)
{
	if (byte == '\n')
		buf_add(out, STR("\\n"));
	else if (byte == '\r')
		buf_add(out, STR("\\r"));
	else if (byte == '\t')
		buf_add(out, STR("\\t"));
	else
		buf_printf(out, "\\x%02x", byte);
}

/* Whether a well-formed character is a control character: U+0000 to 1F, 7F to 9F. */
static bool
is_control(struct str s)
{
	unsigned char first = (unsigned char)s.ptr[0];

	return first < ' ' || first == 0x7f || (first == 0xc2 && (unsigned char)s.ptr[1] < 0xa0);
}

static bool
is_inner_byte(struct str text, size_t at)
{
	return at < text.len && ((unsigned char)text.ptr[at] & 0xc0) == 0x80;
}

/* Text for a terminal: control characters and bytes that are not UTF-8 are shown as escapes. */
static void
add_shown(struct buf *out, struct str text)
{
	size_t i = 0;

	while (i < text.len) {
		struct str rest = { text.ptr + i, text.len - i };
		unsigned char byte = (unsigned char)*rest.ptr;
		size_t len = utf8_length(rest);
		if (decode_marked_byte(rest, &byte)) {
			add_escaped(out, byte);
			i += 3;
			continue;
		}
		if (len == 0 || is_control(rest)) {
			len = len ? len : 1;
			for (size_t k = 0; k < len; k++)
				add_escaped(out, (unsigned char)rest.ptr[k]);
		} else {
			buf_add(out, (struct str){ rest.ptr, len });
		}
		i += len;
	}
}

/* Moves a place back to where a character begins. */
static size_t
character_begin(struct str text, size_t at)
{
	for (unsigned n = 0; n < 3 && at > 0 && is_inner_byte(text, at); n++)
		at--;
	return at;
}

static void
add_piece(struct buf *out, struct str text, size_t at)
{
	size_t begin = at > BEFORE ? character_begin(text, at - BEFORE) : 0;
	size_t end = text.len - begin > PIECE ? character_begin(text, begin + PIECE) : text.len;

	buf_add(out, begin > 0 ? STR(" \"...") : STR(" \""));
	add_shown(out, (struct str){ text.ptr + begin, end - begin });
	buf_add(out, end < text.len ? STR("...\"") : STR("\""));
}

static void
add_what(struct buf *out, const struct csv_fault *fault)
{
	switch (fault->kind) {
	case FAULT_TOO_FEW:
		buf_printf(out, "no value, the record has %u of %u values", fault->found, fault->expected);
		break;
	case FAULT_TOO_MANY:
		buf_printf(out, "the record has %u values, the header only %u", fault->found,
			fault->expected);
		break;
	case FAULT_TOO_MANY_COLUMNS:
		buf_printf(out, "the header has %u columns, %u are the limit", fault->found, fault->expected);
		break;
	case FAULT_STRAY_QUOTE:
		buf_add(out, STR("quote within a value that does not begin with one"));
		break;
	case FAULT_TEXT_AFTER_QUOTE:
		buf_add(out, STR("text after the closing quote"));
		break;
	case FAULT_OPEN_QUOTE:
		buf_add(out, STR("quote that is never closed"));
		break;
	case FAULT_NUL:
		buf_add(out, STR("NUL byte"));
		break;
	case FAULT_NOT_UTF8:
		buf_printf(out, "bytes that are not %s", fault->encoding ? fault->encoding : "UTF-8");
		break;
	case FAULT_TOO_LONG:
		buf_add(out, STR("value or record too long to be held"));
		break;
	}
}

static const char *
advice_of(const struct csv_fault *fault)
{
	switch (fault->kind) {
	case FAULT_TOO_FEW:
		return "complete the record, or quote a line break that belongs to a value";
	case FAULT_TOO_MANY:
		return "quote values that hold the delimiter";
	case FAULT_TOO_MANY_COLUMNS:
		return "export fewer columns";
	case FAULT_STRAY_QUOTE:
		return "quote the whole value and double the quotes in it";
	case FAULT_TEXT_AFTER_QUOTE:
		return "double the quotes that belong to the value";
	case FAULT_OPEN_QUOTE:
		return "close it, or double it if it belongs to the value";
	case FAULT_NUL:
		if (fault->is_own)
			return "take it out, or restore the file";
		return "declare encoding=\"UTF-16LE\" if the file is UTF-16, else export it again";
	case FAULT_NOT_UTF8:
		if (fault->is_own)
			return "save the file as UTF-8, or restore it";
		return fault->encoding ? "declare the encoding in which the file was written" :
			"declare the file's encoding, such as windows-1252";
	case FAULT_TOO_LONG:
		return "values of 1 GiB are not read; look for a quote that is not closed";
	}
	return "";
}

void
csv_fault_write(const struct csv_fault *fault, struct buf *out)
{
	buf_printf(out, "column %u", fault->column);
	if (fault->header.len) {
		struct str shown = { fault->header.ptr, fault->header.len };
		if (shown.len > PIECE)
			shown.len = character_begin(shown, PIECE);
		buf_add(out, STR(" \""));
		add_shown(out, shown);
		buf_add(out, STR("\""));
	}
	buf_add(out, STR(": "));
	add_what(out, fault);
	add_piece(out, fault->text, fault->at);
	buf_printf(out, "; %s", advice_of(fault));
	if (fault->line != fault->record_line)
		buf_printf(out, " (the record begins on line %llu)", (unsigned long long)fault->record_line);
}
