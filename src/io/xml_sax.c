/*
 * xml_sax.c - an XML document as a stream of tags and text
 *
 * libxml2 reads the begin, up to the root's content.  From there on plain reading
 * goes over what is plain (xml_plain.h), and hands the rest of a slice to libxml2
 * where it meets anything else.  libxml2 is told then which elements are open, and
 * when it is done that they have ended: but for the root and those that declare
 * namespaces, it never knows of elements between.
 */
#include "io/xml_sax.h"

#include <limits.h>
#include <stdlib.h>

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/threads.h>

#include "io/xml_fault.h"
#include "io/xml_plain.h"
#include "io/xml_slice.h"

/*
 * SLICE: bytes pushed at once.  MAX_PENDING: of a tag or comment that has not
 * ended yet.  MAX_NAMES: bytes of all different names together.
 */
enum { SLICE = 64 * 1024, MAX_PENDING = 64 * 1024 * 1024, MAX_NAMES = 16 * 1024 * 1024 };

/* As libxml2 counts them: from 1, and columns by characters. */
struct place {
	uint64_t line;
	uint64_t column;
};

struct xml_sax {
	struct xml_input input;
	struct xml_handler handler;
	void *context;
	xmlSAXHandler callbacks;
	xmlParserCtxt *parser;
	struct buf text;	/* read, of which what is behind `used` was not pushed yet */
	size_t used;
	struct xml_plain plain;
	struct place place;	/* while it is plain: where the next slice begins */
	bool is_plain;		/* the next slice is plain's; else the parser's */
	bool is_muted;		/* what the parser is told is not of the document */
	bool has_ended;
	bool has_failed;
};

uint64_t
xml_sax_line(struct xml_sax *sax)
{
	if (sax->is_plain)
		return xml_plain_line(&sax->plain, sax->plain.at);
	return sax->parser->input && sax->parser->input->line > 0 ? (uint64_t)sax->parser->input->line : 1;
}

uint64_t
xml_sax_tag_line(struct xml_sax *sax)
{
	if (sax->is_plain)
		return xml_plain_line(&sax->plain, sax->plain.tag);
	const xmlParserInput *input = sax->parser->input;
	const unsigned char *tag = memrchr(input->base, '<', (size_t)(input->cur - input->base));
	uint64_t line = xml_sax_line(sax);

	/* The whole tag lies before the present place, and holds no other < and only line ends that count. */
	for (; tag && tag < input->cur && line > 1; tag++)
		line -= *tag == '\n';
	return line;
}

/* Stops the parser; status 3, or 7 for what is not the document's fault. */
static void
fail(struct xml_sax *sax, enum status status, uint64_t line, struct str message)
{
	struct str path = sax->input.shown_path;

	if (sax->has_failed)
		return;
	sax->has_failed = true;
	if (line == 0)
		diag_add(sax->input.diag, status, "%.*s: %.*s", STR_ARG(path), STR_ARG(message));
	else
		diag_add(sax->input.diag, status, "%.*s:%llu: %.*s", STR_ARG(path), (unsigned long long)line,
			STR_ARG(message));
	xmlStopParser(sax->parser);
}

void
xml_sax_fail(struct xml_sax *sax, uint64_t line, struct str message)
{
	fail(sax, STATUS_INVALID, line, message);
}

void
xml_sax_stop(struct xml_sax *sax)
{
	sax->has_failed = true;
	xmlStopParser(sax->parser);
}

static void
fail_attributes(struct xml_sax *sax, uint64_t line)
{
	xml_sax_fail(sax, line, STR("more than 4096 attributes in one tag; export fewer fields"));
}

