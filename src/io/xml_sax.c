/* xml_sax.c - an XML document as a stream of tags and text */
#include "io/xml_sax.h"

#include <limits.h>
#include <stdlib.h>

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "io/xml_fault.h"
#include "io/xml_slice.h"

/*
 * SLICE: bytes pushed at once.  MAX_PENDING: of a tag or comment that has not
 * ended yet.  MAX_NAMES: bytes of all different names together.
 */
enum { SLICE = 64 * 1024, MAX_PENDING = 64 * 1024 * 1024, MAX_NAMES = 16 * 1024 * 1024 };

struct xml_sax {
	struct xml_input input;
	struct xml_handler handler;
	void *context;
	xmlSAXHandler callbacks;
	xmlParserCtxt *parser;
	struct buf text;	/* read, of which what is behind `used` was not pushed yet */
	size_t used;
	uint32_t depth;
	bool has_ended;
	bool has_failed;
};

uint64_t
xml_sax_line(const struct xml_sax *sax)
{
	return sax->parser->input && sax->parser->input->line > 0 ? (uint64_t)sax->parser->input->line : 1;
}

uint64_t
xml_sax_tag_line(const struct xml_sax *sax)
{
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

	(void)prefix;
	(void)space_count;
	(void)spaces;
	(void)defaulted;
	if (sax->has_failed)
		return;
	if (++sax->depth > XML_MAX_DEPTH)
		xml_sax_fail(sax, xml_sax_tag_line(sax),
			STR("elements are more than 256 deep inside each other; "
			    "export flat records"));
	else if (tag.attribute_count > XML_MAX_ATTRIBUTES)
		fail_attributes(sax, xml_sax_tag_line(sax));
	else
		sax->handler.begin(sax->context, &tag);
}

static void
on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
	struct xml_sax *sax = context;

	(void)prefix;
	(void)space;
	if (sax->has_failed)
		return;
	sax->depth--;
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
	buf_reserve(&sax->text, 1);	/* so that an empty document lies somewhere, too */
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
	sax->has_ended = status == SOURCE_END;
	sax->has_failed |= status == SOURCE_ERROR;
	return status != SOURCE_ERROR;
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
		xml_sax_fail(sax, xml_sax_line(sax),
			STR("a comment or CDATA section of more than 64 MiB; leave such "
			    "values out of the export"));
		return false;
	}
	for (size_t most = held > usual ? held : usual; found.len == 0; most *= 2) {
		if (most > MAX_PENDING)
			xml_sax_fail(sax, xml_sax_line(sax),
				STR("a tag of more than 64 MiB; leave such values out of "
				    "the export"));
		else if (found.values > XML_MAX_ATTRIBUTES)
			fail_attributes(sax, xml_sax_line(sax));
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

enum xml_step
xml_sax_step(struct xml_sax *sax)
{
	struct str slice;

	if (sax->has_failed || !next_slice(sax, &slice))
		return XML_STEP_FAILED;
	int result = xmlParseChunk(sax->parser, slice.ptr, (int)slice.len, slice.len == 0);
	if (result != XML_ERR_OK && !sax->has_failed && !sax->parser->wellFormed)
		xml_sax_fail(sax, xml_sax_line(sax), STR("not well-formed XML; export the file again"));
	return sax->has_failed ? XML_STEP_FAILED : slice.len == 0 ? XML_STEP_END : XML_STEP_MORE;
}

void
xml_sax_close(struct xml_sax *sax)
{
	if (!sax)
		return;
	xmlFreeParserCtxt(sax->parser);
	buf_release(&sax->text);
	free(sax);
}
