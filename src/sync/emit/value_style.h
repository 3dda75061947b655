/*
 * value_style.h - values as files hold them, in a format and a locale (2.1, 6.5)
 */
#ifndef SYNC_VALUE_STYLE_H
#define SYNC_VALUE_STYLE_H

#include "base/buf.h"
#include "io/csv_write.h"
#include "model/setup.h"
#include "model/table.h"

struct import_format;

struct value_style {
	const struct import_format *format;
	const struct locale *locale;
	const struct timezone_rules *zone;
	bool options_as_ordinal;
	char delimiter;
};

/* That of the import files of a table, and that of another format with all else as they have it. */
struct value_style value_style_of(const struct table_def *table);
struct value_style value_style_for(const struct table_def *table, const struct import_format *format);

/* value_style_text() of a value that has a form of its own in files. */
struct str value_style_make(const struct value_style *style, const struct field *field, struct str value,
	struct buf *scratch);

/*
 * A canonical value (or the raw text of a bad one) as the style says: the value
 * itself, as most are texts, or text that is made in scratch.
 */
static inline struct str
value_style_text(const struct value_style *style, const struct field *field, struct str value, bool is_bad,
	struct buf *scratch)
{
	bool is_as_it_is = is_bad || field->type == TYPE_TEXT || field->type == TYPE_CODE || value.len == 0;

	return is_as_it_is ? value : value_style_make(style, field, value, scratch);
}

/* The text of a blank that takes the place of a value. */
struct str value_style_cleared(const struct value_style *style, const struct field *field);

#endif