static void
on_begin(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space, int space_count,
	const xmlChar **spaces, int attribute_count, int defaulted, const xmlChar **attributes)
{
	struct xml_sax *sax = context;
	const struct xml_tag tag = { (const char *)name, (const char *)space, attributes,
		(uint32_t)attribute_count };

	(void)defaulted;
	if (sax->has_failed || sax->is_muted)
		return;
	if (sax->plain.depth == XML_MAX_DEPTH)
		xml_sax_fail(sax, xml_sax_tag_line(sax),
			STR("elements are more than 256 deep inside each other; "
			    "export flat records"));
	else if (tag.attribute_count > XML_MAX_ATTRIBUTES)
		fail_attributes(sax, xml_sax_tag_line(sax));
	if (sax->has_failed)
		return;
	xml_plain_begin(&sax->plain, (const char *)prefix, tag.name, space_count, spaces);
	for (int i = 0; i < attribute_count; i++)
		xml_names_learn(&sax->plain.names, (const char *)attributes[i * 5 + 1],
			(const char *)attributes[i * 5]);
	sax->handler.begin(sax->context, &tag);
}

static void
on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
	struct xml_sax *sax = context;

	(void)prefix;
	(void)space;
	if (sax->has_failed || sax->is_muted)
		return;
	xml_plain_end(&sax->plain);
	sax->handler.end(sax->context, (const char *)name);
}

static void
on_text(void *context, const xmlChar *text, int len)
{
	struct xml_sax *sax = context;

	if (!sax->has_failed)
		sax->handler.text(sax->context, (struct str){ (const char *)text, (size_t)len });
}

/* A document type could define entities, and name other files. */
static void
on_document_type(void *context, const xmlChar *name, const xmlChar *public, const xmlChar *system)
{
	struct xml_sax *sax = context;

	(void)name;
	(void)public;
	(void)system;
	xml_sax_fail(sax, xml_sax_line(sax), STR("a document type (<!DOCTYPE>) is refused; export the file "
		"without it"));
}

static void
on_error(void *context, xmlError *error)
{
	struct xml_sax *sax = context;
	struct buf message = { 0 };

	/* Warnings, and prefixes that are not declared: namespaces are ignored (5.0.2). */
	if (sax->has_failed || error->level != XML_ERR_FATAL)
		return;
	if (error->code == XML_ERR_NO_MEMORY) {
		fail(sax, STATUS_IO, 0,
			STR("out of memory, or too many different names; make memory free, or "
			    "export plain records"));
		return;
	}
	xml_fault_write(error, &message);
	xml_sax_fail(sax, error->line > 0 ? (uint64_t)error->line : 0, buf_str(&message));
	buf_release(&message);
}

/* What plain reading needs behind the text. */
static void
end_text(struct xml_sax *sax)
{
	memset(buf_reserve(&sax->text, XML_PLAIN_ROOM), 0, XML_PLAIN_ROOM);
}

/*
 * libxml2 makes what it keeps for a thread when it first needs it, and older ones
 * crash where there is no memory: they get some of the block that was just given
 * back.  It is a large one, as calloc() takes no small ones that were given back.
 */
static bool
has_thread_state(void)
{
	enum { GIVEN_BACK = 4096 };

#if LIBXML_VERSION >= 21200
	return xmlCheckThreadLocalStorage() == 0;
#else
	if (xmlIsMainThread())
		return true;
	_Static_assert(sizeof(xmlGlobalState) <= GIVEN_BACK / 2, "it has room");
	free(memory_resize(NULL, 1, GIVEN_BACK));
	return xmlGetGlobalState() != NULL;
#endif
}

