/*
 * spreadsheet_find.h - which worksheet of an XML Spreadsheet 2003 holds a table (section 4)
 */
#ifndef IO_SPREADSHEET_FIND_H
#define IO_SPREADSHEET_FIND_H

#include "io/reader_format.h"
#include "io/xml_sax.h"

/* Whether a Worksheet is named as the table, without case; names of worksheets have at most 31 characters. */
bool spreadsheet_is_named(const struct xml_tag *worksheet, struct str table);

/*
 * The number, from 1, of the worksheet that is named as the reader's table, else
 * 1.  Where that is not the first, the file is read a second time.  False with a
 * message when it cannot be read.
 */
bool spreadsheet_find(const struct reader *reader, uint32_t *number);

#endif
