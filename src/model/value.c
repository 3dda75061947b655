/* value.c - comparing canonical values (E12, E21, E45) */
#include "model/value.h"

#include "model/value_parts.h"

struct str
value_comparable(enum type type, struct str canonical)
{
	if (canonical.len > 0)
		return canonical;
	if (type_is_number(type))
		return STR("0");
	return type == TYPE_BOOLEAN ? STR("false") : canonical;
}

static int
compare_numbers(struct str a, struct str b)
{
	struct decimal left;
	struct decimal right;

	if (!decimal_read(a, '.', 0, &left) || !decimal_read(b, '.', 0, &right))
		return str_compare(a, b);
	return decimal_compare(&left, &right);
}

/* Bytewise but for the Z at the end, which would come after a fraction of a second. */
static int
compare_stamps(struct str a, struct str b)
{
	a.len -= a.len > 0 && a.ptr[a.len - 1] == 'Z';
	b.len -= b.len > 0 && b.ptr[b.len - 1] == 'Z';
	return str_compare(a, b);
}

int
value_compare(enum type type, struct str a, struct str b)
{
	a = value_comparable(type, a);
	b = value_comparable(type, b);
	if (type_is_number(type) || (type == TYPE_OPTION && a.len > 0 && b.len > 0))
		return compare_numbers(a, b);
	return type == TYPE_DATETIME ? compare_stamps(a, b) : str_compare(a, b);
}

static bool
nearly_equal_text(struct str written, struct str shown)
{
	written = value_trim(written);
	shown = value_trim(shown);
	if (shown.len == 0)
		return written.len == 0;	/* a cut is never to blank */
	return text_starts_nocase(written, shown);
}

bool
value_nearly_equal(enum type type, struct str written, struct str shown)
{
	struct decimal from;
	struct decimal to;

	if (value_equal(type, written, shown))
		return true;
	if (type == TYPE_TEXT || type == TYPE_CODE || type == TYPE_BLOB)
		return nearly_equal_text(written, shown);
	if (type != TYPE_DECIMAL)
		return false;
	return decimal_read(value_comparable(type, written), '.', 0, &from) &&
	       decimal_read(value_comparable(type, shown), '.', 0, &to) && decimal_nearly_equal(&from, &to);
}
