/*
 * cmt_text.h - texts as Configuration Migration packages hold them (part 5, 3.3)
 *
 * Strings are encoded for HTML once, and then escaped for XML like every value.
 */
#ifndef IO_CMT_TEXT_H
#define IO_CMT_TEXT_H

#include "base/buf.h"

/*
 * Appends the text with the references of HTML replaced, once, as the importing
 * tool does; what is no reference that it knows stays as it is.  Never longer
 * than the text.
 */
void cmt_text_decode(struct str text, struct buf *out);

/* Appends well-formed UTF-8 encoded: & < > " ' and U+00A0 to U+00FF as references. */
void cmt_text_encode(struct str text, struct buf *out);

/* Appends `4/4/2019 7:22:50 PM` or `4/4/2019` as 2019-04-04T19:22:50; false when the text is neither. */
bool cmt_date_read(struct str text, struct buf *out);

/* Whether the text is a GUID, with or without braces; *bare is that without them. */
bool cmt_guid_read(struct str text, struct str *bare);

/* A timestamp of a package that is written the American way, as those of 2019 are. */
bool cmt_is_american(struct str timestamp);

#endif
