/*
 * value.h - canonical values, the one definition of equal (E21 to E23)
 *
 * Every cell becomes canonical text when it is loaded, by its field's type; the
 * engine sees nothing else.  The empty text is the blank of every type.
 *
 *   Code         outer blanks removed, upper case (Unicode simple mapping)
 *   Text, Blob   the characters as they are
 *   Integer, BigInteger  [-]digits without leading zeros
 *   Decimal      [-]digits[.digits] without needless zeros, at most 38 digits
 *   Boolean      true, false
 *   Date         YYYY-MM-DD          Time  HH:MM:SS[.fff]
 *   DateTime     YYYY-MM-DDTHH:MM:SS[.fff]Z, UTC
 *   Duration     an integer number of milliseconds
 *   DateFormula  upper case without blanks
 *   Guid         lower case, no braces (all zeros is blank)
 *   Option       the ordinal
 *
 * All functions are pure and safe to call from any thread, if each has its own
 * buf.  No binary floats, no C locale, no time zone of the process.
 */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include "base/buf.h"
#include "base/str.h"
#include "model/locale.h"
#include "model/setup.h"
#include "model/timezone.h"

/*
 * Appends the canonical form of a cell, read as E22 says.  False when the cell
 * is not of the field's type: nothing is appended then, and the caller keeps
 * the raw text.  `raw` must be well-formed UTF-8.
 */
bool value_read(const struct field *field, const struct locale *locale, const struct timezone_rules *zone,
	struct str raw, struct buf *out);

enum convert {
	CONVERT_OK,
	CONVERT_SHORTENED,	/* cut to the length of a Text field */
	CONVERT_IMPOSSIBLE,	/* no form in the destination's type: not-convertible */
	CONVERT_TOO_LONG,	/* longer than a Code field: too-long */
	CONVERT_NO_OPTION,	/* no such option: unknown-option */
};

/*
 * The canonical value of one field as the canonical value of another (E23).
 * *result is the value itself where nothing changes, else text appended to
 * scratch (so it moves when scratch grows; reserve or copy).  `zone` is that
 * of the side that holds the DateTime, if one of the two is.  On an error
 * *result is empty.
 */
enum convert value_convert(const struct field *from, const struct field *to,
	const struct timezone_rules *zone, struct str value, struct buf *scratch, struct str *result);

/* The value as it counts in comparisons and digests: a blank number is "0", a blank Boolean "false". */
struct str value_comparable(enum type type, struct str canonical);

/* Equal canonical values of one type (E21), blank numbers and Booleans as above. */
static inline bool
value_equal(enum type type, struct str a, struct str b)
{
	return str_equal(a, b) || str_equal(value_comparable(type, a), value_comparable(type, b));
}

/*
 * Order of canonical values of one type, for filters (E45): numbers by size,
 * options by ordinal, text by code points, a blank date before all dates.
 */
int value_compare(enum type type, struct str a, struct str b);

/*
 * Whether `shown` is `written` but for outer blanks, letter case, a cut at the
 * end (not to blank), or fewer decimals (E12).
 */
bool value_nearly_equal(enum type type, struct str written, struct str shown);

/*
 * Appends the value as an import file of this locale holds it (2.1, 6.5):
 * options by name, or by ordinal.  Text is not quoted.
 */
void value_write(const struct field *field, const struct locale *locale, const struct timezone_rules *zone,
	bool options_as_ordinal, struct str canonical, struct buf *out);

/*
 * Appends a canonical DateTime as the clock of the zone shows it,
 * 2026-03-01T09:30:00.000; false, appending nothing, when the clock shows that
 * twice, or a reader would take it for another time or for blank.
 */
bool value_write_wall(const struct timezone_rules *zone, struct str canonical, struct buf *out);

/* Unicode simple mappings over well-formed UTF-8, appended; ASCII is fast. */
void text_upper(struct str s, struct buf *out);
void text_lower(struct str s, struct buf *out);
/* Simple case folding; with `accents`, accents are removed too. */
void text_fold(struct str s, bool accents, struct buf *out);

/* Canonical DateTime text as milliseconds since 1970 UTC, and back (appended). */
enum { STAMP_LENGTH = 24 };
#define STAMP_NONE INT64_MIN
int64_t stamp_read(struct str canonical);	/* STAMP_NONE when blank or malformed */
/* The same of a cell that may be canonical and is no blank date (E21); STAMP_NONE tells nothing. */
int64_t stamp_read_plain(struct str raw);
void stamp_write(int64_t stamp, struct buf *out);	/* nothing for STAMP_NONE */
char *stamp_put(char *to, int64_t stamp);	/* to where there is room for it; returns the place behind */

/* An RFC 3339 time as milliseconds UTC; false when it is none. */
bool stamp_parse(struct str text, int64_t *stamp);

/* A Guid with or without braces, in any case, as lower case into out[36]; false when it is none. */
bool guid_read(struct str text, char out[36]);

#endif
