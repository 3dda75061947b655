/* value_style.c - values as files hold them (2.1, 6.5) */
#include "sync/emit/value_style.h"

#include "model/locale.h"
#include "sync/emit/emit_format.h"

struct value_style
value_style_for(const struct table_def *table, const struct import_format *format)
{
	const struct file_format *declared = &table->import.format;
	const struct locale *locale = declared->locale ? declared->locale : table->system->locale;

	return (struct value_style){
		.format = format,
		.locale = format->is_invariant ? locale_of_packages() : locale,
		.zone = table->system->zone,
		.options_as_ordinal = table->import.options_as_ordinal || format->has_ordinals,
		.delimiter = declared->delimiter ? declared->delimiter : ',',
	};
}

struct value_style
value_style_of(const struct table_def *table)
{
	return value_style_for(table, import_format_of(table));
}

struct str
value_style_make(const struct value_style *style, const struct field *field, struct str value,
	struct buf *scratch)
{
	buf_reset(scratch);
	style->format->value(style, field, value, scratch);
	return buf_str(scratch);
}

struct str
value_style_cleared(const struct value_style *style, const struct field *field)
{
	return style->format->cleared ? style->format->cleared(field) : STR("");
}
