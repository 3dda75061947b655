/*
 * report_html.h - text that nobody vouches for, in an HTML document (6.4, 5.0.1)
 *
 * What comes from data is text and nothing else: it reaches no script, style,
 * address or attribute.  Characters that cannot be seen, or that would turn the
 * text around them, are shown by their number.  Pure functions.
 */
#ifndef SYNC_REPORT_HTML_H
#define SYNC_REPORT_HTML_H

#include "base/buf.h"

/*
 * Appends text between tags, in any encoding: < > & " ' as references, a line
 * end as a sign and a line end, hidden characters as `<i class="c">U+202E</i>`,
 * bytes that are no UTF-8 as U+FFFD.
 */
void html_add(struct buf *out, struct str text);

/* The same, with the blanks at either end shown, too: a value. */
void html_add_value(struct buf *out, struct str text, bool is_begin, bool is_end);

/* Appends text inside the quotes of an attribute: nothing can end it; hidden characters are U+FFFD. */
void html_add_attribute(struct buf *out, struct str text);

#endif
