/*
 * text_case.c - upper case, lower case and folding by Unicode's simple mappings
 *
 * Eight ASCII bytes at a time; all else through utf8proc.  No locale: the
 * Turkish i is an i like any other.
 */
#include <utf8proc.h>

#include "model/value.h"
#include "model/value_parts.h"

static inline bool
is_ascii(uint64_t word)
{
	return (word & EACH_BYTE(0x80)) == 0;
}

/* Takes one character off well-formed UTF-8 that is not empty. */
static int32_t
take_char(struct str *s)
{
	utf8proc_int32_t c = (unsigned char)*s->ptr;
	utf8proc_ssize_t len = 1;

	if (c >= 0x80) {
		const void *bytes = s->ptr;
		len = utf8proc_iterate(bytes, (utf8proc_ssize_t)s->len, &c);
		if (len <= 0) {		/* not well-formed; the caller erred, but nothing shall be lost */
			c = 0xfffd;
			len = 1;
		}
	}
	s->ptr += len;
	s->len -= (size_t)len;
	return c;
}

static void
add_char(int32_t c, struct buf *out)
{
	char *p = buf_reserve(out, 4);

	if (c < 0x80) {
		*p = (char)c;
		out->len++;
	} else {
		out->len += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)p);
	}
}

/* The library maps the German sharp s to its capital, which the simple mapping does not. */
static int32_t
upper_char(int32_t c)
{
	if (c < 0x80)
		return c >= 'a' && c <= 'z' ? c - 32 : c;
	return c == 0xdf ? c : utf8proc_toupper(c);
}

static int32_t
lower_char(int32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	return utf8proc_tolower(c);
}

/* Letters that share an upper case are one; the two Turkish i's have no simple folding. */
static int32_t
fold_char(int32_t c)
{
	if (c < 0x80)
		return lower_char(c);
	return c == 0x130 || c == 0x131 ? c : lower_char(upper_char(c));
}

/* The word with the case of its letters from first to last flipped: 0x80 becomes 0x20. */
static inline uint64_t
flip(uint64_t word, unsigned first, unsigned last)
{
	return word ^ plain_from_to(word, first, last) >> 2;
}

/* Fewer than eight bytes, as pieces that may overlap; false where one is not ASCII. */
static bool
map_few(struct str s, unsigned first, unsigned last, char *to)
{
	uint32_t ends[2];
	uint64_t word;

	if (s.len >= 4) {
		memcpy(&ends[0], s.ptr, 4);
		memcpy(&ends[1], s.ptr + s.len - 4, 4);
		word = (uint64_t)ends[1] << 32 | ends[0];
	} else {
		word = (uint64_t)(unsigned char)s.ptr[0] << 16 |
			(uint64_t)(unsigned char)s.ptr[s.len / 2] << 8 | (unsigned char)s.ptr[s.len - 1];
	}
	if (!is_ascii(word))
		return false;
	word = flip(word, first, last);
	if (s.len >= 4) {
		ends[0] = (uint32_t)word;
		ends[1] = (uint32_t)(word >> 32);
		memcpy(to, &ends[0], 4);
		memcpy(to + s.len - 4, &ends[1], 4);
	} else {
		to[0] = (char)(word >> 16);
		to[s.len / 2] = (char)(word >> 8);
		to[s.len - 1] = (char)word;
	}
	return true;
}

/*
 * Flips the case of the letters from first to last, eight ASCII bytes at a time,
 * of which the last may overlap those before; stops at what is not ASCII.
 */
static void
map_ascii(struct str *s, unsigned first, unsigned last, struct buf *out)
{
	const char *begin = s->ptr;
	uint64_t word = 0;
	char *p = buf_reserve(out, s->len);

	for (; s->len >= sizeof word; s->ptr += sizeof word, s->len -= sizeof word, p += sizeof word) {
		memcpy(&word, s->ptr, sizeof word);
		if (!is_ascii(word))
			break;
		word = flip(word, first, last);
		memcpy(p, &word, sizeof word);
	}
	bool is_mapped = false;
	if (s->len > 0 && s->len < sizeof word && s->ptr == begin) {
		is_mapped = map_few(*s, first, last, p);
	} else if (s->len > 0 && s->len < sizeof word) {
		size_t back = sizeof word - s->len;
		memcpy(&word, s->ptr - back, sizeof word);
		is_mapped = is_ascii(word);
		word = flip(word, first, last);
		if (is_mapped)
			memcpy(p - back, &word, sizeof word);
	}
	if (is_mapped) {
		p += s->len;
		*s = (struct str){ s->ptr + s->len, 0 };
	}
	out->len = (size_t)(p - out->ptr);
}

void
text_upper(struct str s, struct buf *out)
{
	while (s.len > 0) {
		map_ascii(&s, 'a', 'z', out);
		for (size_t i = 0; i < 8 && s.len > 0; i++)
			add_char(upper_char(take_char(&s)), out);
	}
}

void
text_lower(struct str s, struct buf *out)
{
	while (s.len > 0) {
		map_ascii(&s, 'A', 'Z', out);
		for (size_t i = 0; i < 8 && s.len > 0; i++)
			add_char(lower_char(take_char(&s)), out);
	}
}

/*
 * Decomposed, a letter with accents is the letter and combining marks, which
 * are dropped.  Korean syllables would fall apart into letters and are kept.
 */
static void
add_without_accents(int32_t c, struct buf *out)
{
	utf8proc_int32_t parts[8] = { c };
	utf8proc_ssize_t count = 1;
	int last_class = 0;

	if (c < 0xac00 || c > 0xd7a3)
		count = utf8proc_decompose_char(c, parts, (utf8proc_ssize_t)ARRAY_LEN(parts),
			UTF8PROC_DECOMPOSE, &last_class);
	if (count < 1 || count > (utf8proc_ssize_t)ARRAY_LEN(parts)) {
		parts[0] = c;
		count = 1;
	}
	for (utf8proc_ssize_t i = 0; i < count; i++)
		if (utf8proc_category(parts[i]) != UTF8PROC_CATEGORY_MN)
			add_char(fold_char(parts[i]), out);
}

void
text_fold(struct str s, bool accents, struct buf *out)
{
	while (s.len > 0) {
		map_ascii(&s, 'A', 'Z', out);
		for (size_t i = 0; i < 8 && s.len > 0; i++) {
			int32_t c = take_char(&s);
			if (accents && c >= 0x80)
				add_without_accents(c, out);
			else
				add_char(fold_char(c), out);
		}
	}
}

/* Takes off both what is equal; whether `start` was used up. */
static bool
skip_equal(struct str *whole, struct str *start)
{
	while (start->len > 0 && whole->len > 0)
		if (fold_char(take_char(whole)) != fold_char(take_char(start)))
			return false;
	return start->len == 0;
}

bool
text_equal_nocase(struct str a, struct str b)
{
	return skip_equal(&a, &b) && a.len == 0;
}

bool
text_starts_nocase(struct str whole, struct str start)
{
	return skip_equal(&whole, &start);
}
