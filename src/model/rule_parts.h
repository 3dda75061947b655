/*
 * rule_parts.h - what the kinds of transformation rules share; private to rule*.c
 *
 * Functions that apply a rule append its result to `out`; `why` is where a
 * failure is told, in words that follow the value: "is no number".
 */
#ifndef MODEL_RULE_PARTS_H
#define MODEL_RULE_PARTS_H

#include "model/locale.h"
#include "model/rule.h"
#include "model/value_parts.h"

enum rule_type {
	RULE_UPPERCASE,
	RULE_LOWERCASE,
	RULE_TITLE_CASE,
	RULE_TRIM,
	RULE_SUBSTRING,
	RULE_REPLACE,
	RULE_REGEX_REPLACE,
	RULE_REGEX_MATCH,
	RULE_ALPHANUMERIC,
	RULE_DATE,
	RULE_DATETIME,
	RULE_DECIMAL,
	RULE_LOOKUP,
	RULE_ROUND,
	RULE_EXTRACT,
	RULE_UNIXTIME,
	RULE_PREFIX,
	RULE_SUFFIX,
	RULE_TYPES,
};

enum rounding { ROUND_NEAREST, ROUND_UP, ROUND_DOWN };
enum date_part { PART_DAY, PART_MONTH, PART_YEAR };

/* No rule makes more of a value than about this, so that no replacement fills the memory. */
#define RULE_LARGEST ((size_t)64 << 20)
extern const char *const rule_too_large;

/* Substring: a position or a text, a length or a text; neither is the whole rest (R84). */
struct substring {
	uint64_t start;		/* from 1; 0 = not given */
	uint64_t length;	/* 0 = not given */
	struct str after;	/* without its quotes */
	struct str before;
};

/* Round: mantissa / 10^scale is what the result is a multiple of. */
struct precision {
	uint64_t mantissa;
	unsigned scale;
	enum rounding rounding;
};

struct date_format;	/* rule_format.c */
struct number_format;	/* rule_decimal.c */
struct regex;		/* rule_regex.c */

struct rule_program {
	struct str code;
	enum rule_type type;
	const struct rule_program *next;
	struct str find;		/* Replace */
	struct str text;		/* what is put in; Prefix and Suffix: their text */
	struct substring substring;
	struct precision precision;
	enum date_part part;
	const struct locale *culture;	/* NULL = none given */
	const struct date_format *date_format;
	const struct number_format *number_format;	/* NULL = the XML form */
	const struct regex *regex;
	const struct lookup_def *lookup;
	bool original_if_blank;
};

/* rule_text.c */
void rule_title_case(struct str value, bool is_dutch, struct buf *out);
void rule_trim(struct str value, struct buf *out);
void rule_substring(const struct substring *what, struct str value, struct buf *out);
bool rule_replace(struct str find, struct str replace, struct str value, struct buf *out, const char **why);
void rule_alphanumeric(struct str value, struct buf *out);
/* Where `part` first stands in `whole`, or SIZE_MAX; an empty part stands nowhere. */
size_t rule_find(struct str whole, struct str part);

/* rule_regex.c: compiled with PCRE2, without case; NULL when the pattern cannot work. */
const struct regex *regex_compile(struct arena *arena, struct str pattern, struct str replace,
	bool wants_groups, struct str *why);
bool regex_replace(const struct regex *regex, struct str value, struct buf *out, const char **why);
bool regex_captures(const struct regex *regex, struct str value, struct buf *out, const char **why);

/* rule_decimal.c */
const struct number_format *number_format_compile(struct arena *arena, struct str format, struct str *why);
bool precision_compile(struct str text, struct precision *precision, struct str *why);
bool rule_decimal(const struct locale *culture, const struct number_format *format, struct str value,
	struct buf *out, const char **why);
bool rule_round(const struct precision *precision, const struct locale *locale, struct str value,
	struct buf *out, const char **why);

/* A date as rules read it, with what was given beside it. */
struct rule_stamp {
	struct civil date;
	int64_t ms_of_day;
	bool has_zone;
	int64_t offset_ms;
};

/* rule_format.c: .NET's custom and standard formats, read exactly, with invariant names. */
const struct date_format *date_format_compile(struct arena *arena, struct str format, struct str *why);
bool date_format_read(const struct date_format *format, struct str value, struct rule_stamp *stamp);

/* rule_culture.c: the names of months and weekdays, and numbers' currency sign. */
struct culture_names {
	const char *language;		/* "en" */
	const char *months;		/* twelve, separated by | */
	const char *short_months;	/* without their dots */
	const char *days;		/* from Sunday */
	const char *short_days;
};

const struct culture_names *culture_names(const struct locale *culture);
/* Takes a name of the list off the text, without case, a dot behind short ones; its number, or -1. */
int culture_take_name(const char *names, struct str *text);
const char *culture_currency(const struct locale *culture);
/* A date in words, `1 March 2026` or `March 1, 2026`, taken off the text. */
bool culture_take_date(const struct locale *culture, struct str *text, struct civil *date);

/* rule_date.c */
void rule_date(const struct rule_program *program, const struct rule_source *source, struct str value,
	struct buf *out);
bool rule_extract(enum date_part part, const struct rule_source *source, struct str value, struct buf *out,
	const char **why);
void rule_unixtime(struct str value, struct buf *out);

#endif
