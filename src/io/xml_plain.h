/*
 * xml_plain.h - plain XML, told to a handler without libxml2
 *
 * Nearly all of a large export is plain: begin tags with attributes, end tags and
 * text, with nothing in them but characters and the references that XML itself
 * knows.  This walks over that several times as fast as libxml2 can, and stops
 * where it meets anything else - comments, CDATA, namespaces that are declared, names
 * that it does not know, and all that is not well-formed: libxml2 takes over there
 * and has the word on it (io/xml_sax.h).  So whatever this accepts, libxml2 must
 * accept, with the same tags, values and text: a unit test and a fuzzer compare them.
 *
 * How it is fast: whole tags lie in memory, and behind the text are zeros, so that
 * nothing asks for the end of the text but the loop over tags; plain text is passed 16
 * bytes at a time (xml_mark.h); names are guessed (xml_names.h); values are handed on
 * where they lie; lines are counted when somebody asks.
 */
#ifndef IO_XML_PLAIN_H
#define IO_XML_PLAIN_H

#include "base/buf.h"
#include "io/xml_mark.h"
#include "io/xml_names.h"
#include "io/xml_sax.h"

/* Bytes that must be readable behind the text, zero where they are not of the document. */
enum { XML_PLAIN_ROOM = XML_PLAIN_NAME + XML_MARK_BLOCK };

/* A namespace that an open element has declared. */
struct xml_binding {
	const char *prefix;	/* or null */
	const char *space;
	uint32_t depth;		/* of that element, from 1 */
};

struct xml_open {
	struct str text;	/* the name with its prefix */
	const char *local;
};

struct xml_plain {
	const struct xml_handler *handler;
	void *context;
	const bool *has_failed;	/* the handler wants no more */
	struct xml_names names;
	struct xml_open open[XML_MAX_DEPTH];	/* elements, from the root */
	uint32_t depth;
	struct xml_binding *bindings;
	size_t binding_count;
	size_t binding_capacity;
	const unsigned char **attributes;	/* of the tag at hand, as in struct xml_tag */
	uint32_t attribute_room;
	struct buf values;	/* of that tag, as far as they hold references */
	uint64_t serial;	/* of that tag */
	struct str text;	/* that is being walked over */
	const char *at;		/* how far, for lines */
	const char *tag;	/* where the tag at hand begins */
	const char *counted;	/* up to where lines are counted */
	uint64_t line;		/* there */
};

/* Elements that libxml2 has told of. */
void xml_plain_begin(struct xml_plain *plain, const char *prefix, const char *local, int space_count,
	const unsigned char **spaces);	/* pairs of a prefix, or null, and its namespace */
void xml_plain_end(struct xml_plain *plain);

/* How many of the open elements, from the root, have to be ended by libxml2: up to the last that declares. */
uint32_t xml_plain_floor(const struct xml_plain *plain);

/*
 * Walks over the text, which begins in the content of an open element on that
 * line, and tells it to the handler.  Returns how much of it was plain: a whole
 * number of tags and pieces of text, up to where libxml2 has to go on.
 */
size_t xml_plain_run(struct xml_plain *plain, struct str text, uint64_t line);

/* The line of a place in the text. */
uint64_t xml_plain_line(struct xml_plain *plain, const char *place);

void xml_plain_release(struct xml_plain *plain);

#endif
