/*
 * xml_told.h - what a document is told as, read by slices and by libxml2 alone (io/xml_sax.h)
 *
 * For the unit test of plain XML, and its fuzzer.
 */
#ifndef TESTS_UNIT_XML_TOLD_H
#define TESTS_UNIT_XML_TOLD_H

#include "base/buf.h"
#include "io/xml_sax.h"

/* What a document is told as, in one text; pieces of text are joined. */
struct xml_told {
	struct xml_sax *sax;
	struct buf events;
	bool is_text;
	size_t text_begin;
};

static inline void
xml_told_line(struct xml_told *told, const char *what)
{
	buf_printf(&told->events, "%s%s %llu", told->is_text ? "\n" : "", what,
		(unsigned long long)xml_sax_line(told->sax));
	told->is_text = false;
}

static inline void
xml_told_begin(void *context, const struct xml_tag *tag)
{
	struct xml_told *told = context;

	xml_told_line(told, "begin");
	buf_printf(&told->events, " %llu %s {%s}", (unsigned long long)xml_sax_tag_line(told->sax), tag->name,
		tag->space ? tag->space : "");
	for (uint32_t i = 0; i < tag->attribute_count; i++) {
		struct xml_attribute a = xml_tag_attribute(tag, i);
		buf_printf(&told->events, " %s:{%s}%s=", a.prefix ? a.prefix : "", a.space ? a.space : "", a.name);
		buf_add(&told->events, a.value);
	}
	buf_add_char(&told->events, '\n');
}

static inline void
xml_told_end(void *context, const char *name)
{
	struct xml_told *told = context;

	xml_told_line(told, "end");
	buf_printf(&told->events, " %s\n", name);
}

static inline void
xml_told_text(void *context, struct str piece)
{
	struct xml_told *told = context;

	if (!told->is_text) {
		told->text_begin = told->events.len;
		buf_add(&told->events, STR("text "));
	}
	told->is_text = true;
	buf_add(&told->events, piece);
}

/*
 * Whether damage is told in the same line wherever slices end.  libxml2 hands a long
 * CDATA section on in pieces, and does not look at a single byte of text at the end: that
 * of a line end of two may be in a slice of its own.
 */
static inline bool
xml_told_has_line(struct str document)
{
	enum { LONG_CDATA = 300 };
	struct str cdata = STR("<![CDATA[");
	struct str end = STR("\r\n");
	bool has_long_cdata =
		document.len > LONG_CDATA && memmem(document.ptr, document.len, cdata.ptr, cdata.len);

	return !has_long_cdata && (document.len < end.len ||
		memcmp(document.ptr + document.len - end.len, end.ptr, end.len) != 0);
}

/* Reads the document by slices of that size; of one slice libxml2 alone reads it. */
static inline struct buf
xml_tell(struct source *source, struct str document, size_t slice)
{
	static const struct xml_handler handler = { xml_told_begin, xml_told_end, xml_told_text };
	struct xml_told told = { 0 };
	struct diag diag = { 0 };
	const struct xml_input input = { .source = source, .head = document, .shown_path = STR("f.xml"),
		.diag = &diag, .slice = slice };
	enum xml_step step = XML_STEP_MORE;

	told.sax = xml_sax_open(&input, &handler, &told);
	while (step == XML_STEP_MORE)
		step = xml_sax_step(told.sax);
	/* It does not matter how much is told of a text that is wrong. */
	if (diag.count > 0 && told.is_text)
		told.events.len = told.text_begin;
	/* Words and column of some damage depend for libxml2 on where a slice ends; the line mostly does not. */
	bool has_line = xml_told_has_line(document);
	for (size_t i = 0; i < diag.count; i++) {
		struct str rest;
		struct str place = str_cut(diag.lines[i].text, ' ', &rest);
		buf_printf(&told.events, "\nwrong %.*s\n", STR_ARG(has_line ? place : STR("")));
	}
	xml_sax_close(told.sax);
	diag_release(&diag);
	return told.events;
}

/*
 * Whether slices of that size are told as something else than libxml2 alone tells: then
 * *difference, to be released, shows both.
 */
static inline bool
xml_told_differs(struct source *source, struct str document, size_t slice, struct buf *difference)
{
	struct buf wanted = xml_tell(source, document, document.len + 1);
	struct buf found = xml_tell(source, document, slice);
	bool differs = !str_equal(buf_str(&wanted), buf_str(&found));

	if (differs)
		buf_printf(difference, "slices of %zu: %.*s\n--- libxml2\n%.*s\n--- plain\n%.*s\n", slice,
			STR_ARG(document), STR_ARG(buf_str(&wanted)), STR_ARG(buf_str(&found)));
	buf_release(&wanted);
	buf_release(&found);
	return differs;
}

#endif
