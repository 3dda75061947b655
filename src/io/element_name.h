/*
 * element_name.h - what a field or table is called in XML (part 5, 1.4)
 *
 * Business Central's rule: "E-Mail" is E_Mail, "% Discount" is _Discount.  It is
 * the one that packages are written by and that elements of any XML are matched
 * by.  Two names may come to the same element name: the caller has to look.
 */
#ifndef IO_ELEMENT_NAME_H
#define IO_ELEMENT_NAME_H

#include "base/buf.h"

/* Characters of an element name, and of that of a field in a configuration package. */
enum { ELEMENT_NAME_MAX = 250, ELEMENT_NAME_FIELD_MAX = 30 };

/* Appends the element name of well-formed UTF-8, cut to `max` characters; "_" where nothing is left. */
void element_name_add(struct str name, size_t max, struct buf *out);

/*
 * Whether a character may begin an XML name, or stand in one; letters beyond
 * ASCII may.
 */
bool element_name_starts(uint32_t code_point);
bool element_name_holds(uint32_t code_point);

#endif
