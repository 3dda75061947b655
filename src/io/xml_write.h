/*
 * xml_write.h - text as XML holds it
 */
#ifndef IO_XML_WRITE_H
#define IO_XML_WRITE_H

#include "base/buf.h"

/*
 * Appends well-formed UTF-8 as the text of an element, or as the value of an
 * attribute in double quotes.  Line ends, and in attributes tabs, are written as
 * references, so that no parser changes them.  Returns how many bytes could be
 * carried: text.len when all, else where the first character stands that XML
 * does not have (control characters, U+FFFE, U+FFFF; 6.5).
 */
size_t xml_add_text(struct buf *out, struct str text);
size_t xml_add_attribute(struct buf *out, struct str text);

/* The same with its name before it: ` name="text"`. */
size_t xml_add_named(struct buf *out, const char *name, struct str text);

#endif
