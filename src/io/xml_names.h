/*
 * xml_names.h - the names of a document, known again at a glance
 *
 * A document says the same few names over and over, in the same order.  So a name
 * is first held against the one that came behind the name before it last time;
 * only then is its end looked for, and then the name.
 *
 * Names live in libxml2's dictionary, so that they are the same pointers there.
 */
#ifndef IO_XML_NAMES_H
#define IO_XML_NAMES_H

#include <libxml/tree.h>

#include "base/index.h"
#include "base/str.h"

/* Longer names, and ones that are not ASCII and that libxml2 has not told of, are left to libxml2. */
enum { XML_PLAIN_NAME = 200 };

struct xml_name {
	uint64_t head;		/* its first eight bytes, as they lie in memory */
	uint64_t mask;		/* which of these are its own */
	struct str text;	/* with prefix */
	const char *local;
	const char *prefix;	/* or null */
	uint64_t seen;		/* for its user: the last tag that had it as attribute */
	uint32_t next;		/* the name that mostly comes next */
	bool is_declaration;	/* xmlns, xmlns:... */
};

struct xml_names {
	xmlDict *dictionary;	/* the parser's */
	struct xml_name *list;
	uint32_t count;
	size_t capacity;
	struct index by_text;
	uint32_t last;		/* that was found */
};

/* A dictionary of the caller's; room for the names is this one's. */
struct xml_names xml_names_make(xmlDict *dictionary);

/* A text as the dictionary has it; null where that is full or memory is. */
const char *xml_names_intern(const struct xml_names *names, struct str text);

/*
 * A name that libxml2 has told of: from here on it is found.  Returns it whole;
 * empty where memory is not enough.
 */
struct str xml_names_learn(struct xml_names *names, const char *prefix, const char *local);

/*
 * The name that the text begins with, and until the next call; null where there
 * is none that is known or plain.  XML_PLAIN_NAME + 8 bytes must be readable.
 */
struct xml_name *xml_names_find(struct xml_names *names, const char *at);

void xml_names_release(struct xml_names *names);

#endif
