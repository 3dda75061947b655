/*
 * value_parts.h - what the parts of the value layer share; nobody else's
 *
 * The reading functions take text without outer blanks that is not empty and
 * append its canonical form, or append nothing and return false (E22).
 */
#ifndef MODEL_VALUE_PARTS_H
#define MODEL_VALUE_PARTS_H

#include "base/buf.h"
#include "base/str.h"
#include "model/locale.h"
#include "model/setup.h"
#include "model/timezone.h"
#include "model/value_date.h"
#include "model/value_plain.h"

enum { DECIMAL_DIGITS = 38 };

/* An exact decimal number (E21): no leading zeros, none trailing behind the mark; zero has no digits. */
struct decimal {
	bool is_negative;
	unsigned char whole;		/* digits before the mark */
	unsigned char scale;		/* digits behind it */
	char digits[DECIMAL_DIGITS];
};

/* `thousands` is a mark, ' ' for blanks of any kind, or 0. */
bool decimal_read(struct str text, char mark, char thousands, struct decimal *number);
/* Whether it is an integer not beyond `largest` (and one more below zero). */
bool decimal_is_integer(const struct decimal *number, uint64_t largest);
int decimal_compare(const struct decimal *a, const struct decimal *b);
bool decimal_nearly_equal(const struct decimal *written, const struct decimal *shown);
void decimal_write(const struct decimal *number, struct buf *out);

/* A time of day in milliseconds, taken off the start of *s: h:mm[:ss[.fff]] [AM|PM]. */
bool time_take(struct str *s, int64_t *ms_of_day);

bool date_read(const struct locale *locale, struct str text, struct buf *out);
bool time_read(struct str text, struct buf *out);
bool datetime_read(const struct locale *locale, const struct timezone_rules *zone, struct str text,
	struct buf *out);

bool duration_read(struct str text, struct buf *out);

/*
 * E21: without case and outer blanks, by name, caption or ordinal; text may have
 * outer blanks or be empty.  Names win over ordinals, unless it has ordinals.
 */
bool option_read(const struct field *field, bool has_ordinals, struct str text, struct buf *out);
/* The option with this name or caption, NULL when there is none; text without outer blanks. */
const struct option *option_by_name(const struct field *field, struct str text);
const struct option *option_by_ordinal(const struct field *field, struct str ordinal);
/* Whether it is the option that a blank stands for. */
bool option_is_blank(const struct field *field, const struct option *option);
/* The name by which the option is found again, else its ordinal. */
struct str option_text(const struct field *field, const struct option *option);

/* Simple case folding, of both texts, character by character. */
bool text_equal_nocase(struct str a, struct str b);
bool text_starts_nocase(struct str whole, struct str start);

static inline bool
type_is_number(enum type type)
{
	return type == TYPE_INTEGER || type == TYPE_BIGINTEGER || type == TYPE_DECIMAL ||
	       type == TYPE_DURATION;
}

/* str_trim(), at once where it can be. */
static inline struct str
value_trim(struct str s)
{
	return value_is_trimmed(s) ? s : str_trim(s);
}

#endif
