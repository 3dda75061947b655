/* report_diff.c - where two values differ, for marking (6.4) */
#include "sync/report/report_diff.h"

#include <utf8proc.h>

/* No character as people see it is longer than this; where one is, a mark may cut it. */
enum { LOOK_BACK = 128 };

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Where to begin looking for borders before `at`: at a character, but not long before. */
static size_t
look_from(struct str text, size_t from, size_t at)
{
	size_t begin = at - from > LOOK_BACK ? at - LOOK_BACK : from;

	while (begin < at && is_continuation(text.ptr[begin]))
		begin++;
	return begin;
}

/* Between two characters of ASCII there is a border always, but for CR LF. */
static bool
is_plain_border(struct str text, size_t from, size_t at)
{
	if (at == from || at == text.len)
		return true;
	return ((unsigned char)text.ptr[at - 1] | (unsigned char)text.ptr[at]) < 0x80
	    && text.ptr[at - 1] != '\r';
}

/*
 * The borders of characters around `at`, looked for behind `from`: the last one
 * that is not behind it, and the first that is not before it.
 */
static void
find_borders(struct str text, size_t from, size_t at, size_t *before, size_t *behind)
{
	size_t place = look_from(text, from, at);
	utf8proc_int32_t state = 0;
	utf8proc_int32_t last = -1;

	if (is_plain_border(text, from, at)) {
		*before = *behind = at;
		return;
	}
	*before = place;
	while (place < text.len) {
		utf8proc_int32_t c;
		utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)text.ptr + place,
			(utf8proc_ssize_t)(text.len - place), &c);
		bool is_border = length <= 0 || last < 0 || utf8proc_grapheme_break_stateful(last, c, &state);
		if (is_border && place >= at) {
			*behind = place;
			*before = place == at ? place : *before;
			return;
		}
		if (is_border)
			*before = place;
		last = length > 0 ? c : -1;
		place += length > 0 ? (size_t)length : 1;
	}
	*behind = text.len;
	if (at == text.len)
		*before = text.len;
}

static size_t
common_begin(struct str a, struct str b)
{
	size_t limit = a.len < b.len ? a.len : b.len;
	size_t count = 0;

	while (count < limit && a.ptr[count] == b.ptr[count])
		count++;
	/* A border of one text may be none of the other: step back until it is one of both. */
	for (;;) {
		size_t border[2];
		size_t behind;
		find_borders(a, 0, count, &border[0], &behind);
		find_borders(b, 0, count, &border[1], &behind);
		size_t least = border[0] < border[1] ? border[0] : border[1];
		if (least == count)
			return count;
		count = least;
	}
}

static size_t
common_end(struct str a, struct str b, size_t begin)
{
	size_t limit = (a.len < b.len ? a.len : b.len) - begin;
	size_t count = 0;

	while (count < limit && a.ptr[a.len - 1 - count] == b.ptr[b.len - 1 - count])
		count++;
	for (;;) {
		size_t border[2];
		size_t before;
		find_borders(a, begin, a.len - count, &before, &border[0]);
		find_borders(b, begin, b.len - count, &before, &border[1]);
		size_t ends[2] = { a.len - border[0], b.len - border[1] };
		size_t least = ends[0] < ends[1] ? ends[0] : ends[1];
		if (least == count)
			return count;
		count = least;
	}
}

struct difference
difference_find(struct str a, struct str b)
{
	size_t begin = common_begin(a, b);
	size_t end = common_end(a, b, begin);

	return (struct difference){ begin, { a.len - end, b.len - end } };
}
