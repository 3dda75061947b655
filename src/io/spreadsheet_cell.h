/*
 * spreadsheet_cell.h - the texts of typed cells of an XML Spreadsheet 2003 (section 4)
 *
 * Numbers and times are written there as the spreadsheet program keeps them; they
 * become the text that a person would have written.
 */
#ifndef IO_SPREADSHEET_CELL_H
#define IO_SPREADSHEET_CELL_H

#include "base/buf.h"

/*
 * A Number: 1.5E+3 is 1500.  Of 16 or 17 digits that a program wrote for a
 * binary number, the last are noise: 1234.5599999999999 is 1234.56.  Digits are
 * only taken off where at least three zeros come of it; what is no number stays
 * as it is.
 */
void spreadsheet_number(struct str text, struct buf *out);

/* A DateTime: a time of day is one on the day before the first, 1899-12-31T09:30:00.000 is 09:30:00.000. */
struct str spreadsheet_time(struct str text);

#endif
