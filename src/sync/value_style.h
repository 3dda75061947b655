/*
 * value_style.h - values as files hold them, in a format and a locale (2.1, 6.5)
 */
#ifndef SYNC_VALUE_STYLE_H
#define SYNC_VALUE_STYLE_H

#include "base/buf.h"
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

/*
 * A canonical value (or the raw text of a bad one) as the style says: the value
 * itself, or text that is made in scratch.
 */
struct str value_style_text(const struct value_style *style, const struct field *field, struct str value,
	bool is_bad, struct buf *scratch);

/* The same, appended to a CSV record, quoted if need be. */
void emit_value(const struct value_style *style, char delimiter, const struct field *field, struct str value,
	bool is_bad, struct buf *scratch, struct buf *out);

/* The text of a blank that takes the place of a value. */
struct str value_style_cleared(const struct value_style *style, const struct field *field);

#endif
