/* value_read.c - cells as canonical values (E21, E22) */
#include "model/value.h"
#include "model/value_parts.h"
#include "model/value_plain.h"

static bool
read_number(const struct locale *locale, struct str text, uint64_t largest, struct buf *out)
{
	struct decimal number;

	if (!decimal_read(text, locale->decimal, locale->thousands, &number))
		return false;
	if (largest != 0 && !decimal_is_integer(&number, largest))
		return false;
	decimal_write(&number, out);
	return true;
}

static bool
read_code(struct str text, struct buf *out)
{
	if (plain_is_upper(text))
		buf_add(out, text);
	else
		text_upper(text, out);
	return true;
}

/* Whether the text is one of the words, which are separated by |. */
static bool
is_word(struct str text, const char *words)
{
	struct str rest = str_from(words);

	while (rest.len > 0)
		if (str_equal_nocase(text, str_cut(rest, '|', &rest)))
			return true;
	return false;
}

static bool
read_boolean(const struct locale *locale, struct str text, struct buf *out)
{
	if (str_equal_nocase(text, STR("true")) || str_equal(text, STR("1")) ||
	    is_word(text, locale->yes) || is_word(text, locale->true_words))
		buf_add(out, STR("true"));
	else if (str_equal_nocase(text, STR("false")) || str_equal(text, STR("0")) ||
		 is_word(text, locale->no) || is_word(text, locale->false_words))
		buf_add(out, STR("false"));
	else
		return false;
	return true;
}

bool
guid_read(struct str text, char out[36])
{
	static const char lower[256] = {
		['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6',
		['7'] = '7', ['8'] = '8', ['9'] = '9', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd',
		['e'] = 'e', ['f'] = 'f', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e',
		['F'] = 'f',
	};
	static const unsigned char starts[] = { 0, 9, 14, 19, 24, 37 };
	bool is_hex = true;

	if (text.len == GUID_LENGTH + 2 && text.ptr[0] == '{' && text.ptr[GUID_LENGTH + 1] == '}') {
		text.ptr++;
		text.len -= 2;
	}
	if (text.len != GUID_LENGTH || !guid_has_dashes(text.ptr))
		return false;
	if (guid_is_lower(text.ptr)) {
		memcpy(out, text.ptr, GUID_LENGTH);
		return true;
	}
	out[8] = out[13] = out[18] = out[23] = '-';
	for (size_t part = 0; part + 1 < ARRAY_LEN(starts); part++)
		for (size_t i = starts[part]; i < starts[part + 1] - 1U; i++) {
			out[i] = lower[(unsigned char)text.ptr[i]];
			is_hex &= out[i] != 0;
		}
	return is_hex;
}

static bool
read_guid(struct str text, struct buf *out)
{
	char *guid = buf_reserve(out, GUID_LENGTH);

	if (!guid_read(text, guid))
		return false;
	if (!guid_is_blank(guid))
		out->len += GUID_LENGTH;
	return true;
}

/* Packages write formulas as <30D>; blanks have no meaning in them.  What comes out reads as itself. */
static bool
read_dateformula(struct str text, struct buf *out)
{
	while (text.len >= 2 && text.ptr[0] == '<' && text.ptr[text.len - 1] == '>')
		text = str_trim((struct str){ text.ptr + 1, text.len - 2 });
	while ((text = str_trim(text)).len > 0) {
		size_t len = utf8_length(text);
		len = len ? len : 1;
		text_upper((struct str){ text.ptr, len }, out);
		text.ptr += len;
		text.len -= len;
	}
	return true;
}

bool
value_read(const struct field *field, const struct locale *locale, const struct timezone_rules *zone,
	struct str raw, struct buf *out)
{
	if (field->type == TYPE_TEXT || field->type == TYPE_BLOB) {
		buf_add(out, raw);
		return true;
	}
	raw = value_trim(raw);
	if (field->type == TYPE_OPTION)
		return option_read(field, locale->has_ordinals, raw, out);
	if (raw.len == 0)
		return true;
	switch (field->type) {
	case TYPE_CODE:
		return read_code(raw, out);
	case TYPE_INTEGER:
		return read_number(locale, raw, INT32_MAX, out);
	case TYPE_BIGINTEGER:
		return read_number(locale, raw, INT64_MAX, out);
	case TYPE_DECIMAL:
		return read_number(locale, raw, 0, out);
	case TYPE_BOOLEAN:
		return read_boolean(locale, raw, out);
	case TYPE_DATE:
		return date_read(locale, raw, out);
	case TYPE_TIME:
		return time_read(raw, out);
	case TYPE_DATETIME:
		return datetime_read(locale, zone, raw, out);
	case TYPE_DURATION:
		return read_number(locale, raw, INT64_MAX, out) || duration_read(raw, out);
	case TYPE_DATEFORMULA:
		return read_dateformula(raw, out);
	case TYPE_GUID:
		return read_guid(raw, out);
	default:
		return false;
	}
}
