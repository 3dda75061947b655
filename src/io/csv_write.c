/* csv_write.c - CSV records into a buf: quotes only where needed (5.0.1) */
#include "io/csv_write.h"

#include "io/mark.h"

/* Copies sixteen bytes; whether one of the set is among them. */
static inline bool
copy_16(const struct mark_set *set, char *to, const char *from)
{
	memcpy(to, from, 16);
	return mark_16(set, from) != 0;
}

/*
 * Copies a value of up to sixteen bytes; whether one of the set is in it.  It is
 * taken as two words, which overlap where there are fewer bytes, so that nothing
 * beyond it is read and most values need no loop.
 */
static inline bool
copy_short(const struct mark_set *set, char *to, struct str value)
{
	uint64_t a = 0;
	uint64_t b = 0;

	if (value.len >= 8) {
		const char *last = value.ptr + value.len - 8;
		memcpy(&a, value.ptr, 8);
		memcpy(&b, last, 8);
		memcpy(to, &a, 8);
		memcpy(to + value.len - 8, &b, 8);
	} else if (value.len >= 4) {
		const char *last = value.ptr + value.len - 4;
		memcpy(&a, value.ptr, 4);
		memcpy(&b, last, 4);
		memcpy(to, &a, 4);
		memcpy(to + value.len - 4, &b, 4);
	} else {
		size_t middle = value.len / 2;
		a = (unsigned char)value.ptr[0];
		b = (uint64_t)(unsigned char)value.ptr[middle] << 8 | (unsigned char)value.ptr[value.len - 1];
		to[0] = value.ptr[0];
		to[middle] = value.ptr[middle];
		to[value.len - 1] = value.ptr[value.len - 1];
	}
	return mark_in_words(set, a, b);
}

/* The same for a longer one; what is not copied when it is found there is written anew. */
static inline bool
copy_long(const struct mark_set *set, char *to, struct str value)
{
	size_t last = value.len - 16;

	for (size_t at = 0; at < last; at += 16)
		if (copy_16(set, to + at, value.ptr + at))
			return true;
	return copy_16(set, to + last, value.ptr + last);
}

static bool
has_outer_blank(struct str value)
{
	unsigned char first = (unsigned char)value.ptr[0];
	unsigned char last = (unsigned char)value.ptr[value.len - 1];

	/* Most values begin and end with an ASCII character that is no blank. */
	if (first > ' ' && first < 0x80 && last > ' ' && last < 0x80)
		return false;
	return str_trim(value).len != value.len;
}

static char *
put_quoted(char *to, struct str value)
{
	*to++ = '"';
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '"')
			*to++ = '"';
		*to++ = value.ptr[i];
	}
	*to++ = '"';
	return to;
}

static const struct mark_set comma_set = { {
	",,,,,,,,,,,,,,,,",
	"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"",
	"\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
	"\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r",
} };

char *
csv_put_text(char *to, char delimiter, struct str value)
{
	struct mark_set other;
	const struct mark_set *set = &comma_set;

	if (__builtin_expect(delimiter != ',', false)) {
		other = mark_set_of(delimiter, '"', '\n', '\r');
		set = &other;
	}
	bool has_mark = value.len > 16 ? copy_long(set, to, value) : copy_short(set, to, value);
	if (has_mark || has_outer_blank(value))
		return put_quoted(to, value);
	return to + value.len;
}