struct xml_sax *
xml_sax_open(const struct xml_input *input, const struct xml_handler *handler, void *context)
{
	struct xml_sax *sax = memory_new(1, sizeof *sax);

	sax->input = *input;
	sax->handler = *handler;
	sax->context = context;
	sax->callbacks = (xmlSAXHandler){
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = on_document_type,
		.startElementNs = on_begin,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.serror = on_error,
	};
	buf_add(&sax->text, input->head);
	end_text(sax);
	if (has_thread_state())
		sax->parser = xmlCreatePushParserCtxt(&sax->callbacks, sax, NULL, 0, NULL);
	if (!sax->parser) {
		sax->has_failed = true;
		diag_add(input->diag, STATUS_IO, "%.*s: out of memory; make memory free and run again",
			STR_ARG(input->shown_path));
		return sax;
	}
	/*
	 * NOENT: references in attributes are replaced before they are handed on.
	 * HUGE: limits are our own, as a picture in a package may exceed libxml2's.
	 */
	xmlCtxtUseOptions(
		sax->parser, XML_PARSE_NOENT | XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_IGNORE_ENC);
	xmlSwitchEncoding(sax->parser, XML_CHAR_ENCODING_UTF8);
	xmlDictSetLimit(sax->parser->dict, MAX_NAMES);
	sax->plain.handler = &sax->handler;
	sax->plain.context = context;
	sax->plain.has_failed = &sax->has_failed;
	sax->plain.names = xml_names_make(sax->parser->dict);
	return sax;
}

/* What the parser holds back, as it is not whole yet. */
static size_t
pending(const struct xml_sax *sax)
{
	const xmlParserInput *input = sax->parser->input;

	return input ? (size_t)(input->end - input->cur) : 0;
}

/* Reads on until so much waits to be pushed, or the source has ended; false on failure. */
static bool
refill(struct xml_sax *sax, size_t wanted)
{
	enum source_status status = SOURCE_TEXT;
	size_t left = sax->text.len - sax->used;

	if (left >= wanted || sax->has_ended)
		return true;
	if (left)
		memmove(sax->text.ptr, sax->text.ptr + sax->used, left);
	sax->text.len = left;
	sax->used = 0;
	while (status == SOURCE_TEXT && sax->text.len < wanted)
		status = source_read(sax->input.source, &sax->text);
	end_text(sax);
	sax->has_ended = status == SOURCE_END;
	sax->has_failed |= status == SOURCE_ERROR;
	return status != SOURCE_ERROR;
}

/* Where the next slice begins. */
static uint64_t
slice_line(struct xml_sax *sax)
{
	return sax->is_plain ? sax->place.line : xml_sax_line(sax);
}

/*
 * What may be pushed next; empty at the end.  At least as much as the parser
 * holds back, so that a long comment is not walked over once for every slice.
 * A tag is not pushed before it is whole.  False on failure.
 */
static bool
next_slice(struct xml_sax *sax, struct str *slice)
{
	size_t usual = sax->input.slice ? sax->input.slice : SLICE;
	size_t held = pending(sax);
	struct xml_slice found = { 0 };

	if (held > MAX_PENDING) {
		xml_sax_fail(sax, slice_line(sax),
			STR("a comment or CDATA section of more than 64 MiB; leave such "
			    "values out of the export"));
		return false;
	}
	for (size_t most = held > usual ? held : usual; found.len == 0; most *= 2) {
		if (most > MAX_PENDING)
			xml_sax_fail(sax, slice_line(sax),
				STR("a tag of more than 64 MiB; leave such values out of "
				    "the export"));
		else if (found.values > XML_MAX_ATTRIBUTES)
			fail_attributes(sax, slice_line(sax));
		if (sax->has_failed || !refill(sax, most))
			return false;
		*slice = (struct str){ sax->text.ptr ? sax->text.ptr + sax->used : NULL,
			sax->text.len - sax->used };
		if (slice->len < most && sax->has_ended)
			break;
		slice->len = slice->len < most ? slice->len : most;
		found = xml_slice_find(*slice);
		slice->len = found.len;
	}
	sax->used += slice->len;
	return true;
}

/* Tells the parser that the open elements begin, or end, but those that it has to end by itself. */
static void
tell_open(struct xml_sax *sax, bool is_begin)
{
	const struct xml_plain *plain = &sax->plain;
	uint32_t floor = xml_plain_floor(plain);
	struct buf tags = { 0 };

	for (uint32_t i = floor; i < plain->depth; i++) {
		const struct xml_open *open = &plain->open[is_begin ? i : plain->depth - 1 - (i - floor)];
		buf_add(&tags, is_begin ? STR("<") : STR("</"));
		buf_add(&tags, open->text);
		buf_add_char(&tags, '>');
	}
	sax->is_muted = true;
	if (tags.len > 0)
		xmlParseChunk(sax->parser, tags.ptr, (int)tags.len, 0);
	sax->is_muted = false;
	buf_release(&tags);
}

