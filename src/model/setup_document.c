/* setup_document.c - the setup file as a document: read once, parsed without network, DTD or entities */
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>

#include "base/buf.h"
#include "io/whole_file.h"
#include "model/setup_load.h"

enum { MOST_BYTES = 256 * 1024 * 1024 };

/* State of one parse; libxml2 hands it to the callbacks. */
struct parse {
	struct load *load;
	bool is_stopped; /* what follows the first fatal error is only its echo */
};

/* Newer versions of libxml2 promise not to change the error. */
#if LIBXML_VERSION >= 21200
#define ERROR_CONST const
#else
#define ERROR_CONST
#endif

static void
on_parse_error(void *data, ERROR_CONST xmlError *error)
{
	struct parse *parse = data;

	if (parse->is_stopped || error->level < XML_ERR_ERROR)
		return;
	parse->is_stopped = error->level == XML_ERR_FATAL;
	struct str text = malformed_text(parse->load, error);
	unsigned line = error->line > 0 ? (unsigned)error->line : 0;
	if (error->domain == XML_FROM_PARSER && error->int2 > 0)
		load_error(parse->load, line, "column %d: not well-formed XML: %.*s", error->int2,
			STR_ARG(text));
	else
		load_error(parse->load, line, "not well-formed XML: %.*s", STR_ARG(text));
}

/* Called in place of libxml2's own handler, so that nothing of the DTD is ever read. */
static void
refuse_doctype(void *context, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
	xmlParserCtxt *parser = context;
	struct parse *parse = parser->_private;

	(void)external_id;
	(void)system_id;
	load_error(parse->load, parser->input ? (unsigned)parser->input->line : 0,
		"a document type (<!DOCTYPE %s>) is refused; remove it, and entities with it",
		name ? (const char *)name : "");
	parse->is_stopped = true;
	xmlStopParser(parser);
}

/*
 * libxml2 gives an element the line where its start tag ends, and counts to
 * 65535; messages name the line where it begins.  No value may hold a "<", so
 * the tag begins at the last one before the place that has been read.
 */
static void
keep_line(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespace_count,
	const xmlChar **namespaces, int attribute_count, int default_count, const xmlChar **attributes)
{
	xmlParserCtxt *parser = context;

	xmlSAX2StartElementNs(context, name, prefix, uri, namespace_count, namespaces, attribute_count,
		default_count, attributes);
	if (!parser->node || !parser->input)
		return;
	uintptr_t line = (uintptr_t)parser->input->line;
	for (const xmlChar *at = parser->input->cur; at > parser->input->base && *at != '<'; at--)
		line -= *at == '\n';
	parser->node->_private = (void *)line;
}

static xmlDoc *
parse_bytes(struct load *load, struct parse *parse)
{
	struct str bytes = load->setup->bytes;
	xmlParserCtxt *parser = xmlNewParserCtxt();
	size_t before = load->finding_count;

	if (!parser) {
		load_error(load, 0, "cannot be parsed; out of memory");
		return NULL;
	}
	parser->_private = parse;
	parser->sax->internalSubset = refuse_doctype;
	parser->sax->startElementNs = keep_line;
	xmlDoc *doc = xmlCtxtReadMemory(parser, bytes.len ? bytes.ptr : "", (int)bytes.len, NULL, NULL,
		XML_PARSE_NONET | XML_PARSE_BIG_LINES);
	if (!doc && load->finding_count == before)
		load_error(load, 0, "not well-formed XML");
	if (doc && load->finding_count > before) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	xmlFreeParserCtxt(parser);
	return doc;
}

/* A pipe would be waited for without an end. */
static bool
is_plain_file(struct load *load)
{
	struct stat info;

	if (stat(load->setup->path.ptr, &info) != 0 || S_ISREG(info.st_mode))
		return true;	/* what else is in the way, reading tells */
	load_error(load, 0, "this is %s; name the setup file with --setup",
		S_ISDIR(info.st_mode) ? "a folder" : "not a file");
	return false;
}

static bool
read_bytes(struct load *load)
{
	struct setup *setup = load->setup;
	struct buf bytes = { 0 };
	bool is_good = whole_file_read(setup->path.ptr, MOST_BYTES, &bytes);

	if (!is_good && (errno == ENOENT || errno == ENOTDIR))
		load_error(load, 0, "cannot be read: %s; name the setup file with --setup", strerror(errno));
	else if (!is_good)
		load_fail(load, 0, "cannot be read", errno);
	else if (bytes.len > MOST_BYTES)
		load_error(load, 0, "larger than %d bytes; a setup file is smaller", (int)MOST_BYTES);
	else if (bytes.len == 0)
		load_error(load, 0, "the file is empty; a setup file begins with " SETUP_BEGIN);
	setup->bytes = arena_copy(&setup->arena, buf_str(&bytes));
	buf_release(&bytes);
	return is_good && setup->bytes.len > 0 && setup->bytes.len <= MOST_BYTES;
}

xmlDoc *
document_read(struct load *load)
{
	struct parse parse = { .load = load };

	if (!is_plain_file(load) || !read_bytes(load))
		return NULL;
	/* libxml2 prints to standard error what no handler takes. */
	xmlStructuredErrorFunc handler = xmlStructuredError;
	void *context = xmlStructuredErrorContext;
	xmlSetStructuredErrorFunc(&parse, on_parse_error);
	xmlDoc *doc = parse_bytes(load, &parse);
	xmlSetStructuredErrorFunc(context, handler);
	if (doc && !document_validate(load, doc)) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	return doc;
}
