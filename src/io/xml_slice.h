/*
 * xml_slice.h - where a piece of XML may be cut for a push parser
 *
 * libxml2 takes the first > behind a < for the end of a tag when a piece ends
 * there, although a value may hold one.  So pieces end between tags, or in text.
 * Nor do they end in a comment that begins with <!--> or <!--->, which it takes for
 * the whole of it.
 */
#ifndef IO_XML_SLICE_H
#define IO_XML_SLICE_H

#include "base/str.h"

struct xml_slice {
	size_t len;		/* bytes that may be pushed; 0: more must be read first */
	size_t values;	/* where it is 0: attributes that the tag has so far, which has not ended yet */
};

/* Text begins where the last slice ended: at the begin, before a <, or within text. */
struct xml_slice xml_slice_find(struct str text);

#endif
