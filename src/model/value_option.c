/* value_option.c - options by name, caption and ordinal (E21) */
#include "model/value_parts.h"

const struct option *
option_by_name(const struct field *field, struct str text)
{
	const struct option *end = field->options + field->option_count;

	for (const struct option *option = field->options; option < end; option++)
		if (str_equal(value_trim(option->name), text))
			return option;
	if (text.len == 0)
		return NULL;
	for (const struct option *option = field->options; option < end; option++)
		if (text_equal_nocase(value_trim(option->name), text))
			return option;
	for (const struct option *option = field->options; option < end; option++)
		for (size_t i = 0; i < option->caption_count; i++)
			if (text_equal_nocase(value_trim(option->captions[i]), text))
				return option;
	return NULL;
}

const struct option *
option_by_ordinal(const struct field *field, struct str ordinal)
{
	for (size_t i = 0; i < field->option_count; i++)
		if (str_equal(field->options[i].ordinal, ordinal))
			return &field->options[i];
	return NULL;
}

bool
option_is_blank(const struct field *field, const struct option *option)
{
	return value_trim(option->name).len == 0 && option_by_name(field, STR("")) == option;
}

struct str
option_text(const struct field *field, const struct option *option)
{
	/* Of options of the same name only the first would be found again. */
	return option_by_name(field, value_trim(option->name)) == option ? option->name : option->ordinal;
}

/* A field that declares no options takes any integer. */
static bool
read_ordinal(const struct field *field, struct str text, struct buf *out)
{
	struct decimal number;
	size_t start = out->len;

	if (!decimal_read(text, '.', 0, &number) || !decimal_is_integer(&number, INT64_MAX))
		return false;
	decimal_write(&number, out);
	if (field->option_count == 0 ||
	    option_by_ordinal(field, (struct str){ out->ptr + start, out->len - start }))
		return true;
	out->len = start;
	return false;
}

bool
option_read(const struct field *field, bool has_ordinals, struct str text, struct buf *out)
{
	text = value_trim(text);
	if (has_ordinals && text.len > 0 && read_ordinal(field, text, out))
		return true;
	const struct option *option = option_by_name(field, text);
	if (option) {
		buf_add(out, option->ordinal);
		return true;
	}
	return text.len == 0 || read_ordinal(field, text, out);
}
