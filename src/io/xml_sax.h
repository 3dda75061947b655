/*
 * xml_sax.h - an XML document as a stream of tags and text (5.0.2)
 *
 * A document is pushed through libxml2 piece by piece and never kept.  It is
 * taken for hostile: a document type is refused, no entity but the predefined
 * ones is known, nothing is loaded from elsewhere, and depth and sizes have
 * limits.  The text is UTF-8, whatever the declaration says: the source has
 * decoded it.  An xml_sax belongs to one thread.
 *
 * Limits: 256 elements inside each other, 4,096 attributes a tag, 64 MiB a tag
 * or comment, 16 MiB of different names.  Text has none here: it comes in pieces.
 */
#ifndef IO_XML_SAX_H
#define IO_XML_SAX_H

#include "base/buf.h"
#include "base/diag.h"
#include "io/source.h"

enum { XML_MAX_DEPTH = 256, XML_MAX_ATTRIBUTES = 4096 };

/*
 * The begin of an element.  Names and namespaces are unique: while the xml_sax
 * lives, equal ones have equal pointers.  The rest lives until the handler
 * returns.
 */
struct xml_tag {
	const char *name;	/* without prefix */
	const char *space;	/* its namespace, or null */
	const unsigned char *const *attributes;	/* see xml_tag_attribute() */
	uint32_t attribute_count;	/* without declarations of namespaces */
};

struct xml_attribute {
	const char *name;
	const char *prefix;	/* or null */
	const char *space;	/* its namespace; null for those without prefix */
	struct str value;	/* well-formed UTF-8, references replaced */
};

static inline struct xml_attribute
xml_tag_attribute(const struct xml_tag *tag, uint32_t number)
{
	const unsigned char *const *five = tag->attributes + (size_t)number * 5;

	return (struct xml_attribute){
		.name = (const char *)five[0],
		.prefix = (const char *)five[1],
		.space = (const char *)five[2],
		.value = { (const char *)five[3], (size_t)(five[4] - five[3]) },
	};
}

/* What a document is told to.  A handler that cannot go on calls xml_sax_fail(). */
struct xml_handler {
	void (*begin)(void *context, const struct xml_tag *tag);
	void (*end)(void *context, const char *name);
	/* A piece of text, or of CDATA; one text may come in several pieces. */
	void (*text)(void *context, struct str piece);
};

struct xml_input {
	struct source *source;	/* as is what was already read of it: the caller's */
	struct str head;
	struct str shown_path;	/* for messages; must live as long */
	struct diag *diag;
	size_t slice;		/* bytes a step; 0 = 64 KiB */
};

struct xml_sax;

/* Input and handler are copied, context is handed to the handler.  Never null. */
struct xml_sax *xml_sax_open(const struct xml_input *input, const struct xml_handler *handler, void *context);

enum xml_step { XML_STEP_MORE, XML_STEP_END, XML_STEP_FAILED };

/* Pushes the next piece, about 64 KiB, through; what is in it is told to the handler.  Failures are in diag.
 */
enum xml_step xml_sax_step(struct xml_sax *sax);

/* The line, from 1, of the place that the parser has come to; in begin(), where the tag begins. */
uint64_t xml_sax_line(struct xml_sax *sax);
uint64_t xml_sax_tag_line(struct xml_sax *sax);

/* Ends the reading with a message; line 0: none.  The first message counts.  For handlers. */
void xml_sax_fail(struct xml_sax *sax, uint64_t line, struct str message);
/* The same where a message was given already. */
void xml_sax_stop(struct xml_sax *sax);

void xml_sax_close(struct xml_sax *sax);

#endif
