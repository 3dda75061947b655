/*
 * locale.h - how a system writes numbers, dates, times and booleans (2.1)
 *
 * The program never asks the C library for a locale.  Locales are constants in
 * one table; one with its own marks (source/@decimal) is a copy.
 */
#ifndef MODEL_LOCALE_H
#define MODEL_LOCALE_H

#include "base/memory.h"
#include "base/str.h"

enum date_order { DATE_YMD, DATE_DMY, DATE_MDY };

struct locale {
	const char *name;		/* "nl-BE" */
	char decimal;			/* '.' or ',' */
	char thousands;			/* ',' '.' ' ' (any kind of blank) or 0 */
	enum date_order order;
	char date_separator;		/* '/' '-' '.' */
	bool pad_day;			/* 01/03 rather than 1/03 */
	bool pad_month;
	bool twelve_hours;		/* 9:30:00 AM */
	const char *yes;		/* written */
	const char *no;
	const char *true_words;		/* read besides, lower case, separated by | */
	const char *false_words;
	bool has_ordinals;		/* a number is an option's, even where one is called so */
};

/* NULL when there is no such locale; "" and "invariant" are the invariant one.  Without case. */
const struct locale *locale_find(struct str name);

/* The invariant one, with options by number: that of RapidStart and CMT packages. */
const struct locale *locale_of_packages(void);

/* All names, for messages: "invariant, en-US, ...". */
const char *locale_names(void);

#endif