/* Moves the place behind a piece of text that was plain. */
static void
pass_text(struct xml_sax *sax, struct str text)
{
	const char *end = text.ptr + text.len;
	const char *last = text.len ? memrchr(text.ptr, '\n', text.len) : NULL;
	const char *begin = last ? last + 1 : text.ptr;

	if (text.len == 0)
		return;
	sax->place.line = xml_plain_line(&sax->plain, end);
	sax->place.column = (last ? 1 : sax->place.column) + (uint64_t)(end - begin) -
		xml_count(XML_FURTHER_BYTES, begin, (size_t)(end - begin));
}

/* The parser goes on where plain reading has come to. */
static void
leave_plain(struct xml_sax *sax)
{
	tell_open(sax, true);
	sax->is_plain = false;
	if (!sax->parser->input)
		return;
	sax->parser->input->line = (int)sax->place.line;
	sax->parser->input->col = (int)sax->place.column;
}

/* Plain reading goes on where the parser has come to, if that is in the content of an element. */
static void
enter_plain(struct xml_sax *sax)
{
	const xmlParserCtxt *parser = sax->parser;

	if (sax->has_failed || !parser->wellFormed || parser->instate != XML_PARSER_CONTENT ||
		sax->plain.depth == 0 || pending(sax) > 0)
		return;
	sax->place = (struct place){ xml_sax_line(sax), (uint64_t)parser->input->col };
	tell_open(sax, false);
	sax->is_plain = true;
}

/* Takes what is plain off the front of the slice; what is left, and the end, is the parser's. */
static void
take_plain(struct xml_sax *sax, struct str *slice)
{
	struct str taken = { slice->ptr, 0 };
	bool is_end = slice->len == 0;

	if (!is_end)
		taken.len = xml_plain_run(&sax->plain, *slice, sax->place.line);
	if (sax->has_failed)
		return;
	slice->ptr += taken.len;
	slice->len -= taken.len;
	pass_text(sax, taken);
	if (is_end || slice->len > 0)
		leave_plain(sax);
}

/*
 * Text behind the last tag is left to the next slice: the parser would hold it
 * back, and plain reading could not begin.
 */
static void
leave_text(struct xml_sax *sax, struct str *slice)
{
	const char *last = slice->len ? memrchr(slice->ptr, '>', slice->len) : NULL;
	size_t rest = last ? (size_t)(slice->ptr + slice->len - last - 1) : 0;

	slice->len -= rest;
	sax->used -= rest;
}

enum xml_step
xml_sax_step(struct xml_sax *sax)
{
	struct str slice;

	if (sax->has_failed || !next_slice(sax, &slice))
		return XML_STEP_FAILED;
	bool is_end = slice.len == 0;
	if (sax->is_plain)
		take_plain(sax, &slice);
	if (!sax->is_plain && !sax->has_failed) {
		leave_text(sax, &slice);
		int result = xmlParseChunk(sax->parser, slice.ptr, (int)slice.len, is_end);
		if (result != XML_ERR_OK && !sax->has_failed && !sax->parser->wellFormed)
			xml_sax_fail(sax, xml_sax_line(sax),
				STR("not well-formed XML; export the file again"));
		enter_plain(sax);
	}
	return sax->has_failed ? XML_STEP_FAILED : is_end ? XML_STEP_END : XML_STEP_MORE;
}

void
xml_sax_close(struct xml_sax *sax)
{
	if (!sax)
		return;
	xml_plain_release(&sax->plain);
	xmlFreeParserCtxt(sax->parser);
	buf_release(&sax->text);
	free(sax);
}
