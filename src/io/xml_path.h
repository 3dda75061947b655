/*
 * xml_path.h - the path of element names from the root to a record (5.0.2)
 *
 * "Customers/Customer", also with a leading slash; * is any name; prefixes mean
 * nothing, as namespaces are ignored.
 */
#ifndef IO_XML_PATH_H
#define IO_XML_PATH_H

#include "base/memory.h"
#include "io/xml_sax.h"

struct xml_path {
	struct str *steps;	/* names without prefix; the first is that of the root */
	uint32_t count;
};

/* An empty text is the children of the root.  False when it is no such path; the steps are the arena's. */
bool xml_path_parse(struct str text, struct arena *arena, struct xml_path *path);

bool xml_path_fits(const struct xml_path *path, uint32_t step, const char *name);

#endif
