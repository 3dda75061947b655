/*
 * xml_head.h - the begin of an XML document, looked at before a parser is chosen
 *
 * Nothing here judges the document: what is wrong with it, its reader says with
 * the place.
 */
#ifndef IO_XML_HEAD_H
#define IO_XML_HEAD_H

#include "base/str.h"

/* Bytes within which an XML declaration ends, if there is one. */
enum { XML_HEAD_DECLARATION = 1024 };

/* Whether the text is, or may become, an XML declaration that has not ended yet. */
bool xml_head_is_open(struct str text);

/*
 * The encoding that the declaration names, empty where there is none.  It is
 * also empty where the declaration cannot be right: it was read as ASCII, and
 * names an encoding of several bytes a letter (part 5, 1.1).
 */
struct str xml_head_encoding(struct str text);

struct xml_root {
	struct str prefix;
	struct str local;
	struct str space;	/* its namespace as written, or empty */
};

/* NONE: none could be found, or a document type comes first. */
enum xml_root_result { XML_ROOT_MORE, XML_ROOT_FOUND, XML_ROOT_NONE };

/* The root element, past declaration, instructions and comments; borrowed from the text. */
enum xml_root_result xml_head_root(struct str text, struct xml_root *root);

#endif
