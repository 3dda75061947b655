/* xml_reference.h - the references that XML knows by itself: &amp; and its like, &#9; and &#x9; */
#ifndef IO_XML_REFERENCE_H
#define IO_XML_REFERENCE_H

#include "base/buf.h"

/*
 * Appends the character of the reference that begins at the &, and returns the
 * place behind its ; - or null, with nothing appended, where it is none.  The
 * text must end in a byte that no reference has, such as NUL or <.
 */
const char *xml_reference_read(const char *at, struct buf *out);

#endif
