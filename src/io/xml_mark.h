/*
 * xml_mark.h - finds the bytes that end plain text in XML, 16 at a time, and counts lines and characters
 *
 * As mark.h for CSV: SSE2, and plain C that gives the same for other processors.
 * Both are always compiled where they can be, so that a test compares them.
 */
#ifndef IO_XML_MARK_H
#define IO_XML_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* How many bytes behind the text must be readable, and be zero where they are not text. */
enum { XML_MARK_BLOCK = 16 };

/* Text, with the ] of what may be ]]>, or a value, with its quote. */
struct xml_marks {
	char other;
	char plain;	/* of text: LF, with which nearly all layout begins; of values: none of those below */
};

#define XML_MARKS_OF_TEXT ((struct xml_marks){ ']', '\n' })
#define XML_MARKS_OF_VALUE(quote) ((struct xml_marks){ (quote), ' ' })

/*
 * Whether text must be looked at here: a tag or a reference begins, or the byte is
 * the other one, is not ASCII, or is a control character that is not plain.
 */
static inline bool
xml_is_mark(char c, struct xml_marks marks)
{
	return (signed char)c < ' ' ? c != marks.plain : c == '<' || c == '&' || c == marks.other;
}

/* The first such byte from there on; there must be one. */
static inline const char *
xml_next_mark_plain(const char *at, struct xml_marks marks)
{
	while (!xml_is_mark(*at, marks))
		at++;
	return at;
}

/* What is counted: line ends, or the bytes of characters but their first ones. */
enum xml_countable { XML_LINE_ENDS, XML_FURTHER_BYTES };

static inline uint64_t
xml_count_plain(enum xml_countable what, const char *at, size_t len)
{
	uint64_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += what == XML_LINE_ENDS ? at[i] == '\n' : (signed char)at[i] < -64;
	return count;
}

#ifdef __SSE2__
static inline const char *
xml_next_mark(const char *at, struct xml_marks wanted)
{
	for (;; at += XML_MARK_BLOCK) {
		__m128i v = _mm_loadu_si128((const void *)at);
		/* As signed numbers, bytes that are not ASCII are below the blank, too. */
		__m128i low = _mm_andnot_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(wanted.plain)),
			_mm_cmplt_epi8(v, _mm_set1_epi8(' ')));
		__m128i marks = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('<')),
			_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('&')),
				_mm_cmpeq_epi8(v, _mm_set1_epi8(wanted.other))));
		unsigned bits = (unsigned)_mm_movemask_epi8(_mm_or_si128(low, marks));
		if (bits)
			return at + (unsigned)__builtin_ctz(bits);
	}
}

static inline uint64_t
xml_count(enum xml_countable what, const char *at, size_t len)
{
	enum { MOST = 255 };	/* blocks of which a byte can count what is found */
	uint64_t count = 0;
	const char *end = at + len;

	for (size_t blocks = len / XML_MARK_BLOCK; blocks > 0;) {
		size_t some = blocks < MOST ? blocks : MOST;
		__m128i sum = _mm_setzero_si128();
		blocks -= some;
		for (; some > 0; some--, at += XML_MARK_BLOCK) {
			__m128i v = _mm_loadu_si128((const void *)at);
			sum = _mm_sub_epi8(sum, what == XML_LINE_ENDS
				? _mm_cmpeq_epi8(v, _mm_set1_epi8('\n'))
				: _mm_cmplt_epi8(v, _mm_set1_epi8(-64)));
		}
		sum = _mm_sad_epu8(sum, _mm_setzero_si128());
		count += (uint64_t)_mm_extract_epi16(sum, 0) + (uint64_t)_mm_extract_epi16(sum, 4);
	}
	return count + xml_count_plain(what, at, (size_t)(end - at));
}
#else
static inline const char *
xml_next_mark(const char *at, struct xml_marks wanted)
{
	return xml_next_mark_plain(at, wanted);
}

static inline uint64_t
xml_count(enum xml_countable what, const char *at, size_t len)
{
	return xml_count_plain(what, at, len);
}
#endif

#endif
